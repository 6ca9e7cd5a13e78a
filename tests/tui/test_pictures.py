"""A few whole screens.  Drawn anew with `pytest tests/tui/test_pictures.py --snapshot-update`, then looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import textual
from textual.pilot import Pilot
from textual.widgets import TextArea

from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.loading import GROUP, installed
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Closed, ErrorReport, Exit, Operand, Output
from evoclass_tui.app import EvoClassApp
from evoclass_tui.stopwatch import Stopwatch
from tui.fakes import FakeRunner
from tui.stage import until

DRAWN_WITH = "8.2"
"""Another Textual draws the same screen with other bytes."""

pytestmark = pytest.mark.skipif(
    not textual.__version__.startswith(f"{DRAWN_WITH}."),
    reason=f"pictures were drawn with Textual {DRAWN_WITH}",
)

PLUGINS = ("answer", "challenge", "choice")
"""Question types of the small course; further plugins would change the pictures."""

Before = Callable[[Pilot[Any]], Any]


def app_on(course: Path, language: str, theme: str, runner: FakeRunner) -> EvoClassApp:
    space = Workspace(content=course, asked_language=language)
    space.__dict__["plugins"] = Plugins([entry for entry in installed(GROUP) if entry.name in PLUGINS])
    settings = space.settings.changed(theme=theme)
    session = Session.open(space.library, space.store, space.plugins, settings, None, language)
    session.at_course_page = False
    session.trust.grant_for_now(session.place)
    return EvoClassApp(session, {runner.name: runner})


async def stand_still(pilot: Pilot[Any]) -> None:
    """Stop what moves by itself: cursors and the clock."""
    app = pilot.app
    assert isinstance(app, EvoClassApp)
    await until(lambda: app.screen_stack and app.lesson_screen.query(TextArea))
    await pilot.pause()
    app.lesson_screen.timer.begin(Stopwatch(754.0, clock=lambda: 0.0))
    app.lesson_screen.timer.touch()
    for editor in app.screen.query(TextArea):
        editor.cursor_blink = False
    await pilot.pause()


async def run(pilot: Pilot[Any], runner: FakeRunner, *events: Any) -> None:
    await stand_still(pilot)
    await pilot.press("f5")
    await until(lambda: runner.runs)
    runner.run.happens(*events, Closed())
    app = pilot.app
    assert isinstance(app, EvoClassApp)
    await until(lambda: app.lesson_screen.lab.phase == "ended")
    await pilot.pause()


def test_the_first_screen(course: Path, snap_compare: Callable[..., bool]) -> None:
    app = app_on(course, "en", "evoclass-dark", FakeRunner())
    assert snap_compare(app, terminal_size=(120, 40), run_before=stand_still)


def test_a_finished_run_in_a_small_bright_window(course: Path, snap_compare: Callable[..., bool]) -> None:
    runner = FakeRunner()

    async def before(pilot: Pilot[Any]) -> None:
        done = Exit(reason="finished", code=0, seconds=1.5)
        await run(pilot, runner, Output(text="\x1b[32mtotal\x1b[0m 4\r\n"), done)

    app = app_on(course, "it", "evoclass-light", runner)
    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


def test_an_error_with_its_line(course: Path, snap_compare: Callable[..., bool]) -> None:
    runner = FakeRunner()

    async def before(pilot: Pilot[Any]) -> None:
        error = ErrorReport(
            type="TypeError",
            text="no",
            file="sum.py",
            line=2,
            end_line=2,
            column=8,
            end_column=13,
            operands=(Operand(name="total", shape=(7, 512), dtype="float32"),),
        )
        await run(
            pilot, runner, Output(text="TypeError: no\r\n"), error, Exit(reason="error", code=1, seconds=0.1)
        )

    app = app_on(course, "en", "evoclass-dark", runner)
    assert snap_compare(app, terminal_size=(140, 36), run_before=before)


def test_help(course: Path, snap_compare: Callable[..., bool]) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await stand_still(pilot)
        await pilot.press("f1")

    app = app_on(course, "it", "evoclass-dark", FakeRunner())
    assert snap_compare(app, terminal_size=(120, 60), run_before=before)
