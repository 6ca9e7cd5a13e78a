"""Questions that are answered by arranging: lines in order (Parsons problems), matching pairs."""

from __future__ import annotations

from evoclass import hookimpl
from evoclass.exercise import Exercise
from evoclass_order.match import MatchQuestion
from evoclass_order.order import OrderQuestion


@hookimpl
def register_exercises() -> list[type[Exercise]]:
    return [OrderQuestion, MatchQuestion]
