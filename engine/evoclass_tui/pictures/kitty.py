"""Pictures in kitty and Ghostty: the terminal holds the image, and characters of private use say where its parts stand.

These characters are text, so they scroll, are covered and come back like any other, also in tmux.
"""

from __future__ import annotations

import base64
import io
import os
import re
from collections import OrderedDict
from weakref import WeakKeyDictionary

from evoclass_tui.cells import Cell, Ink, Patch
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.painting import Later, PixelPainter
from evoclass_tui.pictures.raster import RASTERS, Raster
from evoclass_tui.pictures.sizes import CellSize

PLACEHOLDER = "\U0010eeee"

_MARKS = (
    "305 30D-30E 310 312 33D-33F 346 34A-34C 350-352 357 35B 363-36F 483-487 592-595 597-599 59C-5A1 5A8-5A9 5AB-5AC "
    "5AF 5C4 610-617 657-65B 65D-65E 6D6-6DC 6DF-6E2 6E4 6E7-6E8 6EB-6EC 730 732-733 735-736 73A 73D 73F-741 743 745 "
    "747 749-74A 7EB-7F1 7F3 816-819 81B-823 825-827 829-82D 951 953-954 F82-F83 F86-F87 135D-135F 17DD 193A 1A17 "
    "1A75-1A7C 1B6B 1B6D-1B73 1CD0-1CD2 1CDA-1CDB 1CE0 1DC0-1DC1 1DC3-1DC9 1DCB-1DCC 1DD1-1DE6 1DFE 20D0-20D1 "
    "20D4-20D7 20DB-20DC 20E1 20E7 20E9 20F0 2CEF-2CF1 2DE0-2DFF A66F A67C-A67D A6F0-A6F1 A8E0-A8F1 AAB0 AAB2-AAB3 "
    "AAB7-AAB8 AABE-AABF AAC1 FE20-FE26 10A0F 10A38 1D185-1D189 1D1AA-1D1AD 1D242-1D244"
)


def _marks() -> list[str]:
    marks = []
    for part in _MARKS.split():
        first, _, last = part.partition("-")
        marks += [chr(number) for number in range(int(first, 16), int(last or first, 16) + 1)]
    return marks


MARKS = _marks()
"""Combining characters that stand for the numbers from 0, in the order of the protocol."""

_ALIKE = re.compile(f"{PLACEHOLDER}{PLACEHOLDER}{{2,}}(?![{''.join(MARKS)}])")
"""Placeholders without marks in a row; the last one may not be that of the marks behind it."""

PIECE = 4096
"""Most characters of one sequence; longer images are sent in several."""

MOST = 200
"""Images that the terminal holds at a time; their numbers take one of its 256 colours each."""


class Kitty(PixelPainter):
    """Sends each raster once."""

    in_text = True

    def __init__(self, graphics: Graphics, later: Later, *, tmux: bool = False) -> None:
        super().__init__(graphics, later)
        self._tmux = tmux
        # Other programs in the window have images too: half of the number is ours alone.
        self._high = 1 + os.urandom(1)[0] % 255
        self._files: WeakKeyDictionary[Raster, str] = WeakKeyDictionary()
        self._ids: OrderedDict[int, int] = OrderedDict()
        """Numbers of the images by those of the rasters."""
        self._waiting: list[str] = []

    def prepare(self, raster: Raster, cell: CellSize) -> None:
        file = io.BytesIO()
        raster.pixels(cell).save(file, "PNG", compress_level=6)
        self._files[raster] = base64.b64encode(file.getvalue()).decode("ascii")

    def prepared_cell(self, raster: Raster, patch: Patch, place: tuple[int, int]) -> Cell | None:
        if max(raster.extent) > len(MARKS):
            return None
        low = self._ids.get(patch.number) or self._hand_over(raster)
        text = PLACEHOLDER + MARKS[patch.row] + MARKS[patch.column] + MARKS[self._high]
        return Cell(text, Ink(colour=f"38;5;{low}"), patch)

    def beside(self, cell: Cell) -> str:
        # Without marks, a placeholder goes on with the part to its left: a third of the bytes.
        return PLACEHOLDER

    def before(self) -> str:
        for number in [number for number in self._ids if number not in RASTERS]:
            self._delete(self._ids.pop(number))
        sent, self._waiting = "".join(self._waiting), []
        return sent

    def shortened(self, cells: str) -> str:
        # Before tmux 3.4 its REP leaves out what is not ASCII.
        return cells if self._tmux else _ALIKE.sub(_repeated, cells)

    def forget(self) -> None:
        self._ids.clear()

    def end(self) -> str:
        while self._ids:
            self._delete(self._ids.popitem()[1])
        return self.before()

    def _hand_over(self, raster: Raster) -> int:
        if len(self._ids) >= MOST:
            self._delete(self._ids.popitem(last=False)[1])
        taken = set(self._ids.values())
        low = next(number for number in range(16, 256) if number not in taken)
        self._ids[raster.number] = low
        text = self._files[raster]
        columns, rows = raster.extent
        keys = f"a=T,U=1,f=100,i={self._high << 24 | low},c={columns},r={rows},"
        for start in range(0, len(text), PIECE):
            more = int(start + PIECE < len(text))
            self._send(f"{keys}q=2,m={more};{text[start : start + PIECE]}")
            keys = ""
        return low

    def _delete(self, low: int) -> None:
        self._send(f"a=d,d=I,i={self._high << 24 | low},q=2")

    def _send(self, command: str) -> None:
        sequence = f"\x1b_G{command}\x1b\\"
        if self._tmux:
            sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
        self._waiting.append(sequence)


def _repeated(found: re.Match[str]) -> str:
    """Have the terminal repeat the character before (REP)."""
    return f"{PLACEHOLDER}\x1b[{len(found[0]) - 1}b"
