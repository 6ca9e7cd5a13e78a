"""The words in the panel's title: where the learner is in the run, and how much of the model trains."""

from __future__ import annotations

from functools import partial

from evoclass.i18n import Catalog
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
    parts = []
    if not step or not journey.live:
        step = moment.step if moment is not None else 0
    if step:
        parts.append(catalog("tensors.step", step=step))
    if not journey.live:
        parts.append(catalog("tensors.earlier"))
    elif not ended:
        parts.append(catalog("tensors.live"))
    elif moment is not None:
        parts.append(catalog(f"tensors.{_ENDS.get(ended, 'stopped')}"))
    if moment is not None and moment.parameters is not None:
        trainable, frozen = moment.parameters.trainable, moment.parameters.frozen
        # Beside what programs print, an Italian thousands point would be a decimal point.
        mark = catalog("language.thousands")
        comma = "\N{NO-BREAK SPACE}" if mark == "." else mark
        nameless = moment.parameters.nameless
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
                numbers = numbers.replace(" · ", "\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}")
                longer = " · ".join([numbers, *parts])
                if len(longer) <= room:
                    return longer
    return " · ".join(parts)


def _count(catalog: Catalog, comma: str, short: bool, number: int) -> str:
    return marks.written(marks.count(number), catalog) if short else f"{number:,}".replace(",", comma)
