"""A question type with a kind of field of its own works everywhere, and no list has to know of it."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import broken
import slider
from evoclass.cli import cli
from evoclass.exercise import Number
from evoclass.i18n import Catalog
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.plain.frontend import PlainFrontEnd
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from evoclass_tui.widgets.fields import make_field
from evoclass_tui.widgets.fields.line_input import NumberField
from tui.stage import OpenStage

HEAD = "---\nformat: 1\nid: dropping\nnumber: 1\ntitle: Dropping\nlanguage: {language}\n---\n\n"

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(slider.QUESTION + slider.WIDGET, tmp_path, monkeypatch)


def install(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken.forget()
    broken.install(folder / "site", "scales", source, locale=slider.SENTENCES)
    monkeypatch.syspath_prepend(folder / "site")


def written(
    folder: Path, language: str = "en", answer: str = "50", hint: str = "Look at `p`.", more: str = ""
) -> Path:
    place = folder / "course" / language
    place.mkdir(parents=True, exist_ok=True)
    lesson = place / "01-dropping.md"
    asked = slider.ASKED.format(answer=answer, hint=hint)
    lesson.write_text(HEAD.format(language=language) + asked + more, encoding="utf-8")
    return lesson


def command(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def in_plain_mode(
    lesson: Path,
    typed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str = "en",
) -> str:
    space = Workspace(content=lesson.parent.parent, asked_language=language)
    session = Session.open(space.library, space.store, space.plugins, space.settings, lesson, language)
    (lesson.parent / "typed").write_text(typed)
    with (lesson.parent / "typed").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        PlainFrontEnd(session, space.plugins.make_runners()).run()
    space.store.close()
    return capsys.readouterr().out


# ------------------------------------------------------------------------------------------------ everywhere


@pytest.mark.parametrize("widget", [slider.WIDGET, ""], ids=["with its widget", "without a widget"])
async def test_it_is_answered_on_the_screen(
    widget: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_stage: OpenStage
) -> None:
    install(slider.QUESTION + widget, tmp_path, monkeypatch)
    written(tmp_path)
    async with open_stage(content=tmp_path / "course", size=(120, 50)) as stage:
        question = stage.screen.reader.question("dropout")
        question.focus_first()
        await stage.pilot.pause()
        if widget:
            await stage.press(*["right"] * 11)
        else:
            await stage.press(*"200", "enter")
            assert question.remarks.trouble == "The scale goes from 0 to 100."
            assert not question.remarks.state.attempts
            await stage.press(*["backspace"] * 3, *"49 %")
        assert question.answer == {"share": 50.0}
        await stage.press("ctrl+s")
        await stage.until(lambda: question.remarks.state.passed)


async def test_a_seen_solution_is_told_in_words(plugin: None, tmp_path: Path, open_stage: OpenStage) -> None:
    written(tmp_path)
    async with open_stage(content=tmp_path / "course", size=(120, 50)) as stage:
        question = stage.screen.reader.question("dropout")
        question.build()
        question.show_solution({"share": 50.0}, question.remarks.state)
        await stage.pilot.pause()
        assert "50 %" in "".join(line.text for line in question.notes.make_lines(80))


def test_it_is_answered_in_plain_mode(
    plugin: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = in_plain_mode(written(tmp_path), "many\n200\n45\n50 %\n", monkeypatch, capsys)
    for words in ("Share", "0 … 100 %", "goes from 0 to 100", "Not yet.", "Right.", "It switches off half"):
        assert words in shown


def test_its_solution_is_told_in_plain_mode(
    plugin: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "  50 %" in in_plain_mode(written(tmp_path), "!\n", monkeypatch, capsys)


def exported(kind: str, folder: Path) -> tuple[str, str]:
    """Return what an export holds, and what was said of it."""
    target = folder / "out"
    result = command("export", written(folder), "--to", kind, "-o", target)
    assert result.exit_code == 0, result.output
    if kind == "notebook":
        cells = json.loads(target.read_text(encoding="utf-8"))["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells), result.stderr
    if kind != "anki":
        return target.read_text(encoding="utf-8"), result.stderr
    with zipfile.ZipFile(target) as package:
        name = next(name for name in package.namelist() if name.startswith("collection"))
        (folder / "out.db").write_bytes(package.read(name))
    with sqlite3.connect(folder / "out.db") as connection:
        return str(connection.execute("SELECT flds FROM notes").fetchall()), result.stderr


@pytest.mark.parametrize("kind", ["html", "notebook", "anki"])
def test_exports_show_label_scale_instruction_and_solution(plugin: None, tmp_path: Path, kind: str) -> None:
    text, told = exported(kind, tmp_path)
    for words in ("Which share", "Share", "0 … 100 %", "A number in steps of 5", "50 %", "switches off half"):
        assert words in text
    assert "without input fields, because only EvoClass knows this kind of answer: dropout" in told


def test_what_qti_cannot_grade_is_told(plugin: None, tmp_path: Path) -> None:
    more = ":::{number} n\n2 + 2?\n:answer: 4\n:::\n"
    result = command("export", written(tmp_path, more=more), "--to", "qti", "-o", tmp_path / "q.zip")
    assert "left out, because only EvoClass knows this kind of answer: dropout" in result.stderr


def test_lint_and_drift_ask_the_field(plugin: None, tmp_path: Path) -> None:
    def codes() -> set[str]:
        return {
            problem["code"] for problem in json.loads(command("check", tmp_path / "course", "--json").stdout)
        }

    written(tmp_path)
    assert codes() == set()
    written(tmp_path, hint="It is 50 %.")
    assert codes() == {"W052"}
    written(tmp_path)
    written(tmp_path, "it", answer="45")
    assert "E090" in codes()


# ------------------------------------------------------------------------------------------- and when it fails

FAULTS = {
    "raises": ("offered", "lambda self: 1 / 0", "Slider.offered: ZeroDivisionError"),
    "not a list": ("offered", "lambda self: 'abc'", "Slider.offered: TypeError"),
    "not a row": ("offered", "lambda self: [7]", "Slider.offered: TypeError"),
    "never ends": ("offered", "lambda self: [None for _ in iter(int, 1)]", "Slider.offered: TimeoutError"),
    "too many": ("offered", "lambda self: iter(int, 1)", "more than 10,000"),
    "no text": ("instruction", "lambda self, text: None", "Slider.instruction: TypeError"),
    "no truth": ("takes", "lambda self, word: 'yes'", "Slider.takes: TypeError"),
    "no option": ("parts", "lambda self: ['a']", "Slider.parts: TypeError"),
    "no value": ("read", "lambda self, typed, text: object()", "Slider.read: TypeError"),
    "read raises": ("read", "lambda self, typed, text: float(typed + 'x')", "Slider.read: ValueError"),
    "read exits": ("read", "lambda self, typed, text: (_ for _ in ()).throw(SystemExit(3))", "SystemExit"),
    "words raise": ("words", "lambda self, value: value.words", "Slider.words: AttributeError"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_the_plugins_name_and_the_question_is_asked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    method, body, told = FAULTS[name]
    # With a label plain mode asks by that, and the instruction is not said.
    source = slider.QUESTION.replace('label="Share", ', "")
    install(f"{source}\nSlider.{method} = {body}\n", tmp_path, monkeypatch)
    more = "\nAfter.\n"
    shown = in_plain_mode(written(tmp_path, more=more), "45\n!\n", monkeypatch, capsys)
    for words in ("Which share", "plugin scales, ", told, "It switches off half", "After."):
        assert words in shown, words


@pytest.mark.parametrize("name", ["raises", "words raise"])
def test_check_tells_of_a_fault(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    method, body, told = FAULTS[name]
    install(f"{slider.QUESTION}\nSlider.{method} = {body}\n", tmp_path, monkeypatch)
    (problem,) = json.loads(command("check", written(tmp_path), "--json").stdout)
    assert problem["code"] == "E101"
    assert told in problem["message"]


RUDE = r"lambda *given: [(Span('\x1b[31m\u202e<b>[bold]*x*</b>'),)]"


def test_what_a_field_says_acts_neither_on_the_terminal_nor_on_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rude = f"\nSlider.offered = Slider.words = {RUDE}\n"
    install(slider.QUESTION + rude, tmp_path, monkeypatch)
    shown = in_plain_mode(written(tmp_path), "!\n", monkeypatch, capsys)
    assert shown.count(r"\x1b[31m\u202e<b>[bold]*x*</b>") == 2
    for kind in ("html", "notebook", "anki"):
        text, _ = exported(kind, tmp_path)
        assert not set("\x1b\u202e") & set(text)
        assert "<b>[" not in text
        assert "bold" in text


def test_a_rude_field_is_shown_as_it_is_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(f"{slider.QUESTION}\nSlider.offered = {RUDE}\n", tmp_path, monkeypatch)
    (question,) = Parser(Plugins()).lesson(written(tmp_path).read_text()).exercises
    (field,) = question.exercise.form()
    shown = make_field(field, Catalog("en")).preview(80)
    assert r"\x1b[31m\u202e<b>[bold]*x*</b>" in shown[0].text


@pytest.mark.parametrize(("language", "shown"), [("en", "1.75"), ("it", "1,75")])
def test_a_kept_number_is_there_again_as_the_language_writes_it(language: str, shown: str) -> None:
    widget = NumberField(Number(name="number"), Catalog(language))
    widget.show_value(1.75)
    assert (widget.text, widget.value) == (shown, 1.75)
