"""Suggestions in the editor: names, members and parameters, and that they are never in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.pilot import Pilot

from evoclass.contracts.bench import InterpreterBench
from evoclass.inspecting.manual import Members, list_members, members_program, read
from evoclass.protocol import Closed, Exit, Frame, Output, Summary
from evoclass_tui.opened import open_app
from evoclass_tui.program_names import ProgramNames
from evoclass_tui.signature import brief, current, parameters
from evoclass_tui.suggestions import Suggestion, fitting, members, spot
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.suggesting import SuggestingArea
from evoclass_tui.widgets.suggestion_list import SignatureLine, SuggestionList
from tui.stage import OpenStage, Stage

PROGRAM = """\
import numpy as np, os.path
import torch
from torch import nn as layers
from torch.nn import (functional as F,
    Linear)

class Net(layers.Module):
    def __init__(self, size: int, bias=True):
        self.fc = Linear(size, 2)

    def forward(self, x: torch.Tensor):
        return self.fc(x)

def train(model, epochs=3, *, rate):
    for epoch in range(epochs):
        loss = F.mse_loss(model(1), 2)

net = Net(5)
head = layers.Linear(3, bias=True)
y = head(torch.randn(3)).abs()
z = y
"""


@pytest.mark.parametrize(
    ("before", "owner", "prefix"),
    [
        ("x = torch.nn.Li", "torch.nn", "Li"),
        ("nn.", "nn", ""),
        ("print(nn.Linear(2, f(3)).wei", "nn.Linear()", "wei"),
        ("f(a, b", "", "b"),
        ("x = [1, torch.", "torch", ""),
        ("if x.", "x", ""),
        ('print(f"loss {loss.it', "loss", "it"),
        ("f'{{1}} {x:{wid", "", "wid"),
        ('rf"{d[0]:>{torch.', "torch", ""),
        ("F'{a != b.", "b", ""),
        ("f'{[y for y in (1, {2: x.", "x", ""),
    ],
)
def test_a_place_has_what_is_before_the_dot_and_what_is_typed(before: str, owner: str, prefix: str) -> None:
    place = spot(before)
    assert place is not None
    assert (place.owner, place.prefix, place.dotted) == (owner, prefix, bool(owner))


@pytest.mark.parametrize(
    "before",
    [
        "'torch.",
        "f'torch.",
        "f'{{x.",
        "f'{x} y.",
        "f'{x!r",
        "f'{x:a",
        "f'{d[\"a",
        "{x} 'torch.",
        "# see torch.",
        "3.",
        "x[0].",
        "(x + y).",
        '"".',
        '"""a\nx.',
    ],
)
def test_no_place_where_no_name_is_typed_or_nothing_can_be_known(before: str) -> None:
    place = spot(before)
    assert place is None or not place.nameable


@pytest.mark.parametrize(
    ("before", "call"),
    [
        ("f(a, g(1, 2), b", ("f", 2, "")),
        ("f(a, [1, 2, ", ("f", 1, "")),
        ("nn.Linear(3, bias=", ("nn.Linear", 1, "bias")),
        ("f('a, b(', c", ("f", 1, "")),
        ("f(1, 'a, b(", ("f", 1, "")),
        ("f(1, 2.", ("f", 1, "")),
        ("print(1, f'{g(2, ", ("g", 1, "")),
        ("y.abs(1).train(2, ", ("y.abs().train", 1, "")),
        ("print(x[0].train(2, ", ("print", 0, "")),
        ("f(\n    # why, (\n    1,\n    lr=3, ", ("f", 2, "")),
        ("def f(a, b=", None),
        ("class A(nn.", None),
        ("if (a, b", None),
        ("f(1)", None),
    ],
)
def test_the_call_around_a_place(before: str, call: tuple[str, int, str] | None) -> None:
    place = spot(before)
    found = place.call if place is not None else None
    assert (found and (found.function, found.count, found.name)) == call


