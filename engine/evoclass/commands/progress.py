"""`evoclass progress`: the learner's progress, lesson by lesson; as a file that travels; and a lesson begun anew."""

from __future__ import annotations

import getpass
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
from evoclass.commands.sync import sync
from evoclass.errors import ProgressError
from evoclass.learner import progressfile, week
from evoclass.learner.askable import askable, planned
from evoclass.learner.figurefolder import FigureFolder
from evoclass.learner.progress import LessonState
from evoclass.learner.progressfile import ProgressFile
from evoclass.learner.review import Plan
from evoclass.learner.session import Session
from evoclass.learner.standing import MARKS, Standing, numbered, standing
from evoclass.learner.store import Store, Verb
from evoclass.learner.workspace import Workspace
from evoclass.wording.languages import means
from evoclass.wording.printable import printable


@click.group(
    invoke_without_command=True, help=CATALOG("cli.progress.help"), epilog=CATALOG("cli.progress.examples")
)
@json_option
@language_option
@content_option
@click.pass_context
def progress(context: click.Context, as_json: bool) -> None:
    if context.invoked_subcommand is not None:
        return
    space = workspace(context)
    space.syncing.bring()
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
        if state.begun and not _is_end(standings.get(course), lesson)
    ]
    if as_json:
        aside = space.store.set_aside
        document = {
            "learner": space.store.learner,
            "file": printable(str(space.store.path)),
            "courses": [_course(found) for found in standings.values()],
            "lessons": rows,
            "set_aside": printable(str(aside.file)) if aside else None,
            "reviews_due": len(_reviews(space).due),
        }
        say_json(document)
        return
    if space.store.set_aside is not None:
        click.echo(space.store.set_aside.said(space.catalog), err=True)
    for sentence in space.syncing.troubles(space.catalog):
        say(sentence, err=True)
    if not rows:
        click.echo(space.catalog("cli.progress.none"))
    aloud = read_aloud(space)
    for found in standings.values():
        course = found.course
        between = ", " if aloud else " · "
        click.secho(printable(between.join(filter(None, (course.code, course.title)))), bold=True)
        said = found.said(space.catalog)
        click.secho(printable(", ".join(said) if aloud else f"  {' · '.join(said)}"), dim=True)
        here = [row for row in rows if row["course"] == course.id and course.place(row["lesson"]) is not None]
        for row in sorted(here, key=lambda row: course.place(row["lesson"]) or 0):
            entry = course.entry(row["lesson"])
            assert entry is not None
            mark, title = found.mark(entry.id), numbered(entry)
            named = (
                space.catalog(f"standing.need.{mark}", title=title) if aloud else f"  {MARKS[mark]} {title}"
            )
            click.echo(printable(f"{named}: ") + _counts(space, row))
    for row in rows:
        if row["course"] not in standings or standings[row["course"]].course.place(row["lesson"]) is None:
            click.echo(printable(f"{row['title']}: ") + _counts(space, row))
    if goal := week.said(space.store, space.settings, space.catalog):
        click.echo(goal)
    if (reviews := _reviews(space)).due:
        click.echo(f"{reviews.said(space.catalog)}: evoclass review")


def _is_end(found: Standing | None, page_id: str) -> bool:
    """Whether a page is the course's end, in which there is nothing to do."""
    return found is not None and found.course.end is not None and found.course.end.id == page_id


def _reviews(space: Workspace) -> Plan:
    places = askable(space.library, space.store, space.language)
    return planned(space.store, places)[1]


progress.add_command(sync)


