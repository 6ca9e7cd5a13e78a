"""Other editors on the lab's files: the learner's own one is opened, and what another one saves can run by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported
from textual.worker import Worker

from evoclass.disk.watching import saves
from evoclass.errors import EvoClassError, NotTrustedError
from evoclass.learner.owneditor import edit
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
            self._session.permission.check()
            failure = self._edit(self._session.desk.program(file).file)
        except NotTrustedError as error:
            self._ask_trust(error, self.open_editor)
        except EvoClassError as error:
            self._tell(error.said(say), "error")
        except SuspendNotSupported:
            self._tell(say("lab.no_own_editor"), "warning")
        else:
            changed = self._look()
            if failure is not None:
                self._tell(failure.said(say), "warning" if changed else "error")

    def _edit(self, file: Path) -> EvoClassError | None:
        """Wait until the editor ends, and return what went wrong."""
        with self._app.suspend():
            # Whatever leaves this block would leave the window suspended.
            try:
                edit(file, self._session.catalog)
            except EvoClassError as error:
                return error
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
            if self._lab.file in self._look():
                self._run()
