"""What the documentation says of the name under the cursor."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from evoclass.i18n import Catalog
from evoclass.inspecting.manual import Page
from evoclass.pattern import pattern
from evoclass.wording.printable import printable
from evoclass_tui.official_pages import address
from evoclass_tui.screens.dialog import CLOSE, Dialog, DialogKey
from evoclass_tui.shell import Shell

_ROLE = pattern(r"(?:(?<!\w):(?:\w+:)*\w+:)?`{1,2}~?([^`<]+?)(?: <[^`>]+>)?`{1,2}").sub
"""Replaces names and code in reStructuredText, as documentation of Python is written, by their text."""


class Manual(Dialog[None]):
    """Opens at once; the text follows."""

    if TYPE_CHECKING:
        app: Shell

    KEYS = (DialogKey("enter", "official"), DialogKey("pagedown", "page"), CLOSE)
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("alt+h", "dismiss(None)", show=False, id="manual"),
        Binding("enter,o", "open_page", show=False),
    ]

    def __init__(self, catalog: Catalog, word: str, page: Awaitable[Page]) -> None:
        super().__init__()
        self._catalog, self._word, self._page = catalog, word, page

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog manual"):
            yield Static(Content(self._word), classes="dialog-title")
            yield OfficialPage()
            with VerticalScroll():
                yield Static(Content(self._catalog("manual.wait")), id="manual-text")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self.run_worker(self._look_up())

    async def _look_up(self) -> None:
        self._show(await self._page)

    def _show(self, page: Page) -> None:
        text = page.text or self._catalog(
            "manual.no_text" if page.name else "manual.unknown", name=self._word
        )
        lines = "\n".join(printable(_ROLE(r"\1", line)) for line in text.splitlines())
        head = printable(page.name or self._word) + printable(page.signature)
        self.query_one(".dialog-title", Static).update(Content(head))
        self.query_one("#manual-text", Static).update(Content(lines))
        self.query_one(OfficialPage).show(address(page.name, page.kind), self._catalog)

    def action_open_page(self) -> None:
        """Open the official documentation."""
        self.query_one(OfficialPage).open()


class OfficialPage(Static):
    """The link to the official documentation of the name, which opens as links of lessons do."""

    if TYPE_CHECKING:
        app: Shell

    href = ""

    def show(self, href: str, catalog: Catalog) -> None:
        """Show the link, if there is one."""
        self.href = href
        if href:
            link = Content.styled(href, Style(underline=True, link=href))
            self.update(Content.assemble((catalog("manual.page"), "$text-muted"), " ", link))
        self.display = bool(href)

    def open(self) -> None:
        """Open the page, if there is one."""
        if self.href:
            self.app.follow_link(self.href)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.open()
