"""What the documentation says of the name under the cursor."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from evoclass.disk.crashlog import write_down
from evoclass.exercise import Bench
from evoclass.i18n import Catalog
from evoclass.inspecting.manual import Page, program, read
from evoclass.wording.printable import printable


class Manual(ModalScreen[None]):
    """Opens at once; the text follows."""

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("alt+h", "dismiss(None)", show=False, id="manual"),
    ]

    def __init__(self, catalog: Catalog, word: str, names: tuple[str, ...], bench: Bench) -> None:
        super().__init__()
        self._catalog, self._word, self._names, self._bench = catalog, word, names, bench

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog manual"):
            yield Static(Content(self._word), classes="dialog-title")
            with VerticalScroll():
                yield Static(Content(self._catalog("manual.wait")), id="manual-text")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self.run_worker(self._look_up())

    async def _look_up(self) -> None:
        try:
            result = await self._bench.run(program(self._names), seconds=30.0)
            page = read(result.output)
        except Exception as error:  # a runner may raise anything
            write_down(error)
            page = Page()
        self._show(page)

    def _show(self, page: Page) -> None:
        text = page.text or self._catalog(
            "manual.no_text" if page.name else "manual.unknown", name=self._word
        )
        lines = "\n".join(printable(line) for line in text.splitlines())
        head = printable(page.name or self._word) + printable(page.signature)
        self.query_one(".dialog-title", Static).update(Content(head))
        self.query_one("#manual-text", Static).update(Content(lines))
