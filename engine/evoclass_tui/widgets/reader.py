"""The column that shows a lesson: prose drawn lazily, questions, challenges, labs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from textual import on
from textual.actions import SkipAction
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
from evoclass_tui.widgets.ended_page import EndedPage
from evoclass_tui.widgets.fields.make import CustomWidget
from evoclass_tui.widgets.ground import Ground
from evoclass_tui.widgets.guess_card import GuessCard
from evoclass_tui.widgets.lab_card import LabCard
from evoclass_tui.widgets.long_page import question_in
from evoclass_tui.widgets.opening import opening
from evoclass_tui.widgets.prose import TRY, Prose
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.question_parts import fault_in
from evoclass_tui.widgets.recap_card import RecapCard
from evoclass_tui.widgets.split import Part, split
from evoclass_tui.widgets.steps import StepsBox


class Reader(HasKeys, Ground, EndedPage):
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
        self._visited: Question | GuessCard | None = None
        """Question or guess that was last visited or answered."""
        self._offered: Question | None = None
        """Step into which the page itself has put the cursor; to the learner it is still the next one."""
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
    def focused_question(self) -> Question | None:
        """The question that has the focus."""
        focused = self.screen.focused
        ancestors = focused.ancestors_with_self if focused is not None else ()
        return next((node for node in ancestors if isinstance(node, Question)), None)

    @property
    def _focused_stop(self) -> Question | GuessCard | None:
        """The question or the guess that has the focus."""
        focused = self.screen.focused
        ancestors = focused.ancestors_with_self if focused is not None else ()
        return next((node for node in ancestors if isinstance(node, Question | GuessCard)), None)

    @property
    def guess_has_focus(self) -> bool:
        """Whether the focus is in a guess that is open to be made."""
        stop = self._focused_stop
        return isinstance(stop, GuessCard) and stop.open

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

    def action_next_question(self, direction: int) -> None:
        """Go to the next or the previous question, and put the cursor into it if it has not been answered yet.

        A guess is a stop while it can be made: after the run it would be too late.  While a text is searched for, go to
        the next match.
        """
        if direction > 0 and self.searching is not None and self.has_focus:
            self.go_on_searching(1)
            return
        here = self.arrive()
        focused = self._focused_stop
        # By its id: a remade widget may be there, while the previous one still has the focus.
        name = focused.block.id if focused is not None else self.question_in_hand()
        rows = {
            leaf: region.y
            for leaf, region in self.leaves()
            if isinstance(leaf, Question)
            or (isinstance(leaf, GuessCard) and (leaf.waits or leaf.block.id == name))
        }
        current = next((stop for stop in rows if stop.block.id == name), None)
        offered = self._offered
        if direction > 0 and offered is not None and current is offered and not offered.remarks.stale:
            self._visit(offered)
            return
        y = rows[current] if current is not None else here
        # Without a current one, a question right at the top is the next.
        ahead_from = y + 1 if current is not None else y
        ahead = [stop for stop, row in rows.items() if (row >= ahead_from if direction > 0 else row < y)]
        if ahead:
            self._visit(ahead[0 if direction > 0 else -1])
        elif beyond := self.first_beyond(direction, self._stop_in):
            self.leave_mark()
            self.go_to(beyond)
            self.call_after_refresh(self._enter, beyond)
        elif direction > 0 and (end := self._end or self._next) is not None and end.is_attached:
            self._go_to_end(end)

    def _stop_in(self, part: Part) -> str:
        """Return the id of the question or the guess at which the key for the next question stops; empty if at none."""
        block = part.active
        if isinstance(block, Guess):
            known = self._state.guesses.get(block.id)
            return block.id if known is None or (known.newest is None and known.measured is None) else ""
        return question_in(part)

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

    def came_back(self) -> None:
        self._visited = None
        super().came_back()

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

    def _visit(self, question: Question | GuessCard) -> None:
        """Bring a question or a guess to the top; for a step, also show the text above it if there is room."""
        self.leave_mark()
        question.build()
        self._visited, self._offered, self._reads_end = question, None, False
        regions = dict(self.leaves())
        top = regions[question].y
        if isinstance(question.parent, StepsBox):
            top = max(regions[question.parent].y, min(top, regions[question].bottom - self.size.height))
        self.scroll_to(y=top, animate=False, immediate=True)
        if question.done if isinstance(question, Question) else not question.open:
            self.focus(scroll_visible=False)
        else:
            self.call_after_refresh(question.focus_first)

    def _enter(self, block_id: str) -> None:
        """Put the cursor into a question that has just come onto the page."""
        if (stop := self._find_stop(block_id)) is not None:
            self._visit(stop)

    def _find_stop(self, block_id: str) -> Question | GuessCard | None:
        guesses = (card for card in self._shown if isinstance(card, GuessCard) and card.block.id == block_id)
        return self.find_question(block_id) or next(guesses, None)

    def question_in_hand(self) -> str:
        regions = dict(self.leaves())
        top, bottom = self.scroll_y, self.scroll_y + self.size.height
        # The target question gets the focus a moment later.
        for question in (self._focused_stop, self._visited):
            region = regions.get(question) if question is not None else None
            if question is not None and region is not None and region.y < bottom and region.bottom > top:
                return question.block.id
        return ""

    def resume(self, block_id: str, *, cursor: bool) -> bool:
        stop = self._visited = self._find_stop(block_id)
        if stop is None or not cursor or (stop.done if isinstance(stop, Question) else not stop.open):
            return False
        stop.focus_first()
        return True

    @on(Question.Completed)
    def _completed(self, event: Question.Completed) -> None:
        """Go on to the next step, if it fits below the notes on this one; else stay on the page."""
        event.stop()
        self._visited = done = event.question
        box = done.parent
        if isinstance(box, StepsBox) and (following := box.after(done)) is not None:
            following.build()
            self.call_after_refresh(self._go_on, done, following)

    def _go_on(self, done: Question, following: Question) -> None:
        said = done.notes.region.y if done.notes.display else done.region.bottom
        if self.screen.focused is self and following.region.bottom - said <= self.size.height:
            self._visited = self._offered = following
            self.scroll_to_widget(following, animate=False, immediate=True)
            following.focus_first()

    def action_leave(self) -> None:
        """Leave a field or a button for the page; end a search."""
        if self.has_focus and self.searching is not None:
            self.searching.action_close()
            return
        if self.has_focus:
            raise SkipAction
        self._visited = self._focused_stop or self._visited
        self.focus(scroll_visible=False)

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

    @on(RecapCard.QuestionWanted)
    def _question_wanted(self, event: RecapCard.QuestionWanted) -> None:
        event.stop()
        self.leave_mark()
        self.go_to(event.block_id)
        self.call_after_refresh(self._enter, event.block_id)

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
