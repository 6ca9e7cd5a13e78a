"""Problems that show only when a lesson runs: failing labs, live values that no run yields, wrong solutions."""

from __future__ import annotations

import ast
import re
import tempfile
from dataclasses import replace
from pathlib import Path

from evoclass.errors import EvoClassError, LessonError, Problem
from evoclass.exercise import Answer, Bench, Code
from evoclass.lint.hints import telling_hints
from evoclass.lint.places import placed_in
from evoclass.lint.python import tree
from evoclass.model import ExerciseBlock, Lab, Lesson, Steps, inlines, plain_text, walk
from evoclass.model import Live as LiveValue
from evoclass.protocol import Exit
from evoclass.reading.inline import format_of
from evoclass.reading.labs import LAB_LIMITS
from evoclass.reading.supplies import lay_beside
from evoclass.runner import Limits, Program, Runner
from evoclass.running.ending import key
from evoclass.running.record import run_through
from evoclass.running.recording import Recording

NAME = re.compile(r"[A-Za-z_]\w*")


async def check_run(
    lesson: Lesson, bench: Bench, runner: Runner, limits: Limits | None = None
) -> list[Problem]:
    """Run every lab and grade every solution and starter of a lesson; return the problems.

    A lesson can lower the caller's limits, but not raise them.
    """
    problems: list[Problem] = []
    live: set[str] = set()
    failed: set[str] = set()
    """Names in labs that failed: a live value with these names is not at fault, because its code may not have run."""
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
                fields = {"expression": item.expression}
                bare, form = format_of(item.expression)
                if bare in live:
                    fields |= {"format": form, "variant": "format"}
                problems.append(Problem("E072", block.line, fields=fields))
    for exercise in lesson.exercises:
        problems += await _grade(exercise, bench)
    broken = {problem.line for problem in problems}
    for block in lesson.walk():
        if not isinstance(block, (ExerciseBlock, Steps)) or block.variants is None:
            continue
        if not broken.intersection(range(block.line, block.end_line + 1)):
            problems += await _edges(block, bench)
    return list(lesson.placed(placed_in(problems, lesson.path)))


def _asked(lesson: Lesson) -> tuple[str, ...]:
    """Return the live values of a lesson, with and without their formats, because only the format may be wrong."""
    bare = (format_of(expression)[0] for expression in lesson.live)
    return tuple(dict.fromkeys((*lesson.live, *filter(None, bare))))


async def _run(
    lesson: Lesson, lab: Lab, runner: Runner, limits: Limits, problems: list[Problem]
) -> Recording | None:
    with tempfile.TemporaryDirectory(prefix="evoclass-check-") as name:
        folder = Path(name)
        for other in lesson.labs:
            (folder / other.file).write_text(other.code, encoding="utf-8")
        lay_beside(lesson, folder)
        program = Program(
            source=lab.code,
            file=folder / lab.file,
            folder=folder,
            arguments=lab.arguments,
            watch=lab.watch,
            live=_asked(lesson),
            environment={"EVOCLASS_LANGUAGE": lesson.language},
            keep=False,
        )
        try:
            recording = await run_through(
                runner, program, limits.lowered_to(seconds=lab.seconds, **lab.limits)
            )
        except EvoClassError as error:
            problems.append(Problem("E075", lab.line, fields={"id": lab.file, "error": str(error)}))
            return None
    if recording.exit is None or recording.exit.reason != "finished":
        problems.append(_ended(lab, recording))
    return recording


def _ended(lab: Lab, recording: Recording) -> Problem:
    """Return the problem of a lab that did not finish."""
    reason = recording.exit.reason if recording.exit is not None else "lost"
    if reason == "timeout":
        call = _waits(lab)
        if call is not None:
            fields = {"file": lab.file, "call": call[1], "variant": "input"}
            return Problem("E071", lab.code_line + call[0] - 1, fields=fields)
        return Problem("E071", lab.line, fields={"file": lab.file, "seconds": f"{lab.seconds:g}"})
    error = recording.error
    if error is not None and reason not in ("memory", "killed"):
        line = lab.code_line + error.line - 1 if error.line else lab.line
        detail = f"{error.type}: {error.text.splitlines()[0] if error.text else ''}".rstrip(": ")
        return Problem("E070", line, fields={"file": lab.file, "reason": reason, "detail": detail})
    return _limited(lab, recording.exit, reason)


def _limited(lab: Lab, ending: Exit | None, reason: str) -> Problem:
    """Return the problem of a lab without an error report: the limit or signal that ended it, or its exit code."""
    fields: dict[str, object] = {"file": lab.file}
    name = key(ending) if ending is not None else reason
    if ending is not None and ending.detail == str(lab.limits.get(name)):
        value = lab.limits[name] // LAB_LIMITS[name][1]
        fields |= {"option": name, "value": value, "variant": "own"}
    elif ending is not None and name == "error":
        fields |= {"code": ending.code, "variant": "code"}
    elif name.startswith("memory"):
        fields["variant"] = "memory"
    elif name == "processes":
        fields["variant"] = "processes"
    elif ending is not None and name in ("killed", "crashed"):
        fields |= {"signal": ending.detail, "variant": "signal"}
    else:
        fields |= {"reason": reason, "detail": reason}
    return Problem("E070", lab.line, fields=fields)


WAITING = ("input", "breakpoint", "sys.stdin.read", "sys.stdin.readline", "pdb.set_trace", "getpass.getpass")
"""Calls that wait for input."""


def _waits(lab: Lab) -> tuple[int, str] | None:
    """Return line and name of the first call in a lab that waits for input."""
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
