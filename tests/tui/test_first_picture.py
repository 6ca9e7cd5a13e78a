"""The page is there before the rest of the screen, and nothing that a key asks for is lost meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass_tui.app import EvoClassApp
from evoclass_tui.screens.palette import Palette
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.header import HeaderButton
from evoclass_tui.widgets.long_page import PIECE, STRETCH
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.split import Part
from tui.fakes import FakeRunner
from tui.stage import OpenStage, until

LATER = (
    *("pygments.lexers.python", "psutil", "tomlkit", "wcwidth", "importlib.metadata", "torch"),
    *("textual.widgets._text_area", "evoclass_tui.widgets.editor", "evoclass_tui.widgets.lab"),
    *("evoclass_tui.screens.dialogs", "evoclass_tui.runs", "evoclass_tensors.screen.panel"),
    *("markdown_it", "mdit_py_plugins", "evoclass.reading.assembly"),
)
"""Modules that take time and that the first picture of a lesson does not need that was open before."""

MODULES = 270
"""Most modules of EvoClass and its plugins that are imported before the first picture; there were 270."""

WIDGETS = 50
"""Most widgets of the first picture, in a lesson of any length; there were 43."""

PROGRAM = """
import sys
from evoclass_tui.screens.lesson import LessonScreen

async def stop(self):
    print(sorted(set(sys.argv[3:]) & sys.modules.keys()))
    print(sum(name.startswith("evoclass") for name in sys.modules))
    print(sum(1 for _ in self.walk_children()))
    self.app.exit()

LessonScreen._complete = stop

from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.laterrunners import LaterRunners
from evoclass_tui.app import EvoClassApp
from pathlib import Path

space = Workspace(content=Path(sys.argv[1]), asked_language="en")
session = Session.open(space.library, space.store, space.plugins, space.settings, sys.argv[2], "en")
EvoClassApp(session, LaterRunners(space.plugins.make_runners)).run(headless=True, size=(120, 40))
"""


SECTION = """
## Section {number}

Some text.

```{{choice}} question-{number}

What is {number} plus one?

- [x] more
- [ ] {number}
```
"""


def first_picture(course: Path) -> tuple[str, int, int]:
    """Return the modules of `LATER` that are imported, and how many of ours there are, and how many widgets."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(course), "1", *LATER], capture_output=True, text=True, timeout=120
    )
    assert ended.stdout, ended.stderr
    later, modules, widgets = ended.stdout.splitlines()
    return later, int(modules), int(widgets)


def test_the_first_picture_loads_and_makes_nothing_that_is_not_on_it(course: Path) -> None:
    lesson = next((course / "en").glob("01-*.md"))
    lesson.write_text(lesson.read_text() + "".join(SECTION.format(number=number) for number in range(300)))
    first_picture(course)  # keeps what the lesson says
    later, modules, widgets = first_picture(course)
    assert later == "[]"
    assert modules <= MODULES
    assert widgets <= WIDGETS


def open_at_once(course: Path, runner: FakeRunner) -> EvoClassApp:
    space = Workspace(content=course, asked_language="en")
    session = Session.open(space.library, space.store, space.plugins, space.settings, "1", "en")
    session.trust.grant_for_now(session.place)
    return EvoClassApp(session, {runner.name: runner})


async def test_the_page_can_be_read_before_the_lab_is_there(course: Path) -> None:
    app = open_at_once(course, FakeRunner())
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.lesson_screen
        assert not screen.is_whole
        assert app.session.lesson.title in screen_text(screen)
        assert screen.focused is screen.reader
        await pilot.press("j")
        await screen.until_whole()
        await pilot.pause()
        assert screen.lab.display
        assert screen.focused is screen.reader