@pytest.mark.parametrize(
    ("row", "written", "path"),
    [
        (21, "np.zeros", "numpy.zeros"),
        (21, "os.path.join", "os.path.join"),
        (21, "F.relu", "torch.nn.functional.relu"),
        (21, "z", "torch.nn.Linear()().abs()"),
        (21, "head.weight", "torch.nn.Linear().weight"),
        (10, "self.fc.weight", "torch.nn.Linear().weight"),
        (9, "self", ":Net()"),
        (21, "net", ":Net()"),
        (21, "loss", "torch.nn.functional.mse_loss()"),
        (21, "unknown", ""),
    ],
)
def test_a_name_is_followed_to_what_it_was_made_of(row: int, written: str, path: str) -> None:
    assert ProgramNames(PROGRAM, row).path(written) == path


def test_the_row_that_is_typed_does_not_spoil_the_rest() -> None:
    lines = PROGRAM.split("\n")
    lines[19] = "q = head(torch.randn("
    names = ProgramNames("\n".join(lines), 19)
    assert names.path("head") == "torch.nn.Linear()"
    assert {"train", "epoch", "net", "rate", "np"} <= names.words
    assert not {"mse_loss", "weight"} & names.words
    assert names.signatures["Net"] == "(self, size: int, bias=True)"
    assert names.classes["Net"].names >= {"fc", "forward"}


def test_names_that_end_in_themselves_end() -> None:
    assert ProgramNames("a = b()\nb = a()\n", 2).path("a.x") == ""


def test_a_signature_in_short_and_its_parameters() -> None:
    told = "(self, input: Tensor, target: dict[str, int] | None = None, *, reduction: str = 'a, b', **more) -> None"
    assert brief(told) == "(input, target=None, *, reduction='a, b', **more)"
    assert parameters(told) == ["input", "target", "reduction"]
    assert parameters("(x, /, y)") == ["y"]
    assert parameters("(*size, *, out=None)") == ["out"]
    assert [
        getattr(current(brief(told), *argument), "name", None)
        for argument in [(1, ""), (9, "reduction"), (9, "")]
    ] == [
        "target",
        "reduction",
        None,
    ]
    assert getattr(current("(*size, *, out=None)", 4, ""), "name", None) == "size"


def test_what_is_typed_whole_gets_no_list() -> None:
    names = [Suggestion("Linear"), Suggestion("LinearX"), Suggestion("lines")]
    assert [one.text for one in fitting(names, "lin")] == ["lines", "Linear", "LinearX"]
    assert not fitting(names, "Linear")
    assert len(fitting(names, "Linear", whole=True)) == 2


def test_members_are_what_a_package_offers_and_what_calls_return() -> None:
    assert {"sqrt", "floor"} <= set(list_members("math").functions.split())
    assert "pi" in list_members("math").values.split()
    assert "path" in list_members("os").modules.split()
    assert "sys" not in list_members("json").modules.split()
    assert "read_text" in list_members("pathlib.Path()").functions.split()
    assert list_members("nosuch") == Members()
    assert list_members("antigravity") == Members()


async def test_members_of_pytorch_come_from_another_process() -> None:
    async def ask(path: str) -> Members:
        return read((await InterpreterBench("en").run(members_program(path), seconds=60.0)).output, Members)

    assert {"zeros", "randn", "manual_seed"} <= set((await ask("torch")).functions.split())
    assert "backward" in (await ask("torch.nn.CrossEntropyLoss()()")).functions.split()
    assert "in_features" in (await ask("torch.nn.Linear()")).values.split()


# --------------------------------------------------------------------------------------------- in the editor


class Desk(App[None]):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.wanted: list[SuggestingArea.Wanted] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield Editor("train.py", self.text)

    def on_suggesting_area_wanted(self, event: SuggestingArea.Wanted) -> None:
        self.wanted.append(event)

    @property
    def listed(self) -> list[str]:
        return [one.text for found in self.query(SuggestionList) for one in found.names]

    @property
    def line(self) -> str:
        return "".join(str(line.render()).strip() for line in self.query(SignatureLine) if line.display)


