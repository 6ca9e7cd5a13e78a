"""Programs: long rows are wrapped with a mark, words are coloured by kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from evoclass.layout.line import Line, Segment, cell_width, clean, cut

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_WRAP = "↪ "
_PLAIN = "code.block"


def code_lines(code: str, language: str, width: int, block: str) -> list[Line]:
    """Return a program as lines of exactly `width` cells; without a language it has no colours."""
    pad = " " if width > 8 else ""
    inner = width - 2 * len(pad)
    lines: list[Line] = []
    for row in code_rows(_tidy(code), language):
        for index, part in enumerate(_split(row, inner)):
            used = sum(cell_width(segment.text) for segment in part)
            segments = [Segment(pad, "code.block code.wrap.pad")] if pad else []
            segments += part
            segments.append(Segment(" " * (inner - used) + pad, "code.block code.wrap.pad"))
            lines.append(Line(tuple(segments), block, "" if index else None))
    return lines


def _tidy(code: str) -> str:
    lines = code.expandtabs(4).splitlines()
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def code_rows(code: str, language: str) -> list[list[Segment]]:
    """Split a program into rows of coloured words, not wrapped."""
    rows: list[list[Segment]] = [[]]
    for style, text in _tokens(code, language):
        for index, part in enumerate(text.split("\n")):
            if index:
                rows.append([])
            if part:
                rows[-1].append(Segment(clean(part), style))
    return rows


def _split(row: list[Segment], width: int) -> list[list[Segment]]:
    """Break one row of code where it becomes too wide, between words if they leave little room empty."""
    if sum(cell_width(segment.text) for segment in row) <= width:
        return [row]
    mark = Segment(_WRAP, "code.block code.wrap.pad") if width > 8 else None
    parts: list[list[Segment]] = []
    rest = row
    while rest:
        start = [mark] if mark and parts else []
        room = width - sum(cell_width(segment.text) for segment in start)
        head, rest = _parted(rest, _break("".join(segment.text for segment in rest), room))
        parts.append(start + head)
    return parts


def _break(text: str, room: int) -> int:
    """Return how many characters of a row stay in `room` cells; the same with and without colours."""
    most = max(len(cut(text, room)[0]), 1)
    if most >= len(text):
        return len(text)
    return next((place for place in range(most, most // 2, -1) if _is_between(text, place)), most)


def _is_between(text: str, place: int) -> bool:
    """Whether a program may be broken here without cutting a word or a number."""
    before, after = text[place - 1], text[place]
    return before in " ([{" or (after == "." and (before.isalpha() or before in ")]}"))


def _parted(row: list[Segment], place: int) -> tuple[list[Segment], list[Segment]]:
    """Divide a row after so many characters."""
    head: list[Segment] = []
    for index, segment in enumerate(row):
        if place < len(segment.text):
            first = [segment._replace(text=segment.text[:place])] if place else []
            return head + first, [segment._replace(text=segment.text[place:]), *row[index + 1 :]]
        head.append(segment)
        place -= len(segment.text)
    return head, []


def _tokens(code: str, language: str) -> Iterator[tuple[str, str]]:
    lexer = _lexer(language) if language else None
    if lexer is None:
        yield _PLAIN, code
        return
    for token, text in lexer.get_tokens(code):
        kind = _kind(str(token))
        yield (f"{_PLAIN} code.{kind}" if kind else _PLAIN), text


@lru_cache(32)
def _lexer(language: str) -> Lexer | None:
    """Return the lexer for a fence's first word, or None for an unknown one."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language.split()[0], stripnl=False, ensurenl=False)
    except (ClassNotFound, IndexError):
        return None


@lru_cache(256)
def _kind(token: str) -> str:
    for start, kind in _KINDS:
        if token.startswith(start):
            return kind
    return ""


_KINDS = (
    ("Token.Keyword.Type", "type"),
    ("Token.Keyword", "keyword"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Comment", "comment"),
    ("Token.Name.Builtin", "builtin"),
    ("Token.Name.Class", "type"),
    ("Token.Name.Exception", "type"),
    ("Token.Name.Function", "name"),
    ("Token.Name.Decorator", "name"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Operator", "operator"),
    ("Token.Generic.Error", "error"),
    ("Token.Error", "error"),
)
