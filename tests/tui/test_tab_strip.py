"""Tabs for which there is no room: all of them are reached by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.geometry import Offset

from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.tab_strip import TabStrip
from tui.stage import OpenStage, Stage

FILES = ["sum.py", *(f"experiment_{number}.py" for number in range(2, 8))]


@pytest.fixture
def many_files(course: Path) -> Path:
    for language in ("en", "it"):
        lesson = course / language / "01-adding.md"
        labs = "".join(f"\n```{{lab}} {file}\nx = 1\n```\n" for file in FILES[1:])
        lesson.write_text(lesson.read_text(encoding="utf-8") + labs, encoding="utf-8")
    return course


def bar(stage: Stage) -> str:
    """Return the row of the tabs as it is on the screen."""
    strip = stage.screen.query_one("#files", TabStrip)
    row = screen_text(stage.screen).split("\n")[strip.region.y]
    return row[strip.region.x : strip.region.right]


async def click(stage: Stage, text: str) -> None:
    strip = stage.screen.query_one("#files", TabStrip)
    await stage.pilot.click(strip, offset=(bar(stage).index(text), 0))
    await stage.pilot.pause()


@pytest.mark.usefixtures("many_files")
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_every_file_is_reached_by_keys_and_by_mouse(
    open_stage: OpenStage, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        await stage.press("f3")
        for file in [*FILES[1:], FILES[0]]:
            await stage.press("f4")
            assert stage.lab.file == file
            assert file in bar(stage)
        for file in FILES:
            while file not in bar(stage):
                before = bar(stage)
                await click(stage, "›")
                assert bar(stage) != before
            await click(stage, file)
            assert stage.lab.file == file
        while "‹" in bar(stage):
            await click(stage, "‹")
        assert FILES[0] in bar(stage)
        assert stage.lab.file == FILES[-1]  # looking around chooses nothing


@pytest.mark.usefixtures("many_files")
async def test_the_wheel_turns_to_tabs_out_of_view(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        await stage.press("f3")
        strip = stage.screen.query_one("#files", TabStrip)
        at = strip.region.offset + Offset(2, 0)
        for kind, end in ((events.MouseScrollDown, -1), (events.MouseScrollUp, 0)):
            for _ in FILES:
                where = {"x": at.x, "y": at.y, "delta_x": 0, "delta_y": 0, "button": 0}
                stage.app.post_message(kind(None, shift=False, meta=False, ctrl=False, **where))
            await stage.until(lambda end=end: FILES[end] in bar(stage))  # type: ignore[misc]
        assert stage.lab.file == FILES[0]
