"""What a run says about the numbers that its lesson expects, in words."""

from __future__ import annotations

from collections.abc import Iterable

from evoclass.i18n import Catalog
from evoclass.protocol import Exit, Expected


def values_text(result: Expected) -> str:
    """Return the compared values on one line: `accuracy = 0.41, chance = 0.14`."""
    return ", ".join(f"{name} = {value}" for name, value in result.values.items())


def unexpected(found: Iterable[Expected], ended: Exit, catalog: Catalog) -> list[str]:
    """Return a sentence for the learner on each condition that does not hold; one without values says nothing.

    A run that did not come to its end is held to nothing: its numbers are those of the way.
    """
    if ended.reason != "finished":
        return []
    return [
        catalog("run.unexpected", values=values_text(result), expression=result.expression)
        for result in found
        if not result.holds and result.values and not result.error
    ]
