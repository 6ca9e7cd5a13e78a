"""The app on the small course, with a runner that does what the test says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.message import Message
from textual.widgets import TextArea

from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass_tui.app import EvoClassApp
from tui.fakes import FakeRunner
from tui.stage import OpenStage, Stage, until

LONG = 400
"""Questions of a long lesson."""


@pytest.fixture(scope="session", autouse=True)
def rules_kept() -> Iterator[None]:
    """Keep the rules of a style sheet for the next app: each would read the same sheets with the same colours anew."""
    kept: dict[frozenset[tuple[str, str]], dict[Any, Any]] = {}
    begin, change = Stylesheet.__init__, Stylesheet.set_variables

    def begun(sheet: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        begin(sheet, variables=variables)
        sheet._parse_cache = kept.setdefault(frozenset((variables or {}).items()), {})

    def changed(sheet: Stylesheet, variables: dict[str, str]) -> None:
        sheet._parse_cache = {}  # which is emptied
        change(sheet, variables)
        sheet._parse_cache = kept.setdefault(frozenset(variables.items()), {})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "__init__", begun)
        patch.setattr(Stylesheet, "set_variables", changed)
        yield


@pytest.fixture
def open_stage(course: Path) -> OpenStage:
    """Open the app: `async with open_stage(size=(120, 40)) as stage`; a `newcomer` begins at the course page."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (120, 40),
        language: str = "en",
        lesson: str | None = None,
        plugins: tuple[Any, ...] = (),
        runner: FakeRunner | None = None,
        content: Path = course,
        trusted: bool = True,
        newcomer: bool = False,
        also: tuple[Path, ...] = (),
    ) -> AsyncIterator[Stage]:
        space = Workspace(content=content, asked_language=language)
        if plugins:
            space.__dict__["plugins"] = Plugins(
                extra=[(f"extra{n}", plugin) for n, plugin in enumerate(plugins)]
            )
        if also:  # as plugins bring courses
            space.__dict__["library"] = Library([content, *also], space.parser, space.cache)
        session = Session.open(space.library, space.store, space.plugins, space.settings, lesson, language)
        session.syncing = space.syncing
        session.at_course_page = session.at_course_page and newcomer
        if trusted:
            session.trust.grant_for_now(session.place)
        runner = runner or FakeRunner()
        app = EvoClassApp(session, {runner.name: runner})
        messages: list[Message] = []
        async with app.run_test(size=size, notifications=True, message_hook=messages.append) as pilot:
            await app.lesson_screen.until_whole()
            for editor in app.screen.query(TextArea):
                editor.cursor_blink = False
            stage = Stage(app, pilot, runner, messages)
            await pilot.pause()
            screen = app.lesson_screen  # its header moves when the name of the device comes
            await until(lambda: screen.header.device or screen.runs.phase == "unavailable")
            await pilot.pause()
            yield stage
        space.store.close()
        space.syncing.close()

    return opened


@pytest.fixture
def long_course(tmp_path: Path) -> Path:
    """Write a course of one lesson with `LONG` questions and return its folder."""
    question = ":::{text} q%\n:answer: yes\nIs % a number?\n:::\n\n"
    body = "".join(
        (f"## Part {n}\n\n" if n % 20 == 0 else "") + question.replace("%", str(n)) for n in range(LONG)
    )
    head = "---\nid: long\nnumber: 1\ntitle: Long\nlanguage: en\n---\n\n"
    folder = tmp_path / "long"
    folder.mkdir()
    (folder / "01-long.md").write_text(head + body, encoding="utf-8")
    return folder
