"""The words in the panel's title: where the learner is in the run, and how much of the model trains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from evoclass.i18n import Catalog
from evoclass.protocol import Parameters
from evoclass_tensors.screen import marks
from evoclass_tensors.screen.journey import Journey

_ENDS = {"finished": "ended", "error": "failed"}
"""The title's word for a run that ended for this reason; for all other reasons it was stopped."""


def status(catalog: Catalog, journey: Journey, room: int, *, ended: str = "", step: int = 0) -> str:
    """Return the state in words that fit into `room` cells, without the least important parts if need be.

    `ended` is the reason for which the run ended, empty while it runs; `step` is one that was made since the newest
    moment.
    """
    moment = journey.moment
    if not step or not journey.live:
        step = moment.step if moment is not None else 0
    state = ""
    if not journey.live:
        state = catalog("tensors.earlier")
    elif not ended:
        state = catalog("tensors.live")
    elif moment is not None:
        state = catalog(f"tensors.{_ENDS.get(ended, 'stopped')}")
    numbers = list(_numbers(catalog, moment.parameters)) if moment is not None and moment.parameters else []
    steps = list(_steps(catalog, step, journey.optimizers))
    choices = [(count, words) for words in steps for count in numbers] + [("", words) for words in steps]
    lines = [" · ".join(filter(None, (*choice, state))) for choice in choices]
    if (older := journey.figures_step) is not None:  # what is not of this step is said first
        others = f"{steps[-1]} ({catalog('tensors.other_rows', step=older)})"
        lines = [f"{state} · {others}", others, *lines]  # a title without room leaves out what comes first
    return next((line for line in lines if len(line) <= room), lines[-1])


def _steps(catalog: Catalog, step: int, optimizers: int) -> Iterator[str]:
    """Yield the step in words, the longest first: with several optimizers a round of training has several."""
    words = catalog("tensors.step", step=step) if step else ""
    if step and optimizers > 1:
        yield f"{words} ({catalog('tensors.optimizers', count=optimizers)})"
    yield words


def _numbers(catalog: Catalog, parameters: Parameters) -> Iterator[str]:
    """Yield how much of the model trains, the longest words first."""
    trainable, frozen, nameless = parameters.trainable, parameters.frozen, parameters.nameless
    # Beside what programs print, an Italian thousands point would be a decimal point.
    mark = catalog("language.thousands")
    comma = "\N{NO-BREAK SPACE}" if mark == "." else mark
    for more in (True, False) if nameless else (False,):
        for short in (False, True):
            write = partial(_count, catalog, comma, short)
            numbers = catalog(
                "tensors.parameters",
                trainable=write(trainable),
                of_trainable=trainable,
                frozen=write(frozen),
                of_frozen=frozen,
            )
            if more:
                numbers += " " + catalog("tensors.nameless", count=write(nameless))
            # One part of the title: it is left out as a whole.
            yield numbers.replace(" · ", "\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}")


def _count(catalog: Catalog, comma: str, short: bool, number: int) -> str:
    return marks.written(marks.count(number), catalog) if short else f"{number:,}".replace(",", comma)
