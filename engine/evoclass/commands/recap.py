"""`evoclass recap`: what a learner has done in a lesson, or in a course, as Markdown to keep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from evoclass.commands.options import CATALOG, content_option, json_option, language_option, workspace
from evoclass.commands.output import as_json_text, keep_what_is_there, say, say_json
from evoclass.errors import ProgressError
from evoclass.exercise import Row
from evoclass.i18n import Catalog
from evoclass.learner.courserecap import CourseRecap, course_recap
from evoclass.learner.lessonend import lesson_end
from evoclass.learner.recap import Recap
from evoclass.learner.recap import recap as recap_of
from evoclass.learner.recapfile import write_recap, write_text
from evoclass.learner.recapmarkdown import as_markdown, course_as_markdown
from evoclass.learner.recapwords import headline
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.model import CodeBlock, plain_text


@click.command(help=CATALOG("cli.recap.help"), epilog=CATALOG("cli.recap.examples"))
@click.argument("lesson", required=False)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help=CATALOG("cli.recap.output")
)
@json_option
@language_option
@content_option
@click.pass_context
def recap(context: click.Context, lesson: str | None, output: Path | None, as_json: bool) -> None:
    space = workspace(context)
    if lesson is None:
        _of_courses(space, output, as_json)
        return
    session = Session.look(
        space.library, space.store, space.plugins, space.settings, lesson, space.asked_language
    )
    if not lesson_end(session).begun:
        raise ProgressError(space.catalog("cli.recap.nothing", title=session.lesson.title))
    found, catalog = recap_of(session), session.catalog
    if as_json:
        _put_json(_document(found, catalog), output, catalog)
    elif output is None:
        say(as_markdown(found, catalog, {}).rstrip("\n"))
    else:
        keep_what_is_there(output, catalog)
        count = write_recap(output, found, catalog, session.figures)
        say(catalog("cli.recap.done", file=output, count=count))


def _of_courses(space: Workspace, output: Path | None, as_json: bool) -> None:
    """Tell every course that the learner has begun."""
    found = list(_courses(space))
    if not found:
        raise ProgressError(space.catalog("cli.recap.nothing_at_all"))
    if as_json:
        documents = [
            {
                "course": course.standing.course.id,
                "title": course.standing.course.title,
                "answers": course.answers,
                "runs": course.runs,
                "seconds": round(course.seconds, 1),
                "guesses": course.guesses,
                "ladder": [
                    {"name": rung.name, "measured": rung.measured, "own": rung.own or None}
                    for ladder in course.ladders
                    for rung in ladder.rungs
                ],
                "lessons": [_document(one, space.catalog) for one in course.lessons],
                "not_begun": [entry.id for entry in course.untouched],
            }
            for course in found
        ]
        _put_json(documents, output, space.catalog)
        return
    text = "\n".join(course_as_markdown(course, space.catalog) for course in found)
    if output is None:
        say(text.rstrip("\n"))
    else:
        keep_what_is_there(output, space.catalog)
        write_text(output, text, space.catalog)
        say(space.catalog("cli.recap.course_done", file=output))


def _put_json(document: Any, output: Path | None, catalog: Catalog) -> None:
    """Print a document as JSON, or write it into a file."""
    if output is None:
        say_json(document)
        return
    keep_what_is_there(output, catalog)
    write_text(output, as_json_text(document) + "\n", catalog)
    say(catalog("cli.recap.course_done", file=output))


def _courses(space: Workspace) -> Iterator[CourseRecap]:
    session = Session(space.library, space.store, space.plugins, space.settings, space.asked_language)
    for course in space.courses_of_learner():
        found = course_recap(session, course)
        if found.lessons:
            yield found


def _document(found: Recap, catalog: Catalog) -> dict[str, Any]:
    return {
        "lesson": found.lesson.id,
        "title": found.lesson.title,
        "language": found.lesson.language,
        "headline": headline(found, catalog),
        "answers": found.answers,
        "runs": found.runs,
        "seconds": round(found.seconds, 1),
        "objectives": [
            {
                "text": objective.text,
                "shown": objective.share,
                "evidence": plain_text(objective.said),
                "questions": [question.id for question in objective.questions],
                "labs": dict(objective.labs),
            }
            for objective in found.objectives
        ],
        "questions": [
            {
                "id": question.id,
                "number": question.number,
                "challenge": question.challenge,
                "text": question.text,
                "outcome": question.outcome,
                "tries": question.tries,
                "hints": question.hints,
            }
            for question in found.questions
        ],
        "corrections": [
            {
                "question": correction.question.id,
                "story": correction.story,
                "wrong": _text(correction.wrong),
                "right": _text(correction.right),
            }
            for correction in found.corrections
        ],
        "guesses": list(found.guesses),
        "notes": [{"block": note.block, "place": note.place, "text": note.text} for note in found.notes],
        "figures": [
            {"file": of.file, "number": figure.number, "title": figure.title, "digest": figure.digest}
            for of in found.figures
            for figure in of.figures
        ],
    }


def _text(rows: tuple[Row, ...]) -> str:
    return "\n".join(row.code if isinstance(row, CodeBlock) else plain_text(row) for row in rows)
