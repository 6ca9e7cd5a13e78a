"""`evoclass lessons`: the list of lessons, and the progress in each."""

from __future__ import annotations

import click

from evoclass.commands.options import CATALOG, content_option, json_option, language_option, workspace
from evoclass.commands.output import say_json
from evoclass.learner import progress
from evoclass.learner.workspace import Workspace
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
                "lessons": [
                    {
                        "id": entry.id,
                        "number": entry.number,
                        "title": entry.title,
                        "minutes": entry.minutes,
                        "language": entry.language,
                        "languages": list(entry.languages),
                        "path": printable(str(entry.path)),
                        "problem": entry.problem.code if entry.problem else None,
                    }
                    for entry in course.lessons
                ],
            }
            for course in courses
        ]
        say_json(listed)
        return
    for course in space.courses_of_learner():
        title = f"{course.code} · {course.title}" if course.code else course.title
        click.secho(printable(title), bold=True)
        for entry in course.lessons:
            minutes = space.catalog("cli.lessons.minutes", minutes=entry.minutes) if entry.minutes else ""
            mark = "✗" if entry.problem else _mark(space, course.id, entry.id)
            parts = (minutes, " ".join(entry.languages), entry.id)
            click.echo(
                printable(f"  {mark} {entry.number:>3}  {entry.title}  ")
                + click.style(printable(" · ".join(filter(None, parts))), dim=True)
            )
    if not courses:
        click.echo(space.catalog("session.no_lessons"))


def _mark(space: Workspace, course: str, lesson: str) -> str:
    state = progress.fold(space.store.events(course, lesson))
    if not state.opened:
        return "○"
    done = state.exercises and all(exercise.done for exercise in state.exercises.values())
    return "●" if done else "◐"
