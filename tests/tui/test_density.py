"""Low and narrow windows: what may stand close together, and that the place in the lesson is always told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import textual.widgets

import evoclass_tui
from evoclass.disk import paths
from evoclass.learner import config
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.guess_card import GuessCard
from evoclass_tui.widgets.lab_card import LabCard
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.question_form import QuestionForm
from evoclass_tui.widgets.recap_card import RecapCard
from tui.stage import OpenStage
from tui.test_comfort import setting
from tui.test_guesses import NUMBER, put
from tui.test_recap_card import pick

TEXTUAL = {"Screen", "ModalScreen", "Toast", "ToastRack", "Vertical", "VerticalScroll"}
"""Widgets of Textual that style sheets name and `textual.widgets` does not have."""


def read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


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


async def test_compact_leaves_no_empty_lines_within_the_edges_of_any_card(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, NUMBER)
    async with open_stage(size=(80, 24)) as stage:
        stage.app.use_density("compact")
        await pick(stage, "b")
        await stage.until(lambda: bool(stage.screen.query(RecapCard)))
        for kind in (QuestionForm, LabCard, GuessCard, RecapCard):
            card = stage.screen.query(kind).first()
            assert card.styles.padding.height == 0, kind.__name__


def test_style_sheets_name_widgets_that_there_are() -> None:
    folder = Path(evoclass_tui.__file__).parent
    classes = set(
        re.findall(r"^ *class (\w+)", "\n".join(map(read_text, folder.rglob("*.py"))), re.MULTILINE)
    )
    sheets = "\n".join(map(read_text, folder.rglob("*.tcss")))
    selectors = re.sub(r"/\*.*?\*/|[\w-]+:[^;{}]*;", "", sheets, flags=re.DOTALL)
    named = set(re.findall(r"(?<![\w.#-])[A-Z]\w+", selectors))
    assert len(named) > 20
    assert {name for name in named - classes if not hasattr(textual.widgets, name)} <= TEXTUAL


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
