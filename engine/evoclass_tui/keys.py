"""The learner's commands on the lesson screen: one table for keys, key bar, palette and help."""

from __future__ import annotations

from typing import Literal

from textual.binding import Binding, BindingType

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass_tui.keyname import SIGNS

Topic = Literal["lab", "lesson", "view", "program"]

Owner = Literal["screen", "dialogs", "panes", "lab", "reader", "app"]


@frozen
class Command:
    """One command.  Its texts are `command.ID.label` and `command.ID.help` of the interface."""

    id: str
    """Also names the action that carries it out: `action_ID`."""
    topic: Topic
    keys: tuple[str, ...] = ()
    """The first one is shown; the others are for terminals, tmux and browsers that use the first one themselves."""
    bar: bool = False
    """Whether the key bar shows it."""
    narrow: bool = False
    """Whether the key bar shows it where lesson and lab take turns."""
    priority: bool = False
    """Whether the first key takes precedence over those of the widget with the focus, and over letters that are still
    queued."""
    owner: Owner = "screen"
    """The object that it acts on, which also has its action."""

    @property
    def action(self) -> str:
        """Name of the screen's action."""
        return f"command('{self.id}')"


COMMANDS = (
    Command("run", "lab", ("f5", "ctrl+r"), bar=True),
    Command("check", "lesson", ("ctrl+s",), bar=True),
    Command("sides", "view", ("f3", "e"), narrow=True, owner="panes"),
    Command("language", "lesson", ("ctrl+l",), bar=True),
    Command("map", "view", ("ctrl+b", "f2"), bar=True, owner="panes"),
    Command("next_pane", "view", ("f6",), bar=True, owner="panes"),
    Command("previous_pane", "view", ("shift+f6",), owner="panes"),
    Command("zoom", "view", ("f8", "z"), bar=True, owner="panes"),
    Command("palette", "program", ("ctrl+p", "colon"), bar=True, owner="dialogs"),
    Command("help", "program", ("f1", "question_mark"), bar=True, owner="dialogs"),
    Command("next_file", "lab", ("f4",), owner="lab"),
    # An editor would take it for a letter.
    Command("knob", "lab", ("alt+k",), priority=True, owner="lab"),
    Command("find", "lab", owner="panes"),
    Command("go_to_line", "lab", owner="panes"),
    Command("manual", "lab", ("alt+h",), owner="dialogs"),
    Command("own_editor", "lab", ("alt+e",)),
    Command("reset", "lab", owner="lab"),
    Command("clear", "lab", owner="lab"),
    Command("compare", "lab", owner="dialogs"),
    Command("runner", "lab", ("f7",), owner="dialogs"),
    Command("try", "lesson", owner="reader"),
    Command("back", "lesson", ("ctrl+t", "ctrl+g"), owner="reader"),
    Command("forward", "lesson", ("alt+t",), owner="reader"),
    Command("search", "lesson", owner="reader"),
    Command("search_all", "lesson", ("alt+s",), owner="dialogs"),
    Command("note", "lesson", owner="reader"),
    Command("bookmark", "lesson", owner="reader"),
    Command("notes", "lesson", owner="dialogs"),
    Command("course", "lesson", ("ctrl+o",), owner="dialogs"),
    Command("review", "lesson", owner="dialogs"),
    Command("recap", "lesson", owner="dialogs"),
    # Every scrolling widget binds these two to paging sideways.
    Command("next_lesson", "lesson", ("ctrl+pagedown", "greater_than_sign"), priority=True),
    Command("previous_lesson", "lesson", ("ctrl+pageup", "less_than_sign"), priority=True),
    Command("narrower", "view", ("alt+left",), owner="panes"),
    Command("wider", "view", ("alt+right",), owner="panes"),
    Command("taller", "view", ("alt+up", "ctrl+shift+up"), owner="panes"),
    Command("shorter", "view", ("alt+down", "ctrl+shift+down"), owner="panes"),
    Command("theme", "view", ("f9",)),
    Command("settings", "program", ("f10",), owner="dialogs"),
    Command("keys", "program", owner="dialogs"),
    Command("leave", "view", ("escape",), owner="panes"),
    Command("quit", "program", ("ctrl+q",), bar=True, owner="app"),
)

BY_ID = {command.id: command for command in COMMANDS}


NO_KEY = "no_key"
"""Stands in the bindings for the keys of what has none until a learner gives it one; no keyboard has it."""


def bindings() -> list[BindingType]:
    """Return the key bindings of the lesson screen."""
    return [
        Binding(key, command.action, show=False, priority=command.priority and not number, id=command.id)
        for command in COMMANDS
        for number, key in enumerate(command.keys or (NO_KEY,))
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
}
"""Signs of keys whose name is not simply the capitalised key; names that differ by language are sentences."""


def display(key: str, catalog: Catalog) -> str:
    """Return a key as a learner reads it: `^S`, `F5`, `⇧F6`, `Alt ←`; letters stay as they are."""
    *modifiers, name = key.split("+")
    plain = not modifiers and len(name) == 1
    if catalog.has(f"key.{name}"):
        name = catalog(f"key.{name}")
    elif name in _NAMES:
        name = _NAMES[name]
    elif not plain:
        name = SIGNS.get(name) or (name.upper() if len(name) <= 3 else name.capitalize())
    # Terminals send one for the other.
    shown = "/" if key == "ctrl+underscore" else name
    for modifier in reversed(modifiers):
        shown = {"ctrl": "^", "shift": "⇧", "alt": "Alt "}[modifier] + shown
    return shown
