"""The column that shows a lesson: prose drawn lazily, questions, challenges, labs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from textual import on
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.layout import shortcut_value
from evoclass.learner.progress import LessonState
from evoclass.learner.standing import Standing
from evoclass.model import ExerciseBlock, Guess, Lab, Lesson, Steps, inlines, walk
from evoclass.wording.numerals import localised_values
from evoclass_tui.keymap import keymap_of
from evoclass_tui.notice import AskTrust
from evoclass_tui.pictures.gallery import Gallery
from evoclass_tui.pictures.graphics import graphics_of
from evoclass_tui.places import HasKeys, place_bindings
from evoclass_tui.trying import is_program, to_try
from evoclass_tui.widgets.annotation_lines import NOTE
from evoclass_tui.widgets.answered_page import Answers
from evoclass_tui.widgets.fields.make import CustomWidget
from evoclass_tui.widgets.ground import Ground
from evoclass_tui.widgets.guess_card import GuessCard
from evoclass_tui.widgets.lab_card import LabCard
from evoclass_tui.widgets.opening import opening
from evoclass_tui.widgets.prose import TRY, Prose
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.question_parts import fault_in
from evoclass_tui.widgets.split import Part, split
from evoclass_tui.widgets.steps import StepsBox
from evoclass_tui.widgets.visited_page import VisitedPage


class Reader(HasKeys, Ground, VisitedPage):
    """Shows one lesson and the learner's state in it."""

    place = "reader"
    BINDINGS = [*place_bindings(place), Binding("escape", "leave", show=False, id="leave")]
    DEFAULT_CSS = """
    Reader > .opening { margin: 1 1 1 0; }
    """

    @mutable
    class LinkOpened(Message):
        """The learner opened a link that leads out of the lesson."""

        href: str

    @mutable
    class TryWanted(Message):
        """The learner wants to try a program of the text; empty if none is in view."""

        code: str

    live: reactive[Mapping[str, str]] = reactive[Mapping[str, str]](dict, always_update=True)
    """Values of the learner's run, by expression."""

    def __init__(
        self,
        catalog: Catalog,
        answers: Answers,
        ask_trust: AskTrust,
        field_widget: CustomWidget | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(answers, ask_trust, id=id, classes=classes)
        # Few pages are short: else the scrollbar would come with a second layout, before the first key.
        self.set_reactive(Widget.show_vertical_scrollbar, True)
        self.catalog = catalog
        self.field_widget = field_widget
        self.duration: Callable[[Lab], str] = lambda lab: ""
        """Says how long a program takes here; the screen sets it."""
        self.needs: Callable[[Lab], str] = lambda lab: ""
        """Says which programs have to run before another one; the screen sets it."""
        self._standing: Standing | None = None
        """The course around the lesson."""

    def watch_has_focus(self, _focused: bool) -> None:
        # Nothing on the page looks otherwise when the page itself has the focus; Textual would style all of it anew.
        self.app.stylesheet.update_nodes([self])

    # Called by the screen

    def show(
        self,
        lesson: Lesson,
        state: LessonState,
        *,
        at: str = "",
        rows: int = 0,
        standing: Standing | None = None,
    ) -> None:
        """Show a lesson instead of the previous one, with block `at` at the top, so many of its rows above."""
        self.close_note()
        if self.searching is not None:
            self.searching.action_close()
        self.lesson, self._state, self._lesson_end = lesson, state, None
        self._reads_end = False
        self._standing = standing
        self.gallery = Gallery(lesson.path, graphics_of(self.app), self.catalog)
        self._verdicts, self._shown = {}, ()
        self.begin(tuple(split(lesson.blocks)), at)
        with self.app.batch_update():
            self.refill()
            self.start_at(at, rows)

    def tell_of_labs(self) -> None:
        """Say anew what the programs need, and how long they take."""
        for card in self.query(LabCard):
            card.tell_anew()

    def refill(self) -> None:
        if self.lesson is None:
            return
        self.keep_drafts()
        self._visited = self._end = self._next = None
        with self.app.batch_update():
            self.remove_children()
            self._shown = tuple(self._make(self.lesson))
            self.mount_all(self._shown)
        self.say_again()
        self._place_end()
        self.show_annotations()
        self.point_again()

    def extend(self, above: Sequence[Part], below: Sequence[Part]) -> None:
        before, after = list(map(self.make_widget, above)), list(map(self.make_widget, below))
        if self.lesson is not None and above and not self._stretch.start:
            before.insert(0, self._opening(self.lesson))
        with self.app.batch_update():
            if before:
                self.mount_all(before, before=self._shown[0])
            if after:
                self.mount_all(after, after=self._shown[-1])
        self._shown = (*before, *self._shown, *after)
        self.say_again()
        self._place_end()

    def lay_out_again(self) -> None:
        """Make the lines of the text anew: the room between them has changed."""
        for prose in self.query(Prose):
            prose.changed()

    def switch_language(self, catalog: Catalog) -> None:
        """Use the interface text of another language; the next `show` applies it."""
        self.catalog = catalog

    def check_focused(self) -> bool:
        """Check the question that has the focus; return False when none has it."""
        focused = self.screen.focused
        for node in focused.ancestors_with_self if focused is not None else ():
            if isinstance(node, GuessCard) and node.open:
                node.keep()
                return True
        question = self.focused_question
        if question is None:
            return False
        question.check()
        return True

    def keep_drafts(self) -> None:
        super().keep_drafts()
        for card in self.query(GuessCard):
            self._keep_guess(card)

    def _keep_guess(self, card: GuessCard) -> None:
        drafted = card.take_draft()
        if drafted is not None and self._answers.lesson.find(card.block.id) is not None:
            self._answers.draft_guess(card.block.id, *drafted)

    @on(GuessCard.Drafted)
    def _guess_drafted(self, event: GuessCard.Drafted) -> None:
        event.stop()
        self._keep_guess(event.card)

    def show_guesses(self) -> None:
        """Show how the guesses stand now; a run makes them taller, and what is read below stays in place."""

        def show() -> None:
            for card in self.query(GuessCard):
                card.show_state()

        self.keeping_place(show)

    # Parts on the page

    def _make(self, lesson: Lesson) -> Iterator[Widget]:
        if not self._stretch.start:
            yield self._opening(lesson)
        for part in self.parts_here:
            yield self.make_widget(part)

    def _opening(self, lesson: Lesson) -> Prose:
        return Prose(opening(lesson, self.catalog, self._standing), self.catalog, classes="opening")

    def make_widget(self, part: Part) -> Widget:
        """Make the widget of a part; a question type that fails costs only its question."""
        try:
            return self._make_widget(part)
        except Exception as error:
            if part.active is None:
                raise
            return Prose((fault_in(part.active, error, self.catalog),), self.catalog)

    def _make_widget(self, part: Part) -> Widget:
        match part.active:
            case ExerciseBlock() as block:
                return self.make_question(block)
            case Steps() as block:
                return StepsBox(block, self._state, self.catalog, self.shown_live, self.field_widget)
            case Guess() as block:
                return GuessCard(block, self._state.guess(block.id), self.catalog, self.shown_live)
            case Lab() as block:
                return LabCard(
                    block, self.catalog, lambda lab: self.needs(lab), lambda lab: self.duration(lab)
                )
            case _:
                return Prose(
                    part.prose, self.catalog, self.shown_live, tries=bool(self.lesson and self.lesson.labs)
                )

    def make_question(self, block: ExerciseBlock, *, step: bool = False) -> Question:
        """Make the widget of a question."""
        state = self._state.exercise(block.id)
        return Question(block, state, self.catalog, self.shown_live, self.field_widget, step=step)

    @property
    def shown_live(self) -> Mapping[str, str]:
        """Values of the learner's run as the language writes numbers, and the keys that learners have changed."""
        keymap, say = keymap_of(self), self.catalog
        keys = {shortcut_value(name): keymap.first(say, name) for name in keymap.changed}
        return {**localised_values(self.live, say.language), **keys}

    def watch_live(self) -> None:
        shown = self.shown_live
        for child in self.children:
            if isinstance(child, Prose | Question | StepsBox | GuessCard):
                child.show_live(shown)

    def action_try(self) -> None:
        """Try the first program in view."""
        top = self.arrive()
        bottom = top + self.size.height
        in_view = (
            to_try(program)
            for leaf, region in self.leaves()
            if isinstance(leaf, Prose)
            for row, program in leaf.programs()
            if top <= region.y + row < bottom
        )
        self.post_message(self.TryWanted(next(in_view, "")))

    def _try(self, block_id: str) -> None:
        blocks = walk(self.lesson.blocks) if self.lesson else ()
        code = next((to_try(block) for block in blocks if is_program(block) and block.id == block_id), "")
        self.post_message(self.TryWanted(code))

    def _to_reference(self, label: str) -> None:
        """Go from a note back to the text: to the start of the jump, or else to the first mark of the note."""
        if self.jumped_to == f"fn-{label}":
            self.action_back()
            return
        for block in self.lesson.blocks if self.lesson else ():
            inside = [item for inner in walk((block,)) for item in inlines(inner)]
            if any(getattr(item, "href", "") == f"#fn-{label}" for item in inside):
                self.jump_to(block.id)
                return

    def action_enter(self) -> None:
        """Go into the part in view, not to the top of the lesson; from inside, go on as Tab does elsewhere."""
        if self.has_focus:
            for widget in self.query("*").results(Widget):
                top = self.region.y - widget.region.y
                ahead = (
                    widget.links_from(top)
                    if isinstance(widget, Prose)
                    else widget.region.bottom > self.region.y
                )
                if widget.focusable and ahead:
                    widget.focus()
                    return
        self.screen.focus_next()

    # News from the parts

    @on(Prose.LinkPressed)
    async def _link_pressed(self, event: Prose.LinkPressed) -> None:
        event.stop()
        if event.href.startswith(NOTE):
            await self.write_at(event.href.removeprefix(NOTE))
        elif event.href.startswith(TRY):
            self._try(event.href.removeprefix(TRY))
        elif event.href.startswith("#ref-"):
            self._to_reference(event.href.removeprefix("#ref-"))
        elif event.href.startswith("#"):
            self.jump_to(event.href[1:])
        else:
            self.post_message(self.LinkOpened(event.href))
