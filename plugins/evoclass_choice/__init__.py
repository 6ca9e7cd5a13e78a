"""Single and multiple choice, with feedback under each option."""

from __future__ import annotations

from evoclass import hookimpl
from evoclass.exercise import Exercise
from evoclass_choice.choice import MultipleChoice, SingleChoice


@hookimpl
def register_exercises() -> list[type[Exercise]]:
    return [SingleChoice, MultipleChoice]
