"""The canteen: the small data sets of the course, the same at every run and without a network.

    from evoclass_canteen import CanteenLanguage, digits, menus, number_words, queue, spiral

Words and sentences need no torch; the other names load it when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evoclass_canteen.dishes import PRICES, dish_names
    from evoclass_canteen.handwriting import Digits, digits
    from evoclass_canteen.menu import Menus, menus
    from evoclass_canteen.numerals import number_words
    from evoclass_canteen.points import Queue, Spiral, queue, spiral
    from evoclass_canteen.sentences import CanteenLanguage, Sentence

__all__ = [
    "PRICES",
    "CanteenLanguage",
    "Digits",
    "Menus",
    "Queue",
    "Sentence",
    "Spiral",
    "digits",
    "dish_names",
    "menus",
    "number_words",
    "queue",
    "spiral",
]

_HOMES = {
    "PRICES": "dishes",
    "CanteenLanguage": "sentences",
    "Digits": "handwriting",
    "Menus": "menu",
    "Queue": "points",
    "Sentence": "sentences",
    "Spiral": "points",
    "digits": "handwriting",
    "dish_names": "dishes",
    "menus": "menu",
    "number_words": "numerals",
    "queue": "points",
    "spiral": "points",
}
"""Modules of the names, loaded at their first use; none is named like what it offers, and so takes its place."""


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
