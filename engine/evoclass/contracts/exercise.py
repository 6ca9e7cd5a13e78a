"""Requirements for every question type.  Subclass in your tests, and pytest does the rest:

class TestFraction(ExerciseContract):
    exercise = Fraction
    package = "my_plugin"
    sample = '''
        :::{fraction} half
        How much is left?
        :answer: 1/2
        :::
        '''
    wrong = {"fraction": "1/3"}
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, ClassVar

from evoclass.contracts.bench import InterpreterBench
from evoclass.contracts.field import assert_read_back, assert_reads_anything, assert_signed, assert_told
from evoclass.contracts.lessons import parser_for, sample_exercise
from evoclass.exercise import Answer, Exercise, Field, Verdict
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.model import ExerciseBlock


class ExerciseContract:
    """Tests of one question type, on a sample question and a wrong answer to it."""

    exercise: ClassVar[type[Exercise]]
    sample: ClassVar[str]
    """A whole directive."""
    wrong: ClassVar[Answer]
    """A wrong answer that can be graded."""
    package: ClassVar[str] = ""
    """Package whose `locale` folder has the sentences of the feedback."""

    def block(self) -> ExerciseBlock:
        """Return the sample question."""
        return sample_exercise(self.sample, parser_for(self.exercise))

    def grade(self, answer: Answer, language: str = "en") -> Verdict:
        """Return the verdict on an answer to the sample question."""
        bench = InterpreterBench(language, [self.package] if self.package else [])
        return asyncio.run(self.block().exercise.grade(answer, bench))

    def test_the_sample_is_a_question_of_this_type(self) -> None:
        assert self.block().exercise.__class__ is self.exercise
        assert self.block().exercise.kind == self.exercise.kind

    def test_the_form_has_fields_with_different_names(self) -> None:
        names = [field.name for field in self.block().exercise.form()]
        assert names
        assert len(set(names)) == len(names)

    def test_the_solution_fills_the_form_and_passes(self) -> None:
        exercise = self.block().exercise
        solution = exercise.solution()
        assert set(solution) <= {field.name for field in exercise.form()}
        verdict = self.grade(solution)
        assert (verdict.passed, verdict.score, verdict.valid) == (True, 1.0, True)

    def test_a_wrong_answer_does_not_pass(self) -> None:
        verdict = self.grade(self.wrong)
        assert verdict.valid
        assert not verdict.passed
        assert 0 <= verdict.score < 1

    def test_nothing_is_not_an_answer(self) -> None:
        for answer in ({}, dict.fromkeys(self.block().exercise.solution())):
            verdict = self.grade(answer)
            assert not verdict.passed

    def test_strange_values_do_not_raise(self) -> None:
        names = list(self.block().exercise.solution())
        strange: list[Any] = [
            "",
            "\x00",
            "(" * 500,
            -1,
            1e308,
            True,
            [],
            ["nobody"],
            {},
            {"a": "b"},
            "9" * 400,
        ]
        for value in strange:
            verdict = self.grade(dict.fromkeys(names, value))
            assert not verdict.passed

    def test_answers_survive_json(self) -> None:
        for answer in (self.block().exercise.solution(), self.wrong):
            assert json.loads(json.dumps(dict(answer))) == dict(answer)

    def test_feedback_is_in_the_learners_language(self) -> None:
        for language in LANGUAGES:
            for answer in (self.wrong, {}):
                for feedback in self.grade(answer, language).feedback:
                    text = "".join(getattr(item, "text", "") for item in feedback.text)
                    assert text
                    assert not _is_key(text), f"no sentence for {text} in {language}"

    def test_feedback_names_real_fields_and_options(self) -> None:
        exercise = self.block().exercise
        fields = {field.name: field for field in exercise.form()}
        for feedback in (*self.grade(self.wrong).feedback, *self.grade(exercise.solution()).feedback):
            assert feedback.field in ("", *fields)
            if feedback.option:
                assert feedback.option in {part.key for part in fields[feedback.field].parts()}

    def test_fields_are_told_in_words_in_every_language(self) -> None:
        solution = self.block().exercise.solution()
        for language in LANGUAGES:
            for field in self._filled():
                assert_told(field, solution[field.name], self._catalog(language))

    def test_the_solution_can_be_typed(self) -> None:
        solution = self.block().exercise.solution()
        for language in LANGUAGES:
            for field in self._filled():
                assert_read_back(field, solution[field.name], self._catalog(language))

    def test_whatever_is_typed_is_read_or_refused(self) -> None:
        for field in self.block().exercise.form():
            assert_reads_anything(field, self._catalog("en"))

    def test_fields_of_the_same_question_have_the_same_signature(self) -> None:
        solution = self.block().exercise.solution()
        for field, same in zip(self._filled(), self._filled(), strict=True):
            assert_signed(field, same, solution[field.name])

    def _filled(self) -> list[Field]:
        """Return the fields that have an answer; some are known only after a run."""
        exercise = self.block().exercise
        solution = exercise.solution()
        return [field for field in exercise.form() if solution.get(field.name) not in (None, "")]

    def _catalog(self, language: str) -> Catalog:
        return Catalog(language, [self.package] if self.package else [])


def _is_key(text: str) -> bool:
    """Whether a sentence is really an untranslated key."""
    return re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", text) is not None
