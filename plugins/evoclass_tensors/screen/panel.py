"""The tensor inspector's panel: table, details and timeline of one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from evoclass.i18n import Catalog
from evoclass.model import ClassNames
from evoclass.protocol import Closed, Detail, Exit, Frame, RunEvent, Started, Step
from evoclass_tensors.screen.classes import Classes
from evoclass_tensors.screen.columns import is_curve
from evoclass_tensors.screen.detail import DetailView
from evoclass_tensors.screen.earlier import EarlierRuns
from evoclass_tensors.screen.hints import Hints
from evoclass_tensors.screen.inquiry import Inquiry
from evoclass_tensors.screen.journey import Journey
from evoclass_tensors.screen.keys import CHANGEABLE, PANEL_KEYS, bindings, hints, of_rows
from evoclass_tensors.screen.rows_view import RowsView
from evoclass_tensors.screen.status import status
from evoclass_tensors.screen.table import TensorTable
from evoclass_tensors.screen.timebar import TimeBar
from evoclass_tui.panel import Panel, rebind, shown_keys

TITLE = 26
"""Cells of the title bar that the panel's name and its frame need."""

GLOW = 0.7
"""Seconds that a changed row glows."""

AGAIN = 0.4
"""Seconds between two close looks at a value of a running program."""


