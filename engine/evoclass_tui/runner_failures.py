"""What a runner fails with is told, and the window goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from evoclass.learner.session import Session
from evoclass_tui.notice import Tell
from evoclass_tui.runner_in_use import said

Result = TypeVar("Result")


class RunnerFailures:
    """Calls a runner so that its failures stay with it."""

    def __init__(self, session: Session, tell: Tell) -> None:
        self._session, self._tell = session, tell

    def asked(self, call: Callable[[], Result]) -> Result | None:
        """Return the runner's answer; a failure is told, and the window goes on without the answer."""
        try:
            return call()
        except Exception as error:
            self._failed(error)
            return None

    async def awaited(self, call: Callable[[], Awaitable[None]]) -> None:
        """Wait until the runner has done something; a failure is told, and the window goes on."""
        try:
            await call()
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._tell(self._session.catalog("notice.runner_failed", reason=self.said(error)), "error")

    def said(self, error: Exception) -> str:
        """Return a sentence on a failure."""
        return said(error, self._session.catalog)
