"""Names of keys as people write them, and which keys a terminal sends."""

from __future__ import annotations

import re
import string
import unicodedata

from evoclass.pattern import pattern

_MODIFIERS = ("alt", "ctrl", "shift")
"""In the order in which Textual names them."""

_ALIASES = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "control": "ctrl",
    "option": "alt",
    "bksp": "backspace",
}

_STEERING = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete")

_PLAIN = ("enter", "tab", "escape", "backspace", "space", "shift+tab", "alt+enter")

_NAMED = {
    "-": "minus",
    "+": "plus",
    "_": "underscore",
    "@": "at",
    "/": "slash",
    "\\": "backslash",
}
"""Textual's names of signs that are not those of Unicode."""

_CHARACTERS = {name: sign for sign, name in _NAMED.items()}

_SIGNS = ("underscore", "backslash", "right_square_bracket", "circumflex_accent")
"""Signs that have a control character."""

_BEGINNINGS = (
    "left_square_bracket",
    "right_square_bracket",
    "O",
    "P",
    "X",
    "circumflex_accent",
    "underscore",
)
"""With Alt they are how the sequences of other keys and the terminal's answers begin."""

_WORDS = ("b", "f")
"""With Alt they are what some terminals send for Ctrl and an arrow key."""

_SAME = "hijm["
"""Letters whose control characters are Backspace, Tab, the line feed, Enter and Escape."""

_FUNCTION = pattern(r"f([1-9]|1[0-9]|2[0-4])\Z")


def read_key(text: str) -> str | None:
    """Return Textual's name of a key written as `F5`, `Ctrl+R`, `^R`, `alt-left`, `?` or `G`; None for no key."""
    if len(text) > 1 and text.startswith("^"):
        text = f"ctrl+{text[1:]}"
    *modifiers, name = re.split(r"(?<=.)[+-](?=.)", text)
    modifiers = [_ALIASES.get(word.lower(), word.lower()) for word in modifiers]
    if not set(modifiers) <= set(_MODIFIERS) or len(set(modifiers)) < len(modifiers):
        return None
    if len(name) == 1:
        if modifiers == ["shift"] and name.isalpha():
            return name.upper()
        name = name if not modifiers else name.lower()
        if not name.isalnum():
            name = _sign(name)
    else:
        name = _ALIASES.get(name.lower(), name.lower())
    known = name in (*_STEERING, *_PLAIN) or _FUNCTION.match(name) or types(name)
    return "+".join((*sorted(modifiers), name)) if known else None


def _sign(character: str) -> str:
    """Return Textual's name of a character that is neither letter nor digit."""
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _NAMED.get(character, name)


SIGNS = {_sign(character): character for character in string.punctuation}
"""The signs of a keyboard by Textual's names."""


def types(key: str) -> bool:
    """Whether a key types a character wherever one can type."""
    return len(key) == 1 or key == "space" or key in SIGNS


def is_sent(key: str) -> bool:
    """Whether ordinary terminals send a key: many combinations exist only in newer protocols."""
    *modifiers, name = key.split("+")
    if key in _PLAIN or name in _STEERING or _FUNCTION.match(name):
        return True
    if not modifiers:
        return types(key)
    if modifiers == ["ctrl"]:
        return name in _SIGNS or (name in string.ascii_lowercase and name not in _SAME)
    if modifiers == ["alt"]:
        return types(name) and name not in (*_BEGINNINGS, *_WORDS, "space")
    return modifiers == ["alt", "shift"] and name in string.ascii_lowercase and name not in "opx"


def character_of(key: str) -> str:
    """Return the character that a key types, or an empty string: `:` for `colon`, `G` for `shift+g`."""
    if key.startswith("shift+") and len(key) == len("shift+g"):
        return key[-1].upper()
    if key in _CHARACTERS or len(key) == 1:
        return _CHARACTERS.get(key, key)
    try:
        found = unicodedata.lookup(key.replace("_", " ").upper())
    except KeyError:
        return ""
    return found if found.isprintable() else ""
