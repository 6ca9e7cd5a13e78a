"""Tab at `>>>`: names that were entered there, and what is inside of modules."""

from __future__ import annotations

import msgspec
import pytest

from evoclass.inspecting.manual import Members
from evoclass.protocol import Closed, Exit, Frame, Output, Summary
from evoclass_tui.completion import among, blocks, complete
from evoclass_tui.widgets.prompt import PromptInput
from tui.stage import OpenStage, Stage

PROGRAM = "import torch\nfrom torch import nn as layers\n"


async def at_prompt(stage: Stage) -> PromptInput:
    """Run to the end, and return the prompt's field, with the focus."""
    editor = stage.lab.editor
    assert editor is not None
    editor.load_text(PROGRAM)
    await stage.run()
    stage.runner.run.finishes("done\r\n")
    await stage.until(lambda: stage.lab.terminal.prompt)
    field = stage.lab.terminal.query_one(PromptInput)
    field.focus()
    await stage.pilot.pause()
    return field


def answer(stage: Stage, members: Members) -> None:
    """Let the process that was asked for members answer."""
    said = msgspec.json.encode(members).decode()
    done = Exit(reason="finished", code=0, seconds=0.1)
    stage.runner.run.happens(Output(text=f"\r\n{said!a}\r\n"), done, Closed())


def test_what_was_entered_is_known_and_a_wrong_line_spoils_no_other() -> None:
    entered = [
        "import numpy as np",
        "rate = = 1",
        "for row in np.eye(2):",
        "    total = row",
        "",
        "total2 = 1",
    ]
    sources = (PROGRAM, *blocks(entered))
    assert len(sources) == 5
    assert complete("print(to", sources, {}).offers == ("torch", "total", "total2")
    assert complete("ro", sources, {}).insert == "w"
    assert complete("np", sources, {}).offers == ("np",)
    assert not complete("rat", sources, {}).offers


def test_an_import_has_no_names_of_the_program() -> None:
    assert not complete("from torch import ra", ("rate = 1",), {}).offers
    assert among(("rand", "randn", "abs"), "r").insert == "and"


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("torch.nn.Li", "torch.nn"),
        ("layers.Li", "torch.nn"),
        ("print(f(1), torch.nn.Li", "torch.nn"),
        ("from torch.nn import Li", "torch.nn"),
        ("import torch.nn.Li", "torch.nn"),
    ],
)
async def test_tab_completes_inside_of_modules(open_stage: OpenStage, line: str, path: str) -> None:
    async with open_stage() as stage:
        field = await at_prompt(stage)
        run = stage.runner.run
        await stage.press(*line, "tab")
        await stage.until(lambda: len(stage.runner.runs) == 2)
        assert f"tell_members({path!r})" in stage.runner.run.program.source
        answer(stage, Members(classes="Linear LazyLinear", functions="abs"))
        await stage.until(lambda: field.value == f"{line}near")
        assert run.lines == []


async def test_a_module_that_was_imported_at_the_prompt(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        field = await at_prompt(stage)
        await stage.press(*"import math as m", "enter")
        await stage.press(*"m.f", "tab")
        await stage.until(lambda: len(stage.runner.runs) == 2)
        assert "tell_members('math')" in stage.runner.run.program.source
        answer(stage, Members(functions="fabs factorial fmod"))
        await stage.until(lambda: stage.said(PromptInput.Offered))
        assert stage.said(PromptInput.Offered)[-1].names == ("fabs", "factorial", "fmod")
        assert field.value == "m.f"


async def test_an_attribute_of_the_programs_own_class_is_what_the_run_has_seen(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.load_text("class Net(Base):\n    pass\n\nnet = Net()\n")
        await stage.run()
        row = Summary(name="net.first", kind="module", type="Linear")
        stage.runner.run.happens(Frame(sequence=1, cause="end", rows=(row,)))
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.lab.terminal.query_one(PromptInput).focus()
        await stage.press(*"net.first.regi", "tab")
        await stage.until(lambda: len(stage.runner.runs) == 2)
        assert "tell_members('torch.nn.Module()')" in stage.runner.run.program.source


async def test_an_answer_that_comes_late_changes_nothing(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        field = await at_prompt(stage)
        await stage.press(*"torch.n", "tab")
        await stage.until(lambda: len(stage.runner.runs) == 2)
        await stage.press("x")
        answer(stage, Members(modules="nn"))
        await stage.pilot.app.workers.wait_for_complete(
            [worker for worker in stage.app.workers if worker.group == "suggestions"]
        )
        assert field.value == "torch.nx"


@pytest.mark.parametrize("line", ["'torch.n", "# torch.n", "3.n", "zzz", "x[0].n"])
async def test_nothing_is_asked_where_nothing_can_be_known(open_stage: OpenStage, line: str) -> None:
    async with open_stage() as stage:
        field = await at_prompt(stage)
        await stage.press(*line, "tab")
        assert field.value == line
        assert len(stage.runner.runs) == 1
