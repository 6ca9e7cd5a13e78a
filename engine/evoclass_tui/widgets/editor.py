"""The editor of one lab file: Python colours, line marks, and an undo that survives a reset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from evoclass.frozen import frozen
from evoclass.protocol import ErrorReport, Operand
from evoclass.reading.constants import constant
from evoclass_tui.places import HasKeys, place_bindings
from evoclass_tui.widgets.code_theme import code_theme
from evoclass_tui.widgets.program_area import ProgramArea


@frozen
class ErrorMark:
    """The place where the program raised: rows and columns from 0, the end exclusive."""

    row: int
    end_row: int
    start: int
    end: int
    note: str
    """Shown beside the line: the operands and their shapes."""


class Editor(HasKeys, ProgramArea):
    """Edits one file and marks the line that runs or raised."""

    DEFAULT_CSS = """
    Editor {
        border: none; padding: 0; background: $background; scrollbar-size: 0 1; height: 1fr;
        &:focus { border: none; }
        &.-vim, &.-vim:focus { border-bottom: solid $panel !important; border-subtitle-color: $foreground; }
        & .text-area--gutter { color: $text-muted; background: $background; }
        & .text-area--cursor-gutter { color: $accent; background: $boost; }
        & .text-area--cursor-line { background: $boost; }
        & .editor--running { color: $success; text-style: bold; background: $success 12%; }
        & .editor--error { color: $error; text-style: bold; background: $error 15%; }
        & .editor--error-span { text-style: underline bold; background: $error 20%; }
        & .editor--edge { color: $accent; background: $background; text-style: bold; }
        & .editor--note { color: $error; text-style: italic; background: $background; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "editor--running",
        "editor--error",
        "editor--error-span",
        "editor--edge",
        "editor--note",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *place_bindings("editor"),
        Binding("ctrl+shift+home", "file_start(True)", show=False),
        Binding("ctrl+shift+end", "file_end(True)", show=False),
    ]

    place = "editor"
    stays_at_escape = True

    @dataclass
    class Left(Message):
        """The editor lost the focus, or vim's `:w` came: time to save."""

        editor: Editor

    def __init__(self, file: str, text: str, id: str | None = None) -> None:
        super().__init__(
            text,
            language="python" if file.endswith(".py") else None,
            soft_wrap=False,
            show_line_numbers=True,
            tab_behavior="indent",
            max_checkpoints=500,
            compact=True,
            id=id,
        )
        self.file = file
        self._running_row: int | None = None
        self._unseen = False
        """Whether the cursor was moved and the view has not followed yet."""
        self._view_before: float | None = None
        """Row at the top before the view began to follow the run."""
        self._followed_to: float | None = None
        """Row at the top that the running line led to; if the top row differs, the learner has scrolled."""
        self._error: ErrorMark | None = None

    # ------------------------------------------------------------------------------------------- colours

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._take_colours)

    def _take_colours(self, name: str) -> None:
        theme = self.app.available_themes[name]
        variables = theme.to_color_system().generate()
        self.register_theme(code_theme({**variables, **theme.variables}, f"code-{name}"))
        self.theme = f"code-{name}"

    # --------------------------------------------------------------------------------------------- marks

    def mark_running(self, line: int | None) -> None:
        """Mark the line that runs now (counted from 1), or none."""
        row = None if not line else line - 1
        if row == self._running_row:
            return
        self._running_row = row
        self.refresh()
        if row is None:
            self._return()
        elif not self.has_focus and self.size.height and row < self.document.line_count:
            self._follow(row)

    def _follow(self, row: int) -> None:
        """Bring the running line into view, unless the learner has scrolled elsewhere meanwhile."""
        top = self.scroll_offset.y
        if self._view_before is None:
            self._view_before = top
        elif self._followed_to is not None and top != self._followed_to:
            return
        y = self.wrapped_document.location_to_offset((row, 0)).y
        if not top <= y < top + self.size.height - 1:
            self.scroll_to(y=max(0, y - self.size.height // 2), animate=False, immediate=True)
            self._followed_to = self.scroll_offset.y

    def _return(self) -> None:
        """Show the rows from before the run again, unless the learner has scrolled elsewhere or an error shows."""
        before, followed = self._view_before, self._followed_to
        self._view_before = self._followed_to = None
        if before is not None and followed == self.scroll_offset.y and self._error is None:
            self.scroll_to(y=before, animate=False, immediate=True)

    def mark_error(self, report: ErrorReport | None) -> None:
        """Mark the code that raised, and bring it into view; None removes the mark."""
        if report is None or not report.line:
            if self._error is not None:
                self._error = None
                self.repaint()
            return
        row = report.line - 1
        end_row = max(row, (report.end_line or report.line) - 1)
        self._error = ErrorMark(row, end_row, report.column, report.end_column, _operands(report.operands))
        self.repaint()
        if row < self.document.line_count:
            self.move_cursor((row, min(report.column, len(self.document.get_line(row)))))
            self.call_after_refresh(self._show_cursor)

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        mark = self._error
        if (
            mark is not None
            and mark.row <= line_index <= mark.end_row
            and (mark.end or mark.end_row > mark.row)
        ):
            start = mark.start if line_index == mark.row else len(line.plain) - len(line.plain.lstrip())
            end = mark.end if line_index == mark.end_row else len(line.plain)
            line.stylize(self.get_component_rich_style("editor--error-span"), start, end)
        return line

    def render_line(self, y: int) -> Strip:
        strip = self._with_edges(super().render_line(y), y)
        if self._error is None and self._running_row is None:
            return strip
        if y + self.scroll_offset.y >= self.wrapped_document.height:
            return strip
        row, _ = self.wrapped_document.offset_to_location(Offset(0, y + self.scroll_offset.y))
        if self._error is not None and row == self._error.row:
            return self._with_note(self._with_gutter(strip, "✗", "editor--error"), row, self._error.note)
        if row == self._running_row:
            return self._with_gutter(strip, "▶", "editor--running")
        return strip

    def _with_edges(self, strip: Strip, y: int) -> Strip:
        """Return the line with a sign where it continues beyond an edge."""
        place = y + self.scroll_offset.y
        if place >= self.wrapped_document.height:
            return strip
        row, _ = self.wrapped_document.offset_to_location(Offset(0, place))
        shown, left = self.scrollable_content_region.width, self.gutter_width
        length = cell_len(self.document.get_line(row).expandtabs(4)) - self.scroll_offset.x
        style = self.get_component_rich_style("editor--edge")
        if length > shown - left:
            strip = Strip.join([strip.crop(0, shown - 1), Strip([Segment("›", style)], 1)])
        if self.scroll_offset.x and length > 0:
            mark = Strip([Segment("‹", style)], 1)
            strip = Strip.join([strip.crop(0, left), mark, strip.crop(left + 1, strip.cell_length)])
        return strip

    def _with_gutter(self, strip: Strip, sign: str, component: str) -> Strip:
        """Return the line with its number and a sign in the colour of the mark."""
        width = self.gutter_width
        number = strip.crop(0, width).text.rstrip()
        style = self.get_component_rich_style(component)
        gutter = Strip([Segment(f"{number:<{width - 2}}{sign} ", style)], width)
        return Strip.join([gutter, strip.crop(width, strip.cell_length)])

    def _with_note(self, strip: Strip, row: int, note: str) -> Strip:
        """Return the line with a note behind its text, cut to the available room."""
        start = (
            self.gutter_width + cell_len(self.document.get_line(row).expandtabs(4)) - self.scroll_offset.x + 2
        )
        room = self.size.width - start - 1
        if not note or room < 8 or start < self.gutter_width:
            return strip
        text = Text(note, no_wrap=True)
        text.truncate(room, overflow="ellipsis")
        piece = Strip([Segment(text.plain, self.get_component_rich_style("editor--note"))])
        return Strip.join(
            [strip.crop(0, start), piece, strip.crop(start + piece.cell_length, strip.cell_length)]
        )

    # -------------------------------------------------------------------------------------------- editing

    def replace_all(self, text: str, keep_cursor: bool = False) -> None:
        """Replace the whole text; undo brings the old one back."""
        if text != self.text:
            row, column = self.cursor_location if keep_cursor else (0, 0)
            self.history.checkpoint()
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.history.checkpoint()
            self.start_at(row, column)

    def change_constants(self, values: Mapping[str, str]) -> bool:
        """Give constants other values, the first one in view; return whether there is any of them.

        One undo brings all of them back.
        """
        known = [(constant(self.text, name), text) for name, text in values.items()]
        found = sorted((one.row, one.start, one.end, text) for one, text in known if one is not None)
        if not found:
            return False
        start = here = found[0][:2]
        changed = ""
        for row, begin, end, text in found:
            changed += self.get_text_range(here, (row, begin)) + text
            here = (row, end)
        self.history.checkpoint()
        self.replace(changed, start, here)
        y = self.wrapped_document.location_to_offset((start[0], 0)).y
        if not self.scroll_offset.y <= y < self.scroll_offset.y + self.size.height:
            self.scroll_to(y=max(0, y - self.size.height // 2), animate=False, immediate=True)
        return True

    def start_at(self, row: int, column: int) -> None:
        """Put the cursor where it was left, or as close as the text still reaches."""
        row = min(row, self.document.line_count - 1)
        self.move_cursor((row, min(column, len(self.document.get_line(row)))))
        self._unseen = True
        if self.size.height:
            self.call_after_refresh(self._show_start)

    def on_resize(self) -> None:
        # An editor whose tab is not open has no height yet, and cannot know which rows will be in view.
        if self._unseen and self.size.height:
            self.call_after_refresh(self._show_start)

    def _show_start(self) -> None:
        """Show the cursor after a move, and the top of the file too if both fit."""
        self._unseen = False
        y = self.wrapped_document.location_to_offset(self.cursor_location).y
        if y < self.size.height - 1:
            self.scroll_to(x=0, y=0, animate=False, immediate=True)
        else:
            self._show_cursor()

    def _show_cursor(self) -> None:
        """Bring the cursor's line to the middle; show the line's beginning if the cursor is still in view there."""
        x, y = self.wrapped_document.location_to_offset(self.cursor_location)
        room = self.size.width - self.gutter_width - 3
        self.scroll_to(
            x=0 if x < room else x - room // 2,
            y=max(0, y - self.size.height // 2),
            animate=False,
            immediate=True,
        )

    def on_blur(self) -> None:
        self.post_message(self.Left(self))

    def save(self) -> str:
        self.post_message(self.Left(self))
        return self.file

    def leave(self) -> None:
        self.call_next(self.run_action, "screen.command('leave')")


def _operands(operands: tuple[Operand, ...]) -> str:
    """Return the operands of the failed expression in a few words: `x (32, 512) · w (256, 10)`."""
    shown = []
    for operand in operands:
        shape = str(operand.shape) if operand.shape is not None else operand.type
        shown.append(" ".join(part for part in (operand.name, shape, operand.dtype) if part))
    return "← " + " · ".join(shown) if shown else ""
