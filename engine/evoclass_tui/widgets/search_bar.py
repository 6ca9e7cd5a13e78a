"""Search in the lesson: a line below it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from evoclass.i18n import Catalog
from evoclass_tui.places import place_bindings
from evoclass_tui.widgets.bottom_bar import BarField, BottomBar
from evoclass_tui.widgets.searched_page import SearchedPage


class SearchField(BarField):
    """What to search."""

    place = "search"
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(place)
    bar: SearchBar

    def action_read(self) -> None:
        """Go to the match in the lesson; the search stays on."""
        self.bar.give_focus()

    def action_next(self, by: int) -> None:
        """Show the next match, or the one before."""
        self.bar.page.go_on_searching(by)


class SearchBar(BottomBar):
    """Stays while the search is on, and says at which match the learner is."""

    def __init__(self, page: SearchedPage, text: str, catalog: Catalog) -> None:
        super().__init__(catalog)
        self.page = page
        self._field = SearchField(self, text, catalog("search.lesson"))

    def compose(self) -> ComposeResult:
        yield self._field
        yield self._note

    def on_mount(self) -> None:
        self.page.searching = self

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.page.search(event.value)

    def count(self, number: int, total: int) -> None:
        """Say which match the learner is at."""
        if not self._field.value.strip():
            self.note("")
        elif not total:
            self.note(self.catalog("search.nothing_here"))
        else:
            self.note(self.catalog("search.count", number=number, total=total))

    def give_focus(self) -> None:
        """Give the focus to the lesson."""
        self.screen.set_focus(self.page, scroll_visible=False)

    def action_close(self) -> None:
        self.page.end_search()
        self.give_focus()
        self.remove()
