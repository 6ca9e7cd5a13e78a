"""The command palette: every action, found by typing a part of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from evoclass.i18n import Catalog
from evoclass_tui.keymap import Keymap
from evoclass_tui.keys import COMMANDS, display
from evoclass_tui.palette_entry import PaletteEntry
from evoclass_tui.screens.dialog import Dialog
from evoclass_tui.widgets.choice_list import ChoiceList
from evoclass_tui.widgets.entry import Entry

SHOWN = 60
"""Entries listed at most."""


def command_actions(
    catalog: Catalog, keymap: Keymap, busy: bool, carry_out: Callable[[str], object]
) -> Iterator[PaletteEntry]:
    """Yield the commands of the window; with `busy`, a program is alive and Run stops it."""
    for command in COMMANDS:
        if command.id in ("palette", "leave"):
            continue
        name = "stop" if command.id == "run" and busy else command.id
        found, place = keymap.found_at(command.id, catalog)
        keys = ", ".join(display(key, catalog) for key in found) + (f" ({place})" if place else "")
        label, text = catalog(f"command.{name}.label"), catalog(f"command.{name}.help")
        yield PaletteEntry(label, text, partial(carry_out, command.id), keys)


class Palette(Dialog[PaletteEntry | None]):
    """Returns the chosen action; the caller that opened the palette carries it out."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", show=False, priority=True),
        Binding("ctrl+p", "dismiss(None)", show=False, priority=True, id="palette"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(8)", show=False, priority=True),
        Binding("pageup", "move(-8)", show=False, priority=True),
    ]

    def __init__(self, catalog: Catalog, actions: Sequence[PaletteEntry]) -> None:
        super().__init__()
        self._catalog = catalog
        self._actions = actions
        self._found: list[PaletteEntry] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog palette"):
            yield Entry(placeholder=self._catalog("palette.placeholder"), compact=True)
            options = ChoiceList()
            options.can_focus = False  # the field keeps the keys, so that one can go on typing
            yield options

    def on_mount(self) -> None:
        self._list("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value.strip())

    def _list(self, query: str) -> None:
        options = self.query_one(OptionList)
        if query:
            matcher = Matcher(query)
            scored = [(matcher.match(action.label), action) for action in self._actions]
            scored = [pair for pair in scored if pair[0] > 0]
            scored.sort(key=lambda pair: -pair[0])
            self._found = [action for _, action in scored][:SHOWN]
            labels = [matcher.highlight(action.label) for action in self._found]
        else:
            self._found = list(self._actions)[:SHOWN]
            labels = [Content(action.label) for action in self._found]
        options.set_options(
            Option(self._line(label, action), id=str(number))
            for number, (label, action) in enumerate(zip(labels, self._found, strict=True))
        )
        if not self._found:
            options.add_option(
                Option(Content.styled(self._catalog("palette.nothing"), "$text-muted"), disabled=True)
            )
        options.highlighted = 0 if self._found else None

    def _line(self, label: Content, action: PaletteEntry) -> Content:
        head = Content.assemble(label, (f"   {action.keys}", "$accent")) if action.keys else label
        return Content.assemble(head, "\n", (action.help, "$text-muted"))

    def action_move(self, by: int) -> None:
        """Go up or down in the list while the cursor stays in the field."""
        options = self.query_one(OptionList)
        if self._found:
            options.highlighted = max(0, min(len(self._found) - 1, (options.highlighted or 0) + by))

    @on(Input.Submitted)
    def _entered(self) -> None:
        highlighted = self.query_one(OptionList).highlighted
        if highlighted is not None and self._found:
            self.dismiss(self._found[highlighted])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])