@asynccontextmanager
async def edit(
    text: str, size: tuple[int, int] = (80, 12)
) -> AsyncIterator[tuple[Desk, Editor, Pilot[None]]]:
    app = Desk(text)
    async with app.run_test(size=size) as pilot:
        editor = app.query_one(Editor)
        editor.focus()
        await pilot.pause()
        editor.move_cursor(editor.document.end)
        yield app, editor, pilot


def names(*texts: str) -> Sequence[Suggestion]:
    return [Suggestion(text, "()") for text in texts]


async def test_a_dot_lists_members_and_typing_narrows_them() -> None:
    async with edit("import torch\n") as (app, editor, pilot):
        await pilot.press(*"torch.")
        [wanted] = app.wanted
        assert (wanted.place.owner, wanted.asked, wanted.names) == ("torch", False, True)
        editor.take(wanted.place, names("abs", "add", "zeros"))
        assert app.listed == ["abs", "add", "zeros"]
        await pilot.press("a")
        assert app.listed == ["abs", "add"]
        await pilot.press("backspace")
        assert app.listed == ["abs", "add", "zeros"]
        await pilot.press(*"ab", "tab")
        assert editor.text == "import torch\ntorch.abs"
        assert not app.listed
        await pilot.press("ctrl+z")
        assert editor.text == "import torch\ntorch.ab"


async def test_the_list_is_never_in_the_way() -> None:
    async with edit("") as (app, editor, pilot):
        await pilot.press(*"a.")
        editor.take(app.wanted[-1].place, names("bcd", "bce"))
        await pilot.press("enter")
        assert editor.text == "a.\n"
        assert not app.listed
        await pilot.press(*"a.b")
        editor.take(app.wanted[-1].place, names("bcd", "bce"))
        assert len(app.listed) == 2
        await pilot.press("escape")
        assert not app.listed
        await pilot.press(*"cd e")
        assert editor.text == "a.\na.bcd e"
        assert len(app.wanted) == 2


@pytest.mark.parametrize("key", ["left", "home", "up", "space", "left_parenthesis"])
async def test_other_keys_close_the_list_and_do_what_they_do(key: str) -> None:
    async with edit("x = 1\n") as (app, editor, pilot):
        await pilot.press(*"a.")
        editor.take(app.wanted[-1].place, names("b", "c"))
        before = editor.cursor_location
        await pilot.press(key)
        assert not app.listed
        assert editor.cursor_location != before


async def test_enter_inserts_what_was_moved_to() -> None:
    async with edit("") as (app, editor, pilot):
        await pilot.press(*"a.")
        editor.take(app.wanted[-1].place, names("b", "c", "d"))
        await pilot.press("down", "down", "enter")
        assert editor.text == "a.c"


async def test_a_click_inserts_a_name_and_the_editor_keeps_the_focus() -> None:
    async with edit("") as (app, editor, pilot):
        await pilot.press(*"a.")
        editor.take(app.wanted[-1].place, names("b", "c", "d"))
        await pilot.pause()
        assert await pilot.click(SuggestionList, offset=Offset(1, 2))
        assert editor.text == "a.d"
        assert editor.has_focus


async def test_late_answers_are_dropped() -> None:
    async with edit("") as (app, editor, pilot):
        await pilot.press(*"a.b x.")
        first, second = app.wanted
        editor.take(first.place, names("late"))
        assert not app.listed
        editor.take(second.place, names("here"))
        assert app.listed == ["here"]


async def test_fast_typing_finds_the_list_narrowed() -> None:
    async with edit("") as (app, editor, pilot):
        await pilot.press(*"a.be")
        editor.take(app.wanted[0].place, names("bar", "best", "beta"))
        assert app.listed == ["best", "beta"]
        await pilot.press("s")
        editor.take(app.wanted[0].place, names("bes"))
        assert not app.listed  # it is typed whole


