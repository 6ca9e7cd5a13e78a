"""The rows of a program's tensors from frame to frame: changed values are sampled again, as many as the time allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

import msgspec
import numpy as np
import torch
from torch.optim.optimizer import _global_optimizer_post_hooks

from evoclass.probe import Glance, Picture
from evoclass.protocol import Kind, Summary
from evoclass_tensors.worker import guard, peek
from evoclass_tensors.worker.batch import Batch, Group, joined
from evoclass_tensors.worker.describe import describe_module, describe_optimizer, describe_tensor
from evoclass_tensors.worker.exact import exact_row
from evoclass_tensors.worker.figures import BINS, figures, relative_change
from evoclass_tensors.worker.picture import GalleryPicture
from evoclass_tensors.worker.record import Record
from evoclass_tensors.worker.rows import About, filled, number
from evoclass_tensors.worker.sample import NoFigures, Sample, take
from evoclass_tensors.worker.skeleton import Skeleton, Slot
from evoclass_tensors.worker.survey import LEAST, Survey
from evoclass_tensors.worker.swapping import before_swaps
from evoclass_tensors.worker.walk import Named, Walk
from evoclass_tensors.worker.watch import FLOATS, Watch, count_bad, with_bad

WORTH = 0.4
"""Seconds of sampling allowed for each second that finding the values takes."""

SURE = 3.0
"""Seconds in a loop after which the models are walked in full again, for changes that none of their rows would show."""

RARELY = 0.005
"""Share of a loop's time that these walks may take: the larger the model, the rarer they are."""

MOST = 0.005
"""Most seconds of sampling that `WORTH` allows."""

EXACT = 2**27
"""Most elements of which a last frame examines every one, in pieces: a second and a half."""

FEW = 2
"""Rows that look unchanged but are sampled again with each frame."""

_NARROW = {"float32", "float16", "bfloat16", "bool", "uint8", "int8", "int16"}
"""Types whose samples float32 represents exactly."""


