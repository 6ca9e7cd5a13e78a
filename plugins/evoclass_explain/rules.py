"""Rules: each has a pattern of an error's text, and the explanation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from evoclass_explain.facts import Facts


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences to use: `explain.KEY.title`, `.what` and `.try`, and the values to fill in."""

    key: str
    fields: dict[str, object] = field(default_factory=dict)
    hint: str = ""
    """A sentence to use instead of `KEY.try`."""
    what: str = ""
    """A sentence to use instead of `KEY.what`."""
    more: tuple[str, ...] = ()
    """Sentences after `KEY.what`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Knows one error text."""

    pattern: str
    say: Callable[[Facts, re.Match[str]], Said | None]
    """Return the explanation, or None if this is a different case."""


def always(key: str) -> Callable[[Facts, re.Match[str]], Said]:
    """Return a `say` for errors whose explanation needs no names."""

    def say(facts: Facts, match: re.Match[str]) -> Said:
        return Said(key)

    return say


def of_own(rule: Rule) -> Rule:
    """Return a rule that is silent if a library raised the error: its words are then about other values."""
    return Rule(rule.pattern, lambda facts, match: rule.say(facts, match) if facts.is_own else None)
