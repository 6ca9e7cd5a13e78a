"""The tensor inspector's panel: table, details and timeline of one run."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from evoclass.i18n import Catalog
from evoclass.protocol import Closed, Detail, ErrorReport, Exit, Frame, RunEvent, Started, Step
from evoclass.timeline import Timeline
from evoclass_tensors import marks, tree
from evoclass_tensors.closeups import Closeups
from evoclass_tensors.detail import DetailView, Subject
from evoclass_tensors.hints import Hints
from evoclass_tensors.keys import bindings, hints
from evoclass_tensors.table import TensorTable
from evoclass_tensors.timebar import TimeBar
from evoclass_tui.panel import Panel

COURSE = 32
"""Values of a single number that its row draws."""

GLOW = 0.7
"""Seconds that a changed row glows."""

PATIENCE = 3.0
"""Seconds after which an answer is taken for lost."""

AGAIN = 0.4
"""Seconds between two close looks at a value of a running program."""


class TensorPanel(Panel):
    """Shows the values of a run: now, or at any moment of it."""

    panel_name: ClassVar[str] = "tensors"

    DEFAULT_CSS = """
    TensorPanel {
        layout: vertical; height: 1fr; width: 1fr; background: $surface;
        & > DetailView, & > Input, & > TimeBar, & > Hints { display: none; }
        & > Input { height: 1; border: none; padding: 0 1; background: $panel; color: $foreground; }
        &.-detail > TensorTable { display: none; }
        &.-detail > DetailView { display: block; }
        &.-asking > Input { display: block; }
        &.-time > TimeBar { display: block; }
        &.-keys:focus-within > Hints { display: block; }
    }
    """

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(catalog)
        self.timeline = Timeline()
        self.view = tree.View()
        self.index = -1
        """Moment that is shown."""
        self.live = True
        """Whether the newest moment is shown, whatever comes."""
        self.running = False
        self.alive = False
        """Whether there is a process that can be asked."""
        self.subject = ""
        """Value whose details are shown."""
        self._slice: tuple[int, ...] = ()
        self._closeups = Closeups()
        self._courses: dict[str, deque[float | None]] = {}
        self._asked = ""
        """Expression whose close look is on its way."""
        self._asked_at = 0.0
        self._failed = False
        self._again: Timer | None = None
        self._glow: Timer | None = None
        self._asking = ""
        """What the input line is for: `filter`, `slice`, or empty."""
        self._translate()

    def compose(self) -> ComposeResult:
        yield TensorTable(self.catalog)
        yield DetailView(self.catalog)
        yield Input(id="tensors-input", compact=True)
        yield TimeBar(self.catalog)
        yield Hints()

    def on_mount(self) -> None:
        self._show_all()

    # ---------------------------------------------------------------------------------------------- language

    def _translate(self) -> None:
        """Bind the keys with descriptions in the learner's language."""
        self._bindings = bindings(self.catalog)

    def switch_language(self, catalog: Catalog) -> None:
        """Say everything in another language."""
        super().switch_language(catalog)
        self._translate()
        if self.is_mounted:
            for part in (self._table, self._detail, self._bar):
                part.catalog = catalog
            self._show_all()

    @property
    def _table(self) -> TensorTable:
        return self.query_one(TensorTable)

    @property
    def _detail(self) -> DetailView:
        return self.query_one(DetailView)

    @property
    def _bar(self) -> TimeBar:
        return self.query_one(TimeBar)

    # --------------------------------------------------------------------------------------------------- run

    def begin(self, watch: tuple[str, ...]) -> None:
        """A run starts: forget the last one, but not what the learner was looking at."""
        own = [name for name in self.view.pins if name not in watch]
        self.view.pins = [*watch, *own]
        self.timeline = Timeline()
        self.index, self.live = -1, True
        self.running = self.alive = True
        self._closeups = Closeups()
        self._courses = {}
        self._asked, self._failed = "", False
        if self.is_mounted:
            self._table.changed = frozenset()
            self._show_all()

    def receive(self, event: RunEvent) -> None:
        """Take one event of the run."""
        match event:
            case Frame():
                self._take(event)
            case Started():
                self.running = self.alive = True
            case ErrorReport():
                self._failed = True
            case Exit():
                self.running = False
                self._failed = self._failed or event.reason != "finished"
                self._say_status()
            case Closed():
                self.running = self.alive = False
                self._asked = ""
                self._show_detail()
                self._say_status()
            case Step():
                self._say_status(event.count)

    def _take(self, frame: Frame) -> None:
        known = set(self.timeline.rows) if frame.whole or frame.gone else self.timeline.rows.keys()
        before = len(self.timeline)
        own = self.timeline.add(frame)
        for row in frame.rows:
            if row.kind == "scalar" or row.shape == ():
                self._courses.setdefault(row.name, deque(maxlen=COURSE)).append(row.mean)
        if not self.is_mounted:
            return
        if len(self.timeline) < before + own:  # older moments were merged away
            self.index = min(self.index, len(self.timeline) - 1)
        if not own:
            return
        if not self.live:
            self._show_time()
            return
        self.index = len(self.timeline) - 1
        changes = self.timeline.changes
        same = not frame.whole and not frame.gone
        same = same and all(row.name in known and changes.get(row.name) != 1 for row in frame.rows)
        self._table.changed = frozenset(
            row.name for row in frame.rows if not frame.whole and self.timeline.changes.get(row.name)
        )
        self._show_rows(relay=not (same and before and self.view.settled))
        if self._glow is not None:
            self._glow.stop()
        self._glow = self.set_timer(GLOW, self._fade)
        self._show_time()
        if self.subject:
            self._show_detail()
            self._look_again()

    def _fade(self) -> None:
        self._table.changed = frozenset()
        self._table.refresh()

    # ---------------------------------------------------------------------------------------------- pictures

    def _show_all(self) -> None:
        self._show_rows()
        self._show_time()
        self._show_detail()
        self._show_keys()

    def _show_rows(self, relay: bool = True) -> None:
        """Show the rows of the moment; lay the lines out anew if they may be other ones."""
        rows = self.timeline.rows_at(self.index) if 0 <= self.index < len(self.timeline) else {}
        table = self._table
        table.trouble = self.timeline.trouble
        lines = tree.lines(rows, self.view, self.timeline.changes) if relay else None
        if rows:
            table.words_if_empty = self.catalog("tensors.nothing_found", text=self.view.text)
        else:
            table.words_if_empty = self.catalog("tensors.waiting" if self.running else "tensors.empty")
        total = self.timeline.moments[self.index].total if rows else 0
        missing = total - len(rows)
        table.words_at_end = self.catalog("tensors.hidden", count=missing) if missing > 0 else ""
        table.course = self._course
        table.sorted_by = _COLUMN_OF.get(self.view.order, "")
        table.show(rows, lines)

    def _course(self, name: str) -> list[float | None]:
        """Return the last values of a single number up to the moment that is shown."""
        if self.live:
            return list(self._courses.get(name, ()))
        known = [point.row.mean for point in self.timeline.history(name) if point.index <= self.index]
        return known[-COURSE:]

    def _show_time(self) -> None:
        timeline = self.timeline
        self.set_class(len(timeline) > 1 and self.size.height >= 6, "-time")
        self.set_class(self.size.height >= 9, "-keys")
        if timeline.moments:
            self._bar.show(timeline, max(0, self.index), self.live)
        self._say_status()

    def on_resize(self) -> None:
        self._show_time()

    def _say_status(self, step: int = 0) -> None:
        """Put the state of the run, and how much of the model trains, into the title."""
        moments = self.timeline.moments
        moment = moments[self.index] if 0 <= self.index < len(moments) else None
        parts = []
        if moment is not None and moment.parameters is not None and self.size.width >= 56:
            counts = moment.parameters
            write = (lambda count: f"{count:,}") if self.size.width >= 90 else marks.count
            parts.append(
                self.catalog(
                    "tensors.parameters", trainable=write(counts.trainable), frozen=write(counts.frozen)
                )
            )
        step = step if step and self.live else moment.step if moment is not None else 0
        if step:
            parts.append(self.catalog("tensors.step", step=step))
        if not self.live:
            parts.append(self.catalog("tensors.earlier"))
        elif self.running:
            parts.append(self.catalog("tensors.live"))
        elif moment is not None:
            parts.append(self.catalog("tensors.failed" if self._failed else "tensors.ended"))
        self.post_message(self.StatusChanged(self.panel_name, " · ".join(parts)))

    # ------------------------------------------------------------------------------------------------ detail

    def _show_detail(self) -> None:
        if not self.is_mounted:
            return
        self.set_class(bool(self.subject), "-detail")
        if not self.subject:
            return
        rows = self.timeline.rows_at(self.index) if 0 <= self.index < len(self.timeline) else {}
        row = rows.get(self.subject)
        detail = self._nearest_detail()
        note = ""
        if detail is None and self._asked:
            note = self.catalog("tensors.detail.asking")
        elif not self.live and detail is not None and detail.grid:
            note = self.catalog("tensors.detail.past", step=detail.step)
        elif detail is None and not self.alive:
            note = self.catalog("tensors.detail.gone")
        self._detail.show(
            Subject(
                self.subject,
                row,
                detail,
                detail.error if detail is not None else "",
                note,
                [point for point in self.timeline.history(self.subject) if point.index <= self.index],
                self.timeline.trouble.get(self.subject),
                self.live and (self.alive or detail is not None),
                self._slice,
            )
        )

    def _nearest_detail(self) -> Detail | None:
        moment = None if self.live else self.timeline.moments[self.index].sequence
        return self._closeups.nearest(self.subject, moment)

    def _look(self) -> None:
        """Ask the program for the close look."""
        if self.subject and self.alive and (not self._asked or monotonic() - self._asked_at > PATIENCE):
            self._asked, self._asked_at = self.subject, monotonic()
            self.post_message(self.LookWanted(self.subject, self._slice))

    def _look_again(self) -> None:
        """Ask again soon while the program runs, so that the picture lives."""
        if self._again is None and self.running and not self._asked:
            self._again = self.set_timer(AGAIN, self._look_now)

    def _look_now(self) -> None:
        self._again = None
        if self.live:
            self._look()

    def show_detail(self, detail: Detail) -> None:
        """Take the answer to a question."""
        if self._asked == detail.expression or not self._asked:
            self._asked = ""
        sequence = self.timeline.moments[-1].sequence if self.timeline.moments else 0
        self._closeups.add(sequence, detail)
        if self.subject == detail.expression:
            self._show_detail()
        elif self.subject and not self._asked:
            self._look()

    def open(self, name: str) -> None:
        """Show the details of a value, or of an expression."""
        self.subject, self._slice = name, ()
        self._look()
        self._show_detail()
        self._show_keys()
        self._detail.focus()

    @on(TensorTable.Opened)
    def _opened(self, event: TensorTable.Opened) -> None:
        event.stop()
        self.open(event.name)

    # ------------------------------------------------------------------------------------------------ inputs

    def _ask(self, what: str, text: str) -> None:
        self._asking = what
        line = self.query_one(Input)
        line.placeholder = self.catalog(f"tensors.{what}")
        self.set_class(True, "-asking")
        with line.prevent(Input.Changed):
            line.value = text
        line.focus()

    def _close_input(self) -> None:
        self._asking = ""
        self.set_class(False, "-asking")
        (self._detail if self.subject else self._table).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._asking == "filter":
            self.view.text = event.value
            self._table.roaming = False
            self._show_rows()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        what, text = self._asking, event.value.strip()
        self._close_input()
        if what == "slice" and text:
            self.open(text)

    # ----------------------------------------------------------------------------------------------- actions

    @on(Hints.Pressed)
    async def _hint(self, event: Hints.Pressed) -> None:
        event.stop()
        await self.run_action(event.action)

    def _show_keys(self) -> None:
        self.query_one(Hints).show(hints(self.catalog, bool(self.subject)))

    def action_detail(self) -> None:
        """Open the row under the cursor."""
        if not self.subject and (name := self._table.name_at_cursor):
            self.open(name)

    def action_back(self) -> None:
        """Leave the input, the details, or the filter, whichever is there."""
        if self._asking:
            if self._asking == "filter":
                self.view.text = ""
                self._show_rows()
            self._close_input()
        elif self.subject:
            self.subject = ""
            self._show_detail()
            self._show_keys()
            self._table.focus()
        elif self.view.text:
            self.view.text = ""
            self._show_rows()

    def action_filter(self) -> None:
        """Type a filter."""
        if not self.subject:
            self._ask("filter", self.view.text)

    def action_slice(self) -> None:
        """Type a slice or any expression."""
        self._ask("slice", self.subject or self._table.name_at_cursor)

    def action_sort(self) -> None:
        """Go to the next order."""
        self._sort(tree.ORDERS[(tree.ORDERS.index(self.view.order) + 1) % len(tree.ORDERS)])

    @on(TensorTable.HeaderClicked)
    def _header_clicked(self, event: TensorTable.HeaderClicked) -> None:
        event.stop()
        order = tree.order_of(event.key)
        if order is not None:
            self._sort("tree" if order == self.view.order else order)

    def _sort(self, order: tree.Order) -> None:
        self.view.order = order
        self._show_rows()

    def action_pin(self) -> None:
        """Keep the row at the top, or let it go."""
        name = self.subject or self._table.name_at_cursor
        if name in self.view.pins:
            self.view.pins.remove(name)
        elif name:
            self.view.pins.append(name)
        self._show_rows()

    def action_constants(self) -> None:
        """Hide values that never changed, or show them again."""
        self.view.hide_constant = not self.view.hide_constant
        self._show_rows()

    def action_fold(self) -> None:
        """Fold or unfold the branch under the cursor."""
        table = self._table
        if 0 <= table.cursor < len(table.lines):
            line = table.lines[table.cursor]
            if line.branch:
                self._fold(line.name, line.branch == "open")

    @on(TensorTable.Toggled)
    def _toggled(self, event: TensorTable.Toggled) -> None:
        event.stop()
        line = next(line for line in self._table.lines if line.name == event.name and line.branch)
        self._fold(line.name, line.branch == "open")

    def _fold(self, name: str, shut: bool) -> None:
        self.view.folds[name] = shut
        self._show_rows()

    def action_fold_all(self) -> None:
        """Fold every branch, or unfold them if all are folded."""
        branches = [line for line in self._table.lines if line.branch]
        shut = any(line.branch == "open" for line in branches)
        for name in self.timeline.rows_at(self.index) if self.index >= 0 else ():
            self.view.folds[name] = shut
        self._show_rows()

    def action_other_slice(self, by: int) -> None:
        """Show the next 2-D slice of a value with more axes."""
        detail = self._nearest_detail()
        shape = detail.summary.shape if detail is not None and detail.summary is not None else None
        if not self.subject or shape is None or len(shape) < 3:
            return
        places = list(self._detail.full_slice(shape))
        for axis in range(len(places) - 1, -1, -1):
            places[axis] += by
            if 0 <= places[axis] < shape[axis]:
                break
            places[axis] %= shape[axis]
        self._slice = tuple(places)
        self._asked = ""
        self._look()
        self._show_detail()

    def action_cell(self, down: int, across: int) -> None:
        """Move the cursor on the heatmap."""
        if self.subject:
            self._detail.move_cell(down, across)

    # ------------------------------------------------------------------------------------------------ travel

    def action_travel(self, by: int) -> None:
        """Go so many moments through the run."""
        if self.timeline.moments:
            self.go(self.index + by)

    def action_leap(self, by: int) -> None:
        """Go a tenth of the run."""
        self.action_travel(by * max(1, len(self.timeline) // 10))

    def action_first(self) -> None:
        """Go to the start of the run."""
        if self.timeline.moments:
            self.go(0)

    def action_live(self) -> None:
        """Go to the newest moment and stay there."""
        if self.timeline.moments:
            self.go(len(self.timeline) - 1)

    @on(TimeBar.Chosen)
    def _chosen(self, event: TimeBar.Chosen) -> None:
        event.stop()
        self.go(event.index)

    def go(self, index: int) -> None:
        """Show one moment of the run; the newest one is live again."""
        newest = len(self.timeline) - 1
        self.index = max(0, min(index, newest))
        self.live = self.index == newest
        moment = self.timeline.moments[self.index]
        self._table.changed = frozenset() if moment.whole else frozenset(moment.rows)
        self._show_rows()
        self._show_time()
        self._show_detail()
        line = moment.line if not self.live or self.running else 0
        self.post_message(self.LiveChanged(dict(self.timeline.live_at(self.index)), line))


_COLUMN_OF = {"name": "name", "size": "bytes", "change": "change", "gradient": "gradient"}
"""Column whose title shows that the rows are sorted by it."""
