"""A plugin's runner that raises where it should run, in plain mode: the lesson goes on, and leaving works."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.plain.frontend import PlainFrontEnd
from evoclass.runner import Availability, Limits, Program, Run, Runner


class Faulty(Runner):
    name = "faulty"
    ready = True

    @classmethod
    def available(cls) -> Availability:
        return Availability(ok=True)

    async def warm_up(self) -> None:
        raise ValueError("boom")

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        raise ValueError("boom at the start")

    async def close(self) -> None:
        raise ValueError("boom at the end")


class Endless(Faulty):
    async def close(self) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize("cls", [Faulty, Endless])
def test_a_runner_that_raises_ends_no_lesson(
    cls: type[Runner],
    course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("evoclass.plain.frontend.CLOSING_SECONDS", 0.2)
    space = Workspace(content=course, asked_language="en")
    settings = space.settings.changed(runner="faulty")
    session = Session.open(space.library, space.store, space.plugins, settings, "1", "en")
    session.trust.grant_for_now(session.place)
    (tmp_path / "typed").write_text("\na\n")
    with (tmp_path / "typed").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        PlainFrontEnd(session, {"faulty": cls()}).run()
    space.store.close()
    shown = capsys.readouterr().out
    assert "ValueError: boom at the start" in shown
    assert "Exactly." in shown
