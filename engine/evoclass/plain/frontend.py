"""A lesson from the first line to the last on standard input and output."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evoclass.learner import week
from evoclass.learner.askable import due_today
from evoclass.learner.event import day_of, now
from evoclass.learner.lessonend import lesson_end
from evoclass.learner.recap import recap
from evoclass.learner.session import Session
from evoclass.learner.standing import announced
from evoclass.lint import describe
from evoclass.model import (
    AnyBlock,
    ExerciseBlock,
    Fault,
    Guess,
    Heading,
    Lab,
    LessonEntry,
    Steps,
    marked,
    plain_text,
    walk,
)
from evoclass.plain.console import Console, Leave
from evoclass.plain.guesses import Guesses
from evoclass.plain.labs import Labs
from evoclass.plain.notes import Notes
from evoclass.plain.questions import Questions
from evoclass.plain.recap import recap_lines
from evoclass.plain.speech import item_mark, lesson_title, spoken, text_of
from evoclass.plain.steering import GoTo, Steering
from evoclass.runner import Runner
from evoclass.wording.languages import means

CLOSING_SECONDS = 10
"""Seconds that runners get to stop at the end."""


class PlainFrontEnd:
    """Reads the lesson aloud, in a sense: prints it section by section, asks its questions, runs its labs."""

    def __init__(
        self, session: Session, runners: Mapping[str, Runner], console: Console | None = None
    ) -> None:
        self.session = session
        self.runners = runners
        self.console = console or Console()
        self.catalog = session.catalog
        self.steering = Steering(self.console, self.catalog)
        self.labs = Labs(session, self.console, self.steering, self._runner)
        self.guesses = Guesses(session, self.console, self.steering, self.labs)
        self.questions = Questions(session, self.console, self.steering, self.labs)
        self.notes = Notes(session, self.console)
        self.steering.also = self.notes.carried_out

    def run(self) -> None:
        """Go through the lesson; leaving early loses nothing."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        self.session.lab_runner = self._runner
        # asyncio's own handler would react only after the question has been answered.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            if self.session.at_course_page and self.console.interactive:
                self._course_page()
            while (following := await self._timed_lesson()) is not None:
                self.session.open_entry(self.session.course, following)
        except (Leave, KeyboardInterrupt):
            kept = "plain.left_unkept" if self.session.unkept else "plain.left"
            self.console.say(
                "", self.catalog(kept, done=self.session.answers.done, total=self.session.answers.total)
            )
        finally:
            # A plugin's runner may fail or hang at its end: the learner is done and wants to leave.
            closing = asyncio.gather(
                *(runner.close() for runner in self.runners.values()), return_exceptions=True
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closing, CLOSING_SECONDS)

    async def _runner(self) -> Runner:
        return self.runners[self.session.settings.runner]

    # ----------------------------------------------------------------------------------------- the way through

    def _course_page(self) -> None:
        """Introduce the course to a learner who has just come."""
        session = self.session
        self.console.say(self._heading(session.course.code, session.course.title), "")
        self._say(session.course.blocks)
        self.console.say(*session.standing.said(self.catalog))
        self.console.say(week.said(session.store, session.settings, self.catalog), "")
        self._ask_on(session.course.entry(session.lesson.id))
        session.at_course_page = False

    def _ask_on(self, entry: LessonEntry | None) -> None:
        """Wait until the learner wants to begin a lesson.  Raises Leave."""
        title = self._announced(entry) if entry is not None else self.session.lesson.title
        while typed := self.console.ask(self.catalog("plain.open_lesson", title=title)):
            word = typed.lower().removeprefix(":")
            if means(word, "quit", self.catalog.language):
                raise Leave
            if means(word, "next", self.catalog.language) or means(word, "yes", self.catalog.language):
                return
            self.steering.not_understood("plain.no_command", typed)

    def _announced(self, entry: LessonEntry) -> str:
        return announced(entry, self.catalog, lesson_title(entry, self.catalog))

    def _heading(self, *words: str) -> str:
        return self.catalog("plain.heading", level=1, text=", ".join(filter(None, words)))

    async def _timed_lesson(self) -> LessonEntry | None:
        start = time.monotonic()
        try:
            return await self._lesson(start)
        finally:
            self.session.studied(time.monotonic() - start)
            self.session.syncing.wish()

    async def _lesson(self, start: float) -> LessonEntry | None:
        """Go through the open lesson, and return the one to go on to."""
        self._open()
        sections = _sections(self.session.lesson.blocks)
        self.steering.titles = [self._title(section) for section in sections]
        here, skipped = self._from_where_left(sections)
        while here < len(sections):
            self.steering.here = here
            try:
                for block in sections[here][skipped:]:
                    await self._block(block)
                    self.session.reached(block.id)
                here, skipped = here + 1, 0
                self._pause(here)
            except GoTo as wish:
                here, skipped = wish.section, 0
        return await self._close(time.monotonic() - start)

    def _open(self) -> None:
        lesson, course = self.session.lesson, self.session.course
        self.labs.live = self.session.live
        self.console.say(self._heading(course.code, lesson_title(lesson, self.catalog)), "")
        for notice in (*self.session.notices(), *self.session.syncing.troubles(self.catalog)):
            self.console.say(notice, "")
        if self.session.unkept:
            self.console.say(self.session.unkept, "")
        self.session.on_trouble = self._say_trouble
        self.session.on_notice = self.console.say
        if len(course.lessons) > 1 and (place := self.session.standing.place(lesson, self.catalog)):
            self.console.say(f"{place}.")
        if lesson.minutes:
            self.console.say(self.catalog("plain.minutes", minutes=lesson.minutes))
        if needs := self.session.standing.needs(lesson.needs):
            said = (need.said(self.catalog) for need in needs)
            self.console.say(f"{self.catalog('standing.needs')}:", *self._listed(said), "")
        if lesson.objectives:
            self.console.say(f"{self.catalog('plain.objectives')}:")
        self.console.say(*self._listed(plain_text(marked(each)) for each in lesson.objectives), "")
        if self.console.interactive:
            self.console.say(self.catalog("plain.help"), "")

    def _listed(self, items: Iterable[str]) -> Iterator[str]:
        """Yield items with their numbers, unless there is only one."""
        listed = list(items)
        for number, item in enumerate(listed, 1):
            yield f"{item_mark(number, self.catalog)} {item}" if len(listed) > 1 else item

    def _say_trouble(self) -> None:
        self.console.say("", self.session.unkept or self.catalog("progress.kept_again"), "")

    def _title(self, section: Sequence[AnyBlock]) -> str:
        first = section[0]
        return plain_text(first.text) if isinstance(first, Heading) else self.session.lesson.title

    def _pause(self, following: int) -> None:
        """Let a person pause, or go elsewhere, before the next section; a pipe continues at once."""
        if self.console.interactive and following < len(self.steering.titles):
            title = self.steering.titles[following]
            self.steering.pause(self.catalog("plain.next_section", title=title))

    def _from_where_left(self, sections: Sequence[Sequence[AnyBlock]]) -> tuple[int, int]:
        """Return the section, and how many of its blocks to skip."""
        for number, section in enumerate(sections):
            for index, block in enumerate(section):
                if self.console.interactive and block.id == self.session.state.block and (number or index):
                    try:
                        typed = self.steering.agrees(self.catalog("plain.resume"))
                    except GoTo as wish:
                        return wish.section, 0
                    if means(typed, "no", self.catalog.language):
                        return 0, 0
                    return (number, index + 1) if index + 1 < len(section) else (number + 1, 0)
        return 0, 0

    async def _close(self, seconds: float) -> LessonEntry | None:
        """Print the recap once something is done, and the count in any case; return the lesson to go on to."""
        session, say = self.session, self.catalog
        end = lesson_end(session)
        if end.begun:
            self.console.say(*recap_lines(recap(session, seconds), say), "")
            plan = await due_today(session)
            if coming := plan.coming(day_of(now()), say):
                self.console.say(f"{coming} {say('plain.review')}" if plan.due else coming)
            if said := week.said(session.store, session.settings, say, seconds):
                self.console.say(said)
            if end.following is None:
                self.console.say(say("recap.last"))
        if session.at_end:
            self.console.say(say("plain.course_end"))
            return None
        self.console.say(say("plain.end", done=session.answers.done, total=session.answers.total))
        if end.following is None:
            return None
        if not self.console.interactive:
            self.console.say(say("recap.next", title=self._announced(end.following)))
            return None
        self._ask_on(end.following)
        return end.following

    # ---------------------------------------------------------------------------------------------- its blocks

    async def _block(self, block: AnyBlock) -> None:
        self.notes.reach(block)
        match block:
            case Lab():
                await self.labs.visit(block)
            case Guess():
                self.guesses.ask(block)
            case Steps():
                title = text_of(block.title, self.labs.shown_live, self.catalog)
                self.console.say(self.catalog("plain.steps", title=title), "")
                for part in block.intro:  # a program in the story must be run, like any other
                    await self._block(part)
                for step in block.steps:
                    self.notes.reach(step)
                    await self.questions.ask(step, step=True)
            case ExerciseBlock():
                await self.questions.ask(block)
            case Fault():
                message, fix = describe(block.problem, self.catalog)
                self.console.say(
                    self.catalog("plain.fault", line=block.problem.line), f"  {message}", f"  {fix}", ""
                )
            case _:
                await self._prose(block)

    async def _prose(self, block: AnyBlock) -> None:
        """Print a block; the interactive blocks inside it follow."""
        self._say((block,))
        self.notes.read_out(block.id)
        visited: set[int] = set()
        for inner in walk((block,)):
            if isinstance(inner, Lab | Guess | Steps | ExerciseBlock) and id(inner) not in visited:
                visited |= {id(part) for part in walk((inner,))}
                await self._block(inner)

    def _say(self, blocks: Sequence[AnyBlock]) -> None:
        self.console.say(*spoken(blocks, self.labs.shown_live, self.catalog))


def _sections(blocks: Sequence[AnyBlock]) -> list[list[AnyBlock]]:
    """Cut a lesson before each heading of the first two levels."""
    sections: list[list[AnyBlock]] = []
    for block in blocks:
        if not sections or (isinstance(block, Heading) and block.level <= 2):
            sections.append([])
        sections[-1].append(block)
    return sections
