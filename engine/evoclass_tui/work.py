"""The learner's files and drafts: the contents of editors and questions, saved in the log and on disk."""

from __future__ import annotations

from evoclass.errors import EvoClassError
from evoclass.learner.session import Session
from evoclass.learner.workfiles import OutsideEdit
from evoclass.protocol import Figure
from evoclass.running.figurefile import write_figure
from evoclass.wording.printable import printable
from evoclass_tui.notice import Tell
from evoclass_tui.widgets.lab import LabColumn
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.timer import StudyTimer


class Work:
    """Saves the work in the open lesson, and takes in changes to its files by other editors and windows."""

    def __init__(
        self, session: Session, lab: LabColumn, reader: Reader, timer: StudyTimer, tell: Tell
    ) -> None:
        self._session = session
        self._lab, self._reader, self._timer = lab, reader, timer
        self._tell = tell

    def keep_all(self) -> None:
        """Save all typed text, the place and the time."""
        for file, source in self._lab.sources().items():
            self.keep_file(file, source)
        editor = self._lab.editor
        if editor is not None and self._has(editor.file):
            self._session.desk.worked_at(editor.file, editor.cursor_location)
        self._reader.keep_drafts()
        self._session.reached(self.place[0])
        self.keep_time()

    def keep_file(self, file: str, source: str) -> None:
        """Save one program as it is in the editor."""
        if not self._has(file):
            return
        try:
            edit = self._session.desk.edit(file, source)
        except EvoClassError as error:
            self._tell(error.said(self._session.catalog), "error")
            return
        if edit is not None:
            self._show(edit)
        self._lab.mark_edited(file, self._session.desk.edited(file))

    def _has(self, file: str) -> bool:
        return any(lab.file == file for lab in self._session.lesson.labs)

    def keep_time(self) -> None:
        """Save the study time counted since the last time."""
        self._session.studied(self._timer.stopwatch.take_news())

    @property
    def place(self) -> tuple[str, int]:
        """The block at the top of the reader and how many of its rows are above, or where a narrow window left it."""
        reader = self._reader
        if reader.is_attached and reader.size.height and not reader.settling:
            block, rows = reader.block_on(reader.arrive())
            if block:
                return block, rows
        return self._session.state.block, 0

    def reset(self, file: str) -> None:
        """Go back to the lesson's version of a file."""
        desk = self._session.desk
        if file and desk.restorable(file):
            try:
                self._lab.replace(file, desk.reset(file))
            except EvoClassError as error:
                self._tell(error.said(self._session.catalog), "error")
                return
            self._lab.mark_edited(file, False)
            self.look_at_supplies()
            self._tell(self._session.catalog("lab.was_reset", file=file))

    def save_figure(self, figure: Figure) -> None:
        """Save a figure in the lesson's folder, and say where."""
        catalog = self._session.catalog
        folder = self._session.desk.folder()
        try:
            name = write_figure(folder, figure.png)
        except OSError as error:
            self._tell(
                catalog("figure.not_saved", number=figure.number, reason=printable(str(error))), "error"
            )
        else:
            self._tell(catalog("notice.figure_saved", file=printable(str(folder / name))))

    def look(self) -> list[str]:
        """Show and return the open lesson's files that another editor has changed since the last look."""
        if not self._session.lesson.labs:
            return []
        try:
            edits = self._session.desk.take_outside_edits()
        except EvoClassError as error:
            self._tell(error.said(self._session.catalog), "error")
            return []
        for edit in edits:
            self._show(edit)
        self.look_at_supplies()
        return [edit.file for edit in edits]

    def look_at_supplies(self) -> None:
        """Offer the lesson's version of the files beside the programs if the learner or a program has changed one."""
        self._lab.supplies_changed = self._session.desk.supplies_changed()

    def _show(self, edit: OutsideEdit) -> None:
        """Show another version of a file, and say whose it is and where the replaced version is."""
        session, lab = self._session, self._lab
        if lab.sources().get(edit.file) != edit.text:
            lab.replace(edit.file, edit.text, keep_cursor=True)
        lab.mark_edited(edit.file, session.desk.edited(edit.file))
        where = "window" if edit.window else "outside"
        sentence = f"lab.changed_{where}_both" if edit.aside else f"lab.changed_{where}"
        self._tell(
            session.catalog(sentence, file=edit.file, aside=edit.aside),
            "warning" if edit.aside else "information",
        )
        if edit.unread:
            self._tell(session.catalog("lab.unread", file=edit.file, aside=edit.unread), "warning")
