"""`evoclass review`: ask again what a learner is about to forget."""

from __future__ import annotations

import gc

import click

from evoclass.commands.options import CATALOG, content_option, json_option, language_option, workspace
from evoclass.commands.output import say_json
from evoclass.learner.reviewing import Review


@click.command(help=CATALOG("cli.review.help"), epilog=CATALOG("cli.review.examples"))
@click.option("--more", is_flag=True, help=CATALOG("cli.review.more"))
@json_option
@language_option
@content_option
@click.option("--runner", "runner_name", help=CATALOG("cli.option.runner"), metavar="NAME")
@click.pass_context
def review(context: click.Context, more: bool, as_json: bool, runner_name: str | None) -> None:
    space = workspace(context)
    settings = space.settings.changed(runner=runner_name) if runner_name else space.settings
    if runner_name:
        space.runner(runner_name)  # a name that does not exist is an error now
    sitting = Review(space.library, space.store, space.plugins, settings, space.asked_language).prepare(
        more=more
    )
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
    try:
        PlainReview(sitting, space.plugins.make_runners()).run()
    finally:
        space.store.close()
