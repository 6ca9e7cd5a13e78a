"""The rows of one moment, and the ways in which a learner arranges them: filter, order, pins, folds."""

from __future__ import annotations

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from evoclass.i18n import Catalog
from evoclass.protocol import Summary
from evoclass_tensors.screen import tree
from evoclass_tensors.screen.journey import Journey
from evoclass_tensors.screen.keys import ROW_KEYS, bindings
from evoclass_tensors.screen.table import TensorTable
from evoclass_tui.panel import rebind

_COLUMN_OF = {"name": "name", "size": "bytes", "change": "change", "gradient": "gradient"}
"""Column whose title shows that the rows are sorted by it."""


class RowsView(Vertical):
    """The table and its filter line."""

    DEFAULT_CSS = """
    RowsView {
        height: 1fr; width: 1fr;
        & > Input { display: none; height: 1; border: none; padding: 0 1; background: $panel; color: $foreground; }
        &.-filtering > Input { display: block; }
    }
    """

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog
        self.view = tree.View()
        self._journey = Journey()
        self._program_runs = self._followed = False
        self._watched: tuple[str, ...] = ()
        """Names that the lesson has pinned."""
        self.translate(catalog)

    def compose(self) -> ComposeResult:
        yield TensorTable(self.catalog)
        line = Input(id="tensors-filter", compact=True)
        line.cursor_blink = False
        yield line

    def translate(self, catalog: Catalog) -> None:
        """Use another language everywhere."""
        self.catalog = catalog
        self.view.trainable = catalog("tensors.detail.trainable")
        self.view.frozen = catalog("tensors.detail.frozen")
        rebind(self, bindings(catalog, ROW_KEYS))
        if self.is_mounted:
            self.table.catalog = catalog
            self.query_one(Input).placeholder = catalog("tensors.filter")

    def on_mount(self) -> None:
        self.translate(self.catalog)

    @property
    def table(self) -> TensorTable:
        """The table itself."""
        return self.query_one(TensorTable)

    def show(self, journey: Journey, running: bool, relay: bool = True, *, followed: bool = False) -> None:
        """Show the moment of a journey; lay the lines out again if they may have changed.

        One that was `followed` from the start of the run to its end tells which watched names have not been there.
        """
        self._journey, self._program_runs, self._followed = journey, running, followed
        rows, table = journey.rows, self.table
        if followed and journey.live:
            pinned = [name for name in self._watched if name in self.view.pins]
            unseen = (Summary(name=name, kind="other") for name in journey.unseen(pinned))
            rows = {**rows, **{row.name: row for row in unseen}}
        table.trouble = journey.timeline.trouble
        if rows and self.view.text:
            table.words_if_empty = self.catalog("tensors.nothing_found", text=self.view.text)
        elif rows:
            table.words_if_empty = self.catalog("tensors.all_constant")
        elif journey.timeline.changes and not running:
            table.words_if_empty = self.catalog("tensors.all_gone")
        else:
            table.words_if_empty = self.catalog("tensors.waiting" if running else "tensors.empty")
        moment = journey.moment
        missing = moment.total - len(journey.rows) if moment is not None else 0
        table.words_at_end = self.catalog("tensors.hidden", count=missing) if missing > 0 else ""
        table.recent, table.older = journey.recent, journey.is_older
        table.sorted_by = _COLUMN_OF.get(self.view.order, "")
        table.show(rows, tree.lines(rows, self.view, journey.timeline.changes) if relay else None)

    def _again(self) -> None:
        self.show(self._journey, self._program_runs, followed=self._followed)

    # ------------------------------------------------------------------------------------------------ filter

    @property
    def filtering(self) -> bool:
        """Whether the filter is being typed."""
        return self.has_class("-filtering")

    def action_line(self, by: int) -> None:
        """Move the cursor by one row."""
        (self.table.action_scroll_down if by > 0 else self.table.action_scroll_up)()

    def action_filter(self) -> None:
        """Type a filter."""
        line = self.query_one(Input)
        self.add_class("-filtering")
        with line.prevent(Input.Changed):
            line.value = self.view.text
        line.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.filtering:
            self._filter(event.value)

    def _filter(self, text: str) -> None:
        self.view.text = text
        self.table.roaming = False
        self._again()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_filter()

    def _close_filter(self) -> None:
        self.remove_class("-filtering")
        self.table.focus()

    def action_unfilter(self) -> None:
        """Clear the filter; without one the key is for another widget."""
        if not self.filtering and not self.view.text:
            raise SkipAction
        self._close_filter()
        self._filter("")

    # ----------------------------------------------------------------------------------------- order and pins

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
        self._again()

    def watch_for(self, names: tuple[str, ...]) -> None:
        """Pin the values that the lesson watches, before the learner's own pins."""
        own = [name for name in self.view.pins if name not in (*self._watched, *names)]
        self.view.pins, self._watched = [*names, *own], names

    def action_pin(self) -> None:
        """Pin the row at the top, or unpin it."""
        self.toggle_pin(self.table.name_at_cursor)

    def toggle_pin(self, name: str) -> None:
        """Pin a value, or unpin it."""
        if name in self.view.pins:
            self.view.pins.remove(name)
        elif name:
            self.view.pins.append(name)
        self._again()

    def action_constants(self) -> None:
        """Hide values that never changed, or show them again."""
        self.view.hide_constant = not self.view.hide_constant
        self._again()

    # ------------------------------------------------------------------------------------------------- folds

    def action_fold(self) -> None:
        """Fold or unfold the branch under the cursor."""
        table = self.table
        if 0 <= table.cursor < len(table.lines):
            line = table.lines[table.cursor]
            if line.branch:
                self._fold(line.name, line.branch == "open")

    @on(TensorTable.Toggled)
    def _toggled(self, event: TensorTable.Toggled) -> None:
        event.stop()
        line = next((line for line in self.table.lines if line.name == event.name and line.branch), None)
        if line is not None:
            self._fold(line.name, line.branch == "open")

    def _fold(self, name: str, shut: bool) -> None:
        self.view.folds[name] = shut
        self._again()

    def action_fold_all(self) -> None:
        """Fold every branch, or unfold them if all are folded."""
        shut = any(line.branch == "open" for line in self.table.lines)
        for name in self._journey.rows:
            self.view.folds[name] = shut
        self._again()
