"""A short list to choose one thing from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from evoclass.frozen import frozen
from evoclass_tui.screens.dialog import Dialog
from evoclass_tui.widgets.choice_list import ChoiceList


@frozen
class Entry:
    """One line of a menu."""

    key: str
    label: str
    note: str = ""
    """Shown below the label; for an entry that cannot be chosen, why."""
    enabled: bool = True


class Menu(Dialog[str | None]):
    """Returns the key of the chosen entry, or None."""

    BINDINGS = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, text: str, entries: Sequence[Entry], chosen: str = "") -> None:
        super().__init__()
        self._title, self._text = title, text
        self._entries, self._chosen = entries, chosen

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(self._title), classes="dialog-title")
            if self._text:
                yield Static(Content(self._text), classes="dialog-text")
            yield ChoiceList(
                *(
                    Option(self._line(entry), id=entry.key, disabled=not entry.enabled)
                    for entry in self._entries
                )
            )

    def _line(self, entry: Entry) -> Content:
        mark = "● " if entry.key == self._chosen else "○ " if self._chosen else ""
        parts = [Content.assemble((mark, "$accent"), (entry.label, "bold" if entry.enabled else ""))]
        if entry.note:
            parts.append(Content.assemble("  " if mark else "", (entry.note, "$text-muted")))
        return Content("\n").join(parts)

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        keys = [entry.key for entry in self._entries]
        options.highlighted = keys.index(self._chosen) if self._chosen in keys else 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def on_click(self, event: object) -> None:
        if self.get_widget_at(*self.app.mouse_position)[0] is self:
            self.dismiss(None)
