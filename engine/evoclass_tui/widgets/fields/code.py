"""Write a program, or several lines of text."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import TextArea

from evoclass.exercise import Code, Field, Text, Value
from evoclass.i18n import Catalog
from evoclass_tui.widgets.code_theme import code_theme
from evoclass_tui.widgets.fields.base import FieldWidget


class CodeField(FieldWidget):
    """A small editor that grows with its text; Escape leaves it, since Tab indents."""

    typed = True
    DEFAULT_CSS = """
    CodeField {
        & > TextArea {
            height: auto; min-height: 5; max-height: 18;
            border: round $border; background: transparent; padding: 0;
            &:focus { border: round $primary; }
        }
    }
    """

    def __init__(self, field: Field, catalog: Catalog) -> None:
        super().__init__(field, catalog)
        language = getattr(field, "language", "")
        starter = getattr(field, "starter", "")
        if language:
            self.area = TextArea.code_editor(starter, language=_known(language), show_line_numbers=False)
        else:
            self.area = TextArea(starter, tab_behavior="focus")
        self.area.border_subtitle = catalog("question.leave_editor") if language else None
        self.starter = starter

    def compose(self) -> ComposeResult:
        yield self.area

    def on_mount(self) -> None:
        self._take_theme()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._take_theme())

    def _take_theme(self) -> None:
        name = f"evoclass-{self.app.theme}"
        self.area.register_theme(code_theme(self.app.theme_variables, name))
        self.area.theme = name

    @property
    def value(self) -> Value:
        return self.area.text

    def show_value(self, value: Value) -> None:
        with self.area.prevent(TextArea.Changed):
            self.area.text = self.starter if value is None else str(value)

    def watch_locked(self, locked: bool) -> None:
        self.area.read_only = locked

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))

    def focus_first(self) -> None:
        self.area.focus()


def _known(language: str) -> str | None:
    return language if language in ("python", "bash", "json", "toml", "yaml", "markdown") else None


def is_area(field: Field) -> bool:
    """Whether a field needs more than one row."""
    return isinstance(field, Code) or (isinstance(field, Text) and field.lines > 1)
