"""Places of the screen with their own keys: one table for their bindings, the key bar and help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump

from evoclass.frozen import frozen
from evoclass.model import Lesson
from evoclass_tui.textual_bindings import bindings_of


@frozen
class PlaceKey:
    """A key's effect in one place.  Its text is `keys.PLACE.ID` of the interface."""

    id: str
    keys: tuple[str, ...]
    """The first one is shown."""
    action: str = ""
    """Action of the place's widget; empty where the widget or Textual already has the binding."""
    bar: bool = False
    """Whether the key bar shows it."""
    same_as: str = ""
    """The command, or the key of another place, whose keys these are."""
    fixed: bool = False
    """Whether it cannot be changed: it is a label on the screen, or a part of typing."""


_LEAVE = PlaceKey("leave", ("escape",), bar=True, same_as="leave")
_ROWS = (PlaceKey("line", ("down", "j"), "move(1)"), PlaceKey("line_back", ("up", "k"), "move(-1)"))
_CLOSE = PlaceKey("close", ("escape",), bar=True, same_as="leave")
_GO_ON = PlaceKey("next_question", ("ctrl+n",), bar=True, same_as="reader.next_question")
_VIM_PAGES = (
    PlaceKey("half_down", ("ctrl+d",), fixed=True),
    PlaceKey("half_up", ("ctrl+u",), fixed=True),
    PlaceKey("page_down", ("ctrl+f",), fixed=True),
    PlaceKey("page_up", ("ctrl+b",), fixed=True),
)

VIM = ("vim", "vim_insert", "vim_replace", "vim_visual", "vim_confirm")
"""Places that editors are with vim's keys, one for each mode; letters are commands there, and none of the window's."""

BARS = ("find", "replace", "go_to_line", "search", "prompt_search")
"""Fields that open for a short time, each with keys of its own."""

BRIEF = (*BARS, "vim_confirm")
"""Places where one stays for a short time, and needs their keys before those of the window."""

TYPING = (
    *VIM,
    *BARS,
    "text",
    "code",
    "editor",
    "note",
    "terminal",
    "prompt",
)
"""Places where a letter is a letter."""

WITH_ALT = ("text", "code", "editor", "terminal", "prompt")
"""Those of them where people press keys with Alt that they know from other programs."""

