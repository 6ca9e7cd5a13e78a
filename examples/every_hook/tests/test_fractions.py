"""A contract for each kind of thing that the plugin offers, and what is special about this one."""

import asyncio
from pathlib import Path
from typing import Any

import evoclass_fractions
import pytest
from evoclass_fractions import drawing, explanation, formats, practice, probe, question, rule
from evoclass_fractions.runner import OneShotRunner
from evoclass_fractions.screen import FractionsPanel, PartsWidget

from evoclass.i18n import Catalog
from evoclass.importer import Imported
from evoclass.model import Paragraph, plain_text
from evoclass.protocol import ErrorReport
from evoclass.testing import (
    DirectiveContract,
    ExerciseContract,
    ExplanationContract,
    ExporterContract,
    ProbeContract,
    RuleContract,
    RunnerContract,
    parser_for,
    sample_lesson,
)
from evoclass_tui.testing import FieldContract, PanelContract

LESSON = """
:::{parts} sample
Colour {frac}`1/2` of the bar.
:answer: 4/8
:::
"""


class TestQuestion(ExerciseContract):
    exercise = question.PartsQuestion
    package = "evoclass_fractions"
    sample = LESSON.replace("{frac}", "")
    wrong = {"taken": 2}


class TestBar(DirectiveContract):
    directive = drawing.Bar
    sample = """
        :::{bar} three-eighths
        :value: 3/8
        :alt: A bar of eight parts, of which 3 are coloured.
        :::
        """


class TestRule(RuleContract):
    rule = rule.BareFraction


class TestExport(ExporterContract):
    exporter = formats.QuestionList


class TestProbe(ProbeContract):
    probe = probe.FractionProbe
    program = """
        from fractions import Fraction
        share = Fraction(3, 4)
        """
    names = ("share",)


class TestRunner(RunnerContract):
    @pytest.fixture(scope="class")
    def runner(self) -> OneShotRunner:
        return OneShotRunner()


class TestExplanation(ExplanationContract):
    explain = staticmethod(explanation.explain)
    errors = (ErrorReport(type="ZeroDivisionError", text="Fraction(1, 0)", line=2),)


class TestWidget(FieldContract):
    field = question.PartsField(name="taken", whole=8)
    package = "evoclass_fractions"
    widget = PartsWidget
    value = 4


class TestPanel(PanelContract):
    panel = FractionsPanel


def test_a_role_is_read_in_a_sentence() -> None:
    parser = parser_for(plugins=[("fractions", evoclass_fractions)])
    (paragraph,) = sample_lesson("Eat {frac}`3/8` of it.", parser).blocks
    assert isinstance(paragraph, Paragraph)
    assert plain_text(paragraph.text) == "Eat ³⁄₈ of it."


def test_a_list_of_questions_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "cake.fractions"
    file.write_text("Cake\n3/8 | How much is left?\n", encoding="utf-8")
    made = Imported("cake")
    assert formats.QuestionListImporter().read(file, made, Catalog("en", ["evoclass_fractions"])) == 1
    assert made.title == "Cake"
    lesson = sample_lesson(made.body, parser_for(question.PartsQuestion))
    assert [block.id for block in lesson.exercises] == ["question-1"]
    assert not lesson.problems


def test_an_answer_with_the_keys_is_counted_and_told(open_app: Any) -> None:
    text = Catalog("en", ["evoclass_fractions"])

    async def practise() -> None:
        async with open_app(LESSON, evoclass_fractions) as opened:
            await opened.press("n", *["right"] * 4)
            await opened.until("▰▰▰▰▱▱▱▱ 4/8")
            await opened.press("enter")
            await opened.until("Right")
            await opened.until(lambda: practice.told(text).startswith("1 of 10 answers so far"))
            await opened.press("alt+v")
            await opened.until("1 of 10 answers so far")

    asyncio.run(practise())
