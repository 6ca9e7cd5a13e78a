"""Low and narrow windows: what may stand close together, and that the place in the lesson is always told."""

from __future__ import annotations

import pytest

from evoclass.disk import paths
from evoclass.learner import config
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.pane_title import PaneTitle
from tui.stage import OpenStage
from tui.test_comfort import setting


async def test_compact_leaves_more_lines_for_the_page_and_changes_at_once(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        reader = stage.screen.reader
        roomy, tall = reader.max_scroll_y, reader.size.height
        await setting(stage, "density")
        await stage.press("right", "escape")
        await stage.until(lambda: reader.size.height > tall)
        assert reader.max_scroll_y < roomy - 2
        assert config.load(paths.config_file()).density == "compact"
        lines = screen_text(stage.screen).splitlines()
        assert "Lesson" in lines[1]
        assert "%" in lines[1]
        await stage.press("f3")
        lines = screen_text(stage.screen).splitlines()
        assert "Lesson" in lines[1]
        assert "sum.py" in lines[2]
        await setting(stage, "density")
        await stage.press("right", "escape")
        await stage.press("f3")
        assert (reader.max_scroll_y, reader.size.height) == (roomy, tall)


@pytest.mark.parametrize(
    ("language", "tabs"), [("en", ("Lesson", "Lab")), ("it", ("Lezione", "Laboratorio"))]
)
@pytest.mark.parametrize("width", [60, 80])
async def test_a_compact_line_has_both_tabs_and_the_place(
    open_stage: OpenStage, language: str, tabs: tuple[str, str], width: int
) -> None:
    async with open_stage(size=(width, 24), language=language) as stage:
        stage.app.use_density("compact")
        await stage.pilot.pause()
        line = screen_text(stage.screen).splitlines()[1]
        assert all(tab in line for tab in tabs)
        assert "%" in line


async def test_a_compact_page_measures_questions_before_it_builds_them(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        stage.app.use_density("compact")
        stage.screen.reader.refill()
        await stage.pilot.pause()
        question = stage.screen.reader.question("two-and-two")
        before = question.outer_size.height
        question.build()
        await stage.pilot.pause()
        await stage.pilot.pause()
        assert question.outer_size.height == before


# ----------------------------------------------------------------------------------------------------- position


@pytest.mark.parametrize("width", [60, 80, 119, 120, 150, 200])
async def test_the_section_and_the_place_are_told_at_every_width(open_stage: OpenStage, width: int) -> None:
    async with open_stage(size=(width, 30), content=paths.content_folder(), lesson="7") as stage:
        reader = stage.screen.reader
        section = stage.screen.panes.sections[1]
        reader.go_to(section.id)
        bar = stage.screen.query_one("#lesson-bar", PaneTitle)
        count = len(stage.screen.panes.sections)
        await stage.until(lambda: bar.status.startswith(f"2/{count} · "))
        assert bar.region.width > 20
        shown = screen_text(stage.screen).splitlines()[bar.region.y]
        assert section.title[:15] in shown
        assert f"{round(100 * reader.scroll_y / reader.max_scroll_y)}%" in shown
