"""Questions without a right answer: write, then judge yourself by the author's criteria."""

from __future__ import annotations

from evoclass import hookimpl
from evoclass.exercise import Exercise
from evoclass_reflect.reflect import ReflectQuestion


@hookimpl
def register_exercises() -> list[type[Exercise]]:
    return [ReflectQuestion]
