"""Replaces the local runner where it cannot work, and says why: on Windows, and in an installation without PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from evoclass.errors import RunnerUnavailable
from evoclass.runner import Availability, Limits, Program, Run, Runner, install_command


class NoLocalRunner(Runner):
    """A runner that is greyed out, with the reason."""

    name = "local-cpu"
    reason: ClassVar[str]

    @classmethod
    def fields(cls) -> Mapping[str, str]:
        """Return the fields of the reason."""
        return {}

    @classmethod
    def available(cls) -> Availability:
        return Availability(False, cls.reason, dict(cls.fields()))

    async def warm_up(self) -> None:
        raise RunnerUnavailable(self.reason, self.reason, **self.fields())

    @property
    def ready(self) -> bool:
        return False

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        raise RunnerUnavailable(self.reason, self.reason, **self.fields())

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


class NoTerminal(NoLocalRunner):
    """Windows has no pseudo-terminals."""

    reason = "runner.no_terminal"


class NoTorch(NoLocalRunner):
    """PyTorch is not installed: lessons can be read and answered, and programs can run elsewhere."""

    reason = "runner.no_torch"

    @classmethod
    def fields(cls) -> Mapping[str, str]:
        return {"command": install_command(["evoclass[torch]"])}
