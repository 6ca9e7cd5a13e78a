"""What a question type owes to lessons and learners, as tests: nothing else is needed."""

from truth import Truth

from evoclass.testing import ExerciseContract


class TestTruth(ExerciseContract):
    exercise = Truth
    sample = """
        :::{truth} frozen-base
        A frozen base never changes.
        :answer: true
        :::
        """
    wrong = {"said": "false"}
