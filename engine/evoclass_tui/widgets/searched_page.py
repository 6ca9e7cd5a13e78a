"""A page in which a text is searched: every match is marked, and one goes from one to the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from textual.actions import SkipAction

from evoclass.wording.folding import folded
from evoclass_tui.matching import Hit, hits
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.noted_page import NotedPage
from evoclass_tui.widgets.prose import Prose

ABOVE = 3
"""The match is brought to one third of the page."""


class Searching(Protocol):
    """Shows what is searched for."""

    def action_close(self) -> None: ...

    def count(self, number: int, total: int) -> None: ...


class SearchedPage(NotedPage):
    """Searches the whole lesson, however much of it is on the page."""

    OPENING = ("note", "search")
    open_search: Callable[[], Awaitable[None]]
    """Opens the field for what to search; the pane around the page sets it."""
    searching: Searching | None = None
    """The bar of the search that is on."""
    _hits: Sequence[Hit] = ()
    _hit = -1
    """The match that the learner is at, by its number."""
    _origin = ""
    """Block where the search begins while its text is being typed."""

    @property
    def has_field(self) -> bool:
        return super().has_field or self.searching is not None

    async def action_search(self) -> None:
        """Search a text in the lesson."""
        if self.searching is None:
            self.leave_mark()
        self._origin = self.here.block
        await self.open_search()

    def search(self, text: str) -> None:
        """Mark every occurrence of a text, and go to the first one from where the search began."""
        self.sought = folded(" ".join(text.split()))
        self._hits = hits(self.lesson, self.sought) if self.lesson is not None and self.sought else ()
        ids = [block.id for block in self.lesson.walk()] if self._hits and self.lesson is not None else []
        place = {name: number for number, name in reversed(list(enumerate(ids)))}
        start = place.get(self._origin, 0)
        ahead = (number for number, hit in enumerate(self._hits) if place.get(hit.block, 0) >= start)
        self._hit = next(ahead, 0) if self._hits else -1
        self._show_hit()

    def go_on_searching(self, by: int) -> None:
        """Go to the next match, or to the one before; after the last one comes the first."""
        if self._hits:
            self._hit = (self._hit + by) % len(self._hits)
            self._show_hit()

    def action_previous_match(self) -> None:
        """Go to the match before."""
        if self.searching is None:
            raise SkipAction
        self.go_on_searching(-1)

    def end_search(self) -> None:
        """Mark nothing any more."""
        self.sought, self._hits, self._hit = "", (), -1
        self.searching = None
        self._mark()

    def _show_hit(self) -> None:
        if self.searching is not None:
            self.searching.count(self._hit + 1, len(self._hits))
        if self._hit < 0:
            self.sought_at = ("", 0)
            self._mark()
            return
        hit = self._hits[self._hit]
        self.sought_at = (hit.block, hit.number)
        self._mark()
        if self.row_of(hit.block) is None:
            self.go_to(hit.block)
            self.call_after_refresh(self._bring, hit)
        else:
            self._bring(hit)

    def _bring(self, hit: Hit) -> None:
        """Bring a match into view, if it is not."""
        row = self.row_of(hit.block)
        for leaf, region in self.leaves():
            if isinstance(leaf, Prose) and not leaf.has_class("opening"):
                found = leaf.row_of_match(hit.block, hit.number)
                if found is not None:
                    row = region.y + found
        if row is not None and not self.scroll_y <= row < self.scroll_y + self.size.height - 1:
            y = max(0, row - self.size.height // ABOVE)
            self.scroll_to(y=y, animate=False, immediate=True, force=True)

    def _mark(self) -> None:
        for lines in self.query(LineView):
            lines.recolour()
