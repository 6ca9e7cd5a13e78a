"""The time that a lab takes on this computer, beside its program."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.protocol import Closed, Exit, Output
from evoclass.running import load, speed
from evoclass_tui import durations
from evoclass_tui.textual_private import screen_text
from tui.stage import OpenStage, Stage


@pytest.fixture(autouse=True)
def _takes(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the first lesson's program a time, and the window time to measure."""
    for page in course.glob("*/01-*.md"):
        page.write_text(page.read_text().replace(":watch: total", ":watch: total\n:takes: 6"))
    monkeypatch.setattr(durations, "SPARE_TIME", 0.01)
    monkeypatch.setattr(load, "busy", lambda: False)


def sentence(stage: Stage, time: str) -> str:
    return " ".join(stage.session.catalog("reader.lab_takes", time=time).split()[:4])


def text(stage: Stage) -> str:
    return " ".join(screen_text(stage.app.screen).split())


@pytest.mark.parametrize("language", ["en", "it"])
async def test_the_machine_is_measured_once(open_stage: OpenStage, language: str) -> None:
    async with open_stage(language=language, size=(160, 60)) as stage:
        await stage.until(lambda: stage.runner.runs)
        assert "cross_entropy" in stage.runner.run.program.source
        assert "20 s" not in text(stage)
        done = Exit(reason="finished", code=0, seconds=0.3)
        stage.runner.run.happens(Output(text=f"\r\n {speed.REFERENCE * 3.2}\r\n"), done, Closed())
        await stage.until(lambda: sentence(stage, "20 s") in text(stage))
        assert len(stage.runner.runs) == 1
    async with open_stage(language=language, size=(160, 60)) as stage:
        await stage.until(lambda: sentence(stage, "20 s") in text(stage))
        assert not stage.runner.runs


async def test_the_programs_own_run_tells_more(open_stage: OpenStage) -> None:
    speed.keep("local-cpu", 2.0)
    async with open_stage(size=(160, 60)) as stage:
        await stage.until(lambda: sentence(stage, "10 s") in text(stage))
        await stage.run()
        stage.runner.run.finishes(seconds=31.0)
        await stage.until(lambda: sentence(stage, "30 s") in text(stage))


async def test_a_busy_machine_is_not_measured(open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "busy", lambda: True)
    async with open_stage() as stage:
        await stage.pilot.pause(0.2)
        assert not stage.runner.runs
