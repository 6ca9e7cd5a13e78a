"""Menus of a day, each with a question: how much is this dish?"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from evoclass_canteen.dishes import DISHES, PRICES


class Menus(NamedTuple):
    """Menus of a few lines, a dish that someone asks for on each, and the answer."""

    dishes: Tensor
    """Numbers from 0 to 19, none twice on a menu, shape (n, lines); `dish_names` has the words."""
    prices: Tensor
    """Numbers from 0 to 9, shape (n, lines); `PRICES` has the euros."""
    asked: Tensor
    """The dish that is asked for, shape (n,)."""
    answer: Tensor
    """The number of its price, shape (n,)."""
    line: Tensor
    """The line on which it stands, shape (n,)."""


def menus(count: int, *, seed: int = 1, lines: int = 6) -> Menus:
    """Return `count` menus on which any dish may have any price: only reading the menu tells."""
    if not 1 <= lines <= DISHES:
        raise ValueError(f"lines must be from 1 to {DISHES}, not {lines}")
    generator = torch.Generator().manual_seed(seed)
    dishes = torch.rand(count, DISHES, generator=generator).argsort(dim=1)[:, :lines]
    prices = torch.randint(len(PRICES), (count, lines), generator=generator)
    line = torch.randint(lines, (count,), generator=generator)
    row = torch.arange(count)
    return Menus(dishes, prices, dishes[row, line], prices[row, line], line)
