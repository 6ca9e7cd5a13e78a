"""Rules of plugins: found by the check, corrected, explained, kept in, and never out of an old cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

import broken
from evoclass import cli, hookimpl, lint, settings
from evoclass.cli import cli as group
from evoclass.errors import Problem
from evoclass.i18n import Catalog
from evoclass.lint.pages import headline, page
from evoclass.model import Heading, Lesson, Paragraph, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from evoclass.rules import Edit, LessonRule
from evoclass.settings import Setting
from evoclass.testing import RuleContract

TEXT = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n## HEAD\n\nText.\n"

Check = Callable[[LessonRule, Lesson], Any]


def headings(rule: LessonRule, lesson: Lesson) -> Iterator[Problem]:
    for block in lesson.walk():
        if isinstance(block, Heading):
            yield rule.problem(block.line, text=block)


def rule(check: Check = headings, code: str = "ACME001", **more: Any) -> type[LessonRule]:
    return type(
        "Rule", (LessonRule,), {"__doc__": "Heads are shouted.", "code": code, "check": check, **more}
    )


def plugins(*offers: Sequence[Any], version: str = "") -> Plugins:
    extra = [
        (f"acme{number}", SimpleNamespace(register_rules=hookimpl(lambda found=found: found)))
        for number, found in enumerate(offers)
    ]
    made = Plugins(entries=(), extra=extra)
    for report in made.reports.values():
        report.version = version
    return made


def problems(*offers: Sequence[Any], text: str = TEXT) -> list[Problem]:
    parser = Parser(plugins(*offers))
    return lint.check_lesson(parser.lesson(text), parser)


@pytest.mark.parametrize(("error", "severity"), [(True, "error"), (False, "warning")])
def test_a_problem_has_the_severity_of_its_rule_whatever_its_code_begins_with(
    error: bool, severity: str
) -> None:
    for code in ("ACME001", "WIKI001", "EXT007"):
        (problem,) = problems([rule(code=code, error=error)])
        assert (problem.code, problem.line, problem.is_error) == (code, 8, error)
        assert isinstance(problem.fields["text"], str)


@pytest.mark.parametrize(
    ("offers", "words"),
    [
        (([3],), "is no LessonRule"),
        (([rule(code="E500")],), "EvoClass's own"),
        (([rule(code="W500")],), "EvoClass's own"),
        (([rule(code="acme1")],), "four capitals"),
        (([rule(code="ACMEX001")],), "four capitals"),
        (([rule(), rule()],), "has that name already"),
        (([rule()], [rule(code="ACME002")]), "the plugin 'acme0' has the codes that begin like this"),
        (([type("Bare", (LessonRule,), {"code": "ACME001"})],), "abstract"),
        (([rule(wrong=3)],), "examples"),
    ],
)
def test_a_wrong_rule_or_a_code_of_another_switches_the_plugin_off(offers: Any, words: str) -> None:
    found = plugins(*offers)
    assert len(found.rules) == len(offers) - 1
    assert words in found.reports[f"acme{len(offers) - 1}"].error


def loops(rule: LessonRule, lesson: Lesson) -> Iterable[Problem]:
    while True:
        pass


def raises(rule: LessonRule, lesson: Lesson) -> Iterable[Problem]:
    yield rule.problem(1)
    raise SystemExit("\x1b[2Jboom")


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (raises, "boom"),
        (lambda rule, lesson: ["x"], "not a Problem"),
        (lambda rule, lesson: [Problem("E012", 1)], "'E012'"),
        (lambda rule, lesson: [Problem("", 1)], "''"),
        (lambda rule, lesson: [Problem({}, 1)], "not str"),  # type: ignore[arg-type]
        (lambda rule, lesson: None, "not a list"),
        (loops, "took more than"),
    ],
)
def test_a_rule_that_fails_is_a_problem_and_the_others_go_on(
    check: Check, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.pluginhost.keptrule.SECONDS", 0.2)
    found = problems([rule(check)], [rule(code="GOOD001")])
    assert [problem.code for problem in found] == ["E103", "GOOD001"]
    message, _ = lint.describe(found[0], Catalog("en"))
    assert "ACME001 of the plugin acme0" in message
    assert words in message
    assert "\x1b" not in message


def test_a_rule_that_hung_once_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoclass.pluginhost.keptrule.SECONDS", 0.2)
    calls: list[int] = []

    def slow(rule: LessonRule, lesson: Lesson) -> Iterable[Problem]:
        calls.append(1)
        return loops(rule, lesson)

    parser = Parser(plugins([rule(slow)]))
    for _ in range(3):
        assert [problem.code for problem in lint.check_lesson(parser.lesson(TEXT), parser)] == ["E103"]
    assert len(calls) == 1


def test_edits_are_made_where_they_fit_and_nowhere_else() -> None:
    good = rule(fix=lambda rule, problem, lines: [Edit(problem.line, lines[problem.line - 1].lower())])
    for fix in (
        lambda rule, problem, lines: [Edit(99, "x")],
        lambda rule, problem, lines: [Edit(1, "a\nb")],
        lambda rule, problem, lines: [Edit(1, "a\n")],
        lambda rule, problem, lines: ["x"],
        lambda rule, problem, lines: 1 / 0,
    ):
        found = plugins([rule(fix=fix)])
        parser = Parser(found)
        text, fixed = lint.apply_fixes(TEXT, lint.by_plugins(parser.lesson(TEXT), parser), parser.rules)
        assert (text, fixed) == (TEXT, [])
        assert "ACME001.fix()" in found.reports["acme0"].trouble
    parser = Parser(plugins([good]))
    text, _ = lint.apply_fixes(TEXT, lint.by_plugins(parser.lesson(TEXT), parser), parser.rules)
    assert text == TEXT.replace("## HEAD", "## head")


def test_old_results_are_not_shown_after_the_plugin_has_changed(course: Path, tmp_path: Path) -> None:
    def codes(found: Plugins) -> set[str]:
        cache = lint.CheckCache(tmp_path, lint.fingerprint(found))
        checker = lint.Checker(Parser(found), cache)
        return {problem.code for problem in checker.file(next(course.glob("en/0*.md")))}

    assert "ACME001" not in codes(plugins([]))
    assert "ACME001" in codes(plugins([rule()]))
    assert "ACME001" in codes(plugins([rule()]))
    assert "ACME001" not in codes(plugins([rule(lambda rule, lesson: [])], version="2"))
    assert "E103" in codes(plugins([rule(raises)], version="3"))
    assert "E103" not in codes(plugins([rule(lambda rule, lesson: [])], version="3"))


def test_a_code_is_explained_as_those_of_the_engine_are() -> None:
    parser = Parser(plugins([rule(wrong="## HEAD\n", right="Text.\n", error=True)]))
    shown = page("ACME001", Catalog("en"), parser)
    assert shown.startswith("# ACME001\n\n*Error")
    assert "## HEAD" in shown
    assert headline("ACME001", Catalog("en"), parser) == "Heads are shouted."


SOURCE = """
from evoclass import hookimpl
from evoclass.model import Heading
from evoclass.rules import Edit, LessonRule
class Rule(LessonRule):
    code = "ACME001"
    def check(self, lesson):
        heads = [block for block in lesson.walk() if isinstance(block, Heading)]
        return [self.problem(block.line, name="x") for block in heads if "HEAD" in str(block.text)]
    def fix(self, problem, lines):
        return [Edit(problem.line, "## Head")]
