"""The seven classes of FoodVision and their names in each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FoodClass:
    """One kind of food that the classifier tells apart."""

    key: str
    """Name of the class in Food-101, which is also its folder there."""
    en: str
    it: str

    def name(self, language: str) -> str:
        """Return the name in `language`, or in English where there is no translation."""
        return self.it if language == "it" else self.en


CLASSES: tuple[FoodClass, ...] = (
    FoodClass("donuts", "donut", "ciambella"),
    FoodClass("french_fries", "French fries", "patatine fritte"),
    FoodClass("hamburger", "hamburger", "hamburger"),
    FoodClass("ice_cream", "ice cream", "gelato"),
    FoodClass("pizza", "pizza", "pizza"),
    FoodClass("sushi", "sushi", "sushi"),
    FoodClass("waffles", "waffle", "waffle"),
)
"""In the order of their labels, which is that of Food-101 (alphabetical)."""


def class_names(language: str = "en") -> list[str]:
    """Return the seven names in `language` ("en" or "it"), in the order of the labels."""
    return [food.name(language) for food in CLASSES]
