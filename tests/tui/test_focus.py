"""One sees where the focus is, wherever it can be: in both themes and on every kind of terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.segment import Segment
from textual.widget import Widget

from evoclass.disk import paths
from evoclass_author.scaffold import make_course
from evoclass_tensors.screen.detail import DetailView
from evoclass_tensors.screen.table import TensorTable
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.fields.base import FieldWidget
from tui import tour
from tui.contrast import DISPLAYS, MARK, colours, contrast
from tui.stage import OpenStage, Stage
from tui.test_every_type import shown

THEME_NAMES = [theme.name for theme in THEMES]

LEAST = 2
"""Cells that must change for one to notice."""


def cells(stage: Stage) -> list[list[Segment]]:
    """Return the screen cell by cell."""
    rows = []
    for strip in stage.app.screen._compositor.render_strips():
        rows.append([Segment(char, segment.style) for segment in strip for char in segment.text])
    return rows


def changed(before: list[list[Segment]], after: list[list[Segment]], display: str) -> int:
    """Return how many cells tell the two pictures apart clearly: by a sign, a line below it, or by contrast."""
    count = 0
    for old_row, new_row in zip(before, after, strict=True):
        for old, new in zip(old_row, new_row, strict=False):
            if old == new or old.style is None or new.style is None:
                continue
            then, now = colours(old.style, display), colours(new.style, display)
            if then is None or now is None:
                continue
            differs = contrast(then[1], now[1]) >= MARK
            if not new.text.isspace() or old.text != new.text:
                read = contrast(*now) >= MARK
                same = old.text == new.text
                differs |= contrast(then[0], now[0]) >= MARK if same else read or contrast(*then) >= MARK
                differs |= read and (old.style.underline, old.style.reverse) != (
                    new.style.underline,
                    new.style.reverse,
                )
            count += differs
    return count


async def unseen(stage: Stage, widget: Widget) -> list[str]:
    """Return the kinds of terminal on which the focus of a widget cannot be seen."""
    screen = stage.app.screen
    screen.set_focus(None)
    await stage.pilot.pause()
    before = cells(stage)
    widget.focus(scroll_visible=False)
    missing: list[str] = []
    for _ in range(20):  # on a busy machine the picture with the focus comes some turns later
        await stage.pilot.pause()
        after = cells(stage)
        missing = [
            f"{widget} in {display}" for display in DISPLAYS if changed(before, after, display) < LEAST
        ]
        if widget.has_focus and not missing:
            break
    assert widget.has_focus, widget
    return missing


def in_view(stage: Stage) -> list[Widget]:
    """Return what can have the focus and is wholly on the screen."""
    screen = stage.app.screen
    return [
        widget
        for widget in screen.query("*").results(Widget)
        if widget.focusable and widget.region and screen.region.contains_region(widget.region)
    ]


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_in_the_window(open_stage: OpenStage, theme: str, size: tuple[int, int]) -> None:
    async with open_stage(size=size) as stage:
        stage.app.theme = theme
        await tour.with_error(stage)
        tried: list[Widget] = []
        hidden = []
        for side in ("lesson", "lab") if stage.screen.panes.is_narrow else ("",):
            if side:
                stage.screen.panes.side = side
                await stage.pilot.pause()
            for widget in in_view(stage):
                hidden += await unseen(stage, widget)
                tried.append(widget)
        assert hidden == []
        assert any(isinstance(widget, Editor) for widget in tried)


@pytest.mark.parametrize("theme", THEME_NAMES)
async def test_in_panels_of_plugins(open_stage: OpenStage, theme: str) -> None:
    async with open_stage(size=(140, 48), content=paths.content_folder(), lesson="7") as stage:
        stage.app.theme = theme
        kinds = set()
        hidden = []
        async for stop in tour.panels(stage):
            for widget in in_view(stage) if stop in AT else ():
                if any(pane in widget.ancestors for pane in stage.lab.panes):
                    focused = stage.screen.focused
                    hidden += [f"{stop}: {found}" for found in await unseen(stage, widget)]
                    kinds.add(type(widget))
                    stage.screen.set_focus(focused)
        assert hidden == []
        assert {TensorTable, DetailView} <= kinds


AT = (
    "the table without the focus",
    "the table",
    "a close look at head.weight",
    "a close look at loss",
    "the slice",
)
"""Stops of the tour at which other parts of the panel can have the focus."""


LOCKED = ("build-a-network/mend-it", "build-a-network/look-back")
"""Steps that open when the one before is passed; their fields are of kinds that other questions have."""


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEME_NAMES)
async def test_in_questions_of_every_type(open_stage: OpenStage, theme: str, tmp_path: Path) -> None:
    make_course(tmp_path / "c", "One of each", "", ["en"])
    async with open_stage(size=(120, 50), content=tmp_path / "c", lesson="one-of-each") as stage:
        stage.app.theme = theme
        hidden = []
        tried = 0
        for name in [block.id for block in stage.session.lesson.exercises]:
            if name in LOCKED:
                continue
            question = await shown(stage, name)
            for widget in in_view(stage):
                if question in widget.ancestors:
                    hidden += [f"{name}: {found}" for found in await unseen(stage, widget)]
                    tried += any(isinstance(node, FieldWidget) for node in widget.ancestors_with_self)
        assert hidden == []
        assert tried >= 10


@pytest.mark.parametrize("theme", THEME_NAMES)
async def test_in_dialogs(open_stage: OpenStage, theme: str) -> None:
    async with open_stage(size=(120, 40), content=paths.content_folder(), lesson="7") as stage:
        stage.app.theme = theme
        hidden = []
        for key in ("f1", "f7", "f10", "ctrl+p", "ctrl+o"):
            await stage.press(key)
            several = in_view(stage)
            # Where there is but one, there is nothing that one could take it for.
            for widget in several if len(several) > 1 else ():
                hidden += [f"{key}: {found}" for found in await unseen(stage, widget)]
            await stage.press("escape")
        assert hidden == []
