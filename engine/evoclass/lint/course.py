"""What is wrong between the files of a course: numbers and ids that clash, translations that drift apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from evoclass.errors import Problem
from evoclass.library import Library
from evoclass.lint.drift import drift
from evoclass.model import Course, Lesson, LessonEntry


def check_course(library: Library) -> list[Problem]:
    """Return the problems between the lessons of the library's courses, and those of the course pages."""
    problems: dict[Problem, None] = {}
    for language in library.languages:
        for course in library.courses(language):
            for problem in (
                *course.problems,
                *_clashes(course, language),
                *_translations(library, course, language),
            ):
                problems[problem] = None
    return list(problems)


def _clashes(course: Course, language: str) -> Iterator[Problem]:
    """Report two lessons of one number or one id."""
    for attribute, code in (("number", "E081"), ("id", "E080")):
        seen: dict[object, LessonEntry] = {}
        for entry in course.lessons:
            value = getattr(entry, attribute)
            if entry.problem is not None or entry.language != language:
                continue
            if value in seen:
                fields = {attribute: value, "other": seen[value].path.name}
                yield Problem(code, 1, fields=fields, path=entry.path)
            else:
                seen[value] = entry


def _translations(library: Library, course: Course, language: str) -> Iterator[Problem]:
    """Hold every lesson in `language` against the file that it is a translation of."""
    for entry in course.lessons:
        if entry.problem is not None:
            continue
        if entry.language != language:
            if language in course.languages:
                fields = {"language": language, "file": entry.path.name}
                yield Problem("W082", 1, fields=fields, path=entry.path)
            continue
        origin = _origin(entry, course)
        if origin is None:
            continue
        translated = library.open(entry.path)
        source = library.translation(translated, origin)
        if source is not None:
            yield from (replace(problem, path=translated.path) for problem in _compare(source, translated))


def _origin(entry: LessonEntry, course: Course) -> str | None:
    """Return the language that a file is held against: English, or the first there is, and for that one none."""
    first = "en" if "en" in entry.languages else min(entry.languages, default=entry.language)
    return first if first != entry.language and first in course.languages else None


def _compare(source: Lesson, translated: Lesson) -> Iterator[Problem]:
    broken = any(problem.code in ("E000", "E002", "E005", "E006", "E007") for problem in source.problems)
    if not broken:
        yield from drift(source, translated)
