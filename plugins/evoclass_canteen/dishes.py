"""What the canteen offers, and what it costs."""

from __future__ import annotations

from evoclass_canteen.languages import spoken

_NAMES = {
    "en": (
        "pizza", "lasagne", "risotto", "soup", "gnocchi", "salad", "omelette", "hamburger", "sushi", "sandwich",
        "meatballs", "roast chicken", "baked fish", "French fries", "grilled vegetables", "cake", "ice cream",
        "fruit salad", "donut", "waffle",
    ),
    "it": (
        "pizza", "lasagne", "risotto", "zuppa", "gnocchi", "insalata", "frittata", "hamburger", "sushi", "panino",
        "polpette", "pollo arrosto", "pesce al forno", "patatine fritte", "verdure grigliate", "torta", "gelato",
        "macedonia", "ciambella", "waffle",
    ),
}  # fmt: skip

DISHES = len(_NAMES["en"])
"""How many dishes the canteen knows."""

PRICES = tuple(range(3, 13))
"""The ten prices in euros."""


def dish_names(language: str = "en") -> list[str]:
    """Return the names of the twenty dishes, in the order of their numbers."""
    return list(spoken(language, _NAMES))
