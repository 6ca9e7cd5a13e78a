"""Put items in order; with indentation, and with items to leave out."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding

from evoclass.exercise import Order, Value
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, cell_width, layout, layout_inlines
from evoclass.model import CodeBlock, plain_text
from evoclass_tui.places import place_bindings
from evoclass_tui.widgets.fields.rows import RowsField

CARRIED = "↕"
"""Stands for the number of an item that is being carried."""

STEP = 4
"""Cells of one level of indentation."""
DEEPEST = 6


@dataclass(slots=True)
class _Item:
    key: str
    level: int = 0
    used: bool = True


class OrderField(RowsField):
    """Items that are picked up with Space and moved with the arrows, or moved with the signs at their right."""

    place = "order"
    BINDINGS = [*place_bindings(place), Binding("escape", "drop", show=False, id="leave")]

    field: Order

    def __init__(self, field: Order, catalog: Catalog) -> None:
        super().__init__(field, catalog)
        self.texts = {item.key: item.text for item in field.items}
        self.items = [_Item(item.key) for item in field.items]
        self.grabbed = False

    @property
    def value(self) -> Value:
        used = [item for item in self.items if item.used]
        return [f"{item.key}:{item.level}" if self.field.indent else item.key for item in used]

    def show_value(self, value: Value) -> None:
        items: list[_Item] = []
        for entry in value if isinstance(value, list) else []:
            key, _, level = entry.partition(":") if self.field.indent else (entry, "", "")
            if key in self.texts and all(item.key != key for item in items):
                items.append(_Item(key, int(level) if level.isdigit() else 0))
        started = bool(items)
        for option in self.field.items:
            if all(item.key != option.key for item in items):
                items.append(_Item(option.key, used=not (started and self.field.optional)))
        self.items = items
        self.grabbed = False
        self.changed()

    def rows(self) -> list[str]:
        return [item.key for item in self.items]

    def line_ink(self, y: int) -> str:
        ink = super().line_ink(y)
        return "field.carried" if ink == "field.cursor" and self.grabbed else ink

    def make_lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        digits = len(str(len(self.items)))
        out = False
        for index, item in enumerate(self.items):
            if not item.used and not out:
                out = True
                label = self.catalog("question.order_unused")
                lines += [Line(), *layout_inlines((), width)[:0], Line((Segment(label, "muted"),))]
            number = f"{index + 1:>{digits}}" if item.used else " " * digits
            if self.grabbed and item.key == self.current:
                number = f"{CARRIED:>{digits}}"
            marker = Segment(f" {number} ", "field.mark")
            tools = self._tools(item)
            room = width - cell_width(marker.text) - sum(cell_width(tool.text) for tool in tools) - 1
            indent = min(item.level * STEP, max(0, room - 8))
            drawn = self._text(item, max(4, room - indent))
            for row, line in enumerate(drawn):
                pad = Segment(" " * (cell_width(marker.text)), "list.pad") if row else marker
                lead = [pad, Segment(" " * indent, "list.pad")] if indent else [pad]
                fill = Segment(" " * max(0, room - indent - line.width + 1), "list.pad")
                segments = (*lead, *line.segments, *((fill, *tools) if row == 0 else ()))
                lines.append(Line(segments, item.key))
            lines += self.remark(item.key, width - 1)
        return lines

    def _text(self, item: _Item, width: int) -> list[Line]:
        text = self.texts[item.key]
        if self.field.language:
            block = CodeBlock(id=item.key, line=0, language=self.field.language, code=plain_text(text))
            return layout((block,), width)
        return self.text_lines(text, width, item.key, "" if item.used else "muted")

    def _tools(self, item: _Item) -> list[Segment]:
        """Signs for the mouse; a segment's link names the effect of a click on it."""
        if self.locked:
            return []
        tools = [Segment(" ▲", "field.key", f"up:{item.key}"), Segment(" ▼", "field.key", f"down:{item.key}")]
        if self.field.indent:
            tools += [
                Segment(" ◀", "field.key", f"out:{item.key}"),
                Segment(" ▶", "field.key", f"in:{item.key}"),
            ]
        if self.field.optional:
            tools.append(Segment(" ✕" if item.used else " +", "field.key", f"use:{item.key}"))
        return tools

    def watch_locked(self) -> None:
        self.grabbed = False
        self.changed()

    def on_blur(self) -> None:
        self.grabbed = False
        self.changed(height=False)

    def action_grab(self) -> None:
        """Pick the item up, or put it down."""
        if not self.locked:
            self.grabbed = not self.grabbed
            self.changed(height=False)

    def action_drop(self) -> None:
        """Put the item down."""
        if not self.grabbed:
            raise SkipAction
        self.action_grab()

    def action_move(self, step: int) -> None:
        if self.grabbed:
            self.action_carry(step)
        else:
            super().action_move(step)

    def action_carry(self, step: int) -> None:
        """Move the item under the cursor up or down."""
        place, other = self.cursor, self.cursor + step
        if self.locked or not 0 <= other < len(self.items):
            return
        if self.items[place].used != self.items[other].used:
            return
        self.items[place], self.items[other] = self.items[other], self.items[place]
        self.cursor = other
        self._tell()

    def action_indent(self, step: int) -> None:
        """Move the item right or left by one level."""
        if not self.field.indent:
            raise SkipAction
        item = self.items[self.cursor]
        level = min(max(item.level + step, 0), DEEPEST)
        if not self.locked and item.used and level != item.level:
            item.level = level
            self._tell()

    def action_leave_out(self) -> None:
        """Put the item aside, or put it back."""
        if self.locked or not self.field.optional:
            return
        item = self.items[self.cursor]
        item.used = not item.used
        self.items.sort(key=lambda other: not other.used)
        self.cursor = self.items.index(item)
        self._tell()

    def _tell(self) -> None:
        self.clear_marks()
        self.changed()
        self.show_cursor()
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        act, _, key = event.style.meta.get("href", "").partition(":")
        row = key or self.row_at(event.y - self.gutter.top)
        if row not in self.rows():
            return
        event.stop()
        self.cursor = self.rows().index(row)
        match act:
            case "up":
                self.action_carry(-1)
            case "down":
                self.action_carry(1)
            case "in":
                self.action_indent(1)
            case "out":
                self.action_indent(-1)
            case "use":
                self.action_leave_out()
