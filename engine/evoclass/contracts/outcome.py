"""A program that a check runs, and what has come of it so far."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from evoclass.protocol import Closed, Exit, Output, Prompt, RunEvent
from evoclass.runner import Limits, Program, Run, Runner

PATIENCE = 60.0
"""Seconds after which a check gives up on an event."""

E = TypeVar("E")


@dataclass
class Outcome:
    """A run and its events so far."""

    run: Run
    events: list[RunEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._iterator: AsyncIterator[RunEvent] = self.run.events()

    @property
    def output(self) -> str:
        """All output so far."""
        return "".join(event.text for event in self.events if isinstance(event, Output))

    @property
    def exit(self) -> Exit:
        """How the program ended."""
        (found,) = self.all(Exit)
        return found

    def all(self, kind: type[E]) -> list[E]:
        """Return the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[E], seconds: float = PATIENCE) -> E:
        """Read events up to the next one of `kind`, and return that."""
        async with asyncio.timeout(seconds):
            async for event in self._iterator:
                self.events.append(event)
                if isinstance(event, kind):
                    return event
        raise AssertionError(f"the events ended without {kind.__name__}: {self.events[-3:]}")

    async def until_output(self, text: str, seconds: float = PATIENCE) -> None:
        """Read events until `text` appears in the output."""
        async with asyncio.timeout(seconds):
            while text not in self.output:
                await self.until(Output)

    async def to_the_end(self, seconds: float = PATIENCE) -> Outcome:
        """Read all further events."""
        if not self.all(Closed):
            await self.until(Closed, seconds)
        return self

    async def ask(self, source: str) -> str:
        """Run a line at the prompt and return what it printed."""
        before = len(self.output)
        await self.run.evaluate(source)
        await self.until(Prompt)
        return self.output[before:]


def program(source: str, folder: Path, **settings: Any) -> Program:
    """Return a program that is `program.py` in `folder`."""
    file = folder / "program.py"
    file.write_text(source, encoding="utf-8")
    return Program(source=source, file=file, folder=folder, **settings)


async def begin(
    runner: Runner, source: str, folder: Path, limits: Limits | None = None, **settings: Any
) -> Outcome:
    """Start a program and return its `Outcome`."""
    return Outcome(await runner.start(program(source, folder, **settings), limits or Limits()))


async def complete(
    runner: Runner, source: str, folder: Path, limits: Limits | None = None, **settings: Any
) -> Outcome:
    """Run a program to its end, without a prompt, and return its `Outcome`."""
    outcome = await begin(runner, source, folder, limits, **{"keep": False, **settings})
    return await outcome.to_the_end()
