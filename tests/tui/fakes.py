"""A runner that runs nothing: the test says what happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from evoclass.errors import RunnerError
from evoclass.protocol import Closed, Detail, Exit, Output, Prompt, RunEvent, Started
from evoclass.runner import Availability, Limits, Program, Run, Runner


class FakeRun(Run):
    """Yields the events that the test puts in, and remembers what it was asked."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.typed: list[str] = []
        self.lines: list[str] = []
        self.looks: list[tuple[str, tuple[int, ...]]] = []
        self.attended: list[tuple[str, ...]] = []
        self.stops = 0
        self.closed = False
        self.left: list[tuple[str, int]] = []
        """Files that the program has left elsewhere."""
        self.size = (0, 0)
        self._running = True
        self._events: asyncio.Queue[RunEvent] = asyncio.Queue()

    def happens(self, *events: RunEvent) -> None:
        """Let these events happen now."""
        for event in events:
            if isinstance(event, Exit):
                self._running = False
            self._events.put_nowait(event)

    def finishes(
        self, output: str = "", reason: str = "finished", code: int = 0, seconds: float = 1.5
    ) -> None:
        """Print something and come to the end, with a prompt."""
        done = Exit(reason=reason, code=code, seconds=seconds)  # type: ignore[arg-type]
        self.happens(Output(text=output), done, Prompt())

    async def events(self) -> AsyncIterator[RunEvent]:
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Closed):
                return

    def write(self, text: str) -> None:
        self.typed.append(text)

    def resize(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)

    async def stop(self) -> None:
        self.stops += 1
        if self._running:
            self.happens(Exit(reason="stopped", code=130, seconds=0.5), Closed())

    def fit_figures(self, size: tuple[float, float, float]) -> None:
        self.figure_size = size

    async def evaluate(self, source: str) -> None:
        self.lines.append(source)

    async def look(self, expression: str, axes: tuple[int, ...] = ()) -> Detail:
        self.looks.append((expression, axes))
        return Detail(request=len(self.looks), expression=expression)

    @property
    def elsewhere(self) -> Sequence[tuple[str, int]]:
        return tuple(self.left)

    async def bring(self, path: str) -> None:
        if self.closed:
            raise RunnerError("it has ended")
        self.left = [file for file in self.left if file[0] != path]

    def attend(self, names: Sequence[str]) -> None:
        self.attended.append(tuple(names))

    async def close(self) -> None:
        if not self.closed:
            self.closed = True
            if self._running:
                self.happens(Exit(reason="stopped", code=130, seconds=0.5))
            self.happens(Closed())

    @property
    def running(self) -> bool:
        return self._running


class FakeRunner(Runner):
    """Starts `FakeRun`s; `warm` is set by the test when the warm-up is to end."""

    name = "local-cpu"

    def __init__(self, problem: str = "", cold: bool = False) -> None:
        self.problem = problem
        self.warm = asyncio.Event()
        if not cold:
            self.warm.set()
        self.runs: list[FakeRun] = []
        self.limits: Limits | None = None
        self.closed = False
        self.started = True
        """Whether a run has begun as soon as it is there."""
        self.left: list[tuple[Program, Run]] = []

    @property
    def run(self) -> FakeRun:
        """The latest run."""
        return self.runs[-1]

    @classmethod
    def available(cls) -> Availability:
        return Availability(True, device="CPU · 2 threads")

    async def warm_up(self) -> None:
        await self.warm.wait()
        if self.problem:
            raise RunnerError(self.problem)

    @property
    def ready(self) -> bool:
        return self.warm.is_set()

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        if self.problem:
            raise RunnerError(self.problem)
        self.limits = limits
        run = FakeRun(program)
        run.size = (columns, rows)
        self.runs.append(run)
        if self.started:
            run.happens(Started(pid=1, device="cpu", device_name="CPU"))
        return run

    async def left_running(self) -> Sequence[tuple[Program, Run]]:
        left, self.left = self.left, []
        return left

    async def close(self) -> None:
        self.closed = True
