"""The part of a long list that is shown at once, so that a course of 10,000 lessons opens as fast as one of ten."""

from __future__ import annotations

from evoclass.model import Course

MOST = 60
"""Maximum number of items shown."""


class Stretch:
    """A window on `total` items, moved in steps of half its size."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self.first = 0
        self.total = 0

    def around(self, place: int, total: int) -> None:
        """Show the items around one of them; does not move while that one is visible."""
        if total != self.total or not self.first <= place < self.last:
            self.total = total
            self._go(place - self._most // 2)

    def around_page(self, course: Course, page_id: str) -> None:
        """Show the lessons around a page of a course; its end is beside the last one."""
        total = len(course.lessons)
        place = course.place(page_id)
        if place is None:
            place = total - 1 if course.end is not None and page_id == course.end.id else 0
        self.around(place, total)

    @property
    def last(self) -> int:
        """Index of the first item after the shown ones."""
        return min(self.first + self._most, self.total)

    def earlier(self) -> None:
        """Move towards the beginning."""
        self._go(self.first - self._most // 2)

    def later(self) -> None:
        """Move towards the end."""
        self._go(self.first + self._most // 2)

    def _go(self, first: int) -> None:
        self.first = max(0, min(first, self.total - self._most))