async def test_no_key_waits_until_all_of_a_long_lesson_is_there(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = next((course / "en").glob("01-*.md"))
    lesson.write_text(lesson.read_text() + "".join(SECTION.format(number=number) for number in range(300)))
    app = open_at_once(course, FakeRunner())
    added: list[int] = []
    extend = Reader.extend

    def extended(reader: Reader, above: Sequence[Part], below: Sequence[Part]) -> None:
        added.append(len(above) + len(below))
        extend(reader, above, below)

    monkeypatch.setattr(Reader, "extend", extended)
    async with app.run_test(size=(120, 40)):
        screen = app.lesson_screen
        seen = len(screen.reader.parts_here)
        await screen.until_whole()
        assert max(added) <= PIECE
        assert seen + sum(added) == len(screen.reader.parts_here) == STRETCH


async def test_the_page_stays_where_it_is_when_the_rest_of_a_long_lesson_comes(course: Path) -> None:
    lesson = next((course / "en").glob("01-*.md"))
    lesson.write_text(lesson.read_text() + "".join(SECTION.format(number=number) for number in range(300)))
    before = open_at_once(course, FakeRunner())
    before.session.reached("question-150")
    app = open_at_once(course, FakeRunner())
    async with app.run_test(size=(120, 40)) as pilot:
        screen, reader = app.lesson_screen, app.lesson_screen.reader
        assert len(reader.parts_here) < STRETCH / 2
        await screen.until_whole()
        await until(lambda: reader.block_on(round(reader.scroll_y)) == ("question-150", 0))
        await pilot.pause()
        assert reader.block_on(round(reader.scroll_y)) == ("question-150", 0)
        assert len(reader.parts_here) == STRETCH


@pytest.mark.parametrize("key", ["f5", "f3"])
async def test_a_key_for_the_lab_waits_for_it(course: Path, key: str) -> None:
    runner = FakeRunner()
    app = open_at_once(course, runner)
    async with app.run_test(size=(120, 40)) as pilot:
        assert not app.lesson_screen.is_whole
        await pilot.press(key)
        if key == "f5":
            await until(lambda: runner.runs)
        else:
            await until(lambda: app.lesson_screen.is_whole)
            await until(lambda: app.lesson_screen.focused is app.lesson_screen.lab.editor)


@pytest.mark.parametrize("sections", [0, 100])
async def test_a_click_for_the_lab_waits_for_it_and_holds_nothing_up(course: Path, sections: int) -> None:
    lesson = next((course / "en").glob("01-*.md"))
    lesson.write_text(
        lesson.read_text() + "".join(SECTION.format(number=number) for number in range(sections))
    )
    app = open_at_once(course, FakeRunner())
    async with app.run_test(size=(120, 40)):
        screen = app.lesson_screen
        assert not screen.is_whole
        screen.header.query_one("#menu-button", HeaderButton).on_click()
        await until(lambda: isinstance(app.screen, Palette))
        assert screen.is_whole


async def test_the_page_fills_the_window_by_a_key_that_comes_before_the_lab(course: Path) -> None:
    app = open_at_once(course, FakeRunner())
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.lesson_screen
        assert not screen.is_whole
        screen.panes.action_zoom()
        assert not screen.is_whole
        await screen.until_whole()
        await pilot.pause()
        assert screen.panes.lesson_pane.size.width == 120
        assert not screen.lab.region


def in_one_burst(app: EvoClassApp, *keys: str) -> None:
    """Press keys as a terminal brings them that was typed ahead of the program."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def test_keys_typed_ahead_go_where_the_keys_before_them_lead(course: Path) -> None:
    app = open_at_once(course, FakeRunner())
    async with app.run_test(size=(120, 40)):
        screen = app.lesson_screen
        assert not screen.is_whole
        in_one_burst(app, "f3", "x", "y", "down", "z")
        await until(lambda: screen.is_whole and not app.key_order.busy)
        editor = screen.lab.editor
        assert editor is not None
        assert [line[:3] for line in editor.text.split("\n")[:2]] == ["xy#", "toz"]


async def test_a_burst_is_taken_in_its_order_on_the_page(course: Path) -> None:
    app = open_at_once(course, FakeRunner())
    async with app.run_test(size=(120, 40)):
        screen = app.lesson_screen
        in_one_burst(app, "n", "down", "space", "colon", "t", "h", "e")
        await until(lambda: screen.is_whole and not app.key_order.busy)
        assert screen.session.state.exercise("two-and-two").draft == {"choice": "b"}
        field = app.focused
        assert isinstance(field, Input)
        assert field.value == "the"


async def test_a_key_that_is_held_down_waits_for_nothing(course: Path) -> None:
    app = open_at_once(course, FakeRunner())
    async with app.run_test(size=(120, 20)):
        await app.lesson_screen.until_whole()
        reader = app.lesson_screen.reader
        assert not app.key_order.holds_back(Key("j", "j"))
        assert not app.key_order.holds_back(Key("j", "j"))
        assert app.key_order.holds_back(Key("k", "k"))
        await until(lambda: not app.key_order.busy)
        assert reader.has_focus


async def test_who_leaves_at_once_leaves(course: Path) -> None:
    app = open_at_once(course, FakeRunner())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+q")
    assert app.return_code == 0


async def test_a_newcomer_sees_the_course_page_and_no_lesson_before_it(open_stage: OpenStage) -> None:
    async with open_stage(newcomer=True) as stage:
        assert stage.app.screen is not stage.screen
