"""The learner's desk: the lab files of the open lesson, their working folder, and the limits of their runs."""

from __future__ import annotations

import atexit
import errno
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evoclass.disk import paths
from evoclass.errors import ConfigError, NotFoundError
from evoclass.learner.guesses import expressions, given
from evoclass.learner.openlesson import OpenLesson
from evoclass.learner.permission import Permission
from evoclass.learner.progress import RunRecord, text_digest
from evoclass.learner.store import Verb
from evoclass.learner.supplyfiles import SupplyFiles
from evoclass.learner.workfiles import OutsideEdit, WorkFiles
from evoclass.model import Lab
from evoclass.running.program import Limits, Program

if TYPE_CHECKING:
    from evoclass.running.recording import Recording

_NO_ROOM = (errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EIO)
"""Error numbers of a disk that takes no more data."""


class Desk:
    """The labs of the open lesson."""

    def __init__(self, lesson: OpenLesson, permission: Permission) -> None:
        self._open, self._permission = lesson, permission
        self._had: dict[str, str] = {}
        """Versions of files that this window still shows after another window has changed them."""
        self._untold: list[OutsideEdit] = []
        """Edits that were taken on the way to a run, until somebody asks for them."""
        self._spare: Path | None = None
        """A folder for this process, used when the learner's own folder cannot be used."""

    def lab(self, file: str) -> Lab:
        """Return a lab of the open lesson.  Raises NotFoundError."""
        for lab in self._open.lesson.labs:
            if lab.file == file:
                return lab
        names = ", ".join(lab.file for lab in self._open.lesson.labs) or "-"
        raise NotFoundError(self._open.catalog("session.no_file", file=file, files=names))

    def code(self, file: str) -> str:
        """Return the learner's version of a lab file, or the lesson's."""
        return self._open.state.code.get(file, self.lab(file).code)

    def edited(self, file: str) -> bool:
        """Whether the learner's version differs from the lesson's."""
        return self.code(file) != self.lab(file).code

    def edit(self, file: str, source: str) -> OutsideEdit | None:
        """Keep the learner's version of a lab file; return another window's version, if that window has changed it.

        A version of the other window that this window never had is kept in a file beside it.  Raises ConfigError when
        that fails.
        """
        self._open.catch_up()
        theirs, had = self.code(file), self._had.get(file)
        self._had.pop(file, None)
        if source == theirs:
            return None
        if had is None or had == theirs:
            self._keep(file, source)
            return None
        if source == had:
            return OutsideEdit(file, theirs, both=False, window=True)
        aside = "" if theirs == self.lab(file).code else self._set_aside(file, theirs)
        self._keep(file, source)
        return OutsideEdit(file, source, both=True, aside=aside, window=True)

    def before_news(self) -> None:
        """Remember the versions that this window shows, before another window's versions are read."""
        for lab in self._open.lesson.labs:
            self._had.setdefault(lab.file, self.code(lab.file))

    def forget(self) -> None:
        """Start with a newly opened lesson."""
        self._had.clear()
        self._untold.clear()

    def _keep(self, file: str, source: str) -> None:
        self._log(file, source)
        if self._permission.given:
            self._save(file)

    def _log(self, file: str, source: str) -> None:
        """Log a version of a file, and from which one it was made: another machine may make one of the same."""
        kept, base = None if source == self.lab(file).code else source, text_digest(self.code(file))
        self._open.log(Verb.INTERACTED, file, source=kept, base=base)

    def _save(self, file: str) -> None:
        """Write a program into the working folder too, unless another editor's version is waiting there."""
        files, text = WorkFiles(self.folder()), {file: self.code(file)}
        try:
            if not files.changed(text):
                files.write(text)
        except OSError:
            pass  # reported when it matters: before it runs

    def _set_aside(self, file: str, text: str) -> str:
        try:
            return WorkFiles(self.folder()).set_aside(file, text, "other")
        except OSError as error:
            raise self._unusable(error) from error

    def worked_at(self, file: str, cursor: tuple[int, int]) -> None:
        """Remember which lab file is open, and its cursor position."""
        if file != self._open.state.file or cursor != self._open.state.cursors.get(file):
            self._open.log(Verb.INTERACTED, file, cursor=list(cursor))

    def restorable(self, file: str) -> bool:
        """Whether the learner has a version of their own of a lab file, or of the files beside it."""
        return self.edited(file) or self.supplies_changed()

    def supplies_changed(self) -> bool:
        """Whether the learner has a version of their own of one of the course's files beside the programs."""
        try:
            return SupplyFiles(self.folder()).changed(self._open.trust.supplies(self._open.lesson))
        except (OSError, ConfigError):
            return False

    def reset(self, file: str) -> str:
        """Go back to the lesson's version of a lab file, and of the files beside it, and return the program.

        Raises ConfigError when the folder cannot be written.
        """
        if file in self._open.state.code:
            self._had.pop(file, None)
            self._keep(file, self.lab(file).code)
        if self._permission.given:
            self._bring(restore=True)
        return self.lab(file).code

    def _bring(self, restore: bool = False) -> None:
        """Put the course's files beside the programs.  Raises ConfigError."""
        wanted = self._open.trust.supplies(self._open.lesson)
        if not wanted:
            return
        try:
            SupplyFiles(self.folder()).bring(wanted, restore)
        except OSError as error:
            raise self._unusable(error) from error

    def folder(self) -> Path:
        """Return the learner's working folder for this lesson, or a temporary one if it cannot be made."""
        if self._spare is not None:
            return self._spare
        try:
            folder = paths.work_folder(self._open.course.id, self._open.lesson.id)
            str(folder).encode()  # a program gets its folder as text
            if os.access(folder, os.W_OK | os.X_OK):
                return folder
        except (ConfigError, UnicodeEncodeError):
            pass
        return self._for_now()

    def _for_now(self) -> Path:
        """Return a folder for this session, because the learner's own cannot be written."""
        if self._spare is None:
            try:
                self._spare = Path(tempfile.mkdtemp(prefix="evoclass-"))
            except OSError as error:
                raise self._unusable(error) from error
            # A program may still run in it after the learner leaves the lesson, so it is deleted when this process
            # ends.
            atexit.register(shutil.rmtree, self._spare, ignore_errors=True)
            self._open.look_for_trouble()
        return self._spare

    def program(self, file: str) -> Program:
        """Write the lab files into the working folder and return the one to run.

        What others have changed meanwhile runs too; the next `take_outside_edits` returns it.
        Raises NotTrustedError when code of this course may not run, ConfigError when the folder cannot be written.
        """
        self._permission.check()
        self._untold = self.take_outside_edits()
        self._write_files()
        self._bring()
        self._open.tell_of_requirements()
        folder = self.folder()
        return Program(
            source=self.code(file),
            file=folder / file,
            folder=folder,
            arguments=self.lab(file).arguments,
            watch=self.lab(file).watch,
            live=(*self._open.lesson.live, *expressions(self._open.lesson, file)),
            expect=self._expected(file),
            threads=self.lab(file).threads,
            frames_per_second=self._open.settings.frames_per_second,
            budget=self._open.settings.inspector_budget,
            environment={"EVOCLASS_LANGUAGE": self._open.language},
        )

    def _changed(self, file: str) -> bool:
        """Whether the learner's version of a lab of this lesson differs; those of other lessons are not looked at."""
        return any(lab.file == file for lab in self._open.lesson.labs) and self.edited(file)

    def _expected(self, file: str) -> tuple[str, ...]:
        """Return what the lesson expects of a run: nothing once the learner has changed one of its programs."""
        if any(self.edited(lab.file) for lab in self._open.lesson.labs):
            return ()
        return tuple(each.expression for each in self.lab(file).expect)

    def take_outside_edits(self) -> list[OutsideEdit]:
        """Take changes to lab files from other windows and editors, and keep each replaced version of ours beside it.

        Text typed here must be kept first.  Raises ConfigError when the folder cannot be used.
        """
        self._open.catch_up()
        taken = [
            OutsideEdit(file, self.code(file), both=False, window=True)
            for file, had in self._had.items()
            if self.code(file) != had
        ]
        self._had.clear()
        files = WorkFiles(self.folder())
        outside = []
        try:
            parted = self._keep_parted(files)
            taken = [edit for edit in taken if edit.file not in {each.file for each in parted}] + parted
            for edit in files.changed({lab.file: self.code(lab.file) for lab in self._open.lesson.labs}):
                ours = self.code(edit.file)
                if edit.both and self.edited(edit.file):
                    edit = replace(edit, aside=files.set_aside(edit.file, ours))
                self._log(edit.file, edit.text)
                outside.append(replace(edit, unread=files.keep_unread(edit.file)))
        except OSError as error:
            raise self._unusable(error) from error
        if outside:
            self._write_files()
        untold, self._untold = self._untold, []
        return untold + taken + outside

    def _keep_parted(self, files: WorkFiles) -> list[OutsideEdit]:
        """Put each version beside its file that was made on another machine while this one was made."""
        made = []
        for lab in self._open.lesson.labs:
            text = self._open.state.parted.get(lab.file)
            if text is not None:
                aside = files.set_aside(lab.file, text, "other")
                self._open.log(Verb.INTERACTED, lab.file, parted=text_digest(text))
                made.append(OutsideEdit(lab.file, self.code(lab.file), both=True, aside=aside, window=True))
        return made

    def _write_files(self) -> None:
        """Write this window's versions of the lab files into the working folder.  Raises ConfigError."""
        texts = {lab.file: self.code(lab.file) for lab in self._open.lesson.labs}
        try:
            moved = WorkFiles(self.folder()).write(texts)
        except OSError as error:
            if error.errno not in _NO_ROOM or self._spare is not None:
                raise self._unusable(error) from error
            moved = self._write_for_now(texts)
        for file, aside in moved.items():
            self._open.tell(self._open.catalog("session.moved_file", file=file, aside=aside))

    def _write_for_now(self, texts: dict[str, str]) -> dict[str, str]:
        try:
            return WorkFiles(self._for_now()).write(texts)
        except OSError as error:
            raise self._unusable(error) from error

    @property
    def for_now(self) -> bool:
        """Whether files go into a temporary folder."""
        return self._spare is not None

    def _unusable(self, error: OSError) -> ConfigError:
        where = error.filename or "work"
        reason = error.strerror or type(error).__name__
        return ConfigError(self._open.catalog("session.cannot_write", folder=where, reason=reason))

    def limits(self, file: str) -> Limits:
        """Return the limits of a lab file's run: the lesson's within the learner's."""
        mine, lab = self._open.settings.limits, self.lab(file)
        return mine.lowered_to(seconds=lab.seconds, **lab.limits)

    def record(self, recording: Recording) -> RunRecord:
        """Remember a run that has ended."""
        record = recording.record()
        self._put(recording)
        found = given(self._open.lesson, record, recording.curves)
        more: dict[str, object] = {"measured": found} if found else {}
        lab = self.lab(record.file)
        if record.code == lab.code and not any(map(self._changed, lab.after)):
            more["unchanged"] = True
        self._open.log(Verb.ATTEMPTED, record.file, run=msgspec.to_builtins(record), **more)
        if not self._open.for_author:
            ended = recording.ended(self._open.course.id, self._open.lesson.id)
            self._open.plugins.listeners.run(ended)
        return record

    def keep_figures(self, recording: Recording) -> None:
        """Remember what was drawn at the prompt of a run that is remembered."""
        record = recording.record()
        known = self._open.state.runs.get(record.file, [])
        if any(run.time == record.time and run.figures != record.figures for run in known):
            self._put(recording)
            figures = [msgspec.to_builtins(figure) for figure in record.figures]
            self._open.log(Verb.ATTEMPTED, record.file, figures=figures, started=record.time)

    def _put(self, recording: Recording) -> None:
        self._open.figures.put(figure.png for figure in recording.figures.values())
