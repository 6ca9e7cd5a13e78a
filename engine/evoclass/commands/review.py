"""`evoclass review`: ask again what a learner is about to forget."""

from __future__ import annotations

import gc

import click

from evoclass.commands import screen
from evoclass.commands.options import (
    CATALOG,
    at_terminal,
    can_draw,
    content_option,
    json_option,
    language_option,
    workspace,
)
from evoclass.commands.output import say_json
from evoclass.learner.config import Settings
from evoclass.learner.reviewing import Review
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace


@click.command(help=CATALOG("cli.review.help"), epilog=CATALOG("cli.review.examples"))
@click.option("--plain", is_flag=True, help=CATALOG("cli.learn.plain"))
@click.option("--more", is_flag=True, help=CATALOG("cli.review.more"))
@json_option
@language_option
@content_option
@click.option("--runner", "runner_name", help=CATALOG("cli.option.runner"), metavar="NAME")
@click.pass_context
def review(context: click.Context, plain: bool, more: bool, as_json: bool, runner_name: str | None) -> None:
    space = workspace(context)
    settings = space.settings.changed(runner=runner_name) if runner_name else space.settings
    if runner_name:
        space.runner(runner_name)  # a name that does not exist is an error now
    if not plain and not as_json and at_terminal() and can_draw():
        _on_screen(space, settings, more)
        return
    space.syncing.bring()
    sitting = Review(space.library, space.store, space.plugins, settings, space.asked_language)
    if more:
        sitting.ask_more()
    if as_json:
        due = [
            {
                **trace.question._asdict(),
                "due": trace.due.isoformat(),
                "last": trace.last.isoformat(),
                "recalls": trace.recalls,
            }
            for trace in (*sitting.plan.due, *sitting.plan.waiting, *sitting.plan.ahead)
        ]
        counts = {"due": len(sitting.plan.due), "waiting": len(sitting.plan.waiting)}
        say_json({**counts, "minutes": sitting.plan.minutes if sitting.plan.due else 0, "questions": due})
        return
    from evoclass.plain.review import PlainReview

    gc.enable()
    sitting.syncing = space.syncing
    try:
        PlainReview(sitting, space.plugins.make_runners()).run()
    finally:
        space.store.close()
        space.syncing.close()


def _on_screen(space: Workspace, settings: Settings, more: bool) -> None:
    session = Session.open(space.library, space.store, space.plugins, settings, language=space.asked_language)
    session.at_review, session.reviews_more, session.at_course_page = True, more, False
    session.syncing = space.syncing
    try:
        again = screen.show(space, session, space.plugins.make_runners())
    finally:
        space.store.close()
        space.syncing.close()
    if again:
        screen.begin_again(session)
