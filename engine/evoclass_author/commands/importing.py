"""`evoclass import notebook.ipynb`: a notebook becomes a lesson."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import click

from evoclass.commands.options import workspace
from evoclass.disk.regularfile import read_bytes
from evoclass.errors import ConfigError, LessonError
from evoclass.i18n import LANGUAGES
from evoclass.learner.workspace import Workspace
from evoclass.lint import apply_fixes, check_lesson, describe
from evoclass.lint.lesson import UNREADABLE
from evoclass.model import Heading, Lesson, plain_text
from evoclass.reading import frontmatter, source
from evoclass.reading.frontmatter import LESSON_KEYS
from evoclass.reading.inline import slug as slug_of
from evoclass.reading.library import is_lesson
from evoclass.reading.markup import Parser, name_parts
from evoclass.reading.pictures import is_file
from evoclass.wording.printable import printable
from evoclass_author.foreign import ESCAPED, escaped, relinked
from evoclass_author.imported import Imported, from_notebook
from evoclass_author.optional import optional
from evoclass_author.output import whole
from evoclass_author.scaffold import slug
from evoclass_author.texts import TEXT

LIMIT = 100 * 1024 * 1024
"""Largest notebook in bytes; pictures make them large."""

ROUNDS = 20
"""How often what is no Markdown of ours is looked for again: one correction may uncover the next."""

NUMBERED = re.compile(
    r"(?:(?:ch|chapter|cap|capitolo|day|ex|exercise|kapitel|lab|lecture|lesson|lezione|notebook|nb|part|tutorial|unit"
    r"|week)[ _.-]*)?(\d{1,3})(?!\d)[ _.-]*",
    re.IGNORECASE,
)
"""How the name of a notebook begins that tells its place: `03-tensors`, `Chapter 3`, `lecture_3`."""


@click.command("import", help=TEXT("author.import.help"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--in", "folder", type=click.Path(path_type=Path), default=Path("."), help=TEXT("author.import.into")
)
@click.pass_context
def import_(context: click.Context, file: Path, folder: Path) -> None:
    space = workspace(context)
    place = NUMBERED.match(file.stem)
    rest = file.stem[place.end() :] if place is not None else ""
    name = slug(rest if re.search(r"[A-Za-z0-9]", rest) else file.stem)
    made, cells = _read(space, file, name, {path.name for path in _listed(folder)})
    front = made.front_matter or _front(made, _number(folder, int(place[1]) if place is not None else 0))
    head = f"---\n{front.rstrip()}\n---\n\n"
    lesson = space.parser.lesson(f"{head}{made.body}\n")
    for problem in lesson.problems:
        if problem.code in UNREADABLE:
            raise ConfigError(f"{file}: {describe(problem, space.catalog)[0]}")
    target = folder / f"{lesson.number:02}-{lesson.id}.md"
    for path in _listed(folder):
        if is_lesson(path.name) and (path.name == target.name or name_parts(path)[1] == lesson.id):
            raise ConfigError(space.catalog("author.import.exists", file=path))
    text = _settled(head, made, lesson, space.parser, target)
    if len(text.encode("utf-8", "replace")) > source.MAX_BYTES:
        raise ConfigError(
            space.catalog("author.import.too_large", file=file, limit=source.MAX_BYTES // 1024**2)
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for picture, data in made.pictures.items():
            with (folder / picture).open("xb") as written:  # never over a file that is there
                written.write(data)
        with whole(target) as written_text:
            written_text.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{error.filename or folder}: {error.strerror}") from error
    click.echo(space.catalog("author.import.done", file=target, cells=cells))
    _tell(space, made, lesson, space.parser.lesson(text, target))


def _read(space: Workspace, file: Path, name: str, taken: set[str]) -> tuple[Imported, int]:
    """Return what a notebook gives and its number of cells.  Raises ConfigError when it cannot be read."""
    nbformat = optional("nbformat", space.catalog)
    try:
        raw = read_bytes(file, LIMIT).decode("utf-8-sig")
        with warnings.catch_warnings(action="ignore"):  # about ids of cells, which a lesson does not keep
            notebook = nbformat.reads(raw, as_version=4)
        return from_notebook(notebook, name, space.catalog, taken), len(notebook.cells)
    except (Exception, RecursionError) as error:
        # nbformat raises whatever its JSON and schema libraries raise; for the author it is all one.
        reason = printable(str(error).split("\n", 1)[0])[:200] or type(error).__name__
        raise ConfigError(space.catalog("author.import.no_notebook", file=file, reason=reason)) from error


def _front(made: Imported, number: int) -> str:
    """Return a front matter with what the notebook's metadata tell."""
    title = made.title or made.name.replace("-", " ").capitalize()
    lines = [
        *("format: 1", f"id: {made.name}", f"number: {number}"),
        *(f"title: {_quoted(title)}", f"language: {made.language}"),
    ]
    for key in ("objectives", "authors"):
        entries = _texts(made.metadata.get(key))
        lines += [f"{key}:", *(f"  - {_quoted(entry)}" for entry in entries)] if entries else []
    (*_, license) = ("", *_texts(made.metadata.get("license")))
    lines += [f"license: {_quoted(license)}"] if license else []
    return "\n".join(lines) + "\n"


