"""What a learner can do on the lesson screen: one table for keys, key bar, palette and help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

from evoclass.i18n import Catalog

Topic = Literal["lab", "lesson", "view", "program"]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do.  Its texts are `command.ID.label` and `command.ID.help` of the interface."""

    id: str
    topic: Topic
    keys: tuple[str, ...] = ()
    """The first one is shown; the others are for terminals, tmux and browsers that keep the first for themselves."""
    bar: bool = False
    """Whether the key bar shows it."""
    narrow: bool = False
    """Whether the key bar shows it where lesson and lab take turns."""
    priority: bool = False
    """Whether the key comes before those of the widget with the focus, and before letters still on their way."""

    @property
    def action(self) -> str:
        """Name of the screen's action."""
        return f"command('{self.id}')"


COMMANDS = (
    Command("run", "lab", ("f5", "ctrl+r"), bar=True),
    Command("check", "lesson", ("ctrl+s",), bar=True),
    Command("sides", "view", ("f3", "e"), narrow=True),
    Command("language", "lesson", ("ctrl+l",), bar=True),
    Command("map", "view", ("ctrl+b", "f2"), bar=True),
    Command("next_pane", "view", ("f6",), bar=True),
    Command("previous_pane", "view", ("shift+f6",)),
    Command("zoom", "view", ("f8", "z"), bar=True),
    Command("palette", "program", ("ctrl+p", "colon"), bar=True),
    Command("help", "program", ("f1", "question_mark"), bar=True),
    Command("next_file", "lab", ("f4",)),
    Command("reset", "lab"),
    Command("clear", "lab"),
    Command("compare", "lab"),
    Command("runner", "lab", ("f7",)),
    Command("back", "lesson", ("ctrl+t", "ctrl+g")),
    Command("course", "lesson", ("ctrl+o",)),
    # Every scrolling widget has these two for pages at its side.
    Command("next_lesson", "lesson", ("ctrl+pagedown",), priority=True),
    Command("previous_lesson", "lesson", ("ctrl+pageup",), priority=True),
    Command("narrower", "view", ("alt+left",)),
    Command("wider", "view", ("alt+right",)),
    Command("taller", "view", ("alt+up",)),
    Command("shorter", "view", ("alt+down",)),
    Command("theme", "view", ("f9",)),
    Command("settings", "program", ("f10",)),
    Command("leave", "view", ("escape",)),
    Command("quit", "program", ("ctrl+q",), bar=True),
)

BY_ID = {command.id: command for command in COMMANDS}


def bindings() -> list[BindingType]:
    """Return the key bindings of the lesson screen."""
    return [
        Binding(",".join(command.keys), command.action, command.id, show=False, priority=command.priority)
        for command in COMMANDS
        if command.keys
    ]


_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "backspace": "⌫",
    "escape": "Esc",
    "enter": "⏎",
    "tab": "Tab",
    "colon": ":",
    "question_mark": "?",
    "slash": "/",
    "underscore": "/",  # what terminals send for Control and the slash
}
"""Signs of keys whose name is not simply their own, capitalised; names that differ by language are sentences."""


def display(key: str, catalog: Catalog) -> str:
    """Return a key as a learner reads it: `^S`, `F5`, `⇧F6`, `Alt ←`, and letters that are typed as they are."""
    *modifiers, name = key.split("+")
    plain = not modifiers and len(name) == 1
    if catalog.has(f"key.{name}"):
        name = catalog(f"key.{name}")
    else:
        name = _NAMES.get(name, name if plain else name.upper() if len(name) <= 3 else name.capitalize())
    shown = name
    for modifier in reversed(modifiers):
        shown = {"ctrl": "^", "shift": "⇧", "alt": "Alt "}[modifier] + shown
    return shown
