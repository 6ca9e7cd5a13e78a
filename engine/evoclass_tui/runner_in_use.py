"""The runner in use: where programs run, whether it is ready, and what it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from textual.message import Message

from evoclass.disk.crashlog import write_down
from evoclass.errors import EvoClassError, RunnerUnavailable
from evoclass.i18n import Catalog
from evoclass.learner.session import Session
from evoclass.pluginhost.blame import reason
from evoclass.protocol import Waiting
from evoclass.runner import Availability, Program, Run, Runner
from evoclass.running.wait import sentence
from evoclass_tui.run_news import RunnerChosen, WarmedUp


class RunnerInUse:
    """One of the runners, and what it has said of itself."""

    def __init__(
        self, session: Session, runners: Mapping[str, Runner], post: Callable[[Message], object]
    ) -> None:
        self._session, self._runners, self._post = session, runners, post
        self.name = session.settings.runner
        self._availability = Availability(ok=False)
        self._waiting: Waiting | None = None
        self.left: list[tuple[Program, Run]] = []
        """Runs that an earlier front end left behind, until their lesson is open."""

    @property
    def runner(self) -> Runner | None:
        """The runner itself; None if no plugin has one of this name."""
        return self._runners.get(self.name)

    @property
    def device(self) -> str:
        """Where programs run, or what the runner waits for, in the learner's language."""
        catalog, runner, answer = self._session.catalog, self.runner, self._availability
        if self._waiting is not None:
            return sentence(self._waiting, catalog)
        place = runner.place_said(catalog) if runner is not None else ""
        return place or (answer.said(catalog) if answer.ok else "") or self.name

    async def for_grading(self) -> Runner:
        """Return the runner.  Raises RunnerUnavailable."""
        if self.runner is None:
            raise RunnerUnavailable(self._session.catalog("cli.no_runner", name=self.name, names="-"))
        return self.runner

    def change(self, name: str) -> str:
        """Use another runner; return why it cannot be used, or nothing."""
        self.name = name
        runner, catalog = self.runner, self._session.catalog
        if runner is None:
            return catalog("cli.no_runner", name=name, names=", ".join(self._runners) or "-")
        availability = self._session.plugins.available(type(runner))
        self._availability, self._waiting = availability, None
        self._post(RunnerChosen())
        return "" if availability.ok else availability.said(catalog)

    async def warm_up(self, name: str, runner: Runner) -> None:
        """Prepare a runner for its first program, and find the runs that it still has."""
        problem = ""
        runner.on_waiting = partial(self._waits, name)
        try:
            await runner.warm_up()
            if runner.place:
                self._waits(name, None)
            self.left = [*self.left, *await runner.left_running()]
        except Exception as error:
            problem = said(error, self._session.catalog)
        self._post(WarmedUp(name, problem))

    def waits(self, waiting: Waiting | None) -> None:
        """Take in what the runner waits for; None if it goes on."""
        self._waiting = waiting
        self._post(RunnerChosen())

    def _waits(self, name: str, waiting: Waiting | None) -> None:
        if name == self.name:
            self.waits(waiting)


def said(error: Exception, catalog: Catalog) -> str:
    """Return a sentence on a runner's failure; an exception that it did not raise on purpose is logged."""
    if isinstance(error, EvoClassError):
        return error.said(catalog)
    write_down(error)
    return reason(error)
