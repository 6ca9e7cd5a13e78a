"""A reader alone in an app, questions of every kind to put into it, and the news it sends up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar

from textual.app import ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from evoclass.directive import Directive
from evoclass.exercise import Answer, Bench, Exercise, Field, Option, Verdict
from evoclass.i18n import Catalog
from evoclass.learner.progress import ExerciseState, LessonState
from evoclass.model import Block, ExerciseBlock, Heading, Inlines, Lesson, Paragraph, Span
from evoclass_tui.culprits import culprit_question
from evoclass_tui.keymap import DEFAULT
from evoclass_tui.textual_private import CatchingApp
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.reader import Reader

News = TypeVar("News", bound=Message)


@dataclass(frozen=True)
class Form(Exercise):
    """A question with the fields that a test wants; nobody grades it."""

    kind: ClassVar[str] = "form"

    fields: tuple[Field, ...]
    right: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, block: Directive) -> Self:
        raise NotImplementedError

    def form(self) -> Sequence[Field]:
        return self.fields

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        raise NotImplementedError

    def solution(self) -> Answer:
        return self.right


def option(key: str, text: str) -> Option:
    return Option(key, (Span(text),))


def paragraph(id: str, text: str = "", **options: Any) -> Paragraph:
    return Paragraph(id=id, line=1, text=(Span(text or id, **options),))


def heading(id: str, text: str = "", level: int = 2) -> Heading:
    return Heading(id=id, line=1, level=level, text=(Span(text or id),))


def question(
    id: str, *fields: Field, right: Mapping[str, Any] | None = None, **options: Any
) -> ExerciseBlock:
    """Return a question with two hints and an explanation."""
    values: dict[str, Any] = {
        "prompt": (paragraph(f"{id}.prompt", f"What about {id}?"),),
        "hints": ((Span("First hint."),), (Span("Second hint."),)),
        "explanation": (paragraph(f"{id}.why", "That is why."),),
        "number": 1,
    }
    return ExerciseBlock(id=id, line=1, exercise=Form(fields, right or {}), **(values | options))


def lesson(*blocks: Block, **options: Any) -> Lesson:
    return Lesson(id="reading", number=7, title="Reading", language="en", blocks=blocks, **options)


class NobodyChecks:
    """Stands for the answers of a session: keeps drafts, hints and tries in the state, and never grades."""

    def __init__(self, lesson: Lesson, state: LessonState) -> None:
        self.lesson, self.state = lesson, state
        self.drafts: list[dict[str, Any]] = []
        """Every draft that it was given, in their order."""

    async def submit(self, block_id: str, answer: Answer) -> Verdict:
        return await asyncio.get_running_loop().create_future()

    async def regrade(self) -> dict[str, Verdict]:
        return {}

    def used_up(self, block_id: str, verdict: Verdict) -> bool:
        return False

    async def solve(self, block_id: str) -> Answer:
        return await asyncio.get_running_loop().create_future()

    def hint(self, block_id: str) -> tuple[Inlines, ...]:
        self.state.exercise(block_id).hints += 1
        block = self.lesson.find(block_id)
        assert isinstance(block, ExerciseBlock)
        return block.hints[: self.state.exercise(block_id).hints]

    def retry(self, block_id: str) -> None:
        state = self.state.exercise(block_id)
        state.answer, state.draft, state.retries = None, None, state.retries + 1

    def draft(self, block_id: str, answer: Answer) -> None:
        self.state.exercise(block_id).draft = answer
        self.drafts.append(dict(answer))


class ReaderApp(CatchingApp[None]):
    """Shows one lesson in a reader, nothing else."""

    def __init__(self, shown: Lesson, state: LessonState, at: str, language: str, **options: Any) -> None:
        super().__init__()
        self.shown, self.state, self.at = shown, state, at
        catalog = Catalog(language, ["evoclass_tui"])
        catalog.named = lambda field: DEFAULT.named(catalog, field)
        self.answers = NobodyChecks(shown, state)
        self.reader = Reader(catalog, self.answers, lambda *_: None, **options)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield self.reader

    def caught(self, error: Exception) -> None:
        culprit = culprit_question(error)
        if culprit is None:
            self.note_exception(error)
            self.exit()
        else:
            culprit.give_up(error)

    def on_mount(self) -> None:
        self.reader.show(self.shown, self.state, at=self.at)
        self.reader.focus()


@dataclass
class Reading:
    """What a test holds in its hands."""

    app: ReaderApp
    pilot: Pilot[None]
    messages: dict[int, Message]
    """By identity: a message that bubbles arrives many times, and counts once."""

    @property
    def reader(self) -> Reader:
        return self.app.reader

    def verdict(self, name: str, verdict: Verdict, state: ExerciseState) -> None:
        """Let a check come to its end."""
        self.app.state.exercises[name] = state
        self.reader.take_verdict(name, verdict)

    def solution(self, name: str, solution: Answer, state: ExerciseState) -> None:
        """Let the search for a solution come to its end."""
        self.app.state.exercises[name] = state
        self.reader.take_solution(name, solution)

    @property
    def drafts(self) -> list[dict[str, Any]]:
        """The drafts that were kept so far."""
        return self.app.answers.drafts

    def news(self, kind: type[News]) -> list[News]:
        """Return the messages of a kind that reached the app."""
        return [message for message in self.messages.values() if isinstance(message, kind)]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def pause(self) -> None:
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object]) -> None:
        """Let the app go on until something is so; a wait in vain fails, for the app may have taken pytest's alarm."""
        async with asyncio.timeout(90):
            while not condition():
                await self.pilot.pause(0.01)

    def screen(self) -> str:
        """Return what stands on the screen."""
        return "\n".join("".join(segment.text for segment in strip) for strip in self.rows())

    def rows(self) -> list[Any]:
        return list(self.app.screen._compositor.render_strips())

    def text_of(self, view: LineView) -> str:
        """Return the lines of a view."""
        return "\n".join(line.text.rstrip() for line in view.lines)


@asynccontextmanager
async def reading(
    *blocks: Block,
    state: LessonState | None = None,
    at: str = "",
    language: str = "en",
    size: tuple[int, int] = (80, 40),
    **options: Any,
) -> AsyncIterator[Reading]:
    """Show blocks in a reader: `async with reading(...) as page`."""
    messages: dict[int, Message] = {}
    app = ReaderApp(lesson(*blocks), state or LessonState(), at, language, **options)
    async with app.run_test(size=size, message_hook=lambda m: messages.setdefault(id(m), m)) as pilot:
        page = Reading(app, pilot, messages)
        await pilot.pause()
        await pilot.pause()
        yield page
