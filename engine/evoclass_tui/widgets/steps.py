"""A challenge: questions that open one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from evoclass.disk.crashlog import write_down
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment
from evoclass.learner.progress import LessonState
from evoclass.model import ExerciseBlock, Steps, plain_text, walk
from evoclass_tui.widgets.fields.make import CustomWidget
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.question_parts import fault_in


class StepDots(LineView):
    """`● ◉ ○`: steps done, open and locked."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(classes="dots")
        self.catalog = catalog
        self.done = 0
        self.total = 0

    def show(self, done: int, total: int) -> None:
        """Show how many of the steps are done."""
        self.done, self.total = done, total
        self.changed(height=False)

    def make_lines(self, width: int) -> list[Line]:
        segments = []
        for index in range(self.total):
            style = "step.done" if index < self.done else "step.open" if index == self.done else "step.locked"
            sign = "●" if index < self.done else "◉" if index == self.done else "○"
            segments.append(Segment(f"{sign} ", style))
        words = self.catalog("question.steps_done", done=self.done, total=self.total)
        return [Line((*segments, Segment(" " + words, "muted")))]


class LockedStep(LineView):
    """Placeholder for a step that is not open yet."""

    def __init__(self, catalog: Catalog, block: ExerciseBlock) -> None:
        super().__init__(classes="locked")
        self.block = block
        self.text = catalog("question.locked", number=block.number, before=block.number - 1)

    def holds(self, block_id: str) -> bool:
        """Whether a block is this step or inside it."""
        return any(block.id == block_id for block in walk((self.block,)))

    def make_lines(self, width: int) -> list[Line]:
        return [Line((Segment(self.text, "step.locked"),))]


class StepsBox(Vertical):
    """The box around the steps, with its title, its introduction and the learner's progress."""

    DEFAULT_CSS = """
    StepsBox {
        height: auto; width: 1fr;
        border: round $border; border-title-color: $text-accent; border-title-style: bold;
        padding: 1 1 0 1;
        & > Question { margin: 0 0 1 0; }
        & > .intro { margin: 0 1 1 1; }
        & > .dots { margin: 0 1 1 1; }
        & > .annotations { margin: 0 1 1 1; }
        & > .locked { margin: 0 1 1 2; }
        &.-complete { border: round $success; }
    }
    """

    def __init__(
        self,
        block: Steps,
        state: LessonState,
        catalog: Catalog,
        live: Mapping[str, str],
        custom: CustomWidget | None = None,
    ) -> None:
        super().__init__()
        self.block = block
        self.catalog = catalog
        self.state = state
        self._live = live
        self._custom = custom
        self.intro = Prose(block.intro, catalog, live, classes="intro")
        self.dots = StepDots(catalog)
        self.questions: dict[str, Question] = {}
        self._faults: dict[str, Prose] = {}
        """Faults shown instead of steps whose plugin failed; the steps after them still open."""
        self._passed_over: set[str] = set()
        for step in self._next_open():
            self._open(step)
        key = f"question.kind.{block.kind}"
        kind = catalog(key) if catalog.has(key) else ""
        title = plain_text(block.title)
        self.border_title = Content(" · ".join(part for part in (kind, title) if part))

    def compose(self) -> ComposeResult:
        if self.block.intro:
            yield self.intro
        yield self.dots
        for step in self.block.steps:
            yield (self.questions.get(step.id) or self._faults.get(step.id) or LockedStep(self.catalog, step))

    def on_mount(self) -> None:
        self._count()

    def holds(self, block_id: str) -> bool:
        """Whether a block is this challenge or inside it."""
        return any(block.id == block_id for block in walk((self.block,)))

    def _next_open(self) -> Iterator[ExerciseBlock]:
        """Yield every step whose turn has come and that is not open yet; the caller must open it."""
        for step in self.block.steps:
            if step.id not in self.questions and step.id not in self._faults:
                yield step
            if not (
                self.state.exercise(step.id).done or step.id in self._faults or step.id in self._passed_over
            ):
                return

    def _open(self, step: ExerciseBlock) -> Question | Prose:
        """Make the widget of a step; a question type that fails costs only its step."""
        state = self.state.exercise(step.id)
        try:
            question = Question(step, state, self.catalog, self._live, self._custom, step=True)
        except Exception as error:
            write_down(error)
            fault = self._faults[step.id] = Prose((fault_in(step, error, self.catalog),), self.catalog)
            return fault
        self.questions[step.id] = question
        return question

    def pass_over(self, block_id: str) -> None:
        """Treat a step whose plugin has failed as done when opening the next one."""
        self._passed_over.add(block_id)
        self.open_steps()

    @on(Question.GaveUp)
    def _gave_up(self, event: Question.GaveUp) -> None:
        event.stop()
        self.pass_over(event.block_id)

    def _count(self) -> None:
        done = sum(self.state.exercise(step.id).done for step in self.block.steps)
        self.dots.show(done, len(self.block.steps))
        self.set_class(done == len(self.block.steps), "-complete")

    def open_steps(self) -> None:
        """Open every step whose turn has come."""
        locked = {child.block.id: child for child in self.children if isinstance(child, LockedStep)}
        for step in self._next_open():
            opened, placeholder = self._open(step), locked.get(step.id)
            if placeholder is not None:  # without one, the box itself is not on the page yet
                self.mount(opened, before=placeholder)
                placeholder.remove()
        self._count()

    def after(self, question: Question) -> Question | None:
        """Return the first open step after a question that has not been answered yet."""
        ids = [step.id for step in self.block.steps]
        later = [self.questions.get(name) for name in ids[ids.index(question.block.id) + 1 :]]
        return next((step for step in later if step is not None and not step.done), None)

    def show_live(self, live: Mapping[str, str]) -> None:
        """Take the values of the run."""
        self._live = live
        self.intro.show_live(live)
        for question in self.questions.values():
            question.show_live(live)
