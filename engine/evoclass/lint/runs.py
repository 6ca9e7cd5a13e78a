"""What shows only when a lesson runs: labs that do not end well, live values that no run yields, wrong solutions."""

from __future__ import annotations

import ast
import re
import tempfile
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from evoclass.errors import EvoClassError, Problem
from evoclass.exercise import Bench, Code
from evoclass.lint.hints import telling_hints
from evoclass.lint.places import placed_in
from evoclass.lint.python import tree
from evoclass.model import ExerciseBlock, Lab, Lesson, inlines, plain_text
from evoclass.model import Live as LiveValue
from evoclass.protocol import Exit
from evoclass.runner import Limits, Program, Runner
from evoclass.running.recording import Recording

NAME = re.compile(r"[A-Za-z_]\w*")


async def check_run(
    lesson: Lesson, bench: Bench, runner: Runner, limits: Limits | None = None
) -> list[Problem]:
    """Run every lab and grade every solution and starter of a lesson; return what goes wrong.

    A lesson can lower the limits of the one who runs it, and not raise them.
    """
    problems: list[Problem] = []
    live: set[str] = set()
    failed: set[str] = set()
    """Words of the labs that did not end well: what they did not come to is no fault of a live value."""
    for lab in lesson.labs:
        before = len(problems)
        recording = await _run(lesson, lab, runner, limits or Limits(), problems)
        if recording is not None:
            live |= recording.live.keys()
        if len(problems) > before:
            failed |= set(NAME.findall(lab.code))
    for block in lesson.walk():
        for item in inlines(block):
            if isinstance(item, LiveValue) and item.expression not in live and lesson.labs:
                if failed.intersection(NAME.findall(item.expression)):
                    continue
                problems.append(Problem("E072", block.line, fields={"expression": item.expression}))
    for exercise in lesson.exercises:
        problems += await _grade(exercise, bench)
    return [replace(problem, path=lesson.path) for problem in placed_in(problems, lesson.path)]


async def _run(
    lesson: Lesson, lab: Lab, runner: Runner, limits: Limits, problems: list[Problem]
) -> Recording | None:
    with tempfile.TemporaryDirectory(prefix="evoclass-check-") as name:
        folder = Path(name)
        for other in lesson.labs:
            (folder / other.file).write_text(other.code, encoding="utf-8")
        program = Program(
            source=lab.code,
            file=folder / lab.file,
            folder=folder,
            arguments=lab.arguments,
            watch=lab.watch,
            live=lesson.live,
            environment={"EVOCLASS_LANGUAGE": lesson.language},
            keep=False,
        )
        recording = Recording(program, runner.name)
        try:
            run = await runner.start(program, limits.lowered_to(seconds=lab.seconds, **lab.limits))
            try:
                async with aclosing(run.events()) as events:  # type: ignore[type-var]
                    async for event in events:
                        recording.take(event)
                        if isinstance(event, Exit):
                            break
            finally:
                await run.close()
        except EvoClassError as error:
            problems.append(Problem("E075", lab.line, fields={"id": lab.file, "error": str(error)}))
            return None
    if recording.exit is None or recording.exit.reason != "finished":
        problems.append(_ended(lab, recording))
    return recording


def _ended(lab: Lab, recording: Recording) -> Problem:
    """Say how a lab ended that did not finish."""
    reason = recording.exit.reason if recording.exit is not None else "lost"
    if reason == "timeout":
        call = _waits(lab)
        if call is not None:
            fields = {"file": lab.file, "call": call[1], "variant": "input"}
            return Problem("E071", lab.code_line + call[0] - 1, fields=fields)
        return Problem("E071", lab.line, fields={"file": lab.file, "seconds": f"{lab.seconds:g}"})
    error = recording.error
    if error is not None:
        line = lab.code_line + error.line - 1 if error.line else lab.line
        detail = f"{error.type}: {error.text.splitlines()[0] if error.text else ''}".rstrip(": ")
        return Problem("E070", line, fields={"file": lab.file, "reason": reason, "detail": detail})
    return Problem("E070", lab.line, fields={"file": lab.file, "reason": reason, "detail": reason})


WAITING = ("input", "breakpoint", "sys.stdin.read", "sys.stdin.readline", "pdb.set_trace", "getpass.getpass")
"""Calls that wait for someone to type."""


def _waits(lab: Lab) -> tuple[int, str] | None:
    """Return line and name of the first call in a lab that waits for someone to type."""
    parsed = tree(lab.code)
    if not isinstance(parsed, ast.Module):
        return None
    calls = (node for node in ast.walk(parsed) if isinstance(node, ast.Call))
    found = [(node.lineno, ast.unparse(node.func)) for node in calls if ast.unparse(node.func) in WAITING]
    return min(found, default=None)


async def _grade(block: ExerciseBlock, bench: Bench) -> list[Problem]:
    """Grade the solution, which must pass, and the starter, which must not."""
    problems: list[Problem] = []
    try:
        before = block.exercise.solution()
        solution = await block.exercise.solve(bench)
        verdict = await block.exercise.grade(solution, bench)
        if not verdict.passed:
            why = next((plain_text(remark.text) for remark in verdict.feedback if not remark.good), "–")
            fields = {"id": block.id, "score": f"{verdict.score:.0%}", "why": why.rstrip(".")}
            problems.append(Problem("E073", block.line, fields=fields))
        if block.exercise.solution() != before:
            problems += telling_hints(block, solution)
        problems += await block.exercise.check_run(block, bench)
        starters = {field.name: field.starter for field in block.exercise.form() if isinstance(field, Code)}
        if starters and (await block.exercise.grade({**solution, **starters}, bench)).passed:
            problems.append(Problem("E074", block.line, fields={"id": block.id}))
    except EvoClassError as error:
        problems.append(Problem("E075", block.line, fields={"id": block.id, "error": str(error)}))
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        problems.append(Problem("E075", block.line, fields={"id": block.id, "error": text}))
    return problems
