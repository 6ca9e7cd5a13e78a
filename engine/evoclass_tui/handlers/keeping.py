"""Keeping what the learner did: programs, drafts, time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerError

from evoclass.errors import EvoClassError
from evoclass_tui.handlers import outside, window

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen


def keep_file(screen: LessonScreen, file: str, source: str) -> None:
    """Keep one program as it stands in the editor."""
    session = screen.session
    if file not in {lab.file for lab in session.lesson.labs}:
        return
    try:
        edit = session.desk.edit(file, source)
    except EvoClassError as error:
        screen.tell(error.said(screen.session.catalog), "error")
        return
    if edit is not None:
        outside.show(screen, edit)
    screen.lab.mark_edited(file, session.desk.edited(file))


def keep_all(screen: LessonScreen) -> None:
    """Keep everything that was typed up to now."""
    for file, source in screen.lab.sources().items():
        keep_file(screen, file, source)
    editor = screen.lab.editor
    if editor is not None and editor.file in {lab.file for lab in screen.session.lesson.labs}:
        screen.session.desk.worked_at(editor.file, editor.cursor_location)
    for question in screen.reader.questions:
        if (draft := question.take_draft()) is not None:
            screen.session.answers.draft(question.block.id, draft)
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


PATIENCE = 1.0
"""Seconds that the last events of a run get to be read, once it has been closed."""


async def leave_lesson(screen: LessonScreen) -> None:
    """Keep everything, a program that is still running included, and let go of the run."""
    keep_all(screen)
    window.keep_arrangement(screen)
    job, screen.job = screen.job, None
    task, screen.run_task = screen.run_task, None
    if job is not None and job.run is not None:
        await job.run.close()
        await _last_events(task)
        if job.exit is not None and not job.kept:
            screen.session.desk.record(job.recording)
    elif task is not None:
        task.cancel()
    screen.lab.phase = "ready"


async def _last_events(task: Worker[None] | None) -> None:
    """Wait until the events of a closed run have been taken in; what does not come in time is given up."""
    if task is not None:
        with contextlib.suppress(WorkerError, TimeoutError):
            await asyncio.wait_for(task.wait(), PATIENCE)
