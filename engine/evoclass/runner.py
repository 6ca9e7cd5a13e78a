"""The interface of a code runner, and of its runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import Any, ClassVar

from evoclass.disk.paths import own_folders
from evoclass.frozen import frozen
from evoclass.installing import install_command
from evoclass.pluginhost.setting import Setting
from evoclass.protocol import Waiting
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
    "RunnerKind",
    "WorkerProcess",
    "WorkerRun",
    "install_command",
    "own_folders",
]


@frozen(kw_only=True)
class Features:
    """A runner's abilities beyond running a program: checks test them, and learners are told which are missing."""

    terminal: bool = False
    """The program sees a terminal: it gets the terminal's size, and input is echoed."""
    exit_code: bool = True
    """The runner reports the program's own exit code, or the signal that killed it."""
    same_files: bool = True
    """The program works in the same folder as the front end, at the same path."""
    limits: frozenset[str] = frozenset({"seconds"})
    """The fields of `Limits` that the runner enforces."""

    def __post_init__(self) -> None:
        if unknown := set(self.limits) - set(Limits.__slots__):
            raise ValueError(f"Limits has no {', '.join(sorted(unknown))}")

    @property
    def unlimited(self) -> tuple[str, ...]:
        """The fields of `Limits` that the runner does not enforce."""
        return tuple(name for name in Limits.__slots__ if name not in self.limits)


@frozen
class Availability:
    """Whether this machine can offer a runner, and if not, why: a key of the interface text and its fields."""

    ok: bool
    reason: str = ""
    """Interface text key, for example `runner.no_cuda`."""
    fields: dict[str, str] = field(default_factory=dict, hash=False)
    device: str = ""
    """Shown in the header: `CPU · 2 threads`, `NVIDIA H100`."""
    device_key: str = ""
    """Interface text key of the device, for one that languages write differently."""

    def said(self, catalog: Callable[..., str]) -> str:
        """Return the device, or why there is none, in the interface's language."""
        key = self.device_key if self.ok else self.reason
        return catalog(key, **self.fields) if key else self.device


class RunnerKind(ABC):
    """A kind of runner that learners set up under names of their own: `[runners.lab]` with `kind = "…"`.

    Subclasses are registered with the hook `register_runner_kinds`.
    """

    name: ClassVar[str]
    """The value of `kind`, such as `ssh`."""
    settings: ClassVar[tuple[Setting, ...]] = ()
    """The other lines of the table."""

    @classmethod
    @abstractmethod
    def make(cls, name: str, values: Mapping[str, Any]) -> type[Runner]:
        """Return the class of the runner with a name, for the learner's values.  Raises ConfigError."""


class Runner(ABC):
    """A place that runs programs.  Subclasses are registered with the hook `register_runners`."""

    name: ClassVar[str]
    """Name in `--runner` and settings, such as `local-cpu`."""
    features: ClassVar[Features] = Features()
    """The runner's abilities; the default is easy to provide with a subprocess."""
    settings: Mapping[str, Any] = MappingProxyType({})
    """The learner's settings for the plugin, `[plugins.NAME]` in `config.toml`; set before `warm_up`."""
    place: str = ""
    """Where programs run, once that is known: a machine, in words."""
    place_device: Availability | None = None
    """The device there."""
    on_waiting: Callable[[Waiting | None], object] = bool
    """Called with news of a wait for a place elsewhere, and with None at its end; a front end sets it."""

    @classmethod
    @abstractmethod
    def available(cls) -> Availability:
        """Return whether this machine can offer the runner; must be quick and must not import torch."""

    @abstractmethod
    async def warm_up(self) -> None:
        """Get ready ahead of the first run; returns when a run would start at once.  Raises RunnerError."""

    def place_said(self, catalog: Callable[..., str]) -> str:
        """Return the place and its device in the interface's language; empty while it is not known."""
        device = self.place_device.said(catalog) if self.place_device is not None else ""
        return " · ".join(filter(None, (self.place, device)))

    @property
    @abstractmethod
    def ready(self) -> bool:
        """Whether a run would start at once."""

    @abstractmethod
    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        """Start `program` in a clean process.  Raises RunnerError when it cannot be run at all."""

    async def left_running(self) -> Sequence[tuple[Program, Run]]:
        """Return the runs that an earlier front end left behind, each with its program; their events begin anew.

        Raises RunnerError when the runner is not ready.
        """
        return ()

    @abstractmethod
    async def close(self) -> None:
        """End everything that the runner started."""
