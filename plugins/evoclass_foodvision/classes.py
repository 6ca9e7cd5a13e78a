"""The seven classes of FoodVision and their names in each language."""

from __future__ import annotations

from evoclass.frozen import frozen
from evoclass.i18n import Catalog


@frozen
class FoodClass:
    """One kind of food that the classifier recognises."""

    key: str
    """Name of the class in Food-101, which is also its folder there."""

    def name(self, language: str) -> str:
        """Return the name in `language`, or in English if there is no translation."""
        return Catalog(language, ["evoclass_foodvision"])(f"foodvision.class.{self.key}")


CLASSES: tuple[FoodClass, ...] = (
    FoodClass("donuts"),
    FoodClass("french_fries"),
    FoodClass("hamburger"),
    FoodClass("ice_cream"),
    FoodClass("pizza"),
    FoodClass("sushi"),
    FoodClass("waffles"),
)
"""In the order of their labels, the same (alphabetical) order as in Food-101."""


def class_names(language: str = "en") -> list[str]:
    """Return the seven names in `language`, in the order of the labels."""
    return [food.name(language) for food in CLASSES]
