"""Write a program, or several lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import TextArea

from evoclass.exercise import Feedback, Field, Value
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, code_rows
from evoclass_tui.places import HasKeys, place_bindings
from evoclass_tui.widgets.code_area import CodeArea
from evoclass_tui.widgets.code_theme import code_theme
from evoclass_tui.widgets.editor_bar import EditorBar
from evoclass_tui.widgets.fields.frame import frame
from evoclass_tui.widgets.fields.typed import TypedWidget
from evoclass_tui.widgets.program_area import ProgramArea

SHORTEST, TALLEST = 5, 18
"""Rows of the editor with its frame."""


class CodeEditor(ProgramArea):
    """The editor of a program that a question asks for: lines are edited as in that of the lab."""

    BINDINGS: ClassVar[list[BindingType]] = place_bindings("editor", "code")


class CodeField(HasKeys, TypedWidget):
    """A small editor that grows with its text; Escape leaves it, since Tab indents."""

    place = "code"
    DEFAULT_CSS = """
    CodeField {
        & > TextArea {
            height: auto; min-height: 5; max-height: 18;
            border: round $border; background: transparent; padding: 0; scrollbar-size: 0 0;
            border-subtitle-color: $text-muted;
            &:focus { border: round $primary; }
        }
        & > EditorBar { dock: none; margin: 0 1; }
    }
    """

    def __init__(self, field: Field, catalog: Catalog) -> None:
        super().__init__(field, catalog)
        self.starter = getattr(field, "starter", "")
        self._text = self.starter
        self.area: TextArea | None = None

    def compose(self) -> ComposeResult:
        # Late, since an editor with colours takes 40 ms to make.
        language = getattr(self.field, "language", "")
        if language:
            self.area = CodeEditor.code_editor(self._text, language=_known(language), show_line_numbers=False)
            self.area.border_subtitle = Content(self.catalog("question.leave_editor"))
        else:
            self.area = CodeArea(self._text, tab_behavior="focus")
        self.area.read_only = self.locked
        yield self.area

    def preview(self, width: int) -> list[Line]:
        language = getattr(self.field, "language", "")
        rows: list[list[Segment]] = []
        for line in code_rows(self._text, language)[: TALLEST - 2]:
            rows.append(
                [segment._replace(style=segment.style.removeprefix("code.block")) for segment in line]
            )
        rows += [[] for _ in range(SHORTEST - 2 - len(rows))]
        note = self.catalog("question.leave_editor") if language else ""
        return [Line(tuple(row)) for row in frame(rows, width, note)]

    def on_mount(self) -> None:
        self._take_theme()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._take_theme())

    def _take_theme(self) -> None:
        if self.area is None:
            return
        name = f"evoclass-{self.app.theme}"
        self.area.register_theme(code_theme(self.app.theme_variables, name))
        self.area.theme = name

    @property
    def text(self) -> str:
        return self.area.text if self.area is not None else self._text

    def show_value(self, value: Value) -> None:
        self._text = self.starter if value is None else self.field.typed(value)
        if self.area is not None:
            with self.area.prevent(TextArea.Changed):
                # An edit, so that a reset can be undone.
                self.area.replace(self._text, (0, 0), self.area.document.end, maintain_selection_offset=False)

    def watch_locked(self, locked: bool) -> None:
        if self.area is not None:
            self.area.read_only = locked
        self.query(EditorBar).remove()

    def show_marks(self, feedback: Sequence[Feedback], *, passed: bool, everything: bool) -> None:
        """Go back to the left edge: remarks speak of lines, and lines are read from their beginning."""
        if self.area is not None:
            self.area.scroll_to(x=0, animate=False)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        for bar in self.query(EditorBar):
            bar.text_changed()
        if event.text_area.text != self._text:
            self._text = event.text_area.text
            self.post_message(self.Changed(self))

    def focus_first(self) -> None:
        if self.area is not None:
            self.area.focus()
        elif self.is_attached:
            self.call_after_refresh(self.focus_first)


def _known(language: str) -> str | None:
    return language if language in ("python", "bash", "json", "toml", "yaml", "markdown") else None
