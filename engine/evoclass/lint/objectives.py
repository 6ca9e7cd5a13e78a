"""What shows that an objective is reached: questions and labs of the lesson, and values of its runs."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from evoclass.errors import Problem
from evoclass.model import Fault, Lesson, Live, Steps


def unshown(lesson: Lesson) -> Iterator[Problem]:
    """Yield a problem for each name in `shown_by` that the lesson lacks, and for values that no lab can give."""
    challenges = (block.id for block in lesson.walk() if isinstance(block, Steps))
    known = [*(block.id for block in lesson.exercises), *challenges, *(lab.file for lab in lesson.labs)]
    readable = not any(isinstance(block, Fault) for block in lesson.walk())
    for evidence in lesson.evidence:
        for name in evidence.shown_by:
            if name not in known and readable:
                near = get_close_matches(name, known, 1, 0.6)
                fields = {"name": name, "near": near[0] if near else ""}
                yield Problem("E094", evidence.line, fields=fields)
        for item in evidence.said:
            if isinstance(item, Live) and not lesson.labs:
                yield Problem("E056", evidence.line, fields={"expression": item.expression})
