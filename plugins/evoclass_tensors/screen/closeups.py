"""The close looks of a run, so that an earlier moment shows the picture of its time."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

from evoclass.protocol import Detail

MOST = 200
"""Close looks that are kept; the oldest go first."""


class Closeup(NamedTuple):
    """A close look, and whether it was taken at the requested moment."""

    detail: Detail
    of_moment: bool


class Closeups:
    """Remembers close looks with the frame after which they were taken."""

    def __init__(self) -> None:
        self._taken: list[tuple[int, Detail]] = []

    def add(self, sequence: int, detail: Detail) -> None:
        """Keep a close look taken after frame `sequence`."""
        self._taken.append((sequence, drawable(detail)))
        if len(self._taken) > MOST:
            del self._taken[: MOST // 4]

    def nearest(self, expression: str, sequence: int | None = None) -> Closeup | None:
        """Return the newest close look, or the newest one up to a frame; if all are later, the first."""
        own = [(at, detail) for at, detail in self._taken if detail.expression == expression]
        if not own:
            return None
        if sequence is None:
            return Closeup(own[-1][1], True)
        before = [taken for taken in own if taken[0] <= sequence]
        at, detail = before[-1] if before else own[0]
        return Closeup(detail, at == sequence)


def drawable(detail: Detail) -> Detail:
    """Return the close look without pictures whose size does not match the size they declare."""
    widths = {len(line) for line in detail.grid}
    if len(widths) > 1 or 0 in widths or (detail.grid_shape is not None and min(detail.grid_shape) < 1):
        detail = msgspec.structs.replace(detail, grid=(), grid_shape=None, grid_axes=None)
    shape = detail.image_shape
    if detail.images and (
        shape is None
        or min(shape) < 1
        or shape[2] not in (1, 3)
        or any(len(image) != math.prod(shape) for image in detail.images)
    ):
        detail = msgspec.structs.replace(detail, images=(), image_shape=None)
    return detail
