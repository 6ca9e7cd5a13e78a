"""Requirements for every rule for lessons.  Subclass in your tests, and pytest does the rest:

class TestShouting(RuleContract):
    rule = Shouting
"""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import ClassVar

from evoclass import hookimpl
from evoclass.contracts.lessons import parser_for, sample_lesson
from evoclass.errors import Problem
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.lint import apply_fixes, describe
from evoclass.lint.pages import FRONT_MATTER
from evoclass.pluginhost.keptrule import FAILED
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from evoclass.rules import LessonRule

ODD = (
    "",
    "# A\n\n## B\n\n### C ###\n",
    "- a\n\n  > b\n\n1. c\n\n| a | b |\n|---|---|\n| c | d |\n",
    "```python\nx = (\n```\n\n$$\n\\frac\n$$\n\n![](gone.png)\n",
    ":::{note} Mind\nText[^n].\n:::\n\n[^n]: Note.\n",
    ":::{choice} q\nWhich?\n\n- [x] a\n- [ ] b\n:::\n",
    ":::{nothing} like this\n:::\n\n:::{choice} q\nNo option.\n:::\n",
    "[x](javascript:0) `" + "é" * 3000 + "`\n",
)
"""Lessons that a rule must survive: empty, odd, and with faults."""


class RuleContract:
    """Tests of one rule, on its own examples `wrong` and `right`."""

    rule: ClassVar[type[LessonRule]]

    def found(self, text: str, language: str = "en") -> list[Problem]:
        """Return the problems that the rule finds in a lesson with this text."""
        # EvoClass's question types are known here, so that a rule sees questions.
        lesson = sample_lesson(text, Parser(Plugins()), language)
        (kept,) = self._parser().rules.values()
        return kept.problems(lesson)

    def _parser(self) -> Parser:
        module = self.rule.__module__.partition(".")[0]
        offered = SimpleNamespace(__name__=module, register_rules=hookimpl(lambda: [self.rule]))
        for name in (self.rule.__module__, module):  # a rule may depend on its plugin's settings
            if (declared := getattr(sys.modules.get(name), "register_settings", None)) is not None:
                offered.register_settings = declared
        return parser_for(plugins=[("rule", offered)])

    def test_it_finds_its_problem_in_the_wrong_lines_and_nothing_in_the_right_ones(self) -> None:
        found = self.found(self.rule.wrong)
        assert found, "it finds nothing in `wrong`"
        assert {problem.code for problem in found} == {self.rule.code}, found
        last = (FRONT_MATTER + self.rule.wrong).count("\n") + 2
        assert all(1 <= problem.line <= last for problem in found), found
        assert self.found(self.rule.right) == []

    def test_it_finds_the_same_each_time(self) -> None:
        assert self.found(self.rule.wrong) == self.found(self.rule.wrong)

    def test_each_problem_is_a_sentence_with_advice_in_every_language(self) -> None:
        package = self.rule.__module__.partition(".")[0]
        told: dict[str, tuple[str, str]] = {}
        for language in LANGUAGES:
            catalog = Catalog(language, [package], lambda *file: None)
            for problem in self.found(self.rule.wrong, language):
                message, fix = told[language] = describe(problem, catalog)
                assert message != f"problem.{self.rule.code}", f"no sentence problem.{self.rule.code}"
                assert message[-1:] in ".?!", message
                assert fix, f"no sentence problem.{self.rule.code}_fix"
        assert len(set(told.values())) == len(LANGUAGES), "one text for all languages"

    def test_what_it_corrects_is_gone(self) -> None:
        parser = self._parser()
        text = FRONT_MATTER.format(language="en") + self.rule.wrong.lstrip("\n")
        (kept,) = parser.rules.values()
        for _ in range(10):
            changed, fixed = apply_fixes(text, kept.problems(parser.lesson(text)), parser.rules)
            if not fixed:
                break
            text = changed
        else:
            raise AssertionError("its corrections do not come to an end")
        if text.endswith(self.rule.wrong.lstrip("\n")):
            return  # the rule has no fixes
        assert kept.problems(parser.lesson(text)) == []

    def test_it_bears_odd_lessons(self) -> None:
        for text in ODD:
            failed = [problem.fields["error"] for problem in self.found(text) if problem.code == FAILED]
            assert not failed, f"{failed} on {text[:80]!r}"
