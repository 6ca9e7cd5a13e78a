"""The learner's notes and bookmarks in plain mode: read where they are, written at the part that was read last."""

from __future__ import annotations

from textwrap import shorten

from evoclass.learner.annotations import Annotation, Notebook
from evoclass.learner.session import Session
from evoclass.learner.standing import numbered
from evoclass.model import AnyBlock, ExerciseBlock, Lab, Steps
from evoclass.plain.console import Console
from evoclass.reading.spots import quote_of
from evoclass.wording.languages import means

QUOTED = 70
"""Characters of a text that name the part a note is about."""


class Notes:
    """Understands `note`, `notes` and `bookmark`."""

    def __init__(self, session: Session, console: Console) -> None:
        self._session, self._console, self._catalog = session, console, session.catalog
        self._notebook = Notebook(session)
        self._here: AnyBlock | None = None

    def reach(self, block: AnyBlock) -> None:
        """Make a block the one at hand."""
        self._here = block
        if isinstance(block, ExerciseBlock | Lab | Steps):
            self.read_out(block.id)

    def read_out(self, block_id: str) -> None:
        """Read out the notes at a block."""
        for one in self._notebook.at(block_id):
            self._console.say(*self._said(one), "")

    def carried_out(self, word: str) -> bool:
        """Carry out a command; return False for any other word."""
        if means(word, "notes", self._catalog.language):
            self._list()
        elif means(word, "note", self._catalog.language):
            self._write()
        elif means(word, "bookmark", self._catalog.language):
            self._bookmark()
        else:
            return False
        return True

    def _write(self) -> None:
        if (here := self._here) is None:
            return
        self._console.say(self._catalog("notes.at", text=self._quote(here)))
        if before := self._notebook.note_at(here.id):
            self._console.say(f"{self._catalog('notes.note')}: {before}")
        typed = self._console.text(
            self._catalog("plain.note_changed" if before else "plain.note_new")
        ).strip()
        if not typed:
            self._console.say(self._catalog("plain.note_left"), "")
            return
        self._notebook.write(here.id, "" if typed == "-" else typed)
        self._console.say(self._catalog("notes.removed" if typed == "-" else "notes.kept"), "")

    def _bookmark(self) -> None:
        if (here := self._here) is not None:
            key = "notes.bookmark_set" if self._notebook.bookmark(here.id) else "notes.bookmark_removed"
            self._console.say(self._catalog(key, text=self._quote(here)), "")

    def _list(self) -> None:
        found = False
        for entry, written in self._notebook.everywhere():
            found = True
            self._console.say(self._catalog("plain.heading", level=2, text=numbered(entry)))
            for one in written:
                self._console.say(f"- {_short(one.quote)}", *(f"  {line}" for line in self._said(one)))
        self._console.say("" if found else self._catalog("notes.none_plain"), "")

    def _said(self, one: Annotation) -> list[str]:
        said = [self._catalog("notes.bookmark")] if one.bookmarked else []
        if one.note:
            first, *rest = one.note.splitlines()
            said += [f"{self._catalog('notes.note')}: {first}", *rest]
        if one.astray:
            said.append(self._catalog("notes.astray", text=_short(one.quote)))
        return said

    def _quote(self, block: AnyBlock) -> str:
        return _short(quote_of(block)) or self._catalog("notes.no_text")


def _short(text: str) -> str:
    return shorten(text, QUOTED, placeholder=" …")
