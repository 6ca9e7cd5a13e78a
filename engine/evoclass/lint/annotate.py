"""A lesson with its problems shown where they are, for its author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
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

    problems = check_lesson(lesson, library.parser)
    source = library.translation(lesson, DEFAULT) if lesson.language != DEFAULT else None
    if source is not None and not any(problem.is_error for problem in source.problems):
        problems += drift(source, lesson)
    text = lesson.path.read_text(encoding="utf-8", errors="replace") if lesson.path is not None else ""
    return annotated(lesson, problems, text.split("\n"))


def annotated(lesson: Lesson, problems: Iterable[Problem], lines: list[str]) -> Lesson:
    """Return the lesson with a fault before each top-level block whose problems have no fault yet."""
    shown = {(fault.problem.code, fault.problem.line) for fault in lesson.walk() if isinstance(fault, Fault)}
    waiting = sorted(
        (problem for problem in problems if (problem.code, problem.line) not in shown),
        key=lambda problem: problem.line,
    )
    blocks: list[AnyBlock] = []
    number = 0
    for block in lesson.blocks:
        last = max((inner.end_line for inner in walk((block,))), default=block.end_line)
        while waiting and waiting[0].line <= last:
            number += 1
            blocks.append(_fault(waiting.pop(0), number, lines))
        blocks.append(block)
    for problem in waiting:
        number += 1
        blocks.append(_fault(problem, number, lines))
    return replace(lesson, blocks=tuple(blocks)) if number else lesson


def _fault(problem: Problem, number: int, lines: list[str]) -> Fault:
    source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    return Fault(
        id=f"problem-{number}", line=problem.line, end_line=problem.line, problem=problem, source=source[:200]
    )
