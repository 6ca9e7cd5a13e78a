"""Everything on the screen can be read, in both themes and on every kind of terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evoclass.contracts.bench import InterpreterBench
from evoclass.disk import paths
from evoclass_author.scaffold import make_course
from evoclass_tui.textual_private import screen_text
from evoclass_tui.themes import THEMES
from tui import tour
from tui.contrast import hard_to_read
from tui.stage import OpenStage, Stage
from tui.tour import Stops

THEME_NAMES = [theme.name for theme in THEMES]


async def collected(stage: Stage, stops: Stops, theme: str) -> list[str]:
    """Go to every stop, and return what cannot be read at each."""
    stage.app.theme = theme
    await stage.pilot.pause()
    found = []
    async for stop in stops:
        found += [f"{stop}: {what}" for what in hard_to_read(stage.app)]
    return found


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("stops", [tour.page, tour.dialogs, tour.runs, tour.panels, tour.comparison])
async def test_everything_can_be_read(
    open_stage: OpenStage, theme: str, stops: Callable[[Stage], Stops]
) -> None:
    async with open_stage(size=(160, 48), content=paths.content_folder(), lesson="7") as stage:
        assert await collected(stage, stops(stage), theme) == []


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEME_NAMES)
async def test_questions_can_be_read(open_stage: OpenStage, theme: str, tmp_path: Path) -> None:
    make_course(tmp_path / "c", "One of each", "", ["en"])
    async with open_stage(size=(120, 50), content=tmp_path / "c", lesson="one-of-each") as stage:
        assert await collected(stage, tour.questions(stage, InterpreterBench()), theme) == []


async def test_a_window_that_is_too_small_is_said_to_be(open_stage: OpenStage) -> None:
    async with open_stage(size=(100, 30)) as stage:
        await stage.pilot.resize_terminal(50, 12)
        await stage.until(lambda: any("50 × 12" in notice for notice in stage.notices))
        await stage.pilot.resize_terminal(20, 5)
        await stage.until(lambda: any("20 × 5" in notice for notice in stage.notices))

        def words() -> str:
            return " ".join(re.sub(r"[^\w×]", " ", screen_text(stage.screen)).split())

        await stage.until(lambda: "20 × 5" in words())
        assert "50 × 12" not in words(), "a notice of an earlier size is wrong by now"
        stage.app.clear_notifications()
        await stage.pilot.resize_terminal(40, 12)
        await stage.pilot.pause()
        assert stage.screen.reader.size.height >= 8
