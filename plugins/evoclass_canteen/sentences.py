"""The language of the canteen: a grammar so small that the probability of each of its sentences is known."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple

from evoclass_canteen.english import English
from evoclass_canteen.italian import Italian
from evoclass_canteen.languages import spoken

_WORDS: Mapping[str, English | Italian] = {"en": English(), "it": Italian()}

_NUMBERS = (False, True)
"""One dish, or several."""


class Sentence(NamedTuple):
    """A sentence, and the natural logarithm of its probability."""

    text: str
    log_probability: float


class CanteenLanguage:
    """Sentences about dishes and people; in Italian and in English there are 10,536 of them.

    One of four patterns is drawn first, then a word for each of its places; all choices are equally likely.
    """

    def __init__(self, language: str) -> None:
        words = spoken(language, _WORDS)
        dish: tuple[Sequence[Any], ...] = (words.nouns, _NUMBERS)
        person = (words.people, words.verbs)
        self._patterns = (
            (words.described, (*dish, words.adjectives)),
            (words.described_by_giver, (*dish, *person, words.adjectives)),
            (words.given, (*dish, *person, words.adjectives)),
            (words.given_twice, (*dish, *person, words.verbs)),
        )

    def draw(self, count: int, *, seed: int = 10) -> list[Sentence]:
        """Return `count` sentences; a larger number begins with those of the smaller."""
        rng = Random(seed)
        return [self._one(rng) for _ in range(count)]

    @cached_property
    def log_probabilities(self) -> Mapping[str, float]:
        """Every sentence of the language with the natural logarithm of its probability."""
        return MappingProxyType(dict(self._all()))

    @cached_property
    def entropy(self) -> float:
        """Nats in a sentence on average: no model can predict sentences at a lower loss."""
        return -sum(math.exp(logarithm) * logarithm for logarithm in self.log_probabilities.values())

    @cached_property
    def entropy_per_character(self) -> float:
        """Nats in a character on average; the end of a sentence counts as a character."""
        characters = sum(
            math.exp(logarithm) * (len(text) + 1) for text, logarithm in self.log_probabilities.items()
        )
        return self.entropy / characters

    def _one(self, rng: Random) -> Sentence:
        compose, places = rng.choice(self._patterns)
        return Sentence(_written(compose(*map(rng.choice, places))), self._log_probability(places))

    def _all(self) -> Iterator[Sentence]:
        for compose, places in self._patterns:
            logarithm = self._log_probability(places)
            for choice in product(*places):
                yield Sentence(_written(compose(*choice)), logarithm)

    def _log_probability(self, places: Sequence[Sequence[Any]]) -> float:
        return -math.log(len(self._patterns) * math.prod(map(len, places)))


def _written(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
