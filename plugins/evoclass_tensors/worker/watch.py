"""Checks every element of large CPU tensors for NaN and infinity, a few tensors each frame, in turn."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import msgspec
import numpy as np
import torch

from evoclass.protocol import Summary
from evoclass_tensors.worker import peek
from evoclass_tensors.worker.record import Record
from evoclass_tensors.worker.survey import Survey

ELEMENTS = 375_000
"""Elements that a frame examines for each millisecond that it may take."""

LONGEST = 0.05
"""Seconds of a frame that count."""

_MOST = 16
"""Tensors a frame."""

FLOATS = {torch.float32, torch.float64, torch.float16, torch.bfloat16}
"""Types that can be NaN or infinite and whose norm tells."""


class Watch:
    """Queue of tensors whose samples do not cover them."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}
        """Names of rows, the next one first."""
        self._room = 0.0
        """Elements that may be examined now; a large tensor's turn comes when enough have accumulated."""

    def add(self, name: str) -> None:
        """Queue a row, unless it is queued already."""
        self._waiting.setdefault(name)

    def look(self, survey: Survey, records: Mapping[str, Record], seconds: float) -> list[Summary]:
        """Examine the rows whose turn it is and return those that this changed."""
        self._room += min(seconds, LONGEST) * 1000 * ELEMENTS
        rows: list[Summary] = []
        for name in list(islice(self._waiting, _MOST)):
            record, tensor = records.get(name), survey.current(name)
            if record is None or tensor is None or record.row is None or not _fits(record, tensor):
                del self._waiting[name]
                continue
            if record.total > self._room:
                break
            self._room -= record.total
            del self._waiting[name]
            self._waiting[name] = None
            before = record.bad
            count_bad(record, peek.plain(tensor))
            if record.bad != before:
                record.row = with_bad(record.row, record.bad)
                rows.append(record.row)
        if not self._waiting:
            self._room = 0.0
        return rows


def _fits(record: Record, tensor: torch.Tensor) -> bool:
    """Whether this can be examined as the sampled tensor: the name may have another value now, or no memory."""
    if (
        not record.unseen
        or record.nature != peek.nature(tensor)
        or record.about["shape"] != peek.shape(tensor)
    ):
        return False
    needed = (torch.Tensor.storage_offset(tensor) + record.total) * torch.Tensor.element_size(tensor)
    return bool(torch.Tensor.untyped_storage(tensor).nbytes() >= needed)


def count_bad(record: Record, tensor: torch.Tensor) -> None:
    """Count NaN and infinity exactly, if there are any: the sum is then NaN or infinite too."""
    record.bad = None
    if "layout" in record.about or peek.dtype(tensor) not in FLOATS or not tensor.is_contiguous():
        return
    tensor = tensor.detach()
    if not np.isfinite(float(tensor.sum(dtype=torch.float32))):
        found = (int(tensor.isnan().sum()), int(tensor.isinf().sum()))
        record.bad = found if any(found) else None


def with_bad(row: Summary, bad: tuple[int, int] | None) -> Summary:
    """Return the row with the exact counts of NaN and infinity, or with none."""
    nan, inf = bad or (0, 0)
    return msgspec.structs.replace(row, nan=nan, inf=inf)
