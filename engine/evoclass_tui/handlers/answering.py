"""Exercises: check an answer, give a hint, show the solution, try again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass.errors import EvoClassError, NotTrustedError, PluginError
from evoclass.exercise import Answer
from evoclass_tui.handlers import trusting

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen


async def check(screen: LessonScreen, block_id: str, answer: Answer) -> None:
    """Have an answer graded, and show the verdict."""
    session = screen.session
    lesson = session.lesson
    try:
        verdict = await session.answers.submit(block_id, answer)
    except NotTrustedError as error:
        trusting.ask(screen, error, lambda: screen.run_worker(check(screen, block_id, answer)))
        return
    except EvoClassError as error:
        trouble(screen, block_id, error)
        return
    if session.lesson is lesson:
        screen.reader.show_verdict(block_id, verdict, session.state.exercise(block_id))
        if session.answers.used_up(block_id, verdict):
            await reveal(screen, block_id)
            return
    screen.show_progress()


def trouble(screen: LessonScreen, block_id: str, error: EvoClassError) -> None:
    """Say under the question why it could not be graded or solved; a broken plugin does not hold up the next step."""
    catalog = screen.session.catalog
    screen.reader.show_trouble(block_id, catalog("notice.cannot_grade", reason=error.said(catalog)))
    if isinstance(error, PluginError):
        screen.reader.pass_over(block_id)


def hint(screen: LessonScreen, block_id: str) -> None:
    """Show one more hint."""
    hints = screen.session.answers.hint(block_id)
    screen.reader.show_hint(block_id, hints, screen.session.state.exercise(block_id))


async def reveal(screen: LessonScreen, block_id: str) -> None:
    """Show the solution, which may take a run to find out."""
    session = screen.session
    lesson = session.lesson
    try:
        solution = await session.answers.solve(block_id)
    except NotTrustedError as error:
        trusting.ask(screen, error, lambda: screen.run_worker(reveal(screen, block_id)))
        return
    except EvoClassError as error:
        trouble(screen, block_id, error)
        return
    if session.lesson is lesson:
        screen.reader.show_solution(block_id, solution, session.state.exercise(block_id))
    screen.show_progress()


def retry(screen: LessonScreen, block_id: str) -> None:
    """Empty the question for another try."""
    screen.session.answers.retry(block_id)
    session = screen.session
    screen.reader.reset_question(block_id, session.state.exercise(block_id), session.lesson)


async def restore(screen: LessonScreen) -> None:
    """Show the verdicts on answers that were given earlier."""
    session = screen.session
    lesson = session.lesson
    verdicts = await session.answers.regrade()
    if session.lesson is not lesson:
        return
    for block_id, verdict in verdicts.items():
        screen.reader.show_verdict(block_id, verdict, session.state.exercise(block_id))
