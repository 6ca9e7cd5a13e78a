"""Vim's commands as they are typed: register, count, operator, and what it is applied to."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST = 9999
"""The highest count that is taken at its word."""

LINES = ("/", "?", ":")
"""Signs that begin a line which Enter ends."""

SHORT = {
    **{"D": ("d", "$"), "C": ("c", "$"), "x": ("d", "l"), "X": ("d", "h")},
    **{"s": ("c", "l"), "S": ("c", "c"), "Y": ("y", "y")},
    **{"&": ("", ":s\r"), "g&": ("", ":%&&\r")},
}
"""Commands of normal mode that are an operator with a motion, or a line."""

NOT_HERE = ("gq", "gw", "gc", "!")
"""Operators of other editors: told together with their motion, which would do something else by itself."""

_NORMAL = re.compile(r'(?:"(.))?([1-9]\d*)?(?:"(.))?(?:([dcy<>=!]|g[uU~qwc])([1-9]\d*)?)?', re.DOTALL)
_VISUAL = re.compile(r'(?:"(.))?([1-9]\d*)?(?:"(.))?()()', re.DOTALL)


class Command(NamedTuple):
    """A command that is complete."""

    rest: str
    """A motion, a text object, or a command of its own."""
    operator: str = ""
    given: int | None = None
    """The count that was typed."""
    register: str = ""

    @property
    def times(self) -> int:
        """How often."""
        return self.given or 1


def line_of(keys: str, *, visual: bool) -> str | None:
    """Return the line that is being typed, with the sign that begins it; None if there is none."""
    rest = _split(keys, visual=visual)[1]
    return rest if rest.startswith(LINES) else None


def read(keys: str, *, visual: bool, recording: bool = False) -> Command | None:
    """Return the command that the keys are; None while it is not complete.  `recording`: `q` alone ends a macro."""
    (register, count, other, operator, more), rest = _split(keys, visual=visual)
    waits = [
        "",
        '"',
        "g",
        "z",
        "f",
        "F",
        "t",
        "T",
        "r",
        "'",
        "`",
        "[",
        "]",
        "\x17",
        *(("i", "a") if operator or visual else ()),
    ]
    waits += () if operator else ["m", "@", "Z", *(() if recording else ("q",))]
    if rest in waits or (rest.startswith(LINES) and not rest.endswith("\r")):
        return None
    if not operator and not visual and rest in SHORT:
        operator, rest = SHORT[rest]
    counts = [min(int(each), MOST) for each in (count, more) if each]
    times = min(MOST, counts[0] * counts[-1] if len(counts) > 1 else counts[0]) if counts else None
    return Command(rest, operator or "", times, other or register or "")


def _split(keys: str, *, visual: bool) -> tuple[tuple[str | None, ...], str]:
    found = (_VISUAL if visual else _NORMAL).match(keys)
    assert found is not None
    return found.groups(), keys[found.end() :]


def shown(keys: str) -> str:
    """Return keys as they are told: `^W v` for two of them."""
    first = keys if keys.isprintable() else f"^{chr(ord(keys[0]) + 64)}"
    return f"{first} {keys[1:]}".rstrip() if first != keys and keys[1:].isprintable() else first
