"""What a program elsewhere waits for, in one short sentence."""

from __future__ import annotations

from evoclass.i18n import Catalog
from evoclass.protocol import Waiting
from evoclass.running.ending import duration
from evoclass.wording.printable import printable


def sentence(waiting: Waiting, catalog: Catalog) -> str:
    """Return what the learner waits for, with the place in the queue and its estimate as far as they are known."""
    parts = [catalog(f"waiting.{waiting.stage}")]
    if waiting.place is not None:
        parts.append(catalog("waiting.place", place=waiting.place))
    if waiting.estimate is not None:
        parts.append(catalog("waiting.estimate", time=duration(round(waiting.estimate), catalog.language)))
    if waiting.detail:
        parts.append(printable(waiting.detail)[:200])
    return " · ".join(parts)
