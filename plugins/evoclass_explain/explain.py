"""Find the rule that knows an error and explain it in the learner's language."""

from __future__ import annotations

import re
from functools import lru_cache

from evoclass.explanation import Explanation
from evoclass.i18n import Catalog
from evoclass.protocol import ErrorReport
from evoclass_explain import (
    arrays,
    attributes,
    calls,
    checkpoints,
    containers,
    convolutions,
    coroutines,
    data,
    distributed,
    dtypes,
    files,
    functions,
    gradients,
    grammar,
    indices,
    keys,
    losses,
    machine,
    members,
    modules,
    names,
    norms,
    nothing,
    numerics,
    operators,
    optimizers,
    outputs,
    plots,
    processes,
    products,
    python,
    recursion,
    refused,
    scaling,
    scripting,
    sequences,
    shapes,
    tensors,
    tracing,
    truths,
    unpacking,
    values,
    weights,
)
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule

RULES: tuple[Rule, ...] = (
    *data.WORKERS,
    *processes.RULES_FIRST,
    *grammar.RULES,
    *coroutines.RULES,
    *outputs.RULES,
    *arrays.RULES_FIRST,
    *calls.RULES,
    *unpacking.RULES,
    *products.RULES,
    *convolutions.RULES,
    *norms.RULES,
    *sequences.RULES,
    *losses.RULES,
    *truths.RULES,
    *tensors.RULES_FIRST,
    *containers.RULES_FIRST,
    *shapes.RULES,
    *tensors.RULES,
    *numerics.RULES,
    *indices.RULES,
    *weights.RULES,
    *scripting.RULES_FIRST,
    *checkpoints.RULES,
    *dtypes.RULES,
    *gradients.RULES,
    *optimizers.RULES,
    *scaling.RULES,
    *distributed.RULES,
    *processes.RULES,
    *nothing.RULES,
    *modules.RULES,
    *plots.RULES,
    *members.RULES_FIRST,
    *attributes.RULES,
    *values.RULES,
    *functions.RULES,
    *machine.RULES,
    *files.RULES,
    *data.RULES,
    *arrays.RULES,
    *tracing.RULES,
    *scripting.RULES,
    *names.RULES,
    *members.RULES,
    *containers.RULES,
    *members.OF_ENUMS,
    *keys.RULES,
    *operators.RULES,
    *python.RULES,
    *recursion.RULES,
    *refused.RULES,
)
"""Tried in this order; the first one with an explanation wins."""


_TOO_LONG = re.compile(r"\d{1000}")


def explain(error: ErrorReport, language: str) -> Explanation | None:
    """Return an explanation with the learner's names, or None if no rule knows this error."""
    if _TOO_LONG.search(error.text):
        return None  # not a library's message; Python does not even parse a number like this
    facts = Facts(error)
    text = _catalog(language)
    # The learner's own message may use PyTorch's words, but has its own meaning.
    for rule in python.RAISED if facts.is_raised else RULES:
        match = re.search(rule.pattern, error.text, re.DOTALL)
        said = rule.say(facts, match) if match is not None else None
        if said is None:
            continue
        what = [text(f"explain.{said.what or f'{said.key}.what'}", **said.fields)]
        what += [text(f"explain.{more}", **said.fields) for more in said.more]
        return Explanation(
            title=text(f"explain.{said.key}.title", **said.fields),
            what=" ".join(what),
            try_this=text(f"explain.{said.hint or f'{said.key}.try'}", **said.fields),
            line=error.line,
        )
    return None


@lru_cache(maxsize=8)
def _catalog(language: str) -> Catalog:
    return Catalog(language, ["evoclass_explain"])
