"""Find the rule that knows an error and say it in the learner's language."""

from __future__ import annotations

import re
from functools import lru_cache

from evoclass.explanation import Explanation
from evoclass.i18n import Catalog
from evoclass.protocol import ErrorReport
from evoclass_explain import (
    attributes,
    checkpoints,
    convolutions,
    data,
    dtypes,
    gradients,
    indices,
    losses,
    machine,
    modules,
    norms,
    optimizers,
    products,
    python,
    sequences,
    shapes,
    truths,
    values,
)
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule

RULES: tuple[Rule, ...] = (
    *data.WORKERS,
    *products.RULES,
    *convolutions.RULES,
    *norms.RULES,
    *sequences.RULES,
    *losses.RULES,
    *truths.RULES,
    *shapes.RULES,
    *indices.RULES,
    *checkpoints.RULES,
    *dtypes.RULES,
    *gradients.RULES,
    *optimizers.RULES,
    *modules.RULES,
    *attributes.RULES,
    *values.RULES,
    *machine.RULES,
    *data.RULES,
    *python.RULES,
)
"""Asked in this order; the first that has something to say wins."""


def explain(error: ErrorReport, language: str) -> Explanation | None:
    """Return what does not fit, with the learner's names, or None if no rule knows this error."""
    facts = Facts(error)
    if facts.is_raised:
        return None
    text = _catalog(language)
    for rule in RULES:
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
