"""Matches the blocks of a translation and its source: by kind, then by content that translations keep.

A block has the same kind in both languages.  Among blocks of one kind, two match if they hold the same
numbers, code and formulas and are about as long.  So an added block is reported itself, not its neighbour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

CELLS = 160_000
"""Most pairs of blocks that are weighed in one stretch: 400 blocks on each side."""

WORK = 800_000
"""Most pairs that are weighed in all; beyond this, only the number of blocks of each kind is compared."""


class Fingerprint(NamedTuple):
    """The features that distinguish a block from others."""

    kind: str
    marks: frozenset[str] = frozenset()
    """Content that a translation keeps: numbers, code, formulas, live values."""
    length: int = 0
    heading: bool = False


class Stretch(NamedTuple):
    """Some blocks of the source and the translation's blocks at the same place."""

    how: str
    """`same`: they match one by one; `other`: they do not; `moved`: both sides have as many of each kind."""
    start: int
    stop: int
    first: int
    last: int


def aligned(left: Sequence[Fingerprint], right: Sequence[Fingerprint]) -> list[Stretch]:
    """Return the blocks of both sides in stretches, from the first to the last."""
    if [item.kind for item in left] == [item.kind for item in right]:
        return [Stretch("same", 0, len(left), 0, len(right))] if left else []
    return list(_joined(_Alignment(left, right).whole()))


def _joined(pieces: Iterator[Stretch]) -> Iterator[Stretch]:
    """Join adjacent stretches with the same `how`."""
    last: Stretch | None = None
    for piece in pieces:
        together = last is not None and (last.how, last.stop, last.last) == (
            piece.how,
            piece.start,
            piece.first,
        )
        if last is not None and together and piece.how != "moved":
            last = Stretch(last.how, last.start, piece.stop, last.first, piece.last)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


