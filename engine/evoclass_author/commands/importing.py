"""`evoclass import notebook.ipynb`: a file of another format becomes a lesson."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click

from evoclass.commands.options import workspace
from evoclass.commands.output import say
from evoclass.disk.regularfile import read_bytes
from evoclass.errors import ConfigError, LessonError
from evoclass.exporter import SHOWN
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.importer import Imported, Importer
from evoclass.learner.workspace import Workspace
from evoclass.lint import apply_fixes, check_lesson, describe
from evoclass.lint.lesson import UNREADABLE
from evoclass.model import Heading, Lesson, plain_text
from evoclass.pluginhost.exchanging import imported
from evoclass.reading import frontmatter, source
from evoclass.reading.filenames import COURSE_PAGE, is_lesson, name_parts
from evoclass.reading.frontblock import split
from evoclass.reading.frontmatter import LESSON_KEYS
from evoclass.reading.inline import slug as slug_of
from evoclass.reading.markup import Parser
from evoclass.reading.pictures import is_file
from evoclass.wording.printable import printable
from evoclass.wording.sentences import DEFAULT
from evoclass_author.commands.format import Format
from evoclass_author.foreign import ESCAPED, escaped, relinked
from evoclass_author.output import whole
from evoclass_author.scaffold import free_number, slug
from evoclass_author.texts import CATALOG

ROUNDS = 20
"""How often the text is searched again for Markdown that is not ours: one correction may reveal the next."""

Fronts = dict[Path, dict[str, Any]]
"""The values of the front matters of the lessons in a folder."""

NUMBERED = re.compile(
    r"(?:(?:ch|chapter|cap|capitolo|day|ex|exercise|kapitel|lab|lecture|lesson|lezione|notebook|nb|part|tutorial|unit"
    r"|week)[ _.-]*)?(\d{1,3})(?!\d)[ _.-]*",
    re.IGNORECASE,
)
"""The start of a notebook's name that gives its number: `03-tensors`, `Chapter 3`, `lecture_3`."""


