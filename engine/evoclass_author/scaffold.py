"""Course and lesson files to start from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import count
from pathlib import Path

from evoclass.errors import ConfigError
from evoclass.reading.filenames import COURSE_PAGE
from evoclass.reading.lessonfiles import languages
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.wording.printable import printable
from evoclass.wording.sentences import DEFAULT, own_languages
from evoclass_author.translation import confirm

IMAGE = "example.svg"

MOST = 999
"""Largest number that a lesson gets automatically: file names sort by it, and longer ones are not read as numbers."""


def slug(text: str) -> str:
    """Return a name in lower-case letters, digits and hyphens."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:60].strip("-") or "lesson"


def make_course(folder: Path, title: str, code: str, tongues: Sequence[str]) -> list[Path]:
    """Make a course page and a first lesson in each language; return the files.  Raises ConfigError."""
    made = []
    for language in tongues:
        path = folder / language / COURSE_PAGE
        fields = {
            "id": slug(title),
            "code": _quoted(code or slug(title).upper()[:8]),
            "title": _quoted(title) or slug(title),
        }
        made.append(write(path, _page("course", language, fields)))
    for language in tongues:
        made += _lesson(folder / language, language, 1, title, slug(title))
    return made


def add_lesson(folder: Path, title: str, parser: Parser, number: int | None, language: str) -> list[Path]:
    """Make a lesson in each language of the course in `folder`; return the files.  Raises ConfigError."""
    tongues = languages(folder)
    library = Library([folder], parser)
    courses = [course for tongue in tongues or (language,) for course in library.courses(tongue)]
    entries = [entry for course in courses for entry in course.lessons]
    taken = {entry.id for entry in entries}
    numbers = {entry.number for entry in entries}
    if number is None:
        number = free_number(numbers)
    elif number in numbers:
        raise ConfigError(f"there is a lesson number {number} already")
    name = base = slug(title)
    copy = 2
    while name in taken:
        name, copy = f"{base}-{copy}", copy + 1
    if not tongues:
        return _lesson(folder, language, number, title, name)
    made = [path for tongue in tongues for path in _lesson(folder / tongue, tongue, number, title, name)]
    put_in_step(made, parser)
    return made


def free_number(taken: Iterable[int]) -> int:
    """Return the number after the last one, or the first free one if that has more than three digits."""
    numbers = set(taken)
    following = max(numbers, default=0) + 1
    if 0 < following <= MOST:
        return following
    return next(number for number in count(1) if number not in numbers)


def put_in_step(made: Sequence[Path], parser: Parser) -> None:
    """Record in each translation which text it translates, so that later changes there are noticed."""
    for path in made:
        source = path.parent.parent / DEFAULT / path.name
        if source in made and source != path and path.suffix == ".md":
            text, translated = (file.read_text(encoding="utf-8") for file in (source, path))
            path.write_text(confirm(text, translated, DEFAULT, parser, path).text, encoding="utf-8")


def _lesson(folder: Path, language: str, number: int, title: str, name: str) -> list[Path]:
    fields = {"id": name, "number": str(number), "title": _quoted(title) or name, "image": IMAGE}
    made = [write(folder / f"{number:02}-{name}.md", _page("lesson", language, fields))]
    image = folder / IMAGE
    if not image.exists():
        made.append(write(image, template(IMAGE, {})))
    return made


def _page(kind: str, language: str, fields: dict[str, str]) -> str:
    """Return a template for a course page or a lesson, in English if there is none in its language."""
    written = language if language in own_languages() else DEFAULT
    return template(f"{kind}.{written}.md", fields | {"language": language})


def template(name: str, fields: dict[str, str]) -> str:
    """Return a template with its fields filled in."""
    text = files("evoclass_author").joinpath("templates", name).read_text(encoding="utf-8")
    for key, value in fields.items():
        text = text.replace(f"@@{key}@@", value)
    return text


def _quoted(text: str) -> str:
    """Return text that is safe between double quotes in YAML."""
    text = printable(re.sub("[\ud800-\udfff]", "\ufffd", " ".join(text.split())))  # bytes that are not UTF-8
    return text.replace("\\", "\\\\").replace('"', '\\"')


def write(path: Path, text: str) -> Path:
    """Write a new file and return its path.  Raises ConfigError when the file already exists."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{path} already exists; nothing was changed there") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    return path
