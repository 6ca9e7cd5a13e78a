"""What a learner can do on the lesson screen: one table for keys, key bar, palette and help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

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
    priority: bool = True
    """Whether the key works while something is typed into the editor or a field."""

    @property
    def action(self) -> str:
        """Name of the screen's action."""
        return f"command('{self.id}')"


COMMANDS = (
    Command("run", "lab", ("f5", "ctrl+r"), bar=True),
    Command("check", "lesson", ("ctrl+s",), bar=True),
    Command("language", "lesson", ("ctrl+l",), bar=True),
    Command("map", "view", ("ctrl+b", "f2"), bar=True),
    Command("sides", "view", ("f3",)),
    Command("next_pane", "view", ("f6",), bar=True),
    Command("previous_pane", "view", ("shift+f6",)),
    Command("zoom", "view", ("f8",), bar=True),
    Command("palette", "program", ("ctrl+p",), bar=True),
    Command("help", "program", ("f1",), bar=True),
    Command("next_file", "lab", ("f4",)),
    Command("reset", "lab"),
    Command("clear", "lab"),
    Command("compare", "lab"),
    Command("runner", "lab", ("f7",)),
    Command("course", "lesson", ("ctrl+o",)),
    Command("next_lesson", "lesson", ("ctrl+pagedown",)),
    Command("previous_lesson", "lesson", ("ctrl+pageup",)),
    Command("narrower", "view", ("alt+left",)),
    Command("wider", "view", ("alt+right",)),
    Command("taller", "view", ("alt+up",)),
    Command("shorter", "view", ("alt+down",)),
    Command("theme", "view", ("f9",)),
    Command("settings", "program", ("f10",)),
    Command("quit", "program", ("ctrl+q",)),
)

BY_ID = {command.id: command for command in COMMANDS}


def bindings() -> list[BindingType]:
    """Return the key bindings of the lesson screen."""
    return [
        Binding(",".join(command.keys), command.action, command.id, show=False, priority=command.priority)
        for command in COMMANDS
        if command.keys
    ]


def display(key: str) -> str:
    """Return a key as a learner reads it: `^S`, `F5`, `⇧F6`, `Alt ←`."""
    *modifiers, name = key.split("+")
    name = {"left": "←", "right": "→", "up": "↑", "down": "↓", "pagedown": "PgDn", "pageup": "PgUp"}.get(
        name, name.upper() if len(name) <= 3 else name.capitalize()
    )
    shown = name
    for modifier in reversed(modifiers):
        shown = {"ctrl": "^", "shift": "⇧", "alt": "Alt "}[modifier] + shown
    return shown
