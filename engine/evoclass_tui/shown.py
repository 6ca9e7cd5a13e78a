"""What the terminal shows, cell by cell, so that an update sends only what differs.

Textual sends every line of a widget that has changed, with all colours of each piece: 9 kB to scroll by one row.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from zlib import crc32

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from evoclass_tui.cells import PATCH, PLAIN, SHAPES, VISIBLE_ON_BLANKS, Cell, Ink, Painter, Patch

NEAR = 4
"""Cells that are cheaper to send again than to skip."""

WEIGHTS = frozenset({"1", "2"})
ENDS = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27"}
"""What ends an attribute alone, in every terminal; the others end with everything."""


class Shown:
    """Remembers what it has sent."""

    def __init__(self) -> None:
        self._rows: list[list[Cell | None]] = []
        self._extent = (0, 0)
        self.painter: Painter | None = None
        """Draws pictures, where the terminal can do more than block characters."""

    def forget(self) -> None:
        """Send everything next time: something else may have written to the terminal."""
        self._extent = (0, 0)

    def begin_again(self) -> None:
        """Take note that the terminal shows something else, and keeps none of our pictures."""
        self.forget()
        if self.painter is not None:
            self.painter.forget()

    def draw_pictures(self, painter: Painter | None) -> None:
        """Draw pictures in another way from now on."""
        self.painter = painter
        self.forget()

    def difference(
        self, pieces: Iterable[tuple[int, int, Strip]], width: int, height: int, system: ColorSystem
    ) -> str:
        """Return what to send so that the terminal shows these strips, each with its row and first column."""
        if self._extent != (width, height):
            self._extent = (width, height)
            self._rows = [[None] * width for _ in range(height)]
        painter = self.painter
        pen = _Pen(painter)
        if painter is not None:
            painter.begin()
        for y, x, strip in pieces:
            if y < height and x < width:
                self._draw(pen, y, x, strip, system)
        sent = pen.end()
        return sent if painter is None else painter.before() + painter.shortened(sent)

    def _draw(self, pen: _Pen, y: int, x: int, strip: Strip, system: ColorSystem) -> None:
        row = self._rows[y]
        if any(segment.control for segment in strip):
            pen.copy(y, x, strip, system)  # a picture, say: nobody knows what it leaves on the screen
            row[x : x + strip.cell_length] = [None] * min(strip.cell_length, len(row) - x)
            _mend(pen, row, y, x + strip.cell_length)
            return
        painter = self.painter
        if painter is not None and not painter.in_text and y == len(self._rows) - 1:
            painter = None  # on the last row a picture would make some terminals scroll
        cells = _cells(strip, system, painter, (y, x))[: len(row) - x]
        there = row[x : x + len(cells)]
        if there == cells:
            return
        if painter is None and not any(there):
            row[x : x + len(cells)] = cells
            pen.write(row, y, x, cells)
            return
        changed = -1
        for at, cell in enumerate(cells, x):
            before = row[at]
            if before == cell:
                if changed == at - 1:
                    _mend(pen, row, y, at)
                continue
            changed = at
            if before is not None and not before.text:
                _break(row, at)
            row[at] = cell
            if cell.text:
                pen.put(row, y, at, cell)
        if changed == x + len(cells) - 1:
            _mend(pen, row, y, changed + 1)


def _mend(pen: _Pen, row: list[Cell | None], y: int, at: int) -> None:
    """Send a part of a picture again that stays while the cell to its left changes: it may have gone on with that."""
    if at < len(row) and (cell := row[at]) is not None and cell.patch is not None:
        pen.mend(row, y, at, cell)


def _goes_on(row: list[Cell | None], x: int, patch: Patch) -> bool:
    """Whether the cell to the left shows the part of the same picture to the left."""
    return _shows(row, x - 1, patch._replace(column=patch.column - 1))


def _shows(row: list[Cell | None], x: int, patch: Patch) -> bool:
    """Whether a cell, which may lie beyond the edges, shows this part of a picture."""
    cell = row[x] if 0 <= x < len(row) else None
    return cell is not None and cell.patch == patch


def _break(row: list[Cell | None], at: int) -> None:
    """Note that a wide text loses one of its cells, and with it the others."""
    while at and (cell := row[at - 1]) is not None:
        at -= 1
        row[at] = None
        if cell.text:
            return


class _Pen:
    """Collects what is sent; knows where the cursor is and with what it draws."""

    def __init__(self, painter: Painter | None = None) -> None:
        self._out: list[str] = []
        self._place: tuple[int, int] | None = None
        self._ink = PLAIN
        self._painter = painter
        self._painted: tuple[Patch, int, int, int] | None = None
        """What is still to be painted: its first part, the row and column of that, and how many cells."""
        self._painted_row: list[Cell | None] = []

    def put(self, row: list[Cell | None], y: int, x: int, cell: Cell) -> None:
        """Draw a cell."""
        if cell.patch is not None and self._painter is not None and not self._painter.in_text:
            self._lay(cell.patch, y, x)
            self._painted_row = row
            return
        if self._painted is not None:
            self._paint()
        text, ink, patch = cell
        if self._place != (y, x):
            self._go(row, y, x)
        elif patch is not None and self._painter is not None and _goes_on(row, x, patch):
            text = self._painter.beside(cell)
        if ink is not self._ink:
            self._take(ink, blank=text == " ")
        self._out.append(text)
        # Terminals differ in how far a text of other than one cell moves the cursor.
        one = patch is not None or (len(text) == 1 and (text.isascii() or cell_len(text) == 1))
        self._place = (y, x + 1) if one else None

    def write(self, row: list[Cell | None], y: int, x: int, cells: list[Cell]) -> None:
        """Draw cells side by side where nothing is known to be shown: a first picture has five thousand of them."""
        for ink, group in groupby(cells, key=itemgetter(1)):
            same = list(group)
            text = "".join([cell.text for cell in same])
            if text.isascii() and len(text) == len(same):
                if self._place != (y, x):
                    self._go(row, y, x)
                self._take(ink, blank=not text.strip(" "))
                self._out.append(text)
                self._place = (y, x + len(same))
            else:
                for at, cell in enumerate(same, x):
                    if cell.text:
                        self.put(row, y, at, cell)
            x += len(same)

    def mend(self, row: list[Cell | None], y: int, x: int, cell: Cell) -> None:
        """Draw a part of a picture again, if it hangs on the text of the cells around it."""
        if self._painter is not None and self._painter.in_text:
            self.put(row, y, x, cell)

    def _lay(self, patch: Patch, y: int, x: int) -> None:
        """Add a cell to the part of a picture that is painted in one go."""
        if self._painted is not None:
            first, row, start, count = self._painted
            if (row, start + count) == (y, x) and first._replace(column=first.column + count) == patch:
                self._painted = (first, row, start, count + 1)
                return
        self._paint()
        self._painted = (patch, y, x, 1)

    def _paint(self) -> None:
        if self._painted is None or self._painter is None:
            return
        (first, y, x, count), self._painted = self._painted, None
        row = self._painted_row
        while _shows(row, x + count, first._replace(column=first.column + count)):
            count += 1
        self._take(PLAIN)
        self._out.append(f"\x1b[{y + 1};{x + 1}H{self._painter.paint(first, count)}")
        self._place = None
        # Konsole takes one column more for an image than it fills.
        if x + count < len(row) and (beside := row[x + count]) is not None and beside.patch is None:
            self.put(row, y, x + count, beside)

    def copy(self, y: int, x: int, strip: Strip, system: ColorSystem) -> None:
        """Send a strip as it is."""
        self._paint()
        self._take(PLAIN)
        self._out.append(f"\x1b[{y + 1};{x + 1}H")
        for text, style, _ in strip:
            self._out.append(text if style is None else Strip.render_style(style, text, system))
        self._place = None

    def end(self) -> str:
        """Return everything, with the terminal's own ink at its end."""
        self._paint()
        self._take(PLAIN)
        return "".join(self._out)

    def _go(self, row: list[Cell | None], y: int, x: int) -> None:
        if self._place is not None and self._place[0] == y and 0 < x - self._place[1] <= NEAR:
            between = row[self._place[1] : x]
            if all(cell is not None and self._writes(cell) for cell in between):
                self._out.extend(cell.text for cell in between if cell is not None)
                return
        same = self._place is not None and self._place[0] == y
        self._out.append(f"\x1b[{x + 1}G" if same else f"\x1b[{y + 1};{x + 1}H")

    def _writes(self, cell: Cell) -> bool:
        """Whether this cell, which need not change, can be sent again as it is."""
        if cell.text == " " and not (cell.ink.shows_on_blanks or self._ink.shows_on_blanks):
            return cell.ink.background == self._ink.background
        return cell.text.isascii() and len(cell.text) == 1 and cell.ink == self._ink

    def _take(self, ink: Ink, *, blank: bool = False) -> None:
        now = self._ink
        if blank and not ink.shows_on_blanks and not now.shows_on_blanks:
            if ink.background == now.background:
                return
            ink = now._replace(background=ink.background)
        if ink == now:
            return
        if ink.link != now.link:
            name = f"id={crc32(ink.link.encode()):x}" if ink.link else ""
            self._out.append(f"\x1b]8;{name};{ink.link}\x1b\\")
        if ink[:3] != now[:3]:
            codes = min(_changes(now, ink), ["0", *_changes(PLAIN, ink)], key=lambda way: len(";".join(way)))
            self._out.append(f"\x1b[{';'.join(codes) if codes != ['0'] else ''}m")
        self._ink = ink


