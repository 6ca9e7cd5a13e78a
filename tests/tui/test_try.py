"""A program of the text is tried in the lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.layout import copied
from evoclass.model import Callout, CodeBlock
from evoclass_tui.trying import is_program, to_try
from evoclass_tui.widgets.prompt import PromptInput
from evoclass_tui.widgets.prose import Prose
from tui.reading import reading
from tui.stage import OpenStage, Stage


@pytest.fixture
def with_code(course: Path) -> Path:
    """Put two programs in front of everything else in the lesson."""
    lesson = course / "en" / "01-adding.md"
    head, text = lesson.read_text().split("\n---\n", 1)
    programs = "\n```python\ntotal + 1\n```\n\nThen:\n\n```python\nfor n in range(2):\n    n\n```\n\n```text\nno\n```\n"
    lesson.write_text(f"{head}\n---\n{programs}\n{text}")
    return course


async def prompt(stage: Stage) -> None:
    await stage.run()
    stage.runner.run.finishes("done\r\n")
    await stage.until(lambda: stage.lab.terminal.prompt)


async def test_after_a_run_the_program_goes_to_the_prompt(open_stage: OpenStage, with_code: Path) -> None:
    async with open_stage() as stage:
        await prompt(stage)
        await stage.press("f3", "escape", "t")
        await stage.until(lambda: stage.runner.run.lines == ["total + 1"])
        await stage.until(lambda: isinstance(stage.app.focused, PromptInput))
        await stage.press("up")
        assert stage.lab.terminal.query_one(PromptInput).value == "total + 1"


async def test_a_block_is_entered_as_one(open_stage: OpenStage, with_code: Path) -> None:
    async with open_stage() as stage:
        await prompt(stage)
        await stage.press("escape", "tab", "tab", "enter")
        await stage.until(lambda: stage.runner.run.lines == ["for n in range(2):\n    n"])
        assert ">>> for n in range(2):" in stage.terminal_text
        assert "...     n" in stage.terminal_text


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_before_a_run_it_goes_below_the_open_file(
    open_stage: OpenStage, with_code: Path, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        editor = stage.lab.editor
        assert editor is not None
        before = editor.text
        await stage.press("t")
        await stage.until(lambda: stage.app.focused is editor)
        assert editor.text == before.rstrip("\n") + "\ntotal + 1\n"
        assert editor.selected_text == "total + 1\n"
        assert "at the end of" in stage.notices[-1]
        await stage.press("ctrl+z")
        assert editor.text == before


def code(id: str, text: str, language: str = "python") -> CodeBlock:
    return CodeBlock(id=id, line=1, language=language, code=text)


async def test_the_link_is_in_a_row_with_room_and_is_not_copied() -> None:
    box = Callout(id="box", line=1, kind="note", title=(), children=(code("b", "x = 1"),))
    blocks = (box, code("c", "y" * 50 + "\ny = 2"), code("d", "$ ls", "text"))
    async with reading(*blocks, size=(60, 20)) as page:
        assert "try it" not in page.screen()  # there is no lab
        plain = Prose(blocks, page.reader.catalog).lines_at(56)
        lines = Prose(blocks, page.reader.catalog, tries=True).lines_at(56)
        assert [line.text.split() for line in lines if "try it" in line.text] == [
            ["│", "x", "=", "1", "▸", "try", "it", "│"],
            ["y", "=", "2", "▸", "try", "it"],
        ]
        assert [line.width for line in lines] == [line.width for line in plain]
        assert copied(lines) == copied(plain)


@pytest.mark.parametrize(
    ("language", "text", "tried"),
    [
        ("python", "x = 1\nx", "x = 1\nx"),
        ("python", "    x = 1\n    if x:\n        x", "x = 1\nif x:\n    x"),
        ("python", ">>> x = 1\n>>> x\n1\n", "x = 1\nx"),
        (
            "pycon",
            ">>> for n in range(2):\n...     n\n...\n0\n1\n>>> 'a\\n...'",
            "for n in range(2):\n    n\n\n'a\\n...'",
        ),
        ("pycon", ">>> print('...')\n...\n", "print('...')\n"),
        ("pycon", "no prompt", ""),
    ],
)
def test_prompts_output_and_indentation_are_left_out(language: str, text: str, tried: str) -> None:
    block = code("c", text, language)
    assert is_program(block)
    assert to_try(block).rstrip("\n") == tried.rstrip("\n")


def test_other_languages_are_not_tried() -> None:
    assert not any(is_program(code("c", "x", language)) for language in ("", "text", "bash", "pytb", "json"))
