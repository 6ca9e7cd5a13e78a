"""`evoclass progress`: the learner's progress, lesson by lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from evoclass.commands.options import CATALOG, content_option, json_option, language_option, workspace
from evoclass.commands.output import say_json
from evoclass.errors import ProgressError
from evoclass.learner.progress import LessonState
from evoclass.learner.standing import MARKS, Standing, numbered, standing
from evoclass.learner.workspace import Workspace
from evoclass.wording.printable import printable


@click.command(help=CATALOG("cli.progress.help"))
@json_option
@language_option
@content_option
@click.pass_context
def progress(context: click.Context, as_json: bool) -> None:
    space = workspace(context)
    states: dict[str, dict[str, LessonState]] = {}
    for event in space.store.events():
        states.setdefault(event.course, {}).setdefault(event.lesson, LessonState()).take(event)
    if trouble := space.store.trouble:
        sentence = space.catalog("cli.progress.trouble", reason=printable(trouble))
        if not states:
            raise ProgressError(sentence)
        click.echo(sentence, err=True)  # the readable part is still shown
    known = [course for course in space.courses_of_learner() if course.id in states]
    standings = {course.id: standing(course, states[course.id], space.library.questions) for course in known}
    rows = [
        _row(space, course, lesson, state, standings.get(course))
        for course, lessons in states.items()
        for lesson, state in lessons.items()
    ]
    if as_json:
        aside = space.store.set_aside
        document = {
            "learner": space.store.learner,
            "file": printable(str(space.store.path)),
            "courses": [_course(found) for found in standings.values()],
            "lessons": rows,
            "set_aside": printable(str(aside.file)) if aside else None,
        }
        say_json(document)
        return
    if space.store.set_aside is not None:
        click.echo(space.store.set_aside.said(space.catalog), err=True)
    if not rows:
        click.echo(space.catalog("cli.progress.none"))
    for found in standings.values():
        course = found.course
        click.secho(printable(" · ".join(filter(None, (course.code, course.title)))), bold=True)
        click.secho(printable(f"  {' · '.join(found.said(space.catalog))}"), dim=True)
        here = [row for row in rows if row["course"] == course.id and course.place(row["lesson"]) is not None]
        for row in sorted(here, key=lambda row: course.place(row["lesson"]) or 0):
            entry = course.entry(row["lesson"])
            assert entry is not None
            click.echo(
                printable(f"  {MARKS[found.mark(entry.id)]} {numbered(entry)}: ") + _counts(space, row)
            )
    for row in rows:
        if row["course"] not in standings or standings[row["course"]].course.place(row["lesson"]) is None:
            click.echo(printable(f"{row['title']}: ") + _counts(space, row))


def _counts(space: Workspace, row: Mapping[str, Any]) -> str:
    counts = {key: row[key] for key in ("passed", "total", "runs")}
    return space.catalog("cli.progress.row", **counts, minutes=f"{row['seconds'] / 60:.0f}")


def _course(found: Standing) -> dict[str, Any]:
    return {
        "course": found.course.id,
        "title": found.course.title,
        "lessons": len(found.course.lessons),
        "done": found.done,
        "minutes": found.course.minutes,
        "minutes_left": found.left,
    }


def _row(
    space: Workspace, course: str, lesson: str, state: LessonState, found: Standing | None
) -> dict[str, Any]:
    title, total = lesson, len(state.exercises)
    counted = dict(state.exercises)
    entry = found.course.entry(lesson) if found is not None else None
    if entry is not None and entry.problem is None:
        title = entry.title
        # A question that the author has removed since then is kept, but no longer counts.
        there = space.library.questions([entry])[entry.id]
        total = len(there)
        counted = {key: exercise for key, exercise in state.exercises.items() if key in there}
    return {
        "course": course,
        "lesson": lesson,
        "title": title,
        "language": state.language,
        "seconds": round(state.seconds, 1),
        "block": state.block,
        "total": total,
        "passed": sum(exercise.passed for exercise in counted.values()),
        "runs": sum(len(runs) for runs in state.runs.values()),
        "exercises": {
            key: {
                "attempts": exercise.attempts,
                "passed": exercise.passed,
                "revealed": exercise.revealed,
                "hints": exercise.hints,
                "score": exercise.score,
            }
            for key, exercise in state.exercises.items()
        },
    }
