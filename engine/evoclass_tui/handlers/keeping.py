"""Keeping what the learner did: programs, drafts, time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass.errors import EvoClassError
from evoclass_tui.handlers import window

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen


def keep_file(screen: LessonScreen, file: str, source: str) -> None:
    """Keep one program as it stands in the editor."""
    session = screen.session
    if file not in {lab.file for lab in session.lesson.labs}:
        return
    try:
        session.edit(file, source)
    except EvoClassError as error:
        screen.tell(str(error), "error")
        return
    screen.lab.mark_edited(file, session.edited(file))


def keep_all(screen: LessonScreen) -> None:
    """Keep everything that was typed up to now."""
    for file, source in screen.lab.sources().items():
        keep_file(screen, file, source)
    for question in screen.reader.questions:
        if (draft := question.take_draft()) is not None:
            screen.session.draft(question.block.id, draft)
    screen.session.reached(place(screen))
    keep_time(screen)


def place(screen: LessonScreen) -> str:
    """Return the block at the top of the reader, or where it was when a narrow window last showed it."""
    reader = screen.reader
    if reader.is_attached and reader.size.height and not reader.settling:
        return reader.block_on(round(reader.scroll_y))[0] or screen.session.state.block
    return screen.session.state.block


def keep_time(screen: LessonScreen) -> None:
    """Keep the study time counted since the last time."""
    screen.session.studied(screen.timer.stopwatch.take_news())


async def leave_lesson(screen: LessonScreen) -> None:
    """Keep everything, and let go of the run."""
    keep_all(screen)
    window.keep_arrangement(screen)
    job, screen.job = screen.job, None
    if screen.run_task is not None:
        screen.run_task.cancel()
        screen.run_task = None
    if job is not None and job.run is not None:
        await job.run.close()
    screen.lab.phase = "ready"