class Gallery:
    """All rows of tensors, modules and optimizers of one program."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._turn = 0
        self._again = range(0)
        """Rows that look unchanged but will be sampled again, in turn."""
        self._watch = Watch()
        self._seconds_per_row = 30e-6
        self._skeleton: Skeleton | None = None
        self._silent: set[Kind] = set()
        """Kinds of values of models that are written to without a mark: by BatchNorm, a fused Adam, through `.data`."""
        self._next = 0
        """Place in the skeleton at which the next survey goes on."""
        self._explored = 0.0
        """When the models were last walked in full."""
        self._exploring = self._surveying = 0.0
        """Seconds that the last survey took: in full, and along a skeleton."""
        self._refers = False
        """Whether records refer to tensors."""
        self._dead = ""
        """Why CUDA memory must not be touched any more."""
        before_swaps(self)

    def let_go(self) -> None:
        """Drop all references to tensors, even weak ones; the next picture finds them again."""
        if self._skeleton is not None or self._refers:
            self._skeleton, self._refers = None, False
            for record in self._records.values():
                record.tensor = None

    def listen(self, step: Callable[[], None]) -> None:
        """Call `step` after each step of any optimizer."""

        def after(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
            step()

        after._dynamo_marked_constant = True  # type: ignore[attr-defined]
        # Put it where PyTorch's own function does, but without using up a hook number: programs print those.
        _global_optimizer_post_hooks[-1] = after

    def still(self) -> bool:
        """Return whether looking would go unnoticed."""
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
        with guard.unobserved():
            walk = Walk(Named.sorted(named))
        try:
            return walk.values[walk.skeleton.place[name]]
        except KeyError:
            raise LookupError(name) from None

    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        """Return the rows that changed since the last picture, as many as the time allows."""
        started = perf_counter()
        self._turn += 1
        self._refers = True
        batch: Batch[Record] = Batch()
        with guard.unobserved():
            survey = self._survey(named, glance, started)
            rows = self._others(survey, glance.whole)
            if not glance.whole:
                rows += self._watch.look(survey, self._records, glance.seconds)
            surveyed = perf_counter()
            work = survey.work()
            for slot, tensor in work:
                self._sample(slot, tensor, batch, rows, glance)
            try:
                batch.launch()
            except RuntimeError as error:
                self.stop(error)
                raise
        return GalleryPicture(self, survey, rows, batch, glance.whole, perf_counter() - surveyed)

    def learn(self, rows: int, seconds: float) -> None:
        """Learn from the time that this many rows took, from their samples to their figures."""
        if rows >= LEAST // 2:
            self._seconds_per_row += 0.3 * (seconds / rows - self._seconds_per_row)

    # ------------------------------------------------------------------------------------- choosing the work

    def _survey(self, named: Mapping[str, Any], glance: Glance, started: float) -> Survey:
        """Survey the values; in the middle of a loop, only as many as the frame has room for."""
        steady = glance.steady and started - self._explored < max(SURE, self._exploring / RARELY)
        survey = Survey(
            named,
            self._records,
            glance,
            self._again,
            self._affordable(glance, self._surveying),
            frame=self._turn,
            turn=self._next,
            skeleton=self._skeleton,
            steady=steady,
            silent=self._silent,
        )
        spent = perf_counter() - started
        if survey.skeleton is self._skeleton:
            self._surveying = spent
        else:
            self._skeleton, self._explored, self._exploring = survey.skeleton, started, spent
            survey.room = self._affordable(glance, spent)
        self._next = survey.turn
        self._rotate(len(survey.names), survey.room - survey.waiting)
        return survey

    def _affordable(self, glance: Glance, found: float) -> int:
        """Return how many rows a frame may contain if finding them takes this many seconds."""
        # If finding alone takes long, a frame with few rows would waste that time.
        seconds = max(glance.seconds - found, min(MOST, WORTH * found))
        return max(LEAST, int(min(seconds, 60) / self._seconds_per_row))

    def _others(self, survey: Survey, whole: bool) -> list[Summary]:
        """Return the rows of modules and optimizers that changed."""
        rows: list[Summary] = []
        for slot, value in survey.others:
            record = self._records.get(slot.name)
            before = record.row if record is not None else None
            state: tuple[Any, ...] = ()
            if slot.kind == "module":
                count, training = survey.counts[slot.name], value.__dict__.get("training")
                state = (type(value), id(value), slot.parent, count.trainable, count.frozen, training)
                known = record is not None and record.state[:2] == state[:2] and not whole
                if record is not None and known and record.state == state:
                    continue
                row = describe_module(
                    slot, value, count, before.text if before is not None and known else None
                )
            else:
                row = describe_optimizer(slot, value)
            if row != before:
                self._records[slot.name] = Record(row, {}, self._turn, state=state)
                rows.append(row)
        return rows

    def _rotate(self, count: int, room: int) -> None:
        """Choose which rows that look unchanged are sampled with the next frame: some writes leave no mark."""
        start = self._again.stop if self._again.stop < count else 0
        self._again = range(start, start + max(FEW, min(room, LEAST)))

    def _sample(
        self, slot: Slot, tensor: torch.Tensor, batch: Batch[Record], rows: list[Summary], glance: Glance
    ) -> None:
        """Put the sample of a tensor into the batch, or its row into `rows` if it has no figures."""
        old = self._records.get(slot.name)
        about, sample = self._start(slot, tensor, old)
        if sample is None:
            row = Summary(**about)
            self._records[slot.name] = Record.of(row, about, tensor, self._turn)
            rows.append(row)
            return
        record = Record.of(None, about, tensor, self._turn, sample)
        if old is not None:
            record.trusted = old.trusted
            if old.about.get("shape") == about["shape"] and old.nature == record.nature:
                record.suspect, record.bad = old.suspect, old.bad
        batch.add(record, sample.view)
        if about["device"] != "cpu":
            self._watch_device(batch, record, peek.plain(tensor))
        elif sample.partial:
            record.unseen = True
            self._watch.add(slot.name)
            if glance.whole:
                count_bad(record, peek.plain(tensor))

    def _start(self, slot: Slot, tensor: torch.Tensor, old: Record | None) -> tuple[About, Sample | None]:
        """Return the row's fields without figures, and the sample to take them from, if there can be one."""
        try:
            about = old.about if old is not None and old.describes(tensor) else describe_tensor(slot, tensor)
        except Exception as error:
            return slot._asdict() | {"badge": _words(error)}, None
        if "badge" in about and not (old is not None and old.about is about):
            return about, None
        if self._dead and about["device"].startswith("cuda"):
            return about | {"badge": self._dead}, None
        try:
            sample = take(peek.plain(tensor))
        except NoFigures as why:
            return about | {"badge": str(why)}, None
        except Exception as error:
            self.stop(error)
            return about | {"badge": _words(error)}, None
        return (about | {"badge": sample.badge} if sample.badge else about), sample

    def _watch_device(self, batch: Batch[Record], record: Record, tensor: torch.Tensor) -> None:
        """Let a GPU check every element: a norm is NaN or infinite if one of them is."""
        if peek.dtype(tensor) not in FLOATS or "layout" in record.about or not tensor.is_contiguous():
            return
        batch.add_norm(record, tensor.detach())
        if record.suspect:
            batch.add_counts(record, tensor.detach())

    # --------------------------------------------------------------------------------------- arrived figures

    def settle(self, batch: Batch[Record]) -> list[Summary]:
        """Remember the figures that arrived and return the finished rows."""
        rows: dict[str, Summary] = {}
        exact: list[Group[Record]] = []
        with guard.unobserved():
            groups = list(batch.groups())
        for group in joined(groups):
            if group.meaning == "values":
                self._settle_samples(group, rows)
            else:
                exact.append(group)
        for group in exact:
            self._settle_exact(group, rows)
        for row in list(rows.values()):
            if row.kind == "gradient":
                self._tell_norm(row, rows)
        return list(rows.values())

    def _settle_samples(self, group: Group[Record], rows: dict[str, Summary]) -> None:
        found = figures(group.values, group.lengths).columns()
        before = group.values.copy()
        lengths = group.lengths.tolist()
        ends = np.cumsum(group.lengths).tolist()
        olds: list[Record | None] = []
        for record, end, length in zip(group.labels, ends, lengths, strict=True):
            old = self._records.get(record.about["name"])
            if old is not None and old.sample is not None and len(old.sample) == length:
                before[end - length : end] = old.sample
            elif old is not None:
                old.sample = None
            olds.append(old)
        changes = relative_change(group.values, before, group.lengths).tolist()
        for index, (record, old) in enumerate(zip(group.labels, olds, strict=True)):
            change = grad_norm = None
            if old is not None:
                if old.row is not None and old.tensor_now is not None and old.tensor_now is record.tensor_now:
                    grad_norm = old.row.grad_norm
                if old.sample is not None:
                    change = number(changes[index])
                    record.trusted = old.trusted and not (change and record.claims_same_as(old))
                    if not record.trusted and record.about["parent"]:
                        # Code that writes to one buffer or parameter without a mark does so to all of them.
                        self._silent.add(record.about["kind"])
            narrow = np.float32 if record.about["dtype"] in _NARROW else np.float64
            record.sample = group.values[ends[index] - lengths[index] : ends[index]].astype(narrow)
            record.row = row = filled(
                record.about,
                found,
                index,
                record.total,
                partial=record.partial,
                change=change,
                grad_norm=grad_norm,
                bad=record.bad,
            )
            self._records[row.name] = record
            rows[row.name] = row

    def _settle_exact(self, group: Group[Record], rows: dict[str, Summary]) -> None:
        for index, record in enumerate(group.labels):
            row = record.row
            if row is None:
                continue
            if group.meaning == "counts":
                record.bad = (int(group.values[2 * index]), int(group.values[2 * index + 1]))
                row = with_bad(row, record.bad)
            else:
                norm = number(float(group.values[index]))
                record.suspect = norm is None
                if norm is not None:
                    record.bad = None
                    row = msgspec.structs.replace(row, norm=norm)
                elif record.bad is None and not row.nan and not row.inf:
                    # The next frame will count which of the two it is.
                    row = msgspec.structs.replace(row, nan=1)
            record.row = rows[row.name] = row

    def exactly(self, rows: list[Summary]) -> list[Summary]:
        """Return rows with figures of every element instead of a sample's, the smallest values first."""
        chosen: dict[str, Summary] = {}
        left = EXACT
        for row in sorted(rows, key=lambda row: row.bytes or 0):
            record = self._records.get(row.name)
            if record is None or record.tensor is None or not row.sampled or row.badge or row.layout:
                continue
            if record.total > left:
                continue
            left -= record.total
            record.row = chosen[row.name] = self._exact_row(row, record)
        found = {row.name: chosen.get(row.name, row) for row in rows}
        for row in chosen.values():
            if row.kind == "gradient":
                self._tell_norm(row, found)
        return list(found.values())

    def _tell_norm(self, gradient: Summary, rows: dict[str, Summary]) -> None:
        """Put a gradient's norm into the row of its parameter."""
        owner = self._records.get(gradient.parent)
        if owner is not None and owner.row is not None and owner.row.grad_norm != gradient.norm:
            owner.row = rows[gradient.parent] = msgspec.structs.replace(owner.row, grad_norm=gradient.norm)

    def _exact_row(self, row: Summary, record: Record) -> Summary:
        tensor = record.tensor_now
        if tensor is None:
            return row
        try:
            with guard.unobserved():
                sample = take(peek.plain(tensor), record.total)
                return exact_row(row, sample._replace(view=sample.view.detach().cpu()), BINS)[0]
        except Exception as error:  # the sample's figures are still true
            self.stop(error)
            return row

    def keep(self, order: list[str]) -> tuple[list[str], list[Summary]]:
        """Forget the rows of values that are gone; return the names of the others, and the rows that this changed."""
        names = list(filter(self._records.__contains__, order))
        changed: list[Summary] = []
        if len(names) != len(self._records):
            alive = set(names)
            for name in [name for name in self._records if name not in alive]:
                row = self._records.pop(name).row
                owner = self._records.get(row.parent) if row is not None and row.kind == "gradient" else None
                if owner is not None and owner.row is not None and owner.row.grad_norm is not None:
                    owner.row = msgspec.structs.replace(owner.row, grad_norm=None)
                    changed.append(owner.row)
        return names, changed


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:80]
