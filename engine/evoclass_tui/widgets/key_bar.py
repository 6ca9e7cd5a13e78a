"""The bottom line: the keys that matter, in the learner's language, to press or to click."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass_tui.keys import BY_ID, COMMANDS, Command, display


class KeyBar(Widget):
    """Shows as many keys as fit; the last two (palette and help) always do."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyBar {
        height: 1; padding: 0 1; background: $footer-background; color: $foreground 60%;
        pointer: pointer;
        & .key-bar--key { color: $accent; text-style: bold; }
        & .key-bar--hover { color: $foreground; background: $boost; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--hover"}

    catalog: reactive[Catalog | None] = reactive(None)
    running: reactive[bool] = reactive(False)
    hover: reactive[str] = reactive("")

    class Pressed(Message):
        """The learner clicked on a command."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def _label(self, command: Command) -> str:
        assert self.catalog is not None
        name = "stop" if command.id == "run" and self.running else command.id
        return self.catalog(f"command.{name}.short")

    def _parts(self) -> list[tuple[str, Content]]:
        """Return the commands that fit, each with its text."""
        parts = []
        room = self.content_size.width
        wanted = [command for command in COMMANDS if command.bar]
        always = [BY_ID["palette"], BY_ID["help"]]
        ordered = always + [command for command in wanted if command not in always]
        for command in ordered:
            text = self._draw(command)
            if text.cell_length <= room:
                room -= text.cell_length
                parts.append((command.id, text))
        place = {command.id: number for number, command in enumerate(wanted)}
        return sorted(parts, key=lambda part: place[part[0]])

    def _draw(self, command: Command) -> Content:
        key = (display(command.keys[0]), self.get_visual_style("key-bar--key"))
        text = Content.assemble(key, f" {self._label(command)}")
        if command.id == self.hover:
            text = text.stylize(self.get_visual_style("key-bar--hover"))
        return Content.assemble(text, "  ")

    def render(self) -> Content:
        if self.catalog is None:
            return Content()
        return Content.assemble(*(text for _, text in self._parts()))

    def _at(self, x: int) -> str:
        right = 0
        for name, text in self._parts():
            right += text.cell_length
            if x < right:
                return name
        return ""

    def on_click(self, event: events.Click) -> None:
        if name := self._at(event.x - self.gutter.left):
            self.post_message(self.Pressed(name))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._at(event.x - self.gutter.left)

    def on_leave(self) -> None:
        self.hover = ""
