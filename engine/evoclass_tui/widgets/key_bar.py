"""The bottom line: the keys that matter at the focus, in the learner's language, to press or to click."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from evoclass.frozen import frozen, mutable
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.wording.languages import following
from evoclass_tui.keymap import keymap_of
from evoclass_tui.keyname import types
from evoclass_tui.keys import COMMANDS, display
from evoclass_tui.places import BRIEF, PLACES, TYPING

FIRST = ("palette", "help", "run", "sides")
"""Commands that are always shown; the keys of the place come after them, then the other commands."""

_NARROW = 100
"""Columns below which a bar has short labels."""

_SHORT = {"keys.find.regex": "find.regex", "keys.find.whole": "find.whole"}
"""What narrow bars call keys whose effect has a short name on the screen."""

_IN_GUESS = {"command.check.short": "command.check.short_guess", "keys.text.finish": "keys.text.finish_guess"}
"""What keys are called in a guess that have an answer checked elsewhere."""


@frozen
class Item:
    """A key with its text."""

    key: str
    """As Textual names it."""
    label: str
    command: str = ""


class KeyBar(Widget):
    """Shows as many keys as fit."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyBar {
        height: 1; padding: 0 1; background: $footer-background; color: $text-muted;
        pointer: pointer;
        & .key-bar--key { color: $accent; text-style: bold; }
        & .key-bar--hover { color: $foreground; background: $boost; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--hover"}

    catalog: reactive[Catalog | None] = reactive(None)
    running: reactive[bool] = reactive(False)
    place: reactive[str] = reactive("")
    """Where the focus is; a name in `PLACES`."""
    in_guess: reactive[bool] = reactive(False)
    """Whether the focus is in a guess, which is kept where an answer would be checked."""
    idle: reactive[frozenset[str]] = reactive(frozenset[str]())
    """Commands, and keys of places, that do nothing in the open lesson."""
    hover: reactive[str] = reactive("")
    covered: reactive[bool] = reactive(False)
    """Whether something stands above, which has the keys."""

    @mutable
    class Pressed(Message):
        """The learner clicked on a command, or on a key of the place that has the focus."""

        command: str
        key: str

    def _items(self) -> tuple[list[Item], list[Item]]:
        """Return the keys of the place, and the commands of the window."""
        assert self.catalog is not None
        keymap = keymap_of(self)
        here = [
            Item(keys[0], self._label(f"keys.{self.place}.{key.id}"))
            for key in PLACES.get(self.place, ())
            if key.bar and f"{self.place}.{key.id}" not in self.idle
            if (keys := keymap.of_place(self.place, key))
        ]
        everywhere = []
        narrow = self.screen.has_class("-narrow")
        # What a key of the window does not do here: the place has it, or it types a letter.
        taken = {key for line in PLACES.get(self.place, ()) for key in keymap.of_place(self.place, line)}
        typing = self.place in TYPING
        for command in COMMANDS:
            if command.id in self.idle or not (command.bar or (command.narrow and narrow)):
                continue
            usable = (
                key for key in keymap.keys(command.id) if key not in taken and not (typing and types(key))
            )
            if key := next(usable, ""):
                name = "stop" if command.id == "run" and self.running else command.id
                language = LANGUAGES[following(self.catalog.language)]
                label = self._label(f"command.{name}.short", following=language)
                everywhere.append(Item(key, label, command.id))
        return here, everywhere

    def _label(self, name: str, **fields: str) -> str:
        assert self.catalog is not None
        if self.content_size.width < _NARROW:
            name = _SHORT.get(name, name)
        return self.catalog(_IN_GUESS.get(name, name) if self.in_guess else name, **fields)

    def _parts(self) -> list[tuple[Item, Content]]:
        """Return the keys that fit, each with its text: those of the place first."""
        here, everywhere = self._items()
        ahead = () if self.place in BRIEF else FIRST
        first = [item for item in everywhere if item.command in ahead]
        fitting: dict[str, Content] = {}
        room, key_style = self.content_size.width, self.get_visual_style("key-bar--key")
        others = sorted(everywhere, key=lambda item: item.command not in FIRST)
        for item in [*first, *here, *(item for item in others if item not in first)]:
            text = self._draw(item, key_style)
            if text.cell_length <= room:
                room -= text.cell_length
                fitting[item.key] = text
        return [(item, fitting[item.key]) for item in [*here, *everywhere] if item.key in fitting]

    def _draw(self, item: Item, key_style: Style) -> Content:
        assert self.catalog is not None
        key = (display(item.key, self.catalog), key_style)
        text = Content.assemble(key, f" {item.label}")
        if item.key == self.hover:
            text = text.stylize(self.get_visual_style("key-bar--hover"))
        return Content.assemble(text, "  ")

    def render(self) -> Content:
        if self.catalog is None or self.covered:
            return Content()
        return Content.assemble(*(text for _, text in self._parts()))

    def _at(self, x: int) -> Item | None:
        right = 0
        for item, text in self._parts():
            right += text.cell_length
            if x < right:
                return item
        return None

    def on_click(self, event: events.Click) -> None:
        if item := self._at(event.x - self.gutter.left):
            self.post_message(self.Pressed(item.command, item.key))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        item = self._at(event.x - self.gutter.left)
        self.hover = item.key if item is not None else ""

    def on_leave(self) -> None:
        self.hover = ""
