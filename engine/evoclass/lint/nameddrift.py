"""Compares the questions, challenges, labs and guesses of a translation with those of its source, by their ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from evoclass.directive import OptionLine
from evoclass.errors import Problem
from evoclass.exercise import Exercise
from evoclass.lint.python import code_difference
from evoclass.model import AnyBlock, ExerciseBlock, Fault, Guess, Lab, Steps
from evoclass.reading import draw
from evoclass.reading.guesses import FIXED_GUESS_OPTIONS
from evoclass.reading.labs import LAB_LIMITS
from evoclass.reading.normalcode import bare_code, normal_code

FIXED_OPTIONS = frozenset({"tries", *draw.OPTIONS})
"""Options of every question that a translation keeps as they are."""


def named_drift(left: Sequence[AnyBlock], right: Sequence[AnyBlock], language: str) -> Iterator[Problem]:
    """Compare questions, challenges and labs by id."""
    mine = {block.id: block for block in right if is_named(block)}
    theirs = {block.id: block for block in left if is_named(block)}
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
            if bool(other.explanation) != bool(block.explanation):
                fields = {"id": block_id, "language": language, "option": "solution"}
                yield Problem("E085", block.line, fields=fields)
        elif isinstance(block, Steps) and isinstance(other, Steps):
            yield from _settings(_drawn(other), _drawn(block), block, language)
            if bool(other.title) != bool(block.title):
                fields = {"id": block_id, "language": language, "option": "title"}
                yield Problem("E085", block.line, fields=fields)
    ours = [block_id for block_id in mine if block_id in theirs]
    if ours != [block_id for block_id in theirs if block_id in mine]:
        yield Problem("E087", mine[ours[0]].line, fields={"language": language})


def is_named(block: AnyBlock) -> bool:
    """Whether the author names a block, so that it has the same id wherever it stands."""
    return isinstance(block, (Lab, Guess, ExerciseBlock, Steps))


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
