"""Asks once for a course that is not ours whether its code may run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from evoclass.errors import EvoClassError, NotTrustedError
from evoclass.learner.session import Session
from evoclass_tui.notice import Tell
from evoclass_tui.screens.menu import Entry, Menu


def ask_trust(
    app: App[Any], session: Session, tell: Tell, error: NotTrustedError, go_on: Callable[[], object]
) -> None:
    """Ask whether code of the course may run; after a yes, remember it and `go_on`."""
    catalog = session.catalog

    def decided(answer: str | None) -> None:
        if answer != "yes":
            tell(session.catalog("trust.declined"))
            return
        try:
            session.permission.give(error.digest)
        except EvoClassError as problem:  # the answer holds for this session
            tell(session.catalog("trust.not_kept", reason=problem.said(session.catalog)), "warning")
        go_on()

    entries = [Entry("no", catalog("trust.no")), Entry("yes", catalog("trust.yes"))]
    body = catalog("trust.body", folder=str(error.place))
    app.push_screen(Menu(catalog("trust.title"), body, entries), decided)
