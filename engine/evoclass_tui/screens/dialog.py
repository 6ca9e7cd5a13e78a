"""What stands above the lesson and takes its keys until it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.screen import ModalScreen, ScreenResultType

from evoclass_tui.keymap import keymap_of
from evoclass_tui.places import place_of
from evoclass_tui.widgets.key_bar import Item, KeyBar

if TYPE_CHECKING:
    from evoclass_tui.shell import Shell


class DialogKey(NamedTuple):
    """A key of a dialog, as its key bar tells it."""

    key: str
    label: str
    """Its text is `dialog.LABEL` of the interface."""
    command: str = ""
    """The command whose keys it has, where learners may change them."""


CLOSE = DialogKey("escape", "close")
CHOOSE = DialogKey("enter", "choose")


class DialogBar(KeyBar):
    """The bottom line of a dialog: its own keys, after those of the field that has the focus."""

    DEFAULT_CSS = """
    DialogBar { dock: bottom; }
    """

    def __init__(self, keys: tuple[DialogKey, ...]) -> None:
        super().__init__()
        self._keys = keys

    def _items(self) -> tuple[list[Item], list[Item]]:
        here, _ = super()._items()
        keymap = keymap_of(self)
        own = []
        for key, label, command in self._keys:
            if given := (*keymap.keys(command), key)[0] if command else key:
                own.append(Item(given, self._label(f"dialog.{label}")))
        # What leaves a field of the lesson closes the dialog.
        closing = {item.key for item in own}
        return [item for item in here if item.key not in closing], own


class Dialog(ModalScreen[ScreenResultType]):
    """A window above the lesson, with a key bar of its own in place of the lesson's."""

    if TYPE_CHECKING:
        app: Shell

    KEYS: ClassVar[tuple[DialogKey, ...]] = (CHOOSE, CLOSE)

    def on_mount(self) -> None:
        bar = DialogBar(self.KEYS)
        self.mount(bar)
        self.watch(self.app, "catalog", lambda catalog: setattr(bar, "catalog", catalog))
        self._tell_place()

    def on_descendant_focus(self) -> None:
        self._tell_place()

    def on_place_mode_changed(self) -> None:
        self._tell_place()

    def _tell_place(self) -> None:
        """Let the key bar show the keys of the field that has the focus."""
        for bar in self.query(DialogBar):
            bar.place = place_of(self.focused)

    @on(KeyBar.Pressed)
    def _key_bar(self, event: KeyBar.Pressed) -> None:
        event.stop()
        self.app.simulate_key(event.key)
