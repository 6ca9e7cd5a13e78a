"""What of a lesson an export cannot carry, in words, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator

from evoclass.exercise import Choice, Number, Text
from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock, Lesson, Steps


def losses(lesson: Lesson, kind: str, catalog: Catalog) -> Iterator[str]:
    """Yield a sentence for each thing that the format `kind` shows less of than the lesson has."""
    if kind != "notebook" and lesson.labs:
        files = ", ".join(lab.file for lab in lesson.labs)
        yield catalog(f"author.export.lost.labs_{'shown' if kind == 'html' else 'gone'}", files=files)
    if kind in ("anki", "qti"):
        yield catalog("author.export.lost.prose")
    elif lesson.live:
        yield catalog("author.export.lost.live", count=len(lesson.live))
    drawn = [
        block.id
        for block in lesson.walk()
        if isinstance(block, (ExerciseBlock, Steps)) and block.variants is not None
    ]
    if drawn:
        yield catalog("author.export.lost.drawn", questions=", ".join(drawn))
    if kind == "notebook" and lesson.exercises:
        yield catalog("author.export.lost.grading")
    unchecked = [block.id for block in lesson.exercises if not _checks_itself(block)]
    if kind == "html" and unchecked:
        yield catalog("author.export.lost.unchecked", questions=", ".join(unchecked))


def _checks_itself(block: ExerciseBlock) -> bool:
    """Whether the web page can tell a right answer to the question from a wrong one."""
    fields = block.exercise.form()
    typed = all(
        isinstance(field, Choice | Number) or (isinstance(field, Text) and field.lines == 1)
        for field in fields
    )
    return typed and not block.exercise.runs_code
