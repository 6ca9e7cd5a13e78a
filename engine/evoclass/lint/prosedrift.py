"""Compares the prose of a translation with that of its source, block by block."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from evoclass.errors import Problem
from evoclass.layout.diagram import LANGUAGE as DIAGRAM
from evoclass.layout.diagram import without_description
from evoclass.lint.alignment import Fingerprint, aligned
from evoclass.lint.keptmarks import formula, formulas, items_of, live_values, own_items, snippets, written
from evoclass.lint.nameddrift import is_named
from evoclass.lint.numbers import numbers
from evoclass.lint.python import code_difference
from evoclass.model import (
    AnyBlock,
    Callout,
    CodeBlock,
    Drawing,
    ExerciseBlock,
    Fault,
    Footnotes,
    Guess,
    Heading,
    Image,
    Inline,
    Lab,
    Lesson,
    ListBlock,
    MathBlock,
    Paragraph,
    Quote,
    Span,
    Steps,
    Table,
    ThematicBreak,
    walk,
)
from evoclass.reading.normalcode import bare_code

WORDS = ("", "text", "txt", "console", "output", "markdown", "md")
"""Languages of code fences whose content is not only code."""

WORD = re.compile(r"(?<![\w-])[^\W\d_A-ZÀ-Þ][^\W\d_]+(?![\w-])")
"""A word that begins with a lower-case letter, and so is not a name or a title."""

UNTRANSLATED_WORDS = 4
"""Fewest of these words in a text that counts as untranslated when it is the same in both languages."""


def prose_drift(source: Lesson, translated: Lesson) -> Iterator[Problem]:
    """Compare structure, code, formulas, live values and numbers of prose, block by block."""
    left, right = list(source.blocks), _readable(translated.blocks)
    language, own = source.language, translated.language
    waiting = _waiting(translated)
    end = max((block.end_line for block in right), default=1)
    items = [list(map(Fingerprint, map(_kind, blocks))) for blocks in (left, right)]
    if items[0] != items[1]:
        items = [[_fingerprint(b, language) for b in left], [_fingerprint(b, own) for b in right]]
    for how, start, stop, first, last in aligned(*items):
        theirs, ours = left[start:stop], right[first:last]
        if how == "same":
            for original, block in zip(theirs, ours, strict=True):
                if block.id not in waiting:
                    yield from _tree(original, block, language, own)
        elif how == "moved":
            fields = {"language": language, "line": theirs[0].line}
            yield Problem("W095", ours[0].line, fields=fields)
        elif not any(isinstance(block, Fault) for block in (*theirs, *ours)):
            yield from _unlike(theirs, ours, right[first].line if first < len(right) else end, language)


def _waiting(translated: Lesson) -> frozenset[str]:
    """Return the ids of the blocks that a comment marks as not translated yet."""
    marks = [problem.line for problem in translated.problems if problem.code == "W096"]
    blocks = sorted(translated.blocks, key=lambda block: block.line)
    lines = [block.line for block in blocks]
    below = (bisect_right(lines, mark) for mark in marks)
    return frozenset(blocks[place].id for place in below if place < len(blocks))


def _unlike(
    theirs: Sequence[AnyBlock], ours: Sequence[AnyBlock], place: int, language: str
) -> Iterator[Problem]:
    """Report blocks that only one side has; `place` is where the source's blocks would be in the translation."""
    if len(theirs) == len(ours) and all(
        type(original) is type(block) and not is_named(block)
        for original, block in zip(theirs, ours, strict=True)
    ):
        for original, block in zip(theirs, ours, strict=True):
            fields = {"language": language, "line": original.line, "variant": "kind"}
            yield Problem("W095", block.line, fields=fields)
        return
    for block in ours:
        if not is_named(block):
            yield Problem("W092", block.line, fields={"language": language})
    for block in theirs:
        if not is_named(block):
            yield Problem("W091", place, fields={"language": language, "line": block.line})


def _readable(blocks: Iterable[AnyBlock]) -> list[AnyBlock]:
    """Return the blocks without the content of unknown directives, whose faults say enough."""
    found: list[AnyBlock] = []
    end = 0
    for block in blocks:
        if block.line > end or isinstance(block, Fault):
            found.append(block)
        if isinstance(block, Fault):
            end = max(end, int(block.problem.fields.get("end", 0)))
    return found


def _fingerprint(block: AnyBlock, language: str) -> Fingerprint:
    """Return the features that distinguish a block from others of its kind in both languages."""
    items = [item for part in walk((block,)) for item in items_of(part)]
    marks = {f"#{number}" for number in numbers(items, language)}
    marks |= {f"`{code}" for code in snippets(items)}
    marks |= {f"${formula}" for formula in formulas(items, language)}
    marks |= {f"{{{expression}" for expression in live_values(items)}
    length = sum(len(item.text) for item in items if isinstance(item, Span))
    code = getattr(block, "code", None) or getattr(block, "tex", None)
    if isinstance(code, str) and not is_named(block):
        marks.add(bare_code(code))
    return Fingerprint(_kind(block), frozenset(marks), length, isinstance(block, Heading))


