"""A page of blocks: knows the row of each block, and keeps the reader's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from evoclass.frozen import mutable
from evoclass_tui.widgets.guess_card import GuessCard
from evoclass_tui.widgets.lab_card import LabCard
from evoclass_tui.widgets.lazy import LazyBox
from evoclass_tui.widgets.page import Page
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.steps import LockedStep, StepsBox

SETTLE = 0.25
"""Seconds without scrolling after which the block at the top counts as reached."""

Holder = Question | StepsBox | LabCard | GuessCard | LockedStep
"""Widgets that show a single block (prose shows many)."""


class BlockPage(Page):
    """Prose, questions and labs below each other; scrolls to blocks and says which one is being read."""

    @mutable
    class BlockReached(Message, namespace="reader"):
        """Scrolling came to rest with this block at the top."""

        block_id: str

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._wanted, self._rows_above = "", 0
        self._place: tuple[str, int] = ("", 0)
        self._settle_timer: Timer | None = None
        self._hidden = False
        """Whether the page was hidden when scrolling came to rest."""
        self._width = 0

    def go_to(self, block_id: str, rows: int = 0) -> None:
        """Scroll a block, or a footnote (`fn-1`), to the top, with so many of its rows above."""
        self._wanted, self._rows_above = block_id, rows
        self.call_after_refresh(self._settle_in)

    def start_at(self, block_id: str, rows: int = 0) -> None:
        """Begin a new page, at a block or at the top."""
        self._place = (block_id, rows)
        self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self.go_to(block_id, rows)

    @property
    def settling(self) -> bool:
        """Whether a block is still waiting to be brought into view."""
        return bool(self._wanted)

    # Rows

    def regions(self) -> Iterator[tuple[Widget, Region]]:
        """Yield each child with its region on the page; the arrangement is cached, so this is cheap.

        A hidden page has no width: lines made for that width would stay when the page is shown again.
        """
        if not self.size.width:
            return
        for placement in self.arrange(self.scrollable_content_region.size).placements:
            yield placement.widget, placement.region

    def leaves(self) -> Iterator[tuple[Widget, Region]]:
        """Yield the widgets that show blocks from top to bottom, each with its region on the page.

        A widget that has just been mounted has its region here, but no size yet.
        """
        for child, region in self.regions():
            if child.has_class("annotations"):
                continue  # they belong to the block above
            yield child, region
            if isinstance(child, StepsBox):
                inner = region.shrink(child.gutter)
                for placement in child.arrange(inner.size).placements:
                    if isinstance(placement.widget, Question | LockedStep):
                        yield placement.widget, placement.region.translate(inner.offset)

    def row_of(self, block_id: str) -> int | None:
        """Return the row where a block starts, or None if it is not on the page."""
        found: int | None = None
        for leaf, region in self.leaves():
            if isinstance(leaf, Prose):
                place = leaf.place_of(block_id)
                if place is not None:
                    return region.y + place
            elif isinstance(leaf, Holder) and leaf.holds(block_id):
                # A box of steps matches first, then the step inside it; the last match is the closest.
                found = region.y
        return found

    def block_on(self, y: int) -> tuple[str, int]:
        """Return the block on a row, and how many of its rows are above; on a hidden page, the last known one.

        What is no block, such as the recap, counts as more rows of the block above it.
        """
        if not self.size.width:
            return self._place
        leaf: Prose | Holder | None = None
        start = 0
        for below, region in self.leaves():
            if leaf is not None and region.y > y:
                break
            if isinstance(below, Prose | Holder):
                leaf, start = below, region.y
        if isinstance(leaf, Prose):
            name = leaf.block_at(y - start)
            return name, max(0, y - start - (leaf.place_of(name) or 0))
        return (leaf.block.id, max(0, y - start)) if leaf is not None else ("", 0)

    def arrive(self) -> int:
        """End the movement of the page where it leads to, and return the first row in view.

        Whoever acts on the place while the page still glides means the one that they have chosen.
        """
        self.app.animator.force_stop_animation(self, "scroll_y")
        return round(self.scroll_y)

    def build_seen(self) -> None:
        """Make widgets of the questions in view, unless the first picture is still new: their lines look the same.

        While the page scrolls, they are only drawn as lines, too.
        """
        if not self.in_haste:
            self.build_in_view()

    def build_in_view(self) -> None:
        """Make widgets of the questions in view."""
        if not self.is_attached or not self.size.height:
            return
        top, bottom = self.scroll_y, self.scroll_y + self.size.height
        below = self.virtual_size.height
        for leaf, region in reversed(list(self.leaves())):
            if isinstance(leaf, LazyBox) and not leaf.built and region.y < bottom and below > top:
                leaf.build()
            below = region.y

    # Keeping the place

    def _settle_in(self) -> None:
        """Bring the target block into view, as soon as there is a layout."""
        if not self.children or not self.size.width:
            return
        if self._wanted:
            name, self._wanted = self._wanted, ""
            self._scroll_to_block(name, self._rows_above)
        self.call_after_refresh(self._settled if self._hidden else self.build_seen)

    def _scroll_to_block(self, name: str, rows: int) -> None:
        row = self.row_of(name)
        if row is not None:
            first = next((region.y for _, region in self.leaves()), 0)
            top = row + rows if row + rows > first else 0  # the page begins with an empty line
            self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def keeping_place(self, change: Callable[[], None]) -> None:
        """Carry out what makes parts of the page taller or lower; the block at the top of the window stays there."""
        name, _ = self.block_on(round(self.scroll_y))
        row = self.row_of(name)
        change()
        if row is not None:
            self.call_after_refresh(self._hold, name, row)

    def _hold(self, name: str, before: int) -> None:
        row = self.row_of(name)
        if row is not None and row != before:
            self.scroll_to(y=self.scroll_target_y + row - before, animate=False, immediate=True, force=True)

    def on_resize(self, event: events.Resize) -> None:
        width, self._width = self._width, event.size.width
        if width and width != event.size.width and self._place[0]:
            self.call_after_refresh(self._scroll_to_block, *self._place)
        else:
            self.call_after_refresh(self._settle_in)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) == round(new_value) or not self.is_attached:
            return
        if self._settle_timer is not None:
            self._settle_timer.stop()
        self._settle_timer = self.set_timer(SETTLE, self._settled)

    def _settled(self) -> None:
        """Note where the learner is reading now."""
        self._settle_timer = None
        self._hidden = not self.size.width
        if not self.children or self._wanted or self._hidden:
            return
        self.build_seen()
        before, self._place = self._place[0], self.block_on(round(self.scroll_y))
        name = self._place[0]
        if name and name != before:
            self.post_message(self.BlockReached(name))
