"""Finds differences of a translation from its source: blocks, ids, options, right answers, code, numbers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from evoclass.directive import OptionLine
from evoclass.errors import Problem
from evoclass.exercise import Exercise
from evoclass.layout.diagram import LANGUAGE as DIAGRAM
from evoclass.layout.diagram import without_description
from evoclass.lint.alignment import Fingerprint, aligned
from evoclass.lint.numbers import numbers
from evoclass.lint.python import code_difference
from evoclass.model import (
    AnyBlock,
    Callout,
    CodeBlock,
    Drawing,
    Evidence,
    ExerciseBlock,
    Fault,
    Footnotes,
    Guess,
    Heading,
    Image,
    Inline,
    Inlines,
    Lab,
    Lesson,
    ListBlock,
    Live,
    MathBlock,
    Paragraph,
    Quote,
    Span,
    Steps,
    Table,
    ThematicBreak,
    inlines,
    walk,
)
from evoclass.reading import draw
from evoclass.reading.guesses import FIXED_GUESS_OPTIONS
from evoclass.reading.labs import LAB_LIMITS
from evoclass.reading.normalcode import bare_code, normal_code
from evoclass.reading.sound import sound
from evoclass.wording.numerals import separators

FIXED_OPTIONS = frozenset({"tries", *draw.OPTIONS})
"""Options of every question that a translation keeps as they are."""

WORDS = ("", "text", "txt", "console", "output", "markdown", "md")
"""Languages of code fences whose content is not only code."""


WORD = re.compile(r"(?<![\w-])[^\W\d_A-ZÀ-Þ][^\W\d_]+(?![\w-])")
"""A word that begins with a lower-case letter, and so is not a name or a title."""

UNTRANSLATED_WORDS = 4
"""Fewest of these words in a text that counts as untranslated when it is the same in both languages."""

CODE = re.compile(r"[_.(\[=]")
"""A character that distinguishes code between backticks from a word."""


def drift(source: Lesson, translated: Lesson) -> Iterator[Problem]:
    """Yield a problem for each change in `translated` that a translation must not make."""
    source, translated = sound(source), sound(translated)
    other = source.language
    for key in ("id", "number", "minutes", "objectives", "needs"):
        ours, theirs = (_measure(key, getattr(lesson, key)) for lesson in (translated, source))
        if ours != theirs:
            fields = {"key": key, "value": ours, "wanted_value": theirs, "language": other}
            yield Problem("E088", translated.keys.get(key, 1), fields=fields)
    yield from _evidence(source, translated)
    if source.requires != translated.requires:
        fields = {"key": "requires", "value": ", ".join(translated.requires) or "–", "language": other}
        fields["wanted_value"] = ", ".join(source.requires) or "–"
        yield Problem("E088", translated.keys.get("requires", 1), fields=fields)
    language, _, digest = translated.source.partition(" ")
    if digest and language == other and not source.digest.startswith(digest.strip()):
        yield Problem("W089", translated.keys.get("source", 1), fields={"language": other})
    left, right = list(source.walk()), list(translated.walk())
    yield from _named(left, right, other)
    yield from _prose(source, translated)


def _waiting(translated: Lesson) -> frozenset[str]:
    """Return the ids of the blocks that a comment marks as not translated yet."""
    marks = [problem.line for problem in translated.problems if problem.code == "W096"]
    blocks = sorted(translated.blocks, key=lambda block: block.line)
    lines = [block.line for block in blocks]
    below = (bisect_right(lines, mark) for mark in marks)
    return frozenset(blocks[place].id for place in below if place < len(blocks))


def _measure(key: str, value: object) -> object:
    """Return the part of a front matter value that a translation keeps: of a list of sentences the length."""
    if isinstance(value, tuple):
        return ", ".join(value) or "–" if key == "needs" else len(value)
    return value


def _evidence(source: Lesson, translated: Lesson) -> Iterator[Problem]:
    """Compare what shows the objectives: the same questions and labs, and the same values."""
    ours, theirs = (
        lesson.evidence or tuple(Evidence() for _ in lesson.objectives) for lesson in (translated, source)
    )
    for mine, other in zip(ours, theirs, strict=False):
        line = mine.line if translated.evidence else translated.keys.get("objectives", 1)
        if mine.shown_by != other.shown_by:
            value, wanted = (", ".join(evidence.shown_by) or "–" for evidence in (mine, other))
            fields = {"key": "shown_by", "value": value, "wanted_value": wanted, "language": source.language}
            yield Problem("E088", line, fields=fields)
        if _live(mine.said) != _live(other.said):
            yield Problem("E091", line, fields={"language": source.language, "line": other.line})


def _is_named(block: AnyBlock) -> bool:
    return isinstance(block, (Lab, Guess, ExerciseBlock, Steps))


def _named(left: Sequence[AnyBlock], right: Sequence[AnyBlock], language: str) -> Iterator[Problem]:
    """Compare questions, challenges and labs by id."""
    mine = {block.id: block for block in right if _is_named(block)}
    theirs = {block.id: block for block in left if _is_named(block)}
    faulty = any(isinstance(block, Fault) for block in (*left, *right))
    renamed = _renamed(theirs, mine)
    known = set(renamed.values())
    places = _places(theirs, mine)
    for block_id, block in theirs.items():
        if block_id not in mine and block_id not in known and not faulty:
            fields = {"id": block_id, "language": language, "line": block.line}
            yield Problem("E083", places[block_id], fields=fields)
    for block_id, block in mine.items():
        if block_id in renamed:
            fields = {"id": block_id, "other": renamed[block_id], "language": language, "variant": "renamed"}
            yield Problem("E084", block.line, fields=fields)
        elif block_id not in theirs and not faulty:
            yield Problem("E084", block.line, fields={"id": block_id, "language": language})
        if block_id not in theirs:
            continue
        other = theirs[block_id]
        if type(other) is not type(block):
            yield Problem("E084", block.line, fields={"id": block_id, "language": language})
        elif isinstance(block, Lab) and isinstance(other, Lab):
            yield from _lab(other, block, language)
        elif isinstance(block, ExerciseBlock) and isinstance(other, ExerciseBlock):
            yield from _exercise(other, block, language)
        elif isinstance(block, Guess) and isinstance(other, Guess):
            yield from _settings(_kept(other), _kept(block), block, language)
        elif isinstance(block, Steps) and isinstance(other, Steps):
            yield from _settings(_drawn(other), _drawn(block), block, language)
            if bool(other.title) != bool(block.title):
                fields = {"id": block_id, "language": language, "option": "title"}
                yield Problem("E085", block.line, fields=fields)
    ours = [block_id for block_id in mine if block_id in theirs]
    if ours != [block_id for block_id in theirs if block_id in mine]:
        yield Problem("E087", mine[ours[0]].line, fields={"language": language})


def _renamed(theirs: Mapping[str, AnyBlock], mine: Mapping[str, AnyBlock]) -> dict[str, str]:
    """Return the source's id for each renamed block: one of the same kind at the same place."""
    found = {}
    for (own, block), (other, source) in zip(mine.items(), theirs.items(), strict=False):
        if own == other:
            continue
        alike = _sort(block) == _sort(source) and own not in theirs and other not in mine
        if alike and own.rpartition("/")[0] == other.rpartition("/")[0]:
            found[own] = other
    return found if len(mine) == len(theirs) else {}


