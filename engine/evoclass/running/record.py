"""A run from its start to its exit, folded into a recording."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

from evoclass.protocol import Exit, RunEvent
from evoclass.runner import Limits, Program, Run, Runner
from evoclass.running.recording import Recording


async def run_through(runner: Runner, program: Program, limits: Limits) -> Recording:
    """Run a program to its exit without a viewer, and return the recording.  Raises RunnerError."""
    recording = Recording(program, runner.name)
    await record(await runner.start(program, limits), recording)
    return recording


async def record(run: Run, recording: Recording, tell: Callable[[RunEvent], object] | None = None) -> None:
    """Add a run's events to the recording up to its exit, and pass each to `tell`; the run is closed in any case."""
    try:
        async with aclosing(run.events()) as events:
            async for event in events:
                recording.take(event)
                if tell is not None:
                    tell(event)
                if isinstance(event, Exit):
                    break
    finally:
        await run.close()
