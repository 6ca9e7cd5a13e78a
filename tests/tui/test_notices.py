"""Notices lie at the top, on no line that a program has just printed, and go when the learner goes on."""

from __future__ import annotations

import pytest
from textual.widgets._toast import Toast

from evoclass.protocol import Output
from evoclass_tui import notice
from evoclass_tui.textual_private import screen_text
from tui.stage import OpenStage, Stage

LONG = "A long notice of several lines, " * 8


def toasts(stage: Stage) -> list[Toast]:
    return list(stage.app.screen.query(Toast))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_notice_covers_titles_and_nothing_that_was_printed(
    open_stage: OpenStage, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        await stage.run()
        rows = size[1]
        stage.runner.run.happens(Output(text="".join(f"line {number}\n" for number in range(rows))))
        stage.runner.run.finishes()
        await stage.until(lambda: f"line {rows - 1}" in screen_text(stage.app.screen))
        stage.app.tell("Short.")
        stage.app.tell("Values of your run that stand in the lesson now: 12, in green.")
        await stage.until(lambda: len(toasts(stage)) == 2)
        await stage.pilot.pause()
        lines = screen_text(stage.app.screen).splitlines()
        assert lines[0].endswith("▌ Short.")
        assert lines[1].endswith("▌ Values of your run that stand in the lesson now: 12, in green.")
        assert f"line {rows - 1}" in "\n".join(lines)
        assert all(toast.region.bottom <= 2 for toast in toasts(stage))
        assert "F1 Help" in lines[-1]


async def test_a_long_notice_stays_whole_within_the_window(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        stage.app.tell(LONG)
        await stage.until(lambda: toasts(stage))
        await stage.pilot.pause()
        (toast,) = toasts(stage)
        assert (toast.region.x, toast.region.y, toast.region.right) == (0, 0, 80)
        text = " ".join(line.strip("▌ ") for line in screen_text(stage.app.screen).splitlines())
        assert LONG.strip() in text


async def test_a_key_takes_away_what_could_be_read(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "READ", 1e9)
    async with open_stage(size=(80, 24)) as stage:
        stage.app.tell("One.")
        await stage.until(lambda: toasts(stage))
        await stage.press("down")
        assert toasts(stage), "it has just come"
        monkeypatch.setattr(notice, "READ", 0.0)
        await stage.press("down")
        await stage.until(lambda: not toasts(stage))
        await stage.pilot.pause()
        assert "One." not in screen_text(stage.app.screen)
        stage.app.tell("One.")
        await stage.until(lambda: toasts(stage))
        await stage.pilot.pause()
        assert toasts(stage)[0].region.y == 0, "what has gone leaves no gap"
