"""The learner's answers in the open lesson: grading, hints, attempts, solutions."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from evoclass.errors import NotFoundError, PluginError, RunnerUnavailable
from evoclass.exercise import Answer, Feedback, Value, Verdict
from evoclass.learner.openlesson import OpenLesson
from evoclass.learner.permission import Permission
from evoclass.learner.store import Verb
from evoclass.model import ExerciseBlock, Inlines, Lesson, Span
from evoclass.reading.supplies import modules
from evoclass.running.grading import graded, kept_in

if TYPE_CHECKING:
    from evoclass.runner import Runner
    from evoclass.running.bench import RunnerBench


class Answers:
    """The exercises of the open lesson."""

    def __init__(self, lesson: OpenLesson, permission: Permission) -> None:
        self._open, self._permission = lesson, permission

    @property
    def lesson(self) -> Lesson:
        """The open lesson, with this learner's own values."""
        return self._open.lesson

    def exercise(self, block_id: str) -> ExerciseBlock:
        """Return an exercise of the open lesson.  Raises NotFoundError."""
        block = self._open.lesson.find(block_id)
        if not isinstance(block, ExerciseBlock):
            raise NotFoundError(self._open.catalog("session.no_exercise", id=block_id))
        return block

    def bench(self) -> RunnerBench:
        """Return the bench that grading may use; it raises NotTrustedError on code of a course that may not run."""
        from evoclass.running.bench import RunnerBench

        async def trusted() -> Runner:
            await self._permission.look_ahead()
            self._permission.check()
            return await (self._open.lab_runner or _no_runner)()

        course = self._open.lesson.course
        return RunnerBench(
            self._open.catalog,
            trusted,
            self._open.settings.limits,
            lambda: modules(course),
            explain=self._open.plugins.explain,
        )

    def _log(
        self, verb: Verb, block_id: str, place: tuple[str, str] | None = None, **payload: object
    ) -> None:
        """Record the learner's step in a question, after the events of other windows are read."""
        self._open.catch_up()
        self._open.log_at(place or self._open.place_in_log, verb, block_id, **payload)

    async def submit(self, block_id: str, answer: Answer) -> Verdict:
        """Grade an answer and remember it.

        Raises RunnerError when its code cannot be run, PluginError when the question's plugin fails.
        """
        block, place = self.exercise(block_id), self._open.place_in_log
        verdict = await graded(block, answer, self.bench())
        if verdict.valid:
            self._log(
                Verb.ANSWERED,
                block_id,
                place,
                answer=dict(answer),
                score=verdict.score,
                passed=verdict.passed,
                **_once(block),
            )
            if block.tries and not verdict.passed and place == self._open.place_in_log:
                return await self._used_up(block, verdict)
        return verdict

    async def _used_up(self, block: ExerciseBlock, verdict: Verdict) -> Verdict:
        """Say how many attempts are left; after the last one, show the solution."""
        left = self._attempts_left(block)
        if left > 0:
            note = self._open.catalog("session.tries_left", count=left)
        else:
            note = self._open.catalog("session.no_tries_left")
            await self.solve(block.id)
        return replace(verdict, feedback=(*verdict.feedback, Feedback((Span(note),), False)))

    def _attempts_left(self, block: ExerciseBlock) -> int:
        state = self._open.state.exercise(block.id)
        return block.tries * (state.retries + 1) - state.attempts

    def used_up(self, block_id: str, verdict: Verdict) -> bool:
        """Whether the answer of this verdict was the last attempt, so that the solution is due."""
        block = self.exercise(block_id)
        return bool(block.tries and verdict.valid and not verdict.passed and self._attempts_left(block) <= 0)

    async def regrade(self) -> dict[str, Verdict]:
        """Return the verdict on each earlier answer that can be graded without running code."""
        verdicts = {}
        for block in self._open.lesson.exercises:
            state = self._open.state.exercises.get(block.id)
            if state is not None and state.answer is not None and not block.exercise.runs_code:
                with suppress(PluginError):  # recorded; the answer stays without its old verdict
                    verdicts[block.id] = await graded(block, state.answer, self.bench())
        return verdicts

    def draft(self, block_id: str, answer: Answer) -> None:
        """Remember an answer that is not yet checked."""
        if self._open.state.exercise(block_id).draft != answer:
            if self._open.changed_elsewhere(block_id):
                self._open.tell(self._open.catalog("session.answer_elsewhere", number=self._number(block_id)))
            self._open.log(Verb.RESPONDED, block_id, answer=dict(answer))

    def draft_guess(self, block_id: str, value: Value) -> None:
        """Remember a guess that is not yet kept."""
        if value != self._open.state.guess(block_id).draft:
            self._open.log(Verb.PREDICTED, block_id, draft=value)

    def _number(self, block_id: str) -> str:
        block = self._open.lesson.find(block_id)
        return str(block.number) if isinstance(block, ExerciseBlock) else block_id

    def hint(self, block_id: str) -> tuple[Inlines, ...]:
        """Show one more hint and return all hints shown so far."""
        hints = self.exercise(block_id).hints
        state = self._open.state.exercise(block_id)
        if state.hints < len(hints):
            self._log(Verb.ASKED, block_id, hint=state.hints + 1)
        return hints[: state.hints]

    def reveal(self, block_id: str) -> Answer:
        """Show the solution; from now on an answer to it no longer counts as a pass."""
        solution = self.exercise(block_id).exercise.solution()
        state = self._open.state.exercise(block_id)
        if not state.done:
            self._log(Verb.EXPERIENCED, block_id, None, **_once(self.exercise(block_id)))
        return solution

    async def solve(self, block_id: str) -> Answer:
        """Reveal the solution, even one that is found by running code.  Raises RunnerError, PluginError."""
        block, place = self.exercise(block_id), self._open.place_in_log
        exercise, state = block.exercise, self._open.state.exercise(block_id)

        async def solved() -> Answer:
            return dict(await exercise.solve(self.bench()))

        solution = await kept_in(block, solved)
        if not state.done:
            known = {"solution": dict(solution)} if exercise.runs_code else {}
            self._log(Verb.EXPERIENCED, block_id, place, **known, **_once(block))
        return solution

    def retry(self, block_id: str) -> None:
        """Clear the answer for another try, with newly drawn values; a passed exercise stays counted."""
        self._log(Verb.VOIDED, block_id, None, **self._open.presentation.other_draw(block_id))
        self._open.draw_anew(block_id)

    @property
    def total(self) -> int:
        """Exercises in the lesson."""
        return len(self._open.lesson.exercises)

    @property
    def done(self) -> int:
        """Exercises passed."""
        return sum(
            block.id in self._open.state.exercises and self._open.state.exercises[block.id].passed
            for block in self._open.lesson.exercises
        )


def _once(block: ExerciseBlock) -> dict[str, bool]:
    """Return what an event says of a question that no review asks again."""
    return {} if block.exercise.reviewed else {"once": True}


async def _no_runner() -> Runner:
    raise RunnerUnavailable("no runner is set up for this session")
