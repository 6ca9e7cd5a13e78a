"""The lesson files of a folder: which there are, and what a file says at its head."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from stat import S_ISREG

from evoclass.disk import regularfile
from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes
from evoclass.errors import LessonError, Problem
from evoclass.model import LessonEntry
from evoclass.reading import source
from evoclass.reading.filenames import COURSE_PAGE, is_lesson, keys_of, language_of, name_parts
from evoclass.reading.frontmatter import LANGUAGE
from evoclass.reading.headindex import Stamp
from evoclass.reading.markup import front_matter
from evoclass.wording.printable import printable

HEAD_BYTES = 16 * 1024
"""How much of a file is read for its front matter; if that is longer, the whole file is read."""


Files = dict[str, dict[str, tuple[str, Stamp | None]]]
"""Path and stamp of each file by its name and the language of its folder."""


def languages(folder: Path) -> tuple[str, ...]:
    """Return the languages that have a folder in a course folder, in alphabetical order."""
    try:
        with os.scandir(folder) as found:
            names = sorted(item.name for item in found if LANGUAGE.match(item.name) and item.is_dir())
    except OSError:
        return ()
    return tuple(name for name in names if _has_lessons(folder / name))


UPWARDS = 4
"""How many levels above the current folder are searched for a course."""


def course_around(place: Path) -> Path | None:
    """Return the folder of the course that a folder belongs to, or None when it belongs to none."""
    place = place.absolute()
    if _is_course(place):
        above = place.parent
        return above if place.name in languages(above) and _is_course(above) else place
    # Farther up, only a language folder leads to a course, because unrelated files may lie beside lessons.
    below = place
    for folder in place.parents[:UPWARDS]:
        if folder == folder.parent:
            return None  # lessons in `/tmp` do not make the whole disk a course in a language `tmp`
        if below.name in languages(folder) and _is_course(folder):
            return folder
        below = folder
    return None


def _is_course(folder: Path) -> bool:
    """Whether a folder holds lessons, which have a front matter with an id, unlike other Markdown."""
    for found in lesson_files(folder, languages(folder)).values():
        for path, stamp in found.values():
            if stamp is not None:
                try:
                    head = regularfile.read_head(path, HEAD_BYTES, source.MAX_BYTES)
                except OSError:
                    continue
                if head.removeprefix(b"\xef\xbb\xbf").startswith(b"---") and b"\nid:" in head.replace(
                    b"\r", b"\n"
                ):
                    return True
    return False


def lesson_files(folder: Path, names: Sequence[str]) -> Files:
    """Return path and stamp of each file by its name and the language of its folder."""
    files: Files = {}
    for language in names or ("",):
        place = folder / language if language else folder
        tongue = language or language_of(place / COURSE_PAGE)
        for name, path, stamp in _markdown_files(place):
            name = COURSE_PAGE if name.lower().rpartition(".")[0] == "index" else name
            found = files.get(name)
            if found is None:
                files[name] = {tongue: (path, stamp)}
            else:
                found[tongue] = (path, stamp)
    return files


def _has_lessons(folder: Path) -> bool:
    try:
        with os.scandir(folder) as found:
            return any(is_lesson(item.name) for item in found)
    except OSError:
        return False


def _markdown_files(folder: Path) -> list[tuple[str, str, Stamp | None]]:
    """Return name and path of a folder's lesson files, each with its stamp, or None if it cannot be read."""
    files: list[tuple[str, str, Stamp | None]] = []
    try:
        with os.scandir(folder) as found:
            for item in found:
                name = item.name
                stem = name.lower().rpartition(".")[0]
                if not is_lesson(name) or name[0] == "." or stem == "readme":
                    continue
                try:
                    status = item.stat()
                except OSError:
                    files.append((name, item.path, None))
                    continue
                usable = S_ISREG(status.st_mode) and status.st_size <= source.MAX_BYTES
                files.append((name, item.path, (status.st_mtime_ns, status.st_size) if usable else None))
    except OSError:
        return []
    return files


def read_file(path: Path) -> bytes | Problem:
    """Return the bytes of a lesson file, or the problem that keeps it from being read."""
    try:
        return read_bytes(path, source.MAX_BYTES)
    except NotRegularFile:
        return Problem("E000", 1, fields={"reason": "not a file"}, path=path)
    except FileTooLarge:
        size = max(path.stat().st_size, source.MAX_BYTES)
        fields = {"size": f"{size / 1e6:.1f}", "limit": f"{source.MAX_BYTES / 1e6:.1f}"}
        return Problem("E002", 1, fields=fields, path=path)
    except OSError as error:
        return Problem("E000", 1, fields={"reason": _reason(error)}, path=path)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def read_head(path: Path) -> LessonEntry:
    """Return the entry of one lesson file from its front matter alone."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode) or status.st_size > source.MAX_BYTES:
            problem = read_file(path)
            if isinstance(problem, Problem):
                return _broken(path, problem)
        with path.open("rb") as file:
            data = file.read(HEAD_BYTES)
            if len(data) == HEAD_BYTES and data.find(b"\n---", 4) < 0:
                whole = read_file(path)
                if isinstance(whole, Problem):
                    return _broken(path, whole)
                data = whole
            elif len(data) == HEAD_BYTES:
                # Cut at a line end, so that the piece does not end inside a character.
                data = data[: data.rfind(b"\n") + 1] or data
        front = front_matter(source.read(data).text, keys_of(path))
    except OSError as error:
        return _broken(path, Problem("E000", 1, fields={"reason": _reason(error)}, path=path))
    except LessonError as error:
        return _broken(path, replace(error.problems[0], path=path))
    number, slug = name_parts(path)
    return LessonEntry(
        id=front.text("id", slug),
        number=int(front.values.get("number", number)),
        title=front.text("title", printable(slug)),
        language=front.text("language", language_of(path)),
        path=path,
        minutes=int(front.values.get("minutes", 0)),
        needs=front.values.get("needs", ()),
    )


def _broken(path: Path, problem: Problem) -> LessonEntry:
    number, slug = name_parts(path)
    language = language_of(path)
    return LessonEntry(
        id=slug, number=number, title=printable(path.name), language=language, path=path, problem=problem
    )