@hookimpl
def register_rules(): return [Rule]
"""


def test_the_commands_know_the_codes_of_an_installed_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    broken.forget()
    locale = '[problem]\nACME001 = "The heading {name} shouts."\nACME001_fix = "Do not."\n'
    broken.install(tmp_path / "site", "acme", SOURCE, locale=locale)
    monkeypatch.syspath_prepend(tmp_path / "site")
    file = tmp_path / "01-a.md"
    file.write_text(TEXT)

    def check(*options: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            cli.run(["check", str(file), *options])
        return ended.value.code, capfd.readouterr().out

    code, printed = check()
    assert code == 1
    assert "01-a.md:8:1: ACME001 The heading x shouts." in printed
    assert "→ Do not." in printed
    assert check("--fix")[0] == 0
    assert "## Head\n" in file.read_text()
    listed = CliRunner().invoke(group, ["explain"]).output
    assert "ACME001  The heading … shouts.\n" in listed
    with pytest.raises(SystemExit):
        cli.run(["plugins"])
    assert "rules: ACME001" in capfd.readouterr().out


class Long(LessonRule):
    """Goes by a setting of its plugin, as the contract must allow."""

    code = "LONG001"
    wrong = "A paragraph that is too long for the setting.\n"
    right = "Short.\n"

    def check(self, lesson: Lesson) -> Iterable[Problem]:
        most = int(settings.of(__name__)["most"])
        for block in lesson.walk():
            if isinstance(block, Paragraph) and len(plain_text(block.text)) > most:
                told = {"en": "It is too long.", "it": "È troppo lungo."}[lesson.language]
                yield replace(self.problem(block.line), message=told, fix=told)


@hookimpl
def register_settings() -> Iterable[Setting]:
    return [Setting("most", 20)]


class TestLong(RuleContract):
    rule = Long
