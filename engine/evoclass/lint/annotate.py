"""A lesson with its problems shown where they are, for its author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evoclass.errors import Problem
from evoclass.model import AnyBlock, Fault, Lesson, walk
from evoclass.wording.sentences import DEFAULT

if TYPE_CHECKING:
    from evoclass.reading.library import Library


def with_problems(lesson: Lesson, library: Library) -> Lesson:
    """Return the lesson with all problems that `evoclass check` finds, including those of a translation."""
    from evoclass.lint.drift import drift
    from evoclass.lint.lesson import check_lesson
    from evoclass.reading import source
    from evoclass.reading.lessonfiles import read_file

    problems = check_lesson(lesson, library.parser)
    original = library.translation(lesson, DEFAULT) if lesson.language != DEFAULT else None
    if original is not None and not any(problem.is_error for problem in original.problems):
        problems += lesson.placed(drift(original, lesson))
    raw = read_file(lesson.path) if lesson.path is not None else b""
    return annotated(lesson, problems, [] if isinstance(raw, Problem) else source.lines(raw))


def annotated(lesson: Lesson, problems: Iterable[Problem], lines: list[str]) -> Lesson:
    """Return the lesson with a fault before each top-level block whose problems have no fault yet."""
    shown = {(fault.problem.code, fault.problem.line) for fault in lesson.walk() if isinstance(fault, Fault)}
    places = {part.path: lesson.own_line(part.first) for part in reversed(lesson.passages)}
    waiting = sorted(
        (
            (places.get(problem.path or Path(), problem.line), number, problem)
            for number, problem in enumerate(problems)
            if (problem.code, problem.line) not in shown
        )
    )
    if not waiting:
        return lesson
    blocks: list[AnyBlock] = []
    for block in lesson.blocks:
        last = max(
            (lesson.own_line(inner.end_line) for inner in walk((block,))),
            default=lesson.own_line(block.end_line),
        )
        while waiting and waiting[0][0] <= last:
            blocks.append(_fault(lesson, *waiting.pop(0), lines))
        blocks.append(block)
    blocks += (_fault(lesson, *place, lines) for place in waiting)
    return replace(lesson, blocks=tuple(blocks))


def _fault(lesson: Lesson, line: int, number: int, problem: Problem, lines: list[str]) -> Fault:
    part = next((part for part in lesson.passages if part.path == problem.path), None)
    lines = lines if part is None else part.text.split("\n")
    source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    return Fault(
        id=f"problem-{number + 1}",
        line=line,
        end_line=line,
        problem=problem,
        source=source[:200],
        source_line=0 if part is None else problem.line,
    )
