"""Code that is not run as it is written: `vmap`, `torch.compile`, `torch.export`, TorchScript."""

from __future__ import annotations

import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always


def _branch(facts: Facts, match: re.Match[str]) -> Said:
    written = text(facts.expression.node)
    fields: dict[str, object] = {"condition": written}
    known = bool(written) and facts.expression.call is None
    return Said("traced_branch", fields, what="traced_branch.known" if known else "")


def _vmap(facts: Facts, match: re.Match[str]) -> Said:
    return _branch(facts, match)


def _item(facts: Facts, match: re.Match[str]) -> Said:
    return Said("traced_item")


def _random(facts: Facts, match: re.Match[str]) -> Said:
    return Said("vmap_random")


def _vmap_size(facts: Facts, match: re.Match[str]) -> Said:
    return Said("vmap_size")


def _script(facts: Facts, match: re.Match[str]) -> Said:
    return Said("script", {"what": match[1]})


def _script_other(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("script_other") if facts.went_through("torch/jit/") else None


def _compile(facts: Facts, match: re.Match[str]) -> Said | None:
    if "torch._dynamo" not in facts.error.type:
        return None
    if re.match(r"Data-dependent (?:branching|jump|assertion)", facts.error.text):
        return Said("traced_branch", {}, "traced_branch.fullgraph")
    if "scalar" in facts.error.text[:200] or ".item()" in facts.error.text[:400]:
        return Said("traced_item", {}, "traced_item.compile")
    return Said("graph_break", {"reason": match[1][:120]})


def _export(facts: Facts, match: re.Match[str]) -> Said:
    return Said("export_shape")


RULES = (
    Rule(r"vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow", _vmap),
    Rule(r"vmap: It looks like you're calling \.item\(\)", _item),
    Rule(r"vmap: called random operation while in randomness error mode", _random),
    Rule(r"vmap: Expected all tensors to have the same size in the mapped dimension", _vmap_size),
    Rule(r"vmap: (?:in-place|inplace) arithmetic|vmap: .*in_dims", always("vmap_other")),
    Rule(r"Could not guard on data-dependent expression|Could not extract specialized integer", _branch),
    Rule(r"^(.+?)\n", _compile),
    Rule(r"Constraints violated|marked .* as dynamic but|Expected input at .* to be equal to", _export),
    Rule(r"^(.+?) (?:aren't|isn't|are not) supported(?: in|:)", _script),
    Rule(
        r"^\n?(?:Arguments for call are not valid|Unknown (?:builtin op|type name)|Expected a value of type|"
        r"Module '\w+' has no attribute|Tried to access nonexistent attribute|undefined value)",
        _script_other,
    ),
    Rule(
        r"Compiler: .* is not found|No working C(?:\+\+)? compiler|InvalidCxxCompiler|"
        r"Failed to find C compiler",
        always("no_compiler"),
    ),
)
"""Traced code."""
