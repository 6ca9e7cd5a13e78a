"""The work of a frame: the existing rows, the changed ones, and those that must wait."""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterable, Mapping
from itertools import chain
from typing import Any

import torch

from evoclass.probe import Glance
from evoclass.protocol import Kind, Parameters
from evoclass_tensors.worker import peek
from evoclass_tensors.worker.record import Record
from evoclass_tensors.worker.skeleton import Skeleton, Slot, gradient_of
from evoclass_tensors.worker.walk import Named, Walk

LEAST = 16
"""Fewest tensors that a frame samples, however short its time."""

MOST = 500
"""Rows of models that a frame in a loop examines, changed or not: a third of a millisecond."""

OFTEN = 5
"""Frames after which a row in view is sampled again even if PyTorch says that nothing was written to it."""

Due = tuple[int, int, Slot, torch.Tensor]
"""Frame of the last sample, place (which keeps the order, and tensors from being compared), row and value."""


class Survey:
    """One survey, sorted into work; it contains the values themselves, so it must not outlive the frame.

    In the middle of a loop the rows of models and optimizers are those of a moment ago, and in training all of them
    change with each step.  Then a survey examines only as many as there is room for, the next ones in turn: the cost of
    a frame does not grow with the model.
    """

    def __init__(
        self,
        named: Mapping[str, Any],
        records: Mapping[str, Record],
        glance: Glance,
        again: range,
        room: int,
        *,
        frame: int = 0,
        turn: int = 0,
        skeleton: Skeleton | None = None,
        steady: bool = False,
        silent: Container[Kind] = (),
    ) -> None:
        self.others: list[tuple[Slot, Any]] = []
        """Modules and optimizers."""
        self.room = room
        """Number of tensors that there is time to sample."""
        self.turn = turn
        """Place of the row in the skeleton at which the next survey goes on."""
        self._frame, self._silent = frame, silent
        self._named, self._records = named, records
        self._first, self._whole, self._again = glance.first, glance.whole, again
        self._urgent: list[Due] = []
        self._plain: list[Due] = []
        self._inner: list[Due] = []
        self._resting: list[tuple[Slot, torch.Tensor]] = []
        found = Named.sorted(named)
        if not steady or skeleton is None or skeleton.roots != found.roots or not self._revisit(skeleton):
            self.others, self._urgent, self._inner, self._resting = [], [], [], []
            skeleton = self._explore(found, skeleton)
        self.skeleton, self.counts = skeleton, skeleton.counts
        self.names = [*skeleton.body, *self._look_at_plain(found, skeleton), *skeleton.tail]
        """All rows in order."""
        trainable, frozen = skeleton.total
        trainable += found.loose(skeleton.counted)
        counts = Parameters(trainable=trainable, frozen=frozen, nameless=skeleton.nameless)
        self.parameters = counts if counts != Parameters() else None

    def _explore(self, found: Named, before: Skeleton | None) -> Skeleton:
        """Look at everything in models and optimizers."""
        walk = Walk(found, before, self._first)
        for place, (way, value) in enumerate(zip(walk.skeleton.ways, walk.values, strict=True)):
            self._consider(place, way.slot, value)
        return walk.skeleton

    def _revisit(self, skeleton: Skeleton) -> bool:
        """Look at the next rows of the skeleton; return whether the examined part still holds."""
        ways = skeleton.ways
        always = {skeleton.place[name] for name in self._first & skeleton.place.keys()}.union(skeleton.heads)
        always.update(place for place in self._again if place < len(ways))
        begin = self.turn if self.turn < len(ways) else 0
        next_in_turn = (
            place for place in chain(range(begin, len(ways)), range(begin)) if place not in always
        )
        for visited, place in enumerate(chain(always, next_in_turn), -len(always)):
            if visited >= 0 and (len(self._inner) >= self.room or visited >= MOST):
                self.turn = place
                break
            held = ways[place].value()
            if held is None:
                return False
            self._consider(place, ways[place].slot, held)
        return True

    def _consider(self, place: int, slot: Slot, value: Any) -> None:
        """Sort a row of a model or an optimizer into the work."""
        name, kind, _ = slot
        if kind == "module" or kind == "optimizer":
            self.others.append((slot, value))
            return
        record, in_view = self._records.get(name), name in self._first
        if (
            record is None
            or kind in self._silent
            or not record.holds(value)
            or (in_view and self._frame - record.turn >= OFTEN)
        ):
            due = self._urgent if in_view else self._inner
            due.append((-1 if record is None else record.turn, place, slot, value))
        elif self._whole or place in self._again:
            self._resting.append((slot, value))

    def _look_at_plain(self, found: Named, skeleton: Skeleton) -> list[str]:
        """Look at tensors that are named directly, unless a module owns them and the lesson asks for no such name.

        There may be thousands, so each operation in here counts.
        """
        names: list[str] = []
        known, owned, trains, frame = self._records.get, skeleton.owned, peek.requires_grad, self._frame
        asked = {name.removesuffix(".grad") for name in self._first}
        place, urgent, due, whole, again = (
            len(skeleton.ways),
            self._first,
            self._plain,
            self._whole,
            self._again,
        )
        for name, tensor in found.tensors:
            if id(tensor) in owned and name not in asked:
                continue
            names.append(name)
            place += 1
            record = known(name)
            if (
                record is None
                or not record.holds(tensor)
                or (name in urgent and frame - record.turn >= OFTEN)
            ):
                turn, into = -1 if record is None else record.turn, self._urgent if name in urgent else due
                into.append((turn, place, Slot(name, "tensor", ""), tensor))
            elif whole or place in again:
                self._resting.append((Slot(name, "tensor", ""), tensor))
            if trains(tensor) and (gradient := gradient_of(tensor)) is not None:
                place += 1
                names.append(f"{name}.grad")
                self._consider(place, Slot(names[-1], "gradient", name), gradient)
        return names

    def work(self) -> list[tuple[Slot, torch.Tensor]]:
        """Return the tensors to sample: all for a whole frame, else most of all those in view, then the oldest."""
        if self._whole:
            due: Iterable[Due] = (*self._urgent, *self._plain, *self._inner)
        else:
            others = min(self.room // 4, len(self._plain) + len(self._inner))
            urgent = heapq.nsmallest(self.room - others, self._urgent)
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
        owner = self._named.get(name.removesuffix(".grad"))
        if owner is None or not name.endswith(".grad"):
            return owner
        return gradient_of(owner)

    @property
    def waiting(self) -> int:
        """How many of the examined tensors changed or are new."""
        return len(self._urgent) + len(self._plain) + len(self._inner)
