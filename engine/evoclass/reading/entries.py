"""A course's lessons, each made on demand, because a course may have ten thousand of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from evoclass.model import LessonEntry


class Entries(Sequence[LessonEntry]):
    """Lessons in order; their ids and places, and the minutes of all, are known without making the lessons."""

    def __init__(self, ids: tuple[str, ...], minutes: int, make: Callable[[int], LessonEntry]) -> None:
        self.ids = ids
        self.minutes = minutes
        self.places = {name: place for place, name in reversed(tuple(enumerate(ids)))}
        """Place of each id; of lessons with the same id, that of the first."""
        self._make = make
        self._made: dict[int, LessonEntry] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> LessonEntry: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[LessonEntry, ...]: ...

    def __getitem__(self, place: int | slice) -> LessonEntry | tuple[LessonEntry, ...]:
        if isinstance(place, slice):
            return tuple(self[number] for number in range(*place.indices(len(self))))
        number = range(len(self))[place]
        entry = self._made.get(number)
        if entry is None:
            entry = self._made[number] = self._make(number)
        return entry

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self.ids)

    def __repr__(self) -> str:
        return f"Entries({', '.join(self.ids[:5])}{', …' if len(self) > 5 else ''})"
