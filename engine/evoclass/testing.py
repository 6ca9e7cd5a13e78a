"""Kit for plugin and content authors: what the bundled plugins and lessons are tested with, for yours.

Question types: subclass `ExerciseContract`.  Probes: subclass `ProbeContract`.
Runners: `await runner_contract(make, folder)`.
Lessons: `sample_lesson`, `sample_exercise` with `parser_for` your classes.
A bench without a runner: `InterpreterBench`.
"""

from evoclass.contracts.bench import InterpreterBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass.contracts.probe import ProbeContract
from evoclass.contracts.runner import runner_contract

__all__ = [
    "ExerciseContract",
    "InterpreterBench",
    "ProbeContract",
    "parser_for",
    "runner_contract",
    "sample_exercise",
    "sample_lesson",
]
