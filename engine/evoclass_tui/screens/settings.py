"""The settings: one on each line, changed in place, kept in the settings file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import isawaitable

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from evoclass.i18n import Catalog
from evoclass.layout import cell_width
from evoclass.wording.printable import printable
from evoclass_tui.screens.dialog import CLOSE, Dialog, DialogKey
from evoclass_tui.settings_list import SettingLine
from evoclass_tui.widgets.choice_list import ChoiceList


class SettingsScreen(Dialog[None]):
    """Lists settings; ← and → change the one at the cursor."""

    KEYS = (DialogKey("right", "change"), DialogKey("left", "change_back"), CLOSE)
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("f10", "dismiss(None)", show=False, id="settings"),
        Binding("right,l", "change(1)", show=False, priority=True),
        Binding("left,h", "change(-1)", show=False, priority=True),
    ]

    def __init__(
        self, read: Callable[[], Sequence[SettingLine]], catalog: Callable[[], Catalog], file: str
    ) -> None:
        super().__init__()
        self._read, self._catalog, self._file = read, catalog, file

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog settings"):
            yield Static(classes="dialog-title", id="settings-title")
            yield ChoiceList()
            yield Static(id="settings-help")

    def on_mount(self) -> None:
        self._draw()
        self.query_one(OptionList).focus()

    def _draw(self) -> None:
        """Rewrite every line: another language changes them all."""
        say, settings = self._catalog(), self._read()
        self.query_one("#settings-title", Static).update(Content(say("settings.title")))
        labels = [_label(setting, say) for setting in settings]
        width = max(map(cell_width, labels)) + 2
        options = self.query_one(OptionList)
        kept = options.highlighted or 0
        lines: list[Option] = []
        plugin = ""
        for label, setting in zip(labels, settings, strict=True):
            if setting.plugin != plugin:
                plugin = setting.plugin
                title = Content.styled(say("settings.plugin", plugin=plugin), "$text-muted")
                lines.append(Option(title, disabled=True))
            padded = label + " " * (width - cell_width(label))
            lines.append(Option(self._line(padded, setting), id=setting.id))
        options.set_options(lines)
        options.highlighted = kept
        self._explain()

    def _line(self, label: str, setting: SettingLine) -> Content:
        name = next((name for name, value in setting.values if value == setting.now), str(setting.now))
        left, right = ("‹ ", " ›") if len(setting.values) > 1 else ("  ", "")
        return Content.assemble(label, (left, "$text-muted"), (name, "bold $accent"), (right, "$text-muted"))

    @on(OptionList.OptionHighlighted)
    def _explain(self) -> None:
        say = self._catalog()
        option = self.query_one(OptionList).highlighted_option
        key = f"settings.{option.id}_help" if option is not None else ""
        text = say(key) if say.has(key) else ""
        where = (say("settings.file", file=self._file), "$text-muted")
        self.query_one("#settings-help", Static).update(Content.assemble(text, "\n", where))

    async def action_change(self, by: int) -> None:
        """Give the setting at the cursor its next value."""
        option = self.query_one(OptionList).highlighted_option
        setting = next((each for each in self._read() if option is not None and each.id == option.id), None)
        if setting is None or len(setting.values) < 2:
            return
        values = [value for _, value in setting.values]
        here = values.index(setting.now) if setting.now in values else 0
        outcome = setting.use(values[(here + by) % len(values)])
        if isawaitable(outcome):
            await outcome
        self._draw()

    @on(OptionList.OptionSelected)
    async def _selected(self, event: OptionList.OptionSelected) -> None:
        more = next((line.more for line in self._read() if line.id == event.option_id), None)
        if more is not None:
            more()
        else:
            await self.action_change(1)

    def on_click(self, event: events.Click) -> None:
        if self.get_widget_at(*self.app.mouse_position)[0] is self:
            self.dismiss(None)


def _label(setting: SettingLine, catalog: Catalog) -> str:
    """Return a setting's label; a plugin's setting without words for it shows its name."""
    key = f"settings.{setting.id}"
    return printable(catalog(key)) if catalog.has(key) else setting.id.rpartition(".")[2]
