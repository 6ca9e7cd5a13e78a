"""Widget classes have the computed values that Textual would find itself."""

from __future__ import annotations

from collections.abc import Iterator

from textual.dom import DOMNode
from textual.reactive import reactive
from textual.widget import Widget

import evoclass_tui.app
from evoclass_tui import quick_classes


class Plain:
    def compute_from_a_mixin(self) -> int:
        return 1


class Above(Widget):
    public: reactive[int] = reactive(0)

    def compute_public(self) -> int:
        return 1

    def _compute_private(self) -> int:
        return 2


class Below(Plain, Above):
    def compute_own(self) -> int:
        return 3


def made(above: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for below in above.__subclasses__():
        yield below
        yield from made(below)


def as_textual_finds_them(made: type[DOMNode]) -> frozenset[str]:
    return frozenset(name.lstrip("_")[8:] for name in dir(made) if name.startswith(("_compute_", "compute_")))


def test_they_are_found_in_ancestors_of_all_kinds() -> None:
    assert Below._computes == {"from_a_mixin", "public", "private", "own"}


def test_every_class_has_those_that_textual_would_find() -> None:
    assert evoclass_tui.app
    wrong = [each for each in made(DOMNode) if each._computes != as_textual_finds_them(each)]
    assert not wrong
    assert len(list(made(DOMNode))) > 100


def test_textual_still_asks_for_the_names_in_that_place_alone() -> None:
    from textual import dom

    assert dom.__dict__["dir"] is quick_classes.names_of
    using = [
        name
        for name, value in vars(DOMNode).items()
        if "dir" in getattr(getattr(value, "__func__", value), "__code__", (lambda: 0).__code__).co_names
    ]
    assert using == ["__init_subclass__"]
