"""Samples of many tensors packed together: one copy from each device, started now and fetched when it has arrived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from evoclass_tensors.sample import is_wide

Label = TypeVar("Label")


class Group(NamedTuple, Generic[Label]):
    """Samples side by side."""

    labels: list[Label]
    values: NDArray[np.floating]
    lengths: NDArray[np.int64]


class Batch(Generic[Label]):
    """Collects flat views, then packs them; holds no view after `launch`."""

    def __init__(self) -> None:
        self._views: dict[tuple[torch.device, torch.dtype], list[tuple[Label, torch.Tensor]]] = {}
        self._arrived: list[tuple[list[Label], list[int], torch.Tensor]] = []
        self._coming: list[tuple[list[tuple[list[Label], list[int], torch.dtype]], torch.Tensor]] = []
        self._events: list[torch.cuda.Event] = []

    def add(self, label: Label, view: torch.Tensor) -> None:
        """Put a flat view of at least one element into the batch."""
        self._views.setdefault((view.device, view.dtype), []).append((label, view))

    def launch(self) -> None:
        """Pack everything and start the copies."""
        packs: dict[torch.device, list[tuple[list[Label], list[int], torch.Tensor]]] = {}
        for (device, dtype), pairs in self._views.items():
            labels = [label for label, _ in pairs]
            lengths = [view.numel() for _, view in pairs]
            packed = torch.cat([view for _, view in pairs])
            packed = packed.to(torch.float64 if is_wide(dtype) else torch.float32)
            packs.setdefault(device, []).append((labels, lengths, packed))
        self._views.clear()
        for device, parts in packs.items():
            if device.type == "cuda":
                self._send(device, parts)
            else:
                self._arrived += [(labels, lengths, packed.cpu()) for labels, lengths, packed in parts]

    def _send(self, device: torch.device, parts: list[tuple[list[Label], list[int], torch.Tensor]]) -> None:
        """Copy from a GPU in one piece, without waiting for it."""
        parts.sort(key=lambda part: -part[2].element_size())  # keeps every part aligned
        with torch.cuda.device(device):
            joined = torch.cat([packed.view(torch.uint8) for _, _, packed in parts])
            landing = torch.empty(joined.numel(), dtype=torch.uint8, device="cpu", pin_memory=True)
            landing.copy_(joined, non_blocking=True)
            event = torch.cuda.Event()
            event.record()
        self._events.append(event)
        self._coming.append(([(labels, lengths, packed.dtype) for labels, lengths, packed in parts], landing))

    def ready(self) -> bool:
        """Whether every copy has arrived."""
        return all(event.query() for event in self._events)

    def groups(self) -> Iterator[Group[Label]]:
        """Yield the samples, waiting for what is still on its way."""
        for event in self._events:
            event.synchronize()
        for labels, lengths, packed in self._arrived:
            yield Group(labels, packed.numpy(), np.asarray(lengths))
        for parts, landing in self._coming:
            offset = 0
            for labels, lengths, dtype in parts:
                size = sum(lengths) * dtype.itemsize
                values = landing[offset : offset + size].view(dtype).numpy()
                yield Group(labels, values, np.asarray(lengths))
                offset += size
