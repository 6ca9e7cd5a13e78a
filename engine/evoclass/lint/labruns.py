"""The runs of a lesson's labs: each in a folder of its own, some of them again with other seeds."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from evoclass.disk.wholefile import write_whole
from evoclass.errors import EvoClassError, Problem
from evoclass.frozen import frozen
from evoclass.learner.guessed import Measured as Guessed
from evoclass.learner.guesses import expressions, measured
from evoclass.lint.expectations import readable, reseeded, seed_of, unmet
from evoclass.lint.order import in_order
from evoclass.lint.programs import NAME
from evoclass.lint.python import tree
from evoclass.lint.together import together
from evoclass.model import Lab, Lesson
from evoclass.protocol import MAX_ROWS, Exit, Expected
from evoclass.reading.labs import LAB_LIMITS
from evoclass.reading.livevalue import format_of
from evoclass.reading.supplies import lay_beside
from evoclass.runner import Limits, Program, Runner
from evoclass.running.ending import key
from evoclass.running.record import run_through
from evoclass.running.recording import Recording
from evoclass.running.waiting import asks


@frozen
class Measured:
    """What one run of a lab with a seed found for a condition: from these an author sets a band."""

    lab: Lab
    seed: int
    result: Expected


class LabRuns:
    """Runs the labs of one lesson and collects what is wrong with them."""

    def __init__(self, lesson: Lesson, runner: Runner, limits: Limits, turns: asyncio.Semaphore) -> None:
        self._lesson, self._runner, self._limits, self._turns = lesson, runner, limits, turns
        self.problems: list[Problem] = []
        self.live: dict[str, dict[str, str]] = {}
        """The live values that runs with the labs' own seeds produced: for each, its text by the lab's file."""
        self.measured: list[Measured] = []
        self.guesses: dict[str, Guessed | None] = {}
        """What the runs gave for the guesses about them, by the guess's id."""
        self._failed: set[tuple[str, int]] = set()
        """Labs that failed, by file and what was added to their seed."""
        self._folders: dict[tuple[str, int], Path] = {}

    @property
    def failed(self) -> list[Lab]:
        """The labs of which a run failed."""
        files = {file for file, _ in self._failed}
        return [lab for lab in self._lesson.labs if lab.file in files]

    async def run(self, seeds: int) -> None:
        """Run each lab; one that sets a seed runs with `seeds` of them, counted from its own."""
        ordered = in_order(self._lesson.labs)
        with tempfile.TemporaryDirectory(prefix="evoclass-check-") as name:
            await self._round(ordered, 0, Path(name))
            again = [
                lab for lab in ordered if seed_of(lab.code) is not None and (lab.file, 0) not in self._failed
            ]
            await together(self._round(again, by, Path(name)) for by in range(1, seeds))

    async def _round(self, labs: Sequence[Lab], by: int, home: Path) -> None:
        """Run labs with their seeds raised by a number, each when those before it that it needs have run."""
        over: dict[str, asyncio.Task[_Found]] = {}
        for lab in labs:
            needs = [over[name] for name in lab.after if name in over]
            over[lab.file] = asyncio.create_task(self._run(lab, by, home, needs))
        for found in await together(over.values()):
            self.problems += found.problems
            self.measured += found.measured

    async def _run(self, lab: Lab, by: int, home: Path, needs: Sequence[asyncio.Task[_Found]]) -> _Found:
        """Run a lab with its seed raised by a number, and return what it shows."""
        await asyncio.gather(*needs)
        if any(self._failed.intersection(((name, 0), (name, by))) for name in lab.after):
            self._failed.add((lab.file, by))  # what it needs is not there, and that is reported already
            return _Found([])
        try:
            async with self._turns:
                recording = await self._recorded(lab, by, home)
        except EvoClassError as error:
            problem = Problem("E075", lab.line, fields={"id": lab.file, "error": str(error)})
        else:
            for expression, text in recording.live.items() if not by else ():
                self.live.setdefault(expression, {})[lab.file] = text
            for guess in self._lesson.guesses if not by else ():
                if guess.file == lab.file:
                    self.guesses[guess.id] = measured(guess, recording.live, recording.curves)
            if recording.exit is not None and recording.exit.reason == "finished":
                found = _found(lab, by, recording.expected)
                return found if by else replace(found, problems=[*found.problems, *_unseen(lab, recording)])
            problem = _ended(lab, recording)
        self._failed.add((lab.file, by))
        return _Found([problem])

    async def _recorded(self, lab: Lab, by: int, home: Path) -> Recording:
        """Run a lab in a folder of its own.  Raises EvoClassError."""
        source, folder = reseeded(lab.code, by), home / f"{by}-{lab.file}"
        try:
            self._fill(folder, lab, by, source)
        except OSError as error:
            raise EvoClassError(error.strerror or str(error)) from error
        program = Program(
            source=source,
            file=folder / lab.file,
            folder=folder,
            arguments=lab.arguments,
            watch=lab.watch,
            live=(*_asked(self._lesson), *expressions(self._lesson, lab.file)),
            expect=readable(lab),
            threads=lab.threads or 1,
            environment={"EVOCLASS_LANGUAGE": self._lesson.language},
            keep=False,
        )
        limits = self._limits.lowered_to(seconds=lab.seconds, **lab.limits)
        return await run_through(self._runner, program, limits)

    def _fill(self, folder: Path, lab: Lab, by: int, source: str) -> None:
        """Make the folder of a run, with what the labs before it left in theirs and nothing of any other lab."""
        folder.mkdir()
        for name in lab.after:
            if (left := self._folders.get((name, by)) or self._folders.get((name, 0))) is not None:
                _copy(left, folder)
        self._folders[lab.file, by] = folder
        for other in self._lesson.labs:
            write_whole(folder / other.file, (source if other is lab else other.code).encode())
        lay_beside(self._lesson, folder)


