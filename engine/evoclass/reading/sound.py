"""A lesson in which every question gives its form and solution: the others become faults."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from evoclass.errors import PluginError, Problem
from evoclass.model import (
    AnyBlock,
    Callout,
    Drawing,
    ExerciseBlock,
    Fault,
    Footnotes,
    Guess,
    Leaf,
    Lesson,
    ListBlock,
    Quote,
    Steps,
)
from evoclass.pluginhost.kept import Kept


def sound(lesson: Lesson) -> Lesson:
    """Return the lesson with faults instead of plugins' questions that fail to give their form or solution."""
    blocks = tuple(map(_sound, lesson.blocks))
    return lesson if blocks == lesson.blocks else replace(lesson, blocks=blocks)


def _sound(block: AnyBlock) -> AnyBlock:
    if isinstance(block, Leaf):
        return block
    match block:
        case ExerciseBlock():
            return _fault(block, [block]) or block
        case Steps(steps=steps):
            return _fault(block, steps) or block
        case ListBlock(items=items):
            return replace(block, items=tuple(tuple(map(_sound, item)) for item in items))
        case Quote(children=children) | Callout(children=children):
            return replace(block, children=tuple(map(_sound, children)))
        case Footnotes() | Drawing() | Guess():
            return block  # as the author wrote them
    assert_never(block)


def _fault(block: AnyBlock, questions: tuple[ExerciseBlock, ...] | list[ExerciseBlock]) -> Fault | None:
    """Return the fault that replaces a block if one of its questions fails; None if all work."""
    for question in questions:
        exercise = question.exercise
        if not issubclass(type(exercise), Kept):
            continue
        try:
            for ask in (exercise.form, exercise.solution, exercise.remarks, exercise.programs):
                ask()
        except PluginError as error:
            problem = Problem("E101", question.line, fields={"directive": exercise.kind, "error": str(error)})
            return Fault(
                id=block.id, line=block.line, end_line=block.end_line, problem=problem, source=str(error)
            )
    return None
