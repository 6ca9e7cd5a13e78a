"""The questions of a lesson in plain mode: asked in words, answered in lines."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.errors import EvoClassError
from evoclass.exercise import Answer, Field, InvalidAnswer, Value, Verdict
from evoclass.learner.session import Session
from evoclass.model import AnyBlock, ExerciseBlock, Lab, walk
from evoclass.plain import forms
from evoclass.plain.console import Console
from evoclass.plain.labs import Labs
from evoclass.plain.speech import STOPS, spoken, text_of
from evoclass.plain.steering import Steering
from evoclass.pluginhost.blame import reason


class Questions:
    """Asks, grades, gives hints, shows solutions."""

    def __init__(self, session: Session, console: Console, steering: Steering, labs: Labs) -> None:
        self._session, self._console, self._steering, self._labs = session, console, steering, labs
        self._catalog = session.catalog

    async def ask(self, block: ExerciseBlock, *, step: bool = False) -> None:
        """Ask one question until it is passed, its solution is seen, or the learner continues."""
        if self._session.state.exercise(block.id).passed:
            title = "plain.step_passed" if step else "plain.question_passed"
        else:
            title = "plain.step" if step else "plain.question"
        self._console.say(self._catalog(title, number=block.number))
        self._say(block.prompt)
        for part in walk(block.prompt):
            if isinstance(part, Lab):
                await self._labs.visit(part)
        try:
            fields = list(block.exercise.form())
        except Exception as error:
            self._console.say(self._catalog("plain.broken_question", reason=reason(error)), "")
            return
        for field in fields:
            forms.show(field, self._console, self._catalog)
        self._instruct(block, fields)
        while True:
            answer = await self._answer(block, fields)
            if answer is None or (block.exercise.runs_code and not self._labs.trusted()):
                return
            try:
                verdict = await self._session.answers.submit(block.id, answer)
            except EvoClassError as error:
                self._console.say(error.said(self._catalog))
                return
            self._tell(block, verdict, fields)
            if verdict.passed:
                self._say(block.explanation)
                return
            if self._session.answers.used_up(block.id, verdict):
                await self._reveal(block)
                return

    def _say(self, blocks: tuple[AnyBlock, ...]) -> None:
        self._console.say(*spoken(blocks, self._labs.shown_live, self._catalog))

    def _instruct(self, block: ExerciseBlock, fields: list[Field]) -> None:
        """Say once how to answer; on later tries it would only be in the way."""
        words = any(field.takes("n") for field in fields)
        go_on = self._catalog("plain.go_on_words" if words else "plain.go_on")
        self._console.say(self._catalog("plain.keys" if block.hints else "plain.keys_no_hint", go_on=go_on))

    async def _answer(self, block: ExerciseBlock, fields: list[Field]) -> Answer | None:
        """Return an answer, or None to continue; requests for hints and the solution are handled here."""
        values: dict[str, Value] = {}
        for field in fields:
            while True:
                asked = field.label or field.instruction(self._catalog)
                typed = self._steering.ask(asked, field.takes)
                if typed == "" or (self._steering.is_next(typed) and not field.takes(typed.lower())):
                    return None
                if typed == "?":
                    hints = self._session.answers.hint(block.id)
                    hint = text_of(hints[-1], {}, self._catalog) if hints else self._catalog("plain.no_hint")
                    self._console.say(hint)
                elif typed == "!":
                    await self._reveal(block)
                    return None
                else:
                    try:
                        values[field.name] = forms.read(field, self._console, self._catalog, typed)
                        break
                    except InvalidAnswer as problem:
                        self._console.say(str(problem))
        return values

    async def _reveal(self, block: ExerciseBlock) -> None:
        try:
            solution = await self._session.answers.solve(block.id)
            fields = block.exercise.form()
        except EvoClassError as error:
            self._console.say(error.said(self._catalog))
            return
        self._console.say(self._catalog("plain.solution"))
        for field in fields:
            self._console.say(
                *(f"  {line}" for line in forms.words(field, solution.get(field.name), self._catalog))
            )
        self._say(block.explanation)

    def _tell(self, block: ExerciseBlock, verdict: Verdict, fields: Sequence[Field]) -> None:
        if not verdict.valid:
            self._console.say(self._catalog("plain.incomplete"))
        elif verdict.passed:
            self._console.say(self._catalog("plain.right" if block.exercise.reviewed else "plain.done"))
        elif verdict.score > 0:
            self._console.say(self._catalog("plain.partly", percent=f"{verdict.score:.0%}"))
        else:
            self._console.say(self._catalog("plain.wrong"))
        parts = {part.key: part.text for field in fields for part in field.parts()}
        # A remark on one part of several says which: on the screen it stands below that part.
        several = len({feedback.option for feedback in verdict.feedback}) > 1
        for feedback in verdict.feedback:
            said = text_of(feedback.text, {}, self._catalog)
            part = text_of(parts.get(feedback.option, ()), {}, self._catalog) if several else ""
            lead = part if part.endswith(STOPS) else f"{part}:"
            self._console.say(f"  {lead} {said}" if part else f"  {said}")
        self._console.say("")
