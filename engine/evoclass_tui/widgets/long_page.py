"""A page of any length: of a lesson with hundreds of questions, only one stretch is made into widgets at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence

from evoclass.model import ExerciseBlock, Footnotes, Steps, walk
from evoclass_tui.widgets.block_page import BlockPage
from evoclass_tui.widgets.split import Part

MOST = 120
"""A lesson with at most this many parts is on the page as a whole."""

LEAST_ROWS = 4
"""Rows that a part takes at least, mostly."""

STRETCH = 60
"""Parts of a longer lesson that are on the page: enough for several screens on either side."""


PIECE = 6
"""Parts that are added at a time after the first picture, so that no key waits for them."""


class LongPage(BlockPage):
    """Shows a stretch of the parts, and another one when the learner moves on: a key costs the same in any lesson."""

    _parts: Sequence[Part] = ()
    _stretch = range(0)
    """Which of the parts are on the page."""
    _goal = range(0)
    """Which of them are to be there once the page is wide enough."""
    _sliding = False

    @abstractmethod
    def refill(self) -> None:
        """Replace the widgets on the page with those for the parts of the stretch."""

    @abstractmethod
    def question_in_hand(self) -> str:
        """Return the id of the question that the learner is at, if any of it is in view."""

    @abstractmethod
    def resume(self, block_id: str, *, cursor: bool) -> bool:
        """Continue at a question whose widget was remade, with the cursor in it; return whether it takes the cursor."""

    def begin(self, parts: Sequence[Part], at: str) -> None:
        """Take the parts of another lesson, and choose the stretch around a block; in haste, no more than is seen."""
        self._parts = parts
        place = self._part_of(at) or 0
        self._stretch = self._goal = self._around(place)
        if self.in_haste:
            self._stretch = seen = self._in_view(place)
            self._goal = range(min(self._goal.start, seen.start), max(self._goal.stop, seen.stop))

    def _in_view(self, place: int) -> range:
        count = len(self._parts)
        seen = min(count, self.app.size.height // LEAST_ROWS + 2)
        first = min(place, count - seen)
        return range(first, first + seen)

    @abstractmethod
    def extend(self, above: Sequence[Part], below: Sequence[Part]) -> None:
        """Add widgets for further parts on either side; those on the page stay."""

    def widen(self) -> bool:
        """Put on the page some of what the first picture did without, and return whether that was not yet all.

        What is in view stays where it is.
        """
        goal, now = self._goal, self._stretch
        if now == goal:
            return False
        if self._sliding:
            return True
        if now.stop < goal.stop:
            self._stretch = range(now.start, min(now.stop + PIECE, goal.stop))
        else:
            self._stretch = range(max(now.start - PIECE, goal.start), now.stop)
        name, rows = self.block_on(round(self.scroll_y))
        self.extend(self._parts[self._stretch.start : now.start], self._parts[now.stop : self._stretch.stop])
        if self._stretch.start < now.start and name:
            self._sliding = True
            self.call_after_refresh(self._settle_on, name, rows)
        return self._stretch != goal

    @property
    def parts_here(self) -> Sequence[Part]:
        """The parts that are on the page."""
        return self._parts[self._stretch.start : self._stretch.stop]

    def go_to(self, block_id: str, rows: int = 0) -> None:
        place = self._part_of(block_id)
        if place is not None and place not in self._stretch:
            self._stretch = self._goal = self._around(place)
            self.refill()
        super().go_to(block_id, rows)

    @property
    def is_at_end(self) -> bool:
        """Whether the last part is on the page."""
        return self._stretch.stop == len(self._parts)

    def question_beyond(self, direction: int) -> str:
        """Return the id of the next question in a reading direction that is not on the page; empty if there is none."""
        return self.first_beyond(direction, question_in)

    def first_beyond(self, direction: int, name: Callable[[Part], str]) -> str:
        """Return the first name that parts have which are not on the page, in a reading direction."""
        beyond = (
            range(self._stretch.stop, len(self._parts))
            if direction > 0
            else range(self._stretch.start - 1, -1, -1)
        )
        return next(filter(None, (name(self._parts[place]) for place in beyond)), "")

    def action_scroll_home(self) -> None:
        if self._stretch.start:
            self._slide(0)
        super().action_scroll_home()

    def action_scroll_end(self) -> None:
        if self._stretch.stop < len(self._parts):
            self._slide(len(self._parts) - 1)
            self.call_after_refresh(self.scroll_end, animate=False)
        else:
            super().action_scroll_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._sliding or len(self._stretch) == len(self._parts) or not self.size.height:
            return
        above = new_value < self.size.height and self._stretch.start
        below = new_value + 2 * self.size.height > self.virtual_size.height and self._stretch.stop < len(
            self._parts
        )
        if (above and new_value < old_value) or (below and new_value > old_value):
            self._sliding = True
            self.call_after_refresh(self._slide_here)

    def _slide_here(self) -> None:
        """Show the stretch around the parts in view, without moving these on the screen."""
        name, rows = self.block_on(round(self.scroll_y))
        place = self._part_of(name)
        if self._stretch != self._goal or place is None or self._around(place) == self._stretch:
            self._sliding = False
            self.widen()
            return
        self._slide(place)
        self.call_after_refresh(self._settle_on, name, rows)

    def _settle_on(self, name: str, rows: int) -> None:
        self._scroll_to_block(name, rows)
        self._sliding = False
        self.call_after_refresh(self.build_seen)

    def _slide(self, place: int) -> None:
        had_focus = self.screen.focused is not None and self in self.screen.focused.ancestors
        question = self.question_in_hand()
        self._stretch = self._goal = self._around(place)
        self.refill()
        took_cursor = self.resume(question, cursor=had_focus)
        if had_focus and not took_cursor:
            self.focus(scroll_visible=False)

    def _around(self, place: int) -> range:
        count = len(self._parts)
        if count <= MOST:
            return range(count)
        first = min(max(place - STRETCH // 2, 0), count - STRETCH)
        return range(first, first + STRETCH)

    def _part_of(self, block_id: str) -> int | None:
        """Return the index of the part with a block; a footnote is among the last."""
        if not block_id:
            return None
        places: list[int] = [*self._stretch, *range(len(self._parts))]
        for place in places:
            if place < len(self._parts) and _holds(self._parts[place], block_id):
                return place
        return None


def question_in(part: Part) -> str:
    """Return the id of a part's question, or of the first step of its challenge; empty if it has none."""
    match part.active:
        case ExerciseBlock(id=name):
            return name
        case Steps(steps=(first, *_)):
            return first.id
    return ""


def _holds(part: Part, block_id: str) -> bool:
    blocks = (part.active,) if part.active is not None else part.prose
    for block in blocks:
        if any(inner.id == block_id for inner in walk((block,))):
            return True
        if isinstance(block, Footnotes) and any(f"fn-{name}" == block_id for name, _ in block.notes):
            return True
    return False
