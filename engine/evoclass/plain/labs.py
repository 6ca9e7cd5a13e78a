"""The labs of a lesson in plain mode: look at a program, edit it, run it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

from evoclass.errors import EvoClassError, NotTrustedError
from evoclass.learner import guesses, owneditor
from evoclass.learner.duration import about, expected
from evoclass.learner.progress import RunRecord
from evoclass.learner.session import Session
from evoclass.model import Lab
from evoclass.plain.console import Console, Leave, settled
from evoclass.plain.speech import spoken
from evoclass.plain.steering import GoTo, Steering
from evoclass.plain.table import curve_lines, tensor_table, unseen_lines
from evoclass.pluginhost.blame import reason
from evoclass.protocol import ErrorReport, Output, RunEvent, Waiting
from evoclass.reading.constants import changed, constant, lighter
from evoclass.reading.livevalue import format_of
from evoclass.runner import Run, Runner
from evoclass.running import ending, speed, wait
from evoclass.running.expectations import unexpected
from evoclass.running.figurefile import told
from evoclass.running.record import record
from evoclass.running.recording import Recording
from evoclass.wording.languages import means
from evoclass.wording.numerals import localised_values
from evoclass.wording.printable import printable

NAME = re.compile(r"[^\W\d]").search
"""Finds a name in an expression."""


class Labs:
    """Runs programs on the console; `live` has the values of the learner's runs."""

    def __init__(
        self,
        session: Session,
        console: Console,
        steering: Steering,
        runner: Callable[[], Awaitable[Runner]],
    ) -> None:
        self._session, self._console, self._steering, self._runner = session, console, steering, runner
        self._catalog = session.catalog
        self.live: dict[str, str] = {}
        self._explained: set[str] = set()
        """Guesses whose outcome was explained."""

    @property
    def shown_live(self) -> dict[str, str]:
        """Values of the learner's run in the language's number format."""
        return localised_values(self.live, self._catalog.language)

    async def visit(self, lab: Lab) -> None:
        """Offer the actions of a lab until the learner continues."""
        say = self._catalog
        self._console.say(say("plain.program", file=lab.file))
        if needs := self._session.lab_order.needs_said(lab):
            self._console.say(needs)
        self._tell_duration(lab)
        self._tell_knobs(lab)
        good = False
        while True:
            # Who plays with a value wants to hear the next one, too.
            typed = self._steering.ask(say("plain.lab_again" if good else "plain.lab", file=lab.file))
            if self._steering.means(typed, "next") or (good and not typed):
                return
            if self._wants_run(lab, typed):
                try:
                    good = await self._run(lab)
                except (Leave, GoTo):
                    raise
                except Exception as error:  # a plugin's runner may raise anything
                    why = error.said(say) if isinstance(error, EvoClassError) else reason(error)
                    self._console.say(why, "")
                    return
                # A person may correct the program and run it again; a pipe's next line answers the next question.
                if not self._console.interactive or (good and not self._settings(lab)):
                    return

    def _tell_duration(self, lab: Lab) -> None:
        """Say how long a program takes on this computer, or else on the author's."""
        say, name = self._catalog, self._session.settings.runner
        seconds = expected(lab, self._session.state.runs.get(lab.file, ()), name, speed.kept(name))
        if seconds is not None:
            self._console.say(say("plain.takes", time=about(seconds, say.language)))
        elif lab.takes:
            self._console.say(say("plain.takes_there", time=about(lab.takes, say.language)))

    def _settings(self, lab: Lab) -> list[str]:
        """Return the constants that may be changed here, each as the program has it."""
        code = self._session.desk.code(lab.file)
        found = {knob.name: constant(code, knob.name) for knob in lab.knobs}
        return [f"{name}={each.text}" for name, each in found.items() if each is not None]

    def _tell_knobs(self, lab: Lab) -> None:
        if settings := self._settings(lab):
            self._console.say(self._catalog("plain.knobs", knobs=", ".join(settings)))

    def _wants_run(self, lab: Lab, typed: str) -> bool:
        """Carry out what was typed; return whether the program is to run now."""
        means, name = self._steering.means, typed.partition("=")[0].strip()
        if not typed or means(typed, "run") or means(typed, "yes"):
            return True
        if means(typed, "edit"):
            self._edit(lab)
        elif means(typed, "print"):
            self._print(lab)
        elif "=" in typed and name in {knob.name for knob in lab.knobs}:
            return self._turn(lab, typed)
        else:
            self._steering.not_understood("plain.no_command", typed)
        return False

    def _turn(self, lab: Lab, typed: str) -> bool:
        """Give a constant the value of `name=value`; return whether that could be done."""
        name, _, text = (part.strip() for part in typed.partition("="))
        code = self._session.desk.code(lab.file)
        found = constant(code, name)
        if found is None:
            self._console.say(self._catalog("knob.lost", name=name))
            return False
        after = changed(code, found, text)
        if after is None:
            self._console.say(self._catalog("knob.value", text=text or "—", example=f"{name}={found.text}"))
            return False
        self._session.desk.edit(lab.file, after)
        return True

    def _print(self, lab: Lab) -> None:
        self._console.say(*(f"    {line}" for line in self._session.desk.code(lab.file).splitlines()))

    def _edit(self, lab: Lab) -> None:
        """Open the learner's editor (`$VISUAL`, `$EDITOR`) on the file."""
        if not self.trusted():
            return
        file = self._session.desk.program(lab.file).file
        try:
            owneditor.edit(file, self._catalog)
        except EvoClassError as error:
            self._console.say(error.said(self._catalog))
        self._tell_edits()

    def _tell_edits(self) -> None:
        """Say what others have changed; a change in the learner's own editor is no news."""
        for edit in self._session.desk.take_outside_edits():
            if edit.window:
                both = "plain.changed_window_both" if edit.aside else "plain.changed_window"
                self._console.say(self._catalog(both, file=edit.file, aside=edit.aside))
            elif edit.aside:
                self._console.say(self._catalog("plain.changed_both", file=edit.file, aside=edit.aside))
            if edit.unread:
                self._console.say(self._catalog("plain.changed_unread", file=edit.file, aside=edit.unread))

    def trusted(self) -> bool:
        """Whether code of this course may run; asks once if that is not known."""
        try:
            self._session.permission.check()
        except NotTrustedError as error:
            if not self._means_yes(self._steering.agrees(self._catalog("trust.ask", folder=error.place))):
                return False
            self._say_yes(error.digest)
        return True

    def _means_yes(self, typed: str) -> bool:
        return means(typed, "yes", self._catalog.language)

    def _say_yes(self, digest: str) -> None:
        try:
            self._session.permission.give(digest)
        except EvoClassError as problem:
            self._console.say(self._catalog("trust.not_kept", reason=printable(problem.said(self._catalog))))

    async def _run(self, lab: Lab) -> bool:
        """Run a lab's program, with more time if it needs it; return whether it ended without an error."""
        if not self.trusted():
            return True
        while self._console.interactive and (first := self._session.lab_order.waits_for(lab.file)):
            typed = self._steering.agrees(self._catalog("plain.run_first", file=lab.file, first=first))
            if typed and not self._means_yes(typed):
                break
            if not await self._run(self._session.desk.lab(first)):
                return False
        record = await self._execute(lab)
        while self._console.interactive and (more := ending.more_time(record.exit)):
            time = ending.duration(more, self._catalog.language)
            typed = self._steering.agrees(self._catalog("plain.more_time", time=time))
            if typed and not self._means_yes(typed):
                break
            record = await self._execute(lab, more)
        if self._console.interactive and self._takes_lighter(lab, record):
            record = await self._execute(lab)
        return record.exit.reason == "stopped" or (record.exit.reason == "finished" and not record.exit.code)

    def _takes_lighter(self, lab: Lab, record: RunRecord) -> bool:
        """Offer the lighter version after a limit, and write its constants into the program if it is wanted."""
        code = self._session.desk.code(lab.file)
        values = lighter(code, lab.lighter) if ending.at_limit(record.exit) else {}
        if not values:
            return False
        listed = ", ".join(f"{name} = {text}" for name, text in values.items())
        typed = self._steering.agrees(self._catalog("plain.lighter", values=listed))
        if typed and not self._means_yes(typed):
            return False
        for name, text in values.items():
            found = constant(code, name)
            code = (changed(code, found, text) if found is not None else None) or code
        self._session.desk.edit(lab.file, code)
        return True

    async def _execute(self, lab: Lab, seconds: float = 0.0) -> RunRecord:
        runner = await self._runner()
        program = self._session.desk.program(lab.file)
        self._tell_edits()
        recording = Recording(program, runner.name)
        self._console.say(self._catalog("plain.running", file=lab.file))
        limits = self._session.desk.limits(lab.file)
        run = await runner.start(program, replace(limits, seconds=seconds) if seconds else limits)
        chunks, explained = await self._follow(run, recording)
        if not self._console.interactive:
            self._console.say(settled(chunks))
        record = self._session.desk.record(recording)
        self.live = {**self.live, **record.live}
        self._tell_end(lab, record, recording, explained)
        return record

    async def _follow(self, run: Run, recording: Recording) -> tuple[list[str], bool]:
        """Take a run's events until it has ended; return its output and whether its error was explained."""
        loop = asyncio.get_running_loop()
        if self._console.interactive:
            loop.add_reader(sys.stdin.fileno(), _pass_on, run)
        else:
            # A pipe's lines are answers to the questions: a program that reads input gets the end of it.
            run.write("\x04")
        chunks: list[str] = []
        explained = False

        def tell(event: RunEvent) -> None:
            nonlocal explained
            if isinstance(event, Output):
                chunks.append(event.text)
                if self._console.interactive:
                    self._console.program(event.text)
            elif isinstance(event, ErrorReport):
                explained = self._explain(event)
            elif isinstance(event, Waiting):
                self._console.say(wait.sentence(event, self._catalog))

        stops: set[asyncio.Task[None]] = set()
        loop.add_signal_handler(signal.SIGINT, lambda: stops.add(asyncio.ensure_future(run.stop())))
        try:
            await record(run, recording, tell)
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            if self._console.interactive:
                loop.remove_reader(sys.stdin.fileno())
        return chunks, explained

    def _tell_end(self, lab: Lab, record: RunRecord, recording: Recording, explained: bool) -> None:
        say, ended = self._catalog, record.exit
        # After an explanation, advice to read the last lines would contradict it.
        advice = "" if explained else ending.advice(ended, say, "plain")
        said = f"{ending.sentence(ended, say)} {advice}".rstrip()
        self._console.say(*filter(None, (said, ending.dropped(ended, say))))
        self._console.say(*unexpected(recording.expected, ended, say), "")
        sentences = [said for _, _, said in told(recording.figures, recording.program.folder, say)]
        if sentences:
            self._console.say(*sentences, "")
        live = {name: text for name, text in record.live.items() if name in self._session.lesson.live}
        if live:
            self._console.say(say("plain.live"))
            shown = localised_values(live, say.language)
            # A format is for the eye, and an expression of constants is no value of a run.
            named = ((format_of(name)[0] or name, value) for name, value in shown.items())
            lines = dict.fromkeys(f"  {name} = {value}" for name, value in named if NAME(name))
            self._console.say(*lines, "")
        self._tell_guesses(record)
        if curves := curve_lines(recording.curves, recording.rows, say):
            self._console.say(*curves, "")
        if table := tensor_table(recording.rows.values(), lab.watch, say):
            self._console.say(*table, "")
        if ended.reason == "finished" and recording.unseen:
            self._console.say(*unseen_lines(recording.unseen, recording.rows, say), "")

    def _tell_guesses(self, record: RunRecord) -> None:
        """Say what a run has made of the guesses about it, and at the first such run why."""
        lesson, state = self._session.lesson, self._session.state
        news = {block: line for (block, _), line in guesses.news(lesson, state, record, self._catalog)}
        for guess in guesses.about(lesson, record):
            known = state.guess(guess.id)
            first = guess.id not in self._explained and known.measured is not None
            said = [news[guess.id]] if guess.id in news else []
            if guess.explanation and first:
                self._explained.add(guess.id)
                said = said or guesses.standing(guess, known, self._catalog)
                said += spoken(guess.explanation, self.shown_live, self._catalog)
            if said:
                self._console.say(*said, "")

    def _explain(self, error: ErrorReport) -> bool:
        explanation = self._session.plugins.explain(error, self._session.language)
        if explanation is not None:
            self._console.say("", explanation.title, explanation.what, explanation.try_this, "")
        return explanation is not None


def _pass_on(run: Run) -> None:
    data = os.read(sys.stdin.fileno(), 4096)
    run.write(data.decode("utf-8", "replace") if data else "\x04")
