"""The runners of this machine: CPU, and CUDA where there is one."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

from evoclass import config, paths
from evoclass.errors import ConfigError, RunnerError
from evoclass.protocol import MessageReader, Ready, WorkerMessage
from evoclass.runner import Availability, Limits, Program, Run, Runner
from evoclass_local import devices, sandbox
from evoclass_local.nursery import Child, Nursery
from evoclass_local.run import LocalRun

HEAD_START = 0.002
"""Seconds that a run has the machine for itself before the next spare is made."""


class LocalRunner(Runner):
    """Runs each program in a clean process of its own that was made ahead and waits for it."""

    device: ClassVar[str] = "cpu"

    def __init__(self, ahead: bool = True) -> None:
        self._ahead = ahead
        """Whether a spare is made before it is needed; it costs memory, on CUDA also the device's."""
        self._nursery = self._new_nursery()
        self._next: asyncio.Task[Child] | None = None
        """Makes the spare, or has made it."""
        self._renewal: asyncio.Task[Child] | None = None
        self._runs: set[LocalRun] = set()
        self._closed = False

    @property
    def ready(self) -> bool:
        return _made(self._next) is not None

    @property
    def processes(self) -> tuple[int, int]:
        """Numbers of the process that makes children and of the spare child; 0 for one that is not there."""
        spare = _made(self._next)
        return self._nursery.pid, spare.pid if spare is not None else 0

    async def warm_up(self) -> None:
        if not self._ahead:
            await self._living_nursery().start()
        elif not self.ready:
            await asyncio.shield(self._prepare())

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        if not os.path.isdir(program.folder):  # noqa: ASYNC240 - one look at a local folder
            raise RunnerError(f"no folder {program.folder}")
        task, self._next = self._prepare(), None
        child = _made(task)
        if child is None:
            try:
                child = await asyncio.shield(task)
            except asyncio.CancelledError:
                task.add_done_callback(self._give_back)
                raise
        elif child.hung_up:  # it has died this moment
            child.let_go()
            child = await self._make_child()
        run = LocalRun(child, program, limits, self._own_folder(program))
        run.begin(columns, rows)
        self._runs = {other for other in self._runs if not other.over} | {run}
        if self._ahead:
            # The first line of output comes before the next spare: a fork takes time from what has just begun.
            asyncio.get_running_loop().call_later(HEAD_START, self._prepare_next)
        return run

    def _prepare_next(self) -> None:
        if not self._closed:
            self._prepare()

    async def close(self) -> None:
        self._closed = True
        for run in list(self._runs):
            await run.close()
        for task in (self._next, self._renewal):
            if task is not None:
                task.cancel()
                self._give_back(task)
        self._next = self._renewal = None
        await self._nursery.close()

    def _new_nursery(self) -> Nursery:
        return Nursery(self._settled)

    def _own_folder(self, program: Program) -> Path | None:
        """Return the folder that a program runs in instead of its own."""
        return None

    def _living_nursery(self) -> Nursery:
        if self._closed:
            raise RunnerError("the runner is closed")
        return self._nursery

    def _prepare(self) -> asyncio.Task[Child]:
        """Return the task that makes the spare; a new one if the spare has died or could not be made."""
        task = self._next
        if task is None or (task.done() and _made(task) is None):
            self._next = task = asyncio.get_running_loop().create_task(self._make_child())
            task.add_done_callback(_made)  # who needs the child hears of a failure then
        return task

    def _settled(self) -> None:
        """Replace a spare from before: it alone would keep a copy of all that the nursery has put in order."""
        old = self._next
        if self._closed or old is None or _made(old) is None:
            return

        def swap(new: asyncio.Task[Child]) -> None:
            if self._next is old and _made(new) is not None and not self._closed:
                self._next = new
                self._give_back(old)
            else:
                self._give_back(new)

        self._renewal = asyncio.get_running_loop().create_task(self._make_child())
        self._renewal.add_done_callback(swap)

    def _give_back(self, task: asyncio.Task[Child]) -> None:
        child = _made(task)
        if child is not None:
            child.let_go()

    async def _make_child(self) -> Child:
        child = await self._living_nursery().fork(self.device)
        try:
            child.own_number = (await _first_word(child)).pid
        except BaseException:
            child.let_go()
            raise
        return child


async def _first_word(child: Child) -> Ready:
    """Wait until a new child is ready for its job.  Raises RunnerError."""
    loop = asyncio.get_running_loop()
    reader: MessageReader[WorkerMessage] = MessageReader(WorkerMessage)
    messages: list[WorkerMessage] = []
    while not messages:
        try:
            data = await loop.sock_recv(child.socket, 65536)
        except OSError:
            data = b""
        if not data:
            raise RunnerError(_last_words(child))
        messages += reader.feed(data)
    if not isinstance(messages[0], Ready):
        raise RunnerError("the new process does not answer as it should")
    return messages[0]


def _wants_spare() -> bool:
    """Return the learner's setting `gpu_spare`; a settings file that cannot be read is told of elsewhere."""
    try:
        return config.load(paths.config_file()).gpu_spare
    except ConfigError:
        return True


def _made(task: asyncio.Task[Child] | None) -> Child | None:
    """Return the child that a task has made, if it has and the child lives."""
    if task is None or not task.done() or task.cancelled() or task.exception() is not None:
        return None
    child = task.result()
    return None if child.ended.done() else child


def _last_words(child: Child) -> str:
    """Return what a child that could not get ready has printed."""
    try:
        text = os.read(child.terminal.descriptor, 65536).decode(errors="replace").strip()
    except OSError:
        text = ""
    return text.splitlines()[-1] if text else "the new process ended before it was ready"


class LocalCpu(LocalRunner):
    """This machine's processors."""

    name = "local-cpu"
    device = "cpu"

    @classmethod
    def available(cls) -> Availability:
        return devices.cpu()


class LocalCuda(LocalRunner):
    """This machine's NVIDIA device."""

    name = "local-cuda"
    device = "cuda"

    def __init__(self, ahead: bool | None = None) -> None:
        super().__init__(_wants_spare() if ahead is None else ahead)

    @classmethod
    def available(cls) -> Availability:
        return devices.cuda()


class LocalSandboxed(LocalRunner):
    """This machine's processors, in a sandbox: no network, a read-only system, no home, a scratch folder to write in.

    A program runs in a copy of its folder, which goes when the runner is closed.
    """

    name = "local-sandboxed"
    device = "cpu"

    def __init__(self, ahead: bool = True) -> None:
        self._scratch = Path(tempfile.mkdtemp(prefix="evoclass-"))
        self._count = 0
        super().__init__(ahead)

    @classmethod
    def available(cls) -> Availability:
        answer = devices.cpu()
        fault = sandbox.fault()
        if answer.ok and fault:
            reason = "runner.no_bwrap" if fault == "bwrap" else "runner.no_sandbox"
            return Availability(False, reason, {"detail": fault})
        return answer

    def _new_nursery(self) -> Nursery:
        return Nursery(self._settled, lambda command: sandbox.wrapped(command, self._scratch))

    def _own_folder(self, program: Program) -> Path:
        self._count += 1
        folder = self._scratch / str(self._count)
        size = 0
        for file in program.folder.rglob("*"):
            size += file.lstat().st_size
            if size > sandbox.LARGEST:
                raise RunnerError(f"{program.folder} is too large to be copied into the sandbox")
        shutil.copytree(program.folder, folder, symlinks=True)
        return folder

    async def close(self) -> None:
        await super().close()
        shutil.rmtree(self._scratch, ignore_errors=True)
