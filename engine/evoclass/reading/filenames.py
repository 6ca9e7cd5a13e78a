"""Data from the path of a lesson's file: number, slug, language, and the folder of its course."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evoclass.disk.real import real
from evoclass.i18n import LANGUAGES
from evoclass.reading import frontmatter
from evoclass.reading.frontmatter import END_KEYS, LESSON_KEYS, Key

COURSE_PAGE = "index.md"
"""The page of the course itself."""

END_PAGE = "end.md"
"""The page after the last lesson."""

SUFFIXES = (".md", ".markdown")
"""Suffixes of a lesson's file, in lower or upper case."""


def is_lesson(name: str) -> bool:
    """Whether a file with this name is a lesson and not a program."""
    return name.lower().endswith(SUFFIXES)


def name_parts(path: Path | None) -> tuple[int, str]:
    """Return the number and slug in a file name such as `07-transfer-learning.md`."""
    if path is None:
        return 0, "lesson"
    head, _, tail = path.stem.partition("-")
    if head.isascii() and head.isdigit() and len(head) < 10:
        return int(head), tail or path.stem
    return 0, path.stem


def keys_of(path: Path | None) -> Mapping[str, Key]:
    """Return the keys that the front matter of a file may have: those of a lesson, or of the course's end."""
    return END_KEYS if path is not None and path.name == END_PAGE else LESSON_KEYS


def language_of(path: Path | None) -> str:
    """Return the language that a file's folder names, or else English."""
    name = real(path).parent.name if path is not None else ""
    return name if frontmatter.LANGUAGE.match(name) and len(name) == 2 else "en"


def course_folder(path: Path, opened: Path | None = None) -> Path:
    """Return the folder of the course that a lesson file belongs to: the one above its language's folder.

    `opened` is the folder that was opened as a course: one that is called `ai` may be no language.
    """
    folder = path.absolute().parent
    if opened is not None and folder.name not in LANGUAGES and opened.absolute() in (folder, folder.parent):
        return opened.absolute()
    return folder.parent if folder.name == language_of(path) else folder
