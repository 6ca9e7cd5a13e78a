"""What a frame must do: which rows there are, which of them changed, and which have to wait."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import torch

from evoclass.inspection import Glance
from evoclass.protocol import Parameters
from evoclass_tensors.record import Record
from evoclass_tensors.skeleton import Skeleton, Slot
from evoclass_tensors.walk import Named, Walk, plain_count, plain_rows

LEAST = 16
"""Fewest tensors that a frame samples, however short its time."""

Due = tuple[int, int, Slot, torch.Tensor]
"""Frame of the last sample, place (which keeps the order, and tensors from being compared), row and value."""


class Survey:
    """One look round, sorted into work; it holds the values themselves, so it must not outlive the frame.

    In the middle of a loop the rows of models and optimizers are those of a moment ago, and in training all of them
    change with each step.  Then only as many are looked at as there is room for, those next in turn: what a frame
    costs does not grow with the model.
    """

    def __init__(
        self,
        named: Mapping[str, Any],
        records: Mapping[str, Record],
        glance: Glance,
        again: range,
        room: int,
        turn: int = 0,
        skeleton: Skeleton | None = None,
    ) -> None:
        self.others: list[tuple[Slot, Any]] = []
        """Modules and optimizers."""
        self.room = room
        """How many tensors there is time to sample."""
        self.turn = turn
        """Place of the row in the skeleton at which the next survey goes on."""
        self._named, self._records = named, records
        self._first, self._whole, self._again = glance.first, glance.whole, again
        self._urgent: list[Due] = []
        self._plain: list[Due] = []
        self._inner: list[Due] = []
        self._resting: list[tuple[Slot, torch.Tensor]] = []
        found = Named.sorted(named)
        if skeleton is None or skeleton.roots != found.roots or not self._revisit(skeleton, found):
            self.others = []
            self._urgent, self._plain, self._inner, self._resting = [], [], [], []
            skeleton = self._explore(found)
        self.skeleton, self.counts = skeleton, skeleton.counts
        trainable, frozen = skeleton.total
        trainable += plain_count(found.tensors, skeleton.counted)
        self.parameters = Parameters(trainable=trainable, frozen=frozen) if trainable or frozen else None

    def _explore(self, found: Named) -> Skeleton:
        """Look at everything there is."""
        walk = Walk(found)
        self.names = [slot.name for slot, _ in walk.rows]
        """All rows in order."""
        for place, (slot, value) in enumerate(walk.rows):
            self._consider(place, slot, value)
        return walk.skeleton

    def _revisit(self, skeleton: Skeleton, found: Named) -> bool:
        """Look at plain tensors and at the next rows of the skeleton; say if it still holds as far as was seen."""
        ways = skeleton.ways
        plain = list(plain_rows(found.tensors, skeleton.owned))
        self.names = [*skeleton.body, *(slot.name for slot, _ in plain), *skeleton.tail]
        for place, (slot, value) in enumerate(plain, len(ways)):
            self._consider(place, slot, value)
        always = {skeleton.place[name] for name in self._first & skeleton.place.keys()}.union(skeleton.heads)
        begin = self.turn if self.turn < len(ways) else 0
        next_in_turn = (
            place for place in chain(range(begin, len(ways)), range(begin)) if place not in always
        )
        for place in chain(always, next_in_turn):
            if len(self._inner) >= self.room:
                self.turn = place
                break
            held = ways[place].value()
            if held is None:
                return False
            self._consider(place, ways[place].slot, held)
        return True

    def _consider(self, place: int, slot: Slot, value: Any) -> None:
        """Put a row where it belongs; in the middle of training each operation in here counts."""
        name, kind, parent = slot
        if kind == "module" or kind == "optimizer":
            self.others.append((slot, value))
            return
        record = self._records.get(name)
        if record is None or not record.holds(value):
            due = self._urgent if name in self._first else self._inner if parent else self._plain
            due.append((-1 if record is None else record.turn, place, slot, value))
        elif self._whole or place in self._again:
            self._resting.append((slot, value))

    def work(self) -> list[tuple[Slot, torch.Tensor]]:
        """Return the tensors to sample: all for a whole frame, else what is asked for, then what waited longest."""
        if self._whole:
            due: Iterable[Due] = (*self._urgent, *self._plain, *self._inner)
        else:
            urgent = heapq.nsmallest(self.room, self._urgent)
            left = self.room - len(urgent)
            plain = heapq.nsmallest(max(left // 2, left - len(self._inner)), self._plain)
            due = (*urgent, *plain, *heapq.nsmallest(left - len(plain), self._inner))
        return [*((slot, tensor) for _, _, slot, tensor in due), *self._resting]

    def current(self, name: str) -> torch.Tensor | None:
        """Return the tensor behind a row as it is now, or None if there is none any more."""
        place = self.skeleton.place.get(name)
        if place is not None:
            found: torch.Tensor | None = self.skeleton.ways[place].value()
            return found
        return self._named.get(name)

    @property
    def waiting(self) -> int:
        """How many of the tensors looked at changed or are new."""
        return len(self._urgent) + len(self._plain) + len(self._inner)