def _sort(block: AnyBlock) -> str:
    return block.exercise.kind if isinstance(block, ExerciseBlock) else type(block).__name__


def _places(theirs: Mapping[str, AnyBlock], mine: Mapping[str, AnyBlock]) -> dict[str, int]:
    """Return the translation's line of each source block, or, if it is missing, of the next block that exists."""
    found: dict[str, int] = {}
    ids = list(theirs)
    before = next((mine[other].end_line for other in reversed(ids) if other in mine), 1)
    for block_id in reversed(ids):
        found[block_id] = before = mine[block_id].line if block_id in mine else before
    return found


def _lab(source: Lab, lab: Lab, language: str) -> Iterator[Problem]:
    line = code_difference(source.code, lab.code)
    if line is not None:
        yield Problem("E086", lab.code_line + line, fields={"id": lab.id, "language": language})
    options = [
        option
        for option in ("seconds", "takes", "watch", "after", "threads")
        if getattr(source, option) != getattr(lab, option)
    ]
    if _arguments(source) != _arguments(lab):
        options.append("arguments")
    if _conditions(source) != _conditions(lab):
        options.append("expect")
    if _knobs(source) != _knobs(lab):
        options.append("knob")
    if [name for name, _ in source.lighter] != [name for name, _ in lab.lighter]:
        options.append("lighter")
    if _classes(source) != _classes(lab):
        options.append("names")
    if {option.value for option in source.data} != {option.value for option in lab.data}:
        options.append("data")
    for option, (name, _) in LAB_LIMITS.items():
        if source.limits.get(name) != lab.limits.get(name):
            options.append(option)
    for option in options:
        yield Problem("E085", lab.line, fields={"id": lab.id, "language": language, "option": option})


