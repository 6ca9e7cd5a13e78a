"""The learner's desk: the lab files of the open lesson, their working folder, and what a run of them may use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec

from evoclass import paths
from evoclass.errors import ConfigError, NotFoundError
from evoclass.model import Lab
from evoclass.openlesson import OpenLesson
from evoclass.progress import RunRecord
from evoclass.recording import Recording
from evoclass.runner import Limits, Program
from evoclass.store import Verb
from evoclass.workfiles import OutsideEdit, WorkFiles


class Desk:
    """The labs of a lesson that lies open."""

    def __init__(self, lesson: OpenLesson) -> None:
        self._open = lesson

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

    def edit(self, file: str, source: str) -> None:
        """Keep the learner's version of a lab file."""
        if source == self.code(file):
            return
        self._open.log(Verb.INTERACTED, file, source=None if source == self.lab(file).code else source)

    def worked_at(self, file: str, cursor: tuple[int, int]) -> None:
        """Remember which lab file is open, and where its cursor stands."""
        if file != self._open.state.file or cursor != self._open.state.cursors.get(file):
            self._open.log(Verb.INTERACTED, file, cursor=list(cursor))

    def reset(self, file: str) -> str:
        """Go back to the lesson's version of a lab file and return it."""
        if file in self._open.state.code:
            self._open.log(Verb.INTERACTED, file, source=None)
        return self.lab(file).code

    def folder(self) -> Path:
        """Return the learner's working folder for this lesson."""
        return paths.work_folder(self._open.course.id, self._open.lesson.id)

    def program(self, file: str) -> Program:
        """Write the lab files into the working folder and return the one to run.

        Raises NotTrustedError when code of this course may not run, ConfigError when the folder cannot be written.
        """
        self._open.check_trust()
        folder = self.folder()
        self.take_outside_edits()
        self._write_files()
        return Program(
            source=self.code(file),
            file=folder / file,
            folder=folder,
            watch=self.lab(file).watch,
            live=self._open.lesson.live,
            frames_per_second=self._open.settings.frames_per_second,
            budget=self._open.settings.inspector_budget,
            environment={"EVOCLASS_LANGUAGE": self._open.language},
        )

    def take_outside_edits(self) -> list[OutsideEdit]:
        """Take in what another editor wrote into lab files; a version of ours that it never saw is kept beside.

        Raises ConfigError when the folder cannot be used.
        """
        files = WorkFiles(self.folder())
        taken = []
        try:
            for edit in files.changed({lab.file: self.code(lab.file) for lab in self._open.lesson.labs}):
                ours = self.code(edit.file)
                if edit.both and self.edited(edit.file):
                    edit = replace(edit, aside=files.set_aside(edit.file, ours))
                self.edit(edit.file, edit.text)
                taken.append(edit)
        except OSError as error:
            raise self._unusable(error) from error
        if taken:
            self._write_files()
        return taken

    def _write_files(self) -> None:
        """Write the lab files as they are known here into the working folder.  Raises ConfigError."""
        try:
            WorkFiles(self.folder()).write({lab.file: self.code(lab.file) for lab in self._open.lesson.labs})
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> ConfigError:
        return ConfigError(
            self._open.catalog("session.cannot_write", folder=self.folder(), reason=error.strerror)
        )

    def limits(self, file: str) -> Limits:
        """Return what a run of a lab file may use: the lesson's limits within the learner's."""
        mine, lab = self._open.settings.limits, self.lab(file)
        return mine.lowered(replace(mine, seconds=lab.seconds, **lab.limits))

    def record(self, recording: Recording) -> RunRecord:
        """Remember a run that has ended."""
        record = recording.record()
        self._open.log(Verb.ATTEMPTED, record.file, run=msgspec.to_builtins(record))
        return record
