"""Questions that are answered by typing: a number, a short text, a shape, gaps in code."""

from __future__ import annotations

from evoclass import hookimpl
from evoclass.exercise import Exercise
from evoclass_answer.blanks import BlanksQuestion
from evoclass_answer.number import NumberQuestion
from evoclass_answer.shape import ShapeQuestion
from evoclass_answer.text import TextQuestion


@hookimpl
def register_exercises() -> list[type[Exercise]]:
    return [NumberQuestion, TextQuestion, ShapeQuestion, BlanksQuestion]
