"""The questions of a kept text as they were drawn last: to draw others, the text is read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import msgspec

from evoclass.disk import keyedfile
from evoclass.errors import LessonError
from evoclass.model import AnyBlock, Block, OptionLine, Variants
from evoclass.reading.budget import Budget
from evoclass.reading.storedform import Kind, Reader, UnknownError, Writer

_Content = tuple[list[Kind], dict[int, tuple[str, object]]]
"""Classes; by the number of a question: the seed, and the block as a list."""


class Drawings:
    """The drawn questions of one text."""

    def __init__(self, file: Path, key: str, read: Callable[[], tuple[AnyBlock, ...]]) -> None:
        """`read` reads the text in full."""
        self._file, self._key, self._read = file, key, read
        self.known: Sequence[Variants] = ()
        """The variants as they were read, if they were."""
        self._count = 0
        self._drawn: dict[int, tuple[str, AnyBlock]] | None = None
        self._changed = False

    def add(self, settings: tuple[OptionLine, ...], lines: tuple[str, ...]) -> Variants:
        """Return variants for the next question of the text."""
        self._count += 1
        return _KeptVariants(self, self._count - 1, settings, lines)

    def real(self, number: int) -> Variants:
        """Return a question's variants as the text has them.  Raises LessonError if the text is another one by now."""
        if not self.known:
            writer = Writer()
            with suppress(UnknownError):
                writer.stored(self._read())
            self.known = writer.variants
        if number >= len(self.known):
            raise LessonError("the file has changed")
        return self.known[number]

    def draw(self, number: int, seed: str) -> AnyBlock:
        """Return a question with the values of a seed.  Raises LessonError."""
        if self._drawn is None:
            self._drawn = self._load()
        known = self._drawn.get(number)
        if known is None or known[0] != seed:
            known = self._drawn[number] = seed, self.real(number).draw(seed)
            self._changed = True
        return known[1]

    def _load(self) -> dict[int, tuple[str, AnyBlock]]:
        data = keyedfile.load(self._file, self._key)
        if data is None:
            return {}
        try:
            kinds, drawn = msgspec.msgpack.decode(data, type=_Content)
            reader = Reader(kinds)
            found = {number: (seed, reader.value(block)) for number, (seed, block) in drawn.items()}
        except (msgspec.MsgspecError, UnknownError):
            return {}
        return {number: one for number, one in found.items() if isinstance(one[1], Block)}

    def save(self) -> None:
        """Keep what was drawn, if it is new."""
        if not self._changed or not self._drawn:
            return
        self._changed = False
        writer = Writer()
        try:
            drawn = {number: (seed, writer.stored(block)) for number, (seed, block) in self._drawn.items()}
            content = msgspec.msgpack.encode((writer.kinds, drawn))
        except (UnknownError, UnicodeEncodeError, OverflowError, TypeError):
            return
        keyedfile.save(self._file, self._key, content)


class _KeptVariants:
    """A question's variants: what was drawn last is there at once."""

    def __init__(
        self, drawings: Drawings, number: int, settings: tuple[OptionLine, ...], lines: tuple[str, ...]
    ) -> None:
        self._drawings, self._number = drawings, number
        self.settings, self.lines = settings, lines

    @cached_property
    def _real(self) -> Variants:
        return self._drawings.real(self._number)

    def text(self, seed: str, budget: Budget) -> tuple[str, ...]:
        return self._real.text(seed, budget)

    def draw(self, seed: str, budget: Budget | None = None) -> AnyBlock:
        return self._real.draw(seed, budget) if budget else self._drawings.draw(self._number, seed)

    def edges(self) -> Sequence[tuple[str, Variants]]:
        return self._real.edges()
