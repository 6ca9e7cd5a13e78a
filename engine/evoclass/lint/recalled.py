"""Values of other lessons' runs that a page shows: the lesson must be there, and show the value itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from evoclass.errors import Problem
from evoclass.lint.cache import FileResult
from evoclass.model import Lesson, Live


def recalled_by(lesson: Lesson) -> list[tuple[int, str]]:
    """Return the line and the text of each value that a page takes from another lesson."""
    return list(dict.fromkeys((line, item.expression) for item, line in lesson.recalled))


def recalled_of_course(known: Mapping[Path, FileResult]) -> Iterator[Problem]:
    """Yield the problems of such values in the files of a course."""
    for path, result in known.items():
        # A lesson that is not translated yet is there in another language.
        others = sorted(known.values(), key=lambda other: other.language == result.language)
        beside = {other.id: other.values for other in others if other.readable and other.id != result.id}
        for line, text in result.recalled:
            lesson, expression = Live(text).place
            fields = {"lesson": lesson, "expression": expression}
            if lesson not in beside:
                near = get_close_matches(lesson, beside, 1, 0.6)
                yield Problem("E120", line, fields={**fields, "near": near[0] if near else ""}, path=path)
            elif expression not in beside[lesson]:
                near = get_close_matches(expression, beside[lesson], 1, 0.5)
                fields |= {"near": near[0] if near else "", "variant": "value"}
                yield Problem("E120", line, fields=fields, path=path)
