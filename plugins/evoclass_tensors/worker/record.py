"""The data about a row that is kept between frames; never the value itself."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from evoclass.protocol import Summary
from evoclass_tensors.worker import peek
from evoclass_tensors.worker.rows import About
from evoclass_tensors.worker.sample import Sample


@dataclass(slots=True)
class Record:
    """A row, its sample, and the marks by which an unchanged tensor is recognised."""

    row: Summary | None
    """None while its figures are on their way."""
    about: About
    turn: int
    """Frame in which it was last sampled."""
    tensor: weakref.ref[torch.Tensor] | None = None
    version: int = peek.NO_VERSION
    pointer: int = 0
    sample: NDArray[np.floating] | None = None
    trusted: bool = True
    """Whether changes have always shown in `version` (writing through `.data` does not)."""
    nature: tuple[Any, ...] = ()
    """Class, type, device and layout; `model.half()` changes a tensor without making another one."""
    total: int = 0
    """Elements that the sample represents."""
    state: tuple[Any, ...] = ()
    """Further data about a module, to be compared quickly."""
    partial: bool = False
    """Whether elements were left out of the sample."""
    unseen: bool = False
    """Whether some elements can be checked only by this process, not by a GPU."""
    suspect: bool = False
    """Whether NaN or infinity must be counted exactly."""
    bad: tuple[int, int] | None = None
    """NaN and infinite elements, counted exactly; None if the sample says enough."""

    @classmethod
    def of(
        cls, row: Summary | None, about: About, tensor: torch.Tensor, turn: int, sample: Sample | None = None
    ) -> Record:
        """Return the record of a tensor as it is now; without figures, only its identity is kept."""
        record = cls(row, about, turn, weakref.ref(tensor), nature=peek.nature(tensor))
        if sample is not None:
            record.version, record.pointer = peek.version(tensor), peek.pointer(tensor)
            record.total, record.partial = sample.total, sample.partial
        return record

    @property
    def tensor_now(self) -> torch.Tensor | None:
        """The tensor itself while it is alive."""
        return self.tensor() if self.tensor is not None else None

    def holds(self, tensor: torch.Tensor) -> bool:
        """Whether this is the sampled tensor, unchanged according to PyTorch."""
        if self.tensor is None or self.tensor() is not tensor or not self.trusted:
            return False
        if self.about.get("requires_grad") is not peek.requires_grad(tensor):
            return not self.total and "requires_grad" not in self.about
        if not self.total:
            return self.nature == peek.nature(tensor)
        return self.version == peek.version(tensor) != peek.NO_VERSION and self.pointer == peek.pointer(
            tensor
        )

    def describes(self, tensor: torch.Tensor) -> bool:
        """Whether the data other than the figures is still true."""
        return (
            self.total > 0
            and self.tensor is not None
            and self.tensor() is tensor
            and self.about["requires_grad"] is peek.requires_grad(tensor)
            and self.about["shape"] is not None
            and self.about["shape"] == peek.shape(tensor)
            and self.nature == peek.nature(tensor)
        )

    def claims_same_as(self, other: Record) -> bool:
        """Whether PyTorch's own marks say that nothing changed between the two."""
        return self.version == other.version != peek.NO_VERSION and self.pointer == other.pointer
