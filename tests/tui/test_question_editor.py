"""The editor of a program that a question asks for edits lines as the lab's does."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets.text_area import Selection

from evoclass.disk import paths
from evoclass.learner import config
from evoclass_tui.screens.manual import Manual
from evoclass_tui.testing import open_app
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.entry import Entry
from evoclass_tui.widgets.fields.code import CodeEditor
from evoclass_tui.widgets.find_bar import FindBar
from evoclass_tui.widgets.key_bar import KeyBar
from tui.stage import OpenStage

LESSON = """\
:::{code} half
Halve it.

```python starter
def half(x):
    return x
```

```python solution
def half(x):
    return x / 2
```

:expect: half(4) == 2
:::
"""

TEXT = "def half(x):\n    return x"


async def pressed(folder: Path, keys: str, at: Selection | None = None) -> tuple[str, str]:
    """Press keys at the end of the program; return it, and what is selected then."""
    async with open_app(LESSON, folder=folder) as app:
        await app.press("n")
        await app.until(lambda: list(app.pilot.app.screen.query(CodeEditor)))
        [area] = app.pilot.app.screen.query(CodeEditor)
        area.focus()
        await app.pilot.pause()
        area.load_text(TEXT)
        area.selection = at or Selection.cursor(area.document.end)
        await app.press(*keys.split())
        assert app.pilot.app.focused is area
        return area.text, area.selected_text


@pytest.mark.parametrize(
    ("keys", "text", "selected"),
    [
        ("ctrl+a ctrl+a", TEXT, TEXT),
        ("ctrl+a ctrl+a x", "x", ""),
        ("ctrl+a y", "def half(x):\n    yreturn x", ""),
        ("alt+up", "    return x\ndef half(x):", ""),
        ("alt+d", f"{TEXT}\n    return x", ""),
        ("ctrl+slash", "def half(x):\n    # return x", ""),
        ("shift+tab", "def half(x):\nreturn x", ""),
    ],
)
async def test_lines_are_edited_as_in_the_lab(tmp_path: Path, keys: str, text: str, selected: str) -> None:
    assert await pressed(tmp_path, keys) == (text, selected)


async def test_tab_and_its_way_back_move_what_is_selected(tmp_path: Path) -> None:
    whole = Selection((0, 0), (1, 12))
    assert await pressed(tmp_path, "tab shift+tab shift+tab", whole) == ("def half(x):\nreturn x",) * 2


async def test_keys_that_were_changed_for_the_lab_are_changed_here_too(
    course: Path, home: Path, open_stage: OpenStage
) -> None:
    config.save(paths.config_file(), keys={"editor.duplicate": "ctrl+d"})
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text(encoding="utf-8") + LESSON, encoding="utf-8")
    async with open_stage() as stage:
        stage.screen.reader.jump_to("half")
        await stage.until(lambda: bool(list(stage.screen.query(CodeEditor))))
        area = stage.screen.query_one(CodeEditor)
        area.focus()
        await stage.pilot.pause()
        await stage.press("ctrl+d")
        assert area.text.startswith("def half(x):\ndef half(x):\n")


async def test_the_manual_tells_of_the_name_in_the_program_that_has_the_focus(tmp_path: Path) -> None:
    lab = "```{lab} a.py\nimport json\n```\n\n"
    async with open_app(lab + LESSON, folder=tmp_path) as app:
        await app.press("n")
        await app.until(lambda: list(app.pilot.app.screen.query(CodeEditor)))
        [area] = app.pilot.app.screen.query(CodeEditor)
        area.focus()
        await app.pilot.pause()
        area.load_text("sorted([2, 1])")
        await app.press("alt+h")
        assert isinstance(app.pilot.app.screen, Manual)
        assert "sorted" in screen_text(app.pilot.app.screen)


@pytest.mark.parametrize(("language", "check"), [("en", "^S Check"), ("it", "^S Verifica")])
async def test_the_key_bar_of_a_narrow_window_says_how_to_check(
    tmp_path: Path, language: str, check: str
) -> None:
    async with open_app(LESSON, folder=tmp_path, size=(80, 24), language=language) as app:
        await app.press("n")
        await app.until(lambda: list(app.pilot.app.screen.query(CodeEditor)))
        bar = app.pilot.app.screen_stack[0].query_one(KeyBar)
        await app.until(lambda: bar.place == "code")
        assert check in str(bar.render())


async def test_find_and_replace_work_as_in_the_lab(tmp_path: Path) -> None:
    async with open_app(LESSON, folder=tmp_path, size=(80, 24)) as app:
        await app.press("n")
        await app.until(lambda: list(app.pilot.app.screen.query(CodeEditor)))
        [area] = app.pilot.app.screen.query(CodeEditor)
        area.focus()
        await app.pilot.pause()
        await app.press("ctrl+f", "alt+r", *r"\bx", "tab", *"yy")
        [bar] = app.pilot.app.screen.query(FindBar)
        assert bar.region.y == area.region.bottom
        assert bar.region.height == 1
        assert min(field.region.width for field in bar.query(Entry)) >= 12
        await app.press("alt+a", "escape")
        assert app.pilot.app.focused is area
        assert area.text == "def half(yy):\n    return yy\n"
        assert not app.pilot.app.screen.query(FindBar)
        await app.press("ctrl+z")
        assert area.text == TEXT + "\n"
