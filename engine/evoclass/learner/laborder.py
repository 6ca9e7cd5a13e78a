"""The order of labs: which programs of the open lesson have to run before others that use what they leave behind."""

from __future__ import annotations

from evoclass.learner.desk import Desk
from evoclass.learner.openlesson import OpenLesson
from evoclass.model import Lab
from evoclass.wording.printable import printable


class LabOrder:
    """Says what a lab needs of the labs before it, and whether that is there."""

    def __init__(self, lesson: OpenLesson, desk: Desk) -> None:
        self._open, self._desk = lesson, desk

    def waits_for(self, file: str) -> str:
        """Return the lab that has to run next so that this one finds what it needs; empty if it can run."""
        labs = {lab.file: lab for lab in self._open.lesson.labs}
        seen, missing = {file}, ""
        while file in labs:
            file = next((name for name in self._missing(labs[file]) if name in labs), "")
            if file in seen:
                break  # a circle, which `check` reports
            seen.add(file)
            missing = file or missing
        return missing

    def needs_said(self, lab: Lab) -> str:
        """Return a sentence on the labs whose results a lab needs: those to run first, or that all of them have run."""
        missing = self._missing(lab)
        if not lab.after:
            return ""
        files = ", ".join(map(printable, missing or lab.after))
        return self._open.catalog("run.after" if missing else "run.after_done", files=files)

    def _missing(self, lab: Lab) -> list[str]:
        """Return the labs whose results a lab needs and does not find."""
        return [name for name in lab.after if not self._has_left(name, lab.file)]

    def _has_left(self, first: str, file: str) -> bool:
        """Whether a lab's results are there for another one.

        They are files that one program writes and the other one names; where the programs do not tell, a finished run
        has to do.
        """
        if any(first == lab.file for lab in self._open.lesson.labs):
            from evoclass.reading.writtenfiles import written  # few lessons have such programs

            text = self._desk.code(file)
            shared = {
                name for name in written(self._desk.code(first)) if f'"{name}"' in text or f"'{name}'" in text
            }
            if shared:
                folder = self._desk.folder()
                return all((folder / name).exists() for name in shared)
        return self._open.state.finished(first) is not None