@frozen
class _Found:
    """What one run of a lab shows."""

    problems: Sequence[Problem]
    measured: Sequence[Measured] = ()


def _found(lab: Lab, by: int, results: Sequence[Expected]) -> _Found:
    seed = seed_of(lab.code)
    measured = [] if seed is None else [Measured(lab, seed + by, result) for result in results]
    return _Found(list(unmet(lab, results, seed + by if seed is not None and by else None)), measured)


def _unseen(lab: Lab, recording: Recording) -> Iterator[Problem]:
    """Yield a problem for each name that the lab watches and the inspector has never shown.

    Gradients come and go, and a function's own variable may be gone before the inspector looks: these say nothing.
    """
    rows = recording.rows
    for name in recording.unseen if len(rows) < MAX_ROWS else ():
        fields = {"name": name, "file": lab.file}
        root = _ROOT.match(name)
        if (row := rows.get(name)) is not None:
            variant = "kind" if name.isidentifier() else "row"
            yield Problem("W054", lab.line, fields=fields | {"type": row.type, "variant": variant})
        elif root is None or name.endswith(".grad"):
            continue
        elif root[0] in NAME.findall(lab.code) and not _passes(root[0], lab.code):
            yield Problem("W054", lab.line, fields=fields | {"variant": "never"})


_ROOT = re.compile(r"[^\W\d]\w*")
"""The variable at the beginning of an expression."""


def _passes(name: str, code: str) -> bool:
    """Whether a variable may have been there for a while: a program's own that it deletes, or one of a function."""
    parsed = tree(code)
    for node in ast.walk(parsed) if isinstance(parsed, ast.Module) else ():
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Del):
            return True
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.comprehension
        ):
            for inner in ast.walk(node):
                if isinstance(inner, ast.arg) and inner.arg == name:
                    return True
                if isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Store):
                    return True
    return False


def _copy(source: Path, target: Path) -> None:
    """Copy what a run has left over what is there, without following a link; leave out pipes, sockets and devices."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        odd: set[str] = set()
        for name in names:
            mode = os.lstat(os.path.join(folder, name)).st_mode
            there = target / os.path.relpath(folder, source) / name
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
                odd.add(name)
            elif there.is_symlink() or (there.exists() and not (there.is_dir() and stat.S_ISDIR(mode))):
                there.unlink()
        return odd

    shutil.copytree(source, target, symlinks=True, ignore=left_out, dirs_exist_ok=True)


def _asked(lesson: Lesson) -> tuple[str, ...]:
    """Return the live values of a lesson, with and without their formats, because only the format may be wrong."""
    bare = (format_of(expression)[0] for expression in lesson.live)
    return tuple(dict.fromkeys((*lesson.live, *filter(None, bare))))


def _ended(lab: Lab, recording: Recording) -> Problem:
    """Return the problem of a lab that did not finish."""
    reason = recording.exit.reason if recording.exit is not None else "lost"
    if reason == "timeout":
        call = asks(lab.code)
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
