"""Lab files that another editor has changed: take its version in, and lose neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass.errors import EvoClassError
from evoclass.learner.workfiles import OutsideEdit

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen


def look(screen: LessonScreen) -> None:
    """Show what another editor wrote into the open lesson's files since the last look, and say so."""
    session = screen.session
    if not session.lesson.labs:
        return
    try:
        edits = session.desk.take_outside_edits()
    except EvoClassError as error:
        screen.tell(error.said(screen.session.catalog), "error")
        return
    for edit in edits:
        show(screen, edit)


def show(screen: LessonScreen, edit: OutsideEdit) -> None:
    """Show another version of a file, and say whose it is and where the one is that gave way."""
    session, lab = screen.session, screen.lab
    if lab.sources().get(edit.file) != edit.text:
        lab.replace(edit.file, edit.text, keep_cursor=True)
    lab.mark_edited(edit.file, session.desk.edited(edit.file))
    where = "window" if edit.window else "outside"
    sentence = f"lab.changed_{where}_both" if edit.aside else f"lab.changed_{where}"
    screen.tell(
        session.catalog(sentence, file=edit.file, aside=edit.aside),
        "warning" if edit.aside else "information",
    )