PLACES: dict[str, tuple[PlaceKey, ...]] = {
    "reader": (
        PlaceKey("page", ("space", "pagedown"), "page_down", bar=True),
        PlaceKey("page_back", ("b", "pageup"), "page_up"),
        PlaceKey("line", ("down", "j"), "scroll_down"),
        PlaceKey("line_back", ("up", "k"), "scroll_up"),
        # The second key goes on from where letters are typed.
        PlaceKey("next_question", ("n", "ctrl+n"), "next_question(1)", bar=True),
        PlaceKey("previous_question", ("p",), "next_question(-1)"),
        PlaceKey("top", ("home",), "scroll_home"),
        PlaceKey("bottom", ("end",), "scroll_end"),
        PlaceKey("enter", ("tab",), "enter"),
        PlaceKey("back", ("backspace",), "back", bar=True),
        PlaceKey("forward", ("y",), "forward"),
        PlaceKey("try", ("t",), "try"),
        PlaceKey("search", ("slash",), "search", bar=True),
        PlaceKey("previous_match", ("N",), "previous_match"),
        PlaceKey("note", ("a",), "note"),
        PlaceKey("bookmark", ("m",), "bookmark"),
        PlaceKey("notes", ("A",), "screen.command('notes')"),
    ),
    "choice": (
        PlaceKey("digit", ("1", "2", "3"), bar=True, fixed=True),
        PlaceKey("pick", ("space",), "pick"),
        PlaceKey("finish", ("enter",), "pick(True)"),
        *_ROWS,
        _LEAVE,
    ),
    "order": (
        PlaceKey("grab", ("space", "enter"), "grab", bar=True),
        PlaceKey("up", ("shift+up", "alt+up"), "carry(-1)", bar=True),
        PlaceKey("down", ("shift+down", "alt+down"), "carry(1)", bar=True),
        PlaceKey("out", ("left", "h"), "indent(-1)"),
        PlaceKey("in", ("right", "l"), "indent(1)"),
        PlaceKey("unused", ("x", "delete", "backspace"), "leave_out"),
        *_ROWS,
        _LEAVE,
    ),
    "match": (
        PlaceKey("letter", ("A", "B", "C"), bar=True, fixed=True),
        PlaceKey("next", ("right", "space", "enter"), "turn(1)", bar=True),
        PlaceKey("previous", ("left",), "turn(-1)"),
        PlaceKey("clear", ("delete", "backspace"), "clear", bar=True),
        *_ROWS,
        _LEAVE,
    ),
    "sketch": (
        PlaceKey("right", ("right", "l"), "along(1)", bar=True),
        PlaceKey("left", ("left", "h"), "along(-1)"),
        PlaceKey("higher", ("up", "k"), "lift(1)", bar=True),
        PlaceKey("lower", ("down", "j"), "lift(-1)", bar=True),
        PlaceKey("finish", ("enter",), "finish", bar=True),
        _LEAVE,
    ),
    "text": (
        PlaceKey("finish", ("enter",), bar=True, fixed=True),
        _GO_ON,
        _LEAVE,
        PlaceKey("undo", ("ctrl+z",), bar=True),
    ),
    "code": (
        _GO_ON,
        _LEAVE,
        PlaceKey("suggest", ("ctrl+space", "ctrl+@", "alt+slash"), same_as="editor.suggest"),
        PlaceKey("indent", ("tab",), fixed=True),
        PlaceKey("dedent", ("shift+tab",), same_as="editor.dedent"),
        PlaceKey("comment", ("ctrl+underscore", "ctrl+slash"), same_as="editor.comment"),
        PlaceKey("find", ("ctrl+f",), same_as="editor.find"),
        PlaceKey("undo", ("ctrl+z",)),
        PlaceKey("redo", ("ctrl+y",)),
        PlaceKey("move_up", ("alt+up",), same_as="editor.move_up"),
        PlaceKey("move_down", ("alt+down",), same_as="editor.move_down"),
        PlaceKey("duplicate", ("alt+shift+down", "alt+d"), same_as="editor.duplicate"),
        PlaceKey("all", ("ctrl+a",), same_as="editor.all"),
    ),
    "editor": (
        PlaceKey("suggest", ("ctrl+space", "ctrl+@", "alt+slash")),
        PlaceKey("indent", ("tab",), fixed=True),
        PlaceKey("dedent", ("shift+tab",), "dedent"),
        PlaceKey("comment", ("ctrl+underscore", "ctrl+slash"), "comment", bar=True),
        PlaceKey("find", ("ctrl+f",), "screen.command('find')", bar=True),
        PlaceKey("go_to_line", ("alt+g",), "screen.command('go_to_line')"),
        PlaceKey("undo", ("ctrl+z",), "undo"),
        PlaceKey("redo", ("ctrl+y",), "redo"),
        PlaceKey("move_up", ("alt+up",), "move_lines(-1)"),
        PlaceKey("move_down", ("alt+down",), "move_lines(1)"),
        PlaceKey("duplicate", ("alt+shift+down", "alt+d"), "duplicate"),
        PlaceKey("all", ("ctrl+a",), "line_start_or_all"),
        PlaceKey("start", ("ctrl+home",), "file_start"),
        PlaceKey("end", ("ctrl+end",), "file_end"),
        _LEAVE,
    ),
    "vim": (
        PlaceKey("insert", ("i",), bar=True, fixed=True),
        PlaceKey("visual", ("v",), bar=True, fixed=True),
        PlaceKey("search", ("slash",), bar=True, fixed=True),
        PlaceKey("line", ("colon",), bar=True, fixed=True),
        PlaceKey("block", ("ctrl+v",), fixed=True),
        PlaceKey("mark", ("m",), fixed=True),
        PlaceKey("record", ("q",), fixed=True),
        PlaceKey("play", ("at",), fixed=True),
        PlaceKey("undo", ("u",), fixed=True),
        PlaceKey("redo", ("ctrl+r",), fixed=True),
        PlaceKey("add", ("ctrl+a",), fixed=True),
        PlaceKey("subtract", ("ctrl+x",), fixed=True),
        PlaceKey("view_down", ("ctrl+e",), fixed=True),
        PlaceKey("view_up", ("ctrl+y",), fixed=True),
        *_VIM_PAGES,
        _LEAVE,
    ),
    "vim_insert": (
        PlaceKey("normal", ("escape",), bar=True, fixed=True),
        PlaceKey("suggest", ("ctrl+space", "ctrl+@", "alt+slash"), same_as="editor.suggest"),
        PlaceKey("comment", ("ctrl+underscore", "ctrl+slash"), bar=True, same_as="editor.comment"),
        PlaceKey("find", ("ctrl+f",), bar=True, same_as="editor.find"),
    ),
    "vim_replace": (
        PlaceKey("normal", ("escape",), bar=True, fixed=True),
        PlaceKey("back", ("backspace",), bar=True, fixed=True),
    ),
    "vim_visual": (
        PlaceKey("normal", ("escape",), bar=True, fixed=True),
        PlaceKey("delete", ("d",), bar=True, fixed=True),
        PlaceKey("copy", ("y", "ctrl+c"), bar=True, fixed=True),
        PlaceKey("other_end", ("o",), fixed=True),
        *_VIM_PAGES,
    ),
    "vim_confirm": (
        PlaceKey("yes", ("y",), bar=True, fixed=True),
        PlaceKey("no", ("n",), bar=True, fixed=True),
        PlaceKey("all", ("a",), bar=True, fixed=True),
        PlaceKey("last", ("l",), bar=True, fixed=True),
        PlaceKey("stop", ("q", "escape"), bar=True, fixed=True),
    ),
    "find": (
        PlaceKey("next", ("enter", "down"), "next(1)", bar=True),
        PlaceKey("previous", ("shift+enter", "up"), "next(-1)", bar=True),
        PlaceKey("replace", ("tab",), bar=True, fixed=True),
        PlaceKey("regex", ("alt+r",), "turn('regex')", bar=True),
        PlaceKey("whole", ("alt+w",), "turn('whole')", bar=True),
        _CLOSE,
    ),
    "replace": (
        PlaceKey("one", ("enter",), "replace", bar=True),
        PlaceKey("all", ("alt+a",), "replace_all", bar=True),
        PlaceKey("next", ("down",), "next(1)"),
        PlaceKey("previous", ("up",), "next(-1)"),
        PlaceKey("regex", ("alt+r",), same_as="find.regex"),
        PlaceKey("whole", ("alt+w",), same_as="find.whole"),
        _CLOSE,
    ),
    "go_to_line": (
        PlaceKey("go", ("enter",), "go", bar=True),
        _CLOSE,
    ),
    "search": (
        PlaceKey("read", ("enter",), "read", bar=True),
        PlaceKey("next", ("down",), "next(1)", bar=True),
        PlaceKey("previous", ("up",), "next(-1)", bar=True),
        _CLOSE,
    ),
    "note": (
        PlaceKey("close", ("escape",), "close", bar=True, same_as="leave"),
        PlaceKey("earlier", ("alt+up",), "turn(-1)", bar=True),
        PlaceKey("later", ("alt+down",), "turn(1)", bar=True),
        PlaceKey("undo", ("ctrl+z",), same_as="code.undo"),
    ),
    "terminal": (
        PlaceKey("interrupt", ("ctrl+c",)),
        PlaceKey("end_of_input", ("ctrl+d",)),
        PlaceKey("clear", ("ctrl+l",), bar=True),
        _LEAVE,
    ),
    "prompt": (
        PlaceKey("complete", ("tab",), "complete", bar=True),
        PlaceKey("earlier", ("up",), "history(-1)", bar=True),
        PlaceKey("later", ("down", "ctrl+n"), "history(1)"),
        PlaceKey("search", ("ctrl+r",), "search", bar=True),
        PlaceKey("clear", ("ctrl+l",), "screen.command('clear')"),
        PlaceKey("interrupt", ("ctrl+c",), "interrupt"),
        PlaceKey("page_back", ("pageup",), "page(-1)"),
        PlaceKey("page", ("pagedown",), "page(1)"),
        PlaceKey("left", ("ctrl+b",), "cursor_left"),
        PlaceKey("right", ("ctrl+f",), "cursor_right"),
        _LEAVE,
    ),
    "prompt_search": (
        PlaceKey("enter", ("enter",), bar=True, fixed=True),
        PlaceKey("earlier", ("ctrl+r",), bar=True, same_as="prompt.search"),
        _CLOSE,
    ),
    "button": (PlaceKey("press", ("space", "enter"), "press", bar=True), _LEAVE),
    "knob": (
        PlaceKey("less", ("left",), "turn(-1)", bar=True),
        PlaceKey("more", ("right",), "turn(1)", bar=True),
        PlaceKey("least", ("shift+left",), "turn(-999)"),
        PlaceKey("most", ("shift+right",), "turn(999)"),
        _LEAVE,
    ),
    "figures": (
        PlaceKey("large", ("enter",), "large", bar=True),
        PlaceKey("previous", ("left",), "page(-1)", bar=True),
        PlaceKey("next", ("right",), "page(1)", bar=True),
        PlaceKey("save", ("s",), "save", bar=True),
        _LEAVE,
    ),
    "map": (
        PlaceKey("open", ("enter",), "open", bar=True),
        PlaceKey("line", ("down",), "move('down')"),
        PlaceKey("line_back", ("up",), "move('up')"),
        PlaceKey("top", ("home",), "move('first')"),
        PlaceKey("bottom", ("end",), "move('last')"),
        _LEAVE,
    ),
}