def _texts(value: Any) -> list[str]:
    """Return the texts of an entry of the metadata: a text, a name in a table, or a list of these."""
    entries = value if isinstance(value, list) else [value]
    found = [entry.get("name") or entry.get("id") if isinstance(entry, dict) else entry for entry in entries]
    return [entry.strip() for entry in found if isinstance(entry, str) and entry.strip()][:50]


def _quoted(text: str) -> str:
    shown = printable(" ".join(text.split()))[:300].replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _number(folder: Path, wanted: int) -> int:
    """Return the number that the file's name tells if no lesson of the folder has it, else the next free one."""
    taken = set()
    for path in _listed(folder):
        if is_lesson(path.name):
            taken.add(name_parts(path)[0])
            try:
                front = frontmatter.read(source.read(read_bytes(path, source.MAX_BYTES)).text, LESSON_KEYS)
                taken.add(int(front.values.get("number", 0)))
            except (OSError, LessonError):
                continue  # its name has told all that it tells
    return wanted if wanted > 0 and wanted not in taken else max(taken, default=0) + 1


def _settled(head: str, made: Imported, lesson: Lesson, parser: Parser, target: Path) -> str:
    """Return the lesson's text with dead links as words, and with what is no Markdown of ours as plain characters."""
    places = {slug_of(plain_text(block.text)) for block in lesson.walk() if isinstance(block, Heading)}

    def find(link: str) -> str | None:
        if link.startswith("#"):
            return link.lower() if link[1:].lower() in places else None
        there = not is_file(link) or link.split("#")[0] in made.pictures
        try:
            return link if link and (there or (target.parent / link.split("#")[0]).exists()) else None
        except (OSError, ValueError):
            return None

    text = head + (made.body if made.front_matter else relinked(made.body, find)) + "\n"
    for _ in range(ROUNDS):
        before = text
        text, _ = apply_fixes(text, parser.lesson(text, target).problems)
        try:
            start = frontmatter.split(text)[1] - 1
        except LessonError:
            break  # the check says so
        odd: dict[int, set[str]] = {}
        for problem in parser.lesson(text, target).problems:
            if problem.code in ESCAPED:
                odd.setdefault(problem.line - 1 - start, set()).add(problem.code)
        if odd:
            lines = text.split("\n")
            text = "\n".join([*lines[:start], escaped("\n".join(lines[start:]), odd)])
        if text == before:
            break
    return text


def _tell(space: Workspace, made: Imported, before: Lesson, lesson: Lesson) -> None:
    """Say what did not come along, and what is left to do."""
    if made.dropped:
        shown = ", ".join(f"{kind} × {count}" for kind, count in made.dropped.most_common(12))
        click.echo(space.catalog("author.import.dropped", what=printable(shown)), err=True)
    if lesson.language not in LANGUAGES:
        names = ", ".join(LANGUAGES.values())
        click.echo(space.catalog("author.import.language", language=lesson.language, names=names), err=True)
    problems = check_lesson(lesson, space.parser)
    if problems:
        click.echo(space.catalog("author.import.problems", count=len(problems)), err=True)
