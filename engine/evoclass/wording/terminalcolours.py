"""How many colours the terminal has."""

from __future__ import annotations

from collections.abc import Mapping

ALL = 1 << 24

_SIXTEEN = ("linux", "ansi", "vt", "cygwin", "cons", "sun", "rxvt")
"""Beginnings of the names of terminals that may have no more than sixteen colours."""


def terminal_colours(environment: Mapping[str, str]) -> int:
    """Return 16, 256 or `ALL`.

    `xterm` is what containers and ssh call every terminal; those in use today have 256, and so have screen and tmux.
    """
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ALL
    name = environment.get("TERM", "").lower()
    if name.endswith(("-16color", "-88color", "-mono", "-m")) or (
        name.startswith(_SIXTEEN) and not name.endswith("256color")
    ):
        return 16
    return ALL if name.endswith("-direct") else 256
