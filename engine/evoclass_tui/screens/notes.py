"""Every note and bookmark of the course, to go there."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from evoclass.i18n import Catalog
from evoclass.learner.annotations import Annotation, Notebook
from evoclass.learner.standing import numbered
from evoclass.model import LessonEntry
from evoclass.wording.printable import printable
from evoclass_tui.screens.dialog import Dialog, DialogKey
from evoclass_tui.widgets.choice_list import ChoiceList

QUOTED = 60
"""Characters of the text that a note is about."""

LINES = 3
"""Lines of a note that are listed."""


class NotesScreen(Dialog[tuple[LessonEntry, str] | None]):
    """Returns the lesson and the block of the chosen note."""

    KEYS = (
        DialogKey("enter", "go"),
        DialogKey("delete", "take_away"),
        DialogKey("u", "bring_back"),
        DialogKey("escape", "close", "leave"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, id="leave"),
        Binding("delete,x", "take_away", show=False),
        Binding("ctrl+z,u", "bring_back", show=False),
    ]

    def __init__(self, notebook: Notebook, catalog: Catalog) -> None:
        super().__init__()
        self._notebook, self._catalog = notebook, catalog
        self._rows: list[tuple[LessonEntry, Annotation]] = []
        self._taken: list[tuple[LessonEntry, Annotation]] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog notes"):
            yield Static(Content(self._catalog("notes.title")), classes="dialog-title")
            yield ChoiceList()

    def on_mount(self) -> None:
        self._fill()
        options = self.query_one(OptionList)
        options.focus()
        options.action_first()

    def _fill(self) -> None:
        self._rows = []
        options = self.query_one(OptionList)
        kept = options.highlighted
        options.set_options(self._options())
        if kept is not None and options.option_count:
            options.highlighted = min(kept, options.option_count - 1)

    def _options(self) -> Iterator[Option]:
        for entry, found in self._notebook.everywhere():
            title = Content.styled(printable(numbered(entry)), "bold $text-primary")
            yield Option(title, disabled=True)
            for one in found:
                yield Option(self._line(one), id=str(len(self._rows)))
                self._rows.append((entry, one))
        if not self._rows:
            yield Option(Content.styled(self._catalog("notes.none_here"), "$text-muted"), disabled=True)

    def _line(self, one: Annotation) -> Content:
        sign = "⚑ " if one.bookmarked else "✎ "
        quote = printable(shorten(one.quote, QUOTED, placeholder=" …")) or self._catalog("notes.no_text")
        parts = [Content.assemble((sign, "$text-accent"), (quote, "$text-muted"))]
        if one.astray:
            parts.append(Content.styled(f"  ({self._catalog('notes.gone')})", "$text-warning"))
        lines = printable(one.note).splitlines()
        parts += [Content(f"  {line}") for line in lines[:LINES]]
        parts += [Content.styled("  …", "$text-muted")] * (len(lines) > LINES)
        return Content("\n").join(parts)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        entry, one = self._rows[int(event.option_id or 0)]
        self.dismiss((entry, one.block))

    def action_take_away(self) -> None:
        """Take the highlighted note away."""
        options = self.query_one(OptionList)
        option = options.highlighted_option
        if option is not None and option.id is not None:
            entry, one = self._rows[int(option.id)]
            self._notebook.take_away(one, entry.id)
            self._taken.append((entry, one))
            self._fill()

    def action_bring_back(self) -> None:
        """Bring back the note that was taken away last."""
        if self._taken:
            entry, one = self._taken.pop()
            self._notebook.bring_back(one, entry.id)
            self._fill()
