"""The documentation of the name under the cursor, on the screen."""

from __future__ import annotations

import msgspec
import pytest
from textual import events
from textual.widgets import Static

from evoclass.inspecting.manual import Page
from evoclass.protocol import Closed, Exit, Output
from evoclass_tui.naming import full_names, word_at
from evoclass_tui.official_pages import address
from evoclass_tui.screens.manual import Manual
from tui.stage import OpenStage, Stage


async def look(stage: Stage, text: str) -> None:
    editor = stage.lab.editor
    assert editor is not None
    editor.load_text(text)
    editor.focus()
    await stage.pilot.pause()
    stage.app.post_message(events.Key("alt+h", "h"))  # as a terminal sends it
    await stage.pilot.pause()
    assert editor.text == text


def shown(stage: Stage) -> str:
    return "\n".join(str(static.render()) for static in stage.app.screen.query(Static))


async def test_signature_and_text_come_from_a_run_of_our_own_program(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await look(stage, "print(1)")
        await stage.until(lambda: stage.runner.runs)
        assert "('builtins.print',)" in stage.runner.run.program.source
        assert not list(stage.runner.run.program.folder.glob("train.py"))
        page = msgspec.json.encode(
            Page(
                "builtins.print",
                "(*args)",
                "Prints [b]values[/b].\n\x1b[31mEnd, see :func:`~io.write` or ``True``",
                "function",
            )
        )
        done = Exit(reason="finished", code=0, seconds=0.1)
        stage.runner.run.happens(Output(text=f"\r\n{page.decode()!a}\r\n"), done, Closed())
        await stage.until(lambda: "Prints" in shown(stage))
        assert "builtins.print(*args)" in shown(stage)
        assert "[b]values[/b]" in shown(stage)
        assert "\x1b" not in shown(stage)
        assert "End, see io.write or True" in shown(stage)
        assert "https://docs.python.org/3/library/functions.html#print" in shown(stage)
        opened: list[str] = []
        stage.app.open_url = lambda url, new_tab=True: opened.append(url)  # type: ignore[method-assign]
        await stage.press("enter")
        assert opened == ["https://docs.python.org/3/library/functions.html#print"]
        await stage.press("escape")
        assert stage.app.screen is stage.screen
        assert stage.lab.phase in ("ready", "warming")


@pytest.mark.parametrize("language", ["en", "it"])
async def test_what_is_not_known_is_said(open_stage: OpenStage, language: str) -> None:
    async with open_stage(language=language) as stage:
        say = stage.session.catalog
        await look(stage, "   ")
        assert stage.notices[-1] == say("manual.no_name")
        await look(stage, "mine")
        assert stage.notices[-1] == say("manual.unknown", name="mine")
        await look(stage, "len(x)")
        await stage.until(lambda: stage.runner.runs)
        assert isinstance(stage.app.screen, Manual)
        stage.runner.run.happens(Exit(reason="error", code=1, seconds=0.1), Closed())
        await stage.until(lambda: say("manual.unknown", name="len") in shown(stage))


@pytest.mark.parametrize(
    ("column", "word"), [(4, "y"), (8, "nn"), (12, "nn.Linear"), (18, "head"), (23, "head.weight"), (2, "")]
)
def test_the_name_ends_where_the_cursor_is(column: int, word: str) -> None:
    assert word_at("    y = nn.Linear(head.weight)", column) == word


@pytest.mark.parametrize("end", ["", "print(", "\nif x:"])
def test_a_name_stands_for_what_is_imported_or_made(end: str) -> None:
    source = f"import numpy as np, os.path\nfrom torch import nn\nhead = nn.Linear(5, 2)\n{end}"
    assert full_names(source, "np.zeros")[0] == "numpy.zeros"
    assert full_names(source, "os.path.join")[0] == "os.path.join"
    assert full_names(source, "nn.Linear")[0] == "torch.nn.Linear"
    assert full_names(source, "head.forward")[0] == "torch.nn.Linear().forward"
    assert full_names(source, "print") == ("builtins.print",)
    assert full_names(source, "x.view")[0] == "torch.Tensor.view"
    assert full_names(source, "unknown") == ()


@pytest.mark.parametrize(
    ("name", "kind", "page"),
    [
        ("torch.nn.Linear", "class", "docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html"),
        (
            "torch.nn.Linear.forward",
            "function",
            "docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html",
        ),
        ("torch.Tensor.view", "function", "docs.pytorch.org/docs/stable/generated/torch.Tensor.view.html"),
        (
            "torch.utils.data.DataLoader",
            "class",
            "docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader",
        ),
        ("torch.nn.functional", "module", "docs.pytorch.org/docs/stable/nn.functional.html"),
        ("torch.nn.modules.linear.Linear", "class", ""),
        (
            "torchvision.models.resnet18",
            "function",
            "docs.pytorch.org/vision/stable/models/generated/torchvision.models.resnet18.html",
        ),
        ("torchvision.models.ResNet", "class", ""),
        ("numpy.linalg.norm", "function", "numpy.org/doc/stable/reference/generated/numpy.linalg.norm.html"),
        ("numpy.float32", "class", ""),
        (
            "matplotlib.pyplot.plot",
            "function",
            "matplotlib.org/stable/api/_as_gen/matplotlib.pyplot.plot.html",
        ),
        ("builtins.len", "function", "docs.python.org/3/library/functions.html#len"),
        ("builtins.str.join", "function", "docs.python.org/3/library/stdtypes.html#str.join"),
        ("builtins.ValueError", "class", "docs.python.org/3/library/exceptions.html#ValueError"),
        ("os.path.join", "function", "docs.python.org/3/library/os.path.html#os.path.join"),
        ("math", "module", "docs.python.org/3/library/math.html"),
        (
            "collections.OrderedDict.move_to_end",
            "function",
            "docs.python.org/3/library/collections.html#collections.OrderedDict.move_to_end",
        ),
        ("evoclass_canteen.spiral", "function", ""),
        ("torch.x/../../y", "function", ""),
        ("_thread.lock", "class", ""),
        ("", "", ""),
    ],
)
def test_the_official_page_is_linked_where_its_address_is_sure(name: str, kind: str, page: str) -> None:
    assert address(name, kind) == (page and f"https://{page}")
