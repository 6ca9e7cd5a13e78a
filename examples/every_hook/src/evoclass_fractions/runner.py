"""The smallest runner on top of `evoclass.worker`: a new Python for each program, and nothing made ahead."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, ClassVar

from evoclass.errors import RunnerError
from evoclass.runner import (
    Availability,
    Ended,
    Features,
    Limits,
    Program,
    Run,
    Runner,
    RunnerKind,
    WorkerProcess,
    WorkerRun,
)
from evoclass.settings import Setting


class OneShotProcess(WorkerProcess):
    """`python -m evoclass.worker`: a socket for its messages, pipes for what is printed and typed."""

    def __init__(self, python: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._python = subprocess.Popen(
                [python, "-P", "-m", "evoclass.worker", str(theirs.fileno())],
                bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        assert self._python.stdin is not None
        assert self._python.stdout is not None
        self._typed, self._printed = self._python.stdin, self._python.stdout
        super().__init__(ours, self._printed.fileno(), self._typed.fileno())
        self.pid = self._python.pid
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        code = await asyncio.to_thread(self._python.wait)
        self.kill()  # what the program has left behind
        if not self.ended.done():
            self.ended.set_result(Ended(code=max(code, 0), signal=max(-code, 0)))

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            if not self.gone:
                os.killpg(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def end_input(self) -> None:
        self._typed.close()

    def let_go(self) -> None:
        for end in (self.messages, self._typed, self._printed):
            end.close()


class OneShotRunner(Runner):
    """Starts a Python when a program is run."""

    name = "one-shot"
    features = Features(limits=frozenset({"seconds", "output", "files", "file_size"}))
    ready = True  # there is nothing to wait for
    python: ClassVar[str] = sys.executable

    def __init__(self) -> None:
        self._runs: list[WorkerRun] = []

    @classmethod
    def available(cls) -> Availability:
        return Availability(os.name == "posix", "evoclass_fractions.posix", device="CPU")

    async def warm_up(self) -> None:
        return

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        if not program.folder.is_dir():
            raise RunnerError(f"no folder {program.folder}", "runner.no_folder", folder=program.folder)
        process = OneShotProcess(self.python)
        try:
            run = WorkerRun(process, await process.first_word())
        except BaseException:
            process.kill()
            process.let_go()
            raise
        run.begin(program, limits)
        self._runs = [run, *(other for other in self._runs if not other.over)]
        return run

    async def close(self) -> None:
        for run in self._runs:
            await run.close()


class OneShotKind(RunnerKind):
    """The same with another Python: `[runners.next]`, `kind = "one-shot"`, `python = "/opt/next/bin/python"`."""

    name = "one-shot"
    settings = (Setting("python", sys.executable),)

    @classmethod
    def make(cls, name: str, values: Mapping[str, Any]) -> type[Runner]:
        return type(name, (OneShotRunner,), {"name": name, "python": values["python"]})
