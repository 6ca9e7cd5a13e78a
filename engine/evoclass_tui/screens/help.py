"""Help: every key, and the purpose of the panels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Static

from evoclass.i18n import Catalog
from evoclass_tui.keymap import Keymap
from evoclass_tui.keys import COMMANDS, display
from evoclass_tui.places import PLACES, keys_of
from evoclass_tui.screens.dialog import Dialog, DialogKey

PANELS = ("reader", "editor", "terminal", "figures", "inspector")


class Help(Dialog[None]):
    """One scrolling page."""

    KEYS = (DialogKey("pagedown", "page"), DialogKey("escape", "close"))
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("f1,question_mark", "dismiss(None)", show=False, id="help"),
    ]

    def __init__(self, catalog: Catalog, keymap: Keymap, panels: Sequence[tuple[str, DOMNode]] = ()) -> None:
        """`panels` are the panels of plugins, each with its name."""
        super().__init__()
        self._catalog, self._keymap = catalog, keymap
        self._panels_of_plugins = panels

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help"):
            yield Static(Content(self._catalog("help.title")), classes="dialog-title")
            with VerticalScroll():
                yield Static(Content("\n\n").join(self._parts()))
                more = self._catalog("help.more", keys=self._shown(self._keymap.keys("palette")))
                yield Static(Content.styled(more, "$text-muted italic"), classes="help-more")
                yield from self._panels()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def _parts(self) -> Iterator[Content]:
        """Return the keys of the window, then those of each place."""
        say = self._catalog
        for topic in ("lab", "lesson", "view", "program"):
            commands = [command for command in COMMANDS if command.topic == topic]
            told = []
            for command in commands:
                given, where = self._keymap.found_at(command.id, say)
                label = say(f"command.{command.id}.label")
                where = "" if where in label.lower() else f" ({where})"
                told.append((self._shown(given), f"{label}{where}"))
            yield self._part(say(f"help.topic.{topic}"), told)
        for place in self._keymap.places:
            keys = PLACES[place]
            texts = [
                (self._shown(self._keymap.of_place(place, key)), say(f"keys.{place}.{key.id}"))
                for key in keys
            ]
            yield self._part(say(f"keys.{place}.name"), texts)
        for name, panel in self._panels_of_plugins:
            if found := keys_of(panel):
                yield self._part(say("help.in", place=name), found)

    def _shown(self, keys: Sequence[str]) -> str:
        """Return keys as a learner reads them, without duplicates."""
        return " ".join(dict.fromkeys(display(key, self._catalog) for key in keys))

    def _part(self, title: str, rows: Sequence[tuple[str, str]]) -> Content:
        lines = [Content.styled(title, "bold $primary")]
        for keys, text in rows:
            key = (f"  {keys or self._catalog('help.none'):<16} ", "bold $accent" if keys else "$text-muted")
            lines.append(Content.assemble(key, text))
        return Content("\n").join(lines)

    def _panels(self) -> ComposeResult:
        yield Static(Content.styled(self._catalog("help.panels"), "bold $primary"))
        for panel in PANELS:
            with Horizontal(classes="help-panel"):
                yield Static(Content.styled(self._catalog(f"help.name.{panel}"), "bold $accent"))
                yield Static(Content(self._catalog(f"help.{panel}")))
