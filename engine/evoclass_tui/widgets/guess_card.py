"""A guess before a run: asked on the page, then shown beside what the run gave.  It is never graded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual import on
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from evoclass.exercise import Field, Value
from evoclass.fields.sketch import Sketch
from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.layout import Line, clean, layout_inlines
from evoclass.learner.guessed import GuessState, GuessValue
from evoclass.learner.guesses import ends, field_of, guess_of, standing, trouble
from evoclass.model import Guess, Span, walk
from evoclass_tui.widgets.fields import FieldWidget, make_field
from evoclass_tui.widgets.flow import Flow, flow_lines
from evoclass_tui.widgets.lazy import LazyBox
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question import DRAFT_PAUSE
from evoclass_tui.widgets.question_parts import QuestionTitle

PILL_INKS = {"keep": "pill.main"}
"""How a button looks as a line, where it is not as others."""


class GuessText(LineView):
    """How the guess stands, in words and as a picture."""

    def __init__(self, guess: Guess, state: GuessState, catalog: Catalog) -> None:
        super().__init__(classes="text")
        self.guess, self.state, self.catalog = guess, state, catalog

    def make_lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for sentence in standing(self.guess, self.state, self.catalog):
            lines += layout_inlines((Span(clean(sentence)),), width)
        made = self.state.own or self.state.newest
        if made is not None:
            # Imported here: a first page has seldom a guess that was made.
            from evoclass_tui.widgets.fields.guess_picture import picture

            found = self.state.measured
            lines += [Line(), *picture(self.guess, made.value, found, self.catalog, width)]
        return lines


class GuessNote(LineView):
    """What the field takes, or why its value is no guess."""

    def __init__(self, guess: Guess, catalog: Catalog) -> None:
        super().__init__(classes="note")
        self.guess, self.catalog = guess, catalog
        self.trouble = ""

    def make_lines(self, width: int) -> list[Line]:
        said, guess = self.catalog("guess.free"), self.guess
        if guess.asks == "number" and not self.trouble:  # that names the range, too
            low, high = ends(guess, self.catalog)
            said = f"{self.catalog('guess.between', low=low, high=high)} {said}"
        if guess.asks == "curve":
            said = f"{self.catalog('guess.draw')} {said}"
        lines = (
            layout_inlines((Span(clean(self.trouble)),), width, style="hint.label") if self.trouble else []
        )
        return [*lines, *layout_inlines((Span(clean(said)),), width, style="muted")]


class GuessCard(LazyBox):
    """One guess, with the field while it is open to be made."""

    DEFAULT_CSS = """
    GuessCard {
        height: auto; width: 1fr;
        padding: 1 2;
        border-left: outer $secondary;
        background: $surface;
        & > .title, & > .prompt, & > .text, & > .explanation, & > .field { margin: 0 0 1 0; }
        & > .note { margin: 1 0 0 0; }
    }
    """

    @mutable
    class Made(Message, namespace="reader"):
        """The learner wants a guess kept."""

        block_id: str
        value: GuessValue

    @mutable
    class Looked(Message, namespace="reader"):
        """The learner wants to see what comes, without a run."""

        block_id: str

    @mutable
    class Drafted(Message, namespace="reader"):
        """What stands in the field has changed a moment ago."""

        card: GuessCard

    _draft_timer: Timer | None = None

    def __init__(self, block: Guess, state: GuessState, catalog: Catalog, live: Mapping[str, str]) -> None:
        super().__init__()
        self.block = block
        self.state = state
        self.catalog = catalog
        self.open = state.newest is None or state.draft is not None
        """Whether a guess can be made now."""
        self.field = self._make_field(field_of(block))
        if state.draft is not None:
            self.field.show_value(state.draft)
        self._taken = self.field.value
        """What stood in the field when it was last asked."""
        self.title = QuestionTitle(catalog("guess.title"))
        self.prompt = Prose(block.prompt, catalog, live, classes="prompt")
        self.text = GuessText(block, state, catalog)
        self.explanation = Prose(block.explanation, catalog, live, classes="explanation")
        self.note = GuessNote(block, catalog)
        self.pills = {
            "keep": Pill(catalog("guess.keep"), "keep", classes="-main"),
            "again": Pill(catalog("guess.again"), "again"),
            "look": Pill(catalog("guess.look"), "look"),
        }

    def _make_field(self, field: Field) -> FieldWidget:
        if isinstance(field, Sketch):
            from evoclass_tui.widgets.fields.sketch import SketchField

            return SketchField(self.block, field, self.catalog)
        return make_field(field, self.catalog)

    # Parts inside

    def parts(self) -> Iterable[Widget]:
        self._arrange()
        yield from (self.title, self.prompt, self.text, self.explanation, self.field)
        yield Flow(*self.pills.values())
        yield self.note

    def make_lines(self, width: int) -> list[Line]:
        lines = [*self.title.make_lines(width), Line(), *self.prompt.make_lines(width), Line()]
        if self._told:
            lines += [*self.text.make_lines(width), Line()]
        if self._explained:
            lines += [*self.explanation.make_lines(width), Line()]
        if self.open:
            lines += [*self.field.preview(width), Line()]
        pills = [(self.catalog(f"guess.{role}"), PILL_INKS.get(role, "pill")) for role in self._offered]
        lines += flow_lines(pills, width)
        if not self.open:
            return lines
        return [*lines, Line(), *self.note.make_lines(width)]

    @property
    def waits(self) -> bool:
        """Whether the guess can still be made before the run that answers it."""
        return self.state.newest is None and not self.state.told

    @property
    def _told(self) -> bool:
        """Whether there is anything to say of the guess."""
        return self.state.newest is not None or self.state.told

    @property
    def _explained(self) -> bool:
        """Whether what the author says of the outcome may be seen."""
        return bool(self.block.explanation) and self.state.told

    @property
    def _offered(self) -> Sequence[str]:
        """Roles of the buttons."""
        first = "keep" if self.open else "again"
        return (first, "look") if self.block.explanation and not self.state.told else (first,)

    def _arrange(self) -> None:
        """Show the parts that belong to the state."""
        self.text.display = self._told
        self.explanation.display = self._explained
        self.field.display = self.note.display = self.open
        for role, pill in self.pills.items():
            pill.display = role in self._offered

    def show_state(self) -> None:
        """Show the state as it is now: a guess was made, or a run gave something."""
        self._arrange()
        self.changed()
        if self.built:
            self.text.changed()
            self.note.changed()

    def show_live(self, live: Mapping[str, str]) -> None:
        """Take the values of the run."""
        self.prompt.show_live(live)
        self.explanation.show_live(live)

    def holds(self, block_id: str) -> bool:
        """Whether a block is this guess or inside it."""
        return any(block.id == block_id for block in walk((self.block,)))

    def focus_first(self) -> None:
        if not self.built:
            self.build()
            self.call_after_refresh(self.focus_first)
        elif self.open:
            self.field.focus_first()
        else:
            self.pills["again"].focus()

    # Actions of the learner

    def keep(self, finished: Value = None) -> None:
        """Have the value of the field kept as a guess, or the one that it had before later keys."""
        value = self.field.value if finished is None else finished
        made = guess_of(self.block, value)
        self.note.trouble = "" if made is not None else trouble(self.block, value, self.catalog)
        if made is None:
            self.note.changed()
            self.field.focus_first()
            return
        self._stop_draft()
        self.open, self._taken = False, value
        self._let_go()
        self.post_message(self.Made(self.block.id, made))

    def _let_go(self) -> None:
        """Give the focus to the page, which then continues."""
        if self.screen.focused is not None and self in self.screen.focused.ancestors:
            self.screen.set_focus(self.page, scroll_visible=False)

    @on(FieldWidget.Finished)
    def _finished(self, event: FieldWidget.Finished) -> None:
        event.stop()
        self.keep(event.value)

    @on(FieldWidget.Changed)
    def _field_changed(self, event: FieldWidget.Changed) -> None:
        event.stop()
        self._stop_draft()
        if self.note.trouble:
            self.note.trouble = ""
            self.note.changed()
        self._draft_timer = self.set_timer(DRAFT_PAUSE, lambda: self.post_message(self.Drafted(self)))

    def take_draft(self) -> tuple[Value] | None:
        """Return what stands in the field, if it has changed since the last time; None otherwise."""
        self._stop_draft()
        value = self.field.value
        if not self.open or value == self._taken:
            return None
        self._taken = value
        return (value,)

    def _stop_draft(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None

    @on(Pill.Pressed)
    def _pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        if event.pill.role == "keep":
            self.keep()
            return
        if event.pill.role == "look":
            self.note.trouble = ""
            self._let_go()
            self.post_message(self.Looked(self.block.id))
            return
        self.open = True
        self.field.show_value(None)
        self._taken = self.field.value
        self.show_state()
        self.call_after_refresh(self.focus_first)
