"""A page of questions to answer: checked, hinted, solved, tried again; it keeps the last verdict on each.

A verdict may arrive when its question is not on the page: the learner has moved on in a long lesson, or left it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import partial
from typing import Protocol

from textual import on
from textual.message import Message
from textual.widget import Widget

from evoclass.errors import EvoClassError, NotTrustedError, PluginError
from evoclass.exercise import Answer, Value, Verdict
from evoclass.i18n import Catalog
from evoclass.learner.progress import LessonState
from evoclass.model import Inlines, Lesson
from evoclass_tui.notice import AskTrust
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.split import Part, split
from evoclass_tui.widgets.steps import StepsBox
from evoclass_tui.widgets.way_back import WayBack


class Answers(Protocol):
    """Source of everything known about the answers of the lesson on the page."""

    @property
    def lesson(self) -> Lesson: ...

    async def submit(self, block_id: str, answer: Answer) -> Verdict: ...

    async def regrade(self) -> dict[str, Verdict]: ...

    def used_up(self, block_id: str, verdict: Verdict) -> bool: ...

    async def solve(self, block_id: str) -> Answer: ...

    def hint(self, block_id: str) -> tuple[Inlines, ...]: ...

    def retry(self, block_id: str) -> None: ...

    def draft(self, block_id: str, answer: Answer) -> None: ...

    def draft_guess(self, block_id: str, value: Value) -> None: ...


class AnsweredPage(WayBack):
    """Shows the questions of one lesson, and the learner's state in each."""

    class Progressed(Message):
        """An answer was checked, or a solution shown: the learner's progress may have changed."""

    catalog: Catalog

    def __init__(self, answers: Answers, ask_trust: AskTrust, *, id: str | None, classes: str | None) -> None:
        super().__init__(id=id, classes=classes)
        self._answers, self._ask_trust = answers, ask_trust
        self._state = LessonState()
        self._shown: tuple[Widget, ...] = ()
        """The parts of this lesson; among `children`, those of the previous lesson may still be on their way out."""
        self._verdicts: dict[str, Verdict] = {}
        """The latest verdict on each answer since the lesson was shown, for questions that return to the page."""

    @abstractmethod
    def make_widget(self, part: Part) -> Widget:
        """Make the widget of a part."""

    # Questions on the page

    @property
    def questions(self) -> Iterator[Question]:
        """Every question on the page, open steps included."""
        for child in self._shown:
            if isinstance(child, Question):
                yield child
            elif isinstance(child, StepsBox):
                yield from child.questions.values()

    def question(self, block_id: str) -> Question:
        """Return the question of an exercise; raises KeyError when it is not on the page."""
        question = self.find_question(block_id)
        if question is None:
            raise KeyError(block_id)
        return question

    def find_question(self, block_id: str) -> Question | None:
        """Return the question of an exercise, if it is on the page: the learner may have moved on."""
        return next((question for question in self.questions if question.block.id == block_id), None)

    # Actions of the learner

    def keep_drafts(self) -> None:
        """Save at once the drafts that still wait for a pause in typing."""
        for question in self.questions:
            self._keep_draft(question)

    def _keep_draft(self, question: Question) -> None:
        if (draft := question.take_draft()) is not None:
            self._draft(question.block.id, draft)

    def _draft(self, block_id: str, answer: Answer) -> None:
        if self._answers.lesson.find(block_id) is not None:
            self._answers.draft(block_id, answer)

    @on(Question.AnswerDrafted)
    def _drafted(self, event: Question.AnswerDrafted) -> None:
        event.stop()
        self._keep_draft(event.question)  # the newest answer: a later one may have been saved since

    @on(Question.AnswerSubmitted)
    def _submitted(self, event: Question.AnswerSubmitted) -> None:
        event.stop()
        self._check(event.block_id, event.answer)

    def _check(self, block_id: str, answer: Answer) -> None:
        """Have an answer checked in place of an earlier one to the same question: the newest counts."""
        group = f"check {self._answers.lesson.id} {block_id}"
        self.run_worker(self._have_checked(block_id, answer), group=group, exclusive=True)

    async def _have_checked(self, block_id: str, answer: Answer) -> None:
        """Have an answer graded, and show the verdict."""
        shown = self._verdicts
        try:
            verdict = await self._answers.submit(block_id, answer)
        except EvoClassError as error:
            if shown is self._verdicts:
                self._failed(block_id, error, partial(self._check, block_id, answer))
            return
        if shown is self._verdicts:
            self.take_verdict(block_id, verdict)
            if self._answers.used_up(block_id, verdict):
                await self._have_solved(block_id)
                return
        self.post_message(self.Progressed())

    @on(Question.RevealWanted)
    def _reveal_wanted(self, event: Question.RevealWanted) -> None:
        event.stop()
        self._reveal(event.block_id)

    def _reveal(self, block_id: str) -> None:
        self.run_worker(self._have_solved(block_id), group="check")

    async def _have_solved(self, block_id: str) -> None:
        """Show the solution; finding it may take a run."""
        shown = self._verdicts
        try:
            solution = await self._answers.solve(block_id)
        except EvoClassError as error:
            if shown is self._verdicts:
                self._failed(block_id, error, partial(self._reveal, block_id))
            return
        if shown is self._verdicts:
            self.take_solution(block_id, solution)
        self.post_message(self.Progressed())

    def _failed(self, block_id: str, error: EvoClassError, again: partial[None]) -> None:
        """Ask for trust if it was missing; otherwise say under the question why it could not be graded or solved."""
        if isinstance(error, NotTrustedError):
            self._ask_trust(error, again)
            return
        if (question := self.find_question(block_id)) is not None:
            question.show_trouble(self.catalog("notice.cannot_grade", reason=error.said(self.catalog)))
        if isinstance(error, PluginError):
            self._pass_over(block_id)

    def _pass_over(self, block_id: str) -> None:
        """Open the steps after one whose plugin failed, as if it were done."""
        for child in self._shown:
            if isinstance(child, StepsBox) and child.holds(block_id):
                child.pass_over(block_id)

    @on(Question.HintWanted)
    def _hint_wanted(self, event: Question.HintWanted) -> None:
        event.stop()
        hints = self._answers.hint(event.block_id)
        event.question.show_hint(hints, self._state.exercise(event.block_id))

    @on(Question.RetryWanted)
    def _retry_wanted(self, event: Question.RetryWanted) -> None:
        event.stop()
        self._answers.retry(event.block_id)
        self._verdicts.pop(event.block_id, None)
        self.renew(self._answers.lesson)
        if (question := self.find_question(event.block_id)) is not None:
            question.reset(self._state.exercise(event.block_id))

    # Feedback to the learner

    def take_verdict(self, block_id: str, verdict: Verdict) -> None:
        """Keep the outcome of a check, and show it under its question."""
        self._verdicts[block_id] = verdict
        if (question := self.find_question(block_id)) is not None:
            question.show_verdict(verdict, self._state.exercise(block_id))
        self._open_steps()

    def take_solution(self, block_id: str, solution: Answer) -> None:
        """Show the solution of a question."""
        if (question := self.find_question(block_id)) is not None:
            question.show_solution(solution, self._state.exercise(block_id))
        self._open_steps()

    def _open_steps(self) -> None:
        for child in self._shown:
            if isinstance(child, StepsBox):
                child.open_steps()

    async def restore(self) -> None:
        """Show the verdicts on answers that were given earlier."""
        shown = self._verdicts
        for block_id, verdict in (await self._answers.regrade()).items():
            if shown is self._verdicts:
                self.take_verdict(block_id, verdict)

    def say_again(self) -> None:
        """Show the earlier verdicts and notes under questions whose widgets have just been made."""
        for question in self.questions:
            if (verdict := self._verdicts.get(question.block.id)) is not None:
                question.show_verdict(verdict, self._state.exercise(question.block.id))

    def renew(self, lesson: Lesson) -> None:
        """Replace the widgets whose blocks have changed: values were drawn again."""
        self.lesson = lesson
        self._parts = tuple(split(lesson.blocks))
        fresh = {part.active.id: part for part in self.parts_here if part.active is not None}
        shown = list(self._shown)
        for place, child in enumerate(shown):
            if not isinstance(child, Question | StepsBox) or child.block.id not in fresh:
                continue
            part = fresh[child.block.id]
            if part.active != child.block:
                shown[place] = self.make_widget(part)
                self.mount(shown[place], before=child)
                child.remove()
        self._shown = tuple(shown)
