"""What a terminal says of itself when it is asked, found among the keys of the learner."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from evoclass.frozen import frozen
from evoclass.pattern import pattern
from evoclass_tui.pictures.sizes import CellSize, Size

QUESTIONS = (
    "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"  # kitty: would an image be taken?
    "\x1b[>q"  # name and version
    "\x1b[14t"  # size of all cells in pixels
    "\x1b[16t"  # size of one cell
    "\x1b[c"  # attributes, with sixel as number 4; every terminal answers, so this is the last
)

_ANSWER = pattern(
    r"\x1b_G(?P<kitty>[^\x1b]{0,200})\x1b\\"
    r"|\x1bP>\|(?P<name>[^\x1b]{0,200})\x1b\\"
    r"|\x1b\[(?P<what>[46]);(?P<height>\d{1,5});(?P<width>\d{1,5})t"
    r"|\x1b\[\?(?P<attributes>[\d;]{0,100})c"
)
_BEGINNING = pattern(
    r"\x1b(?:|_(?:G[^\x1b]{0,200}\x1b?)?|P(?:>(?:\|[^\x1b]{0,200}\x1b?)?)?|\[(?:[46](?:;\d{0,5}){0,2}|\?[\d;]{0,100})?)\Z"
)
_WITH_PLACEHOLDERS = pattern(r"kitty\(0\.(?:2[89]|[3-9]\d|\d{3,})|kitty\([1-9]|ghostty ", re.IGNORECASE)
"""Terminals whose kitty graphics follow characters; in others they would stay where the page scrolls."""

_LIKE_ITERM = pattern(r"iTerm2 |WezTerm |Konsole ")
"""Terminals with inline images in all colours; Konsole has sixel, too, and rounds it up to six rows of pixels."""


@frozen
class Answers:
    """What the terminal has said so far."""

    name: str = ""
    kitty: bool = False
    sixel: bool = False
    cell: Size | None = None
    area: Size | None = None
    """The size of all cells, in pixels."""
    complete: bool = False
    """Whether the answer to the last question has come."""

    def cell_size(self, columns: int, rows: int) -> CellSize | None:
        """Return the size of a cell in a window of so many columns and rows.

        A browser's terminal rounds it, so that a picture of many columns would be too wide: the whole is exact.
        """
        if self.area is None or not (columns and rows):
            return CellSize(*self.cell) if self.cell is not None else None
        exact = CellSize(self.area.width / columns, self.area.height / rows)
        if self.cell is None:
            return exact
        close = abs(exact.width - self.cell.width) < 1 and abs(exact.height - self.cell.height) < 1
        return exact if close else CellSize(*self.cell)


class Ear:
    """Takes answers out of what the terminal sends."""

    def __init__(self) -> None:
        self.answers = Answers()
        self.alt_is_told = False
        """Whether the terminal has sent a key in a code that tells Alt from Escape and the next key (`CSI u`)."""
        self._listens = False
        self._rest = ""

    def listen(self) -> None:
        """Expect answers from now on."""
        self._listens, self.answers = True, Answers()

    def hear(self, data: str) -> str:
        """Return the input without answers; the beginning of an answer is kept until its end has come."""
        data = self.give_up() + data
        if not self._listens or "\x1b" not in data:
            return data
        data = _ANSWER.sub(self._note, data)
        if not self.answers.complete and (begun := _BEGINNING.search(data)):
            data, self._rest = data[: begun.start()], begun[0]
        return data

    @property
    def is_certain(self) -> bool:
        """Whether what is kept begins an answer and no key: Escape alone, or with one letter, may be a key."""
        return len(self._rest) > 2

    def give_up(self) -> str:
        """Return the beginning that was kept: what follows it has not come, so it was a key."""
        rest, self._rest = self._rest, ""
        return rest

    def _note(self, found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind == "kitty":
            self.answers = replace(self.answers, kitty=found["kitty"].endswith(";OK"))
        elif kind == "name":
            self.answers = replace(self.answers, name=found["name"])
        elif kind == "width":
            size = Size(int(found["width"]), int(found["height"]))
            one = found["what"] == "6"
            self.answers = replace(self.answers, cell=size) if one else replace(self.answers, area=size)
        else:
            sixel = "4" in found["attributes"].split(";")[1:]
            self.answers = replace(self.answers, sixel=sixel, complete=True)
        return ""


def can_be_asked(environment: Mapping[str, str]) -> bool:
    """Whether questions are understood, or ignored in silence."""
    return environment.get("TERM_PROGRAM") != "Apple_Terminal" and environment.get("TERM", "") not in (
        "dumb",
        "linux",
        "",
    )


def best(
    answers: Answers, environment: Mapping[str, str], outer: tuple[str, ...] = (), *, sized: bool = False
) -> str:
    """Return the best way to draw pictures: `kitty`, `iterm2`, `sixel` or `blocks`.

    In tmux, `outer` are the names of the terminals that show it and take what is passed through. `sized` says that
    the size of a cell is known: sixel counts in pixels.
    """
    if "TMUX" in environment:
        return "kitty" if outer and all(map(_WITH_PLACEHOLDERS.match, outer)) else "blocks"
    if "STY" in environment or environment.get("TERM", "").startswith("screen"):
        return "blocks"
    if answers.kitty and _WITH_PLACEHOLDERS.match(answers.name):
        return "kitty"
    if _LIKE_ITERM.match(answers.name):
        return "iterm2"
    return "sixel" if answers.sixel and sized else "blocks"