def _arguments(lab: Lab) -> list[str]:
    """Return the arguments of a lab's program, words in place of a text that may be translated."""
    return ["two words" if " " in argument else argument for argument in lab.arguments]


def _knobs(lab: Lab) -> list[tuple[str, int]]:
    """Return name and number of values of each knob; a value may be a text, which is translated."""
    return sorted((knob.name, len(knob.values)) for knob in lab.knobs)


def _classes(lab: Lab) -> list[tuple[int, tuple[str, ...]]]:
    """Return what names of classes are for, and how many there are: the names themselves may be translated."""
    return [(len(names.classes), names.values) for names in lab.names]


def _conditions(lab: Lab) -> list[str]:
    return sorted(bare_code(each.expression) for each in lab.expect)


def _exercise(source: ExerciseBlock, block: ExerciseBlock, language: str) -> Iterator[Problem]:
    fields = {"id": block.id, "language": language}
    fixed = block.exercise.fixed | FIXED_OPTIONS
    theirs, ours = (_heads(question, fixed) for question in (source, block))
    differing = list(_settings(theirs, ours, block, language))
    if source.exercise.kind != block.exercise.kind:
        yield Problem("E085", block.line, fields=fields | {"option": block.exercise.kind})
    elif differing:
        yield from differing
    elif _signature(source.exercise) != _signature(block.exercise):
        yield Problem("E090", block.line, fields=fields)
    elif list(map(normal_code, source.exercise.programs())) != list(
        map(normal_code, block.exercise.programs())
    ):
        yield Problem("E086", block.line, fields=fields)
    elif len(source.hints) != len(block.hints):
        yield Problem("E085", block.line, fields=fields | {"option": "hint"})
    elif len(list(source.exercise.remarks())) != len(list(block.exercise.remarks())):
        yield Problem("E085", block.line, fields=fields | {"option": "feedback"})
    elif bool(source.explanation) != bool(block.explanation):
        yield Problem("E085", block.line, fields=fields | {"option": "solution"})


def _settings(
    source: Sequence[OptionLine], settings: Sequence[OptionLine], block: AnyBlock, language: str
) -> Iterator[Problem]:
    """Compare options that a translation keeps; their order does not matter."""
    theirs, ours = Counter(map(_bare, source)), Counter(map(_bare, settings))
    for key in dict.fromkeys(key for key, _ in (theirs - ours) + (ours - theirs)):
        line = next((setting.line for setting in settings if setting.key == key), block.line)
        yield Problem("E085", line, fields={"id": block.id, "language": language, "option": key})


def _kept(guess: Guess) -> Sequence[OptionLine]:
    return [line for line in guess.settings if line.key in FIXED_GUESS_OPTIONS]


def _drawn(steps: Steps) -> Sequence[OptionLine]:
    return steps.variants.settings if steps.variants is not None else ()


def _bare(setting: OptionLine) -> tuple[str, str]:
    return setting.key, " ".join(setting.value.split())


def _heads(block: ExerciseBlock, fixed: Collection[str]) -> list[OptionLine]:
    """Return the options that a translation keeps, some only up to the first bar."""
    heads = block.exercise.fixed_heads
    return [
        replace(setting, value=setting.value.partition("|")[0]) if setting.key in heads else setting
        for setting in block.settings
        if setting.key in fixed or setting.key in heads
    ]


def _signature(exercise: Exercise) -> list[object]:
    """Return the parts of a question that a translation must keep: its fields, its options and the right ones."""
    solution = exercise.solution()
    return [
        (field.__class__.__name__, field.name, field.signature(solution.get(field.name)))
        for field in exercise.form()
    ]


# ------------------------------------------------------------------------------------------------------- prose


def _prose(source: Lesson, translated: Lesson) -> Iterator[Problem]:
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


