"""How much a learner has practised: counted in the plugin's store, held against the setting `goal`."""

from __future__ import annotations

from evoclass import pluginstore, settings
from evoclass.events import Event, RunEnded, Verb
from evoclass.i18n import Catalog


def count_answer(event: Event) -> None:
    """Count an answer that was checked."""
    if event.verb == Verb.ANSWERED:
        _count("answers")


def count_run(record: RunEnded) -> None:
    """Count a program that has ended without an error."""
    if record.error is None:
        _count("runs")


def told(text: Catalog) -> str:
    """Return what there is so far as a sentence."""
    store = pluginstore.of(__name__)
    goal = settings.of(__name__)["goal"]
    return text(
        "evoclass_fractions.told", answers=store.get("answers", 0), goal=goal, runs=store.get("runs", 0)
    )


def _count(key: str) -> None:
    pluginstore.of(__name__).change(key, lambda count: (count or 0) + 1)
