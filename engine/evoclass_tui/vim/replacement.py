r"""What vim's `:s` puts in place of a match: `&` and `\1` are parts of it, and `\U` makes capitals."""

from __future__ import annotations

import re
from collections.abc import Callable

from evoclass_tui.finding import PatternError

_TURNS: dict[str, Callable[[str], str]] = {"U": str.upper, "L": str.lower, "u": str.upper, "l": str.lower}

Part = tuple[str, str]
"""What kind of a part it is (`text`, `group`, `turn`), and its text, number or letter."""


class Replacement:
    """Makes the text for each match."""

    def __init__(self, written: str) -> None:
        """Take what was typed; raises PatternError for what is not there."""
        self._parts = _parts(written)

    def __call__(self, found: re.Match[str]) -> str:
        """Return the text for a match; a group that the pattern does not have is empty, as in vim."""
        made, lasting, once = [], "", ""
        for kind, part in self._parts:
            if kind == "turn":
                if part in "ul":
                    once = part
                elif part in "eE":
                    lasting = once = ""
                else:
                    lasting = part
                continue
            number = int(part) if kind == "group" else 0
            text = part if kind == "text" else (found[number] or "") if number <= found.re.groups else ""
            if lasting:
                text = _TURNS[lasting](text)
            if once and text:
                text, once = _TURNS[once](text[0]) + text[1:], ""
            made.append(text)
        return "".join(made)


def _parts(written: str) -> list[Part]:
    parts: list[Part] = []
    at = 0
    while at < len(written):
        sign = written[at]
        at += 1
        if sign == "\\" and at < len(written):
            sign = written[at]
            at += 1
            if sign in "0123456789":
                parts.append(("group", sign))
            elif sign in "rnt":
                parts.append(("text", "\t" if sign == "t" else "\n"))
            elif sign in "ULulEe":
                parts.append(("turn", sign))
            elif sign.isalpha() or sign == "=":
                raise PatternError("vim.unknown", command=f"\\{sign}")
            else:
                parts.append(("text", sign))
        elif sign == "&":
            parts.append(("group", "0"))
        elif sign == "~":
            raise PatternError("vim.unknown", command="~")
        else:
            parts.append(("text", sign))
    return parts