def _unlike(
    theirs: Sequence[AnyBlock], ours: Sequence[AnyBlock], place: int, language: str
) -> Iterator[Problem]:
    """Report blocks that only one side has; `place` is where the source's blocks would be in the translation."""
    if len(theirs) == len(ours) and all(
        type(original) is type(block) and not _is_named(block)
        for original, block in zip(theirs, ours, strict=True)
    ):
        for original, block in zip(theirs, ours, strict=True):
            fields = {"language": language, "line": original.line, "variant": "kind"}
            yield Problem("W095", block.line, fields=fields)
        return
    for block in ours:
        if not _is_named(block):
            yield Problem("W092", block.line, fields={"language": language})
    for block in theirs:
        if not _is_named(block):
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
    items = [item for part in walk((block,)) for item in _items(part)]
    marks = {f"#{number}" for number in numbers(items, language)}
    marks |= {f"`{code}" for code in _snippets(items)}
    marks |= {f"${formula}" for formula in _formulas(items, language)}
    marks |= {f"{{{expression}" for expression in _live(items)}
    length = sum(len(item.text) for item in items if isinstance(item, Span))
    code = getattr(block, "code", None) or getattr(block, "tex", None)
    if isinstance(code, str) and not _is_named(block):
        marks.add(bare_code(code))
    return Fingerprint(_kind(block), frozenset(marks), length, isinstance(block, Heading))


def _kind(block: AnyBlock) -> str:
    level = getattr(block, "level", "")
    kind = getattr(block, "kind", "")
    return f"{type(block).__name__}{level}{kind}{block.id if _is_named(block) else ''}"


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
        if _formula(source.tex, language) != _formula(block.tex, own):
            yield Problem("W093", block.line, fields=fields)
        return
    if _size(source) != _size(block):
        yield Problem("W095", block.line, fields=fields)
        return
    if isinstance(source, Callout) and isinstance(block, Callout) and bool(source.title) != bool(block.title):
        yield Problem("W095", block.line, fields=fields | {"variant": "title"})
    theirs, ours = list(_items(source)), list(_items(block))
    if _live(theirs) != _live(ours):
        yield Problem("E091", block.line, fields=fields)
    if _formulas(theirs, language) != _formulas(ours, own):
        yield Problem("W093", block.line, fields=fields)
    code, own_code = _snippets(theirs), _snippets(ours)
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
        yield tuple(_own(block))
        return
    yield from block.hints
    yield from _written(block.exercise)


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


def _own(block: AnyBlock) -> Iterator[Inline]:
    """Yield the inline items of a block itself, and the sentence that describes a drawing."""
    yield from inlines(block)
    if isinstance(block, Drawing):
        yield Span(block.alt)


def _items(block: AnyBlock) -> Iterator[Inline]:
    """Yield the inline items of a block itself, including those of a question's options and feedback."""
    yield from _own(block)
    if isinstance(block, ExerciseBlock):
        for text in _written(block.exercise):
            yield from text


def _written(exercise: Exercise) -> Iterator[Inlines]:
    """Yield the author's text in a question other than its prompt: the parts to pick from, and feedback."""
    for field in exercise.form():
        for part in field.parts():
            yield part.text
    yield from exercise.remarks()


def _live(items: Sequence[Inline]) -> list[str]:
    return sorted(item.expression for item in items if isinstance(item, Live))


def _snippets(items: Iterable[Inline]) -> set[str]:
    """Return the pieces of code in a text that are more than a word, without repetitions."""
    return {
        bare_code(item.text)
        for item in items
        if isinstance(item, Span) and "code" in item.marks and CODE.search(item.text)
    }


def _formulas(items: Iterable[Inline], language: str) -> list[str]:
    return sorted(_formula(item.tex, language) for item in items if isinstance(item, Span) and item.tex)


def _formula(tex: str, language: str) -> str:
    """Return a formula without its words, and with a decimal point in every language."""
    bare = re.sub(r"\\(?:text|textrm|mathrm|operatorname)\s*\{[^{}]*\}|\s+", "", tex)
    thousands, decimal = separators(language)
    for mark, written in ((thousands, ""), (decimal, ".")):
        bare = re.sub(rf"(?<=\d)\{{{re.escape(mark)}\}}(?=\d)", written, bare)
    return bare


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
