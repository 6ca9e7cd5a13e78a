"""The blocks of a lesson that can be named, noted and found: each with its section."""

from __future__ import annotations

from collections.abc import Iterator

from evoclass.frozen import frozen
from evoclass.model import AnyBlock, ExerciseBlock, Heading, Lab, Leaf, Lesson, Steps, plain_text, walk
from evoclass.reading.blocktext import block_text

QUOTED = 160
"""Characters of a block's text by which it is found again."""


@frozen
class Spot:
    """A block, and its section."""

    id: str
    block: AnyBlock
    section: str = ""
    """Id of the heading above; empty before the first one."""
    heading: str = ""

    @property
    def quote(self) -> str:
        """The beginning of its text."""
        return quote_of(self.block)


def quote_of(block: AnyBlock) -> str:
    """Return the beginning of a block's text; a lab goes by its file."""
    return block.file if isinstance(block, Lab) else block_text(block)[:QUOTED]


def spots(lesson: Lesson) -> Iterator[Spot]:
    """Yield the blocks of a lesson in reading order; the parts of a list or a box are no spots of their own."""
    section = heading = ""
    for block in lesson.blocks:
        if isinstance(block, Heading):
            section, heading = block.id, plain_text(block.text)
        for inner in _places(block):
            yield Spot(inner.id, inner, section, heading)


def _places(block: AnyBlock) -> Iterator[AnyBlock]:
    yield block
    if isinstance(block, Steps):
        yield from block.steps
    elif not isinstance(block, Leaf | ExerciseBlock):
        yield from (inner for inner in walk((block,)) if isinstance(inner, ExerciseBlock | Lab | Steps))
