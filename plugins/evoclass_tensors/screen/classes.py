"""Which rows, columns and numbers of a value stand for classes, as the lesson says with `:names:`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evoclass.model import ClassNames
from evoclass.protocol import Summary

PAGE = 64
"""Labels that are asked for at once: as many as there are images on a page at most."""


@dataclass(frozen=True, slots=True)
class Classes:
    """The lesson's names of classes."""

    names: tuple[ClassNames, ...] = ()

    def of_axis(self, value: str, count: int) -> tuple[str, ...]:
        """Return the names for an axis of `count` rows or columns; those that are for this value come first."""
        fitting = [one for one in self.names if len(one.classes) == count]
        own = [one for one in fitting if value.removesuffix(".grad") in one.values]
        others = [one for one in fitting if not one.values]
        return next((one.classes for one in (*own, *others)), ())

    def of_labels(self, value: str) -> tuple[str, ...]:
        """Return the names for the numbers in a value that the lesson names."""
        return next((one.classes for one in self.names if value in one.values), ())

    def labels_of(self, images: Summary, rows: Mapping[str, Summary]) -> str:
        """Return the only row whose numbers can be the labels of a batch of images, or nothing."""
        if images.shape is None or len(images.shape) != 4:
            return ""
        fitting = [name for name in self._values() if _are_labels(rows.get(name), images.shape[0])]
        return fitting[0] if len(fitting) == 1 else ""

    def _values(self) -> Iterable[str]:
        return dict.fromkeys(value for one in self.names for value in one.values)


def _are_labels(row: Summary | None, count: int) -> bool:
    return row is not None and row.shape == (count,) and row.dtype.startswith(("int", "uint"))
