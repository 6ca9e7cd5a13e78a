"""FRAC001: a fraction in the prose that the role `frac` would write better."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from evoclass.errors import Problem
from evoclass.model import Lesson, Paragraph, Span
from evoclass.rules import Edit, LessonRule

BARE = re.compile(r"(?<![\w/`.])[0-9]{1,2}/[0-9]{1,2}(?![\w/`])")


class BareFraction(LessonRule):
    """A fraction that stands in a paragraph as plain text."""

    code = "FRAC001"
    wrong = "Eat 3/8 of the cake.\n"
    right = "Eat {frac}`3/8` of the cake.\n"

    def check(self, lesson: Lesson) -> Iterable[Problem]:
        for block in lesson.walk():
            if isinstance(block, Paragraph):
                for item in block.text:
                    if isinstance(item, Span) and not item.marks and (found := BARE.search(item.text)):
                        yield self.problem(block.line, written=found[0])

    def fix(self, problem: Problem, lines: Sequence[str]) -> Iterable[Edit]:
        # A paragraph is known by its first line; the fraction may be in a later one.
        for place in range(problem.line - 1, len(lines)):
            if not lines[place].strip():
                break
            if BARE.search(lines[place]):
                return [Edit(place + 1, BARE.sub(r"{frac}`\g<0>`", lines[place]))]
        return []
