"""`evoclass lessons`: the list of lessons, and the progress in each."""

from __future__ import annotations

import click

from evoclass.commands.options import (
    CATALOG,
    content_option,
    json_option,
    language_option,
    read_aloud,
    workspace,
)
from evoclass.commands.output import say_json
from evoclass.learner.coursestate import CourseState
from evoclass.learner.standing import MARKS, Need, Standing, duration, numbered, standing
from evoclass.learner.workspace import Workspace
from evoclass.model import LessonEntry
from evoclass.wording.printable import printable


@click.command(help=CATALOG("cli.lessons.help"), epilog=CATALOG("cli.lessons.examples"))
@json_option
@language_option
@content_option
@click.pass_context
def lessons(context: click.Context, as_json: bool) -> None:
    space = workspace(context)
    courses = space.library.courses(space.language)
    if as_json:
        listed = [
            {
                "course": course.id,
                "code": course.code,
                "title": course.title,
                "minutes": course.minutes,
                "lessons": [
                    {
                        "id": entry.id,
                        "number": entry.number,
                        "title": entry.title,
                        "minutes": entry.minutes,
                        "needs": list(entry.needs),
                        "language": entry.language,
                        "languages": list(entry.languages),
                        "path": printable(str(entry.path)),
                        "problem": entry.problem.code if entry.problem else None,
                    }
                    for entry in course.lessons
                ],
                "end": printable(str(course.end.path)) if course.end is not None else None,
            }
            for course in courses
        ]
        say_json(listed)
        return
    for course in space.courses_of_learner():
        between = ", " if read_aloud(space) else " · "
        title = between.join(filter(None, (course.code, course.title)))
        click.secho(printable(title), bold=True)
        known = CourseState(course.id, space.store.events(course.id))
        now = standing(course, known.lessons, space.library.questions)
        if read_aloud(space):
            click.echo(printable(", ".join(now.said(space.catalog))))
            for entry in course.lessons:
                click.echo(printable(_aloud(space, now, entry)))
            if course.end is not None:
                click.echo(printable(course.end.title))
            continue
        click.secho(printable(f"  {' · '.join(now.said(space.catalog))}"), dim=True)
        width = len(str(max((entry.number for entry in course.lessons), default=0)))
        for entry in course.lessons:
            minutes = duration(entry.minutes, space.catalog) if entry.minutes else ""
            mark = "✗" if entry.problem else MARKS[now.mark(entry.id)]
            parts = (minutes, now.brief(entry.needs, space.catalog), " ".join(entry.languages), entry.id)
            click.echo(
                printable(f"  {mark} {entry.number:>{max(3, width)}}  {entry.title}  ")
                + click.style(printable(" · ".join(filter(None, parts))), dim=True)
            )
        if course.end is not None:
            facts = " · ".join((" ".join(course.end.languages), course.end.id))
            click.echo(
                printable(f"  ◇ {'':>{max(3, width)}}  {course.end.title}  ")
                + click.style(printable(facts), dim=True)
            )
    if not courses:
        click.echo(space.catalog("session.no_lessons"))


def _aloud(space: Workspace, now: Standing, entry: LessonEntry) -> str:
    """Return a lesson of the list in words."""
    say = space.catalog
    parts = [Need(entry, now.mark(entry.id)).said(say)]
    if entry.problem:
        parts.append(say("cli.lessons.broken"))
    if entry.minutes:
        parts.append(duration(entry.minutes, say))
    if needs := now.needs(entry.needs):
        parts.append(say("standing.builds_on", lessons=", ".join(numbered(need.entry) for need in needs)))
    return ", ".join(parts)
