"""A page with an end: what the lesson has come to, and the way to the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widget import Widget

from evoclass.learner.lessonend import LessonEnd
from evoclass_tui.notice import AskTrust
from evoclass_tui.widgets.answered_page import Answers
from evoclass_tui.widgets.next_lesson import NextLesson
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.recap_card import RecapCard
from evoclass_tui.widgets.searched_page import SearchedPage
from evoclass_tui.widgets.steps import StepsBox

if TYPE_CHECKING:
    from evoclass.learner.recap import Recap

NEAR = 3
"""Screens from the bottom of the page at which the recap is made."""


class EndedPage(SearchedPage):
    """Shows the recap below the last question, and what comes next below the whole lesson."""

    def __init__(self, answers: Answers, ask_trust: AskTrust, *, id: str | None, classes: str | None) -> None:
        super().__init__(answers, ask_trust, id=id, classes=classes)
        self._lesson_end: LessonEnd | None = None
        """How the lesson ends for the learner."""
        self._recap: Callable[[], Recap] | None = None
        """Makes the recap, which is not needed before the learner is near the end."""
        self._end: RecapCard | None = None
        """The card with the recap, while it is on the page."""
        self._reads_end = False
        """Whether the key for the next question has led to the recap."""
        self._next: NextLesson | None = None
        """The way to the next lesson, while it is on the page."""

    def finish(self, end: LessonEnd, recap: Callable[[], Recap]) -> None:
        """Show the recap of the lesson below its last question, once anything is done; `recap` makes it when needed."""
        self._lesson_end, self._recap = end, recap
        self._place_end()

    def _place_end(self) -> None:
        was_there = self._end is not None and self._end.built
        if self._end is not None:
            self._end.remove()
            self._end = None
        end, recap = self._lesson_end, self._recap
        if (
            end is not None
            and recap is not None
            and end.begun
            and self._shown
            and not self.question_beyond(1)
        ):
            self._end = RecapCard(end, recap, self.catalog)
            self.mount(self._end, after=self._last_question or self._shown[-1])
            if was_there:  # what the learner looks at stays filled
                self._end.build()
        self._place_next()

    @property
    def _last_question(self) -> Widget | None:
        """The last part of the page that is a question."""
        return next((part for part in reversed(self._shown) if isinstance(part, Question | StepsBox)), None)

    def _place_next(self) -> None:
        """Show what comes next below the whole lesson, unless the recap that ends the page says so."""
        end = self._lesson_end
        entry = end.following if end is not None and self.is_at_end else None
        if self._end is not None and self._last_question in (None, self._shown[-1]):
            entry = None
        if self._next is not None and self._next.entry != entry:
            self._next.remove()
            self._next = None
        if end is not None and entry is not None and self._next is None:
            self._next = NextLesson(entry, end, self.catalog)
            self.mount(self._next)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        near = new_value + NEAR * self.size.height > self.virtual_size.height
        if near and self._end is not None and not self._end.built and not self.in_haste:
            self.call_after_refresh(self._end.build)

    def _go_to_end(self, end: RecapCard | NextLesson) -> None:
        """Show what stands below the questions; a recap is read before its buttons get the focus."""
        if isinstance(end, RecapCard) and not self._reads_end:
            self.leave_mark()
            self._reads_end = True
            end.build()
            self.focus(scroll_visible=False)
            self.call_after_refresh(self.scroll_to_widget, end, animate=False, immediate=True, top=True)
            return
        if isinstance(end, NextLesson):
            self.leave_mark()
            self.scroll_to_widget(end, animate=False, immediate=True, top=True)
        end.focus_first()

    def action_scroll_end(self) -> None:
        if self._end is not None and not self._end.built:
            self._end.build()
            self.call_after_refresh(super().action_scroll_end)
        else:
            super().action_scroll_end()
