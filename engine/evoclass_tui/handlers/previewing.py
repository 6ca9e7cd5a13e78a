"""An author's preview: the lesson is drawn anew at every save, at the same place, with the same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from evoclass.disk.watching import saves
from evoclass.errors import EvoClassError
from evoclass_tui.handlers import keeping, moving

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen


class Saved(Message):
    """The author has saved the lesson's file."""


async def watch(screen: LessonScreen) -> None:
    """Say so whenever the file of the open lesson is saved."""
    path = screen.session.lesson.path
    if path is not None:
        async for _ in saves(path):
            screen.post_message(Saved())


async def reload(screen: LessonScreen) -> None:
    """Read the lesson again and show it where the author was looking."""
    keeping.keep_all(screen)
    at = keeping.place(screen)
    try:
        screen.session.reload()
    except EvoClassError as error:
        screen.tell(error.said(screen.session.catalog), "warning")
        return
    await moving.show_lesson(screen, at=at)
