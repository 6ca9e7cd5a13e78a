"""Replaces the local runner on Windows, which has no pseudo-terminals, and says why no program can run there."""

from __future__ import annotations

from evoclass.errors import RunnerUnavailable
from evoclass.runner import Availability, Limits, Program, Run, Runner


class NoLocalRunner(Runner):
    """A runner that is greyed out, with the reason."""

    name = "local-cpu"

    @classmethod
    def available(cls) -> Availability:
        return Availability(False, "runner.no_terminal")

    async def warm_up(self) -> None:
        raise RunnerUnavailable("Windows has no pseudo-terminals", "runner.no_terminal")

    @property
    def ready(self) -> bool:
        return False

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        raise RunnerUnavailable("Windows has no pseudo-terminals", "runner.no_terminal")

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""
