"""Test kit for plugin and content authors: test yours as the bundled plugins and lessons are tested.

Question types: subclass `ExerciseContract`.  Directives: `DirectiveContract`.  Explanations: `ExplanationContract`.
Probes: `ProbeContract`.  Rules for lessons: `RuleContract`.  Formats: `ExporterContract`.
Panels and field widgets: `PanelContract`, `FieldContract` of `evoclass_tui.testing`.
Runners: `RunnerContract`; or parametrise a test with `RUNNER_CHECKS`; or `await runner_contract(make, folder)` for all
at once.  A check of an undeclared feature is skipped; `require_features` does so in your own tests.
Lessons: `sample_lesson` and `sample_exercise`, with `parser_for` for your own classes.
A bench without a runner: `InterpreterBench`.
"""

from evoclass.contracts.bench import InterpreterBench
from evoclass.contracts.directive import DirectiveContract
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.explanation import ExplanationContract
from evoclass.contracts.exporter import ExporterContract
from evoclass.contracts.features import require_features
from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass.contracts.probe import ProbeContract
from evoclass.contracts.rule import RuleContract
from evoclass.contracts.runner import RUNNER_CHECKS, RunnerContract, runner_contract

__all__ = [
    "RUNNER_CHECKS",
    "DirectiveContract",
    "ExerciseContract",
    "ExplanationContract",
    "ExporterContract",
    "InterpreterBench",
    "ProbeContract",
    "RuleContract",
    "RunnerContract",
    "parser_for",
    "require_features",
    "runner_contract",
    "sample_exercise",
    "sample_lesson",
]