class TensorPanel(Panel):
    """Shows the values of a run: now, or at any moment of it."""

    panel_name: ClassVar[str] = "tensors"
    KEYS = CHANGEABLE

    DEFAULT_CSS = """
    TensorPanel {
        layout: vertical; height: 1fr; width: 1fr; background: $surface;
        & > DetailView, & > Input, & > TimeBar, & > Hints { display: none; }
        & > Input { height: 1; border: none; padding: 0 1; background: $panel; color: $foreground; }
        &.-detail > RowsView { display: none; }
        &.-detail > DetailView { display: block; }
        &.-asking > Input { display: block; }
        &.-time > TimeBar { display: block; }
        &.-keys:focus-within > Hints { display: block; }
    }
    """

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(catalog)
        self.journey = Journey()
        self.running = False
        self.alive = False
        """Whether there is a process that can answer."""
        self._watch: tuple[str, ...] = ()
        self._followed = False
        """Whether the run was seen from its start, and not brought back from the last time."""
        self._reason = "finished"
        """Why the run ended, once it has."""
        self._attended: tuple[str, ...] = ()
        """Rows that the run was told to send first."""
        self._earlier = EarlierRuns()
        self.inquiry = Inquiry(self._earlier)
        self._next: tuple[str, Mapping[str, str]] = ("", {})
        """File and knobs of the run that begins next."""
        self._file = self._opened_in = ""
        """File of the run, and of the one in which the close look was opened."""
        self._again: Timer | None = None
        self._glow: Timer | None = None
        self._translate()

    def compose(self) -> ComposeResult:
        yield RowsView(self.catalog)
        yield DetailView(self.catalog)
        line = Input(id="tensors-slice", compact=True, select_on_focus=False)
        line.cursor_blink = False
        yield line
        yield TimeBar(self.catalog)
        yield Hints()

    def on_mount(self) -> None:
        self._show_all()

    # ---------------------------------------------------------------------------------------------- language

    def _translate(self) -> None:
        """Bind the keys with descriptions in the learner's language."""
        rebind(self, bindings(self.catalog, PANEL_KEYS))

    def switch_language(self, catalog: Catalog) -> None:
        """Use another language everywhere."""
        super().switch_language(catalog)
        self._translate()
        if self.is_mounted:
            self.rows.translate(catalog)
            self._detail.catalog = self._bar.catalog = catalog
            self._show_all()

    @property
    def rows(self) -> RowsView:
        """The table and its filter."""
        return self.query_one(RowsView)

    @property
    def _detail(self) -> DetailView:
        return self.query_one(DetailView)

    @property
    def _bar(self) -> TimeBar:
        return self.query_one(TimeBar)

    # --------------------------------------------------------------------------------------------------- run

    def name_classes(self, names: tuple[ClassNames, ...]) -> None:
        """The lesson names classes in the program of the run that begins next."""
        self.inquiry.classes = Classes(names)

    def prepare(self, file: str, knobs: Mapping[str, str]) -> None:
        """The run that begins next is of this file, with its knobs set so."""
        self._next = (file, knobs)

    def begin(self, watch: tuple[str, ...]) -> None:
        """A run starts: forget the last one, but not the value that the learner was looking at."""
        self._earlier.keep(self.journey.curves())
        file, knobs = self._next
        self._earlier.begin(file, watch, knobs)
        self._file = file
        self._watch = watch
        self.journey = Journey()
        self.running = self.alive = True
        self._reason, self._attended, self._followed = "finished", (), False
        self.inquiry.begin()
        if self.is_mounted:
            self.rows.table.changed = frozenset()
            self._show_all()

    def receive(self, event: RunEvent) -> None:
        """Take one event of the run."""
        match event:
            case Frame():
                self._take(event)
            case Started():
                self.running = self.alive = self._followed = True
                self._attend()
            case Exit():
                self.running = False
                self._reason = event.reason
                if self._opened_in != self._file and not self.journey.has(self.inquiry.name):
                    self._close()  # another program, which knows no such value
                self._say_status()
                if self.is_mounted:
                    self._show_rows()
                if self.journey.live:
                    # An answer that is on its way is of a time at which the value may not have been there.
                    self.inquiry.asked = ""
                    self._look()
                else:
                    self._show_detail()
            case Closed():
                self.running = self.alive = False
                self.inquiry.asked = ""
                self._show_detail()
                self._say_status()
            case Step():
                self._say_status(event.count)

    def _take(self, frame: Frame) -> None:
        news = self.journey.take(frame)
        if not self.is_mounted or news is None:
            return
        if not self.journey.live:
            self._show_time()
            self._tell_prose()
            self._show_detail()  # its curve grows
            return
        still = self.app.animation_level == "none"
        self.rows.table.changed = frozenset() if still else news.changed
        self._show_rows(relay=news.other_rows or not self.rows.view.settled)
        if self._glow is not None:
            self._glow.stop()
        self._glow = None if still else self.set_timer(GLOW, self._fade)
        self._show_time()
        if self.inquiry.name:
            self._show_detail()
            self._look_again()

    @on(TensorTable.ViewChanged)
    def _view_changed(self, event: TensorTable.ViewChanged) -> None:
        event.stop()
        self._attend()

    def _attend(self) -> None:
        """Have the run send first the rows in view, or the one value shown close up."""
        names = (
            (self.inquiry.name, f"{self.inquiry.name}.grad") if self.inquiry.name else self.rows.table.in_view
        )
        if self.running and names != self._attended:
            self._attended = names
            self.post_message(self.Attending(names))

    def _fade(self) -> None:
        self.rows.table.changed = frozenset()
        self.rows.table.refresh()

    # ---------------------------------------------------------------------------------------------- pictures

    def _show_all(self) -> None:
        self.rows.watch_for(self._watch)
        self.query_one("#tensors-slice", Input).placeholder = self.catalog("tensors.slice")
        self._show_rows()
        self._show_time()
        self._show_detail()
        self._show_keys()

    def _show_rows(self, relay: bool = True) -> None:
        followed = self._followed and not self.running and self._reason == "finished"
        self.rows.show(self.journey, self.running, relay, followed=followed)

    def _show_time(self) -> None:
        timeline = self.journey.timeline
        self.set_class(len(timeline) > 1 and self.size.height >= 6, "-time")
        self.set_class(self.size.height >= 9, "-keys")
        if timeline.moments:
            self._bar.show(timeline, max(0, self.journey.index), self.journey.live)
        self._say_status()

    def on_resize(self) -> None:
        self._show_time()

    def _say_status(self, step: int = 0) -> None:
        """Put the state of the run into the title."""
        ended = "" if self.running else self._reason
        text = status(self.catalog, self.journey, self.size.width - TITLE, ended=ended, step=step)
        self.post_message(self.StatusChanged(self.panel_name, text))

    # ------------------------------------------------------------------------------------------------ detail

    def _show_detail(self) -> None:
        if not self.is_mounted:
            return
        self.set_class(bool(self.inquiry.name), "-detail")
        if not self.inquiry.name:
            return
        self._detail.show(self.inquiry.subject(self.journey, self.catalog, alive=self.alive))
        self._show_keys()

    def _ask_labels(self, images: Detail) -> None:
        """Ask for the classes of the images, where the lesson says which value has them."""
        labels = self.inquiry.ask_labels(images, self.journey)
        if labels and self.alive:
            self.post_message(self.LookWanted(labels))

    def _look(self) -> None:
        """Request the close look from the program."""
        if self.alive and self.inquiry.ask():
            self.post_message(self.LookWanted(self.inquiry.name, self.inquiry.slice))

    def _look_again(self) -> None:
        """Ask again soon while the program runs, so that the picture stays current."""
        if self._again is None and self.running and not self.inquiry.asked:
            self._again = self.set_timer(AGAIN, self._look_now)

    def _look_now(self) -> None:
        self._again = None
        if self.journey.live:
            self._look()

    def show_detail(self, detail: Detail) -> None:
        """Take the answer to a question."""
        self.inquiry.answered(detail.expression)
        self.journey.keep(detail)
        if self.inquiry.name == detail.expression:
            self._ask_labels(detail)
            self._show_detail()
        elif detail.expression == self.inquiry.labels:
            self._show_detail()
        elif self.inquiry.name and not self.inquiry.asked:
            self._look()

    def open(self, name: str) -> None:
        """Show the details of a value, or of an expression."""
        self.inquiry.turn_to(name)
        self._opened_in = self._file
        self._look()
        self._attend()
        self._show_detail()
        self._show_keys()
        self._detail.focus()

    @on(TensorTable.Opened)
    def _opened(self, event: TensorTable.Opened) -> None:
        event.stop()
        self.open(event.name)

    @on(Input.Submitted, "#tensors-slice")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if text.startswith("["):
            text = (self.inquiry.name or self.rows.table.name_at_cursor) + text
        self._close_input()
        if text:
            self.open(text)

    def _close_input(self) -> None:
        self.remove_class("-asking")
        (self._detail if self.inquiry.name else self.rows.table).focus()

    # ----------------------------------------------------------------------------------------------- actions

    @on(Hints.Pressed)
    async def _hint(self, event: Hints.Pressed) -> None:
        event.stop()
        target = self.rows if of_rows(event.action) and not self.inquiry.name else self
        await target.run_action(event.action)

    def _show_keys(self) -> None:
        shown = self._detail.subject
        single = shown.shown is not None and is_curve(shown.shown)
        self.query_one(Hints).show(
            hints(
                self.catalog,
                shown_keys(self, self.rows),
                bool(self.inquiry.name),
                at_curve=bool(self.inquiry.name) and single and len(shown.curve.known) > 1,
                picture=shown.has_picture and not single,
                pages=bool(shown.places()),
            )
        )

    def action_detail(self) -> None:
        """Open the row under the cursor."""
        if not self.inquiry.name and (name := self.rows.table.name_at_cursor):
            self.open(name)

    def action_back(self) -> None:
        """Leave the input or the details, whichever is open."""
        if self.has_class("-asking"):
            self._close_input()
        elif self.inquiry.name:
            self._close()
        else:
            raise SkipAction  # there is nothing to leave here: the key is for another widget

    def _close(self) -> None:
        """Show the table instead of the close look."""
        focused = self.is_mounted and self._detail.has_focus
        self.inquiry.turn_to("")
        self._attend()
        self._show_detail()
        if self.is_mounted:
            self._show_keys()
        if focused:
            self.rows.table.focus()

    def action_slice(self) -> None:
        """Type a slice or any expression."""
        line = self.query_one("#tensors-slice", Input)
        line.value = self.inquiry.name or self.rows.table.name_at_cursor
        line.cursor_position = len(line.value)
        self.add_class("-asking")
        line.focus()

    def action_chart(self) -> None:
        """Draw the curve of this value along with those of others, or no longer."""
        name, others = self.inquiry.name or self.rows.table.name_at_cursor, self.inquiry.chart.others
        if name in others:
            others.remove(name)
        elif len(self.journey.curve(name).known) > 1:
            others.append(name)
        else:
            self.notify(self.catalog("tensors.no_curve", name=name), markup=False)
            return
        said = "in_chart" if name in others else "out_of_chart"
        self.notify(self.catalog(f"tensors.{said}", name=name), markup=False)
        self._show_detail()

    def action_log(self) -> None:
        """Make equal distances equal ratios on the vertical axis of curves, or equal differences again."""
        self.inquiry.chart.log = not self.inquiry.chart.log
        self._show_detail()

    def action_smooth(self) -> None:
        """Smooth the curves, or show each value again."""
        self.inquiry.chart.smooth = not self.inquiry.chart.smooth
        self._show_detail()

    @on(DetailView.Reached)
    def _reached(self, event: DetailView.Reached) -> None:
        event.stop()
        self.go(self.journey.nearest(event.x, event.by_step))

    def action_pin(self) -> None:
        """Pin the value shown close up at the top, or unpin it."""
        self.rows.toggle_pin(self.inquiry.name)

    def action_other_slice(self, by: int) -> None:
        """Show the next 2-D slice of a value with more axes."""
        if self.inquiry.turn_slice(self.journey, by, self._detail.images_shown):
            self._look()
            self._show_detail()

    def action_legend(self) -> None:
        """Explain the signs in the table."""
        self.notify(self.catalog("tensors.legend"), title=self.catalog("tensors.key.legend"), markup=False)

    def action_cell(self, down: int, across: int) -> None:
        """Move the cursor on the heatmap."""
        if self.inquiry.name:
            self._detail.move_cell(down, across)

    # ------------------------------------------------------------------------------------------------ travel

    def action_travel(self, by: int) -> None:
        """Move this many moments through the run."""
        self.go(self.journey.index + by)

    def action_leap(self, by: int) -> None:
        """Go a tenth of the run."""
        self.action_travel(by * max(1, len(self.journey.timeline) // 10))

    def action_first(self) -> None:
        """Go to the start of the run."""
        self.go(0)

    def action_live(self) -> None:
        """Go to the newest moment and stay there."""
        self.go(len(self.journey.timeline) - 1)

    @on(TimeBar.Chosen)
    def _chosen(self, event: TimeBar.Chosen) -> None:
        event.stop()
        self.go(event.index)

    def go(self, index: int) -> None:
        """Show one moment of the run; the newest one is live again."""
        was_live = self.journey.live
        if not self.journey.go(index):
            return
        if self.journey.live and not was_live:
            self.inquiry.asked = ""
            self._look()  # the last close look may be of the time before the learner went back
        moment = self.journey.moment
        assert moment is not None
        self.rows.table.changed = frozenset() if moment.whole else frozenset(moment.rows)
        self._show_rows()
        self._show_time()
        self._show_detail()
        self._tell_prose()

    def _tell_prose(self) -> None:
        """Make the lesson's text and the editor follow to the shown moment."""
        moment = self.journey.moment
        if moment is not None:
            line = moment.line if not self.journey.live or self.running else 0
            self.post_message(self.LiveChanged(dict(moment.live), line))
