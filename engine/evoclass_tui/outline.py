"""The sections of a lesson, as the course map lists them."""

from __future__ import annotations

from evoclass.frozen import mutable
from evoclass.learner.progress import LessonState
from evoclass.model import AnyBlock, ExerciseBlock, Heading, Lesson, Steps, plain_text, walk


@mutable
class Section:
    """A heading of the lesson, and the learner's progress in the exercises below it."""

    id: str
    """Block to go to."""
    title: str
    passed: int = 0
    seen: int = 0
    """Exercises that were passed or revealed."""
    total: int = 0


def outline(lesson: Lesson, state: LessonState) -> list[Section]:
    """Return the sections in order; a challenge without its own heading is one too."""
    sections: list[Section] = []
    before: AnyBlock | None = None
    for block in lesson.blocks:
        if isinstance(block, Heading) and block.level <= 2:
            sections.append(Section(block.id, plain_text(block.text)))
        elif isinstance(block, Steps) and not isinstance(before, Heading):
            sections.append(Section(block.id, plain_text(block.title)))
        for inner in walk((block,)):
            if isinstance(inner, ExerciseBlock):
                if not sections:
                    sections.append(Section(block.id, lesson.title))
                known = state.exercises.get(inner.id)
                sections[-1].total += 1
                sections[-1].passed += bool(known and known.passed)
                sections[-1].seen += bool(known and known.done)
        before = block
    return sections


def section_of(lesson: Lesson, block_id: str) -> str:
    """Return the id of the section that contains a block, or an empty string."""
    if not block_id:
        return ""
    ids = {section.id for section in outline(lesson, LessonState())}
    current = ""
    for block in lesson.blocks:
        for inner in walk((block,)):
            if inner.id in ids:
                current = inner.id
            if inner.id == block_id:
                return current
    return ""
