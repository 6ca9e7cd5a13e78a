"""The pages for plugin developers are run as they stand, and no hook goes without an example."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
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
from evoclass.exercise import Field, InvalidAnswer
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.importer import Imported
from evoclass.layout import layout
from evoclass.learner.event import now
from evoclass.learner.openlesson import make_catalog
from evoclass.model import Callout, Drawing, Span, inlines, plain_text
from evoclass.pluginhost.exchanging import imported
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Closed, ErrorReport, Exit, Frame, Output, Started, Summary
from evoclass.quantities import byte_text
from evoclass.reading.library import Library
from evoclass.runner import Limits, Program
from evoclass.testing import (
    DirectiveContract,
    ExerciseContract,
    ExporterContract,
    RuleContract,
    parser_for,
    sample_lesson,
)
from evoclass.wording.sentences import flat, own_sentences
from evoclass_tui import hookspecs as screen_hookspecs
from evoclass_tui.fields import FieldWidget
from evoclass_tui.offers import actions
from evoclass_tui.testing import FieldContract

ROOT = Path(__file__).parents[1]
PAGES = ("write-a-plugin.md", "write-a-runner.md")
PAGE = "\n".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in PAGES)
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
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
    exec(compile("\n".join(BLOCKS), "write-a-plugin.md", "exec"), module.__dict__)
    return module


DEMO = build()


class TestTruth(ExerciseContract):
    """The page's own contract test, run by the same machinery that an author uses."""

    exercise = DEMO.TestTruth.exercise
    sample = DEMO.TestTruth.sample
    wrong = DEMO.TestTruth.wrong


class TestNetwork(DirectiveContract):
    """The same for its block of a new kind."""

    directive = DEMO.TestNetwork.directive
    sample = DEMO.TestNetwork.sample


class TestEstimate(ExerciseContract):
    """The second one, whose field is its own."""

    exercise = DEMO.TestEstimate.exercise
    sample = DEMO.TestEstimate.sample
    wrong = DEMO.TestEstimate.wrong


class TestSlider(FieldContract):
    """The page's own field with its widget."""

    field = DEMO.Slider(name="share", low=0, high=100, step=5, unit="%")
    widget = staticmethod(lambda field, catalog: DEMO.field_widget(field, catalog))
    value = 50.0


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


def test_a_block_of_a_new_kind_and_a_role() -> None:
    parser = parser_for(plugins=[("demo", DEMO)])
    (example,) = re.findall(r"```markdown\n(:::\{network\}.*?)```", PAGE, flags=re.DOTALL)
    lesson = sample_lesson(f"{example}\nSee {{arxiv}}`1409.0575` and {{arxiv}}`9`.\n", parser)
    (drawing,) = [block for block in lesson.blocks if isinstance(block, Drawing)]
    wide = [line.text.strip() for line in layout((drawing,), 40)]
    assert wide == ["┌───┐   ┌───┐   ┌───┐", "│ 4 │──▶│ 8 │──▶│ 2 │", "└───┘   └───┘   └───┘"]
    assert [line.text.strip() for line in layout((drawing,), 12)] == ["4", "↓", "8", "↓", "2"]
    (problem,) = lesson.problems
    assert problem.fix == "Write it as `1409.0575`."
    link = Span("arXiv:1409.0575", frozenset({"link"}), "https://arxiv.org/abs/1409.0575")
    assert link in tuple(inlines(lesson.blocks[-1]))


def test_a_field_of_its_own_is_read_and_told_in_the_learners_language() -> None:
    slider = DEMO.Slider(name="share", low=0, high=100, step=5, unit="%")
    assert slider.read("47,5 %", Catalog("it")) == 50.0
    assert [plain_text(row) for row in slider.words(50.0)] == ["50 %"]
    with pytest.raises(InvalidAnswer, match="0 … 100 %"):
        slider.read("101", Catalog("en"))


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


def test_the_language_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "add-a-language.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```toml\n(# locale/eo/evoclass.toml\n.*?)```", page, flags=re.DOTALL)
    place = tmp_path / "evoclass_esperanto" / "locale" / "eo"
    place.mkdir(parents=True)
    (place / "evoclass.toml").write_text(table, encoding="utf-8")
    (tmp_path / "evoclass_esperanto" / "__init__.py").touch()
    monkeypatch.setenv("EVOCLASS_PLUGINS", str(tmp_path / "evoclass_esperanto"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    found = Plugins()
    catalog = make_catalog("eo", found)
    assert found.broken == ()
    assert found.reports["evoclass_esperanto"].trouble == ""
    assert LANGUAGES["eo"] == "Esperanto"
    assert (catalog("layout.callout.tip"), catalog("layout.callout.note")) == ("Konsilo", "Noto")
    assert byte_text(1610612736, "eo", kilo=1024) == "1,5 GB"
    assert all(key in own_sentences("evoclass", "en") for key, _ in flat(tomllib.loads(table)))


def test_probe(plugins: Plugins) -> None:
    probe = plugins.probes["demo-text"]()
    assert probe.matches("abc")
    assert not probe.matches(3)
    assert list(probe.summarise({"s": "abc"})) == [
        Summary(name="s", kind="other", type="str", text="3 characters")
    ]


async def test_runner(plugins: Plugins, tmp_path: Path) -> None:
    runner = plugins.runners["pipe"]()
    await runner.warm_up()
    program = Program(source="print(input('? '))", file=tmp_path / "x.py", folder=tmp_path, keep=False)
    run = await runner.start(program, Limits())
    run.write("a line\n\x04")
    events = [event async for event in run.events()]
    assert "".join(event.text for event in events if isinstance(event, Output)).endswith("a line\n")
    assert [type(event) for event in events if not isinstance(event, Output | Frame)] == [
        Started,
        Exit,
        Closed,
    ]
    await runner.close()


async def test_a_runner_of_the_kind_runs_programs_with_the_python_that_was_set(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nLAB=yes exec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    runner = DEMO.PipeKind.make("lab", {"python": str(python)})()
    program = Program(
        source="import os; print(os.environ['LAB'])", file=tmp_path / "x.py", folder=tmp_path, keep=False
    )
    run = await runner.start(program, Limits())
    said = [event.text async for event in run.events() if isinstance(event, Output)]
    assert (runner.name, "".join(said)) == ("lab", "yes\n")
    await runner.close()


def test_the_runner_of_the_page_is_the_one_of_the_examples() -> None:
    example = ROOT / "examples" / "pipe_runner" / "pipe_runner.py"
    (block,) = [block for block in BLOCKS if "class PipeRunner(" in block]
    assert example.read_text(encoding="utf-8").endswith(block)


async def test_what_it_brings_to_the_screen(plugins: Plugins) -> None:
    (theme,) = plugins.each("register_themes")[0][1]
    assert theme.name == "demo-sepia"
    slider = DEMO.Slider(name="rate", low=0, high=1)
    assert isinstance(plugins.first("field_widget", field=slider, catalog=Catalog("en")), FieldWidget)
    assert plugins.first("field_widget", field=Field(name="x"), catalog=Catalog("en")) is None
    assert [action.name for _, action in actions(plugins)] == ["facts", "greet"]
    (panel_class,) = plugins.each("register_panels")[0][1]

    class Host(App[None]):
        def compose(self):  # type: ignore[no-untyped-def]
            yield panel_class(Catalog("en"))

    app = Host()
    async with app.run_test():
        panel = app.query_one(panel_class)
        panel.receive(Output(text="x"))
        panel.receive(Output(text="y"))
        assert panel.count == 2
