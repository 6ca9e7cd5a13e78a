"""Vim's keys in a text area: hands keys to the machine, and shows where that has left text, cursor and selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from evoclass.i18n import Catalog
from evoclass_tui.finding import Match, Sought
from evoclass_tui.indenting import indent_after, own_indent
from evoclass_tui.vim.block import shown
from evoclass_tui.vim.machine import Machine
from evoclass_tui.vim.motions import Place

KEPT = 500
"""Changes whose parts are remembered, so that one undo takes a change back as a whole."""


class Around(Protocol):
    """What a text area can do besides editing."""

    sought: Sought

    def mark_matches(self, matches: Sequence[Match], *, block: bool = False) -> None: ...

    def save(self) -> str: ...

    def leave(self) -> None: ...


class VimKeys:
    """The text of a text area, as vim's commands see it."""

    def __init__(self, area: TextArea, around: Around) -> None:
        self._area, self._around = area, around
        self.cursor: Place = area.cursor_location
        self._shown: Selection | None = None
        """The selection as this class has left it; any other one comes from elsewhere."""
        self._saved: str | None = None
        """The file that the last command has saved; empty for a text without one."""
        self._changes: dict[int, list[object]] = {}
        """By the last entry in Textual's history, and by the first one: all entries of one change."""
        self._before: object | None = None
        """The last entry before the change that is being made."""
        self._block_marked = False
        """Whether the marks are those of a block."""
        self._working = False
        """Whether changes of the selection are its own."""
        self._machine = Machine(self)
        self._show()

    # ----------------------------------------------------------------------------------------------------- keys

    @property
    def place(self) -> str:
        """The place whose keys are in force: a name in `PLACES`."""
        if self._machine.asking is not None:
            return "vim_confirm"
        names = {"normal": "vim", "insert": "vim_insert", "replace": "vim_replace"}
        return names.get(self._machine.mode, "vim_visual")

    @property
    def inserting(self) -> bool:
        """Whether keys type text."""
        return self._machine.mode == "insert"

    @property
    def _amid_change(self) -> bool:
        """Whether later keys belong to the change that has begun."""
        return self._machine.mode in ("insert", "replace") or self._machine.asking is not None

    def press(self, key: str, character: str | None) -> bool:
        """Take a key; return whether it has a meaning here."""
        self._adopt()
        if self.inserting and key != "escape":
            return False
        if not self._amid_change:
            self._begin_change()
        self._saved = None
        typed = character if character and character.isprintable() else key
        self._working = True
        used = self._machine.press(typed)
        if not self._amid_change:
            self._end_change()
        self._show()
        self._working = False
        return used

    def paste(self, text: str) -> bool:
        """Add a text to the line that is being typed, or type it over what is there, if one does either."""
        self._adopt()
        self._working = True
        used = self._machine.type_line(text)
        self._show()
        self._working = False
        return used

    def stay_inside(self) -> None:
        """Take in that the cursor was moved, or the text changed, by something else."""
        if self._area.selection != self._shown and not self.inserting and not self._working:
            self._working = True
            self._adopt()
            self._show()
            self._working = False

    def _adopt(self) -> None:
        start, end = self._area.selection
        if self.inserting or self._area.selection == self._shown:
            self.cursor = end if self.inserting else self.cursor
            return
        machine = self._machine
        self.cursor = end
        if start == end:
            machine.select("normal")
        elif start < end:
            self.cursor = (end[0], end[1] - 1) if end[1] else end
            machine.select("visual", start)
        else:
            machine.select("visual", (start[0], max(0, start[1] - 1)))

    def _show(self) -> None:
        """Select what is selected.  The cell with the cursor is part of it, and Textual draws it by itself."""
        anchor, cursor = self._machine.anchor, self.cursor
        selection = Selection.cursor(cursor)
        if self._machine.mode == "visual":
            start = (
                anchor if anchor <= cursor else (anchor[0], min(anchor[1] + 1, len(self.lines[anchor[0]])))
            )
            selection = Selection(start, cursor)
        elif self._machine.mode == "visual_line":
            top, bottom = sorted((anchor[0], cursor[0]))
            first, last = (top, 0), (bottom, len(self.lines[bottom]))
            selection = Selection(first, last) if anchor <= cursor else Selection(last, first)
        if self._area.selection != selection:
            self._area.selection = selection
            self._area.record_cursor_width()
        self._shown = self._area.selection
        part = self._machine.block
        if part is not None or self._block_marked:
            self._around.mark_matches(shown(self.lines, part) if part is not None else (), block=True)
        self._block_marked = part is not None

    def status(self, say: Catalog) -> str:
        """Return the mode in words, the keys of a command that is not complete, and what was said last."""
        pending = "".join(sign if sign.isprintable() else "" for sign in self._machine.pending)
        if pending[:1] in (*"/?:",) and pending:
            return f"{pending}▏"
        if self._machine.asking is not None:
            return say("vim.confirm", text=self._machine.asking)
        told = say(self._machine.told[0], **self._machine.told[1]) if self._machine.told else ""
        if self._saved is not None:
            told = say("vim.saved", file=self._saved) if self._saved else say("vim.saved_answer")
        recording = self._machine.recording
        noted = say("vim.recording", register=recording) if recording else ""
        return "  ".join(part for part in (say(f"vim.{self._machine.mode}"), noted, pending, told) if part)

    # ----------------------------------------------------------------------------------------- the machine's text

    @property
    def lines(self) -> Sequence[str]:
        return self._area.document.lines

    @property
    def page(self) -> int:
        return max(2, self._area.scrollable_content_region.height)

    @property
    def top(self) -> int:
        return self._area.scroll_offset.y

    def scroll(self, top: int) -> None:
        self._area.scroll_to(y=max(0, top), animate=False, immediate=True)

    @property
    def sought(self) -> Sought:
        return self._around.sought

    @sought.setter
    def sought(self, sought: Sought) -> None:
        self._around.sought = sought

    @property
    def clipboard(self) -> str:
        return self._area.app.clipboard

    @clipboard.setter
    def clipboard(self, text: str) -> None:
        self._area.app.copy_to_clipboard(text)

    def replace(self, start: Place, end: Place, text: str) -> None:
        self._area.replace(text, start, end, maintain_selection_offset=False)

    def indent_after(self, line: str) -> str:
        return indent_after(line) if self._area.language == "python" else own_indent(line)

    def mark(self, matches: Sequence[Match]) -> None:
        self._around.mark_matches(matches)

    def write(self) -> None:
        self._saved = self._around.save()

    def leave(self) -> None:
        self._around.leave()

    # -------------------------------------------------------------------------------------------------------- undo

    def undo(self) -> None:
        done = self._area.history.undo_stack
        for _ in self._changes.get(id(done[-1]), done[-1:]) if done else ():
            self._area.undo()
        self.cursor = self._area.selection.end

    def redo(self) -> None:
        undone = self._area.history.redo_stack
        for _ in self._changes.get(id(undone[-1]), undone[-1:]) if undone else ():
            self._area.redo()
        self.cursor = self._area.selection.end

    def _begin_change(self) -> None:
        self._area.history.checkpoint()
        self._before = next(reversed(self._area.history.undo_stack), None)

    def _end_change(self) -> None:
        """Keep together what Textual has noted as several steps."""
        done: list[object] = [*self._area.history.undo_stack]
        before = next((number for number, entry in enumerate(done) if entry is self._before), -1)
        entries = done[before + 1 :] if self._before is None or before >= 0 else []
        if len(entries) > 1:
            self._changes[id(entries[-1])] = self._changes[id(entries[0])] = entries
            while len(self._changes) > KEPT:
                del self._changes[next(iter(self._changes))]
        self._before = None
