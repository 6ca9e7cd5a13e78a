"""The rows of a program's tensors from frame to frame: what changed is sampled again, as much as the time allows."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

import msgspec
import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_post_hook

from evoclass.inspection import Glance, Picture
from evoclass.protocol import Summary
from evoclass_tensors import guard, peek
from evoclass_tensors.batch import Batch, Group
from evoclass_tensors.describe import describe_module, describe_optimizer, describe_tensor
from evoclass_tensors.figures import figures, relative_change
from evoclass_tensors.record import Record
from evoclass_tensors.rows import filled, number
from evoclass_tensors.sample import NoFigures, Sample, take
from evoclass_tensors.walk import Entry, Inventory, Walk

LEAST = 16
"""Fewest tensors that a frame samples, however short its time."""

CHECKED = 4_000_000
"""Elements a frame looks at for NaN beyond the samples, on the CPU, for each millisecond that it may take."""

_FLOATS = {torch.float32, torch.float64, torch.float16, torch.bfloat16}


class GalleryPicture(Picture):
    """Rows of one frame; figures of GPU tensors may still be on their way."""

    def __init__(
        self, gallery: Gallery, inventory: Inventory, rows: list[Summary], batch: Batch[Record]
    ) -> None:
        super().__init__(rows, (), inventory.parameters, len(inventory.entries))
        self._gallery = gallery
        self._batch: Batch[Record] | None = batch
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
        self._room = 0.0
        """Elements that may be looked at for NaN now; a large tensor's turn comes when enough has gathered."""
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
            batch: Batch[Record] = Batch()
            if not glance.whole:
                self._watch_host(inventory, glance, rows)
            for entry in work:
                row, sample = self._start(entry)
                if sample is None:
                    self._records[entry.name] = Record.of(row, entry.value, self._turn)
                    rows.append(row)
                    continue
                record = Record.of(row, entry.value, self._turn, sample.total)
                self._inherit(record)
                batch.add(record, sample.view)
                if row.device != "cpu":
                    self._watch_device(batch, record, peek.plain(entry.value))
                elif glance.whole and sample.sampled:
                    self._check(record, peek.plain(entry.value))
            try:
                batch.launch()
            except RuntimeError as error:
                self.stop(error)
                raise
        picture = GalleryPicture(self, inventory, rows, batch)
        if work:
            spent = (perf_counter() - started) / len(work)
            self._seconds_per_row += 0.3 * (spent - self._seconds_per_row)
        return picture

    # -------------------------------------------------------------------------------------------- what to do

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
            elif record is None or not record.holds(entry.value):
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
        if self._dead and row.device.startswith("cuda"):
            return msgspec.structs.replace(row, badge=self._dead), None
        try:
            sample = take(peek.plain(tensor))
        except NoFigures as why:
            return msgspec.structs.replace(row, badge=str(why)), None
        except Exception as error:
            self.stop(error)
            return msgspec.structs.replace(row, badge=_words(error)), None
        return (msgspec.structs.replace(row, badge=sample.badge) if sample.badge else row), sample

    def _inherit(self, record: Record) -> None:
        """Take over what was known of the row."""
        old = self._records.get(record.row.name)
        if old is not None:
            record.trusted, record.checked = old.trusted, old.checked
            record.suspect, record.bad = old.suspect, old.bad

    def _watch_device(self, batch: Batch[Record], record: Record, tensor: torch.Tensor) -> None:
        """Let a GPU look at every element: a norm is NaN or infinite if one of them is."""
        if peek.dtype(tensor) not in _FLOATS or record.row.layout or not torch.Tensor.is_contiguous(tensor):
            return
        batch.add_norm(record, tensor.detach())
        if record.suspect:
            batch.add_counts(record, tensor.detach())

    def _watch_host(self, inventory: Inventory, glance: Glance, rows: list[Summary]) -> None:
        """Look at every element of large CPU tensors for NaN and infinity, a few tensors each frame."""
        self._room += min(glance.seconds, 0.05) * 1000 * CHECKED / 4
        waiting: list[tuple[int, int, Record, torch.Tensor]] = []
        for index, entry in enumerate(inventory.entries):
            record = self._records.get(entry.name)
            if record is not None and record.row.sampled and record.row.device == "cpu":
                waiting.append((record.checked, index, record, entry.value))
        if not waiting:
            self._room = 0.0
        for _, _, record, tensor in heapq.nsmallest(16, waiting):
            if record.total > self._room:
                break
            self._room -= record.total
            before = record.bad
            self._check(record, peek.plain(tensor))
            if record.bad != before:
                record.row = _with_bad(record)
                rows.append(record.row)

    def _check(self, record: Record, tensor: torch.Tensor) -> None:
        """Count NaN and infinity exactly, if there are any: then the sum is one of them too."""
        record.checked = self._turn
        if record.row.layout or peek.dtype(tensor) not in _FLOATS or not tensor.is_contiguous():
            return
        tensor = tensor.detach()
        record.bad = None
        if not np.isfinite(float(tensor.sum(dtype=torch.float32))):
            found = (int(tensor.isnan().sum()), int(tensor.isinf().sum()))
            record.bad = found if any(found) else None

    # ------------------------------------------------------------------------------------------ what arrived

    def settle(self, batch: Batch[Record]) -> list[Summary]:
        """Remember the figures that arrived and return the finished rows."""
        rows: dict[str, Summary] = {}
        exact: list[Group[Record]] = []
        with guard.hushed():
            groups = list(batch.groups())
        for group in groups:
            if group.meaning == "values":
                self._settle_samples(group, rows)
            else:
                exact.append(group)
        for group in exact:
            self._settle_exact(group, rows)
        for row in list(rows.values()):
            owner = self._records.get(row.parent) if row.kind == "gradient" else None
            if owner is not None and owner.row.grad_norm != row.norm:
                owner.row = rows[row.parent] = msgspec.structs.replace(owner.row, grad_norm=row.norm)
        return list(rows.values())

    def _settle_samples(self, group: Group[Record], rows: dict[str, Summary]) -> None:
        found = figures(group.values, group.lengths)
        before = group.values.copy()
        ends = np.cumsum(group.lengths)
        olds = [self._records.get(record.row.name) for record in group.labels]
        for old, end, length in zip(olds, ends, group.lengths, strict=True):
            if old is not None and old.sample is not None and len(old.sample) == length:
                before[end - length : end] = old.sample
        changes = relative_change(group.values, before, group.lengths)
        for index, (record, old) in enumerate(zip(group.labels, olds, strict=True)):
            end, length = ends[index], group.lengths[index]
            change = None
            if old is not None and old.sample is not None and len(old.sample) == length:
                change = number(changes[index])
                record.trusted = old.trusted and not (change and record.claims_same_as(old))
            grad_norm = old.row.grad_norm if old is not None else None
            record.row = filled(record.row, found, index, record.total, change=change, grad_norm=grad_norm)
            record.sample = group.values[end - length : end].copy()
            if record.bad is not None:
                record.row = _with_bad(record)
            self._records[record.row.name] = record
            rows[record.row.name] = record.row

    def _settle_exact(self, group: Group[Record], rows: dict[str, Summary]) -> None:
        for index, record in enumerate(group.labels):
            if group.meaning == "norms":
                norm = number(group.values[index])
                record.suspect = norm is None
                if norm is not None:
                    record.bad = None
                    record.row = msgspec.structs.replace(record.row, norm=norm)
                elif record.bad is None and not record.row.nan and not record.row.inf:
                    # Which of the two it is will be counted with the next frame.
                    record.row = msgspec.structs.replace(record.row, nan=1)
            else:
                record.bad = (int(group.values[2 * index]), int(group.values[2 * index + 1]))
                record.row = _with_bad(record)
            rows[record.row.name] = record.row

    def keep(self, order: list[str]) -> list[str]:
        """Forget the rows of values that are gone and return the names of the others."""
        names = [name for name in order if name in self._records]
        if len(names) != len(self._records):
            alive = set(names)
            for name in [name for name in self._records if name not in alive]:
                del self._records[name]
        return names


def _with_bad(record: Record) -> Summary:
    """Return the row with the exact counts of NaN and infinity, or with none."""
    nan, inf = record.bad or (0, 0)
    return msgspec.structs.replace(record.row, nan=nan, inf=inf)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:80]
