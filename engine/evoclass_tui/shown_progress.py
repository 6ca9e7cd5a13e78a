"""How far the learner has come in the open lesson, where the window shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass.learner.lessonend import lesson_end
from evoclass.learner.session import Session
from evoclass_tui.notice import Tell
from evoclass_tui.outline import outline
from evoclass_tui.widgets.header import LessonHeader
from evoclass_tui.widgets.panes import Panes
from evoclass_tui.widgets.reader import Reader

if TYPE_CHECKING:
    from evoclass.learner.recap import Recap
    from evoclass_tui.widgets.recap_card import RecapCard


class ShownProgress:
    """Draws what depends on progress: the header, the map, the lesson's end."""

    def __init__(
        self, session: Session, header: LessonHeader, panes: Panes, reader: Reader, tell: Tell
    ) -> None:
        self._session, self._header, self._panes, self._reader = session, header, panes, reader
        self._tell = tell
        self._done_before: bool | None = None
        """Whether all questions were done at the last look; None for a lesson just opened."""
        self._told: set[tuple[str, float]] = set()
        """Guesses whose outcome the corner has told."""

    def begin(self) -> None:
        """Show the progress in a lesson that was just opened."""
        self._done_before = None
        self.show()

    def show(self) -> None:
        """Redraw everything that depends on the learner's progress."""
        session = self._session
        self._header.progress = (session.answers.done, session.answers.total)
        self._show_end()
        sections = outline(session.lesson, session.state)
        self._panes.show_progress(session.standing, session.lesson, sections)

    def _show_end(self) -> None:
        """Show the recap once anything is done; announce it when all questions have just been done."""
        session = self._session
        end = lesson_end(session)
        just_now = self._done_before is False and end.done
        self._done_before = end.done
        self._reader.finish(end, self._recap)
        if just_now:
            self._tell(session.catalog("notice.lesson_done"))

    @property
    def _seconds(self) -> float:
        """How long the learner has studied since the time was last kept."""
        return self._header.timer.stopwatch.seconds - self._session.state.seconds

    def _recap(self) -> Recap:
        from evoclass.learner.recap import recap

        return recap(self._session, self._seconds)

    async def show_plan(self, card: RecapCard) -> None:
        """Show on the recap what comes next, and what the learner has done this week."""
        from evoclass.learner import week
        from evoclass.learner.askable import due_today

        session = self._session
        plan = await due_today(session)
        seconds = self._seconds
        if card.is_attached:
            card.show_plan(plan, week.said(session.store, session.settings, session.catalog, seconds))

    def tell_guesses(self) -> None:
        """Say what a run has made of the learner's guesses."""
        from evoclass.learner.guesses import news

        session, run = self._session, self._session.state.last_run
        told = news(session.lesson, session.state, run, session.catalog) if run is not None else ()
        for guess, sentence in told:
            if guess not in self._told:  # a knob is turned again and again; the page tells each run
                self._told.add(guess)
                self._tell(sentence)
