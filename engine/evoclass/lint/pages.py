"""The page on one code: its meaning, the fix, and a lesson with the problem and without it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from evoclass.errors import Problem
from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.lint.describe import describe
from evoclass.lint.drift import drift
from evoclass.lint.lesson import check_lesson
from evoclass.lint.links import missing, targets
from evoclass.reading.markup import Parser
from evoclass.rules import LessonRule
from evoclass.wording.sentences import DEFAULT

PLACE = re.compile(r"\{[a-z_]+\}")
"""A field of a sentence that has no value."""

FRONT_MATTER = "---\nid: sample\nnumber: 1\ntitle: Sample\nlanguage: {language}\n---\n\n"


@frozen
class Example:
    """A lesson with a problem and without it."""

    code: str
    wrong: str = ""
    right: str = ""
    source: str = ""
    """For problems of translations: the English lesson."""
    language: str = DEFAULT
    whole: bool = False
    """Whether the texts are whole files."""

    def problems(self, text: str, parser: Parser) -> list[Problem]:
        """Return the problems of one of the two texts."""
        lesson = parser.lesson(self.file(text, self.language))
        found = check_lesson(lesson, parser)
        # The lesson is not a file; its links are resolved as if it were this file.
        found += missing(targets(lesson), Path(__file__))
        if self.source:
            found += drift(parser.lesson(self.file(self.source)), lesson)
        return found

    def file(self, text: str, language: str = DEFAULT) -> str:
        """Return the text as a whole file."""
        return text.lstrip("\n") if self.whole else FRONT_MATTER.format(language=language) + text.lstrip("\n")


@cache
def examples() -> dict[str, Example]:
    """Return the examples by code; codes that need a disk or a run have an empty one."""
    table = tomllib.loads(files("evoclass.lint").joinpath("examples.toml").read_text(encoding="utf-8"))
    return {code: Example(code, **entry) for code, entry in table.items()}


def known(parser: Parser) -> dict[str, Example]:
    """Return the examples by code, including those of plugins."""
    more = {code: Example(code, kept.rule.wrong, kept.rule.right) for code, kept in parser.rules.items()}
    return {**examples(), **more}


def page(code: str, catalog: Catalog, parser: Parser) -> str:
    """Return the page on a code as Markdown."""
    example = known(parser)[code]
    found = example.problems(example.wrong, parser) if example.wrong else []
    problem = next((problem for problem in found if problem.code == code), _bare(code, catalog, parser))
    message, fix = describe(problem, catalog)
    level = catalog("problem.page.error" if problem.is_error else "problem.page.warning")
    if not found:
        message, fix = PLACE.sub("…", message), PLACE.sub("…", fix)
    parts = [f"# {code}", f"*{level}*", message, f"**{catalog('problem.page.fix')}** {fix}"]
    if example.source:
        parts += [catalog("problem.page.source"), _fenced(example.source)]
    if example.wrong:
        parts += [catalog("problem.page.wrong"), _fenced(example.wrong)]
        parts += [catalog("problem.page.right"), _fenced(example.right)]
    return "\n\n".join(part for part in parts if part) + "\n"


def headline(code: str, catalog: Catalog, parser: Parser) -> str:
    """Return the sentence of a code, with dots instead of its fields."""
    message, _ = describe(_bare(code, catalog, parser), catalog)
    return PLACE.sub("…", message)


def _bare(code: str, catalog: Catalog, parser: Parser) -> Problem:
    """Return a problem of a code without fields; a rule without a sentence gives its class's docstring instead."""
    kept = parser.rules.get(code)
    if kept is None:
        return Problem(code, 1)
    problem = LessonRule.problem(kept.rule, 1)
    return problem if catalog.has(f"problem.{code}") else replace(problem, message=kept.about)


def _fenced(text: str) -> str:
    return f"~~~~markdown\n{text.strip()}\n~~~~"