@pytest.mark.parametrize("text", ["# a", "'a", "1"])
async def test_nothing_is_asked_in_comments_strings_and_numbers(text: str) -> None:
    async with edit("") as (app, _, pilot):
        await pilot.press(*text, ".")
        assert not app.wanted


@pytest.mark.parametrize("key", ["ctrl+@", "ctrl+space", "alt+slash"])
async def test_a_key_asks_anywhere(key: str) -> None:
    async with edit("loss") as (app, editor, pilot):
        await pilot.press(key)
        [wanted] = app.wanted
        assert (wanted.place.prefix, wanted.asked) == ("loss", True)
        editor.take(wanted.place, names("loss", "losses"))
        assert app.listed == ["loss", "losses"]  # asked for: also what is typed whole


async def test_the_signature_follows_the_arguments() -> None:
    async with edit("\n") as (app, editor, pilot):
        await pilot.press(*"f(")
        wanted = app.wanted[-1]
        assert (wanted.place.call.function, wanted.names, wanted.signature) == ("f", False, True)  # type: ignore[union-attr]
        editor.take_signature(wanted.place, "(self, size: int, bias: bool = True) -> None")
        await pilot.pause()
        assert app.line == "f(size, bias=True)"
        [line] = app.query(SignatureLine)
        assert line.region.y == editor.cursor_screen_offset.y - 1
        await pilot.press(*"3, ")
        assert line._part is not None
        assert line._part.name == "bias"
        await pilot.press(")")
        assert not app.line
        assert editor.text == "\nf(3, )"


async def test_escape_closes_list_and_signature_and_then_leaves() -> None:
    async with edit("\n") as (app, editor, pilot):
        await pilot.press(*"f(")
        editor.take_signature(app.wanted[-1].place, "(size)")
        await pilot.press("escape")
        assert not app.line
        await pilot.press("1")
        assert not app.line


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_list_and_signature_stay_in_the_window_and_off_the_line(size: tuple[int, int]) -> None:
    async with edit("\n" * 30 + "x = " + "f" * 20, size) as (app, editor, pilot):
        await pilot.press(*"(torch.")
        editor.take_signature(app.wanted[0].place, "(" + ", ".join(f"parameter_{n}" for n in range(20)) + ")")
        editor.take(app.wanted[-1].place, names(*(f"name_{n}" for n in range(50))))
        await pilot.pause()
        [found], [line] = app.query(SuggestionList), app.query(SignatureLine)
        for widget in (found, line):
            assert widget.region in app.screen.region
            rows = range(widget.region.y, widget.region.bottom)
            assert editor.cursor_screen_offset.y not in rows
        assert not found.region.overlaps(line.region)
        assert "1-8 / 50" in str(found.render())
        await pilot.press("pagedown", "down", "down")
        assert "name_8" in str(found.render())


async def test_nothing_is_left_when_the_editor_loses_the_focus_or_goes() -> None:
    async with edit("") as (app, editor, pilot):
        await pilot.press(*"a.")
        editor.take(app.wanted[-1].place, names("b"))
        app.set_focus(None)
        await pilot.pause()
        assert not app.listed
        await editor.remove()
        assert not app.query(SuggestionList)


# --------------------------------------------------------------------------------------------- in the window


async def begin(stage: Stage, text: str) -> Editor:
    editor = stage.lab.editor
    assert editor is not None
    editor.load_text(text)
    editor.focus()
    editor.move_cursor(editor.document.end)
    await stage.pilot.pause()
    return editor


def listed(stage: Stage) -> list[str]:
    return [one.text for found in stage.app.screen.query(SuggestionList) for one in found.names]


def test_what_changes_a_tensor_in_its_place_comes_last() -> None:
    found = members(Members(functions="zero_ zeros zeros_like abs_ abs"))
    assert [one.text for one in found] == ["abs", "zeros", "zeros_like", "abs_", "zero_"]


def test_only_names_go_into_a_program() -> None:
    found = members(Members(functions="abs a;b \x1b[31m os.system"))
    assert [one.text for one in found] == ["abs"]


