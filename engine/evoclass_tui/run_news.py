"""Messages of runs, and the view that shows a run."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from textual.message import Message
from textual.worker import Worker

from evoclass.protocol import Frame, RunEvent
from evoclass_tui.lab_run import LabRun

Phase = Literal["warming", "ready", "unavailable", "starting", "running", "stopping", "ended"]

BUSY = ("starting", "running", "stopping")
"""Phases in which a program is alive."""


class RunnerChosen(Message):
    """Where programs run, or what they wait for, has changed."""


@dataclass
class WarmedUp(Message):
    """A runner is ready, or cannot be (with the reason)."""

    runner: str
    problem: str = ""


@dataclass
class RunHappened(Message):
    """An event of a run that changes more than panels."""

    lab_run: LabRun
    event: RunEvent

    @property
    def live(self) -> Mapping[str, str]:
        """Values for the prose that the event carries."""
        return self.event.live if isinstance(self.event, Frame) else {}


@dataclass
class RunFailed(Message):
    """The program could not be run, or its runner failed during the run."""

    lab_run: LabRun
    reason: str


@dataclass
class RunKept(Message):
    """A run has ended and is among the kept runs."""

    new_values: int
    """Number of values in the prose, if they are this learner's first."""


class RunView(Protocol):
    """The view that shows a run and receives its messages."""

    def post_message(self, message: Message) -> bool: ...

    def run_worker(
        self, work: Coroutine[Any, Any, None], name: str = "", group: str = "", *, exclusive: bool = False
    ) -> Worker[None]: ...

    def figure_size(self) -> tuple[float, float, float] | None:
        """Return the size of a figure for which the program sets none."""

    def begin(self, lab_run: LabRun) -> tuple[int, int]:
        """Show a run that is starting; return the columns and rows of its terminal."""

    def clear(self) -> None:
        """Clear the output of a run that was stopped before it had begun."""

    def show_phase(self, phase: Phase, problem: str = "") -> None:
        """Show the phase of the run, or why no program can run."""