class _Alignment:
    """Weighs the blocks of two files against each other, within bounds."""

    def __init__(self, left: Sequence[Fingerprint], right: Sequence[Fingerprint]) -> None:
        self._left, self._right = left, right
        self._work = WORK

    def whole(self) -> Iterator[Stretch]:
        """Yield the stretches of the two files."""
        yield from self._trimmed(0, len(self._left), 0, len(self._right), (_certain, _of_one_kind))

    def _trimmed(
        self,
        start: int,
        stop: int,
        first: int,
        last: int,
        ways: Sequence[Callable[[Fingerprint, Fingerprint], bool]],
    ) -> Iterator[Stretch]:
        """Match equal blocks at both ends and weigh the rest; if that is too much, compare less strictly."""
        head, tail = 0, 0
        most = min(stop - start, last - first)
        same = ways[0]
        while head < most and same(self._left[start + head], self._right[first + head]):
            head += 1
        while tail < most - head and same(self._left[stop - tail - 1], self._right[last - tail - 1]):
            tail += 1
        if head:
            yield Stretch("same", start, start + head, first, first + head)
        inner = (start + head, stop - tail, first + head, last - tail)
        if self._affordable(inner[1] - inner[0], inner[3] - inner[2]):
            yield from self._weighed(*inner)
        elif len(ways) > 1:
            yield from self._trimmed(*inner, ways[1:])
        else:
            yield from self._by_section(*inner)
        if tail:
            yield Stretch("same", stop - tail, stop, last - tail, last)

    def _affordable(self, lefts: int, rights: int) -> bool:
        """Whether so many blocks can be weighed against each other; if so, the work is counted."""
        cells = lefts * rights
        if cells > min(CELLS, self._work):
            return False
        self._work -= cells
        return True

    def _by_section(self, start: int, stop: int, first: int, last: int) -> Iterator[Stretch]:
        """Compare the blocks below each heading separately."""
        left, right = _sections(self._left, start, stop), _sections(self._right, first, last)
        if [self._left[place].kind for place in left[1:-1]] == [
            self._right[place].kind for place in right[1:-1]
        ]:
            for place in range(len(left) - 1):
                yield from self._section(left[place], left[place + 1], right[place], right[place + 1])
            return
        yield from self._counted(start, stop, first, last)

    def _section(self, start: int, stop: int, first: int, last: int) -> Iterator[Stretch]:
        kinds = [item.kind for item in self._left[start:stop]]
        if kinds == [item.kind for item in self._right[first:last]]:
            yield Stretch("same", start, stop, first, last)
        elif self._affordable(stop - start, last - first):
            yield from self._weighed(start, stop, first, last)
        else:
            yield from self._counted(start, stop, first, last)

    def _counted(self, start: int, stop: int, first: int, last: int) -> Iterator[Stretch]:
        """Report only the kinds that one side has more of, with the last blocks of those kinds."""
        mine = Counter(item.kind for item in self._right[first:last])
        theirs = Counter(item.kind for item in self._left[start:stop])
        missing, extra = theirs - mine, mine - theirs
        if not missing and not extra:
            yield Stretch("moved", start, stop, first, last)
            return
        for place in _last_of(self._left, start, stop, missing):
            yield Stretch("other", place, place + 1, first, first)
        for place in _last_of(self._right, first, last, extra):
            yield Stretch("other", stop, stop, place, place + 1)

    def _weighed(self, start: int, stop: int, first: int, last: int) -> Iterator[Stretch]:
        """Find the pairs with the largest total weight."""
        width = last - first
        best = [[0.0] * (width + 1)]
        """Best weights of the remaining blocks, built from the end."""
        for theirs in reversed(self._left[start:stop]):
            below, row = best[-1], [0.0] * (width + 1)
            for place in range(width - 1, -1, -1):
                weight = max(below[place], row[place + 1])
                ours = self._right[first + place]
                if theirs.kind == ours.kind:
                    weight = max(weight, below[place + 1] + likeness(theirs, ours))
                row[place] = weight
            best.append(row)
        best.reverse()
        here, there = 0, 0
        while here < stop - start or there < width:
            at, to = start + here, first + there
            if here < stop - start and there < width and self._left[at].kind == self._right[to].kind:
                pair = best[here + 1][there + 1] + likeness(self._left[at], self._right[to])
                if pair >= best[here][there] - 1e-9:
                    yield Stretch("same", at, at + 1, to, to + 1)
                    here, there = here + 1, there + 1
                    continue
            if here < stop - start and best[here + 1][there] >= best[here][there] - 1e-9:
                yield Stretch("other", at, at + 1, to, to)
                here += 1
            else:
                yield Stretch("other", at, at, to, to + 1)
                there += 1


def likeness(theirs: Fingerprint, ours: Fingerprint) -> float:
    """Return how likely two blocks of one kind are to match: 4 for the kind, up to 3 for the rest."""
    both = len(theirs.marks | ours.marks)
    marks = len(theirs.marks & ours.marks) / both if both else 0.8
    longer = max(theirs.length, ours.length)
    return 4 + 2 * marks + (min(theirs.length, ours.length) / longer if longer else 1)


def _certain(theirs: Fingerprint, ours: Fingerprint) -> bool:
    """Whether two blocks at the same place certainly match."""
    return theirs.kind == ours.kind and theirs.marks == ours.marks and bool(ours.marks)


def _of_one_kind(theirs: Fingerprint, ours: Fingerprint) -> bool:
    return theirs.kind == ours.kind


def _sections(items: Sequence[Fingerprint], start: int, stop: int) -> list[int]:
    """Return the start of the stretch and of each section in it, and the end of the last one."""
    inside = (place for place in range(start + 1, stop) if items[place].heading)
    return [start, *inside, stop]


def _last_of(items: Sequence[Fingerprint], start: int, stop: int, wanted: Counter[str]) -> list[int]:
    """Return the places of the last blocks of each kind, in the wanted numbers."""
    left = Counter(wanted)
    found = []
    for place in range(stop - 1, start - 1, -1):
        if left[items[place].kind] > 0:
            left[items[place].kind] -= 1
            found.append(place)
    return found[::-1]
