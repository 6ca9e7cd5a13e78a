"""`evoclass submit LESSON`: the learner's work in one lesson as a file for the teacher."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from pathlib import Path

import click

from evoclass.commands.options import CATALOG, content_option, language_option, workspace
from evoclass.commands.output import keep_what_is_there, say
from evoclass.errors import ProgressError
from evoclass.i18n import Catalog
from evoclass.learner import submission
from evoclass.learner.config import Settings
from evoclass.learner.progressfile import pseudonym as pseudonym_of
from evoclass.learner.session import Session
from evoclass.learner.submission import Head, Submission
from evoclass.learner.trail import Trail, trails
from evoclass.model import ExerciseBlock, Lesson, Steps


@click.command(help=CATALOG("cli.submit.help"), epilog=CATALOG("cli.submit.examples"))
@click.argument("lesson")
@click.option("--output", "-o", type=click.Path(path_type=Path), help=CATALOG("cli.submit.output"))
@click.option("--name", help=CATALOG("cli.submit.name"), metavar="NAME")
@click.option("--pseudonym", is_flag=True, help=CATALOG("cli.submit.pseudonym"))
@language_option
@content_option
@click.pass_context
def submit(
    context: click.Context, lesson: str, output: Path | None, name: str | None, pseudonym: bool
) -> None:
    if pseudonym and name:
        raise click.UsageError(CATALOG("cli.submit.name_or_pseudonym"))
    space = workspace(context)
    if trouble := space.store.trouble:
        raise ProgressError(space.catalog("cli.progress.trouble", reason=trouble))
    session = Session.look(
        space.library, space.store, space.plugins, space.settings, lesson, space.asked_language
    )
    who = pseudonym_of(space.store.identity()) if pseudonym else name or _name(space.settings)
    made = _made(session, who)
    if not made.events:
        raise ProgressError(space.catalog("cli.submit.nothing", title=session.lesson.title))
    file = _file(output, session.lesson, who)
    if submission.is_one(file):
        keep_what_is_there(file, space.catalog)
    try:
        submission.write(file, made)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProgressError(space.catalog("progress.unwritten", file=file, reason=reason)) from error
    for line in _told(session.lesson, made, file, space.catalog):
        say(line)
    if not (pseudonym or name):
        say(space.catalog("cli.submit.your_name", name=who))


def _name(settings: Settings) -> str:
    """Return the learner's name for the teacher: the account's, where the learner has set none."""
    if settings.learner != Settings().learner:
        return settings.learner
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return settings.learner


def _made(session: Session, who: str) -> Submission:
    lesson = session.lesson
    head = Head(
        evoclass=submission.KIND,
        version=submission.VERSION,
        learner=who,
        course=submission.course_id(session.course.id),
        lesson=lesson.id,
        title=lesson.title,
        language=lesson.language,
        digest=lesson.digest,
        draws=session.store.identity(),
    )
    events = session.store.events(session.course.id, lesson.id)
    return submission.hand_in(head, events, [str(Path.home())])


def _file(output: Path | None, lesson: Lesson, who: str) -> Path:
    words = (f"{lesson.number:02}", lesson.id, who)
    name = "-".join(filter(None, (re.sub(r"\W+", "-", word).strip("-") for word in words)))[:100]
    if output is None:
        return Path(name + submission.SUFFIX)
    return output / (name + submission.SUFFIX) if output.is_dir() else output


def _told(lesson: Lesson, made: Submission, file: Path, catalog: Catalog) -> Iterator[str]:
    """Yield sentences that say what is in the file, what is not, and what is still open."""
    done = trails(made.events)
    yield catalog("cli.submit.done", title=lesson.title, file=file)
    answered = [block for block in lesson.exercises if _trail(done, block).answered]
    counts = {
        "count": len(answered),
        "total": len(lesson.exercises),
        "passed": sum(_trail(done, block).passed for block in answered),
    }
    yield catalog("cli.submit.answers", **counts)
    if made.programs:
        yield catalog("cli.submit.programs", names=", ".join(made.programs))
    yield catalog("cli.submit.not_in_it")
    names = _names(lesson, catalog)
    kinds: dict[str, list[str]] = {}
    for block in lesson.exercises:
        trail = _trail(done, block)
        if trail.draft is not None:
            kinds.setdefault("unchecked", []).append(names[block.id])
        elif trail.seen and not trail.passed:
            kinds.setdefault("seen", []).append(names[block.id])
        elif not trail.answered:
            kinds.setdefault("unanswered", []).append(names[block.id])
        elif not trail.passed:
            kinds.setdefault("wrong", []).append(names[block.id])
    for kind in ("unanswered", "unchecked", "wrong", "seen"):
        if kind in kinds:
            yield catalog(f"cli.submit.{kind}", questions=", ".join(kinds[kind]))


def _trail(done: dict[str, Trail], block: ExerciseBlock) -> Trail:
    return done.get(block.id) or Trail()


def _names(lesson: Lesson, catalog: Catalog) -> dict[str, str]:
    """Return how a learner calls each question: by its number, and in a challenge by that of the step."""
    steps = {step.id for block in lesson.walk() if isinstance(block, Steps) for step in block.steps}
    return {
        block.id: catalog(
            "cli.submit.step" if block.id in steps else "cli.submit.question",
            number=block.number,
            id=block.id,
        )
        for block in lesson.exercises
    }
