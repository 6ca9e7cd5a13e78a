"""The rows of a program's tensors from frame to frame: what changed is sampled again, as much as the time allows."""

from __future__ import annotations

import heapq
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch.optim.optimizer import register_optimizer_step_post_hook

from evoclass.inspection import Glance, Picture
from evoclass.protocol import Summary
from evoclass_tensors import guard
from evoclass_tensors.batch import Batch
from evoclass_tensors.describe import describe_module, describe_optimizer, describe_tensor
from evoclass_tensors.figures import figures, relative_change
from evoclass_tensors.rows import filled, number
from evoclass_tensors.sample import NoFigures, Sample, take
from evoclass_tensors.walk import Entry, Inventory, Walk

NO_VERSION = -1
"""Of tensors that PyTorch keeps no count for: those of `inference_mode`."""

LEAST = 16
"""Fewest tensors that a frame samples, however short its time."""


@dataclass(slots=True)
class Record:
    """What is remembered of a row between frames; never the value itself."""

    row: Summary
    turn: int
    """Frame in which it was last sampled."""
    tensor: weakref.ref[torch.Tensor] | None = None
    version: int = NO_VERSION
    """PyTorch's count of in-place changes."""
    pointer: int = 0
    sample: NDArray[np.floating] | None = None
    trusted: bool = True
    """Whether changes have always shown in `version` (writing through `.data` does not)."""

    @classmethod
    def of(cls, row: Summary, tensor: torch.Tensor, turn: int) -> Record:
        """Return the record of a tensor as it is now."""
        return cls(row, turn, weakref.ref(tensor), _version(tensor), _pointer(tensor))

    def holds(self, tensor: torch.Tensor) -> bool:
        """Whether this is the tensor that was sampled, unchanged as far as PyTorch knows."""
        return (
            self.tensor is not None
            and self.tensor() is tensor
            and self.version != NO_VERSION
            and self.version == _version(tensor)
            and self.row.requires_grad == tensor.requires_grad
            and self.pointer == _pointer(tensor)
        )

    def claims_same_as(self, other: Record) -> bool:
        """Whether PyTorch's own marks say that nothing changed between the two."""
        return self.version == other.version != NO_VERSION and self.pointer == other.pointer


class Waiting(NamedTuple):
    """A row whose sample is on its way."""

    record: Record
    total: int
    """Elements that the sample stands for."""


class GalleryPicture(Picture):
    """Rows of one frame; figures of GPU tensors may still be on their way."""

    def __init__(
        self, gallery: Gallery, inventory: Inventory, rows: list[Summary], batch: Batch[Waiting]
    ) -> None:
        super().__init__(rows, (), inventory.parameters, len(inventory.entries))
        self._gallery = gallery
        self._batch: Batch[Waiting] | None = batch
        self._order = [entry.name for entry in inventory.entries]
        if batch.ready():
            self.rows()

    def ready(self) -> bool:
        """Whether every figure has arrived."""
        return self._batch is None or self._batch.ready()

    def rows(self) -> list[Summary]:
        """Return the rows, waiting for them if need be."""
        if self._batch is not None:
            batch, self._batch = self._batch, None
            self._rows += self._gallery.settle(batch)
            self.names = self._gallery.keep(self._order)
        return self._rows


