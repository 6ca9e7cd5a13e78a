"""Lessons from a few lines of Markdown, for tests of plugins and content."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

from evoclass.errors import PluginError
from evoclass.exercise import Exercise
from evoclass.i18n import Catalog
from evoclass.lint.describe import describe
from evoclass.model import ExerciseBlock, Lesson
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

FRONT_MATTER = """---
id: sample
number: 1
title: Sample
language: {language}
---
"""


def parser_for(*classes: type[Exercise], plugins: Iterable[tuple[str, Any]] = ()) -> Parser:
    """Return a parser that knows some question types and plugins, but no installed ones."""
    offered = SimpleNamespace(__name__="sample")
    from evoclass import hookimpl

    def register_exercises() -> list[type[Exercise]]:
        return list(classes)

    offered.register_exercises = hookimpl(register_exercises)
    found = Plugins(entries=(), extra=[("sample", offered), *plugins])
    parser = Parser(found)
    for report in found.broken:
        raise PluginError(f"{report.name}: {report.error}")
    return parser


def sample_lesson(body: str, parser: Parser | None = None, language: str = "en") -> Lesson:
    """Return the lesson with `body` below a complete front matter."""
    source = FRONT_MATTER.format(language=language) + "\n" + dedent(body)
    return (parser or Parser(Plugins())).lesson(source)


def sample_exercise(body: str, parser: Parser | None = None, language: str = "en") -> ExerciseBlock:
    """Return the one question in `body`; fails with the lesson's problems when it is not one clean question."""
    lesson = sample_lesson(body, parser, language)
    catalog = Catalog("en")
    told = [f"line {one.line}: {one.code} {' '.join(describe(one, catalog))}" for one in lesson.problems]
    assert not told, "\n".join(told)
    (block,) = lesson.exercises
    return block
