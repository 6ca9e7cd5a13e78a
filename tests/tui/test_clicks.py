"""A key right after a click acts where the click went, and a click after a key on what the key has brought."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.geometry import Offset
from textual.widgets import TextArea

from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.question import Question
from tui.stage import OpenStage, Stage

CODE = """
:::{code} twice
Double it.

```python starter
def twice(x):
    return x
```

```python checks
assert twice(2) == 4
```

```python solution
def twice(x):
    return 2 * x
```
:::
"""


def place_of(stage: Stage, text: str) -> Offset:
    """Return where a text stands on the screen."""
    rows = screen_text(stage.app.screen).split("\n")
    return next(Offset(row.index(text), y) for y, row in enumerate(rows) if text in row)


def mouse(kind: type[events.MouseEvent], at: Offset, button: int = 1) -> events.MouseEvent:
    where: dict[str, Any] = dict.fromkeys(("shift", "meta", "ctrl"), False)
    return kind(None, x=at.x, y=at.y, delta_x=0, delta_y=0, button=button, **where)


def click(stage: Stage, text: str, part: int = 0) -> None:
    """Click on a text as a terminal reports it, and wait for nothing."""
    at = place_of(stage, text) + Offset(part, 0)
    stage.app.post_message(mouse(events.MouseDown, at))
    stage.app.post_message(mouse(events.MouseUp, at))


def question_of(stage: Stage, block_id: str) -> Question:
    return next(box for box in stage.screen.query(Question) if box.block.id == block_id)


def keys(stage: Stage, *names: str) -> None:
    for name in names:
        stage.app.post_message(events.Key(name, name if len(name) == 1 else None))


async def settled(stage: Stage) -> None:
    """Wait until the app has got all that was sent, and everything is done."""
    arrived = asyncio.Event()
    stage.app.call_later(arrived.set)
    await arrived.wait()
    await stage.until(lambda: not stage.app.key_order.busy)
    await stage.pilot.pause()


async def bring(stage: Stage, text: str) -> None:
    """Scroll the page until a text is in view, with the focus on the page and no question made."""
    reader = stage.screen.reader
    reader.focus()
    await stage.pilot.pause()
    while text not in screen_text(stage.app.screen):
        reader.scroll_relative(y=5, animate=False, immediate=True)
        await stage.pilot.pause()


@pytest.fixture
def with_code(course: Path) -> Path:
    for language in ("en", "it"):
        lesson = course / language / "01-adding.md"
        lesson.write_text(lesson.read_text(encoding="utf-8") + CODE, encoding="utf-8")
    return course


@pytest.mark.usefixtures("with_code")
async def test_the_check_key_right_after_a_click_on_a_program_checks_that_program(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        await bring(stage, "return x")
        assert not question_of(stage, "twice").built
        click(stage, "return x")
        keys(stage, "ctrl+s")
        await settled(stage)
        assert [message.block_id for message in stage.said(Question.AnswerSubmitted)][:1] == ["twice"]


@pytest.mark.usefixtures("with_code")
async def test_letters_right_after_a_click_are_typed_where_it_went(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await bring(stage, "return x")
        click(stage, "return x", len("return"))
        keys(stage, *"abc")
        await settled(stage)
        assert "returnabc x" in question_of(stage, "twice").query_one(TextArea).text


async def test_a_key_after_a_click_on_an_option_finds_it_chosen(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await bring(stage, "( ) 22")
        click(stage, "( ) 22")
        keys(stage, "ctrl+s")
        await settled(stage)
        submitted = stage.said(Question.AnswerSubmitted)
        assert [dict(message.answer) for message in submitted][:1] == [{"choice": "c"}]


async def test_a_click_after_a_key_goes_to_what_the_key_has_brought(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        keys(stage, "f3")
        click(stage, "Change me")
        keys(stage, "x")
        await settled(stage)
        assert editor.text.startswith("# xChange me")


async def test_a_key_after_the_wheel_begins_where_the_wheel_has_brought_the_page(
    open_stage: OpenStage, long_course: Path
) -> None:
    async with open_stage(content=long_course, lesson="long") as stage:
        reader = stage.screen.reader
        reader.focus()
        await stage.pilot.pause()
        for _ in range(20):
            stage.app.post_message(mouse(events.MouseScrollDown, reader.region.offset + Offset(5, 5)))
        keys(stage, "n")
        await settled(stage)
        focused = stage.app.focused
        assert focused is not None
        assert "block-q0" not in [node.id for node in focused.ancestors_with_self]


async def test_a_drag_keeps_its_order_while_a_key_is_under_way(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        begin = place_of(stage, "Change me")
        keys(stage, "f3")
        stage.app.post_message(mouse(events.MouseDown, begin))
        stage.app.post_message(mouse(events.MouseMove, begin + Offset(6, 0)))
        stage.app.post_message(mouse(events.MouseUp, begin + Offset(6, 0)))
        keys(stage, "x")
        await settled(stage)
        assert editor.text.startswith("# x me")


async def test_a_pointer_that_moves_and_a_held_button_hold_up_nothing(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        order, at = stage.app.key_order, Offset(20, 5)
        assert not order.holds_back(mouse(events.MouseMove, at))
        assert not order.busy
        for kind in (events.MouseDown, events.MouseMove, events.MouseUp, events.MouseDown):
            assert not order.holds_back(mouse(kind, at))
        assert order.holds_back(events.Key("j", "j"))
        await settled(stage)
