"""A lesson from the first line to the last on standard input and output."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping

import click

from evoclass import ending
from evoclass.blame import reason
from evoclass.errors import EvoClassError, NotTrustedError
from evoclass.exercise import Answer, Field, Value, Verdict
from evoclass.layout import layout
from evoclass.lint import describe
from evoclass.model import Block, ExerciseBlock, Fault, Lab, Steps, plain_text
from evoclass.numerals import localised_values
from evoclass.plain import forms
from evoclass.plain.console import Console, Leave, settled
from evoclass.plain.table import tensor_table
from evoclass.printable import printable
from evoclass.protocol import ErrorReport, Exit, Output
from evoclass.recording import Recording
from evoclass.runner import Run, Runner
from evoclass.session import Session
from evoclass.trust import YES
from evoclass.workfiles import OutsideEdit

CLOSING_SECONDS = 10
"""Seconds that runners get to end at the end."""

MEASURE = 84
"""Widest line of prose in columns."""


class PlainFrontEnd:
    """Reads the lesson aloud, so to say: prints it, asks its questions, runs its labs."""

    def __init__(
        self, session: Session, runners: Mapping[str, Runner], console: Console | None = None
    ) -> None:
        self.session = session
        self.runners = runners
        self.console = console or Console()
        self.text = session.catalog
        self.live: dict[str, str] = session.state.live

    def run(self) -> None:
        """Go through the lesson; leaving early loses nothing."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        self.session.lab_runner = self._runner
        start = time.monotonic()
        # asyncio's own handler would only be heard after the question has been answered.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            await self._lesson()
        except (Leave, KeyboardInterrupt):
            kept = "plain.left_unkept" if self.session.unkept else "plain.left"
            self.console.say(
                "", self.text(kept, done=self.session.answers.done, total=self.session.answers.total)
            )
        finally:
            self.session.studied(time.monotonic() - start)
            # A plugin's runner may fail at its end too, or not come to it: the learner is done and wants to leave.
            closing = asyncio.gather(
                *(runner.close() for runner in self.runners.values()), return_exceptions=True
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closing, CLOSING_SECONDS)

    async def _runner(self) -> Runner:
        return self.runners[self.session.settings.runner]

    async def _lesson(self) -> None:
        lesson, course = self.session.lesson, self.session.course
        self.console.say(" · ".join(filter(None, [course.code, str(lesson.number or ""), lesson.title])), "")
        for notice in self.session.notices():
            self.console.say(notice, "")
        if self.session.unkept:
            self.console.say(self.session.unkept, "")
        self.session.on_trouble = self._say_trouble
        self.session.on_notice = self.console.say
        if lesson.minutes:
            self.console.say(self.text("plain.minutes", minutes=lesson.minutes))
        self.console.say(*(f"- {objective}" for objective in lesson.objectives), "")
        blocks = lesson.blocks
        if self.console.interactive and self.session.state.block:
            blocks = self._from_where_left(blocks)
        for block in blocks:
            await self._block(block)
            self.session.reached(block.id)
        self.console.say(
            self.text("plain.end", done=self.session.answers.done, total=self.session.answers.total)
        )

    def _say_trouble(self) -> None:
        self.console.say("", self.session.unkept or self.text("progress.kept_again"), "")

    def _from_where_left(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        index = next((i for i, block in enumerate(blocks) if block.id == self.session.state.block), 0)
        if index and self.console.ask(self.text("plain.resume")).lower() not in ("n", "no"):
            return blocks[index + 1 :]
        return blocks

    async def _block(self, block: Block) -> None:
        match block:
            case Lab():
                await self._lab(block)
            case Steps():
                self.console.say(f"== {forms.inline_text(block.title)} ==", "")
                self._prose(block.intro)
                for step in block.steps:
                    await self._question(step, self.text("plain.step", number=step.number))
            case ExerciseBlock():
                await self._question(block, self.text("plain.question", number=block.number))
            case Fault():
                message, fix = describe(block.problem, self.text)
                self.console.say(
                    self.text("plain.fault", line=block.problem.line), f"  {message}", f"  {fix}", ""
                )
            case _:
                self._prose((block,))

    @property
    def _shown_live(self) -> dict[str, str]:
        """Values of the learner's run as the language writes numbers."""
        return localised_values(self.live, self.text.language)

    def _prose(self, blocks: tuple[Block, ...]) -> None:
        if blocks:
            width = min(shutil.get_terminal_size((80, 24)).columns, MEASURE)
            for line in layout(blocks, width, live=self._shown_live, catalog=self.text):
                self.console.say("".join(segment.text for segment in line.segments))
            self.console.say("")

    # --------------------------------------------------------------------------------------- questions

    async def _question(self, block: ExerciseBlock, title: str) -> None:
        state = self.session.state.exercise(block.id)
        self.console.say(f"-- {title} --" + ("  ✓" if state.passed else ""))
        self._prose(block.prompt)
        try:
            fields = list(block.exercise.form())
        except Exception as error:
            self.console.say(self.text("plain.broken_question", reason=reason(error)), "")
            return
        for field in fields:
            forms.show(field, self.console, self.text)
        while True:
            answer = await self._answer(block, fields)
            if answer is None:
                return
            if block.exercise.runs_code and not self._trusted():
                return
            try:
                verdict = await self.session.answers.submit(block.id, answer)
            except EvoClassError as error:
                self.console.say(error.said(self.text))
                return
            self._tell(verdict)
            if verdict.passed:
                self._prose(block.explanation)
                return
            if self.session.answers.used_up(block.id, verdict):
                await self._reveal(block)
                return

    async def _answer(self, block: ExerciseBlock, fields: list[Field]) -> Answer | None:
        """Return an answer, or None to go on; hints and the solution are served on the way."""
        left = len(block.hints)
        words = any(forms.takes_words(field) for field in fields)
        go_on = self.text("plain.go_on_words" if words else "plain.go_on")
        self.console.say(self.text("plain.keys" if left else "plain.keys_no_hint", go_on=go_on))
        values: dict[str, Value] = {}
        for field in fields:
            while True:
                typed = self.console.ask(field.label or forms.instruction(field, self.text))
                if typed == "" or (forms.is_next(typed) and not forms.takes_words(field)):
                    return None
                if typed == "?":
                    hints = self.session.answers.hint(block.id)
                    self.console.say(forms.inline_text(hints[-1]) if hints else self.text("plain.no_hint"))
                elif typed == "!":
                    await self._reveal(block)
                    return None
                elif forms.is_quit(typed) and not (forms.takes_words(field) and typed != "q"):
                    raise Leave
                else:
                    try:
                        values[field.name] = forms.read(field, self.console, self.text, typed)
                        break
                    except forms.Invalid as problem:
                        self.console.say(str(problem))
        return values

    async def _reveal(self, block: ExerciseBlock) -> None:
        try:
            solution = await self.session.answers.solve(block.id)
            fields = block.exercise.form()
        except EvoClassError as error:
            self.console.say(error.said(self.text))
            return
        self.console.say(self.text("plain.solution"))
        for field in fields:
            self.console.say(*(f"  {line}" for line in _words(field, solution.get(field.name)).splitlines()))
        self._prose(block.explanation)

    def _tell(self, verdict: Verdict) -> None:
        if not verdict.valid:
            self.console.say(self.text("plain.incomplete"))
        elif verdict.passed:
            self.console.say(self.text("plain.right"))
        elif verdict.score > 0:
            self.console.say(self.text("plain.partly", percent=f"{verdict.score:.0%}"))
        else:
            self.console.say(self.text("plain.wrong"))
        self.console.say(*(f"  {forms.inline_text(feedback.text)}" for feedback in verdict.feedback), "")

    # -------------------------------------------------------------------------------------------- labs

    async def _lab(self, lab: Lab) -> None:
        self.console.say(f"-- {lab.file} --")
        while True:
            typed = self.console.ask(self.text("plain.lab", file=lab.file)).lower()
            if forms.is_quit(typed):
                raise Leave
            if forms.is_next(typed):
                return
            if typed == "e":
                self._edit(lab)
            elif typed == "p":
                self.console.say(*(f"    {line}" for line in self.session.desk.code(lab.file).splitlines()))
            elif typed in ("", "r", *YES):
                try:
                    good = await self._execute(lab)
                except Exception as error:  # a plugin's runner may raise anything
                    known = isinstance(error, EvoClassError)
                    self.console.say(error.said(self.text) if known else reason(error), "")
                    return
                # A person may correct the program and run it again; a pipe's next line answers the next question.
                if good or not self.console.interactive:
                    return

    def _edit(self, lab: Lab) -> None:
        """Open the learner's editor (`$VISUAL`, `$EDITOR`) on the file."""
        if not self._trusted():
            return
        file = self.session.desk.program(lab.file).file
        try:
            click.edit(filename=str(file))
        except click.ClickException as error:
            self.console.say(printable(error.message))
            return
        for edit in self.session.desk.take_outside_edits():
            self._say_edit(edit)

    def _trusted(self) -> bool:
        """Whether code of this course may run; asks once if that is not known."""
        try:
            self.session.check_trust()
        except NotTrustedError as error:
            if self.console.ask(self.text("trust.ask", folder=error.place)).lower() not in YES:
                return False
            self._say_yes(error.digest)
        return True

    def _say_edit(self, edit: OutsideEdit) -> None:
        if edit.window:
            both = "plain.changed_window_both" if edit.aside else "plain.changed_window"
            self.console.say(self.text(both, file=edit.file, aside=edit.aside))
        elif edit.aside:
            self.console.say(self.text("plain.changed_both", file=edit.file, aside=edit.aside))

    def _say_yes(self, digest: str) -> None:
        try:
            self.session.say_yes(digest)
        except EvoClassError as problem:
            self.console.say(self.text("trust.not_kept", reason=printable(problem.said(self.text))))

    async def _execute(self, lab: Lab) -> bool:
        """Run a lab's program; say if it came to its end without an error."""
        runner = await self._runner()
        if not self._trusted():
            return True
        program = self.session.desk.program(lab.file)
        recording = Recording(program, runner.name)
        self.console.say(self.text("plain.running", file=lab.file))
        run = await runner.start(program, self.session.desk.limits(lab.file))
        loop = asyncio.get_running_loop()
        if self.console.interactive:
            loop.add_reader(sys.stdin.fileno(), _pass_on, run)
        else:
            run.write(
                "\x04"
            )  # a pipe's lines are answers to the questions: a program that asks gets the end of input
        chunks: list[str] = []
        stops: set[asyncio.Task[None]] = set()
        loop.add_signal_handler(signal.SIGINT, lambda: stops.add(asyncio.ensure_future(run.stop())))
        try:
            async for event in run.events():
                recording.take(event)
                match event:
                    case Output(text=text):
                        chunks.append(text)
                        if self.console.interactive:
                            self.console.program(text)
                    case ErrorReport():
                        self._explain(event)
                    case Exit():
                        break
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            if self.console.interactive:
                loop.remove_reader(sys.stdin.fileno())
            await run.close()
        if not self.console.interactive:
            self.console.say(settled(chunks))
        record = self.session.desk.record(recording)
        self.live = {**self.live, **record.live}
        self.console.say(
            *filter(None, (ending.sentence(record.exit, self.text), ending.dropped(record.exit, self.text))),
            "",
        )
        if self.live:
            self.console.say(self.text("plain.live"))
            self.console.say(
                *(f"  {expression} = {value}" for expression, value in self._shown_live.items()), ""
            )
        table = tensor_table(recording.rows.values(), lab.watch, self.text)
        if table:
            self.console.say(*table, "")
        return record.exit.reason == "stopped" or (record.exit.reason == "finished" and not record.exit.code)

    def _explain(self, error: ErrorReport) -> None:
        explanation = self.session.plugins.explain(error, self.session.language)
        if explanation is not None:
            self.console.say("", explanation.title, explanation.what, explanation.try_this, "")


def _pass_on(run: Run) -> None:
    data = os.read(sys.stdin.fileno(), 4096)
    run.write(data.decode("utf-8", "replace") if data else "\x04")


def _words(field: Field, value: Value) -> str:
    """Return a field's value as a person would write it."""
    names = {
        option.key: plain_text(option.text)
        for attribute in ("options", "items", "left", "right")
        for option in getattr(field, attribute, ())
    }
    match value:
        case list():
            return "\n".join(
                "    " * int(key.partition(":")[2] or 0) + names.get(key.partition(":")[0], key)
                for key in value
            )
        case dict():
            return "\n".join(
                f"{names.get(left, left)} → {names.get(right, right)}" for left, right in value.items()
            )
        case float() if value == int(value):
            return str(int(value))
        case _:
            return names.get(str(value), str(value))
