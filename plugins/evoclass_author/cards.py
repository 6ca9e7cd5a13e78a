"""Questions as pairs of front and back, in HTML."""

from __future__ import annotations

from dataclasses import dataclass

from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock, Lesson
from evoclass_author.html import HtmlWriter
from evoclass_author.questions import QuestionWriter


@dataclass(frozen=True, slots=True)
class Card:
    """One question."""

    id: str
    front: str
    back: str


def cards(lesson: Lesson, catalog: Catalog) -> tuple[list[Card], list[ExerciseBlock]]:
    """Return a card for each question that has a solution to show, and the questions that have none."""
    writer = QuestionWriter(HtmlWriter(lesson, catalog), catalog)
    made, left_out = [], []
    for block in lesson.exercises:
        if any(value not in ("", None) for value in block.exercise.solution().values()):
            made.append(Card(block.id, writer.front(block), writer.back(block)))
        else:
            left_out.append(block)
    return made, left_out