class Gallery:
    """All rows of tensors, modules and optimizers of one program."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._turn = 0
        self._seconds_per_row = 30e-6
        self._dead = ""
        """Why CUDA memory must not be touched any more."""

    def listen(self, step: Callable[[], None]) -> None:
        """Call `step` after each step of any optimizer."""

        def after(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
            step()

        after._dynamo_marked_constant = True  # type: ignore[attr-defined]
        register_optimizer_step_post_hook(after)

    def still(self) -> bool:
        """Say if looking would go unnoticed."""
        return bool(self._dead) or guard.still()

    def stop(self, error: BaseException) -> None:
        """Leave CUDA alone after its memory ran out or its context died."""
        accelerator = getattr(torch, "AcceleratorError", ())
        if isinstance(error, torch.OutOfMemoryError):
            self._dead = "out of memory"
        elif isinstance(error, accelerator) or "CUDA error" in str(error)[:2000]:
            self._dead = "device lost"

    def find(self, named: Mapping[str, Any], name: str) -> Any:
        """Return the value behind a row's name; raises LookupError."""
        with guard.hushed():
            for entry in Walk(named).inventory.entries:
                if entry.name == name:
                    return entry.value
        raise LookupError(name)

    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        """Return the rows that changed since the last picture, as many as the time allows."""
        started = perf_counter()
        self._turn += 1
        with guard.hushed():
            inventory = Walk(named).inventory
            rows, work = self._plan(inventory, glance)
            batch: Batch[Waiting] = Batch()
            for entry in work:
                row, sample = self._start(entry)
                record = Record.of(row, entry.value, self._turn)
                if sample is None:
                    self._records[entry.name] = record
                    rows.append(row)
                else:
                    batch.add(Waiting(record, sample.total), sample.view)
            batch.launch()
        picture = GalleryPicture(self, inventory, rows, batch)
        if work:
            spent = (perf_counter() - started) / len(work)
            self._seconds_per_row += 0.3 * (spent - self._seconds_per_row)
        return picture

    # ----------------------------------------------------------------------------------------------- inside

    def _plan(self, inventory: Inventory, glance: Glance) -> tuple[list[Summary], list[Entry]]:
        """Return the rows that cost nothing, and the tensors to sample in this frame."""
        rows: list[Summary] = []
        due: list[tuple[tuple[int, int], int, Entry]] = []
        resting: list[tuple[int, int, Entry]] = []
        records = self._records
        for index, entry in enumerate(inventory.entries):
            record = records.get(entry.name)
            if entry.kind == "module" or entry.kind == "optimizer":
                row = (
                    describe_module(entry, inventory.counts[entry.name], record.row if record else None)
                    if entry.kind == "module"
                    else describe_optimizer(entry)
                )
                if record is None or record.row != row:
                    records[entry.name] = Record(row, self._turn)
                    rows.append(row)
            elif record is None or not record.trusted or not record.holds(entry.value):
                pinned = entry.name in glance.first or not entry.parent
                due.append(((0 if pinned else 1, record.turn if record else -1), index, entry))
            else:
                resting.append((record.turn, index, entry))
        if glance.whole:
            return rows, [entry for _, _, entry in (*due, *resting)]
        room = max(LEAST, int(glance.seconds / self._seconds_per_row))
        work = [entry for _, _, entry in (due if len(due) <= room else heapq.nsmallest(room, due))]
        spare = min(room - len(work), room // 4)
        if spare > 0:
            work += [entry for _, _, entry in heapq.nsmallest(spare, resting)]
        return rows, work

    def _start(self, entry: Entry) -> tuple[Summary, Sample | None]:
        """Return the row without figures, and the sample to take them from, if there can be one."""
        tensor = entry.value
        try:
            row = describe_tensor(entry)
        except Exception as error:
            return Summary(name=entry.name, kind=entry.kind, parent=entry.parent, badge=_words(error)), None
        if row.badge:
            return row, None
        if self._dead and tensor.device.type == "cuda":
            return msgspec.structs.replace(row, badge=self._dead), None
        try:
            sample = take(tensor)
        except NoFigures as why:
            return msgspec.structs.replace(row, badge=str(why)), None
        except Exception as error:
            self.stop(error)
            return msgspec.structs.replace(row, badge=_words(error)), None
        return (msgspec.structs.replace(row, badge=sample.badge) if sample.badge else row), sample

    def settle(self, batch: Batch[Waiting]) -> list[Summary]:
        """Remember the figures that arrived and return the finished rows."""
        rows: dict[str, Summary] = {}
        for group in batch.groups():
            found = figures(group.values, group.lengths)
            before = group.values.copy()
            ends = np.cumsum(group.lengths)
            olds = [self._records.get(waiting.record.row.name) for waiting in group.labels]
            for old, end, length in zip(olds, ends, group.lengths, strict=True):
                if old is not None and old.sample is not None and len(old.sample) == length:
                    before[end - length : end] = old.sample
            changes = relative_change(group.values, before, group.lengths)
            for index, (waiting, old) in enumerate(zip(group.labels, olds, strict=True)):
                record, end, length = waiting.record, ends[index], group.lengths[index]
                known = old is not None and old.sample is not None and len(old.sample) == length
                change = number(changes[index]) if known else None
                record.row = filled(record.row, found, index, waiting.total, change=change)
                record.sample = group.values[end - length : end].copy()
                if old is not None:
                    record.trusted = old.trusted and not (change and record.claims_same_as(old))
                    record.row = msgspec.structs.replace(record.row, grad_norm=old.row.grad_norm)
                self._records[record.row.name] = record
                rows[record.row.name] = record.row
        for row in list(rows.values()):
            owner = self._records.get(row.parent) if row.kind == "gradient" else None
            if owner is not None and owner.row.grad_norm != row.norm:
                owner.row = rows[row.parent] = msgspec.structs.replace(owner.row, grad_norm=row.norm)
        return list(rows.values())

    def keep(self, order: list[str]) -> list[str]:
        """Forget the rows of values that are gone and return the names of the others."""
        names = [name for name in order if name in self._records]
        if len(names) != len(self._records):
            alive = set(names)
            for name in [name for name in self._records if name not in alive]:
                del self._records[name]
        return names


def _version(tensor: torch.Tensor) -> int:
    return NO_VERSION if tensor.is_inference() else tensor._version


def _pointer(tensor: torch.Tensor) -> int:
    try:
        return tensor.data_ptr()
    except RuntimeError:  # no storage: sparse, fake, functional
        return 0


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:80]
