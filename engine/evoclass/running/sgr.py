"""Colours and weights of terminal text, from the escape sequence SGR (`ESC [ … m`)."""

from __future__ import annotations

from functools import lru_cache

import msgspec


class Style(msgspec.Struct, frozen=True, gc=False):
    """How a piece of terminal text looks."""

    fg: int | str | None = None
    """Text colour: a number of the 256-colour palette, `#rrggbb`, or None for the terminal's own."""
    bg: int | str | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


PLAIN = Style()

_SWITCHES: dict[int, dict[str, bool]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underline": True},
    7: {"reverse": True},
    21: {"underline": True},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"reverse": False},
}


@lru_cache(maxsize=4096)
def styled(style: Style, parameters: str) -> Style:
    """Return `style` after the SGR sequence with these parameters (`1;38;5;208`); unknown ones change nothing."""
    changes = {name: getattr(style, name) for name in Style.__struct_fields__}
    codes = [part.split(":") for part in parameters.split(";")]
    while codes:
        code, *details = codes.pop(0)
        number = _number(code)
        if number == 0:
            changes = {name: getattr(PLAIN, name) for name in changes}
        elif number == 4 and details:
            changes["underline"] = details[0] != "0"
        elif number in _SWITCHES:
            changes.update(_SWITCHES[number])
        elif number in (38, 48):
            colour = _extended(details if details else codes, bool(details))
            if colour is None:
                break  # the next codes cannot be told apart from the rest of this colour
            changes["fg" if number == 38 else "bg"] = colour
        elif number in (39, 49):
            changes["fg" if number == 39 else "bg"] = None
        else:
            _basic(number, changes)
    return Style(**changes)


def _number(text: str) -> int:
    return int(text[:4]) if text[:4].isdecimal() and text.isascii() else 0 if not text else -1


def _basic(number: int, changes: dict[str, int | str | bool | None]) -> None:
    for start, name, first in ((30, "fg", 0), (40, "bg", 0), (90, "fg", 8), (100, "bg", 8)):
        if start <= number < start + 8:
            changes[name] = number - start + first


def _extended(codes: list[list[str]] | list[str], colons: bool) -> int | str | None:
    """Take a 256-palette or true colour off the front of `codes`; None if it is not one."""
    numbers = [_number(part if isinstance(part, str) else part[0]) for part in codes[:6]]
    kind = numbers[0] if numbers else -1
    if kind == 5 and len(numbers) > 1:
        del codes[:2]
        return numbers[1] if 0 <= numbers[1] <= 255 else None
    if kind == 2 and len(numbers) > 3:
        # With colons, a colour space may precede the three numbers.
        start = 2 if colons and len(numbers) > 4 else 1
        figures = numbers[start : start + 3]
        del codes[: start + 3]
        return "#{:02x}{:02x}{:02x}".format(*figures) if all(0 <= part <= 255 for part in figures) else None
    return None