@progress.command("export", help=CATALOG("cli.progress.export.help"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pseudonym", is_flag=True, help=CATALOG("cli.progress.export.pseudonym"))
@language_option
@click.pass_context
def export_(context: click.Context, file: Path, pseudonym: bool) -> None:
    space = workspace(context)
    store = _log(space)
    events, name = store.events(), store.learner
    pictures = progressfile.pictures_of(events, FigureFolder.beside(store.path))
    if not events:
        raise ProgressError(space.catalog("cli.progress.none"))
    if pseudonym:
        name = progressfile.pseudonym(store.identity())
        events = progressfile.without_names(
            events, name, (str(Path.home()), store.learner, getpass.getuser())
        )
    try:
        count = progressfile.write(file, events, name, pictures)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProgressError(space.catalog("progress.unwritten", file=file, reason=reason)) from error
    key = "pseudonymous" if pseudonym else "done"
    say(space.catalog(f"cli.progress.export.{key}", count=count, file=file, learner=name))


@progress.command(help=CATALOG("cli.progress.merge.help"))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--mine", is_flag=True, help=CATALOG("cli.progress.merge.mine"))
@language_option
@click.pass_context
def merge(context: click.Context, files: tuple[Path, ...], mine: bool) -> None:
    space = workspace(context)
    store = _log(space)
    try:
        found = [progressfile.read(file) for file in files]
    except ProgressError as error:
        nothing = space.catalog("progress.nothing_merged")
        raise ProgressError(f"{error.said(space.catalog)} {nothing}") from error
    for file, one in zip(files, found, strict=True):
        if not (mine or store.has(one.events) or _is_mine(space, file, one)):
            fields = {"file": file, "theirs": one.learner, "ours": store.learner}
            raise ProgressError(space.catalog("progress.not_mine", **fields))
    count = store.merge(progressfile.union(found))
    FigureFolder.beside(store.path).put(picture for one in found for picture in one.pictures)
    say(space.catalog(f"cli.progress.merge.{'done' if count else 'nothing_new'}", count=count))


def _is_mine(space: Workspace, file: Path, found: ProgressFile) -> bool:
    """Whether a file that shares nothing with the progress here is this learner's: a person at the terminal says so."""
    if found.learner != space.store.learner:
        return False
    if not space.store.identity() or not found.events:
        return True
    if not sys.stdin.isatty():
        return False
    first, last = found.events[0].time.date(), found.events[-1].time.date()
    question = "cli.progress.merge.ask"
    fields = {
        "file": file,
        "learner": found.learner,
        "count": len(found.events),
        "first": first,
        "last": last,
    }
    click.echo(space.catalog(question, **fields) + " ", nl=False, err=True)
    return means(sys.stdin.readline(), "yes", space.catalog.language)


@progress.command(help=CATALOG("cli.progress.reset.help"))
@click.argument("lesson")
@click.option("--undo", is_flag=True, help=CATALOG("cli.progress.reset.undo"))
@language_option
@content_option
@click.pass_context
def reset(context: click.Context, lesson: str, undo: bool) -> None:
    space = workspace(context)
    store = _log(space)
    session = Session.look(space.library, store, space.plugins, space.settings, lesson, space.asked_language)
    state, fields = session.state, {"lesson": lesson, "title": session.lesson.title}
    if undo and state.before is None:
        raise ProgressError(space.catalog("cli.progress.reset.nothing_to_undo", **fields))
    if not undo and not (state.opened or state.exercises or state.runs):
        raise ProgressError(space.catalog("cli.progress.reset.nothing", **fields))
    verb = Verb.RESUMED if undo else Verb.VOIDED
    store.append(verb, course=session.course.id, lesson=session.lesson.id, language=session.language)
    if undo:
        say(space.catalog("cli.progress.reset.undone", **fields))
        return
    back = ["evoclass", "progress", "reset", lesson, "--undo"]
    if space.content is not None:  # without it, another course may have such a lesson
        back += ["--content", str(space.content)]
    say(space.catalog("cli.progress.reset.done", command=shlex.join(back), **fields))


def _log(space: Workspace) -> Store:
    """Return the log.  Raises ProgressError when nothing of it can be kept."""
    if trouble := space.store.trouble:
        raise ProgressError(space.catalog("cli.progress.trouble", reason=printable(trouble)))
    return space.store


def _counts(space: Workspace, row: Mapping[str, Any]) -> str:
    counts = {key: row[key] for key in ("passed", "total", "runs")}
    said = space.catalog("cli.progress.row", **counts, minutes=f"{row['seconds'] / 60:.0f}")
    return said.replace(" · ", ", ") if read_aloud(space) else said


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
        "runs": state.times_run,
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
