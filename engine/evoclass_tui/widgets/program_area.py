"""A text area that edits as Python programmers expect: indentation, lines, comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.widgets.text_area import Selection

from evoclass_tui.finding import Match
from evoclass_tui.indenting import indent_after
from evoclass_tui.pairs import BRACKETS, SIGNS, is_empty_pair, typed
from evoclass_tui.textual_areas import forget_lines
from evoclass_tui.widgets.modal_area import ModalArea

_COMMENT = re.compile(r"^(\s*)# ?")
"""The sign that turns a line into a comment."""


class ProgramArea(ModalArea):
    """Edits a program line by line, and marks what a search has found in it."""

    DEFAULT_CSS = """
    ProgramArea {
        & .program--match { background: $warning 12%; text-style: underline; }
        & .program--block { background: $primary 13%; text-style: bold underline; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"program--match", "program--block"}
    stays_at_escape = False
    """Whether Escape is for the window to use; else it goes to the next widget."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._matches: dict[int, list[Match]] = {}
        """What is marked, by row."""
        self._mark = "program--match"
        """How it is marked."""
        super().__init__(*arguments, **options)

    def mark_matches(self, matches: Sequence[Match], *, block: bool = False) -> None:
        """Mark what a search has found, or a `block` that is selected."""
        self._mark = "program--block" if block else "program--match"
        found: dict[int, list[Match]] = {}
        for match in matches:
            found.setdefault(match.row, []).append(match)
        if found != self._matches:
            self._matches = found
            self.repaint()

    def repaint(self) -> None:
        """Draw every line again, because its colours depend on more than the text."""
        forget_lines(self)
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        for match in self._matches.get(line_index, ()):
            line.stylize(self.get_component_rich_style(self._mark), match.start, match.end)
        return line

    def on_key(self, event: events.Key) -> None:
        focused = self.screen.focused
        if focused not in (self, None):
            # A bar has taken the focus while this key was queued here.
            event.stop()
            event.prevent_default()
            focused.post_message(events.Key(event.key, event.character))
            return
        if self.read_only:
            return
        if self.used_by_vim(event):
            event.stop()
            event.prevent_default()
            return
        if self.used_by_suggestions(event.key, event.character):
            event.stop()
            event.prevent_default()
            return
        if event.key == "escape":
            if self.stays_at_escape:
                event.prevent_default()
            return
        handled = True
        if event.key == "enter":
            self._new_line()
        elif event.key == "tab" and not self.selection.is_empty:
            self._shift(1)
        elif event.key == "backspace" and self._at_tab_stop():
            row, column = self.cursor_location
            self.delete((row, column - ((column - 1) % 4 + 1)), (row, column))
        elif event.key == "backspace" and self._in_empty_pair():
            row, column = self.cursor_location
            self.delete((row, column - 1), (row, column + 1))
        elif not (event.character and self._paired(event.character)):
            handled = False
        if handled:
            event.stop()
            event.prevent_default()

    @property
    def _around(self) -> tuple[str, str]:
        """The text up to the cursor, and the rest of its line."""
        row, column = self.cursor_location
        return self.get_text_range((0, 0), (row, column)), self.document.get_line(row)[column:]

    def _paired(self, sign: str) -> bool:
        """Type a bracket or quote with its partner, or step over the one that is there; False if neither is due."""
        if self.language != "python" or not self.selection.is_empty or sign not in SIGNS:
            return False
        insert = typed(*self._around, sign)
        if insert is None:
            return False
        row, column = self.cursor_location
        if insert:
            self.replace(insert, (row, column), (row, column), maintain_selection_offset=False)
        self.move_cursor((row, column + 1))
        return True

    def _in_empty_pair(self) -> bool:
        return self.language == "python" and self.selection.is_empty and is_empty_pair(*self._around)

    def _new_line(self) -> None:
        """Start a line with the indentation that Python expects there."""
        start, end = sorted(self.selection)
        before = self.document.get_line(start[0])[: start[1]]
        indent, code = indent_after(before), before.split("#")[0].rstrip()
        self.history.checkpoint()
        self.replace("\n" + indent, start, end, maintain_selection_offset=False)
        after = self.document.get_line(self.cursor_location[0])[len(indent) :]
        if code == before and code[-1:] in BRACKETS and after.startswith(BRACKETS[code[-1]]):
            # The closing bracket goes to a line of its own, as far left as the line that opens it.
            here = self.cursor_location
            self.replace("\n" + indent[:-4], here, here, maintain_selection_offset=False)
            self.move_cursor(here)

    def _at_tab_stop(self) -> bool:
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        return self.selection.is_empty and column > 1 and not before.strip(" ")

    def _rows(self) -> range:
        """Return the rows that the selection touches."""
        (top, _), (bottom, column) = sorted(self.selection)
        return range(top, bottom + 1 if column or top == bottom else bottom)

    def _change_rows(self, lines: list[str], rows: range) -> None:
        end = (rows[-1], len(self.document.get_line(rows[-1])))
        self.history.checkpoint()
        self.replace("\n".join(lines), (rows[0], 0), end)

    def _shift(self, by: int) -> None:
        rows = self._rows()
        lines = [self.document.get_line(row) for row in rows]
        if by > 0:
            lines = [f"    {line}" if line.strip() else line for line in lines]
        else:
            lines = [line[min(4, len(line) - len(line.lstrip(" "))) :] for line in lines]
        self._change_rows(lines, rows)

    def action_file_start(self, select: bool = False) -> None:
        """Go to the first character of the file."""
        self.move_cursor((0, 0), select=select)

    def action_file_end(self, select: bool = False) -> None:
        """Go behind the last character of the file."""
        self.move_cursor(self.document.end, select=select)

    def action_line_start_or_all(self) -> None:
        """Go to the start of the line; from there, select the whole text."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if column == len(line) - len(line.lstrip()):
            self.select_all()
        else:
            self.action_cursor_line_start()

    def action_move_lines(self, by: int) -> None:
        """Exchange the selected lines with the line above or below them."""
        rows = self._rows()
        neighbour = rows[0] - 1 if by < 0 else rows[-1] + 1
        if not 0 <= neighbour < self.document.line_count:
            return
        lines = [self.document.get_line(row) for row in rows]
        other = self.document.get_line(neighbour)
        both = range(min(rows[0], neighbour), max(rows[-1], neighbour) + 1)
        selection = self.selection
        self._change_rows([*lines, other] if by < 0 else [other, *lines], both)
        self._select_below(selection, by)

    def action_duplicate(self) -> None:
        """Repeat the selected lines below themselves; the cursor goes to the copy."""
        rows, selection = self._rows(), self.selection
        lines = [self.document.get_line(row) for row in rows]
        self._change_rows([*lines, *lines], rows)
        self._select_below(selection, len(rows))

    def append(self, code: str) -> None:
        """Put a program below the text and select it; one undo takes it away."""
        last, column = self.document.end
        start = (last + 1, 0) if column else (last, 0)
        self.history.checkpoint()
        self.insert("\n" * (start[0] - last) + code.rstrip("\n") + "\n", self.document.end)
        self.history.checkpoint()
        self.selection = Selection(start, self.document.end)

    def _select_below(self, selection: Selection, by: int) -> None:
        """Select what was selected before, `by` rows further down."""
        start, end = (min((row + by, column), self.document.end) for row, column in selection)
        self.selection = Selection(start, end)

    def action_dedent(self) -> None:
        """Take one level of indentation off the selected lines."""
        self._shift(-1)

    def action_comment(self) -> None:
        """Turn the selected lines into comments, or back into code."""
        rows = self._rows()
        lines = [self.document.get_line(row) for row in rows]
        code = [line for line in lines if line.strip()]
        if all(line.lstrip().startswith("#") for line in code):
            lines = [_COMMENT.sub(r"\1", line) for line in lines]
        else:
            column = min((len(line) - len(line.lstrip()) for line in code), default=0)
            lines = [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]
        self._change_rows(lines, rows)
