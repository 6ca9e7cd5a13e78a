"""Runs that take place elsewhere: what one waits for, and a run that an earlier window left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.protocol import Output, Started, Waiting
from evoclass.runner import Availability, Program
from evoclass_local import devices
from evoclass_tui.widgets.header import LessonHeader
from tui.fakes import FakeRun, FakeRunner
from tui.stage import OpenStage, Stage


async def heard(stage: Stage, runner: FakeRunner) -> None:
    """Wait until the window listens to what the runner waits for."""
    await stage.until(lambda: "on_waiting" in vars(runner))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "waiting in the queue · place 3 · about 2 min"), ("it", "in coda · posto 3 · circa 2 min")],
)
async def test_the_header_says_what_one_waits_for(open_stage: OpenStage, language: str, said: str) -> None:
    runner = FakeRunner()
    runner.started = False
    async with open_stage(runner=runner, language=language) as stage:
        header = stage.screen.query_one(LessonHeader)
        await stage.press("f5")
        await stage.until(lambda: runner.runs)
        runner.run.happens(Waiting(stage="queued", place=3, estimate=120.4))
        await stage.until(lambda: header.device == said)
        assert stage.lab.phase == "starting"
        runner.run.happens(Started(pid=1), Output(text="here\n"))
        await stage.until(lambda: stage.lab.phase == "running")
        await stage.until(lambda: header.device == "CPU · 2 threads")


async def test_the_device_is_said_in_the_learners_language(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "threads", lambda: 2)
    monkeypatch.setattr(FakeRunner, "available", staticmethod(devices.cpu))
    async with open_stage(language="it") as stage:
        header = stage.screen.query_one(LessonHeader)
        await stage.until(lambda: header.device == "CPU · 2 thread")
        await stage.press("ctrl+l")
        await stage.until(lambda: header.device == "CPU · 2 threads")


async def test_the_device_elsewhere_is_said_in_the_learners_language(open_stage: OpenStage) -> None:
    runner = FakeRunner()
    runner.place = "node7"
    runner.place_device = Availability(True, fields={"threads": "2"}, device_key="runner.cpu")
    async with open_stage(runner=runner, language="it") as stage:
        header = stage.screen.query_one(LessonHeader)
        await stage.until(lambda: header.device == "node7 · CPU · 2 thread")
        await stage.press("ctrl+l")
        await stage.until(lambda: header.device == "node7 · CPU · 2 threads")


async def test_stop_works_while_one_waits(open_stage: OpenStage) -> None:
    runner = FakeRunner()
    runner.started = False
    async with open_stage(runner=runner) as stage:
        await stage.press("f5")
        await stage.until(lambda: runner.runs)
        runner.run.happens(Waiting(stage="queued"))
        await stage.press("f5")
        await stage.until(lambda: stage.lab.phase == "ended")
        assert runner.run.stops == 1


async def test_a_wait_for_the_runner_itself_is_told_too(open_stage: OpenStage) -> None:
    runner = FakeRunner(cold=True)
    async with open_stage(runner=runner) as stage:
        header = stage.screen.query_one(LessonHeader)
        await heard(stage, runner)
        runner.on_waiting(Waiting(stage="connecting"))
        await stage.until(lambda: header.device == "connecting")
        runner.place = "node7 · NVIDIA H100"
        runner.warm.set()
        await stage.until(lambda: header.device == "node7 · NVIDIA H100")


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("columns", [80, 120])
async def test_no_wait_is_cut(open_stage: OpenStage, language: str, columns: int) -> None:
    runner = FakeRunner(cold=True)
    async with open_stage(runner=runner, language=language, size=(columns, 24)) as stage:
        header, button = stage.screen.query_one(LessonHeader), stage.screen.query_one("#runner-button")
        await heard(stage, runner)
        for how in ("connecting", "queued", "starting", "lost"):
            runner.on_waiting(Waiting(stage=how))
            said = stage.session.catalog(f"waiting.{how}")
            await stage.until(lambda said=said: header.device == said)
            await stage.pilot.pause()
            shown = "".join(segment.text for segment in button.render_line(0))
            assert shown.strip() == (said.split(" · ")[0] if columns == 80 else said) + " ▾"


async def test_a_run_that_was_left_behind_is_shown_in_its_lesson(open_stage: OpenStage) -> None:
    runner = FakeRunner(cold=True)
    async with open_stage(runner=runner) as stage:
        folder = stage.session.desk.folder()
        elsewhere, here = (
            FakeRun(Program(source="", file=place / "sum.py", folder=place))
            for place in (Path("/nowhere"), folder)
        )
        runner.left = [(elsewhere.program, elsewhere), (here.program, here)]
        here.happens(Started(pid=1), Output(text="from before\n"))
        runner.warm.set()
        await stage.until(lambda: "from before" in stage.terminal_text)
        assert stage.lab.phase == "running"
        await stage.press("f5")
        await stage.until(lambda: stage.lab.phase == "ended")
        assert (here.stops, elsewhere.stops) == (1, 0)
        assert stage.session.state.last_run is not None


async def test_large_files_are_brought_when_the_learner_asks(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        run = stage.runner.run
        run.left = [("model\x1b.pt", 5 * 2**20), ("log", 9)]
        run.finishes()
        await stage.until(lambda: any("model\\x1b.pt, log" in notice for notice in stage.notices))
        await stage.press("ctrl+p", *"bring", "enter")
        await stage.until(lambda: run.left == [("log", 9)])
        await stage.until(lambda: "model\\x1b.pt is in the lesson's folder now." in stage.notices)
