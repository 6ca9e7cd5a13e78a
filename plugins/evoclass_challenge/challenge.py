"""`::::{challenge}`: prose, then questions as steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from evoclass.directive import BlockType, Directive
from evoclass.errors import LessonError, Problem
from evoclass.model import AnyBlock, Steps


class Challenge(BlockType):
    """Steps that open one after the other: each opens when the previous one is passed or revealed."""

    name: ClassVar[str] = "challenge"
    options: ClassVar[dict[str, str]] = {"title": "Title of the challenge."}

    @classmethod
    def expand(cls, directive: Directive, block_id: str) -> Sequence[AnyBlock]:
        if not directive.exercises:
            raise LessonError(Problem("E060", directive.line, fields={"directive": directive.name}))
        steps = Steps(
            id=block_id,
            line=directive.line,
            end_line=directive.end_line,
            kind=cls.name,
            title=directive.inlines(directive.setting("title") or ""),
            intro=directive.body,
            steps=directive.exercises,
        )
        return [steps]
