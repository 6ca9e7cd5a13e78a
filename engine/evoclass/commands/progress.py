"""`evoclass progress`: the learner's progress, lesson by lesson."""

from __future__ import annotations

from typing import Any

import click

from evoclass.commands.options import CATALOG, content_option, json_option, language_option, workspace
from evoclass.commands.output import say_json
from evoclass.errors import ProgressError
from evoclass.learner.progress import LessonState
from evoclass.learner.workspace import Workspace
from evoclass.wording.printable import printable


@click.command(help=CATALOG("cli.progress.help"))
@json_option
@language_option
@content_option
@click.pass_context
def progress(context: click.Context, as_json: bool) -> None:
    space = workspace(context)
    states: dict[tuple[str, str], LessonState] = {}
    for event in space.store.events():
        states.setdefault((event.course, event.lesson), LessonState()).take(event)
    if trouble := space.store.trouble:
        sentence = space.catalog("cli.progress.trouble", reason=printable(trouble))
        if not states:
            raise ProgressError(sentence)
        click.echo(sentence, err=True)  # the readable part is still shown
    space.courses_of_learner()
    rows = [_row(space, course, lesson, state) for (course, lesson), state in states.items()]
    if as_json:
        aside = space.store.set_aside
        document = {
            "learner": space.store.learner,
            "file": printable(str(space.store.path)),
            "lessons": rows,
            "set_aside": printable(str(aside.file)) if aside else None,
        }
        say_json(document)
        return
    if space.store.set_aside is not None:
        click.echo(space.store.set_aside.said(space.catalog), err=True)
    if not rows:
        click.echo(space.catalog("cli.progress.none"))
    for row in rows:
        minutes = row["seconds"] / 60
        click.echo(
            printable(f"{row['title']}: ")
            + space.catalog(
                "cli.progress.row",
                passed=row["passed"],
                total=row["total"],
                runs=row["runs"],
                minutes=f"{minutes:.0f}",
            )
        )


def _row(space: Workspace, course: str, lesson: str, state: LessonState) -> dict[str, Any]:
    title, total = lesson, len(state.exercises)
    counted = dict(state.exercises)
    for known in space.library.courses(space.language):
        for entry in known.lessons:
            if known.id == course and entry.id == lesson and entry.problem is None:
                title = entry.title
                # A question that the author has removed since then is kept, but no longer counts.
                there = [block.id for block in space.library.lesson(entry.path, space.language).exercises]
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
