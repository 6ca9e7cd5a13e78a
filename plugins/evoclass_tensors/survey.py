"""What a frame must do: which rows there are, which of them changed, and which have to wait."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import Any

from evoclass.inspection import Glance
from evoclass.protocol import Kind
from evoclass_tensors.record import Record
from evoclass_tensors.walk import Entry, Skeleton, Walk

LEAST = 16
"""Fewest tensors that a frame samples, however short its time."""


class Survey:
    """One walk, sorted into work; it holds the values themselves, so it must not outlive the frame."""

    def __init__(
        self,
        named: Mapping[str, Any],
        records: Mapping[str, Record],
        glance: Glance,
        again: range,
        skeleton: Skeleton | None = None,
    ) -> None:
        self.names: list[str] = []
        """All rows in order."""
        self.others: list[Entry] = []
        """Modules and optimizers."""
        self.large: list[tuple[int, int, Record, Entry]] = []
        """CPU tensors that a sample does not see whole, with the frame in which they were last seen whole."""
        self._due: list[tuple[int, int, int, Entry]] = []
        self._resting: list[Entry] = []
        self._records = records
        self._first = glance.first
        self._whole = glance.whole
        self._again = again
        walk = Walk(named, self._visit, skeleton)
        self.skeleton = walk.skeleton
        self.counts, self.parameters = walk.counts, walk.parameters

    def _visit(self, name: str, kind: Kind, parent: str, value: Any) -> None:
        index = len(self.names)
        self.names.append(name)
        if kind == "module" or kind == "optimizer":
            self.others.append(Entry(name, kind, parent, value))
            return
        record = self._records.get(name)
        if record is None or not record.holds(value):
            urgency = 0 if name in self._first else 1 if not parent else 2
            turn = record.turn if record is not None else -1
            self._due.append((urgency, turn, index, Entry(name, kind, parent, value)))
        elif self._whole or index in self._again:
            self._resting.append(Entry(name, kind, parent, value))
        if (
            record is not None
            and record.row is not None
            and record.row.sampled
            and record.row.device == "cpu"
        ):
            self.large.append((record.checked, index, record, Entry(name, kind, parent, value)))

    def work(self, room: int) -> list[Entry]:
        """Return the tensors to sample: all for a whole frame, else the most urgent ones."""
        if self._whole:
            return [*(entry for _, _, _, entry in self._due), *self._resting]
        due = self._due if len(self._due) <= room else heapq.nsmallest(room, self._due)
        return [*(entry for _, _, _, entry in due), *self._resting]

    @property
    def waiting(self) -> int:
        """How many tensors changed or are new."""
        return len(self._due)
