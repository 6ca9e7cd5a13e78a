"""An error in a PyTorch or NumPy call that no other rule knows: the inputs, and the library's message."""

from __future__ import annotations

import ast
import re

from evoclass_explain.facts import Facts, named
from evoclass_explain.rules import Rule, Said

_LIBRARIES = ("/torch/", "/torchvision/", "/numpy/")
_KINDS = ("RuntimeError", "ValueError", "IndexError", "TypeError", "NotImplementedError")
_LONGEST = 200
_SHOWN = 4


def _values(facts: Facts, match: re.Match[str]) -> Said | None:
    """List the shapes and types of the operands of the learner's own call, without drawing a conclusion."""
    call, error = facts.expression.call, facts.error
    if call is None or error.type not in _KINDS or not facts.expression.function or not facts.direct:
        return None
    if facts.below and not any(library in facts.below[-1] for library in _LIBRARIES):
        return None
    called = facts.is_code(call.func, "function")
    method = isinstance(call.func, ast.Attribute) and facts.tensor_of(call.func.value) is not None
    layer = facts.running is not None
    if not (called is not None or method or layer) or (error.origins and _is_learners(facts)):
        return None
    shown = ", ".join(f"{named(own)} {own.dtype}" for own in facts.direct[:_SHOWN])
    said = error.text.strip().splitlines()[0] if error.text.strip() else ""
    if not said or len(said) > _LONGEST:
        return None
    function = facts.expression.function
    return Said("refused", {"function": function, "values": shown, "text": said})


def _is_learners(facts: Facts) -> bool:
    """Whether the learner wrote the called function: then the error is about code inside it."""
    return any(origin.name == facts.expression.source and origin.maker for origin in facts.error.origins)


RULES = (Rule(r"^", _values),)
"""Tried last."""
