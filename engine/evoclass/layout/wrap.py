"""Inline items to rows: words are kept whole where they fit, and broken where they cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, assert_never

from evoclass.layout.line import Segment, cell_width, clean, cut
from evoclass.model import Inline, Inlines, LineBreak, Live, Span
from evoclass.pattern import pattern

NO_RUN = "—"
"""Shown for a value of the learner's run before there is one."""

_CHUNKS = pattern(r"[ \t\r\n]+|[^ \t\r\n]+").findall
_BLANKS = str.maketrans("\t\r\n\u2028\u2029", "     ")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ORDER = ("strong", "em", "strike", "math", "code", "link", "footnote")
_BREAK_AFTER = pattern(r".*[/_.,=(\[{:;&?+-]")


def pieces(items: Inlines, live: Mapping[str, str], base: str = "") -> Iterator[Segment]:
    """Yield the text of inline items with their styles; a hard break comes as a newline."""
    for item, before in zip(items, (None, *items), strict=False):
        match item:
            case Span(text=text, marks=marks, href=href):
                if item.shortcut:
                    text = live.get(shortcut_value(item.shortcut), text)
                if "footnote" in marks:
                    text = footnote_mark(text)
                    if is_reference(before):
                        yield Segment(",", _join(base, marks))
                yield Segment(
                    clean(text if text.isprintable() else text.translate(_BLANKS)), _join(base, marks), href
                )
            case Live(expression=expression, marks=marks):
                style = _join(base, marks)
                value = " ".join(clean(live[expression]).split()) if expression in live else ""
                name = "live" if value else "live.waiting"
                yield Segment(value or NO_RUN, f"{style} {name}" if style else name)
            case LineBreak():
                yield Segment("\n")
            case _:
                assert_never(item)


def shortcut_value(name: str) -> str:
    """Return the name under which a front end gives another key with the values of a run; no expression has it."""
    return f"{{shortcut}} {name}"


def is_reference(item: Inline | None) -> bool:
    """Whether an item is a reference to a footnote; another one right behind it would read as its last digits."""
    return isinstance(item, Span) and "footnote" in item.marks


def footnote_mark(label: str) -> str:
    """Return the reference mark of a footnote."""
    bare = label.strip("[]^")
    return bare.translate(_SUPERSCRIPT) if bare.isascii() and bare.isdigit() else f"[{bare}]"


class Row(NamedTuple):
    """One row of wrapped text."""

    segments: tuple[Segment, ...] = ()
    joins: str | None = None
    """As in `Line`."""


def wrap(texts: Iterable[Segment], width: int) -> list[Row]:
    """Break texts into rows of at most `width` cells; runs of blanks count as one."""
    rows = _Rows(max(1, width))
    for text, style, href in texts:
        if text == "\n":
            rows.end()
            continue
        for chunk in _CHUNKS(text):
            if chunk[0] in " \t\r\n":
                rows.blank(style, href)
            else:
                rows.grow(Segment(chunk, style, href))
    return rows.finish()


class _Rows:
    """The rows so far, the row being filled, and the word that is still growing."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[Row] = []
        self.row: list[Segment] = []
        self.used = 0
        self.word: list[Segment] = []
        self.gap: Segment | None = None
        self.joins: str | None = None

    def grow(self, part: Segment) -> None:
        """Add to the word; join parts of one style, because the width of marks depends on the character before them."""
        if self.word and self.word[-1][1:] == part[1:]:
            part = part._replace(text=self.word.pop().text + part.text)
        self.word.append(part)

    def blank(self, style: str, href: str) -> None:
        if self.word:
            self.place()
        if self.row:
            self.gap = Segment(" ", style, href)

    def place(self) -> None:
        """Put the word on this row or the next, in parts if it is wider than a row."""
        word, self.word = self.word, []
        size = sum(cell_width(part.text) for part in word)
        gap = 1 if self.gap else 0
        if self.row and self.used + gap + size > self.width:
            self.break_row(" ")
            gap = 0
        if self.gap and gap:
            self.add(self.gap)
            self.used += 1
        self.gap = None
        if size > self.width:
            word = self.broken(word)
        for part in word:
            self.add(part)
            self.used += cell_width(part.text)

    def broken(self, word: list[Segment]) -> list[Segment]:
        """Fill whole rows with the beginning of a word that is too wide, and return its end."""
        rest = list(word)
        while rest:
            part = rest.pop(0)
            room = self.width - self.used
            if cell_width(part.text) <= room:
                self.add(part)
                self.used += cell_width(part.text)
                continue
            head, tail = cut(part.text, room) if room > 0 else ("", part.text)
            good = _BREAK_AFTER.match(head)
            if good and tail and good.end() * 2 > len(head):
                head, tail = part.text[: good.end()], part.text[good.end() :]
            if head and cell_width(head) <= room:
                self.add(part._replace(text=head))
            elif head and not self.row:
                # The character is wider than the row, but it must go somewhere.
                self.add(part._replace(text=head))
            else:
                tail = part.text
            self.break_row("")
            if tail:
                rest.insert(0, part._replace(text=tail))
        return []

    def add(self, part: Segment) -> None:
        if self.row and self.row[-1][1:] == part[1:]:
            self.row[-1] = part._replace(text=self.row[-1].text + part.text)
        else:
            self.row.append(part)

    def break_row(self, joins: str | None) -> None:
        """Close the row; `joins` is what the next one starts with, as in `Line`."""
        self.rows.append(Row(tuple(self.row), self.joins))
        self.row, self.used, self.gap, self.joins = [], 0, None, joins

    def end(self) -> None:
        if self.word:
            self.place()
        self.break_row(None)

    def finish(self) -> list[Row]:
        if self.word:
            self.place()
        if self.row or not self.rows:
            self.break_row(None)
        return self.rows


def _join(base: str, marks: frozenset[str]) -> str:
    if not marks:
        return base
    names = [name for name in _ORDER if name in marks]
    return " ".join([base, *names]) if base else " ".join(names)
