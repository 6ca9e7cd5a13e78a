"""Python's own errors that beginners meet: Python's English sentence does not help an Italian reader."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.members import loaded
from evoclass_explain.rules import Rule, Said, always, of_own


def _whole(facts: Facts, match: re.Match[str]) -> Said:
    call = facts.expression.call
    name = text(call.args[0]) if call is not None and len(call.args) == 1 else ""
    name = name or "…"
    fields: dict[str, object] = {"type": match[1], "name": name}
    hint = {"str": "whole_number.text", "list": "whole_number.list", "Tensor": "whole_number.tensor"}.get(
        match[1], ""
    )
    return Said("whole_number", fields, hint or ("" if match[1] == "float" else "whole_number.other"))


def _real(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    if isinstance(facts.expression.node, ast.BinOp):
        return Said("percent")
    fields: dict[str, object] = {"type": kind, "name": text(facts.expression.argument(0)) or "…"}
    return Said("real_number", fields, "real_number.text" if kind == "str" else "")


def _joined(facts: Facts, match: re.Match[str]) -> Said:
    return Said("text_and_number", {"type": match[1]})


def _join_list(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    return Said("list_and_other", {"type": kind, "kind": match[2]})


def _callable(facts: Facts, match: re.Match[str]) -> Said | None:
    name, kind = facts.expression.function, match[1].rpartition(".")[2]
    if not name or kind == "NoneType":
        return None
    fields: dict[str, object] = {"name": name, "type": kind}
    call = facts.expression.call
    if kind == "_IncompatibleKeys" and call is not None:
        return loaded(facts, call.func)
    if kind == "DataLoader":
        return Said("not_callable", fields, "not_callable.loader")
    if kind == "Size" and call is not None and isinstance(call.func, ast.Attribute):
        before = text(call.func.value)
        return Said("not_callable", fields | {"before": before}, "not_callable.shape")
    if kind in ("str", "int", "float", "bool", "list", "dict", "Tensor") and name in _BUILTINS:
        return Said("not_callable", fields, "not_callable.builtin")
    if kind in ("list", "tuple", "dict", "Tensor", "ndarray") and call is not None and len(call.args) == 1:
        return Said("not_callable", fields | {"index": text(call.args[0])}, "not_callable.brackets")
    if kind in ("int", "float") and isinstance(call.func if call else None, ast.Constant):
        return Said("not_callable", fields, "not_callable.times")
    if kind == "module":
        return Said("not_callable", fields, "not_callable.module")
    if call is not None and isinstance(call.func, ast.Attribute) and not call.args and kind in _VALUES:
        return Said("not_callable", fields, "not_callable.value")
    if kind == "Text" and call is not None and isinstance(call.func, ast.Attribute):
        owner, given = text(call.func.value), text(call.args[0]) if call.args else "…"
        new = f"{owner}.set_{call.func.attr}({given})"
        return Said("not_callable", fields | {"new": new}, "not_callable.other")
    return Said("not_callable", fields)


_VALUES = ("int", "float", "bool", "str", "dtype", "device", "Size")
_BUILTINS = frozenset(
    [
        "print",
        "len",
        "list",
        "dict",
        "set",
        "str",
        "int",
        "float",
        "max",
        "min",
        "sum",
        "abs",
        "range",
        "type",
        "input",
        "open",
        "next",
        "iter",
        "map",
        "zip",
        "sorted",
        "round",
    ]
)


def _no_number(facts: Facts, match: re.Match[str]) -> Said:
    written = match[1]
    if re.fullmatch(r"\s*-?\d+,\d+\s*", written):
        return Said("no_number_text", {"text": written}, "no_number_text.comma")
    if re.fullmatch(r"\s*-?\d*\.\d+\s*", written) or re.fullmatch(r"\s*-?\d+\.\d*\s*", written):
        return Said("no_number_text", {"text": written}, "no_number_text.decimal")
    if not written.strip():
        return Said("no_number_text", {"text": written}, "no_number_text.empty")
    return Said("no_number_text", {"text": written})


def _round(facts: Facts, match: re.Match[str]) -> Said:
    kind, name = match[1].rpartition(".")[2], text(facts.expression.argument(0)) or "…"
    hint = "real_number.text" if kind == "str" else "real_number.tensor" if kind == "Tensor" else ""
    return Said("real_number", {"type": kind, "name": name}, hint)


def _format_code(facts: Facts, match: re.Match[str]) -> Said:
    return Said(
        "format_code", {"code": match[1], "type": match[2]}, "format_code.text" if match[2] == "str" else ""
    )


def _join_texts(facts: Facts, match: re.Match[str]) -> Said:
    name = text(facts.expression.argument(0)) or "…"
    return Said("join_texts", {"type": match[2], "name": name, "place": int(match[1]) + 1})


def _assertion(facts: Facts, match: re.Match[str]) -> Said | None:
    """The learner's own `assert`; assertions in libraries are about other values."""
    if facts.error.type != "AssertionError" or not facts.is_own:
        return None
    node = facts.expression.node
    condition = text(node.test if isinstance(node, ast.Assert) else node)
    if not condition or not facts.error.source.strip().startswith("assert"):
        return None
    shown = [
        f"`{own.name}` {_shown(own.shape, own.text)}"
        for own in facts.error.operands
        if own.shape is not None or own.text
    ]
    fields: dict[str, object] = {"condition": condition, "values": ", ".join(shown[:4])}
    return Said("assertion", fields, what="" if shown else "assertion.plain")


