"""A sitting of reviews: questions of several lessons, each as if it were met for the first time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from evoclass.learner.askable import askable, planned
from evoclass.learner.event import Event, Verb
from evoclass.learner.memory import TOLD, Question
from evoclass.learner.progress import ExerciseState, LessonState
from evoclass.learner.review import minutes_of
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.model import AnyBlock, Course, ExerciseBlock, Lesson, Steps, plain_text

if TYPE_CHECKING:
    from evoclass.learner.config import Settings
    from evoclass.pluginhost.plugins import Plugins
    from evoclass.reading.library import Library

AGAIN = 2
"""How often a question is asked in one sitting at most."""


class Review(Session):
    """Asks questions apart from the pages of their lessons, which stay as the learner left them."""

    in_review = True

    def __init__(
        self,
        library: Library,
        store: Store,
        plugins: Plugins,
        settings: Settings,
        language: str | None = None,
        *,
        also: Iterable[Course] = (),
    ) -> None:
        """Find out what is due; `also` are courses that no folder of the library holds."""
        super().__init__(library, store, plugins, settings, language)
        self.on_event: Callable[[Event], object] = bool
        """Called with each event, for a page of the same lesson in this window."""
        self._places = askable(library, store, self.language, also)
        self.memory, self.plan = planned(store, self._places)
        self._queue = deque(self.plan.sitting())
        self._times: dict[Question, int] = {}
        self._question: Question | None = None
        self._shown_at = 0.0
        self.challenge = ""
        """Title of the challenge of which the question is a step; empty for other questions."""
        self.remembered = 0
        """How many questions were answered rightly at once."""
        self.missed: list[Question] = []
        """Those that were not, each once."""

    @classmethod
    def beside(cls, session: Session) -> Self:
        """Return a review beside the page of a session, which hears what is answered."""
        made = cls(
            session.library,
            session.store,
            session.plugins,
            session.settings,
            session.language,
            also=(session.course,),
        )
        made.lab_runner, made.on_event, made.syncing = session.lab_runner, session.take, session.syncing
        made.catalog = session.catalog  # it names the keys in force
        return made

    def ask_more(self) -> None:
        """Ask in this sitting what waits and what is due next, too."""
        self._queue = deque(self.plan.sitting(more=True))

    @property
    def minutes(self) -> int:
        """How long the rest of the sitting takes, about."""
        return minutes_of(self.memory.traces[question] for question in self._queue)

    @property
    def left(self) -> int:
        """How many questions are still to come."""
        return len(self._queue)

    def next(self) -> ExerciseBlock | None:
        """Present the next question, with new values and in a new order; None at the end of the sitting."""
        while self._queue:
            question = self._question = self._queue.popleft()
            self._times[question] = self._times.get(question, 0) + 1
            self.course, entry = self._places[question]
            self.state = LessonState()
            self.presentation.clear()
            self.show(self.library.lesson(entry.path, self.language, self.course))
            self._shown_at = time.monotonic()
            block = self.lesson.find(question.block)
            if isinstance(block, ExerciseBlock):
                return block
        self._question = None
        return None

    def show(self, lesson: Lesson) -> None:
        """Make the question the whole of the lesson, with what comes before it and belongs to it."""
        super().show(lesson)
        self.challenge = ""
        block = self.lesson.find(self._question.block) if self._question is not None else None
        if block is not None:
            alone = (*self._story(block.id), block)
            self.lesson = replace(self.lesson, blocks=alone, objectives=(), minutes=0, needs=())

    def turn(self, block_id: str) -> str:
        return f"review {self._number}/{self._times.get(self._question, 0) if self._question else 0}"

    @property
    def _number(self) -> int:
        """Number of this review of the question, from 1."""
        trace = self.memory.traces.get(self._question) if self._question is not None else None
        return trace.reviews + 1 if trace is not None else 1

    @property
    def story(self) -> Sequence[AnyBlock]:
        """What comes before the question and belongs to it: the beginning of the challenge of which it is a step."""
        return self.lesson.blocks[:-1]

    def _story(self, block_id: str) -> Sequence[AnyBlock]:
        for block in self.lesson.walk():
            if isinstance(block, Steps) and any(step.id == block_id for step in block.steps):
                self.challenge = plain_text(block.title)
                return block.intro
        return ()

    def log_at(self, place: tuple[str, str], verb: Verb, block: str, **payload: object) -> Event:
        if verb == Verb.ANSWERED and (seconds := time.monotonic() - self._shown_at) < TOLD:
            payload["seconds"] = round(seconds, 1)
        event = super().log_at(place, verb, block, review=self._number, **payload)
        alone = {key: value for key, value in event.payload.items() if key != "review"}
        self.state.take(replace(event, payload=alone))
        self.on_event(event)
        return event

    def catch_up(self) -> None:
        """News of other windows are about their pages, and change nothing here."""

    def said(self) -> str:
        """Return in a sentence how the sitting went."""
        remembered, missed = self.remembered, len(self.missed)
        if not remembered and not missed:
            return self.catalog("review.left")
        key = "review.all" if not missed else "review.end"
        return self.catalog(key, remembered=remembered, count=remembered + missed)

    def settle(self) -> None:
        """Note how the question went that was presented last; a missed one is asked again before the end."""
        if self._question is None:
            return
        exercise = self.state.exercises.get(self._question.block, ExerciseState())
        if exercise.passed and exercise.attempts == 1 and not exercise.hints:
            if self._question not in self.missed:
                self.remembered += 1
        elif exercise.attempts or exercise.revealed:
            if self._question not in self.missed:
                self.missed.append(self._question)
            if self._times[self._question] < AGAIN:
                self._queue.append(self._question)
        self._question = None
