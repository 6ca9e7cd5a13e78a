"""What a code runner must offer, and what it tells while it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from evoclass.disk.paths import own_folders
from evoclass.running.marks import MarkFilter
from evoclass.running.program import Limits, Program
from evoclass.running.run import Run
from evoclass.running.stream import EventStream
from evoclass.running.workerprocess import Ended, Reason, WorkerProcess
from evoclass.running.workerrun import WorkerRun

__all__ = [
    "Availability",
    "Ended",
    "EventStream",
    "Features",
    "Limits",
    "MarkFilter",
    "Program",
    "Reason",
    "Run",
    "Runner",
    "WorkerProcess",
    "WorkerRun",
    "own_folders",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What a runner can do besides running a program: checks hold it to that, and learners are told what is missing."""

    terminal: bool = False
    """The program sees a terminal: it is told its size, and shows what is typed."""
    exit_code: bool = True
    """An end is told with the program's own exit code, or with the signal that it died of."""
    same_files: bool = True
    """The program works in the very folder of the front end, at the same path."""
    limits: frozenset[str] = frozenset({"seconds"})
    """The fields of `Limits` that the runner holds a program to."""

    def __post_init__(self) -> None:
        if unknown := set(self.limits) - set(Limits.__slots__):
            raise ValueError(f"Limits has no {', '.join(sorted(unknown))}")

    @property
    def unlimited(self) -> tuple[str, ...]:
        """The fields of `Limits` that the runner does not see to."""
        return tuple(name for name in Limits.__slots__ if name not in self.limits)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether this machine can offer a runner, and if not, why: a key of the interface text and its fields."""

    ok: bool
    reason: str = ""
    """Interface text key, for example `runner.no_cuda`."""
    fields: dict[str, str] = field(default_factory=dict, hash=False)
    device: str = ""
    """Shown in the header: `CPU · 2 threads`, `NVIDIA H100`."""


class Runner(ABC):
    """A place that runs programs.  Subclasses are registered with the hook `register_runners`."""

    name: ClassVar[str]
    """As in `--runner` and settings: `local-cpu`."""
    features: ClassVar[Features] = Features()
    """What it can do; as it stands, what is easily done with a subprocess."""
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
