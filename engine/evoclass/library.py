"""Courses and lessons on disk: the course map from front matters alone, one lesson in full, language fallback."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from stat import S_ISREG

from evoclass import frontmatter, source
from evoclass.errors import LessonError, NotFoundError, Problem
from evoclass.frontmatter import LANGUAGE, LESSON_KEYS, FrontMatter
from evoclass.i18n import DEFAULT
from evoclass.markup import Parser, course_from, language_of, name_parts
from evoclass.model import Course, Lesson, LessonEntry

COURSE_PAGE = "index.md"

HEAD_BYTES = 16 * 1024
"""How much of a file is read for its front matter; one that is longer is read whole."""


class Library:
    """The lessons of some folders, each with one folder a language (`en/`, `it/`) or with the files themselves."""

    def __init__(self, folders: Sequence[Path], parser: Parser) -> None:
        self.folders = tuple(Path(folder) for folder in folders)
        self.parser = parser
        self._heads: dict[tuple[str, int, int], LessonEntry] = {}
        """Entries by path, time of change and size, so that an unchanged file is not read again."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that any of the folders has lessons in."""
        found = {name for folder in self.folders for name in languages(folder)}
        return tuple(sorted(found)) or (DEFAULT,)

    # ---------------------------------------------------------------------------------------------- the map

    def courses(self, language: str) -> tuple[Course, ...]:
        """Return the courses with their lessons in order, in `language` where it exists."""
        return tuple(
            course for folder in self.folders if (course := self._course(folder, language)) is not None
        )

    def _course(self, folder: Path, language: str) -> Course | None:
        names = languages(folder)
        files: dict[str, dict[str, Path]] = {}
        for name in names or ("",):
            for path in _markdown_files(folder / name if name else folder):
                files.setdefault(path.name, {})[name or language_of(path)] = path
        if not files:
            return None
        pages = files.pop(COURSE_PAGE, {})
        entries = [self._entry(found, language) for found in files.values()]
        entries.sort(key=lambda entry: (entry.number, entry.path.name))
        page = _best(pages, language) if pages else None
        course = self._page(page, folder)
        spoken = names or tuple(dict.fromkeys(entry.language for entry in entries))
        return replace(course, lessons=tuple(entries), folder=folder, languages=spoken)

    def _page(self, path: Path | None, folder: Path) -> Course:
        """Return the course that the course page describes; without one, the folder gives the name."""
        name = folder.name or "course"
        if path is not None:
            raw = read_file(path)
            if not isinstance(raw, Problem):
                return self.parser.course(raw, path)
            problems: tuple[Problem, ...] = (raw,)
        else:
            problems = ()
        bare = course_from(FrontMatter(), path)
        return replace(bare, id=name, title=name, problems=problems)

    def _entry(self, found: dict[str, Path], language: str) -> LessonEntry:
        path = _best(found, language)
        entry = self._head(path)
        return replace(entry, languages=tuple(sorted(found)))

    def _head(self, path: Path) -> LessonEntry:
        try:
            status = path.stat()
        except OSError as error:
            return _broken(path, Problem("E000", 1, fields={"reason": _reason(error)}, path=path))
        if not S_ISREG(status.st_mode) or status.st_size > source.MAX_BYTES:
            problem = read_file(path)
            return _broken(path, problem) if isinstance(problem, Problem) else read_head(path)
        key = (str(path), status.st_mtime_ns, status.st_size)
        entry = self._heads.get(key)
        if entry is None:
            entry = self._heads[key] = read_head(path)
        return entry

    # --------------------------------------------------------------------------------------------- one lesson

    def lesson(self, reference: str | Path, language: str, course: Course | None = None) -> Lesson:
        """Return the lesson of that number, id or path.  Raises NotFoundError, which lists what there is."""
        if isinstance(reference, Path) or reference.endswith(".md") or os.sep in reference:
            path = Path(reference)
            if not path.exists():
                raise NotFoundError(f"there is no file {path}", "library.no_file", path=str(path))
            return self.open(path)
        entry = self.entry(reference, language, course)
        return self.open(entry.path)

    def entry(self, reference: str, language: str, course: Course | None = None) -> LessonEntry:
        """Return the course map's entry for a number, an id or a file name.  Raises NotFoundError."""
        courses = (course,) if course is not None else self.courses(language)
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
        """Return the lesson in a file; one that cannot be read is a lesson with a fault."""
        raw = read_file(path)
        if isinstance(raw, Problem):
            lesson = self.parser.lesson("", path)
            fault = replace(lesson.blocks[0], problem=raw, source="")  # type: ignore[call-arg]
            return replace(lesson, blocks=(fault,), problems=(raw,))
        return self.parser.lesson(raw, path)

    def translation(self, lesson: Lesson, language: str) -> Lesson | None:
        """Return the same lesson in another language, or None when there is none."""
        if lesson.path is not None:
            folder = lesson.path.resolve().parent
            beside = folder.parent / language / lesson.path.name
            if folder.name == lesson.language and beside.is_file():
                return self.open(beside)
        for course in self.courses(language):
            for entry in course.lessons:
                if entry.id == lesson.id and entry.language == language:
                    return self.open(entry.path)
        return None


