"""How long the lesson's programs take on this computer, said beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from evoclass.disk.crashlog import write_down
from evoclass.learner.duration import about, expected
from evoclass.learner.session import Session
from evoclass.model import Lab
from evoclass_tui.runs import Runs

SPARE_TIME = 20.0
"""Seconds after the runner is ready: opening and a first run have their time before a measurement takes any."""

SECONDS = 20.0
"""Time limit of a measurement."""


class Durations:
    """Knows what programs take here: from their own runs, or from the lesson and one measurement of this machine."""

    def __init__(self, session: Session, runs: Runs, changed: Callable[[], object]) -> None:
        """`changed` is called when more is known."""
        self._session, self._runs, self._changed = session, runs, changed
        self._factors: dict[str, float | None] = {}
        """By runner: how many times as long as on the author's machine programs take."""

    def said(self, lab: Lab) -> str:
        """Return a sentence on the time that a program takes with the runner in use; empty if nothing is known."""
        session, runs = self._session, self._runs
        if runs.in_use.runner is None or runs.in_use.runner.place:
            return ""  # another machine, of which nothing was measured
        name = runs.in_use.name
        own = session.state.runs.get(lab.file, ())
        seconds = expected(lab, own, name, self._factors.get(name))
        if seconds is None:
            return ""
        return session.catalog("reader.lab_takes", time=about(seconds, session.language))

    @property
    def _wanted(self) -> bool:
        """Whether a time of the lesson says nothing yet."""
        return any(lab.takes and not self.said(lab) for lab in self._session.lesson.labs)

    async def recall(self) -> None:
        """Read what was measured before."""
        from evoclass.running import speed

        name = self._runs.in_use.name
        if self._wanted and name not in self._factors:
            self._factors[name] = await asyncio.to_thread(speed.kept, name)
            self._changed()

    async def measure(self) -> None:
        """Measure this machine once, if a time of the lesson asks for it and the machine has nothing else to do."""
        from evoclass.running import load, speed
        from evoclass.running.bench import RunnerBench

        session, runs, name = self._session, self._runs, self._runs.in_use.name
        runner = runs.in_use.runner
        await self.recall()
        if not self._wanted or runner is None or runner.place:
            return
        if runs.phase != "ready" or not runner.ready or load.busy():
            return  # the next window tries again
        bench = RunnerBench(session.catalog, runs.in_use.for_grading, session.settings.limits, threads=1)
        try:
            factor = speed.read((await bench.run(speed.program(), seconds=SECONDS)).output)
        except Exception as error:  # a runner may raise anything
            write_down(error)
            return
        speed.keep(name, factor)
        self._factors[name] = factor
        self._changed()
