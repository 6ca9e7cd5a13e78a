"""The list of suggestions below the cursor of an editor, and the line with the signature above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.content import Content
from textual.geometry import Offset, Region
from textual.widget import Widget

from evoclass.wording.printable import printable
from evoclass_tui.signature import Parameter, current
from evoclass_tui.suggestions import Call, Suggestion

TALLEST = 8
"""Rows of the list."""
WIDEST = 40
"""Columns of a name; a longer one is cut."""


class Above(Widget):
    """Lies over the window at a place beside the cursor; the editor keeps the focus and all keys."""

    DEFAULT_CSS = """
    Above { overlay: screen; width: auto; height: auto; background: $panel; color: $foreground; display: none; }
    """
    ALLOW_SELECT = False

    def put(self, x: int, y: int, width: int, height: int) -> None:
        """Show it at a place of the window."""
        self.styles.width, self.styles.height = width, height
        place = Offset(x, y)
        if self.absolute_offset != place:
            self.absolute_offset = place
            self.refresh(layout=True)
        self.display = True
        self.refresh()


class SuggestionList(Above):
    """The names that fit, a few of them at a time."""

    def __init__(self, pick: Callable[[Suggestion], object]) -> None:
        """`pick` is called with a name that is clicked."""
        super().__init__()
        self._pick = pick
        self._names: Sequence[Suggestion] = ()
        self.chosen: int | None = None
        """Number of the name that the learner has moved to."""
        self._top = 0
        self._width = 0
        """Columns of the list, which does not get narrower as long as it is open."""
        self.rows = range(0)
        """Rows of the window that it takes."""

    @property
    def names(self) -> Sequence[Suggestion]:
        """The names in the list; none if it is closed."""
        return self._names

    @property
    def best(self) -> Suggestion | None:
        """The name that the learner has moved to, or else the first."""
        return self._names[self.chosen or 0] if self._names else None

    def show(self, names: Sequence[Suggestion], cursor: Offset, back: int) -> None:
        """Show names below the cursor, or above it where below is no room; they begin `back` columns before it."""
        if list(names) != list(self._names):
            self._names, self.chosen, self._top = names, None, 0
        room = self.app.size
        rows = min(TALLEST, len(names))
        counted = len(names) > rows
        longest = max(min(len(one.text) + len(one.sign), WIDEST) for one in names)
        count = len(f"{len(names)}") * 3 + 4 if counted else 0
        self._width = min(max(longest + 2, count + 2, self._width), room.width)
        height = rows + counted
        below = cursor.y + 1 + height <= room.height
        y = cursor.y + 1 if below else max(0, cursor.y - height)
        self.rows = range(y, y + height)
        self.put(max(0, min(cursor.x - back - 1, room.width - self._width)), y, self._width, height)

    def close(self) -> None:
        """Show nothing."""
        self._names, self.chosen, self._top, self._width = (), None, 0, 0
        self.display = False

    def move(self, by: int) -> None:
        """Move to another name, from the end to the beginning and back."""
        count = len(self._names)
        start = -1 if self.chosen is None and by > 0 else self.chosen or 0
        self.chosen = (start + by) % count if abs(by) == 1 else max(0, min(count - 1, start + by))
        self._top = max(min(self._top, self.chosen), self.chosen - TALLEST + 1)
        self.refresh()

    def _count(self, rows: int) -> str:
        return f"{self._top + 1}-{self._top + rows} / {len(self._names)}"

    def render(self) -> Content:
        width = self.size.width - 2
        lines = []
        for number, one in enumerate(self._names[self._top : self._top + TALLEST], self._top):
            sign = one.sign if len(one.text) + len(one.sign) <= width else ""
            text = printable(one.text)
            text = text if len(text) + len(sign) <= width else f"{text[: width - 1]}…"
            blank = " " * (width - len(text) - len(sign) + 1)
            if number == self.chosen:
                lines.append(
                    Content.styled(
                        f" {text}{sign}{blank}", "bold $block-cursor-foreground on $block-cursor-background"
                    )
                )
            else:
                lines.append(Content.assemble(f" {text}", (sign, "$text-muted"), blank))
        if len(self._names) > TALLEST:
            lines.append(Content.styled(f"{self._count(len(lines)):>{width + 1}} ", "$text-muted"))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        number = self._top + event.y
        if event.y < TALLEST and number < len(self._names):
            self._pick(self._names[number])

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.prevent_default()  # the editor keeps the focus

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-1)

    def _scroll(self, by: int) -> None:
        self._top = max(0, min(self._top + by, len(self._names) - TALLEST))
        self.refresh()


class SignatureLine(Above):
    """The parameters of the call that is being typed; the one at the cursor stands out."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._part: Parameter | None = None

    def show(self, call: Call, signature: str, cursor: Offset, free: Sequence[int], room: Region) -> None:
        """Show a signature within the `room` of the editor, in the first of its rows that are free."""
        row = next((y for y in free if room.y <= y < room.bottom), None)
        if row is None:
            self.close()
            return
        function = call.function.rpartition(".")[2]
        part = current(signature, call.count, call.name)
        self._text = printable(function + signature)
        self._part = None
        if part is not None and len(self._text) == len(function + signature):
            shift = len(function)
            self._part = Parameter(part.name, part.stars, part.start + shift, part.end + shift)
        width = min(len(self._text) + 2, room.width)
        self.put(max(room.x, min(cursor.x - 1, room.right - width)), row, width, 1)

    def close(self) -> None:
        """Show nothing."""
        self.display = False

    def render(self) -> Content:
        width, text = self.size.width - 2, self._text
        content = Content(text)
        if self._part is not None:
            content = content.stylize("bold $text-accent", self._part.start, self._part.end)
        if len(text) <= width:
            return Content.assemble(" ", content)
        # The parameter at the cursor is in view, with what is before it as far as there is room.
        end = self._part.end if self._part is not None else 0
        first = max(0, min(end + 2, len(text)) - width)
        first = first + 1 if first else 0
        cut = content[first : first + width - (1 if first else 0)]
        if first + width < len(text):
            cut = content[first : first + width - (2 if first else 1)]
            return Content.assemble(" ", "…" if first else "", cut, "…")
        return Content.assemble(" ", "…" if first else "", cut)
