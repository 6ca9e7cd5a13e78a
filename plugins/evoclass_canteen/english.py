"""Words of the canteen in English, and how they agree."""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class Noun(NamedTuple):
    """A dish."""

    singular: str
    plural: str

    def form(self, plural: bool) -> str:
        """Return the dish, or several of it."""
        return self.plural if plural else self.singular


class English:
    """The four patterns of sentences in English."""

    nouns: ClassVar = (
        Noun("pizza", "pizzas"),
        Noun("soup", "soups"),
        Noun("cake", "cakes"),
        Noun("donut", "donuts"),
        Noun("salad", "salads"),
        Noun("orange", "oranges"),
        Noun("sandwich", "sandwiches"),
        Noun("ice cream", "ice creams"),
        Noun("biscuit", "biscuits"),
        Noun("waffle", "waffles"),
        Noun("burger", "burgers"),
        Noun("skewer", "skewers"),
    )
    adjectives: ClassVar = ("hot", "cold", "good", "salty", "small", "sweet", "big")
    people: ClassVar = ("Anna", "Luca", "Marta", "Paolo", "the cook", "the waiter")
    verbs: ClassVar = ("brings", "buys", "makes", "tastes")

    def described(self, noun: Noun, plural: bool, adjective: str) -> str:
        """The soup is hot."""
        return f"the {noun.form(plural)} {_be(plural)} {adjective}"

    def described_by_giver(self, noun: Noun, plural: bool, person: str, verb: str, adjective: str) -> str:
        """The soup that Anna brings is hot."""
        return f"the {noun.form(plural)} that {person} {verb} {_be(plural)} {adjective}"

    def given(self, noun: Noun, plural: bool, person: str, verb: str, adjective: str) -> str:
        """Anna brings the hot soup."""
        return f"{person} {verb} the {adjective} {noun.form(plural)}"

    def given_twice(self, noun: Noun, plural: bool, person: str, verb: str, then: str) -> str:
        """Anna brings the soup and tastes it."""
        return f"{person} {verb} the {noun.form(plural)} and {then} {'them' if plural else 'it'}"


def _be(plural: bool) -> str:
    return "are" if plural else "is"
