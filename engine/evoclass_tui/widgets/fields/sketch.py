"""Draw a curve roughly: move its height at five places with the arrow keys or the mouse."""

from __future__ import annotations

from textual import events

from evoclass.exercise import Value
from evoclass.fields.sketch import PLACES, TOP, Sketch, levels_of
from evoclass.i18n import Catalog
from evoclass.layout import Line
from evoclass.model import Guess
from evoclass_tui.chart import Chart
from evoclass_tui.places import HasKeys, place_bindings
from evoclass_tui.widgets.fields.base import FieldWidget
from evoclass_tui.widgets.fields.guess_picture import curves, heights_line
from evoclass_tui.widgets.key_order import KeysInOrder
from evoclass_tui.widgets.lines import LineView


class SketchField(KeysInOrder, HasKeys, FieldWidget, LineView, can_focus=True):
    """A small chart; the arrow keys go along the curve and lift or lower it."""

    place = "sketch"
    ALLOW_SELECT = False
    BINDINGS = place_bindings(place)
    DEFAULT_CSS = "SketchField { pointer: pointer; }"

    def __init__(self, guess: Guess, field: Sketch, catalog: Catalog) -> None:
        LineView.__init__(self, classes="field")
        self.guess, self.field, self.catalog = guess, field, catalog
        self._levels = [TOP // 2] * PLACES
        self._at = 0
        self._chart = Chart([])

    @property
    def value(self) -> Value:
        return [str(level) for level in self._levels]

    def show_value(self, value: Value) -> None:
        self._levels = levels_of(value) or [TOP // 2] * PLACES
        self.changed(height=False)

    def make_lines(self, width: int) -> list[Line]:
        cursor = self._at if self.has_focus else None
        self._chart, lines = curves(self.guess, self._levels, None, self.catalog, width, cursor)
        return [*lines, heights_line(self._levels, self.catalog)]

    def preview(self, width: int) -> list[Line]:
        return self.make_lines(width)

    def action_along(self, step: int) -> None:
        """Go to another place of the curve."""
        self._at = max(0, min(PLACES - 1, self._at + step))
        self.changed(height=False)

    def action_lift(self, step: int) -> None:
        """Make the curve higher or lower at its place."""
        self._put(self._at, self._levels[self._at] + step)

    def action_finish(self) -> None:
        """Say that the curve is drawn."""
        self.post_message(self.Finished(self, self.value))

    def _put(self, place: int, level: int) -> None:
        self._at = place
        level = max(0, min(TOP, level))
        if not self.locked and level != self._levels[place]:
            self._levels[place] = level
            self.post_message(self.Changed(self))
        self.changed(height=False)

    def on_focus(self) -> None:
        self.changed(height=False)

    def on_blur(self) -> None:
        self.changed(height=False)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self.capture_mouse()
        self._draw_at(event.x - self.gutter.left, event.y - self.gutter.top)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            event.stop()
            self._draw_at(event.x - self.gutter.left, event.y - self.gutter.top)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        event.stop()  # the click on the card around it would move the focus
        self._draw_at(event.x - self.gutter.left, event.y - self.gutter.top)

    def _draw_at(self, column: int, row: int) -> None:
        """Lift or lower the curve to where the mouse is."""
        tall = len(self._chart.lines) - 2  # below it are the axis and its labels
        if tall > 1:
            place = round(self._chart.place(column) / 100 * (PLACES - 1))
            self._put(place, round((1 - row / (tall - 1)) * TOP))
