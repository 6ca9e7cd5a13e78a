"""Code that is not run as it is written: `vmap`, `torch.compile`, `torch.export`."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always

_LONGEST = 120


def _branch(facts: Facts, match: re.Match[str]) -> Said:
    written = text(facts.expression.node)
    if facts.expression.call is not None or not written or "torch._dynamo" in facts.error.type:
        return _told_branch(facts, "")
    return Said("traced_branch", {"condition": written}, what="traced_branch.known")


def _told_branch(facts: Facts, hint: str) -> Said:
    """Name the condition and its line from the message of `torch.compile`; the traceback ends at the call."""
    told = _told(facts)
    condition = _condition(told[1]) if told is not None else ""
    if told is None or not condition:
        return Said("traced_branch", {}, hint)
    return Said("traced_branch", {"condition": condition, "line": told[0]}, hint, "traced_branch.line")


def _told(facts: Facts) -> tuple[int, str] | None:
    """Return the innermost of the learner's lines that the message itself names, with its source."""
    _, _, user = facts.error.text.partition("from user code:")
    file = re.escape(facts.error.file)
    for told in (user, facts.error.text):
        found = re.findall(rf'File "{file}", line (\d+), in \S+?(?:, code: |\n\s+)([^\n]+)', told)
        if facts.error.file and found:
            return int(found[-1][0]), found[-1][1].strip()
    return None


def _condition(line: str) -> str:
    """Return the condition of a line: that of its `if` or `while`, of `… if … else …`, or of its `assert`."""
    for written in (line, f"{line} pass", f"if 1: pass\n{line} pass"):
        try:
            tree = ast.parse(written)
        except SyntaxError:
            continue
        tests = [
            node.test
            for node in ast.walk(tree)
            if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert)
            and not isinstance(node.test, ast.Constant)
        ]
        return text(tests[0]) if len(tests) == 1 else ""
    return ""


def _vmap(facts: Facts, match: re.Match[str]) -> Said:
    return _branch(facts, match)


def _item(facts: Facts, match: re.Match[str]) -> Said:
    return Said("traced_item")


def _random(facts: Facts, match: re.Match[str]) -> Said:
    return Said("vmap_random")


def _vmap_size(facts: Facts, match: re.Match[str]) -> Said:
    return Said("vmap_size")


def _compile(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = facts.error.type
    if "torch._dynamo" not in kind:
        return None
    told = _told(facts)
    fields: dict[str, object] = {"line": told[0], "code": told[1][:_LONGEST]} if told is not None else {}
    if kind.endswith("TorchRuntimeError"):
        return _fails(facts, fields)
    if not kind.endswith((".Unsupported", ".UserError")):
        return None
    if re.match(r"Data-dependent (?:branching|jump|assertion)", facts.error.text):
        return _told_branch(facts, "traced_branch.fullgraph")
    if "scalar" in facts.error.text[:200] or ".item()" in facts.error.text[:400]:
        what = "traced_item.line" if fields else ""
        return Said("traced_item", fields, "traced_item.compile", what)
    fields["reason"] = match[1][:_LONGEST]
    return Said("graph_break", fields, what="graph_break.line" if "line" in fields else "")


def _fails(facts: Facts, fields: dict[str, object]) -> Said | None:
    """The program's own error, found while it was being traced: for example, shapes that do not fit."""
    found = re.search(r"got \w+\(['\"](.+?)['\"]\)\n", facts.error.text, re.DOTALL)
    if found is None or not fields:
        return None
    said = found[1].replace("\\n", " ").strip()
    return Said("compile_fails", fields | {"said": said[:_LONGEST]})


def _backend(facts: Facts, match: re.Match[str]) -> Said:
    return Said("no_backend", {"name": match[1]})


def _export(facts: Facts, match: re.Match[str]) -> Said:
    return Said("export_shape")


RULES = (
    Rule(r"vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow", _vmap),
    Rule(r"vmap: It looks like you're calling \.item\(\)", _item),
    Rule(r"vmap: called random operation while in randomness error mode", _random),
    Rule(r"vmap: Expected all tensors to have the same size in the mapped dimension", _vmap_size),
    Rule(r"vmap: (?:in-place|inplace) arithmetic|vmap: .*in_dims", always("vmap_other")),
    Rule(r"Could not guard on data-dependent expression|Could not extract specialized integer", _branch),
    Rule(r"^Invalid backend: '(\w+)'", _backend),
    Rule(r"^(.+?)\n", _compile),
    Rule(r"Constraints violated|marked .* as dynamic but|Expected input at .* to be equal to", _export),
    Rule(
        r"Compiler: .* is not found|No working C(?:\+\+)? compiler|InvalidCxxCompiler|"
        r"Failed to find C compiler",
        always("no_compiler"),
    ),
)
"""Traced code."""
