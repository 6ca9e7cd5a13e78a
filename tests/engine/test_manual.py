"""The documentation of a name: found in installed packages, without running anything of the learner's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evoclass.contracts.bench import InterpreterBench
from evoclass.inspecting.manual import Page, look_up, program, read


def test_functions_methods_and_attributes_have_their_pages() -> None:
    found = look_up("collections.OrderedDict.move_to_end")
    assert found is not None
    assert "last=True" in found.signature
    assert "Move an existing element" in found.text
    assert look_up("math.pi") == Page("math.pi", "", "float", "value")
    assert look_up("pathlib.PurePath.name") == Page(
        "pathlib.PurePath.name", "", "The final path component, if any.", "value"
    )
    assert (look_up("xml.dom.minidom") or Page()).text.startswith("Simple implementation")
    assert look_up("math.nothing") is None
    assert look_up("math.pi.real") is None  # a value is not asked


def test_nothing_of_the_learner_and_nothing_loud_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text("print('ran')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert look_up("mine.x") is None
    assert look_up("antigravity") is None
    assert not {"mine", "antigravity"} & sys.modules.keys()


async def test_the_page_comes_from_another_process() -> None:
    result = await InterpreterBench("en").run(program(("nosuch.x", "math.sqrt")))
    page = read(result.output, Page)
    assert (page.name, page.signature) == ("math.sqrt", "(x, /)")
    result = await InterpreterBench("en").run(program(("nosuch.x",)))
    assert read(result.output, Page) == Page()
