"""Handwritten digits of 8 by 8 pixels; `digits.txt` says whose they are and on what terms."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

import numpy
import torch
from torch import Tensor


class Digits(NamedTuple):
    """Pictures of digits and what they show, in the order of the original."""

    images: Tensor
    """Ink from 0 to 16 as bytes, shape (1797, 8, 8)."""
    labels: Tensor
    """Numbers from 0 to 9, shape (1797,)."""


def digits() -> Digits:
    """Return the 1,797 digits of thirteen people that E. Alpaydin and C. Kaynak collected for testing."""
    with (
        files(__package__).joinpath("digits.npz").open("rb") as file,
        numpy.load(file, allow_pickle=False) as kept,
    ):
        return Digits(torch.from_numpy(kept["images"]), torch.from_numpy(kept["labels"]).long())
