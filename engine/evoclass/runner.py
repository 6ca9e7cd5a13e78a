"""What a code runner must offer, and what it tells while it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from evoclass.disk.paths import own_folders
from evoclass.protocol import Detail, RunEvent
from evoclass.running.marks import MarkFilter
from evoclass.running.stream import EventStream

__all__ = ["Availability", "EventStream", "Limits", "MarkFilter", "Program", "Run", "Runner", "own_folders"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may use; a lesson can lower these, only the learner can raise them."""

    seconds: float = 600.0
    """Wall time."""
    memory: int = 8 * 2**30
    """Resident bytes of the run's whole process tree."""
    processes: int = 64
    files: int = 1024
    """Open files of one process."""
    file_size: int = 2 * 2**30
    """Bytes of one written file."""
    output: int = 64 * 2**20
    """Bytes of output kept; what comes after is counted and dropped."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 < getattr(self, name) < 2**63:  # which is no number for NaN either
                raise ValueError(f"{name} must be above zero and finite, not {getattr(self, name)!r}")

    def lowered_to(self, **wanted: float) -> Limits:
        """Return these limits with some of them lowered; a value above the limit changes nothing."""
        return replace(self, **{name: min(getattr(self, name), value) for name, value in wanted.items()})

    def lowered(self, other: Limits) -> Limits:
        """Return the stricter of the two in every respect."""
        return Limits(**{name: min(getattr(self, name), getattr(other, name)) for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run."""

    source: str
    file: Path
    """Where the source stands on disk (`__file__`); it need not exist for graded snippets."""
    folder: Path
    """Working directory."""
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    watch: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    seed: int | None = None
    inspect: bool = True
    frames_per_second: float = 10.0
    """Most frames of the inspector in a second."""
    budget: float = 0.02
    """Largest share of the run's time that the inspector may take."""
    echo: bool = True
    """Whether the program's terminal shows what is typed, as for a person; not for input out of a pipe."""
    keep: bool = True
    """Whether the namespace stays for the prompt and the inspector after the end."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether this machine can offer a runner, and if not, why: a key of the interface text and its fields."""

    ok: bool
    reason: str = ""
    """Interface text key, for example `runner.no_cuda`."""
    fields: dict[str, str] = field(default_factory=dict, hash=False)
    device: str = ""
    """Shown in the header: `CPU · 2 threads`, `NVIDIA H100`."""


class Run(ABC):
    """One program from Run to its exit, and its namespace afterwards."""

    @abstractmethod
    def events(self) -> AsyncIterator[RunEvent]:
        """Yield what happens; `Exit` when the program ends, `Closed` last, when the process is gone too."""

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
        """Run a line at the prompt of the ended program; its output and a `Prompt` come as events."""

    @abstractmethod
    async def look(self, expression: str, slice: tuple[int, ...] = ()) -> Detail:
        """Return the close look at a value, taken at the next safe point.  Errors come in `Detail.error`."""

    def attend(self, names: Sequence[str]) -> None:  # noqa: B027 - a hint that a runner may ignore
        """Have these rows come first in each frame: they are what the learner has in view, at most 1,024."""

    @abstractmethod
    async def close(self) -> None:
        """End the process and everything it started, and let go of all it held."""

    @property
    @abstractmethod
    def running(self) -> bool:
        """Whether the program itself still runs (not its prompt)."""


class Runner(ABC):
    """A place that runs programs.  Subclasses are registered with the hook `register_runners`."""

    name: ClassVar[str]
    """As in `--runner` and settings: `local-cpu`."""
    settings: Mapping[str, Any] = MappingProxyType({})
    """The learner's settings of the plugin, `[plugins.NAME]` in `config.toml`; there before `warm_up`."""

    @classmethod
    @abstractmethod
    def available(cls) -> Availability:
        """Say if this machine can run it; quick, and without importing torch."""

    @abstractmethod
    async def warm_up(self) -> None:
        """Get ready ahead of the first run; returns when a run would start at once.  Raises RunnerError."""

    @property
    @abstractmethod
    def ready(self) -> bool:
        """Whether a run would start at once."""

    @abstractmethod
    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        """Start `program` in a clean process.  Raises RunnerError when it cannot be run at all."""

    @abstractmethod
    async def close(self) -> None:
        """End everything that the runner started."""
