"""The program's terminal: draws the lines of a `TerminalBuffer` that are in view, and sends keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from evoclass.running.terminal import TerminalBuffer
from evoclass_tui.keymap import keymap_of
from evoclass_tui.places import HasKeys
from evoclass_tui.terminal_colours import rich_style
from evoclass_tui.terminal_rows import TerminalRows
from evoclass_tui.widgets.selection import selection_ink

FRAMES = 30
"""Looks a second at the buffer while a program runs."""

FLOOD = 300
"""Lines between two looks that no one can read: the next looks are skipped, so that keys find the loop free."""

REST = 2
"""Looks skipped in a flood."""

SIGNALS = {"terminal.interrupt": "\x03", "terminal.end_of_input": "\x04", "terminal.clear": "\x0c"}
"""Characters of keys that learners can change."""

KEYS = {
    "enter": "\n",
    "backspace": "\x7f",
    "ctrl+c": "\x03",
    "ctrl+d": "\x04",
    "ctrl+l": "\x0c",
    "ctrl+r": "\x12",
    "ctrl+u": "\x15",
    "ctrl+w": "\x17",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
}
"""Characters that a terminal sends for keys that are not characters."""


class TerminalView(HasKeys, ScrollView, can_focus=True):
    """Follows the end of the output unless the learner has scrolled up."""

    DEFAULT_CSS = """
    TerminalView {
        background: $surface; overflow-x: hidden; overflow-y: auto;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & .terminal--cursor { background: $accent; color: $background; }
    }
    """
    COMPONENT_CLASSES = {"terminal--cursor"}
    place = "terminal"

    typing: reactive[bool] = reactive(False)
    """Whether keys go to the program."""

    @dataclass
    class Typed(Message):
        """Keys for the program's terminal."""

        text: str

    class PromptWanted(Message):
        """The learner types while no program listens: the keys are for the prompt, if there is one."""

        def __init__(self, text: str, search: bool = False) -> None:
            super().__init__()
            self.text = text
            self.search = search
            """Whether to search the earlier lines."""

    class ClearWanted(Message):
        """The learner wants the panel empty, as in a shell."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._buffer: TerminalBuffer | None = None
        self._seen = -1
        self._rows = TerminalRows()
        self._following = True
        """Whether the end of the output stays in view."""
        self._tail: Sequence[Content] = ()
        self._tail_strips: list[Strip] = []
        self._poll: Timer | None = None
        self._rest = 0
        """Looks still to be skipped."""

    def on_mount(self) -> None:
        self._poll = self.set_interval(1 / FRAMES, self._look_again, pause=True)
        # The lines below the output are kept as drawn, in the colours of the theme.
        self.watch(self.app, "theme", self._other_theme, init=False)

    def _other_theme(self) -> None:
        self.call_after_refresh(self.look, force=True)

    # -------------------------------------------------------------------------------------------- contents

    def show(self, buffer: TerminalBuffer | None) -> None:
        """Show another buffer, from its end."""
        self._buffer, self._seen = buffer, -1
        self._rows = TerminalRows()
        self._following = True
        self.look(force=True)

    def watch_buffer(self, watching: bool) -> None:
        """Look at the buffer all the time, or only on request."""
        if self._poll is not None:
            (self._poll.resume if watching else self._poll.pause)()
        self.look()

    def show_tail(self, lines: Sequence[Content]) -> None:
        """Show lines of the interface below the output."""
        self._tail = lines
        self.look(force=True)

    def _look_again(self) -> None:
        if self._rest:
            self._rest -= 1
        else:
            before = self._rows.end
            self.look()
            self._rest = REST if self._rows.end - before > FLOOD else 0

    def look(self, force: bool = False) -> None:
        """Apply the buffer's changes; a hidden panel does so when it is shown."""
        if not self.scrollable_content_region.width:
            return
        version = self._buffer.version if self._buffer is not None else 0
        if version == self._seen and not force:
            return
        following = self._following
        self._seen = version
        self._lay_tail()
        width = max(1, self.scrollable_content_region.width)
        fallen = self._rows.update(self._buffer, width, self.typing) if self._buffer is not None else 0
        self.virtual_size = Size(width, len(self._rows) + len(self._tail_strips))
        if following:
            self.scroll_end(animate=False, immediate=True, force=True, x_axis=False)
        elif fallen:
            place = max(0, self.scroll_offset.y - fallen)
            self.scroll_to(y=place, animate=False, immediate=True, force=True)
        self.refresh()

    def _lay_tail(self) -> None:
        width = max(1, self.scrollable_content_region.width)
        self._tail_strips = [
            Strip(line.render_segments(self.visual_style), line.cell_length)
            for content in self._tail
            for line in content.wrap(width)
        ]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._following = new_value >= self.max_scroll_y - 1

    def on_resize(self) -> None:
        self.look(force=True)

    def watch_typing(self) -> None:
        self.look(force=True)

    # --------------------------------------------------------------------------------------------- drawing

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        count = len(self._rows)
        if row < count:
            strip = self._buffer_row(row)
        elif row - count < len(self._tail_strips):
            strip = self._tail_strips[row - count]
        else:
            return Strip.blank(width, self.rich_style)
        return self._selected(strip, row).crop_extend(0, width, self.rich_style).apply_offsets(0, row)

    def _buffer_row(self, row: int) -> Strip:
        """Return a row of the output: a line of the buffer, or a part of a line that is wider than the panel."""
        assert self._buffer is not None
        base = self.rich_style
        dark = self.app.current_theme.dark
        line, part = self._rows.line_at(row, self._buffer)
        width = self._rows.width
        strip = Strip([Segment(text, base + rich_style(style, dark)) for text, style in line])
        if part or strip.cell_length > width:
            strip = strip.crop(part * width, (part + 1) * width)
        if self.typing and self.has_focus and row == len(self._rows) - 1:
            cursor = Segment(" ", self.get_component_rich_style("terminal--cursor"))
            strip = Strip.join([strip, Strip([cursor], 1)])
        return strip

    def _selected(self, strip: Strip, row: int) -> Strip:
        selection = self.text_selection
        span = selection.get_span(row) if selection is not None else None
        if span is None:
            return strip
        start, end = span
        end = strip.cell_length if end == -1 else end
        # Over the program's own colours, not below them.
        ink = selection_ink(self)
        middle = Strip(
            [Segment(text, (look or RichStyle()) + ink) for text, look, _ in strip.crop(start, end)]
        )
        return Strip.join([strip.crop(0, start), middle, strip.crop(end)])

    def texts(self) -> list[str]:
        """Return all lines as they are drawn, without their colours."""
        drawn = [self._buffer_row(row).text for row in range(len(self._rows))]
        return drawn + [strip.text for strip in self._tail_strips]

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(self.texts())), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    # ---------------------------------------------------------------------------------------------- typing

    def on_key(self, event: events.Key) -> None:
        if event.key == "ctrl+c" and self.screen.get_selected_text():
            return
        keymap = keymap_of(self)
        meant = next((name for name in SIGNALS if event.key in keymap.keys(name)), "")
        text = SIGNALS.get(meant) or KEYS.get(event.key) or (event.character if event.is_printable else None)
        search = event.key in keymap.keys("prompt.search")
        if text is None and not search:
            return
        if self.typing:
            if text is None:
                return
            self.post_message(self.Typed(text))
        elif search:
            self.post_message(self.PromptWanted("", search=True))
        elif meant == "terminal.clear":
            self.post_message(self.ClearWanted())
        elif event.is_printable or event.key in ("enter", "up", "down"):
            if event.key in ("up", "down") and self.max_scroll_y:
                return
            self.post_message(self.PromptWanted(event.character or "" if event.is_printable else ""))
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        if self.typing:
            event.stop()
            self.post_message(self.Typed(event.text.replace("\r\n", "\n")))
