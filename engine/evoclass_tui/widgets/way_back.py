"""A page that supports jumps and returns, and whose pages overlap."""

from __future__ import annotations

from typing import NamedTuple

from textual.message import Message

from evoclass.frozen import mutable
from evoclass.model import Lesson
from evoclass_tui.widgets.long_page import LongPage

OVERLAP = 2
"""Lines of a page that are still in view on the next one."""

MOST_MARKS = 100
"""Jumps that can be undone."""


class Place(NamedTuple):
    """Where the learner was."""

    course: str
    lesson: str
    block: str
    rows: int
    """How many of the block's rows were above the edge."""


class WayBack(LongPage):
    """Remembers the start of each jump: at a note's mark, a section of the map, a question, in another lesson."""

    @mutable
    class NothingLeft(Message):
        """The learner wants to undo a jump, or to make it again, but there is none."""

        back: bool

    @mutable
    class LessonWanted(Message, namespace="reader"):
        """The way leads to another lesson."""

        place: Place

    course = ""
    """Id of the course of the lesson."""
    lesson: Lesson | None = None
    _back: tuple[Place, ...] = ()
    """Starts of jumps, the latest last."""
    _ahead: tuple[Place, ...] = ()
    """Where the learner was before going back, the nearest last."""
    jumped_to = ""
    """Block of the last jump, until the learner goes back."""

    def jump_to(self, block_id: str) -> None:
        """Go to a block, and remember the way back."""
        self.leave_mark()
        self.jumped_to = block_id
        self.go_to(block_id)

    @property
    def here(self) -> Place:
        """The current place."""
        lesson = self.lesson.id if self.lesson is not None else ""
        return Place(self.course, lesson, *self.block_on(self.arrive()))

    def leave_mark(self) -> None:
        """Remember the current place, from which a jump begins."""
        here = self.here
        if here.block:
            self._ahead = ()
            if self._back[-1:] != (here,):
                self._back = (*self._back[-MOST_MARKS:], here)

    def forget_jumps(self) -> None:
        """Begin anew."""
        self._back = self._ahead = ()
        self.jumped_to = ""

    def action_back(self) -> None:
        """Go back to the start of the last jump."""
        here = self.here
        while self._back and self._back[-1] == here:
            self._back = self._back[:-1]
        self.jumped_to = ""
        if not self._back:
            self.post_message(self.NothingLeft(True))
            return
        place, self._back = self._back[-1], self._back[:-1]
        self._ahead = (*self._ahead, here)
        self._return_to(place)

    def action_forward(self) -> None:
        """Make a jump again that was undone."""
        here = self.here
        while self._ahead and self._ahead[-1] == here:
            self._ahead = self._ahead[:-1]
        if not self._ahead:
            self.post_message(self.NothingLeft(False))
            return
        place, self._ahead = self._ahead[-1], self._ahead[:-1]
        self._back = (*self._back, here)
        self._return_to(place)

    def _return_to(self, place: Place) -> None:
        if self.lesson is not None and (place.course, place.lesson) != (self.course, self.lesson.id):
            self.post_message(self.LessonWanted(place))
        elif self.row_of(place.block) is None:
            self.go_to(place.block, place.rows)
            self.came_back()
        else:
            self._scroll_to_block(place.block, place.rows)
            self.came_back()

    def came_back(self) -> None:
        """Called after going back from a jump."""
        self.focus(scroll_visible=False)

    def action_page_down(self) -> None:
        """Turn the page; the last lines stay in view, so that the eye finds its place."""
        self.scroll_relative(y=max(1, self.size.height - OVERLAP), animate=False, immediate=True)

    def action_page_up(self) -> None:
        """Turn the page back."""
        self.scroll_relative(y=-max(1, self.size.height - OVERLAP), animate=False, immediate=True)
