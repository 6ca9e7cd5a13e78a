"""The lab's files: a bar with their tabs, and an editor for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import var
from textual.timer import Timer
from textual.widgets import ContentSwitcher, TextArea

from evoclass.i18n import Catalog
from evoclass.model import Knob
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.editor_bar import EditorBar
from evoclass_tui.widgets.knobs import KnobBar, KnobDial
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.tab_strip import Tab, TabStrip

REST = 0.4
"""Seconds after which a knob that was turned has come to rest."""

SAVE_AFTER = 0.6
"""Seconds without typing after which an edit is saved."""


class LabFiles(Vertical):
    """Contains the programs of a lesson during editing, and reports the text to save."""

    file: var[str] = var("", init=False)
    """The file whose tab is open."""
    supplies_changed: var[bool] = var(False, init=False)
    """Whether the lesson's version of a file beside the programs could be brought back."""

    @dataclass
    class Edited(Message):
        """The text of a file has changed."""

        file: str
        source: str

    @dataclass
    class ResetWanted(Message):
        """The learner wants the lesson's version of a file."""

        file: str

    @dataclass
    class KnobRests(Message):
        """A knob was turned, and is turned no more: the program is to run as it is now."""

        file: str

    class NoKnob(Message):
        """The open file has no knob that could be turned."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._edited: dict[str, bool] = {}
        self._knobs: Mapping[str, tuple[Knob, ...]] = {}
        self._rest: Timer | None = None
        self._save: Timer | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="lab-bar"):
            yield TabStrip(id="files")
            yield Pill("", "reset")
            yield Pill("", "run", classes="-main")
        yield KnobBar(id="knobs")
        yield ContentSwitcher(id="editors")

    # ---------------------------------------------------------------------------------------------- contents

    @property
    def editor(self) -> Editor | None:
        """The editor whose tab is open."""
        return self._editor(self.file)

    def _editor(self, file: str) -> Editor | None:
        return next((editor for editor in self.query(Editor) if editor.file == file), None)

    async def show(
        self, code: Mapping[str, str], edited: Mapping[str, bool], knobs: Mapping[str, tuple[Knob, ...]]
    ) -> None:
        """Show the files of a lesson, and the knobs of each."""
        await self.query(EditorBar).remove()
        switcher = self.query_one("#editors", ContentSwitcher)
        if [editor.file for editor in self.query(Editor)] != list(code):
            switcher.current = None
            await switcher.remove_children()
            editors = [
                Editor(file, text, id=f"editor-{number}") for number, (file, text) in enumerate(code.items())
            ]
            for editor in editors:
                editor.display = False
            await switcher.mount_all(editors)
        else:
            for file, text in code.items():
                kept = self._editor(file)
                if kept is not None and kept.text != text:
                    kept.load_text(text)
        self._edited, self._knobs = dict(edited), knobs
        self.file = self.file if self.file in code else next(iter(code), "")
        self._open()

    def open_at(self, file: str, cursors: Mapping[str, tuple[int, int]]) -> None:
        """Open the tab and put the cursors where they were left."""
        for editor in self.query(Editor):
            if editor.file in cursors and cursors[editor.file] != editor.cursor_location:
                row, column = cursors[editor.file]
                editor.start_at(row, column)
        if self._editor(file) is not None:
            self.file = file

    def watch_file(self) -> None:
        self._open()
        for bar in self.query(EditorBar):
            if self.editor is not None:
                bar.turn_to(self.editor)

    def watch_supplies_changed(self) -> None:
        self._tabs()

    def _open(self) -> None:
        editor = self.editor
        self.query_one("#editors", ContentSwitcher).current = editor.id if editor is not None else None
        self._knob_bar.show(self._knobs.get(self.file, ()), editor.text if editor is not None else "")
        self._tabs()

    def _tabs(self) -> None:
        tabs = tuple(Tab(file, file, marked) for file, marked in self._edited.items())
        self.query_one("#files", TabStrip).show(tabs, self.file)
        restorable = self._edited.get(self.file, False) or (bool(self._edited) and self.supplies_changed)
        self.query_one(".role-reset").display = restorable

    def mark_edited(self, file: str, edited: bool) -> None:
        """Show whether a file differs from the lesson's version."""
        if self._edited.get(file) != edited:
            self._edited[file] = edited
            self._tabs()

    def replace(self, file: str, source: str, keep_cursor: bool = False) -> None:
        """Replace an editor's text; undo brings the old one back."""
        if (editor := self._editor(file)) is not None:
            editor.replace_all(source, keep_cursor)

    def flush(self) -> None:
        """Report the typed text at once."""
        if self._save is not None:
            self._save.stop()
            self._save = None
        for editor in self.query(Editor):
            self.post_message(self.Edited(editor.file, editor.text))

    def sources(self) -> dict[str, str]:
        """Return the current text of each editor."""
        return {editor.file: editor.text for editor in self.query(Editor)}

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if isinstance(event.text_area, Editor):
            event.text_area.mark_error(None)
            if event.text_area is self.editor:
                self._knob_bar.follow(event.text_area.text)
            for bar in self.query(EditorBar):
                bar.text_changed()
        if self._save is not None:
            self._save.stop()
        self._save = self.set_timer(SAVE_AFTER, self.flush)

    @on(Editor.Left)
    def _left(self, event: Editor.Left) -> None:
        event.stop()
        self.post_message(self.Edited(event.editor.file, event.editor.text))

    # --------------------------------------------------------------------------------------------- its knobs

    @property
    def _knob_bar(self) -> KnobBar:
        return self.query_one(KnobBar)

    def action_knob(self) -> None:
        """Give the next knob of the open file the focus."""
        if not self._knob_bar.enter():
            self.post_message(self.NoKnob())

    def change_constants(self, file: str, values: Mapping[str, str]) -> bool:
        """Give constants of a program other values; return whether it has any of them."""
        editor = self._editor(file)
        return editor is not None and editor.change_constants(values)

    @on(KnobDial.Turned)
    def _turned(self, event: KnobDial.Turned) -> None:
        """Change the constant in the program, and have it run when the knob rests."""
        event.stop()
        editor = self.editor
        if editor is None or not self.change_constants(editor.file, {event.name: event.text}):
            return
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, partial(self._rests, editor.file))

    def _rests(self, file: str) -> None:
        self.flush()
        self.post_message(self.KnobRests(file))

    # --------------------------------------------------------------------------------------------- its lines

    def follow_line(self, file: str, line: int) -> None:
        """Mark a line as the one that runs; 0 marks no line."""
        if (editor := self._editor(file)) is not None:
            editor.mark_running(line or None)

    def end_marks(self) -> None:
        """Remove the mark of the running line."""
        for editor in self.query(Editor):
            editor.mark_running(None)

    # ------------------------------------------------------------------------------------- the bar below the text

    async def open_bar(self, kind: type[EditorBar], catalog: Catalog) -> None:
        """Open a bar below the editor and put the cursor into it."""
        if self.editor is not None:
            await kind(self.editor, catalog).open_in(self.query_one("#editors"))

    # ----------------------------------------------------------------------------------------------- its bar

    def action_reset(self) -> None:
        """Ask for the lesson's version of the open file."""
        self.post_message(self.ResetWanted(self.file))

    def action_next_file(self) -> None:
        """Open the next tab, at once: the next key may be Run."""
        files = list(self._edited)
        if files:
            self.file = files[(files.index(self.file) + 1) % len(files)]

    @on(TabStrip.Chosen, "#files")
    def _file_chosen(self, event: TabStrip.Chosen) -> None:
        event.stop()
        self.file = event.key

    @on(Pill.Pressed, ".role-reset")
    def _reset_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.action_reset()
