"""A runner on top of `evoclass.worker`: each program in a fresh Python, heard through pipes, with no terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable

from evoclass import hookimpl
from evoclass.errors import RunnerError
from evoclass.runner import (
    Availability,
    Ended,
    Features,
    Limits,
    Program,
    Run,
    Runner,
    WorkerProcess,
    WorkerRun,
)


class PipeProcess(WorkerProcess):
    """`python -m evoclass.worker`: a socket for its messages, two pipes for what is printed and typed."""

    def __init__(self, python: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(
                [python, "-P", "-m", "evoclass.worker", str(theirs.fileno())],
                bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._typed, self._printed = self._child.stdin, self._child.stdout
        super().__init__(ours, self._printed.fileno(), self._typed.fileno())
        self.pid = self._child.pid
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        code = await asyncio.to_thread(self._child.wait)
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
        self.messages.close()
        self._typed.close()
        self._printed.close()


class PipeRunner(Runner):
    """Keeps one Python ready ahead of the next run."""

    name = "pipe"
    python = sys.executable
    """The Python that runs the programs; it has to have EvoClass."""
    features = Features(limits=frozenset({"seconds", "output", "files", "file_size"}))

    def __init__(self) -> None:
        self._next: WorkerRun | None = None
        self._runs: list[WorkerRun] = []

    @classmethod
    def available(cls) -> Availability:
        return Availability(os.name == "posix", "a socket is handed on only by POSIX systems", device="CPU")

    @property
    def ready(self) -> bool:
        return self._next is not None and not self._next.process.gone

    async def warm_up(self) -> None:
        if not self.ready:
            self._next = await self._make()

    async def _make(self) -> WorkerRun:
        process = PipeProcess(self.python)
        try:
            return WorkerRun(process, await process.first_word())
        except BaseException:
            process.kill()
            process.let_go()
            raise

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        if not program.folder.is_dir():
            raise RunnerError(f"no folder {program.folder}", "runner.no_folder", folder=program.folder)
        run, self._next = (self._next, None) if self.ready else (None, self._next)
        run = run or await self._make()
        # In the list before anything can fail, so that `close` ends it.
        self._runs = [run, *(other for other in self._runs if not other.over)]
        run.begin(program, limits)
        return run

    async def close(self) -> None:
        for run in filter(None, (self._next, *self._runs)):
            await run.close()


@hookimpl
def register_runners() -> Iterable[type[Runner]]:
    return [PipeRunner]
