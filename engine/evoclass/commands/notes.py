"""`evoclass notes`: the learner's notes and bookmarks, as Markdown to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten
from typing import NamedTuple

import click

from evoclass.commands.options import CATALOG, content_option, json_option, language_option, workspace
from evoclass.commands.output import as_json_text, keep_what_is_there, say
from evoclass.disk.wholefile import write_whole
from evoclass.errors import ProgressError
from evoclass.i18n import Catalog
from evoclass.learner.annotations import Annotation, annotations_of
from evoclass.learner.coursestate import CourseState
from evoclass.learner.session import Session
from evoclass.learner.standing import numbered
from evoclass.learner.workspace import Workspace
from evoclass.wording.printable import printable

QUOTED = 120
"""Characters of a text that name the part a note is about."""

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


class Page(NamedTuple):
    """What the learner wrote in one lesson."""

    course: str
    lesson: str
    title: str
    found: list[Annotation]


@click.command(help=CATALOG("cli.notes.help"), epilog=CATALOG("cli.notes.examples"))
@click.argument("lesson", required=False)
@json_option
@click.option("--output", type=click.Path(path_type=Path), help=CATALOG("cli.notes.output"), metavar="FILE")
@language_option
@content_option
@click.pass_context
def notes(context: click.Context, lesson: str | None, as_json: bool, output: Path | None) -> None:
    space = workspace(context)
    if trouble := space.store.trouble:
        raise ProgressError(space.catalog("cli.progress.trouble", reason=printable(trouble)))
    pages = [_one(space, lesson)] if lesson is not None else list(_all(space))
    pages = [page for page in pages if page.found]
    if not pages and output is None and not as_json:
        say(space.catalog("notes.none"))
        return
    if as_json:
        text = as_json_text([_row(page, one) for page in pages for one in page.found])
    else:
        text = printable("\n".join(_markdown(pages, space.catalog)))
    if output is None:
        click.echo(text)
        return
    keep_what_is_there(output, space.catalog)
    try:
        write_whole(output, f"{text}\n".encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProgressError(space.catalog("progress.unwritten", file=output, reason=reason)) from error
    count = sum(len(page.found) for page in pages)
    say(space.catalog("cli.notes.written", count=count, file=output))


def _one(space: Workspace, reference: str) -> Page:
    session = Session.look(
        space.library, space.store, space.plugins, space.settings, reference, space.asked_language
    )
    entry = session.course.page(session.lesson.id)
    title = numbered(entry) if entry is not None else session.lesson.title
    found = annotations_of(session.lesson, session.state)
    return Page(session.course.id, session.lesson.id, title, found)


def _all(space: Workspace) -> Iterator[Page]:
    states: dict[str, CourseState] = {}
    for event in space.store.events():
        states.setdefault(event.course, CourseState(event.course)).take(event)
    courses = {course.id: course for course in space.courses_of_learner()}
    for course_id in (*courses, *(states.keys() - courses.keys())):
        lessons = states[course_id].lessons if course_id in states else {}
        course = courses.get(course_id)
        ids = tuple(entry.id for entry in course.pages) if course is not None else ()
        for lesson_id in (*ids, *(name for name in lessons if name not in ids)):
            state = lessons.get(lesson_id)
            if state is None or not (state.notes or state.bookmarks):
                continue
            entry = course.page(lesson_id) if course is not None else None
            there = entry is not None and entry.problem is None
            lesson = space.library.open(entry.path) if entry is not None and there else None
            title = numbered(entry) if entry is not None else lesson_id
            yield Page(course_id, lesson_id, title, annotations_of(lesson, state))


def _markdown(pages: list[Page], catalog: Catalog) -> Iterator[str]:
    yield f"# {catalog('notes.title')}"
    for page in pages:
        yield from ("", f"## {_plain(page.title)}")
        section = ""
        for one in page.found:
            if one.section and one.section != section:
                yield from ("", f"### {_plain(one.section)}")
            section = one.section or section
            yield from (
                "",
                f"> {_plain(shorten(one.quote, QUOTED, placeholder=' …')) or catalog('notes.no_text')}",
            )
            if one.astray:
                yield f"> ({catalog('notes.gone')})"
            if one.bookmarked:
                yield from ("", f"⚑ {catalog('notes.bookmark')}")
            if one.note:
                yield from ("", one.note)


def _plain(text: str) -> str:
    """Return a lesson's text so that no sign of it is markup."""
    return _MARKUP.sub(r"\\\1", text)


def _row(page: Page, one: Annotation) -> dict[str, object]:
    return {
        "course": page.course,
        "lesson": page.lesson,
        "title": page.title,
        "section": one.section,
        "block": one.block,
        "quote": one.quote,
        "note": one.note,
        "bookmark": one.bookmarked,
        "astray": one.astray,
    }
