"""A page that supports jumps and returns, and whose pages overlap."""

from __future__ import annotations

from textual.message import Message

from evoclass_tui.widgets.long_page import LongPage

OVERLAP = 2
"""Lines of a page that are still in view on the next one."""

MOST_MARKS = 100
"""Jumps that can be undone."""


class WayBack(LongPage):
    """Remembers the start of each jump: at a note's mark, a section of the map, a question."""

    class NothingLeft(Message):
        """The learner wants to go back, but no jump has been made."""

    _marks: tuple[tuple[str, int], ...] = ()
    """Starts of jumps: a block, and how many of its rows were above the edge."""
    jumped_to = ""
    """Block of the last jump, until the learner goes back."""

    def jump_to(self, block_id: str) -> None:
        """Go to a block, and remember the way back."""
        self.leave_mark()
        self.jumped_to = block_id
        self.go_to(block_id)

    def leave_mark(self) -> None:
        """Remember the current place."""
        here = self.block_on(round(self.scroll_y))
        if here[0] and self._marks[-1:] != (here,):
            self._marks = (*self._marks[-MOST_MARKS:], here)

    def forget_jumps(self) -> None:
        """Begin with another lesson."""
        self._marks, self.jumped_to = (), ""

    def action_back(self) -> None:
        """Go back to the start of the last jump."""
        here = self.block_on(round(self.scroll_y))
        while self._marks and self._marks[-1] == here:
            self._marks = self._marks[:-1]
        self.jumped_to = ""
        if not self._marks:
            self.post_message(self.NothingLeft())
            return
        (name, rows), self._marks = self._marks[-1], self._marks[:-1]
        if self.row_of(name) is None:
            self.go_to(name)
        else:
            self._scroll_to_block(name, rows)
        self.came_back()

    def came_back(self) -> None:
        """Called after going back from a jump."""
        self.focus(scroll_visible=False)

    def action_page_down(self) -> None:
        """Turn the page; the last lines stay in view, so that the eye finds its place."""
        self.scroll_relative(y=max(1, self.size.height - OVERLAP), animate=False)

    def action_page_up(self) -> None:
        """Turn the page back."""
        self.scroll_relative(y=-max(1, self.size.height - OVERLAP), animate=False)
