"""Who tells whom: the way of a run's events to the panels, and of answers to what is kept of them."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from evoclass import hookimpl
from evoclass.errors import RunnerError
from evoclass.protocol import Closed, Exit, Frame, Output, RunEvent, Started, Step
from evoclass_tui.panel import Panel
from tui.stage import OpenStage, Stage


class Notes(Panel):
    panel_name = "notes"
    seen: ClassVar[list[RunEvent]] = []
    way: ClassVar[list[str]] = []

    def begin(self, watch: tuple[str, ...]) -> None:
        type(self).seen = []

    def receive(self, event: RunEvent) -> None:
        self.seen.append(event)
        if isinstance(event, Frame):
            files = [Path(frame.filename) for frame in traceback.extract_stack()]
            type(self).way = [file.name for file in files if file.parent.name in ("evoclass_tui", "widgets")]


class Brings:
    @hookimpl
    def register_panels(self) -> Iterable[type[Panel]]:
        return [Notes]


async def test_panels_hear_every_event_in_order_and_output_in_one_piece(open_stage: OpenStage) -> None:
    async with open_stage(plugins=(Brings(),)) as stage:
        await stage.run()
        frame, end = Frame(sequence=1, cause="end"), Exit(reason="finished", code=0, seconds=1.0)
        written = [Output(text=text) for text in "abc"]
        stage.runner.run.happens(*written, frame, Step(count=1), Output(text="d"), end, Closed())
        await stage.until(lambda: any(isinstance(event, Closed) for event in Notes.seen))
        assert isinstance(Notes.seen[0], Started)
        assert Notes.seen[1:] == [Output(text="abc"), frame, Step(count=1), Output(text="d"), end, Closed()]


async def test_a_frame_goes_from_the_run_to_the_panel(open_stage: OpenStage) -> None:
    async with open_stage(plugins=(Brings(),)) as stage:
        await stage.run()
        stage.runner.run.happens(Frame(sequence=1, cause="step"))
        await stage.until(lambda: any(isinstance(event, Frame) for event in Notes.seen))
        hops = [name for name, before in zip(Notes.way[1:], Notes.way, strict=False) if name != before]
        assert [*Notes.way[:1], *hops] == ["runs.py", "lab_run.py", "panel_pane.py"]


async def test_a_run_that_another_has_replaced_tells_no_panel(open_stage: OpenStage) -> None:
    async with open_stage(plugins=(Brings(),)) as stage:
        await stage.run()
        first = stage.runner.run
        first.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        close = first.close

        async def close_late() -> None:
            first.happens(Frame(sequence=99, cause="end"))
            await close()

        first.close = close_late  # type: ignore[method-assign]
        await stage.run()
        stage.runner.run.happens(Frame(sequence=1, cause="end"))
        await stage.until(lambda: any(isinstance(event, Frame) for event in Notes.seen))
        assert [event.sequence for event in Notes.seen if isinstance(event, Frame)] == [1]
        assert stage.lab.phase == "running"


async def test_a_choice_that_was_not_checked_is_there_on_the_next_visit(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("n", "down", "space")
        await stage.until(lambda: stage.session.state.exercise("two-and-two").draft)
        await stage.app.action_quit()
    async with open_stage() as stage:
        assert stage.session.state.exercise("two-and-two").draft == {"choice": "b"}
        assert stage.screen.reader.question("two-and-two").answer == {"choice": "b"}


class Slow:
    """Holds back the verdict of a session until the test says so."""

    given = False

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = asyncio.Event()
        self.submit = stage.session.answers.submit
        monkeypatch.setattr(stage.session.answers, "submit", self)

    async def __call__(self, *answer: Any) -> Any:
        verdict = await self.submit(*answer)
        await self.go_on.wait()
        self.given = True
        return verdict


async def test_a_verdict_waits_for_a_question_that_is_not_on_the_page(
    long_course: Path, open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_stage(content=long_course, lesson="long") as stage:
        slow, reader = Slow(stage, monkeypatch), stage.screen.reader
        reader.action_next_question(1)
        await stage.until(lambda: reader.focused_question is not None)
        await stage.press("n", "o", "enter")
        reader.go_to("q390")
        await stage.until(lambda: reader.find_question("q0") is None)
        slow.go_on.set()
        await stage.until(lambda: slow.given)
        await stage.pilot.pause()
        reader.go_to("q0")
        await stage.until(lambda: reader.find_question("q0") is not None)
        await stage.until(lambda: reader.question("q0").remarks.verdict is not None)
        assert reader.question("q0").has_class("-failed")
        assert not reader.question("q0").busy


async def test_a_verdict_is_not_shown_in_another_lesson_that_was_opened_meanwhile(
    open_stage: OpenStage, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (
        (course / "en" / "01-adding.md").read_text().replace("id: adding\nnumber: 1", "id: more\nnumber: 2")
    )
    (course / "en" / "02-more.md").write_text(more)
    async with open_stage() as stage:
        slow, reader = Slow(stage, monkeypatch), stage.screen.reader
        await stage.press("n", "down", "space", "enter")
        await stage.until(lambda: reader.question("two-and-two").busy)
        stage.screen.open_lesson(stage.session.course.lessons[1])
        await stage.until(lambda: reader.lesson is not None and reader.lesson.id == "more")
        slow.go_on.set()
        await stage.until(lambda: slow.given)
        await stage.pilot.pause()
        assert reader.question("two-and-two").remarks.verdict is None


async def test_trouble_is_not_told_under_a_question_of_another_lesson(
    open_stage: OpenStage, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (course / "en" / "01-adding.md").read_text()
    (course / "en" / "02-more.md").write_text(first.replace("id: adding\nnumber: 1", "id: more\nnumber: 2"))
    async with open_stage() as stage:
        go_on, ended = asyncio.Event(), asyncio.Event()

        async def fail(*answer: Any) -> Any:
            await go_on.wait()
            ended.set()
            raise RunnerError("boom")

        monkeypatch.setattr(stage.session.answers, "submit", fail)
        reader = stage.screen.reader
        await stage.press("n", "down", "space", "enter")
        await stage.until(lambda: reader.question("two-and-two").busy)
        stage.screen.open_lesson(stage.session.course.lessons[1])
        await stage.until(lambda: reader.lesson is not None and reader.lesson.id == "more")
        go_on.set()
        await ended.wait()
        await stage.pilot.pause()
        assert reader.question("two-and-two").remarks.trouble == ""
