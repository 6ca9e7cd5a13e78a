"""Data of one and two dimensions: the queue at lunch, and a spiral of three menus."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor


class Queue(NamedTuple):
    """People before you in the queue, and the minutes until you have your tray."""

    people: Tensor
    """Whole numbers from 0 to 39 as float32, shape (n,)."""
    minutes: Tensor
    """Minutes as float32, shape (n,)."""


def queue(count: int = 60, *, seed: int = 2) -> Queue:
    """Return `count` waits: 0.8 minutes a person and 2 for opening the till, with a spread of 1.5 minutes."""
    generator = torch.Generator().manual_seed(seed)
    people = torch.randint(0, 40, (count,), generator=generator).float()
    noise = torch.randn(count, generator=generator)
    return Queue(people, 0.8 * people + 2.0 + 1.5 * noise)


class Spiral(NamedTuple):
    """Points of three classes, each on an arm of its own."""

    points: Tensor
    """Two coordinates between about -1 and 1 as float32, shape (3 * n, 2)."""
    menus: Tensor
    """Numbers from 0 to 2, class after class, shape (3 * n,)."""


def spiral(points_per_class: int = 100, *, seed: int = 1, noise: float = 0.15) -> Spiral:
    """Return three arms that turn by 270 degrees; `noise` is the spread of the angle in radians."""
    generator = torch.Generator().manual_seed(seed)
    menus = torch.arange(3).repeat_interleave(points_per_class)
    radius = torch.rand(3 * points_per_class, generator=generator) * 0.95 + 0.05
    angle = radius * 1.5 * math.pi + menus * 2 * math.pi / 3
    angle = angle + torch.randn(3 * points_per_class, generator=generator) * noise
    return Spiral(torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1), menus)