def languages(folder: Path) -> tuple[str, ...]:
    """Return the languages that a course folder has a folder for, in alphabetical order."""
    try:
        with os.scandir(folder) as found:
            names = sorted(item.name for item in found if LANGUAGE.match(item.name) and item.is_dir())
    except OSError:
        return ()
    return tuple(name for name in names if any(True for _ in _markdown_files(folder / name)))


def _markdown_files(folder: Path) -> Iterable[Path]:
    try:
        with os.scandir(folder) as found:
            names = sorted(
                item.name for item in found if item.name.endswith(".md") and not item.name.startswith(".")
            )
    except OSError:
        return []
    return [folder / name for name in names if name.lower() != "readme.md"]


def _best(found: dict[str, Path], language: str) -> Path:
    """Return the file in `language`, else in English, else in the first language there is."""
    return found.get(language) or found.get(DEFAULT) or found[min(found)]


def read_file(path: Path) -> bytes | Problem:
    """Return the bytes of a lesson file, or the problem that keeps it from being read."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            return Problem("E000", 1, fields={"reason": "not a file"}, path=path)
        if status.st_size > source.MAX_BYTES:
            fields = {"size": f"{status.st_size / 1e6:.1f}", "limit": f"{source.MAX_BYTES / 1e6:.1f}"}
            return Problem("E002", 1, fields=fields, path=path)
        return path.read_bytes()
    except OSError as error:
        return Problem("E000", 1, fields={"reason": _reason(error)}, path=path)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def read_head(path: Path) -> LessonEntry:
    """Return the entry of one lesson file from its front matter alone."""
    try:
        with path.open("rb") as file:
            data = file.read(HEAD_BYTES)
            if len(data) == HEAD_BYTES and data.find(b"\n---", 4) < 0:
                whole = read_file(path)
                if isinstance(whole, Problem):
                    return _broken(path, whole)
                data = whole
            else:
                # Cut where the front matter ends, so that no character is torn at the end of the piece.
                data = data[: data.rfind(b"\n") + 1] or data
        front = frontmatter.read(source.read(data).text, LESSON_KEYS)
    except OSError as error:
        return _broken(path, Problem("E000", 1, fields={"reason": _reason(error)}, path=path))
    except LessonError as error:
        return _broken(path, replace(error.problems[0], path=path))
    number, slug = name_parts(path)
    return LessonEntry(
        id=front.text("id", slug),
        number=int(front.values.get("number", number)),
        title=front.text("title", slug),
        language=front.text("language", language_of(path)),
        path=path,
        minutes=int(front.values.get("minutes", 0)),
    )


def _broken(path: Path, problem: Problem) -> LessonEntry:
    number, slug = name_parts(path)
    language = language_of(path)
    return LessonEntry(id=slug, number=number, title=path.name, language=language, path=path, problem=problem)