@click.command("import", help=CATALOG("author.import.help"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--in", "folder", type=click.Path(path_type=Path), default=Path("."), help=CATALOG("author.import.into")
)
@click.option("--from", "name", type=Format("importers"), help=CATALOG("author.import.from"))
@click.pass_context
def import_(context: click.Context, file: Path, folder: Path, name: str | None) -> None:
    space = workspace(context)
    importer = _importer(space, file, name)
    place = NUMBERED.match(file.stem)
    rest = file.stem[place.end() :] if place is not None else ""
    slugged = slug(rest if re.search(r"[A-Za-z0-9]", rest) else file.stem)
    fronts = _fronts(folder)
    taken = {path.name for path in _listed(folder)}
    made = Imported(slugged, taken, language=_language(folder, fronts), source=file, into=folder)
    try:
        count = imported(space.plugins, importer, file, made, space.catalog)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error
    front = _front_in(made, fronts, int(place[1]) if place is not None else 0, space.parser)
    head = f"---\n{front.rstrip()}\n---\n\n"
    lesson = space.parser.lesson(f"{head}{made.body}\n")
    for problem in lesson.problems:
        if problem.code in UNREADABLE:
            raise ConfigError(f"{file}: {describe(problem, space.catalog)[0]}")
    target = folder / f"{lesson.number:02}-{lesson.id}.md"
    for path in fronts:
        if path.name == target.name or lesson.id in _ids(path, fronts[path]):
            raise ConfigError(space.catalog("author.import.exists", file=path))
    text = _settled(head, made, lesson, space.parser, target, space.catalog)
    if len(text.encode("utf-8", "replace")) > source.MAX_BYTES:
        raise ConfigError(
            space.catalog("author.import.too_large", file=file, limit=source.MAX_BYTES // 1024**2)
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for picture, data in made.pictures.items():
            with (folder / picture).open("xb") as written:  # never over an existing file
                written.write(data)
        with whole(target) as written_text:
            written_text.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{error.filename or folder}: {error.strerror}") from error
    say(space.catalog(importer.done, file=target, count=count))
    _tell(space, made, lesson, space.parser.lesson(text, target))


def _importer(space: Workspace, file: Path, name: str | None) -> type[Importer]:
    """Return the importer with this name, or the one for the file's suffix, or the first one."""
    importers = space.plugins.importers
    if name is not None:
        return importers[name]
    fitting = [cls for cls in importers.values() if file.suffix.lower() in cls.suffixes]
    return (fitting or list(importers.values()))[0]


def _front(made: Imported, number: int) -> str:
    """Return a front matter made from the notebook's metadata."""
    title = made.title or made.name.replace("-", " ").capitalize()
    lines = [
        *("format: 1", f"id: {made.name}", f"number: {number}"),
        *(f"title: {_quoted(title)}", f"language: {made.language}"),
    ]
    for key in ("objectives", "authors"):
        entries = _texts(made.metadata.get(key))
        lines += [f"{key}:", *(f"  - {_quoted(entry)}" for entry in entries)] if entries else []
    (*_, licence) = ("", *_texts(made.metadata.get("license")))
    lines += [f"license: {_quoted(licence)}"] if licence else []
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


def _fronts(folder: Path) -> Fronts:
    """Return the values of the front matters of the lessons in a folder; an unreadable one gives none."""
    found: Fronts = {}
    for path in sorted(_listed(folder)):
        if is_lesson(path.name):
            found[path] = {}
            try:
                text = source.read(read_bytes(path, source.MAX_BYTES)).text
                found[path] = dict(frontmatter.read(text, LESSON_KEYS).values)
            except (OSError, LessonError):
                continue  # its name still gives its number and id
    return found


def _front_in(made: Imported, fronts: Fronts, told: int, parser: Parser) -> str:
    """Return a front matter with a number and an id that are free in the folder; the file's name gives `told`."""
    own = parser.lesson(f"---\n{made.front_matter.rstrip()}\n---\n") if made.front_matter else None
    taken = {0, *(name_parts(path)[0] for path in fronts)}
    taken |= {values["number"] for values in fronts.values() if "number" in values}
    wanted = (own.number if own is not None else 0, told)
    number = next((number for number in wanted if number not in taken), None) or free_number(taken)
    if own is None:
        return _front(made, number)
    front = made.front_matter if own.number == number else _with(made.front_matter, "number", number)
    copied = any(own.id in _ids(path, values) for path, values in fronts.items())
    return _with(front, "id", made.name) if copied else front


def _ids(path: Path, values: dict[str, Any]) -> tuple[str, ...]:
    """Return the ids that a lesson's file uses: the one in its name, and its own."""
    return () if path.name == COURSE_PAGE else (name_parts(path)[1], str(values.get("id", "")))


def _language(folder: Path, fronts: Fronts) -> str:
    """Return the language of a folder: from its name, or else from its course page."""
    name = folder.resolve().name
    if len(name) == 2 and frontmatter.LANGUAGE.match(name):
        return name
    return str(fronts.get(folder / COURSE_PAGE, {}).get("language", DEFAULT))


def _with(front: str, key: str, value: object) -> str:
    """Return a front matter with another value for a key."""
    line = f"{key}: {value}"
    changed, count = re.subn(rf"(?m)^{key}[ \t]*:.*$", line, front, count=1)
    return changed if count else f"{line}\n{front}"


def _settled(
    head: str, made: Imported, lesson: Lesson, parser: Parser, target: Path, catalog: Catalog
) -> str:
    """Return the lesson's text with dead links as words, and with Markdown that is not ours as plain characters."""
    places = {slug_of(plain_text(block.text)) for block in lesson.walk() if isinstance(block, Heading)}

    def find(link: str) -> str | None:
        if link.startswith("#"):
            found = link.lower() if link[1:].lower() in places else None
        elif not is_file(link) or link.split("#")[0] in made.pictures:
            found = link or None
        else:
            try:
                found = link if link and (target.parent / unquote(link.split("#")[0])).exists() else None
            except (OSError, ValueError):
                found = None
        if found is None:
            made.dropped[catalog("author.import.kind.link", name=printable(link)[:60])] += 1
        return found

    text = head + (made.body if made.front_matter else relinked(made.body, find)) + "\n"
    for _ in range(ROUNDS):
        before = text
        text, _ = apply_fixes(text, parser.lesson(text, target).problems)
        try:
            start = split(text)[1] - 1
        except LessonError:
            break  # the check reports it
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
    """Print the parts that were dropped and the work that remains."""
    if made.dropped:
        shown = ", ".join(f"{kind} × {count}" for kind, count in made.dropped.most_common(SHOWN))
        shown += f" … (+{len(made.dropped) - SHOWN})" if len(made.dropped) > SHOWN else ""
        click.echo(space.catalog("author.import.dropped", what=printable(shown)), err=True)
    if lesson.language not in LANGUAGES:
        names = ", ".join(LANGUAGES.values())
        click.echo(space.catalog("author.import.language", language=lesson.language, names=names), err=True)
    problems = check_lesson(lesson, space.parser)
    if problems:
        click.echo(space.catalog("author.import.problems", count=len(problems)), err=True)