def _kind(block: AnyBlock) -> str:
    level = getattr(block, "level", "")
    kind = getattr(block, "kind", "")
    return f"{type(block).__name__}{level}{kind}{block.id if is_named(block) else ''}"


def _tree(source: AnyBlock, block: AnyBlock, language: str, own: str) -> Iterator[Problem]:
    """Compare two blocks and their content."""
    if isinstance(block, Lab):
        return
    left, right = list(walk((source,))), list(walk((block,)))
    for theirs, ours in zip(left, right, strict=False):
        if _kind(theirs) != _kind(ours):
            yield Problem("W095", ours.line, fields={"language": language, "line": theirs.line})
            return
        yield from _pair(theirs, ours, language, own)
        if not isinstance(source, Footnotes):
            yield from _same_words(theirs, ours, language)
    if len(left) != len(right):
        yield Problem("W095", block.line, fields={"language": language, "line": source.line})


def _pair(source: AnyBlock, block: AnyBlock, language: str, own: str) -> Iterator[Problem]:
    """Compare two blocks without the blocks inside them."""
    fields = {"language": language, "line": source.line}
    if isinstance(source, CodeBlock) and isinstance(block, CodeBlock):
        line = _code(source, block)
        if line is not None:
            yield Problem("E086", block.line + line, fields={"id": block.id, "language": language})
        return
    if isinstance(source, MathBlock) and isinstance(block, MathBlock):
        if formula(source.tex, language) != formula(block.tex, own):
            yield Problem("W093", block.line, fields=fields)
        return
    if _size(source) != _size(block):
        yield Problem("W095", block.line, fields=fields)
        return
    if isinstance(source, Callout) and isinstance(block, Callout) and bool(source.title) != bool(block.title):
        yield Problem("W095", block.line, fields=fields | {"variant": "title"})
    theirs, ours = list(items_of(source)), list(items_of(block))
    if live_values(theirs) != live_values(ours):
        yield Problem("E091", block.line, fields=fields)
    if formulas(theirs, language) != formulas(ours, own):
        yield Problem("W093", block.line, fields=fields)
    code, own_code = snippets(theirs), snippets(ours)
    if code != own_code:
        only = {"missing": _list(code - own_code), "extra": _list(own_code - code)}
        yield Problem("W097", block.line, fields=fields | only)
    wanted, found = numbers(theirs, language), numbers(ours, own)
    if wanted != found:
        shown = fields | {
            "missing": _list((wanted - found).elements()),
            "extra": _list((found - wanted).elements()),
        }
        yield Problem("W094", block.line, fields=shown)


def _same_words(source: AnyBlock, block: AnyBlock, language: str) -> Iterator[Problem]:
    """Report text that is the same in both languages, and so is probably not translated yet."""
    for theirs, ours in zip(_texts(source), _texts(block), strict=False):
        if theirs == ours and len(WORD.findall(ours)) >= UNTRANSLATED_WORDS:
            yield Problem("W046", block.line, fields={"language": language, "text": ours[:60]})
            return


def _texts(block: AnyBlock) -> Iterator[str]:
    """Yield the pieces of text of a block itself without code, formulas and links."""
    for text in _pieces(block):
        yield "".join(
            item.text for item in text if isinstance(item, Span) and not item.marks & {"code", "math", "link"}
        ).strip()


def _pieces(block: AnyBlock) -> Iterator[Iterable[Inline]]:
    if not isinstance(block, ExerciseBlock):
        yield tuple(own_items(block))
        return
    yield from block.hints
    yield from written(block.exercise)


def _size(block: AnyBlock) -> list[int]:
    """Return the sizes of a block that a translation keeps: the cells of each row, or the forms of a drawing."""
    match block:
        case Table(rows=rows):
            return [len(row) for row in rows]
        case Drawing(text=text, narrower=narrower, svg=svg):
            return [bool(text), len(narrower), bool(svg)]
        case (
            Heading() | Paragraph() | CodeBlock() | MathBlock() | Image() | ThematicBreak() | Lab() | Fault()
        ):
            return []
        case Guess(options=options):
            return [len(options)]
        case ListBlock() | Quote() | Callout() | Footnotes() | ExerciseBlock() | Steps():
            return []
    assert_never(block)


def _code(source: CodeBlock, block: CodeBlock) -> int | None:
    """Return the first line (from the fence, 0) in which shown code differs; text and output may be translated."""
    if source.language != block.language:
        return 0
    if block.language in ("python", "py"):
        line = code_difference(source.code, block.code)
        return None if line is None else line + 1
    if block.language == DIAGRAM:
        theirs, ours = without_description(source.code), without_description(block.code)
    else:
        theirs, ours = source.code, block.code
    same = block.language in WORDS or bare_code(theirs) == bare_code(ours)
    return None if same else 0


def _list(found: Iterable[str]) -> str:
    return ", ".join(sorted(found)) or "–"