async def test_a_value_of_the_last_run_has_the_members_of_its_kind(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        row = Summary(name="loss", kind="tensor", type="Tensor")
        stage.runner.run.happens(Frame(sequence=1, cause="end", rows=(row,)))
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        await begin(stage, "loss = work()\n")
        await stage.press(*"loss.")
        await stage.until(lambda: len(stage.runner.runs) == 2)
        assert "tell_members('torch.Tensor()')" in stage.runner.run.program.source


async def test_the_names_of_the_file_and_of_python_are_suggested(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await begin(stage, "learning_rate = 1\ndef train(model): pass\nle")
        await stage.press("ctrl+space")
        await stage.until(lambda: listed(stage))
        assert listed(stage) == ["learning_rate", "len"]
        assert not stage.runner.runs


async def test_members_are_asked_once_from_the_process_that_is_ready(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await begin(stage, "import torch\n")
        await stage.press(*"torch.")
        await stage.until(lambda: stage.runner.runs)
        assert "tell_members('torch')" in stage.runner.run.program.source
        answer = msgspec.json.encode(Members(functions="abs zeros", modules="nn")).decode()
        done = Exit(reason="finished", code=0, seconds=0.1)
        stage.runner.run.happens(Output(text=f"\r\n{answer!a}\r\n"), done, Closed())
        await stage.until(lambda: listed(stage) == ["abs", "nn", "zeros"])
        await stage.press("z", "tab", "enter", *"torch.")
        await stage.until(lambda: listed(stage) == ["abs", "nn", "zeros"])
        assert len(stage.runner.runs) == 1


@pytest.mark.parametrize(
    "line", ["from torch.nn import Li", "from torch.nn import Flatten, ", "import torch.nn."]
)
async def test_an_import_suggests_what_is_in_the_module(open_stage: OpenStage, line: str) -> None:
    async with open_stage() as stage:
        await begin(stage, line)
        await stage.press("ctrl+space")
        await stage.until(lambda: stage.runner.runs)
        assert "tell_members('torch.nn')" in stage.runner.run.program.source


async def test_parameters_of_the_files_own_functions(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await begin(stage, "def train(model, epochs=3):\n    pass\n\n")
        await stage.press(*"train(")
        await stage.until(lambda: any(line.display for line in stage.app.screen.query(SignatureLine)))
        await stage.press(*"ep", "ctrl+space")
        await stage.until(lambda: listed(stage)[:1] == ["epochs="])
        await stage.press("tab")
        assert stage.lab.editor is not None
        assert stage.lab.editor.text.endswith("train(epochs=)")


async def test_the_setting_leaves_only_the_key(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        stage.session.settings = stage.session.settings.changed(suggestions=False)
        await begin(stage, "class Net:\n    def run(self): pass\n\nnet = Net()\n")
        await stage.press(*"net.")
        await stage.pilot.pause()
        assert not listed(stage)
        await stage.press("ctrl+space")
        await stage.until(lambda: listed(stage) == ["run"])


QUESTION = """\
:::{code} second
Set `b`.

```python starter
import math

big_number = 3
b = 1
```

```python solution
b = 2
```

:expect: b == 2
:::
"""


async def test_the_program_of_a_question_has_them_too(tmp_path: Path) -> None:
    async with open_app(QUESTION, folder=tmp_path) as app:
        await app.press("n")
        await app.until(lambda: list(app.pilot.app.screen.query(SuggestingArea)))
        [area] = [one for one in app.pilot.app.screen.query(SuggestingArea) if not isinstance(one, Editor)]
        area.focus()
        await app.pilot.pause()
        area.move_cursor(area.document.end)
        await app.press("enter", *"bi", "ctrl+space")
        await app.until("big_number")
        await app.press("tab")
        assert area.text.rstrip().endswith("big_number")
        await app.press("enter", *"bi", "ctrl+space", "escape")
        assert area.has_focus
        assert "bin()" not in app.text
