"""Every key, to be changed: choose what it does, press the new key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import groupby

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from evoclass.i18n import Catalog
from evoclass.layout import cell_width
from evoclass_tui.keymap import KeyEntry, Keymap, place_name
from evoclass_tui.keys import display
from evoclass_tui.places import TakesEveryKey
from evoclass_tui.screens.dialog import CLOSE, Dialog, DialogKey
from evoclass_tui.widgets.choice_list import ChoiceList


class PressKey(TakesEveryKey, Dialog[str]):
    """Waits for one key; the app hands it over before anything else can act on it."""

    KEYS = (DialogKey("escape", "keep"),)

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self._sentence = sentence

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog press-key"):
            yield Static(Content(self._sentence))

    def take(self, key: str) -> None:
        self.dismiss(key)

    def on_click(self) -> None:
        self.dismiss("")


class KeysScreen(Dialog[None]):
    """Lists what keys do, place by place."""

    KEYS = (
        DialogKey("enter", "press"),
        DialogKey("plus", "press_also"),
        DialogKey("backspace", "reset"),
        DialogKey("u", "undo"),
        CLOSE,
    )
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("plus,a", "press(True)", show=False),
        Binding("backspace,delete", "reset", show=False),
        Binding("u,ctrl+z", "undo", show=False),
    ]

    def __init__(
        self,
        keymap: Callable[[], Keymap],
        catalog: Callable[[], Catalog],
        use: Callable[[Mapping[str, str | None]], Awaitable[None]],
    ) -> None:
        """`use` changes entries of `[keys]`; None takes one out."""
        super().__init__()
        self._keymap, self._catalog, self._use = keymap, catalog, use
        self._before: list[dict[str, str | None]] = []
        """What undoes each change."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog settings keys"):
            yield Static(id="keys-title", classes="dialog-title")
            yield ChoiceList()
            yield Static(id="keys-said")

    def on_mount(self) -> None:
        self._draw()
        self.query_one(OptionList).focus()
        self._say(self._catalog()("keymap.intro"))

    def _draw(self) -> None:
        say, keymap = self._catalog(), self._keymap()
        self.query_one("#keys-title", Static).update(Content(say("keymap.title")))
        options = self.query_one(OptionList)
        kept = options.highlighted
        options.set_options(self._lines(keymap, say))
        options.highlighted = 1 if kept is None else kept

    def _lines(self, keymap: Keymap, say: Catalog) -> Iterator[Option]:
        entries = [entry for entry in keymap.entries.values() if not entry.fixed]
        width = max(cell_width(entry.said(say)) for entry in entries)
        for place, inside in groupby(entries, lambda entry: entry.place):
            yield Option(Content.styled(place_name(place, say), "bold $primary"), disabled=True)
            for entry in inside:
                label = entry.said(say)
                keys = "  ".join(display(key, say) for key in keymap.keys(entry.id)) or say("keymap.none")
                own = keymap.is_own(entry.id)
                pad = " " * (width - cell_width(label) + 2)
                line = Content.assemble(
                    "* " if own else "  ", label, pad, (keys, "bold $accent" if own else "$accent")
                )
                yield Option(line, id=entry.id)

    @property
    def _entry(self) -> KeyEntry | None:
        option = self.query_one(OptionList).highlighted_option
        return self._keymap().entries.get(option.id or "") if option is not None else None

    def _say(self, text: str, style: str = "$text-muted") -> None:
        self.query_one("#keys-said", Static).update(Content.styled(text, style))

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_press()

    @work(exclusive=True)
    async def action_press(self, also: bool = False) -> None:
        """Ask for a key and give it to the entry, alone or beside those that it has."""
        entry, say = self._entry, self._catalog()
        if entry is None:
            return
        key = await self.app.push_screen_wait(PressKey(say("keymap.press", what=entry.said(say))))
        if key == "escape" or not key:
            self._say(say("keymap.kept"))
            return
        keymap = self._keymap()
        keys = dict.fromkeys((*keymap.keys(entry.id), key) if also else (key,))
        wanted = {**keymap.settings, entry.id: " ".join(keys)}
        tried = Keymap(keymap.others, wanted)
        news = [problem for problem in tried.problems if problem not in keymap.problems]
        told = " ".join(problem.said(say, keymap.entries) for problem in news)
        if key not in tried.keys(entry.id):
            self._say(told, "$text-error")
            return
        await self._change({entry.id: wanted[entry.id]})
        changed = say("keymap.changed", what=entry.said(say), key=display(key, say))
        self._say(f"{changed} {told}", "$text-warning" if told else "$text-success")

    async def _change(self, changes: dict[str, str | None], *, undoing: bool = False) -> None:
        settings = self._keymap().settings
        if not undoing:
            self._before.append({name: settings.get(name) for name in changes})
        await self._use(changes)
        self._draw()

    async def action_reset(self) -> None:
        """Give the entry the keys of the preset again."""
        entry, say = self._entry, self._catalog()
        if entry is not None and entry.id in self._keymap().settings:
            await self._change({entry.id: None})
            self._say(say("keymap.was_reset", what=entry.said(say)))

    async def action_undo(self) -> None:
        """Take the last change back."""
        if self._before:
            await self._change(self._before.pop(), undoing=True)
            self._say(self._catalog()("keymap.undone"))
