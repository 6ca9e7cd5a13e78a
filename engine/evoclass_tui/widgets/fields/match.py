"""Match each item on the left with a partner: partners have letters, and are listed below with their texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual import events

from evoclass.exercise import Match, Value
from evoclass.fields.letters import letters
from evoclass.i18n import Catalog
from evoclass.layout import PICTURE, Line, Segment
from evoclass_tui.places import place_bindings
from evoclass_tui.widgets.fields.rows import RowsField, beside, room_beside

NONE = "·"


class MatchField(RowsField):
    """Letters choose a partner for the row under the cursor; left and right go through the letters."""

    place = "match"
    BINDINGS = place_bindings(place)

    field: Match

    def __init__(self, field: Match, catalog: Catalog) -> None:
        super().__init__(field, catalog)
        self.partner: dict[str, str] = {}
        marks = letters(len(field.right))
        self.letters = {option.key: mark.upper() for option, mark in zip(field.right, marks, strict=True)}

    @property
    def value(self) -> Value:
        return dict(self.partner)

    def show_value(self, value: Value) -> None:
        pairs = value if isinstance(value, dict) else {}
        lefts = {option.key for option in self.field.left}
        self.partner = {
            left: right for left, right in pairs.items() if left in lefts and right in self.letters
        }
        self.changed()

    def rows(self) -> list[str]:
        return [option.key for option in self.field.left]

    def make_lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for option in self.field.left:
            letter = self.letters.get(self.partner.get(option.key, ""), NONE)
            style = "field.mark" if letter == NONE else "field.chosen"
            if (remark := self.feedback.get(option.key)) is not None:
                style = "field.good" if remark.good else "field.bad"
            marker = [Segment(" [", "field.mark"), Segment(letter, style), Segment("] ", "field.mark")]
            room = room_beside(marker, width - 1)
            lines += beside(marker, self.text_lines(option.text, room, option.key))
            lines += self.remark(option.key, width - 1)
        lines.append(Line())
        taken = set(self.partner.values())
        for option in self.field.right:
            style = "muted" if option.key in taken else ""
            href = f"pick:{option.key}"
            marker = [Segment(f"  {self.letters[option.key]}  ", "field.key")]
            drawn = beside(marker, self.text_lines(option.text, room_beside(marker, width - 1), "", style))
            lines += [line._replace(segments=tuple(_linked(line.segments, href))) for line in drawn]
        return lines

    def action_turn(self, step: int) -> None:
        """Give the row the next or the previous letter."""
        keys = [option.key for option in self.field.right]
        now = self.partner.get(self.current)
        place = keys.index(now) + step if now in keys else (0 if step > 0 else -1)
        self.pair(self.current, keys[place % len(keys)])

    def action_clear(self) -> None:
        """Remove the row's partner."""
        if not self.locked and self.partner.pop(self.current, ""):
            self._tell()

    def pair(self, left: str, right: str) -> None:
        """Make two items partners."""
        if not self.locked and left and self.partner.get(left) != right:
            self.partner[left] = right
            self._tell()

    def _tell(self) -> None:
        self.clear_marks()
        self.changed()
        self.post_message(self.Changed(self))

    def on_key(self, event: events.Key) -> None:
        letter = (event.character or "").upper()
        for key, known in self.letters.items():
            if letter == known:
                event.stop()
                event.prevent_default()
                self.pair(self.current, key)
                if self.cursor < len(self.rows()) - 1:
                    self.cursor += 1
                return

    def on_click(self, event: events.Click) -> None:
        act, _, key = event.style.meta.get("href", "").partition(":")
        row = self.row_at(event.y - self.gutter.top)
        event.stop()
        if act == "pick":
            self.pair(self.current, key)
        elif row:
            self.cursor = self.rows().index(row)


def _linked(segments: Iterable[Segment], href: str) -> Iterator[Segment]:
    """Yield segments that a click picks; those of a picture keep the place in it."""
    for segment in segments:
        yield segment if segment.style == PICTURE else segment._replace(href=href)
