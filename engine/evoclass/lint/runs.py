"""Problems that show only when a lesson runs: failing labs, live values that no run yields, wrong solutions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from evoclass.errors import EvoClassError, LessonError, Problem
from evoclass.exercise import Answer, Bench, Code
from evoclass.lint.guesses import unanswered
from evoclass.lint.hints import telling_hints
from evoclass.lint.labruns import LabRuns, Measured
from evoclass.lint.places import placed_in
from evoclass.lint.together import together
from evoclass.model import ExerciseBlock, Lesson, Steps, inlines, plain_text, walk
from evoclass.model import Live as LiveValue
from evoclass.reading.livevalue import format_of
from evoclass.runner import Limits, Runner

B = TypeVar("B")
LONGEST = 40
"""Characters of a value that a problem quotes."""
NAME = re.compile(r"[A-Za-z_]\w*")


async def check_run(
    lesson: Lesson,
    bench: Bench,
    runner: Runner,
    limits: Limits | None = None,
    *,
    seeds: int = 1,
    measure: Callable[[Measured], object] | None = None,
    turns: asyncio.Semaphore | None = None,
) -> list[Problem]:
    """Run every lab and grade every solution and starter of a lesson; return the problems.

    A lesson can lower the caller's limits, but not raise them.  A lab that sets a seed runs with `seeds` of them, and
    `measure` gets what its conditions compared in each run.  As many labs and questions run at a time as there are
    `turns`, or one.
    """
    turns = turns or asyncio.Semaphore(1)
    runs = LabRuns(lesson, runner, limits or Limits(), turns)
    await runs.run(seeds)
    if measure is not None:
        for measured in runs.measured:
            measure(measured)
    problems = runs.problems
    # A live value with a name of a lab that failed is not at fault, because its code may not have run.
    failed = {name for lab in runs.failed for name in NAME.findall(lab.code)}
    of_blocks = [(block.line, item) for block in lesson.walk() for item in inlines(block)]
    of_objectives = ((evidence.line, item) for evidence in lesson.evidence for item in evidence.said)
    for line, item in (*of_objectives, *of_blocks):
        if (
            isinstance(item, LiveValue)
            and not item.place[0]
            and lesson.labs
            and item.expression not in runs.live
        ):
            if failed.intersection(NAME.findall(item.expression)):
                continue
            fields = {"expression": item.expression}
            bare, form = format_of(item.expression)
            if bare in runs.live:
                fields |= {"format": form, "variant": "format"}
            problems.append(Problem("E072", line, fields=fields))
    problems += _of_several_labs(of_blocks, runs)
    problems += unanswered(lesson, runs.guesses, {lab.file for lab in runs.failed})
    problems += await _each(_grade, lesson.exercises, bench, turns)
    broken = {problem.line for problem in problems}
    drawn = [
        block
        for block in lesson.walk()
        if isinstance(block, (ExerciseBlock, Steps)) and block.variants is not None
        if not broken.intersection(range(block.line, block.end_line + 1))
    ]
    problems += await _each(_edges, drawn, bench, turns)
    return list(lesson.placed(placed_in(problems, lesson.path)))


def _of_several_labs(found: Iterable[tuple[int, object]], runs: LabRuns) -> Iterator[Problem]:
    """Yield a problem for each live value of the text that is one thing in one lab and another in the next."""
    told = set()
    for line, item in found:
        if not isinstance(item, LiveValue) or item.place[0] or item.expression in told:
            continue
        told.add(item.expression)
        texts = runs.live.get(item.expression, {})
        if len(set(texts.values())) > 1:
            labs = ", ".join(f"`{file}` ({text[:LONGEST]})" for file, text in texts.items())
            yield Problem("W075", line, fields={"expression": item.expression, "labs": labs})


async def _each(
    examine: Callable[[B, Bench], Awaitable[list[Problem]]],
    blocks: Iterable[B],
    bench: Bench,
    turns: asyncio.Semaphore,
) -> list[Problem]:
    """Return the problems of blocks, each examined in its turn."""

    async def in_turn(block: B) -> list[Problem]:
        async with turns:
            return await examine(block, bench)

    found = await together(map(in_turn, blocks))
    return [problem for problems in found for problem in problems]


async def _grade(block: ExerciseBlock, bench: Bench) -> list[Problem]:
    """Grade the solution, which must pass, and the starter, which must not."""
    problems: list[Problem] = []
    try:
        before = block.exercise.solution()
        solution = await block.exercise.solve(bench)
        problems += await _solved(block, solution, bench)
        if block.exercise.solution() != before:
            problems += telling_hints(block, solution)
        problems += await block.exercise.check_run(block, bench)
        starters = {field.name: field.starter for field in block.exercise.form() if isinstance(field, Code)}
        # A starter that is the solution itself is reported without a run.
        changed = any(
            str(solution.get(name)).strip() != starter.strip() for name, starter in starters.items()
        )
        if changed and (await block.exercise.grade({**solution, **starters}, bench)).passed:
            problems.append(Problem("E074", block.line, fields={"id": block.id}))
    except Exception as error:
        problems.append(_unrun(block, error, bench))
    return problems


async def _solved(block: ExerciseBlock, solution: Answer, bench: Bench) -> list[Problem]:
    """Return the problems of a solution, unless `check` finds an error without running it."""
    verdict = await block.exercise.grade(solution, bench)
    if verdict.passed or any(problem.is_error for problem in block.exercise.check(block)):
        return []
    why = next((plain_text(remark.text) for remark in verdict.feedback if not remark.good), "–")
    fields = {"id": block.id, "score": f"{verdict.score:.0%}", "why": why.rstrip(".")}
    return [Problem("E073", block.line, fields=fields)]


def _unrun(block: ExerciseBlock, error: Exception, bench: Bench) -> Problem:
    """Return the problem of a question that cannot be run; EvoClass's own errors may have a special sentence."""
    if not isinstance(error, EvoClassError):
        text = f"{type(error).__name__}: {error}"
        return Problem("E075", block.line, fields={"id": block.id, "error": text})
    fields = {"id": block.id, "error": str(error), "variant": str(error.fields.get("variant", ""))}
    return Problem("E075", block.line, fields=fields)


async def _edges(block: ExerciseBlock | Steps, bench: Bench) -> list[Problem]:
    """Grade the solutions with the first and last drawn values, and report the first that fails."""
    assert block.variants is not None
    for values, variant in block.variants.edges():
        try:
            drawn = variant.draw("")
        except LessonError:
            continue  # it is reported without a run
        for question in walk((drawn,)):
            if not isinstance(question, ExerciseBlock) or not question.exercise.runs_code:
                continue
            try:
                problems = await _solved(question, await question.exercise.solve(bench), bench)
            except Exception as error:
                problems = [_unrun(question, error, bench)]
            if problems:
                told = {"values": values, "variant": "drawn"}
                return [replace(problem, fields=problem.fields | told) for problem in problems]
    return []
