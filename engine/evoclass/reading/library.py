"""Courses and lessons on disk: the course map from front matters alone, one lesson in full, language fallback."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from operator import itemgetter
from pathlib import Path

from evoclass.disk.real import real
from evoclass.errors import NotFoundError, Problem
from evoclass.model import Course, Fault, Lesson, LessonEntry
from evoclass.reading.entries import Entries
from evoclass.reading.filenames import COURSE_PAGE, END_PAGE, course_folder, is_lesson, name_parts
from evoclass.reading.frontmatter import FrontMatter
from evoclass.reading.headindex import HeadIndex, Row, Stamp, entry_of
from evoclass.reading.lessonfiles import Files, languages, lesson_files, read_file, read_head
from evoclass.reading.markup import Parser, course_from
from evoclass.reading.questionindex import QuestionIndex, stamp_of
from evoclass.wording.printable import printable
from evoclass.wording.sentences import DEFAULT

FRESH_SECONDS = 2.0
"""How long the data on a folder counts as fresh."""


class Library:
    """The lessons of some folders, each with one folder per language (`en/`, `it/`) or with the files themselves."""

    def __init__(self, folders: Sequence[Path], parser: Parser, cache: Path | None = None) -> None:
        self.folders = tuple(Path(folder) for folder in folders)
        self.parser = parser
        self._indexes = {folder: HeadIndex(cache, folder) for folder in self.folders}
        self._questions = QuestionIndex(cache, parser.names)
        self._bodies = parser.bodies(cache)
        self.known_as: Callable[[Course], Course] = lambda course: course
        """Gives a course the id under which its progress is kept; until a log is open, the course keeps its own id."""
        self._seen: dict[tuple[Path, str], tuple[float, Course | None]] = {}
        """Courses by folder and language, with the time of the last look at the disk."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the lessons in all folders."""
        found = {name for folder in self.folders for name in languages(folder)}
        return tuple(sorted(found)) or (DEFAULT,)

    # ---------------------------------------------------------------------------------------------- the map

    def courses(self, language: str) -> tuple[Course, ...]:
        """Return the courses with their lessons in order, in `language` where it exists.

        Courses that were read less than two seconds ago are not read again.
        """
        found = (self._remembered(folder, language) for folder in self.folders)
        return tuple(self.known_as(course) for course in found if course is not None)

    def ids(self, folder: Path) -> set[str]:
        """Return the ids of the course in a folder, over all its languages; an empty set if there is no course."""
        files = lesson_files(folder, languages(folder))
        pages: list[Path | None] = [Path(path) for path, _ in files.get(COURSE_PAGE, {}).values()]
        if files and not pages:
            pages = [None]
        return {self._id(page, folder) for page in pages}

    def _id(self, page: Path | None, folder: Path) -> str:
        raw = read_file(page) if page is not None else None
        if page is None or raw is None or isinstance(raw, Problem):
            return self._page(page, folder).id
        return self.parser.course_id(raw, page)

    def refresh(self) -> None:
        """Forget all courses, so that the next call reads the disk again."""
        self._seen.clear()

    def _remembered(self, folder: Path, language: str) -> Course | None:
        now = time.monotonic()
        known = self._seen.get((folder, language))
        if known is not None and now - known[0] < FRESH_SECONDS:
            return known[1]
        course = self._course(folder, language)
        self._seen[folder, language] = (time.monotonic(), course)
        return course

    def sources(self, folder: Path) -> dict[str, dict[str, Path]]:
        """Return the files of a course by name and language, the course page among them."""
        files = sorted(lesson_files(folder, languages(folder)).items())
        return {name: {tongue: Path(path) for tongue, (path, _) in found.items()} for name, found in files}

    def _course(self, folder: Path, language: str) -> Course | None:
        names = languages(folder)
        files = lesson_files(folder, names)
        if not files:
            return None
        pages, ends = files.pop(COURSE_PAGE, {}), files.pop(END_PAGE, {})
        found = self._heads(files, language, names, self._indexes[folder])
        found.sort(key=itemgetter(0))  # stable: lessons of one number stay in the order of their names

        def make(place: int) -> LessonEntry:
            _, _, known, path, tongues = found[place]
            return (
                replace(known, languages=tongues)
                if isinstance(known, LessonEntry)
                else entry_of(known, path, tongues)
            )

        minutes = sum(
            known.minutes if isinstance(known, LessonEntry) else known[6] for _, _, known, _, _ in found
        )
        entries = Entries(tuple([head[1] for head in found]), minutes, make)
        page = (pages.get(language) or pages.get(DEFAULT) or pages[min(pages)])[0] if pages else None
        course = self._page(Path(page) if page else None, folder)
        spoken = names or tuple(dict.fromkeys(entry.language for entry in entries))
        end = self._end(ends, language) if ends else None
        return replace(course, lessons=entries, folder=folder, languages=spoken, end=end)

    @staticmethod
    def _end(files: Mapping[str, tuple[str, Stamp | None]], language: str) -> LessonEntry:
        """Return the entry of the page after the last lesson."""
        path, _ = files.get(language) or files.get(DEFAULT) or files[min(files)]
        return replace(read_head(Path(path)), number=0, languages=tuple(sorted(files)))

    def _heads(
        self, files: Files, language: str, names: Sequence[str], index: HeadIndex
    ) -> list[tuple[int, str, Row | LessonEntry, str, tuple[str, ...]]]:
        """Return the number, id, row or entry, path and languages of each lesson."""
        heads: list[tuple[int, str, Row | LessonEntry, str, tuple[str, ...]]] = []
        alone: dict[str, tuple[str, ...]] = {name: (name,) for name in (*names, language, DEFAULT)}
        for _, found in sorted(files.items()):
            if len(found) == 1:
                ((tongue, (path, stamp)),) = found.items()
                tongues = alone.setdefault(tongue, (tongue,))
            else:
                path, stamp = found.get(language) or found.get(DEFAULT) or found[min(found)]
                tongues = tuple(sorted(found))
            row = index.row(path, stamp) if stamp is not None else None
            if row is not None:
                heads.append((row[3], row[2], row, path, tongues))
                continue
            entry = index.broken(path, stamp) if stamp is not None else None
            if entry is None:
                entry = read_head(Path(path))
                if stamp is not None:
                    index.put(path, stamp, entry)
            heads.append((entry.number, entry.id, entry, path, tongues))
        index.save()
        return heads

    def _page(self, path: Path | None, folder: Path) -> Course:
        """Return the course that the course page describes; without a page, its name comes from the folder."""
        name = printable(folder.name) or "course"
        if path is not None:
            raw = read_file(path)
            if not isinstance(raw, Problem):
                return self.parser.course(raw, path, folder, self._bodies)
            problems: tuple[Problem, ...] = (raw,)
        else:
            problems = ()
        bare = course_from(FrontMatter(), path)
        return replace(bare, id=name, title=printable(name), problems=problems)

    # --------------------------------------------------------------------------------------------- one lesson

    def lesson(self, reference: str | Path, language: str, course: Course | None = None) -> Lesson:
        """Return the lesson of that number, id or path.  Raises NotFoundError, which lists the lessons."""
        if isinstance(reference, Path) or is_lesson(reference) or os.sep in reference:
            path = Path(reference)
            if not path.exists():
                raise NotFoundError(f"there is no file {path}", "library.no_file", path=str(path))
            if not is_lesson(path.name):
                raise NotFoundError(
                    f"{path} is not a lesson: a lesson is a Markdown file, NAME.md",
                    "library.not_markdown",
                    path=str(path),
                )
            return self.open(path)
        entry = self.entry(reference, language, course)
        return self.open(entry.path)

    def entry(self, reference: str, language: str, course: Course | None = None) -> LessonEntry:
        """Return the course map's entry for a number, an id or a file name.  Raises NotFoundError."""
        courses = (course,) if course is not None else self.courses(language)
        for found in courses:
            named = found.page(reference)
            if named is not None:
                return named
        entries = [entry for found in courses for entry in found.lessons]
        wanted = reference.strip().lower()
        if wanted.isascii() and wanted.isdigit():
            for entry in entries:
                if entry.number == int(wanted):
                    return entry
        for entry in entries:
            if wanted in (entry.id.lower(), entry.path.stem.lower(), name_parts(entry.path)[1].lower()):
                return entry
        names = [entry.id for entry in entries]
        near = get_close_matches(wanted, names, 1, 0.5)
        known = ", ".join(f"{entry.number} {entry.id}" for entry in entries[:20]) or "–"
        hint = f" Did you mean {near[0]}?" if near else ""
        raise NotFoundError(
            f"there is no lesson {reference!r}.{hint} Lessons: {known}",
            "library.no_lesson_near" if near else "library.no_lesson",
            reference=reference,
            near=near[0] if near else "",
            known=known,
        )

    def open(self, path: Path) -> Lesson:
        """Return the lesson in a file; an unreadable file gives a lesson with a fault."""
        read = stamp_of(path)
        raw = read_file(path)
        if isinstance(raw, Problem):
            lesson = self.parser.lesson("", path)
            faults = (block for block in lesson.blocks if isinstance(block, Fault))
            told = tuple(replace(fault, problem=raw, source="") for fault in faults)
            return replace(lesson, blocks=told[:1], problems=(raw,))
        lesson = self.parser.lesson(raw, path, self._course_folder(path), self._bodies)
        lesson = replace(lesson, file_digest=hashlib.sha256(raw).hexdigest())
        if not lesson.passages:  # their changes would not show in the stamp
            self._questions.put(path, read, tuple(block.id for block in lesson.exercises))
        return lesson

    def keep_drawn(self) -> None:
        """Keep the questions of the lessons that were opened, as they were drawn last."""
        self._bodies.save_drawn()

    def _course_folder(self, path: Path) -> Path:
        place = path.absolute()
        opened = next((folder for folder in self.folders if place.is_relative_to(folder.absolute())), None)
        return course_folder(path, opened)

    def requires(self, lesson: Path) -> tuple[str, ...]:
        """Return the packages that the course of a lesson file needs, as the course page beside it says."""
        page = lesson.parent / COURSE_PAGE
        raw = read_file(page)
        return () if isinstance(raw, Problem) else self.parser.course(raw, page, kept=self._bodies).requires

    def questions(self, entries: Iterable[LessonEntry]) -> dict[str, tuple[str, ...]]:
        """Return the ids of each lesson's questions; a lesson is read only if it is new or has changed."""
        found: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            known = self._questions.ids(entry.path)
            if known is None:
                known = tuple(block.id for block in self.open(entry.path).exercises)
            found[entry.id] = known
        self._questions.save()
        return found

    def translation(self, lesson: Lesson, language: str) -> Lesson | None:
        """Return the same lesson in another language, or None when there is none."""
        if lesson.path is not None:
            folder = real(lesson.path).parent
            beside = folder.parent / language / lesson.path.name
            if folder.name == lesson.language and beside.is_file():
                return self.open(beside)
        for course in self.courses(language):
            for entry in course.pages:
                if entry.id == lesson.id and entry.language == language:
                    return self.open(entry.path)
        return None
