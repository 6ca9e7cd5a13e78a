"""Questions that are graded by running code: write it, fix it, predict its output."""

from __future__ import annotations

from evoclass import hookimpl
from evoclass.exercise import Exercise
from evoclass_code.code import CodeQuestion, FixQuestion
from evoclass_code.predict import PredictQuestion


@hookimpl
def register_exercises() -> list[type[Exercise]]:
    return [CodeQuestion, FixQuestion, PredictQuestion]
