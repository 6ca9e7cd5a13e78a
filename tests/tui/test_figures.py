"""The figures of a run: in sight as soon as they come, and there again tomorrow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evoclass.protocol import Closed, ErrorReport, Exit, Figure, Frame, Output, Prompt, Summary
from evoclass_tui.cells import PATCH
from evoclass_tui.screens.compare import Compare
from evoclass_tui.screens.picture import LargePicture
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.figures import FigurePanel, FiguresPane
from evoclass_tui.widgets.picture import PictureView
from evoclass_tui.widgets.tab_strip import TabStrip
from pngs import png
from tui.fakes import FakeRunner
from tui.stage import OpenStage, Stage

RED, BLUE = (220, 20, 20), (20, 20, 220)
FIRST = Figure(number=1, png=png(40, 30, RED), title="Loss", line=2)
SECOND = Figure(number=2, png=png(40, 30, BLUE), file="weights.png")


async def happens(stage: Stage, *events: Figure) -> None:
    """Let figures come, and wait until the last one is shown."""
    stage.runner.run.happens(*events)
    await stage.until(lambda: shown(stage) == events[-1])


def shown(stage: Stage) -> Figure | None:
    """Return the figure on the screen."""
    panes = [pane for pane in stage.screen.query(FiguresPane) if pane.is_there]
    return panes[0].panel.shown if panes else None


def panel(stage: Stage) -> FigurePanel:
    return stage.screen.query_one(FigurePanel)


def colours(widget: PictureView) -> set[tuple[int, int, int]]:
    """Return the colours of a picture that is flat."""
    segments = [segment for y in range(widget.size.height) for segment in widget.render_line(y)]
    styles = [
        segment.style for segment in segments if segment.style is not None and PATCH in segment.style.meta
    ]
    return {tuple(style.bgcolor.triplet) for style in styles if style.bgcolor and style.bgcolor.triplet}


async def test_without_figures_there_is_no_pane(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
        assert not stage.screen.query(FiguresPane)


@pytest.mark.parametrize("size", [(120, 40), (200, 60), (80, 24)])
async def test_a_figure_is_in_sight_while_the_program_runs(
    open_stage: OpenStage, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        await stage.run()
        await happens(stage, FIRST)
        view = panel(stage).query_one(PictureView)
        await stage.until(lambda: colours(view) == {RED})
        assert "Loss" in screen_text(stage.screen)
        assert view.size.height >= 7
        await happens(stage, SECOND)
        await stage.until(lambda: colours(view) == {BLUE})
        assert "weights.png" in screen_text(stage.screen)
        await stage.until(lambda: "2/2" in screen_text(stage.screen))


ODD = "[red]\x1b[31m" + "w" * 70
CURVES = Figure(
    number=1,
    png=png(40, 30, RED),
    title="Loss",
    axes=(("epoch", 0.0, 60.0), ("loss", 0.25, 2.5)),
    legend=(("train", "#ff0000"), (ODD, "")),
)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_without_pixels_its_words_stand_around_a_figure(
    open_stage: OpenStage, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        await stage.run()
        await happens(stage, CURVES)
        view = panel(stage).query_one(PictureView)
        await stage.until(lambda: colours(view) == {RED})
        rows = [view.render_line(y).text.strip() for y in range(view.size.height)]
        assert rows[0] == "Loss"
        assert rows[-2:][0] == "━━ train"
        assert rows[-1].startswith("━━ [red]\\x1b[31mwww")
        assert "epoch from 0 to 60   loss from 0.25 to 2.5" in rows
        assert all(view.render_line(y).cell_length == view.size.width for y in range(view.size.height))
        marks = [part for part in view.render_line(len(rows) - 2) if "━" in part.text]
        assert marks[0].style is not None
        assert marks[0].style.color is not None
        assert marks[0].style.color.name == "#ff0000"


async def test_with_pixels_a_figure_has_one_line_of_words(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        stage.app.graphics.in_pixels = True
        await stage.run()
        await happens(stage, CURVES)
        view = panel(stage).query_one(PictureView)
        await stage.until(lambda: colours(view) == {RED})
        rows = [view.render_line(y).text.strip() for y in range(view.size.height)]
        assert rows[-1].startswith("Loss · epoch from 0 to 60, loss from 0.25 to 2.5")
        assert rows[0] == ""
        stage.app.graphics.in_pixels = False  # the terminal has become another
        stage.app.pictures_changed()
        await stage.until(lambda: view.render_line(0).text.strip() == "Loss")


async def test_a_new_picture_of_a_figure_takes_its_place(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST)
        newer = Figure(number=1, png=png(40, 30, BLUE), title="Loss")
        await happens(stage, newer)
        await stage.until(lambda: colours(panel(stage).query_one(PictureView)) == {BLUE})
        assert "1/" not in screen_text(stage.screen).split("Figures")[1].splitlines()[0]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (200, 60)])
async def test_the_size_of_the_next_run_s_figures_is_that_of_the_pane(
    size: tuple[int, int], open_stage: OpenStage
) -> None:
    async with open_stage(size=size) as stage:
        await stage.press("f5")
        await stage.until(lambda: stage.runner.runs)
        guessed = stage.runner.run.program.figure_size
        await happens(stage, Figure(number=1, png=png(64, 48)))
        await stage.until(lambda: panel(stage).size.height > 0)
        known = stage.lab.figure_size()
        assert guessed is not None
        assert known is not None
        assert guessed[0] / guessed[1] == pytest.approx(known[0] / known[1], rel=0.2)
        assert known[2] == 100.0


async def test_without_pictures_no_size_is_asked_for(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        stage.app.graphics.change("off")
        assert stage.lab.figure_size() is None


async def test_keys_turn_the_pages_and_open_one_large(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST, SECOND)
        panel(stage).query_one(PictureView).focus()
        await stage.press("left")
        assert shown(stage) == FIRST
        await stage.press("left")
        assert shown(stage) == FIRST
        await happens_unseen(stage, Figure(number=3, png=png(9)))
        assert shown(stage) == FIRST  # whoever has turned back stays there
        await stage.press("right", "right", "right")
        assert shown(stage) == Figure(number=3, png=png(9))
        await happens(stage, Figure(number=4, png=png(8)))
        assert "save" in screen_text(stage.screen)
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, LargePicture))
        await stage.press("escape")
        assert stage.app.screen is stage.screen


async def happens_unseen(stage: Stage, figure: Figure) -> None:
    stage.runner.run.happens(figure)
    await stage.until(
        lambda: (
            stage.lab.runs.lab_run is not None and figure.number in stage.lab.runs.lab_run.recording.figures
        )
    )
    await stage.pilot.pause()


async def test_a_figure_is_saved_in_the_lesson_s_folder(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST)
        panel(stage).query_one(PictureView).focus()
        await stage.press("s")
        await stage.until(lambda: stage.notices)
        file = stage.session.desk.folder() / "figure-1.png"
        assert str(file) in stage.notices[-1]
        assert file.read_bytes() == FIRST.png
        await stage.press("s")
        assert [path.name for path in file.parent.glob("figure*")] == ["figure-1.png"]


async def test_beside_figures_another_panel_is_one_line_until_it_is_wanted(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST)
        tensors = stage.lab.query_one("#pane-tensors")
        figures = stage.lab.query_one(FiguresPane)
        await stage.until(lambda: (tensors.size.height, figures.size.height > 10) == (1, True))
        stage.lab.editor.focus()  # type: ignore[union-attr]
        await stage.press("f6")
        await stage.press("f6")
        assert stage.screen.focused is panel(stage).query_one(PictureView)
        await stage.press("f6")
        assert stage.screen.focused is not None
        assert tensors in stage.screen.focused.ancestors
        await stage.until(lambda: (tensors.size.height > 5, figures.size.height) == (True, 1))
        # It stays so in the next run: the learner has chosen.
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.run()
        await happens(stage, SECOND)
        await stage.until(lambda: (tensors.size.height > 5, figures.size.height) == (True, 1))
        await stage.pilot.click(FiguresPane)
        await stage.until(lambda: (tensors.size.height, figures.size.height > 10) == (1, True))


async def test_what_is_drawn_at_the_prompt_is_seen_whatever_was_in_its_place(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 40)) as stage:
        await stage.run()
        await happens(stage, FIRST, SECOND)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        panel(stage).query_one(PictureView).focus()
        await stage.press("left")
        assert shown(stage) == FIRST
        await stage.press("f6")  # to the tensors, which then have the room
        figures = stage.lab.query_one(FiguresPane)
        await stage.until(lambda: figures.size.height == 1)
        stage.lab.terminal.entrance.focus()
        await stage.press("x", "enter")
        await stage.until(lambda: stage.runner.run.lines)
        assert stage.runner.run.figure_size == stage.lab.figure_size()
        third = Figure(number=3, png=png(20, 10, RED))
        await happens(stage, third)
        await stage.until(lambda: figures.size.height > 10)
        assert stage.lab.terminal.has_focus_within


async def test_a_tab_says_that_a_figure_of_the_prompt_is_behind_the_terminal(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        await stage.run()
        await happens(stage, FIRST)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        stage.lab.dock = "terminal"
        await stage.until(lambda: stage.lab.terminal.entrance.focusable)
        stage.lab.terminal.entrance.focus()
        await stage.until(lambda: stage.lab.terminal.entrance.has_focus)
        strip = stage.lab.query_one("#dock", TabStrip)
        assert [tab.key for tab in strip.tabs if tab.marked] == []
        await happens(stage, SECOND)
        figures = str(stage.lab.query_one(FiguresPane).id)
        await stage.until(lambda: [tab.key for tab in strip.tabs if tab.marked] == [figures])
        assert stage.lab.dock == "terminal"
        stage.lab.dock = figures
        await stage.until(lambda: not any(tab.marked for tab in strip.tabs))


async def test_a_program_that_is_typed_to_keeps_its_terminal(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        await stage.run()
        assert stage.lab.terminal.has_focus_within
        stage.runner.run.happens(Output(text="name? "))
        await stage.press("A")
        await stage.until(lambda: stage.runner.run.typed)
        await happens(stage, FIRST)
        assert stage.lab.dock == "terminal"
        assert "Figures" in screen_text(stage.screen)


async def test_an_error_brings_the_terminal_back(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        await stage.run()
        await happens(stage, FIRST)
        await stage.until(lambda: stage.screen.focused is panel(stage).query_one(PictureView))
        failed = ErrorReport(type="ValueError", text="no", file="sum.py", line=1)
        stage.runner.run.happens(failed, Exit(reason="error", code=1, seconds=1.0), Prompt())
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.pilot.pause()
        assert stage.lab.dock == "terminal"
        assert stage.lab.terminal.has_focus_within


async def test_figures_stay_until_the_next_run_has_its_own_or_none(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST, SECOND)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.run()
        assert shown(stage) == SECOND
        other = Figure(number=1, png=png(7))
        await happens(stage, other)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        panel(stage).query_one(PictureView).focus()
        await stage.run()
        stage.runner.run.finishes()
        await stage.until(lambda: shown(stage) is None)
        await stage.pilot.pause()
        assert stage.lab.query_one("#pane-tensors").size.height > 3
        assert "Figures" not in screen_text(stage.screen)
        await stage.press("f6")


async def test_figures_come_back_with_the_lesson(open_stage: OpenStage, course: Path) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST, SECOND)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
    async with open_stage() as stage:
        await stage.until(lambda: shown(stage) == SECOND)
        panel(stage).query_one(PictureView).focus()
        await stage.press("left")
        assert shown(stage) == FIRST


async def test_what_is_drawn_at_the_prompt_is_kept_with_the_run(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        stage.runner.run.happens(SECOND, Prompt())
        await stage.until(lambda: len(stage.session.state.last_run.figures) == 2)  # type: ignore[union-attr]
        events = len(list(stage.session.store.events("c", "l")))
        stage.runner.run.happens(Prompt())
        third = Figure(number=3, png=png(20, 10, RED))
        await happens(stage, third)  # the line goes on when the window is closed
        assert len(list(stage.session.store.events("c", "l"))) == events
        await stage.app.action_quit()
    async with open_stage() as stage:
        await stage.until(lambda: shown(stage) == third)
        assert [figure.number for figure in stage.session.state.last_run.figures] == [1, 2, 3]  # type: ignore[union-attr]
        panel(stage).query_one(PictureView).focus()
        await stage.press("left")
        assert shown(stage) == SECOND


async def test_a_picture_that_is_gone_is_left_out(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST, SECOND)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        assert stage.session.store.path is not None
        folder = stage.session.store.path.with_name("figures")
        for file in folder.iterdir():
            if file.read_bytes() == SECOND.png:
                file.unlink()
    async with open_stage() as stage:
        await stage.until(lambda: shown(stage) == FIRST)


async def test_the_pane_speaks_the_learner_s_language(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, Figure(number=1, png=png()))
        await stage.until(lambda: "Figure 1, 4 × 3 pixels" in screen_text(stage.screen))
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.screen.speak("it")
        await stage.until(lambda: "Figura 1, 4 × 3 pixel" in screen_text(stage.screen))


async def test_two_runs_side_by_side(open_stage: OpenStage) -> None:
    async with open_stage(size=(140, 90)) as stage:
        for second in (SECOND, Figure(number=2, png=png(40, 30, RED), title="Red now")):
            await stage.run()
            await happens(stage, FIRST, second)
            stage.runner.run.finishes()
            await stage.until(lambda: stage.lab.phase == "ended")
        await stage.screen.action_command("compare")
        await stage.until(lambda: isinstance(stage.app.screen, Compare))
        compare = stage.app.screen
        await stage.until(lambda: len(compare.query(PictureView)) == 4)
        views = list(compare.query(PictureView))
        await stage.until(lambda: [colours(view) for view in views] == [{RED}, {RED}, {BLUE}, {RED}])
        text = screen_text(compare)
        assert text.count("· the same in both runs") == 2
        assert "weights.png" in text
        assert "Red now" in text
        await stage.press("left")
        await stage.press("shift+left")
        await stage.until(lambda: screen_text(compare).count("· the same in both runs") == 4)


async def test_one_run_without_a_figure(open_stage: OpenStage) -> None:
    async with open_stage(size=(140, 60)) as stage:
        runs: list[Sequence[Figure]] = [(), (FIRST,)]
        for figures in runs:
            await stage.run()
            stage.runner.run.happens(*figures)
            stage.runner.run.finishes()
            await stage.until(lambda: stage.lab.phase == "ended")
        await stage.screen.action_command("compare")
        await stage.until(lambda: "(no figure)" in screen_text(stage.app.screen))


async def test_a_flood_of_figures_leaves_room_for_keys(open_stage: OpenStage) -> None:
    async with open_stage(runner=FakeRunner()) as stage:
        await stage.run()
        stage.runner.run.happens(
            *(Figure(number=n, png=png(40, 30, (n % 256, 0, 0))) for n in range(1, 1001))
        )
        last = Figure(number=1001, png=png(40, 30, BLUE))
        await happens(stage, last)
        assert len(panel(stage)._figures) == 20
        await stage.until(lambda: colours(panel(stage).query_one(PictureView)) == {BLUE})


async def test_zoomed_figures_that_vanish_give_the_window_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await happens(stage, FIRST)
        panel(stage).query_one(PictureView).focus()
        await stage.press("f8")
        assert stage.screen.panes.zoomed
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.run()
        stage.runner.run.happens(
            Frame(sequence=1, cause="end", rows=(Summary(name="a", kind="scalar", text="1"),)),
            Exit(reason="finished", code=0, seconds=1.0),
            Closed(),
        )
        await stage.until(lambda: not stage.screen.panes.zoomed)
