"""Samples of many tensors packed together: one copy from each device, started now and fetched when it has arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, Literal, NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from evoclass_tensors.worker.sample import is_wide

Label = TypeVar("Label")
Meaning = Literal["values", "norms", "counts"]

SMALL = 30_000
"""Most elements that PyTorch packs in this thread; beyond, it would wake its thread pool."""


class Group(NamedTuple, Generic[Label]):
    """Numbers side by side."""

    meaning: Meaning
    """Samples; one norm a tensor; or how many elements are NaN and how many infinite, two numbers a tensor."""
    labels: list[Label]
    values: NDArray[np.floating]
    lengths: NDArray[np.int64]


class _Part(NamedTuple, Generic[Label]):
    meaning: Meaning
    labels: list[Label]
    lengths: list[int]
    packed: torch.Tensor


class Batch(Generic[Label]):
    """Collects flat views, then packs them; keeps no view after `launch`."""

    def __init__(self) -> None:
        self._views: dict[tuple[torch.device, torch.dtype], list[tuple[Label, torch.Tensor]]] = {}
        self._whole: dict[tuple[torch.device, torch.dtype], list[tuple[Label, torch.Tensor]]] = {}
        self._suspects: dict[torch.device, list[tuple[Label, torch.Tensor]]] = {}
        self._arrived: list[_Part[Label]] = []
        self._coming: list[tuple[list[_Part[Label]], torch.Tensor]] = []
        self._events: list[torch.cuda.Event] = []

    def add(self, label: Label, view: torch.Tensor) -> None:
        """Put a flat view of at least one element into the batch."""
        self._views.setdefault((view.device, view.dtype), []).append((label, view))

    def add_norm(self, label: Label, tensor: torch.Tensor) -> None:
        """Ask for the exact norm of a floating-point tensor."""
        self._whole.setdefault((tensor.device, tensor.dtype), []).append((label, tensor))

    def add_counts(self, label: Label, tensor: torch.Tensor) -> None:
        """Ask how many elements are NaN and how many infinite."""
        self._suspects.setdefault(tensor.device, []).append((label, tensor))

    def launch(self) -> None:
        """Pack everything and start the copies."""
        packs: dict[torch.device, list[_Part[Label]]] = {}
        for (device, dtype), pairs in self._views.items():
            packs.setdefault(device, []).extend(_packed(pairs, dtype, SMALL if device.type == "cpu" else 0))
        for (device, _), pairs in self._whole.items():
            norms = torch.stack(torch._foreach_norm([tensor for _, tensor in pairs])).to(torch.float64)
            packs.setdefault(device, []).append(
                _Part("norms", [label for label, _ in pairs], [1] * len(pairs), norms)
            )
        for device, pairs in self._suspects.items():
            counts = torch.stack(
                [part for _, tensor in pairs for part in (tensor.isnan().sum(), tensor.isinf().sum())]
            ).to(torch.float64)
            labels = [label for label, _ in pairs]
            packs.setdefault(device, []).append(_Part("counts", labels, [2] * len(pairs), counts))
        self._views.clear()
        self._whole.clear()
        self._suspects.clear()
        for device, parts in packs.items():
            if device.type == "cuda":
                self._send(device, parts)
            else:
                self._arrived += [part._replace(packed=part.packed.cpu()) for part in parts]

    def _send(self, device: torch.device, parts: list[_Part[Label]]) -> None:
        """Copy from a GPU in one piece, without waiting for it."""
        parts.sort(key=lambda part: -part.packed.element_size())  # keeps every part aligned
        with torch.cuda.device(device):
            joined = torch.cat([part.packed.view(torch.uint8) for part in parts])
            landing = torch.empty(joined.numel(), dtype=torch.uint8, device="cpu", pin_memory=True)
            landing.copy_(joined, non_blocking=True)
            event = torch.cuda.Event()
            event.record()
        self._events.append(event)
        bare = [part._replace(packed=torch.empty(0, dtype=part.packed.dtype, device="cpu")) for part in parts]
        self._coming.append((bare, landing))

    def ready(self) -> bool:
        """Whether every copy has arrived."""
        return all(event.query() for event in self._events)

    def groups(self) -> Iterator[Group[Label]]:
        """Yield the numbers, waiting for any that are still being copied."""
        for event in self._events:
            event.synchronize()
        for meaning, labels, lengths, packed in self._arrived:
            yield Group(meaning, labels, packed.numpy(), np.asarray(lengths))
        for parts, landing in self._coming:
            offset = 0
            for meaning, labels, lengths, bare in parts:
                size = sum(lengths) * bare.element_size()
                values = landing[offset : offset + size].view(bare.dtype).numpy()
                yield Group(meaning, labels, values, np.asarray(lengths))
                offset += size


def joined(groups: Sequence[Group[Label]]) -> Iterator[Group[Label]]:
    """Yield the groups with all samples put together: figures of many samples cost little more than of few."""
    samples = [group for group in groups if group.meaning == "values"]
    yield from (group for group in groups if group.meaning != "values")
    if len(samples) < 2:
        yield from samples
        return
    labels = [label for group in samples for label in group.labels]
    values = np.concatenate([group.values for group in samples], dtype=np.float64)
    yield Group("values", labels, values, np.concatenate([group.lengths for group in samples]))


def _packed(
    pairs: Sequence[tuple[Label, torch.Tensor]], dtype: torch.dtype, most: int
) -> Iterator[_Part[Label]]:
    """Yield the views joined, in pieces of at most `most` elements (0: in one)."""
    start, target = 0, torch.float64 if is_wide(dtype) else torch.float32
    while start < len(pairs):
        end, size = start, 0
        while end < len(pairs) and (end == start or not most or size + pairs[end][1].numel() <= most):
            size += pairs[end][1].numel()
            end += 1
        views = [view for _, view in pairs[start:end]]
        labels = [label for label, _ in pairs[start:end]]
        yield _Part("values", labels, [view.numel() for view in views], torch.cat(views).to(target))
        start = end
