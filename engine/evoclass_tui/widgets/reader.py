"""The column that shows a lesson: prose drawn lazily, questions, challenges, labs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from textual import events, on
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from evoclass.exercise import Answer, Field, Verdict
from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock, Heading, Inlines, Lab, Lesson, Steps
from evoclass.progress import ExerciseState, LessonState
from evoclass_tui.widgets.lab_card import LabCard
from evoclass_tui.widgets.opening import opening
from evoclass_tui.widgets.page import Page
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.split import Part, split
from evoclass_tui.widgets.steps import LockedStep, StepsBox

SETTLE = 0.25
"""Seconds without scrolling after which the block at the top counts as reached."""


class Reader(Page):
    """Shows one lesson and where the learner stands with it."""

    BINDINGS = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("space", "page_down", show=False),
        Binding("b", "page_up", show=False),
        Binding("n", "next_question(1)", show=False),
        Binding("p", "next_question(-1)", show=False),
    ]
    DEFAULT_CSS = """
    Reader > .opening { margin: 1 1 1 0; }
    """

    AnswerSubmitted = Question.AnswerSubmitted
    AnswerDrafted = Question.AnswerDrafted
    HintWanted = Question.HintWanted
    RevealWanted = Question.RevealWanted
    RetryWanted = Question.RetryWanted
    LabWanted = LabCard.LabWanted

    @dataclass
    class BlockReached(Message):
        """Scrolling came to rest with this block at the top."""

        block_id: str

    @dataclass
    class LinkOpened(Message):
        """The learner opened a link that leads out of the lesson."""

        href: str

    live: reactive[Mapping[str, str]] = reactive[Mapping[str, str]](dict, always_update=True)
    """Values of the learner's run, by expression."""

    def __init__(
        self,
        catalog: Catalog,
        field_widget: Callable[[Field], Widget | None] | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.catalog = catalog
        self.field_widget = field_widget
        self.lesson: Lesson | None = None
        self._state = LessonState()
        self._wanted = ""
        self._top: tuple[str, int] = ("", 0)
        self._reached = ""
        self._settle_timer: Timer | None = None
        self._width = 0

    # What the screen calls

    def show(self, lesson: Lesson, state: LessonState, *, at: str = "") -> None:
        """Show a lesson in place of the one before, with block `at` at the top."""
        self.send_drafts()
        self.lesson, self._state = lesson, state
        self._wanted = at
        self._top, self._reached = (at, 0), at
        with self.app.batch_update():
            self.remove_children()
            self.mount_all(self._make(lesson))
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self.call_after_refresh(self._settle_in)

    def switch_language(self, catalog: Catalog) -> None:
        """Take the interface text of another language; the next `show` uses it."""
        self.catalog = catalog

    def show_verdict(self, block_id: str, verdict: Verdict, state: ExerciseState) -> None:
        """Show the outcome of a check under its question."""
        self._keep(block_id, state)
        self.question(block_id).show_verdict(verdict, state)
        self._open_steps()

    def show_hint(self, block_id: str, hints: Sequence[Inlines], state: ExerciseState) -> None:
        """Show all hints that were asked for so far."""
        self._keep(block_id, state)
        self.question(block_id).show_hint(hints, state)

    def show_solution(self, block_id: str, solution: Answer, state: ExerciseState) -> None:
        """Show the solution of a question."""
        self._keep(block_id, state)
        self.question(block_id).show_solution(solution, state)
        self._open_steps()

    def show_trouble(self, block_id: str, text: str) -> None:
        """Say why an answer could not be checked."""
        self.question(block_id).show_trouble(text)

    def reset_question(self, block_id: str, state: ExerciseState) -> None:
        """Empty a question for another try."""
        self._keep(block_id, state)
        self.question(block_id).reset(state)

    def go_to(self, block_id: str) -> None:
        """Scroll a block, or a footnote (`fn-1`), to the top."""
        self._wanted = block_id
        self.call_after_refresh(self._settle_in)

    @property
    def place(self) -> str:
        """The block at the top of the view, by id."""
        return self._wanted or self._top_now()[0]

    def outline(self) -> tuple[Heading, ...]:
        """Return the headings of the lesson in order."""
        blocks = self.lesson.blocks if self.lesson else ()
        return tuple(block for block in blocks if isinstance(block, Heading))

    def check_focused(self) -> bool:
        """Check the question that has the focus; False when none has."""
        question = self.focused_question
        if question is None:
            return False
        question.check()
        return True

    def send_drafts(self) -> None:
        """Tell at once of drafts that still wait for a pause in typing."""
        for question in self.questions:
            question.send_draft()

    # What is on the page

    def _make(self, lesson: Lesson) -> Iterator[Widget]:
        yield Prose(opening(lesson, self.catalog), self.catalog, classes="opening")
        for part in split(lesson.blocks):
            yield self._widget(part)

    def _widget(self, part: Part) -> Widget:
        match part.active:
            case ExerciseBlock() as block:
                state = self._state.exercise(block.id)
                return Question(block, state, self.catalog, self.live, self.field_widget)
            case Steps() as block:
                return StepsBox(block, self._state, self.catalog, self.live, self.field_widget)
            case Lab() as block:
                return LabCard(block, self.catalog)
            case _:
                return Prose(part.prose, self.catalog, self.live)

    @property
    def questions(self) -> Iterator[Question]:
        """Every question on the page, open steps included."""
        for child in self.children:
            if isinstance(child, Question):
                yield child
            elif isinstance(child, StepsBox):
                yield from child.questions.values()

    def question(self, block_id: str) -> Question:
        """Return the question of an exercise; raises KeyError when it is not on the page."""
        for question in self.questions:
            if question.block.id == block_id:
                return question
        raise KeyError(block_id)

    @property
    def focused_question(self) -> Question | None:
        """The question that has the focus."""
        focused = self.screen.focused
        ancestors = focused.ancestors_with_self if focused is not None else ()
        return next((node for node in ancestors if isinstance(node, Question)), None)

    def _keep(self, block_id: str, state: ExerciseState) -> None:
        self._state.exercises[block_id] = state

    def _open_steps(self) -> None:
        for child in self.children:
            if isinstance(child, StepsBox):
                child.open_steps()

    def watch_live(self, live: Mapping[str, str]) -> None:
        for child in self.children:
            if isinstance(child, Prose | Question | StepsBox):
                child.show_live(live)

    # Places

    def _leaves(self) -> Iterator[Widget]:
        """Yield the widgets that show blocks, from top to bottom."""
        for child in self.children:
            if isinstance(child, StepsBox):
                yield child
                yield from (c for c in child.children if isinstance(c, Question | LockedStep))
            else:
                yield child

    def _row_of(self, block_id: str) -> int | None:
        """Return the row of the page where a block starts."""
        for leaf in self._leaves():
            row: int | None = None
            if isinstance(leaf, Prose):
                row = leaf.place_of(block_id)
            elif isinstance(leaf, StepsBox):
                row = 0 if leaf.block.id == block_id or leaf.intro.place_of(block_id) is not None else None
            elif isinstance(leaf, Question):
                row = 0 if leaf.holds(block_id) else None
            elif isinstance(leaf, LabCard | LockedStep):
                row = 0 if leaf.block.id == block_id else None
            if row is not None:
                return self._page_row(leaf) + row
        return None

    def _page_row(self, widget: Widget) -> int:
        """Return the row of the page where a widget's content starts."""
        first = self.children[0]
        inner = widget.gutter.top if isinstance(widget, Prose) else 0
        return widget.region.y + inner - first.region.y

    def _top_now(self) -> tuple[str, int]:
        """Return the block at the top of the view, and how many of its rows are above it."""
        y = round(self.scroll_y)
        found: Widget | None = None
        for leaf in self._leaves():
            if found is not None and self._page_row(leaf) > y:
                break
            found = leaf
        if isinstance(found, Prose):
            row = y - self._page_row(found)
            name = found.block_at(row)
            return name, max(0, row - (found.place_of(name) or 0))
        if isinstance(found, Question | StepsBox | LabCard | LockedStep):
            return found.block.id, max(0, y - self._page_row(found))
        return "", 0

    def _settle_in(self) -> None:
        """Bring the wanted block into view, as soon as there is a layout."""
        if not self._wanted or not self.children or not self.size.width:
            return
        row = self._row_of(self._wanted)
        self._wanted = ""
        if row is not None:
            self.scroll_to(y=row, animate=False, immediate=True, force=True)

    def on_resize(self, event: events.Resize) -> None:
        width, self._width = self._width, event.size.width
        if width and width != event.size.width and self._top[0]:
            name, rows = self._top
            self.call_after_refresh(self._return_to, name, rows)
        elif self._wanted:
            self.call_after_refresh(self._settle_in)

    def _return_to(self, name: str, rows: int) -> None:
        row = self._row_of(name)
        if row is not None:
            self.scroll_to(y=row + rows, animate=False, immediate=True, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value) and self.is_attached:
            if self._settle_timer is not None:
                self._settle_timer.stop()
            self._settle_timer = self.set_timer(SETTLE, self._settled)

    def _settled(self) -> None:
        """Note where the learner is now reading."""
        self._settle_timer = None
        if not self.children or self._wanted:
            return
        self._top = self._top_now()
        name = self._top[0]
        if name and name != self._reached:
            self._reached = name
            self.post_message(self.BlockReached(name))

    def action_next_question(self, direction: int) -> None:
        """Go to the next or the previous question and put the cursor into it."""
        y = round(self.scroll_y)
        rows = [(self._page_row(question), question) for question in self.questions]
        current = self.focused_question
        if current is not None:
            y = self._page_row(current)
        ahead = [item for item in rows if (item[0] > y if direction > 0 else item[0] < y)]
        if ahead:
            row, question = ahead[0 if direction > 0 else -1]
            self.scroll_to(y=row, animate=False, immediate=True)
            question.focus_first()

    # News from the parts

    @on(Prose.LinkPressed)
    def _link_pressed(self, event: Prose.LinkPressed) -> None:
        event.stop()
        if event.href.startswith("#"):
            self.go_to(event.href[1:])
        else:
            self.post_message(self.LinkOpened(event.href))
