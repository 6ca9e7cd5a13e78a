"""A page whose questions and guesses the learner visits one after the other."""

from __future__ import annotations

from textual import on
from textual.actions import SkipAction

from evoclass.model import Guess
from evoclass_tui.notice import AskTrust
from evoclass_tui.widgets.answered_page import Answers
from evoclass_tui.widgets.ended_page import EndedPage
from evoclass_tui.widgets.guess_card import GuessCard
from evoclass_tui.widgets.long_page import question_in
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.recap_card import RecapCard
from evoclass_tui.widgets.split import Part
from evoclass_tui.widgets.steps import StepsBox


class VisitedPage(EndedPage):
    """Knows which question or guess the learner is at, and goes to the one before and after."""

    def __init__(self, answers: Answers, ask_trust: AskTrust, *, id: str | None, classes: str | None) -> None:
        super().__init__(answers, ask_trust, id=id, classes=classes)
        self._visited: Question | GuessCard | None = None
        """Question or guess that was last visited or answered."""
        self._offered: Question | None = None
        """Step into which the page itself has put the cursor; to the learner it is still the next one."""

    @property
    def focused_question(self) -> Question | None:
        """The question that has the focus."""
        focused = self.screen.focused
        ancestors = focused.ancestors_with_self if focused is not None else ()
        return next((node for node in ancestors if isinstance(node, Question)), None)

    @property
    def _focused_stop(self) -> Question | GuessCard | None:
        """The question or the guess that has the focus."""
        focused = self.screen.focused
        ancestors = focused.ancestors_with_self if focused is not None else ()
        return next((node for node in ancestors if isinstance(node, Question | GuessCard)), None)

    @property
    def guess_has_focus(self) -> bool:
        """Whether the focus is in a guess that is open to be made."""
        stop = self._focused_stop
        return isinstance(stop, GuessCard) and stop.open

    def action_next_question(self, direction: int) -> None:
        """Go to the next or the previous question, and put the cursor into it if it has not been answered yet.

        A guess is a stop while it can be made: after the run it would be too late.  While a text is searched for, go to
        the next match.
        """
        if direction > 0 and self.searching is not None and self.has_focus:
            self.go_on_searching(1)
            return
        here = self.arrive()
        focused = self._focused_stop
        # By its id: a remade widget may be there, while the previous one still has the focus.
        name = focused.block.id if focused is not None else self.question_in_hand()
        rows = {
            leaf: region.y
            for leaf, region in self.leaves()
            if isinstance(leaf, Question)
            or (isinstance(leaf, GuessCard) and (leaf.waits or leaf.block.id == name))
        }
        current = next((stop for stop in rows if stop.block.id == name), None)
        offered = self._offered
        if direction > 0 and offered is not None and current is offered and not offered.remarks.stale:
            self._visit(offered)
            return
        y = rows[current] if current is not None else here
        # Without a current one, a question right at the top is the next.
        ahead_from = y + 1 if current is not None else y
        ahead = [stop for stop, row in rows.items() if (row >= ahead_from if direction > 0 else row < y)]
        if ahead:
            self._visit(ahead[0 if direction > 0 else -1])
        elif beyond := self.first_beyond(direction, self._stop_in):
            self.leave_mark()
            self.go_to(beyond)
            self.call_after_refresh(self._enter, beyond)
        elif direction > 0 and (end := self._end or self._next) is not None and end.is_attached:
            self._go_to_end(end)

    def _stop_in(self, part: Part) -> str:
        """Return the id of the question or the guess at which the key for the next question stops; empty if at none."""
        block = part.active
        if isinstance(block, Guess):
            known = self._state.guesses.get(block.id)
            return block.id if known is None or (known.newest is None and known.measured is None) else ""
        return question_in(part)

    def _visit(self, question: Question | GuessCard) -> None:
        """Bring a question or a guess to the top; for a step, also show the text above it if there is room."""
        self.leave_mark()
        question.build()
        self._visited, self._offered, self._reads_end = question, None, False
        regions = dict(self.leaves())
        top = regions[question].y
        if isinstance(question.parent, StepsBox):
            top = max(regions[question.parent].y, min(top, regions[question].bottom - self.size.height))
        self.scroll_to(y=top, animate=False, immediate=True)
        if question.done if isinstance(question, Question) else not question.open:
            self.focus(scroll_visible=False)
        else:
            self.call_after_refresh(question.focus_first)

    def _enter(self, block_id: str) -> None:
        """Put the cursor into a question that has just come onto the page."""
        if (stop := self._find_stop(block_id)) is not None:
            self._visit(stop)

    def _find_stop(self, block_id: str) -> Question | GuessCard | None:
        guesses = (card for card in self._shown if isinstance(card, GuessCard) and card.block.id == block_id)
        return self.find_question(block_id) or next(guesses, None)

    def question_in_hand(self) -> str:
        regions = dict(self.leaves())
        top, bottom = self.scroll_y, self.scroll_y + self.size.height
        # The target question gets the focus a moment later.
        for question in (self._focused_stop, self._visited):
            region = regions.get(question) if question is not None else None
            if question is not None and region is not None and region.y < bottom and region.bottom > top:
                return question.block.id
        return ""

    def resume(self, block_id: str, *, cursor: bool) -> bool:
        stop = self._visited = self._find_stop(block_id)
        if stop is None or not cursor or (stop.done if isinstance(stop, Question) else not stop.open):
            return False
        stop.focus_first()
        return True

    @on(Question.Completed)
    def _completed(self, event: Question.Completed) -> None:
        """Go on to the next step, if it fits below the notes on this one; else stay on the page."""
        event.stop()
        self._visited = done = event.question
        box = done.parent
        if isinstance(box, StepsBox) and (following := box.after(done)) is not None:
            following.build()
            self.call_after_refresh(self._go_on, done, following)

    def _go_on(self, done: Question, following: Question) -> None:
        said = done.notes.region.y if done.notes.display else done.region.bottom
        if self.screen.focused is self and following.region.bottom - said <= self.size.height:
            self._visited = self._offered = following
            self.scroll_to_widget(following, animate=False, immediate=True)
            following.focus_first()

    def action_leave(self) -> None:
        """Leave a field or a button for the page; end a search."""
        if self.has_focus and self.searching is not None:
            self.searching.action_close()
            return
        if self.has_focus:
            raise SkipAction
        self._visited = self._focused_stop or self._visited
        self.focus(scroll_visible=False)

    def came_back(self) -> None:
        self._visited = None
        super().came_back()

    @on(RecapCard.QuestionWanted)
    def _question_wanted(self, event: RecapCard.QuestionWanted) -> None:
        event.stop()
        self.leave_mark()
        self.go_to(event.block_id)
        self.call_after_refresh(self._enter, event.block_id)