def _shown(shape: tuple[int, ...] | None, value: str) -> str:
    return f"({' × '.join(map(str, shape))})" if shape is not None else f"= {value}"


def _domain(facts: Facts, match: re.Match[str]) -> Said:
    return Said("domain", {"call": text(facts.expression.node) or "…"})


def _context(facts: Facts, match: re.Match[str]) -> Said:
    name = text(facts.expression.node)
    kind = match[1].rpartition(".")[2]
    if not name:
        return Said(
            "no_context",
            {"type": kind},
            "no_context.any_call" if kind == "type" else "",
            "no_context.nameless",
        )
    fields: dict[str, object] = {"type": kind, "name": name}
    call = kind in ("type", "function", "method", "ABCMeta") or name.endswith(("no_grad", "inference_mode"))
    return Said("no_context", fields, "no_context.call" if call else "")


def _number_method(facts: Facts, match: re.Match[str]) -> Said:
    return Said("overflow")


def _environment(facts: Facts, match: re.Match[str]) -> Said:
    return Said("input_end")


_RULES = (
    Rule(r"^'([\w.]+)' object cannot be interpreted as an integer", _whole),
    Rule(r"^must be real number, not ([\w.]+)", _real),
    Rule(r"^type ([\w.]+) doesn't define __round__ method", _round),
    Rule(r"^can only concatenate str \(not \"([\w.]+)\"\) to str", _joined),
    Rule(r"^can only concatenate (?:list|tuple) \(not \"([\w.]+)\"\) to (list|tuple)", _join_list),
    Rule(
        r"^can't multiply sequence by non-int of type '([\w.]+)'",
        lambda f, m: Said("repeated_list", {"type": m[1]}),
    ),
    Rule(r"^'([\w.]+)' object is not callable", _callable),
    Rule(r"^(?:float |integer )?(?:division|modulo)(?: or modulo)? by zero|^float modulo", always("zero")),
    Rule(
        r"^(?:invalid literal for int\(\) with base 10|could not convert string to float): '(.*)'$",
        _no_number,
    ),
    Rule(
        r"^(?:int|float)\(\) argument must be .*, not '([\w.]+)'",
        lambda f, m: Said("number_of", {"type": m[1]}),
    ),
    Rule(r"^Unknown format code '(.)' for object of type '(\w+)'", _format_code),
    Rule(r"^sequence item (\d+): expected str instance, ([\w.]+) found", _join_texts),
    Rule(
        r"^not (?:enough|all) arguments (?:for|converted during) (?:format string|string formatting)",
        always("percent"),
    ),
    Rule(
        r"^Replacement index \d+ out of range|^must be real number, not str|^%\w format: ", always("percent")
    ),
    Rule(r"^(?:math domain error|expected a (?:nonnegative|positive) input)", _domain),
    Rule(r"^(?:math range error|\(34, )", _number_method),
    Rule(r"^'([\w.]+)' object does not support the (?:asynchronous )?context manager protocol", _context),
    Rule(r"^EOF when reading a line", _environment),
    Rule(
        r"^reduce\(\) of empty (?:sequence|iterable)",
        always("zero_items"),
    ),
    Rule(r"^bad input shape|^Sample larger than population", lambda f, m: Said("sample_large")),
    Rule(r"^Can't instantiate abstract class (\w+)", lambda f, m: Said("abstract", {"type": m[1]})),
    Rule(r"^isinstance\(\) arg 2 must be", always("isinstance_types")),
    Rule(r"^(?:empty range for randrange|empty range in randrange)", always("empty_range")),
    Rule(r"^range\(\) arg 3 must not be zero|^slice step cannot be zero", always("zero_step")),
    Rule(
        r"^([\w.]+) expected (?:at least |at most |exactly )?(\d+) arguments?, got (\d+)",
        lambda f, m: Said("builtin_count", {"function": m[1], "wanted": m[2], "given": m[3]}),
    ),
    Rule(
        r"^(\w+)\(\) takes (?:at most|at least|exactly) (\w+) (?:positional )?(?:keyword )?arguments? \((\d+) given\)",
        lambda f, m: Said("builtin_count", {"function": m[1], "wanted": m[2], "given": m[3]}),
    ),
)


RAISED = (Rule(r"^exceptions must derive from BaseException", always("raised_text")),)
"""Values that `raise` itself cannot raise."""

RULES = (
    Rule(
        r"^dict contains fields not in fieldnames: (.+)$",
        lambda f, m: Said("csv_fields", {"fields": m[1].replace("'", "`")}),
    ),
    Rule(
        r"^Population must be a sequence",
        lambda f, m: Said("sample", {"name": text(f.expression.argument(0, "population")) or "…"}),
    ),
    Rule(
        r"^time data '(.*)' does not match format '(.*)'$",
        lambda f, m: Said("no_date", {"text": m[1], "format": m[2]}),
    ),
    Rule(r"^(?:threads can only be started once|cannot start a process twice)", always("started_twice")),
    *map(of_own, _RULES),
    Rule(r"^", _assertion),
)
"""Python."""
