"""The headings of a lesson: they must not skip a level or repeat within one part."""

from __future__ import annotations

from collections.abc import Iterator

from evoclass.errors import Problem
from evoclass.model import Heading, Lesson, plain_text


def outline(lesson: Lesson) -> Iterator[Problem]:
    """Yield the problems of the headings."""
    above: list[tuple[int, str]] = []
    seen: dict[tuple[str, ...], int] = {}
    for block in lesson.blocks:
        if not isinstance(block, Heading):
            continue
        words = plain_text(block.text).strip()
        if not words:
            yield Problem("W041", block.line, fields={"variant": "empty"})
        while above and above[-1][0] >= block.level:
            above.pop()
        # Below the title, which is the first level, parts may begin with `#` or `##`.
        highest = above[-1][0] if above else 1
        if block.level > highest + 1 and (above or seen):
            fields = {"mark": "#" * block.level, "wanted_mark": "#" * (highest + 1)}
            yield Problem("W041", block.line, fields=fields)
        above.append((block.level, words))
        path = tuple(text for _, text in above)
        if words and path in seen:
            fields = {"text": words[:60], "first": str(seen[path]), "variant": "twice"}
            yield Problem("W041", block.line, fields=fields)
        seen.setdefault(path, block.line)
