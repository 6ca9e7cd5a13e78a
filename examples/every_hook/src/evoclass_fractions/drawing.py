"""A fraction in a lesson: `:::{bar}` draws it, ``{frac}`3/8` `` writes it in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from evoclass.directive import Directive
from evoclass.errors import LessonError
from evoclass.model import AnyBlock, Drawing, Inline, Span
from evoclass_fractions.notation import Parts, read_parts

SIDE = 24
"""Width and height of a part on a page."""


class Bar:
    """`:::{bar} its-id` with `:value: 3/8` draws eight parts, three of them coloured."""

    name: ClassVar[str] = "bar"
    options: ClassVar[dict[str, str]] = {
        "value": "The fraction, such as 3/8",
        "alt": "What there is to see, in a sentence",
    }

    @classmethod
    def expand(cls, directive: Directive, block_id: str) -> Sequence[AnyBlock]:
        parts = _parts(directive.require("value"), directive.line_of("value"))
        return [
            Drawing(
                id=block_id,
                line=directive.line,
                kind=cls.name,
                alt=directive.require("alt"),
                text=(f"{parts.bar} {parts}",),
                narrower=((str(parts),),),
                svg=_svg(parts),
            )
        ]


class Frac:
    """``{frac}`3/8` `` becomes ³⁄₈."""

    name: ClassVar[str] = "frac"

    @classmethod
    def read(cls, content: str, line: int) -> Sequence[Inline]:
        parts = _parts(content, line)
        above = str(parts.taken).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        below = str(parts.whole).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
        return [Span(f"{above}⁄{below}")]


def _parts(written: str, line: int) -> Parts:
    parts = read_parts(written)
    if parts is None:
        raise LessonError(f"{written!r} is no fraction of a bar", line, fix="Write it as `3/8`.")
    return parts


def _svg(parts: Parts) -> str:
    squares = "".join(
        f'<rect x="{1 + SIDE * place}" y="1" width="{SIDE}" height="{SIDE}" stroke="#444" '
        f'fill="{"#4a7ab5" if place < parts.taken else "#fff"}"/>'
        for place in range(parts.whole)
    )
    size = f'width="{SIDE * parts.whole + 2}" height="{SIDE + 2}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{squares}</svg>'
