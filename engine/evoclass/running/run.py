"""One program from Run to its exit, as every front end sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence

from evoclass.errors import RunnerError
from evoclass.protocol import Detail, RunEvent


class Run(ABC):
    """One program from Run to its exit, and its namespace afterwards."""

    @abstractmethod
    def events(self) -> AsyncGenerator[RunEvent, None]:
        """Yield the run's events; `Exit` when the program ends, `Closed` last, when the process is gone too."""

    @abstractmethod
    def write(self, text: str) -> None:
        """Type `text` into the program's terminal (`\\n` is Enter, `\\x04` end of input)."""

    @abstractmethod
    def resize(self, columns: int, rows: int) -> None:
        """Tell the program's terminal its size."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop the program, gently first; a second call skips ahead.  Returns when it has ended."""

    @abstractmethod
    async def evaluate(self, source: str) -> None:
        """Run a line at the prompt of the ended program; its output and a `Prompt` arrive as events."""

    def fit_figures(self, size: tuple[float, float, float]) -> None:  # noqa: B027 - a hint that a runner may ignore
        """Give the figures of the next lines at the prompt this size, as `Program.figure_size` gives those of a run."""

    @abstractmethod
    async def look(self, expression: str, axes: tuple[int, ...] = ()) -> Detail:
        """Return the close look at a value, taken at the next safe point.  Errors come in `Detail.error`."""

    def attend(self, names: Sequence[str]) -> None:  # noqa: B027 - a hint that a runner may ignore
        """Put these rows first in each frame: they are the rows in the learner's view, at most 1,024."""

    @property
    def elsewhere(self) -> Sequence[tuple[str, int]]:
        """Path and size of each file that the program wrote elsewhere and that did not come back by itself."""
        return ()

    async def bring(self, path: str) -> None:
        """Bring such a file into the program's folder.  Raises RunnerError."""
        raise RunnerError(f"{path} is not elsewhere")

    @abstractmethod
    async def close(self) -> None:
        """End the process and everything it started, and release all its resources."""

    @property
    @abstractmethod
    def running(self) -> bool:
        """Whether the program itself still runs (not its prompt)."""
