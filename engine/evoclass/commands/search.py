"""`evoclass search`: find words in all lessons and in the learner's notes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from evoclass.commands.options import (
    CATALOG,
    content_option,
    json_option,
    language_option,
    read_aloud,
    workspace,
)
from evoclass.commands.output import say, say_json
from evoclass.learner.coursestate import CourseState
from evoclass.learner.searching import Found, Searching
from evoclass.learner.workspace import Workspace
from evoclass.wording.printable import printable

SLOW = 20
"""Lessons to read from which on the progress is shown."""


@click.command(help=CATALOG("cli.search.help"), epilog=CATALOG("cli.search.examples"))
@click.argument("words", nargs=-1, required=True)
@json_option
@language_option
@content_option
@click.pass_context
def search(context: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    space = workspace(context)
    typed = " ".join(words)
    found = _found(space, typed)
    if as_json:
        say_json([_row(one) for one in found])
        return
    if not found:
        say(space.catalog("search.none", words=typed))
        context.exit(1)
    aloud = read_aloud(space)
    for one in found:
        place = click.style(printable(f"{_near(one.file)}:{one.line}"), dim=True)
        kind = "note" if one.is_note else "term" if one.is_term else ""
        label = f"{space.catalog(f'search.{kind}')}: " if kind else ""
        between = ", " if aloud else " · "
        head = printable(
            f"{one.title}{between}{one.heading}" if one.heading != one.entry.title else one.title
        )
        click.echo(f"{place}: {click.style(label + head, bold=True)}")
        text = "".join(
            click.style(printable(piece), underline=True) if sought else printable(piece)
            for piece, sought in one.pieces
        )
        click.echo(text if aloud else f"    {text}")


def _found(space: Workspace, typed: str) -> list[Found]:
    courses = space.courses_of_learner()
    searching = Searching(space.library, space.parser, space.cache)
    places = searching.entries()

    def progress(done: int, total: int) -> None:
        if total >= SLOW and sys.stderr.isatty():
            said = space.catalog("search.reading", done=done, total=total)
            click.echo(f"\r{said}" + ("\n" if done == total else ""), nl=False, err=True)

    searching.update((entry for _, entry in places.values()), progress)
    found: list[Found] = []
    for course in courses:
        states = CourseState(course.id, space.store.events(course.id)).lessons
        found += searching.notes(typed, course, states)
    found += searching.lessons(typed, space.language, places)
    searching.close()
    return found


def _near(file: str) -> str:
    """Return a path from here, where that is shorter."""
    path = Path(file)
    if path.is_relative_to(Path.cwd()):
        return os.path.relpath(path)
    return file


def _row(one: Found) -> dict[str, object]:
    return {
        "kind": "note" if one.is_note else "term" if one.is_term else "lesson",
        "course": one.course.id,
        "lesson": one.entry.id,
        "title": one.title,
        "language": one.entry.language,
        "heading": one.heading,
        "block": one.block,
        "file": printable(one.file),
        "line": one.line,
        "text": "".join(piece for piece, _ in one.pieces),
    }
