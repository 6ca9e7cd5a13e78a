"""What a review can ask: the questions of the courses that the learner has begun."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evoclass.learner.event import Verb, day_of, now
from evoclass.learner.memory import VERBS, Memory, Question
from evoclass.learner.review import Plan, plan
from evoclass.learner.store import Store
from evoclass.model import Course, LessonEntry

if TYPE_CHECKING:
    from evoclass.learner.session import Session
    from evoclass.reading.library import Library

Places = dict[Question, tuple[Course, LessonEntry]]
"""Where each question stands."""


def askable(library: Library, store: Store, language: str, also: Iterable[Course] = ()) -> Places:
    """Return every question of the lessons that the learner has opened.

    `also` are courses that no folder of the library holds, such as that of a single file.
    """
    found: Places = {}
    begun = {(event.course, event.lesson) for event in store.events_with((Verb.INITIALIZED,))}
    courses = {course.id: course for course in (*also, *library.courses(language))}
    for course in courses.values():
        there = [
            entry for entry in course.lessons if entry.problem is None and (course.id, entry.id) in begun
        ]
        for lesson, blocks in library.questions(there).items():
            entry = course.entry(lesson)
            assert entry is not None
            found |= {Question(course.id, lesson, block): (course, entry) for block in blocks}
    return found


def planned(store: Store, places: Places) -> tuple[Memory, Plan]:
    """Return what the learner remembers, and what should be reviewed today."""
    memory = Memory(store.events_with(VERBS))
    return memory, plan(memory, day_of(now()), places)


async def due_today(session: Session) -> Plan:
    """Return what should be reviewed today; the screen goes on meanwhile."""
    places = askable(session.library, session.store, session.language, (session.course,))
    events = session.store.events_with(VERBS)
    return plan(await asyncio.to_thread(Memory, events), day_of(now()), places)
