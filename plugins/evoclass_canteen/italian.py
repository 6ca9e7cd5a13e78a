"""Words of the canteen in Italian, and how they agree."""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class Noun(NamedTuple):
    """A dish with its article."""

    singular: str
    plural: str
    feminine: bool

    def form(self, plural: bool) -> str:
        """Return the dish, or several of it."""
        return self.plural if plural else self.singular


class Adjective(NamedTuple):
    """The four forms of an adjective."""

    masculine: str
    feminine: str
    masculine_plural: str
    feminine_plural: str

    def form(self, noun: Noun, plural: bool) -> str:
        """Return the form that agrees with `noun`."""
        return self[2 * plural + noun.feminine]


_PRONOUNS = Adjective("lo", "la", "li", "le")


class Italian:
    """The four patterns of sentences in Italian."""

    nouns: ClassVar = (
        Noun("la pizza", "le pizze", True),
        Noun("la zuppa", "le zuppe", True),
        Noun("la torta", "le torte", True),
        Noun("la ciambella", "le ciambelle", True),
        Noun("l'insalata", "le insalate", True),
        Noun("l'arancia", "le arance", True),
        Noun("il panino", "i panini", False),
        Noun("il gelato", "i gelati", False),
        Noun("il biscotto", "i biscotti", False),
        Noun("il sufflè", "i sufflè", False),
        Noun("lo gnocco", "gli gnocchi", False),
        Noun("lo spiedino", "gli spiedini", False),
    )
    adjectives: ClassVar = (
        Adjective("caldo", "calda", "caldi", "calde"),
        Adjective("freddo", "fredda", "freddi", "fredde"),
        Adjective("buono", "buona", "buoni", "buone"),
        Adjective("salato", "salata", "salati", "salate"),
        Adjective("piccolo", "piccola", "piccoli", "piccole"),
        Adjective("dolce", "dolce", "dolci", "dolci"),
        Adjective("grande", "grande", "grandi", "grandi"),
    )
    people: ClassVar = ("Anna", "Luca", "Marta", "Paolo", "il cuoco", "la cuoca")
    verbs: ClassVar = ("porta", "compra", "prepara", "assaggia")

    def described(self, noun: Noun, plural: bool, adjective: Adjective) -> str:
        """La zuppa è calda."""
        return f"{noun.form(plural)} {_be(plural)} {adjective.form(noun, plural)}"

    def described_by_giver(
        self, noun: Noun, plural: bool, person: str, verb: str, adjective: Adjective
    ) -> str:
        """La zuppa che Anna porta è calda."""
        return f"{noun.form(plural)} che {person} {verb} {_be(plural)} {adjective.form(noun, plural)}"

    def given(self, noun: Noun, plural: bool, person: str, verb: str, adjective: Adjective) -> str:
        """Anna porta la zuppa calda."""
        return f"{person} {verb} {noun.form(plural)} {adjective.form(noun, plural)}"

    def given_twice(self, noun: Noun, plural: bool, person: str, verb: str, then: str) -> str:
        """Anna porta la zuppa e la assaggia."""
        return f"{person} {verb} {noun.form(plural)} e {_PRONOUNS.form(noun, plural)} {then}"


def _be(plural: bool) -> str:
    return "sono" if plural else "è"
