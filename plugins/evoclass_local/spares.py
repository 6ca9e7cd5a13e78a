"""Keeps one child ready ahead of the next run."""

from __future__ import annotations

import asyncio
import os
import select

from evoclass.errors import RunnerError
from evoclass.protocol import MessageReader, Ready, WorkerMessage
from evoclass_local.nursery import Child, Nursery
from evoclass_local.run import LocalRun

_END = b"\0"
"""Written behind all that a child has printed; what it printed may still be on its way through the terminal."""

_PATIENCE = 1.0
"""Seconds to wait for that."""


class Spares:
    """Makes children on one device, and runs around them that only lack their program."""

    def __init__(self, nursery: Nursery, device: str) -> None:
        self._nursery = nursery
        self._device = device
        self._next: asyncio.Task[LocalRun] | None = None
        """Makes the spare, or has made it."""
        self._renewal: asyncio.Task[LocalRun] | None = None
        self._closed = False

    @property
    def made(self) -> LocalRun | None:
        """The spare, if it is there and lives."""
        return _made(self._next)

    def prepare(self) -> asyncio.Task[LocalRun]:
        """Return the task that makes the spare; a new one if the spare has died or could not be made."""
        task = self._next
        if task is None or (task.done() and _made(task) is None):
            self._next = task = asyncio.get_running_loop().create_task(self._make())
            task.add_done_callback(_made)  # who needs the child hears of a failure then
        return task

    async def take(self) -> LocalRun:
        """Return the spare, or wait for one to be made; the next has to be asked for.  Raises RunnerError."""
        task, self._next = self.prepare(), None
        run = _made(task)
        if run is None:
            try:
                run = await asyncio.shield(task)
            except asyncio.CancelledError:
                task.add_done_callback(_give_back)
                raise
        elif run.child.hung_up:  # it has died this moment
            run.child.let_go()
            run = await self._make()
        return run

    def renew(self) -> None:
        """Replace a spare that waits already by one that costs less."""
        old = self._next
        if self._closed or old is None or _made(old) is None:
            return

        def swap(new: asyncio.Task[LocalRun]) -> None:
            if self._next is old and _made(new) is not None and not self._closed:
                self._next = new
                _give_back(old)
            else:
                _give_back(new)

        self._renewal = asyncio.get_running_loop().create_task(self._make())
        self._renewal.add_done_callback(swap)

    def close(self) -> None:
        """Let go of the spare and make no more."""
        self._closed = True
        for task in (self._next, self._renewal):
            if task is not None:
                task.cancel()
                _give_back(task)
        self._next = self._renewal = None

    async def _make(self) -> LocalRun:
        if self._closed:
            raise RunnerError("the runner is closed", "runner.closed")
        child = await self._nursery.fork(self._device)
        child.on_end = lambda: None  # should it end now, its terminal stays open for its last words
        try:
            ready = await _first_word(child)
            if child.gone:
                raise RunnerError(await _last_words(child))
        except BaseException:
            child.let_go()
            raise
        child.on_end = None
        return LocalRun(child, ready)


def _made(task: asyncio.Task[LocalRun] | None) -> LocalRun | None:
    """Return what a task has made, if it has and the child lives."""
    if task is None or not task.done() or task.cancelled() or task.exception() is not None:
        return None
    run = task.result()
    return None if run.child.gone else run


def _give_back(task: asyncio.Task[LocalRun]) -> None:
    run = _made(task)
    if run is not None:
        run.child.let_go()


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
            raise RunnerError(await _last_words(child))
        messages += reader.feed(data)
    if not isinstance(messages[0], Ready):
        raise RunnerError("the new process does not answer as it should", "runner.no_answer")
    return messages[0]


async def _last_words(child: Child) -> str:
    """Return the last line that a child has printed that could not get ready."""
    child.terminal.write_behind(_END)
    text = (await asyncio.to_thread(_read_to_end, child.terminal.descriptor)).decode(errors="replace")
    lines = text.replace(_END.decode(), "").strip().splitlines()
    return lines[-1] if lines else "the new process ended before it was ready"


def _read_to_end(descriptor: int) -> bytes:
    text = b""
    while _END not in text and select.select([descriptor], [], [], _PATIENCE)[0]:
        text += os.read(descriptor, 65536)
    return text
