"""Other editors on the lab's files: the learner's own one is opened, and what another one saves can run by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import click
from textual.app import App, SuspendNotSupported
from textual.worker import Worker

from evoclass.disk.watching import saves
from evoclass.errors import EvoClassError, NotTrustedError
from evoclass.learner.session import Session
from evoclass_tui.notice import AskTrust, Tell
from evoclass_tui.widgets.lab import LabColumn


class Outside:
    """Opens `$EDITOR`, and follows saves if the learner wants that."""

    def __init__(
        self,
        app: App[Any],
        session: Session,
        lab: LabColumn,
        tell: Tell,
        ask_trust: AskTrust,
        look: Callable[[], Sequence[str]],
        run: Callable[[], object],
    ) -> None:
        """`look` keeps what was typed here and returns the files that others have changed."""
        self._app, self._session, self._lab = app, session, lab
        self._tell, self._ask_trust, self._look, self._run = tell, ask_trust, look, run
        self._watching: Worker[None] | None = None

    def open_editor(self) -> None:
        """Leave the terminal to the learner's editor (`$VISUAL`, `$EDITOR`) until it ends."""
        file, say = self._lab.file, self._session.catalog
        if not file:
            self._tell(say("lab.no_lab"))
            return
        self._look()
        try:
            self._session.check_trust()
            failure = self._edit(str(self._session.desk.program(file).file))
        except NotTrustedError as error:
            self._ask_trust(error, self.open_editor)
        except EvoClassError as error:
            self._tell(error.said(say), "error")
        except SuspendNotSupported:
            self._tell(say("lab.no_own_editor"), "warning")
        else:
            changed = self._look()
            if failure is not None:
                key, fields = failure
                editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "$EDITOR"
                self._tell(say(key, editor=editor, **fields), "warning" if changed else "error")

    def _edit(self, path: str) -> tuple[str, dict[str, object]] | None:
        """Wait until the editor ends, and return the sentence about what went wrong, if anything did."""
        with self._app.suspend():
            # Whatever leaves this block would leave the window suspended.
            try:
                click.edit(filename=path)
            except (click.ClickException, ValueError) as error:
                # A ValueError comes from a quotation mark in the variable that is never closed.
                cause = error.__cause__ if isinstance(error, click.ClickException) else error
                if cause is None:
                    return "lab.own_editor_failed", {}
                return "lab.own_editor_missing", {"problem": getattr(cause, "strerror", None) or str(cause)}
        return None

    def follow_saves(self) -> None:
        """Run the open file whenever another editor saves it, while the setting says so."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        if self._session.settings.run_on_save and self._session.lesson.labs:
            self._watching = self._lab.run_worker(self._follow(), group="outside")

    async def _follow(self) -> None:
        folder = self._session.desk.folder()
        async for _ in saves(*(folder / lab.file for lab in self._session.lesson.labs)):
            if self._lab.file in self._look() and not self._lab.runs.busy:
                self._run()