def _changes(now: Ink, ink: Ink) -> list[str]:
    """Return the numbers of SGR that lead from one ink to another."""
    gone = now.attributes - ink.attributes
    codes = sorted({ENDS.get(attribute, "0") for attribute in gone}, key=int)
    if "0" in codes:
        return ["0", *_changes(PLAIN, ink)]
    # The end of bold is that of dim, too.
    kept = ink.attributes & now.attributes - (WEIGHTS if "22" in codes else frozenset())
    codes += sorted(ink.attributes - kept, key=int)
    codes += [ink.colour] if ink.colour != now.colour else []
    codes += [ink.background] if ink.background != now.background else []
    return codes


class _Letters(dict[str, Cell]):
    """The cells of one ink, each made once."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink

    def __missing__(self, letter: str) -> Cell:
        cell = self[letter] = Cell(letter, self._ink.blank if letter == " " else self._ink)
        return cell


_letters = lru_cache(maxsize=1024)(_Letters)


@lru_cache(maxsize=4096)
def _is_simple(text: str) -> bool:
    """Whether each character takes one cell."""
    return all(cell_len(letter) == 1 for letter in text) and cell_len(text) == len(text)


def _cells(strip: Strip, system: ColorSystem, painter: Painter | None, place: tuple[int, int]) -> list[Cell]:
    """Return the cells of a strip that begins at a row and column."""
    cells: list[Cell] = []
    y, x = place
    for text, style, _ in strip:
        if painter is not None and style is not None and text in SHAPES and len(text) == 1:
            part = style.meta.get(PATCH)
            drawn = painter.cell(Patch(*part), style, (y, x + len(cells))) if part is not None else None
            if drawn is not None:
                cells.append(drawn)
                continue
        ink = _ink(style, system)
        if text.isascii() or _is_simple(text):
            letters = _letters(ink)
            cells += [letters[letter] for letter in text]
        else:
            cells += [Cell(text, ink), *[Cell("", ink)] * (cell_len(text) - 1)]
    return cells


def _ink(style: Style | None, system: ColorSystem) -> Ink:
    if style is None:
        return PLAIN
    return _read(Strip.render_ansi(style, ColorSystem.TRUECOLOR), style.link or "", system)


@lru_cache(maxsize=4096)
def _read(codes: str, link: str, system: ColorSystem) -> Ink:
    """Sort numbers of SGR by what they change; if the terminal has few colours, take the nearest of them."""
    attributes, colour, background = set(), "39", "49"
    numbers = iter(codes.split(";") if codes else ())
    for number in numbers:
        if number in ("38", "48"):
            kind = next(numbers)
            rest = [next(numbers) for _ in range(3 if kind == "2" else 1)]
            if kind == "2" and system is ColorSystem.EIGHT_BIT:
                from evoclass_tui.few_colours import nearest  # most terminals have all colours

                kind, rest = "5", [str(nearest(*map(int, rest)))]
            full = ";".join((number, kind, *rest))
            colour, background = (full, background) if number == "38" else (colour, full)
        elif 30 <= int(number) <= 39 or 90 <= int(number) <= 97:
            colour = number
        elif 40 <= int(number) <= 49 or 100 <= int(number) <= 107:
            background = number
        else:
            attributes.add(number)
    if system is ColorSystem.STANDARD:
        colour, background = _of_sixteen(colour, background)
        if background not in ("40", "49"):
            attributes.discard("1")  # many terminals make bold letters brighter: black on white becomes grey
    shows = bool(attributes & VISIBLE_ON_BLANKS or link)
    return Ink(frozenset(attributes), colour, background, link, shows)


def _of_sixteen(colour: str, background: str) -> tuple[str, str]:
    from evoclass_tui.sixteen_colours import pair  # most terminals have more

    letter, ground = pair(_parts(colour), _parts(background))
    if letter is not None:
        colour = str(30 + letter if letter < 8 else 82 + letter)
    return colour, background if ground is None else str(40 + ground)


def _parts(codes: str) -> tuple[int, int, int] | None:
    """Return red, green and blue of a colour that is given by them."""
    if not codes.startswith(("38;2;", "48;2;")):
        return None
    red, green, blue = (int(part) for part in codes[5:].split(";"))
    return red, green, blue
