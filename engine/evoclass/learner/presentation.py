"""The open lesson as it is presented to its learner: with values and an order of options of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from evoclass.learner.progress import GivenAnswer, LessonState
from evoclass.model import ExerciseBlock, Lesson, Steps, walk
from evoclass.reading.variants import looks_new, personal, seed_of, varies

OTHER_DRAWS = 32
"""Most draws that are tried, when a question is started again, until one looks new; of two values each draw has half a
chance."""

Place = tuple[str, str]
"""A course and a lesson."""


class Presentation:
    """From what each question is drawn, as `ID/TURN`: of the learner, and of one presentation of the question."""

    def __init__(self, identity: Callable[[], str], turn: Callable[[str], str], *, review: bool) -> None:
        """`turn` tells this presentation of a question from others."""
        self._identity, self._turn, self._review = identity, turn, review
        self.written: Lesson
        """The open lesson as its author wrote it: no values drawn, no options shuffled."""
        self._place: Place = ("", "")
        self._state = LessonState()
        self._draws: dict[Place, dict[str, str]] = {}
        """From what the questions of each lesson were drawn that this window shows or has shown."""

    def begin(self, place: Place) -> None:
        """Draw the questions of a lesson again, which is about to be opened."""
        self._draws.pop(place, None)

    def clear(self) -> None:
        """Draw all questions again."""
        self._draws.clear()

    def take(self, place: Place, written: Lesson, state: LessonState) -> None:
        """Present this lesson from now on, to a learner who has come so far in it."""
        self._place, self.written, self._state = place, written, state

    def personal(self, lesson: Lesson) -> Lesson:
        """Return the open lesson, as written or with notes for its author, with this learner's own values and order."""
        drawn = self._draws.setdefault(self._place, {})
        before, identity = self._before(), self._identity()

        def draw(block_id: str) -> str:
            if block_id not in drawn:
                drawn[block_id] = before.get(block_id) or f"{identity}/{self._turn(block_id)}"
            return drawn[block_id]

        return _drawn_from(lesson, draw, review=self._review)

    def _before(self) -> dict[str, str]:
        """Return from what the questions were drawn on which the learner has worked, perhaps on another machine.

        Others are drawn from the id of the learner's first event, which may come from another machine later.
        """
        draws = dict(self._state.draws)
        if not draws:
            return {}  # a long lesson is not walked for nothing
        order = {block_id: number for number, block_id in enumerate(draws)}
        for block in self.written.walk():
            if isinstance(block, Steps) and (done := [step.id for step in block.steps if step.id in order]):
                # The values of a challenge are drawn once for all its steps.
                draws[block.id] = f"{draws[max(done, key=order.__getitem__)].partition('/')[0]}/0"
        return draws

    def draw(self, place: Place, block_id: str) -> str:
        """Return from what a question of a lesson was drawn that is or was open; empty for one that was not."""
        return self._draws.get(place, {}).get(block_id, "")

    def forget(self, block_id: str) -> None:
        """Draw values and order of a question of the open lesson again when it is presented next."""
        self._draws[self._place].pop(block_id, None)

    def forget_worked_on(self) -> None:
        """Do the same with all questions that were worked on, perhaps elsewhere: they get the values they had there."""
        for block_id in self._before():
            self.forget(block_id)

    def as_answered(self, block_id: str, given: GivenAnswer) -> Lesson | None:
        """Return the lesson with only a question, or its challenge, as it was for this answer.

        None if that is not known, or the question is gone.
        """
        learner = given.draw.partition("/")[0]

        def draw(name: str) -> str:
            # The values of a challenge are drawn once for all its steps.
            return given.draw if name == block_id else f"{learner}/0"

        for block in self.written.blocks:
            if any(part.id == block_id for part in walk((block,))):
                alone = replace(self.written, blocks=(block,))
                if not given.draw and varies(alone):
                    return None  # an early log does not say; since then a merge may have brought other values
                return _drawn_from(alone, draw)
        return None

    def other_draw(self, block_id: str) -> dict[str, str]:
        """Return from what to draw a question that is started again, if its next turn would look like this one.

        What is returned goes into the event, so that the question is the same at the next opening.
        """
        block, old = self.written.find(block_id), self._draws[self._place].get(block_id)
        if not isinstance(block, ExerciseBlock) or old is None:
            return {}
        usual = f"{self._identity()}/{int(self._turn(block_id)) + 1}"
        for draw in (usual, *(f"{usual}.{number}" for number in range(1, OTHER_DRAWS))):
            seed, before = (_seed(self.written, block_id, given) for given in (draw, old))
            if looks_new(block, seed, before, review=self._review):
                return {"next": draw} if draw != usual else {}
        return {}  # it has no other values and no other order, or too few


def _drawn_from(lesson: Lesson, draw: Callable[[str], str], *, review: bool = False) -> Lesson:
    """Return a lesson with values and order of options; `draw` gives from what a question's are drawn, as `ID/TURN`."""
    return personal(lesson, lambda block_id: _seed(lesson, block_id, draw(block_id)), review=review)


def _seed(lesson: Lesson, block_id: str, draw: str) -> str:
    learner, _, turn = draw.partition("/")
    return seed_of(learner, lesson.id, block_id, turn)