class HasKeys:
    """Mixin for widgets that are a place of the screen."""

    place: ClassVar[str]
    """Name of the place in `PLACES`."""


class HasModes(MessagePump):
    """Mixin for widgets whose keys depend on a mode."""

    class ModeChanged(Message, namespace="place"):
        """Other keys are in force now."""

    mode_place: str = ""
    """The place in `PLACES` whose keys are in force; empty where the mode makes no difference."""

    def take_mode(self, place: str) -> None:
        """Let the keys of a place be in force, and say so."""
        if place != self.mode_place:
            self.mode_place = place
            self.post_message(self.ModeChanged())


class TakesEveryKey:
    """Mixin for a screen that takes the next key, whatever the key does elsewhere."""

    def take(self, key: str) -> None:
        """Take the pressed key."""
        raise NotImplementedError


def place_bindings(place: str, shared_with: str = "") -> list[BindingType]:
    """Return the bindings of a place's widget, or those of them that are in another place, too."""
    shared = {key.same_as for key in PLACES[shared_with]} if shared_with else None
    return [
        Binding(",".join(key.keys), key.action, show=False, id=f"{place}.{key.id}")
        for key in PLACES[place]
        if key.action and (shared is None or f"{place}.{key.id}" in shared)
    ]


def same_in_places(command: str) -> Iterator[tuple[str, PlaceKey]]:
    """Yield the keys that do in some place what a command of the window does, each with its place."""
    for place, keys in PLACES.items():
        for key in keys:
            if key.action == f"screen.command('{command}')" or (place == "reader" and key.id == command):
                yield place, key


def place_of(node: DOMNode | None) -> str:
    """Return the place that a widget is in, or an empty string."""
    for inner in node.ancestors_with_self if node is not None else ():
        if isinstance(inner, HasModes) and inner.mode_place:
            return inner.mode_place
        if isinstance(inner, HasKeys):
            return inner.place
    return ""


def idle_in(lesson: Lesson) -> frozenset[str]:
    """Return the commands, and the keys of places, that do nothing in a lesson."""
    asks = lesson.exercises or lesson.guesses
    return frozenset(
        (*(() if lesson.labs else ("run", "sides")), *(() if asks else ("check", "reader.next_question")))
    )


def keys_of(node: DOMNode) -> list[tuple[str, str]]:
    """Return the keys that a panel has bound with a description; each as it is shown, with that description."""
    found: dict[str, str] = {}
    for inner in (node, *node.query("*")):
        for binding in bindings_of(inner):
            if binding.description and binding.key_display and binding.show:
                found.setdefault(binding.key_display, binding.description)
    return list(found.items())
