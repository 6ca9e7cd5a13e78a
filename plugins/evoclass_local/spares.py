"""Keeps one child ready ahead of the next run."""

from __future__ import annotations

import asyncio

from evoclass.errors import RunnerError
from evoclass.runner import WorkerRun
from evoclass_local.nursery import Nursery


class Spares:
    """Makes children on one device, each with a run that lacks only its program."""

    def __init__(self, nursery: Nursery, device: str) -> None:
        self._nursery = nursery
        self._device = device
        self._next: asyncio.Task[WorkerRun] | None = None
        """Makes the spare, or has made it."""
        self._renewal: asyncio.Task[WorkerRun] | None = None
        self._closed = False

    @property
    def made(self) -> WorkerRun | None:
        """The spare, if it exists and is alive."""
        return _made(self._next)

    def prepare(self) -> asyncio.Task[WorkerRun]:
        """Return the task that makes the spare; a new task if the spare has died or could not be made."""
        task = self._next
        if task is None or (task.done() and _made(task) is None):
            self._next = task = asyncio.get_running_loop().create_task(self._make())
            task.add_done_callback(_made)  # the caller that needs the child learns of a failure then
        return task

    async def take(self) -> WorkerRun:
        """Return the spare, or wait for one to be made; the next one must be requested.  Raises RunnerError."""
        task, self._next = self.prepare(), None
        run = _made(task)
        if run is None:
            try:
                run = await asyncio.shield(task)
            except asyncio.CancelledError:
                task.add_done_callback(_give_back)
                raise
        elif run.process.hung_up:  # it has died this moment
            run.process.let_go()
            run = await self._make()
        return run

    def renew(self) -> None:
        """Replace a waiting spare with one that costs less; one that is being made is replaced when it waits."""
        old = self._next
        if old is not None and not old.done():
            old.add_done_callback(lambda made: self.renew())
            return
        if self._closed or old is None or _made(old) is None:
            return

        def swap(new: asyncio.Task[WorkerRun]) -> None:
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

    async def _make(self) -> WorkerRun:
        if self._closed:
            raise RunnerError("the runner is closed", "runner.closed")
        try:
            child = await self._nursery.fork(self._device)
        except OSError as error:  # no descriptors or no pseudo-terminals are left
            raise RunnerError(str(error)) from error
        try:
            return WorkerRun(child, await child.first_word())
        except BaseException:
            child.let_go()
            raise


def _made(task: asyncio.Task[WorkerRun] | None) -> WorkerRun | None:
    """Return the run that a task has made, if it is finished and the child is alive."""
    if task is None or not task.done() or task.cancelled() or task.exception() is not None:
        return None
    run = task.result()
    return None if run.process.gone else run


def _give_back(task: asyncio.Task[WorkerRun]) -> None:
    run = _made(task)
    if run is not None:
        run.process.let_go()
