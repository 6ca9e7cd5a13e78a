"""The rows of one frame, which may have to wait for figures from a GPU."""

from __future__ import annotations

from time import perf_counter
from typing import Protocol

from evoclass.probe import Picture
from evoclass.protocol import Summary
from evoclass_tensors.worker.batch import Batch
from evoclass_tensors.worker.record import Record
from evoclass_tensors.worker.survey import Survey


class Maker(Protocol):
    """The part of the gallery that its pictures need."""

    def settle(self, batch: Batch[Record]) -> list[Summary]: ...

    def learn(self, rows: int, seconds: float) -> None: ...

    def exactly(self, rows: list[Summary]) -> list[Summary]: ...

    def keep(self, order: list[str]) -> tuple[list[str], list[Summary]]: ...


class GalleryPicture(Picture):
    """Rows of one frame; figures of GPU tensors may still be on their way."""

    def __init__(
        self,
        gallery: Maker,
        survey: Survey,
        rows: list[Summary],
        batch: Batch[Record],
        whole: bool,
        seconds: float,
    ) -> None:
        super().__init__(rows, (), survey.parameters, len(survey.names))
        self._gallery = gallery
        self._whole = whole
        self._seconds = seconds
        """Time that the samples took."""
        self._batch: Batch[Record] | None = batch
        self._order = survey.names
        if batch.ready():
            self.rows()

    def ready(self) -> bool:
        """Whether every figure has arrived."""
        return self._batch is None or self._batch.ready()

    def rows(self) -> list[Summary]:
        """Return the rows, waiting for them if necessary."""
        if self._batch is not None:
            batch, self._batch = self._batch, None
            waited, started = not batch.ready(), perf_counter()
            found = self._gallery.settle(batch)
            if not self._whole and not waited:
                self._gallery.learn(len(found), self._seconds + perf_counter() - started)
            self._rows += self._gallery.exactly(found) if self._whole else found
            self.names, changed = self._gallery.keep(self._order)
            self._rows += changed
        return self._rows
