"""Code of a course from elsewhere: ask once, then go on with what was wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from evoclass.errors import EvoClassError, NotTrustedError
from evoclass_tui.screens.trust import trust_question

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen


def ask(screen: LessonScreen, error: NotTrustedError, go_on: Callable[[], object]) -> None:
    """Ask whether code of the course may run; after a yes, remember it and `go_on`."""
    session = screen.session

    def decided(answer: str | None) -> None:
        if answer != "yes":
            screen.tell(session.catalog("trust.declined"))
            return
        try:
            session.say_yes(error.digest)
        except EvoClassError as problem:  # it holds for this session
            screen.tell(session.catalog("trust.not_kept", reason=problem.said(session.catalog)), "warning")
        go_on()

    screen.app.push_screen(trust_question(session.catalog, str(error.place)), decided)
