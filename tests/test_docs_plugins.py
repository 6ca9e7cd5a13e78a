"""The page for plugin developers is run as it stands, and no hook goes without an example."""

from __future__ import annotations

import re
import shlex
import sys
import types
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from textual.app import App

from evoclass import hookspecs
from evoclass.cli import cli
from evoclass.events import Event, RunEnded, Verb
from evoclass.exercise import Field
from evoclass.i18n import Catalog
from evoclass.importer import Imported
from evoclass.learner.event import now
from evoclass.model import Callout, plain_text
from evoclass.pluginhost.exchanging import imported
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Closed, ErrorReport, Exit, Output, Summary
from evoclass.reading.library import Library
from evoclass.runner import Limits, Program
from evoclass.testing import ExerciseContract, ExporterContract, RuleContract, parser_for, sample_lesson
from evoclass_tui import hookspecs as screen_hookspecs
from evoclass_tui.offers import actions

PAGE = (Path(__file__).parents[1] / "docs" / "write-a-plugin.md").read_text(encoding="utf-8")
HOOKS = {
    name
    for module in (hookspecs, screen_hookspecs)
    for name, value in vars(module).items()
    if getattr(value, "evoclass_spec", None) is not None
}


def build() -> types.ModuleType:
    """Return the module that the page builds."""
    module = types.ModuleType("evoclass_demo")
    module.__file__ = __file__
    sys.modules["evoclass_demo"] = module
    source = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))
    exec(compile(source, "write-a-plugin.md", "exec"), module.__dict__)
    return module


DEMO = build()


class TestTruth(ExerciseContract):
    """The page's own contract test, run by the same machinery that an author uses."""

    exercise = DEMO.TestTruth.exercise
    sample = DEMO.TestTruth.sample
    wrong = DEMO.TestTruth.wrong


@pytest.fixture
def plugins() -> Plugins:
    found = Plugins(entries=[], extra=[("demo", DEMO)])
    assert found.broken == ()
    return found


def test_every_hook_has_an_example() -> None:
    assert len(HOOKS) >= 10
    examples = set(re.findall(r"@hookimpl\ndef (\w+)", PAGE))
    assert examples == HOOKS


def test_question_type_directive_and_their_errors() -> None:
    parser = parser_for(plugins=[("demo", DEMO)])
    truth = ":::{truth} frozen\nIs it?\n:answer: maybe\n:::\n"
    paper = ":::{paper} imagenet\n:title: ImageNet\n:arxiv: 1409.0575\nRead it.\n:::\n"
    lesson = sample_lesson(f"{truth}\n{paper}", parser)
    (problem,) = lesson.problems
    assert "maybe" in problem.message
    (callout,) = [block for block in lesson.blocks if isinstance(block, Callout)]
    assert plain_text(callout.title) == "ImageNet · arXiv:1409.0575"


def test_the_folder_of_the_course_is_made_by_the_command_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = re.findall(r"```console\n\$ evoclass (new course .*)\n```", PAGE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(DEMO, "__file__", str(tmp_path / "evoclass_demo.py"))
    assert CliRunner().invoke(cli, shlex.split(line)).exit_code == 0
    found = Plugins(entries=[], extra=[("demo", DEMO)])
    assert found.broken == ()
    (folder,) = found.courses
    (course,) = Library([folder], parser_for()).courses("en")
    assert (course.title, len(course.lessons)) == ("A demo course", 1)


def test_course_explanation_and_command(plugins: Plugins) -> None:
    assert plugins.courses == (Path(__file__).parent / "lessons",)
    error = ErrorReport(type="ZeroDivisionError", text="division by zero", line=3)
    for language, title in (("en", "Division by zero"), ("it", "Divisione per zero")):
        explanation = plugins.explain(error, language)
        assert explanation is not None
        assert (explanation.title, explanation.line) == (title, 3)
    assert plugins.explain(ErrorReport(type="KeyError", text=""), "en") is None
    group = click.Group()
    plugins.each("register_commands", cli=group)
    assert CliRunner().invoke(group, ["hello"]).output == "Hello from the demo plugin.\n"


class TestShouting(RuleContract):
    rule = DEMO.Shouting


class TestOutline(ExporterContract):
    exporter = DEMO.Outline


def test_an_outline_comes_back_as_a_lesson(plugins: Plugins, tmp_path: Path) -> None:
    file = tmp_path / "a.outline"
    file.write_text("Title\n  First\n  Second\n")
    made = Imported("a")
    assert imported(plugins, plugins.importers["outline"], file, made, Catalog("en")) == 3
    assert (made.title, made.body) == ("Title", "## First\n\n## Second")


def test_listeners(plugins: Plugins) -> None:
    event = Event("", now(), "me", "c", "sums", "en", "two", Verb.ANSWERED, {})
    plugins.listeners.event(event)
    plugins.listeners.event(replace(event, verb=Verb.PREFERRED))
    ended = Exit(reason="finished", code=0, seconds=1.0)
    plugins.listeners.run(RunEnded(course="c", lesson="sums", file="a.py", runner="dry", exit=ended))
    plugins.listeners.close()
    assert DEMO.HEARD == ["answered sums/two", "ran a.py on dry: finished"]


def test_what_it_keeps(plugins: Plugins, home: Path) -> None:
    assert [DEMO.count_greeting() for _ in range(3)] == [1, 2, 3]
    assert (home / "plugins" / "demo.json").exists()


def test_settings(plugins: Plugins) -> None:
    assert DEMO.longest() == 120
    plugins.configured.change("demo", "longest", 60)
    assert DEMO.longest() == 60


def test_probe(plugins: Plugins) -> None:
    probe = plugins.probes["demo-text"]()
    assert probe.matches("abc")
    assert not probe.matches(3)
    assert list(probe.summarise({"s": "abc"})) == [
        Summary(name="s", kind="other", type="str", text="3 characters")
    ]


async def test_runner(plugins: Plugins, tmp_path: Path) -> None:
    runner = plugins.runners["dry"]()
    run = await runner.start(Program(source="", file=tmp_path / "x.py", folder=tmp_path), Limits())
    events = [event async for event in run.events()]
    assert [type(event) for event in events] == [Output, Exit, Closed]


async def test_what_it_brings_to_the_screen(plugins: Plugins) -> None:
    class Slider(Field):
        pass

    (theme,) = plugins.each("register_themes")[0][1]
    assert theme.name == "demo-sepia"
    assert plugins.first("field_widget", field=Slider(name="rate", label="rate")).placeholder == "rate"
    assert plugins.first("field_widget", field=Field(name="x")) is None
    assert [action.name for _, action in actions(plugins)] == ["facts", "greet"]
    (panel_class,) = plugins.each("register_panels")[0][1]

    class Host(App[None]):
        def compose(self):  # type: ignore[no-untyped-def]
            from evoclass.i18n import Catalog

            yield panel_class(Catalog("en"))

    app = Host()
    async with app.run_test():
        panel = app.query_one(panel_class)
        panel.receive(Output(text="x"))
        panel.receive(Output(text="y"))
        assert panel.count == 2
