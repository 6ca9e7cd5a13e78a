"""TorchScript: programs that `torch.jit.script` and `torch.jit.trace` change or refuse."""

from __future__ import annotations

import re
from collections.abc import Callable

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_Say = Callable[[Facts, re.Match[str]], Said | None]


def _place(facts: Facts) -> dict[str, object]:
    """Return the first line of the learner's file that the message points at."""
    found = re.search(rf'File "{re.escape(facts.error.file)}", line (\d+)', facts.error.text)
    return {"line": int(found[1])} if found is not None and facts.error.file else {}


def _is_script(facts: Facts) -> bool:
    return facts.went_through("torch/jit/") or facts.error.type.startswith("torch.jit.")


def _unsupported(facts: Facts, match: re.Match[str]) -> Said:
    return Said("script", {"what": match[1]})


def _refused(facts: Facts, match: re.Match[str]) -> Said | None:
    """Code that TorchScript's parser refuses, with the parser's own message."""
    if not facts.error.type.startswith("torch.jit.frontend."):
        return None
    fields: dict[str, object] = {"reason": match[1].rstrip(": "), **_place(facts)}
    return Said("script_refused", fields, what="script_refused.line" if "line" in fields else "")


def _says(key: str, *names: str) -> _Say:
    """Return a `say` for TorchScript alone; the groups of the pattern are filled in under `names`."""

    def say(facts: Facts, match: re.Match[str]) -> Said | None:
        if not _is_script(facts):
            return None
        fields = _place(facts) | {name: match[place + 1] or "" for place, name in enumerate(names)}
        return Said(key, fields, what=f"{key}.line" if "line" in fields else "")

    return say


def _other(facts: Facts, match: re.Match[str]) -> Said | None:
    if not _is_script(facts):
        return None
    if re.search(r"'Optional\[\w+\]'", facts.error.text):
        return Said("script_optional")
    found = re.search(
        r"Module '(\w+)' has no attribute '(\w+)' .*?'(list|dict|tuple)'.*?torch\.nn\.Module",
        facts.error.text,
        re.DOTALL,
    )
    if found is not None:
        kind = "nn.ModuleDict" if found[3] == "dict" else "nn.ModuleList"
        return Said("script_layers", {"name": f"self.{found[2]}", "type": found[3], "kind": kind})
    return Said("script_other")


def _argument(facts: Facts, match: re.Match[str]) -> Said | None:
    """A compiled function was called with a value of a type that it was not compiled for."""
    fields: dict[str, object] = {"function": match[1], "wanted": match[2].split(" ")[0], "name": match[3]}
    fields["given"] = match[4]
    return Said("script_argument", fields, "script_argument.annotate" if "inferred" in match[2] else "")


def _numpy(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("script", {"what": "NumPy"}) if _is_script(facts) and "numpy" in match[0] else None


def _lambda(facts: Facts, match: re.Match[str]) -> Said | None:
    written = text(facts.expression.argument(0, "obj"))
    return Said("script_lambda") if _is_script(facts) and written.startswith("lambda") else None


def _no_example(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called != "trace":
        return None
    model = text(facts.expression.argument(0, "func")) or "model"
    return Said("trace_example", {"call": f"{facts.expression.function}({model}, x)"})


def _no_file(facts: Facts, match: re.Match[str]) -> Said:
    path = match[1]
    return Said("no_file", {"path": path}, what="no_file.absolute" if path.startswith("/") else "")


def _no_archive(facts: Facts, match: re.Match[str]) -> Said | None:
    loads = facts.expression.called == "load" and facts.went_through("torch/jit/")
    path = text(facts.expression.argument(0, "f")) or "…"
    return Said("no_script_file", {"path": path}) if loads else None


RULES_FIRST = (Rule(r"^PytorchStreamReader failed locating file constants\.pkl", _no_archive),)
"""Tried before the general rule about damaged files."""

RULES = (
    Rule(r"^Compiled functions can't take variable number of arguments", _says("script_arguments")),
    Rule(r"(\w+) is not defined in the (true|false) branch", _says("script_branch", "name", "branch")),
    Rule(
        r"^\s*Previous return statement returned a value of type (\S+).*? returns a value of type ([^\s:]+)",
        _says("script_returns", "first", "second"),
    ),
    Rule(
        r"^\s*Return value was annotated as having type (\S+) but is actually of type ([^\s:]+)",
        _says("script_returns", "first", "second"),
    ),
    Rule(
        r"^\s*Variable '(\w+)' previously had type (\S+) but is now being assigned to a value of type ([^\s:]+)",
        _says("script_type", "name", "first", "second"),
    ),
    Rule(
        r"^\s*Type mismatch: (\w+) is set to type (\S+) in the true branch and type (\S+) in the false branch",
        _says("script_type", "name", "first", "second"),
    ),
    Rule(
        r"^(?:\w+\.)*(\w+)\(\) Expected a value of type '([^']+)' for argument '(\w+)' "
        r"but instead found type '([^']+)'",
        _argument,
    ),
    Rule(
        r"^\s*'?(list|dict|tuple|set)'? object is not (?:subscriptable|iterable)",
        _says("script_elements", "type"),
    ),
    Rule(r"^\s*Expected integer literal for index but got a variable", _says("script_index")),
    Rule(r"^\s*Python builtin <built-in function (\w+)> is currently not supported", _unsupported),
    Rule(r"^\s*python value of type '(\w+)' cannot be used as a value", _says("script_outside", "type")),
    Rule(r"^cannot create weak reference to .*", _numpy),
    Rule(r"^Expected a single top-level function", _lambda),
    Rule(
        r"^Only tensors, lists, tuples of tensors, or dictionary of tensors can be output",
        _says("trace_output"),
    ),
    Rule(r"^example_kwarg_inputs should be a dict", _no_example),
    Rule(r"^The provided filename (\S+) does not exist", _no_file),
    Rule(r"^(.+?) (?:aren't|isn't|are not) supported(?: in| yet|:)", _unsupported),
    Rule(
        r"^\n?(?:Arguments for call are not valid|Unknown (?:builtin op|type name)|Expected a value of type|"
        r"Module '\w+' has no attribute|Tried to access nonexistent attribute|undefined value)",
        _other,
    ),
    Rule(r"^\s*([^\n]+)", _refused),
)
"""TorchScript."""
