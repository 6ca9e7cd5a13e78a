"""Passing notices to the learner, and the question that is asked before code of a course from elsewhere runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Literal, Protocol

from textual.app import App

from evoclass.disk import paths
from evoclass.errors import NotTrustedError
from evoclass.learner.session import Session
from evoclass.wording.printable import printable

Severity = Literal["information", "warning", "error"]


READ = 2.0
"""Seconds that a notice stays at least, whatever key is pressed."""


class Tell(Protocol):
    """Shows a sentence at the top for a few seconds."""

    def __call__(self, text: str, severity: Severity = "information") -> None: ...


AskTrust = Callable[[NotTrustedError, Callable[[], object]], None]
"""Asks whether code of the course may run; after a yes, it continues with the learner's request."""


class Corner:
    """The corner at the top of an app with its notices, until a key comes after they could be read, or some seconds.

    Each notice is shown once, however often a key repeats it meanwhile.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._until: dict[str, float] = {}
        """The end of each notice on the screen, by the monotonic clock."""
        self._newest = 0.0

    def clear_read(self) -> None:
        """Take away notices that have been there long enough to be read: the learner has gone on."""
        if self._until and time.monotonic() > self._newest + READ:
            self.clear()

    def clear(self) -> None:
        """Take away all notices."""
        self._until.clear()
        self._app.clear_notifications()
        for screen in self._app.screen_stack:
            screen.query("ToastHolder").remove()  # Textual would leave it, empty and as high as before

    def __call__(self, text: str, severity: Severity = "information") -> None:
        timeout, now = 8 if severity == "information" else 15, time.monotonic()
        if now > self._until.get(text, 0.0):
            self._until[text], self._newest = now + timeout, now
            self._app.notify(text, severity=severity, markup=False, timeout=timeout)


def at_start(session: Session) -> Iterator[str]:
    """Yield the notices for the learner when the window opens."""
    say = session.catalog
    yield from session.notices()
    for report in session.plugins.reports.values():
        if report.error:
            yield say("notice.plugin_broken", plugin=report.name, reason=report.error)
        for failure in report.failures:
            yield say("notice.plugin_faulty", plugin=report.name, reason=failure)
    if session.settings.unknown:
        names = ", ".join(f"`{printable(name)}`" for name in session.settings.unknown)
        yield say("notice.unknown_settings", names=names)
    for error in session.plugins.setting_problems(paths.config_file()):
        yield printable(error.said(say))
