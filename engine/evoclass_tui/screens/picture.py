"""A picture on all of the screen."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from evoclass.i18n import Catalog
from evoclass.wording.printable import printable
from evoclass_tui.widgets.picture import PictureView


class LargePicture(ModalScreen[None]):
    """Shows one picture as large as there is room, with its text below; any of these keys and a click close it."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", show=False, id="leave"),
        Binding("enter,q,space", "dismiss(None)", show=False),
    ]

    def __init__(self, catalog: Catalog, data: bytes, alt: str) -> None:
        super().__init__()
        self._catalog, self._data, self._alt = catalog, data, alt

    def compose(self) -> ComposeResult:
        with Vertical(classes="large-picture"):
            yield PictureView(self._catalog, self._data, self._alt, fill=True)
            text = " ".join(printable(self._alt).split())
            close = self._catalog("picture.close")
            yield Static(Content.assemble((f"{text}  " if text else ""), (close, "dim")))

    def on_click(self, event: events.Click) -> None:
        self.dismiss(None)
