"""A lesson's blocks as the widgets need them: runs of prose, and between them the blocks that the learner acts on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from evoclass.frozen import frozen
from evoclass.model import (
    AnyBlock,
    Callout,
    Drawing,
    ExerciseBlock,
    Footnotes,
    Guess,
    Lab,
    Leaf,
    ListBlock,
    Quote,
    Steps,
    walk,
)

ACTIVE = ExerciseBlock | Guess | Lab | Steps


@frozen
class Part:
    """A run of prose (`active` is None), or one block to act on."""

    prose: tuple[AnyBlock, ...] = ()
    active: ACTIVE | None = None


def split(blocks: Sequence[AnyBlock]) -> Iterator[Part]:
    """Yield prose and active blocks in order; one inside a box is placed below the earlier content of the box."""
    run: list[AnyBlock] = []
    for block in _lifted(blocks):
        if isinstance(block, ACTIVE):
            if run:
                yield Part(prose=tuple(run))
                run = []
            yield Part(active=block)
        else:
            run.append(block)
    if run:
        yield Part(prose=tuple(run))


def _lifted(blocks: Sequence[AnyBlock]) -> Iterator[AnyBlock]:
    for block in blocks:
        if isinstance(block, Leaf | ACTIVE) or not any(isinstance(inner, ACTIVE) for inner in walk((block,))):
            yield block
            continue
        match block:
            case Callout() | Quote():
                yield from _halves(block)
            case ListBlock():
                yield from _items(block)
            case Footnotes() | Drawing():
                yield block
            case _:
                assert_never(block)


def _halves(block: Callout | Quote) -> Iterator[AnyBlock]:
    """Cut a box at each active block inside."""
    inner: list[AnyBlock] = []
    for child in _lifted(block.children):
        if isinstance(child, ACTIVE):
            if inner:
                yield replace(block, children=tuple(inner))
                inner = []
            yield child
        else:
            inner.append(child)
    if inner:
        yield replace(block, children=tuple(inner))


def _items(block: ListBlock) -> Iterator[AnyBlock]:
    """Cut a list after each item that contains active blocks; the numbering continues."""
    items: list[tuple[AnyBlock, ...]] = []
    start = block.start
    for number, item in enumerate(block.items, block.start):
        parts = list(_lifted(item))
        active = [part for part in parts if isinstance(part, ACTIVE)]
        items.append(tuple(part for part in parts if not isinstance(part, ACTIVE)))
        if active:
            yield replace(block, items=tuple(items), start=start)
            yield from active
            items, start = [], number + 1
    if items:
        yield replace(block, items=tuple(items), start=start)
