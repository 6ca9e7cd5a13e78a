"""The screen around the lesson: header, map, language, window, palette, help, settings, the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import OptionList

from evoclass.disk import paths
from evoclass.learner import config
from evoclass.model import plain_text
from evoclass_tui.closing import close_all
from evoclass_tui.screens.course import CoursePage
from evoclass_tui.screens.help import Help
from evoclass_tui.screens.menu import Menu
from evoclass_tui.screens.palette import Palette
from evoclass_tui.stopwatch import Stopwatch
from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.header import LessonHeader
from evoclass_tui.widgets.hint_line import HintLine
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.lesson_pane import LessonPane
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.panes import Panes
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.stretch import MOST
from evoclass_tui.widgets.tab_strip import TabStrip
from evoclass_tui.widgets.timer import REPORT, StudyTimer
from tui.fakes import FakeRunner
from tui.stage import OpenStage

LESSON_TWO = """\
---
format: 1
id: taking
number: 2
title: "Taking away"
language: en
---

# Taking away

```{lab} minus.py
print(5 - 2)
```
"""


@pytest.fixture
def two_lessons(course: Path) -> Path:
    (course / "en" / "02-taking.md").write_text(LESSON_TWO)
    return course


def text_of(stage: object, selector: str) -> str:
    return str(stage.screen.query_one(selector).render())  # type: ignore[attr-defined]


# ---------------------------------------------------------------------------------------------------- header


async def test_the_header_says_where_one_is(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        assert "SUM1 · 1  Adding: the first sum" in text_of(stage, "#lesson-title")
        assert "CPU · 2 threads" in text_of(stage, "#runner-button")
        assert text_of(stage, "#lesson-progress") == "○ 0/3"
        assert text_of(stage, "#study-timer") == "◷ 0 min"


async def test_progress_grows_with_each_right_answer(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.session.answers.submit("two-and-two", {"choice": "a"})
        stage.screen.progress.show()
        assert stage.screen.header.progress == (stage.session.answers.done, 3)


async def test_the_timer_counts_and_pauses(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        now = [0.0]
        timer = stage.screen.timer
        timer.begin(Stopwatch(clock=lambda: now[0]))
        await stage.press("a")
        now[0] = 59.0
        timer.tick()
        assert text_of(stage, "#study-timer") == "◷ 0 min"
        now[0] = 130.0
        timer.tick()
        assert text_of(stage, "#study-timer") == "◷ 0 min"  # nothing else is drawn
        timer.look()
        assert text_of(stage, "#study-timer") == "‖ 1 min"
        await stage.press("a")
        assert not timer.paused
        assert text_of(stage, "#study-timer") == "◷ 1 min"
        await stage.app.action_quit()
    assert stage.session.state.seconds == pytest.approx(60.0)


async def test_an_idle_window_draws_nothing_for_ten_minutes(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_stage() as stage:
        now = [0.0]
        timer = stage.screen.timer
        timer.begin(Stopwatch(clock=lambda: now[0]))
        await stage.press("a", "escape")
        drawn: list[object] = []
        display = stage.app._display

        def noted(screen: Screen[object], renderable: object) -> None:
            drawn.append(renderable)
            display(screen, renderable)  # type: ignore[arg-type]

        monkeypatch.setattr(stage.app, "_display", noted)
        due = len(stage.said(StudyTimer.Due))
        for _ in range(round(600 / REPORT)):
            now[0] += REPORT
            timer.tick()
            await stage.pilot.pause()
        assert len(set(map(id, stage.said(StudyTimer.Due)[due:]))) == 60 / REPORT
        assert drawn == []
        await stage.press("down")
        assert text_of(stage, "#study-timer") == "◷ 1 min"
        assert drawn
    assert stage.session.state.seconds == pytest.approx(60.0)


# -------------------------------------------------------------------------------------------------- language


async def test_the_language_switches_in_place(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("ctrl+l")
        await stage.until(lambda: "Sommare" in text_of(stage, "#lesson-title"))
        assert stage.session.language == "it"
        assert "Pronto. Premi F5 o fai clic su Esegui." in stage.terminal_text
        editor = stage.lab.editor
        assert editor is not None
        assert "# Cambiami." in editor.text
        assert "Mappa" in str(stage.screen.query_one(KeyBar).render())
        await stage.press("ctrl+l")
        await stage.until(lambda: "Adding" in text_of(stage, "#lesson-title"))


async def test_feedback_is_there_in_the_other_language_too(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.session.answers.submit("two-and-two", {"choice": "b"})
        for told in ("Uno di troppo.", "One too many."):
            await stage.press("ctrl+l")

            def feedback(told: str = told) -> bool:
                verdict = stage.screen.reader.question("two-and-two").remarks.verdict
                return verdict is not None and plain_text(verdict.feedback[0].text) == told

            await stage.until(feedback)


async def test_an_edited_program_survives_the_switch(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.press("h", "i")
        await stage.press("ctrl+l")
        await stage.until(lambda: stage.session.language == "it")
        assert editor.text.startswith("hi# Change me.")


async def test_the_same_block_stays_in_view(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 14)) as stage:
        stage.screen.panes.read_at("bigger")
        await stage.until(lambda: stage.screen.reader.scroll_y > 0 and not stage.screen.reader.settling)
        await stage.press("ctrl+l")
        await stage.until(lambda: stage.session.language == "it" and not stage.screen.reader.settling)
        await stage.pilot.pause()
        reader = stage.screen.reader
        row = reader.row_of("bigger")
        assert row is not None
        assert row == round(reader.scroll_y) or reader.scroll_y == reader.max_scroll_y


async def test_the_switch_in_the_header_can_be_clicked(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.pilot.click("#language-switch", offset=(5, 0))
        await stage.until(lambda: stage.session.language == "it")


# ------------------------------------------------------------------------------------------------ course map


async def test_the_map_shows_lessons_and_sections_and_goes_there(
    open_stage: OpenStage, two_lessons: Path
) -> None:
    async with open_stage(size=(160, 44), content=two_lessons) as stage:
        lines = [str(option.prompt) for option in stage.screen.query_one("#map-list", OptionList).options]
        assert lines[0].startswith("◐ 1 Adding")
        assert any("Adding" in line and "0/1" in line for line in lines[1:])
        assert any("Bigger sums" in line and "0/2" in line for line in lines)
        assert lines[-1].startswith("○ 2 Taking away")
        stage.screen.query_one("#map-list", OptionList).focus()
        await stage.press("end", "enter")
        await stage.until(lambda: stage.session.lesson.id == "taking")
        await stage.until(lambda: stage.lab.file == "minus.py")
        await stage.press("ctrl+pageup")
        await stage.until(lambda: stage.session.lesson.id == "adding" and stage.lab.file == "sum.py")


async def test_another_lesson_stops_the_run_and_keeps_the_edit(
    open_stage: OpenStage, two_lessons: Path
) -> None:
    async with open_stage(content=two_lessons) as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.press("x")
        await stage.run()
        await stage.press("ctrl+pagedown")
        await stage.until(lambda: stage.session.lesson.id == "taking")
        assert stage.runner.run.closed
        await stage.press("ctrl+pageup")
        await stage.until(lambda: stage.session.lesson.id == "adding" and stage.lab.file == "sum.py")
        assert stage.lab.editor is not None
        assert stage.lab.editor.text.startswith("x# Change me.")
        assert "Stopped" in stage.terminal_text


async def test_the_course_page_shows_the_lessons_and_opens_one(
    open_stage: OpenStage, two_lessons: Path
) -> None:
    async with open_stage(size=(160, 44), content=two_lessons) as stage:
        await stage.pilot.click("#map-title")
        page = stage.app.screen
        assert isinstance(page, CoursePage)
        prose = page.query_one(Prose)
        await stage.pilot.pause()
        shown = "\n".join(prose.render_line(y).text for y in range(prose.size.height))
        assert "A course about sums." in shown
        options = [str(option.prompt) for option in page.query_one(OptionList).options]
        assert "about 5 minutes · en/it" in options[0]
        await stage.press("end", "enter")
        await stage.until(lambda: stage.session.lesson.id == "taking")


async def test_the_map_hides_and_comes_back(open_stage: OpenStage) -> None:
    async with open_stage(size=(160, 44)) as stage:
        course_map = stage.screen.query_one(CourseMap)
        await stage.press("f2")
        assert not course_map.display
        await stage.press("ctrl+b")
        assert course_map.display
        assert stage.screen.query_one("#map-list").has_focus


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_without_room_beside_the_map_lies_on_top_until_a_choice(
    open_stage: OpenStage, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        course_map = stage.screen.query_one(CourseMap)
        assert not course_map.display
        await stage.press("f2")
        assert course_map.display
        assert stage.screen.query_one(LessonPane).display
        await stage.press("down", "enter")
        assert not course_map.display


async def test_escape_or_a_click_elsewhere_puts_the_map_on_top_away(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        course_map = stage.screen.query_one(CourseMap)
        await stage.press("ctrl+b")
        assert course_map.display
        await stage.press("escape")
        assert not course_map.display
        assert stage.screen.reader.has_focus
        await stage.press("ctrl+b")
        await stage.pilot.click("#editors", offset=(20, 2))
        await stage.until(lambda: not course_map.display)
        assert stage.said(CourseMap.Left)
        assert stage.lab.editor is not None
        assert stage.lab.editor.has_focus


# ------------------------------------------------------------------------------------------------ the window


async def test_narrow_windows_show_lesson_and_lab_in_turns(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        assert stage.screen.query_one(LessonPane).display
        assert not stage.screen.panes.lab_place.display
        await stage.press("f3")
        assert not stage.screen.query_one(LessonPane).display
        assert stage.screen.panes.lab_place.display
        assert stage.lab.editor is not None
        assert stage.lab.editor.has_focus
        await stage.pilot.click("#sides", offset=(3, 0))
        assert stage.screen.query_one(LessonPane).display


async def test_run_in_a_narrow_window_turns_to_the_lab(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        await stage.run()
        assert stage.screen.panes.lab_place.display
        await stage.until(lambda: stage.lab.terminal.view.has_focus)
        await stage.press("4", "enter")
        assert stage.runner.run.typed == ["4", "\n"]


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (100, 50), (300, 90)])
async def test_odd_windows_do_no_harm(open_stage: OpenStage, size: tuple[int, int]) -> None:
    async with open_stage(size=size) as stage:
        await stage.run()
        stage.runner.run.finishes("total 4\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.press("f3", "f6", "f6", "f8", "f1", "escape", "ctrl+p", "escape", "f2")
        assert "total 4" in stage.terminal_text


async def test_a_window_that_changes_its_size_loses_nothing(open_stage: OpenStage) -> None:
    async with open_stage(size=(160, 50)) as stage:
        await stage.run()
        for columns, rows in ((80, 24), (120, 40), (50, 12), (200, 60)):
            await stage.pilot.resize_terminal(columns, rows)
            await stage.pilot.pause()
        view = stage.lab.terminal.view
        await stage.until(lambda: stage.runner.run.size[0] == view.scrollable_content_region.width)
        assert stage.screen.query_one(LessonPane).display
        assert stage.screen.panes.lab_place.display


async def test_wide_windows_show_both(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 40)) as stage:
        assert stage.screen.query_one(LessonPane).display
        assert stage.screen.panes.lab_place.display
        assert not stage.screen.query_one("#sides").display


async def test_the_next_panel_key_goes_round_and_back(open_stage: OpenStage) -> None:
    async with open_stage(size=(160, 44)) as stage:
        visited = []
        for _ in range(5):
            await stage.press("f6")
            focused = stage.screen.focused
            assert focused is not None
            visited.append(next(node.id for node in focused.ancestors_with_self if node.id in PANES))
        assert visited[:2] == ["editors", "terminal"]
        assert {"map", "reader"} <= set(visited)
        await stage.press("shift+f6")
        focused = stage.screen.focused
        assert focused is not None


PANES = ("map", "reader", "editors", "terminal", "pane-tensors")


async def test_zoom_gives_one_panel_the_window_and_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        stage.lab.terminal.entrance.focus()
        await stage.pilot.pause()
        await stage.press("f8")
        assert not stage.screen.query_one(LessonPane).display
        assert stage.lab.terminal.size.width == 120
        await stage.press("f8")
        assert stage.screen.query_one(LessonPane).display
        assert stage.lab.terminal.size.width < 120


async def test_in_a_narrow_window_never_lesson_and_lab_at_once(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        lesson, panes = stage.screen.query_one(LessonPane), stage.screen.query_one(Panes)
        for key, in_lab in (("f8", False), ("f3", True), ("f3", False), ("f8", False)):
            await stage.press(key)
            assert (lesson.display, panes.lab_place.display) == (not in_lab, in_lab)
        await stage.press("f8")
        panes.turn_to_lab()
        await stage.pilot.pause()
        assert (lesson.display, panes.lab_place.display) == (False, True)
        panes.side = "lesson"
        await stage.pilot.pause()
        panes.side = "lab"
        panes.reader.focus()
        await stage.press("f8")
        assert (lesson.display, panes.lab_place.display) == (False, True)


async def test_a_window_that_becomes_narrow_shows_what_has_the_focus(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        lesson, lab = stage.screen.query_one(LessonPane), stage.screen.panes.lab_place
        stage.lab.terminal.view.focus()
        await stage.until(lambda: stage.lab.terminal.view.has_focus)
        await stage.pilot.resize_terminal(80, 24)
        await stage.until(lambda: (lesson.display, lab.display) == (False, True))
        await stage.pilot.resize_terminal(120, 40)
        await stage.until(lambda: lesson.display and lab.display)
        stage.screen.reader.focus()
        await stage.until(lambda: stage.screen.reader.has_focus)
        await stage.pilot.resize_terminal(80, 24)
        await stage.until(lambda: (lesson.display, lab.display) == (True, False))


async def test_from_a_zoomed_lesson_the_key_leads_to_the_editor(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("f8")
        assert not stage.screen.query_one(Panes).lab_place.display
        await stage.press("f3")
        assert not stage.screen.query_one(LessonPane).display
        assert stage.lab.editor is not None
        assert stage.lab.editor.has_focus
        assert stage.lab.editor.size.width > 100


async def test_a_zoomed_editor_can_be_seen_and_typed_into(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.pilot.pause()
        await stage.press("f8")
        await stage.until(lambda: editor.size.height > 20)
        assert editor.has_focus
        await stage.press("x")
        await stage.until(lambda: editor.text.startswith("x"))


async def test_what_fills_a_narrow_window_is_what_the_learner_went_to(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        lesson, lab = stage.screen.query_one(LessonPane), stage.screen.panes.lab_place

        def shown() -> tuple[bool, bool]:
            return lesson.display, lab.display

        await stage.press("f3", "f8")
        assert shown() == (False, True)
        await stage.press("f3")
        assert shown() == (True, False)
        await stage.press("f3")
        assert shown() == (False, True)
        await stage.press("f3", "f5")
        assert shown() == (False, True)
        stage.screen.panes.read_at("absent")
        await stage.pilot.pause()
        assert shown() == (True, False)


async def test_the_columns_can_be_resized_by_keys_and_mouse(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        before = stage.screen.reader.size.width
        await stage.press("alt+right")
        wider = stage.screen.reader.size.width
        assert wider > before
        splitter = stage.screen.query_one("#middle")
        await stage.pilot.mouse_down(splitter, offset=(0, 5))
        await stage.pilot.hover(stage.screen, offset=(splitter.region.x - 20, 10))
        await stage.pilot.mouse_up(stage.screen, offset=(splitter.region.x, 10))
        await stage.pilot.pause()
        assert stage.screen.reader.size.width < wider


async def test_the_arrangement_is_there_again_tomorrow(open_stage: OpenStage) -> None:
    async with open_stage(size=(160, 44)) as stage:
        await stage.press("alt+right", "f2")
        share = stage.screen.panes.share
        await stage.app.action_quit()
    async with open_stage(size=(160, 44)) as stage:
        assert stage.screen.panes.share == pytest.approx(share)
        assert not stage.screen.query_one(CourseMap).display


async def test_panels_can_be_made_taller(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        stage.lab.terminal.entrance.focus()
        before = stage.lab.terminal.size.height
        await stage.press("alt+up")
        assert stage.lab.terminal.size.height == before + 2


# ------------------------------------------------------------------------------------------- palette and help


async def test_the_palette_finds_a_command_by_a_part_of_its_name(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("ctrl+p")
        assert isinstance(stage.app.screen, Palette)
        await stage.press(*"light or")
        await stage.press("enter")
        assert stage.app.theme == "evoclass-light"
        assert config.load(paths.config_file()).theme == "evoclass-light"


async def test_the_palette_goes_to_sections_and_closes_with_escape(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("ctrl+p")
        labels = [str(option.prompt) for option in stage.app.screen.query_one(OptionList).options]
        assert any("Go to: Bigger sums" in label for label in labels)
        await stage.press(*"zzzzzz")
        (nothing,) = stage.app.screen.query_one(OptionList).options
        assert nothing.disabled
        await stage.press("enter")
        assert isinstance(stage.app.screen, Palette)
        await stage.press("escape")
        assert stage.app.screen is stage.screen


async def test_help_lists_every_key_and_puts_the_hint_away(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        assert stage.screen.query(HintLine)
        await stage.press("f1")
        assert isinstance(stage.app.screen, Help)
        shown = "\n".join(str(widget.render()) for widget in stage.app.screen.query("Static"))
        for key in ("F5", "^S", "^L", "^B", "^P", "F1", "F6"):
            assert key in shown
        await stage.press("escape")
        assert not stage.screen.query(HintLine)
    async with open_stage() as stage:
        assert not stage.screen.query(HintLine)


async def test_the_hint_names_four_keys(open_stage: OpenStage) -> None:
    async with open_stage(language="it") as stage:
        hint = str(stage.screen.query_one(HintLine).render())
        assert all(key in hint for key in ("Spazio", "F5", "F1"))
        await stage.pilot.click(HintLine)
        assert not stage.screen.query(HintLine)


async def test_the_key_bar_can_be_clicked(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        bar = stage.screen.query_one(KeyBar)
        column = str(bar.render()).index("Help")
        await stage.pilot.click(KeyBar, offset=(column + 1, 0))
        assert isinstance(stage.app.screen, Help)


async def test_the_runner_menu_says_why_cuda_is_not_offered(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    async with open_stage() as stage:
        await stage.press("f7")
        menu = stage.app.screen
        assert isinstance(menu, Menu)
        options = menu.query_one(OptionList)
        by_name = {option.id: option for option in options.options}
        assert not by_name["local-cpu"].disabled
        assert by_name["local-cuda"].disabled
        assert "CUDA_VISIBLE_DEVICES" in str(by_name["local-cuda"].prompt)
        await stage.press("escape")


# ---------------------------------------------------------------------------------------------------- editor


async def test_edits_are_kept_and_marked_and_reset_can_be_undone(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        original = editor.text
        editor.focus()
        await stage.press(*"abc")
        stage.lab.flush()
        await stage.pilot.pause()
        assert stage.session.desk.code("sum.py").startswith("abc")
        files = stage.screen.query_one("#files", TabStrip)
        assert "●" in str(files.render())
        await stage.pilot.click(".role-reset")
        assert editor.text == original
        assert not stage.session.desk.edited("sum.py")
        assert "●" not in str(files.render())
        editor.focus()
        await stage.press("ctrl+z")
        assert editor.text.startswith("abc")
        stage.lab.flush()
        await stage.pilot.pause()
        assert stage.session.desk.code("sum.py").startswith("abc")


async def test_a_changed_file_beside_the_programs_can_be_restored_too(
    open_stage: OpenStage, course: Path
) -> None:
    (course / "menu.csv").write_text("soup,4\n")
    page = course / "en" / "01-adding.md"
    page.write_text(page.read_text().replace("{lab} sum.py\n", "{lab} sum.py\n:data: menu.csv\n"))
    async with open_stage() as stage:
        copy = stage.session.desk.program("sum.py").folder / "menu.csv"
        copy.write_text("mine\n")
        button = stage.screen.query_one(".role-reset")
        assert not button.display
        stage.screen.keep_and_look()
        await stage.pilot.pause()
        await stage.pilot.click(button)
        assert copy.read_text() == "soup,4\n"
        assert not button.display


async def test_what_was_typed_last_is_what_runs(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.press("#")
        await stage.run()
        assert stage.runner.run.program.source.startswith("## Change me.")


# --------------------------------------------------------------------------------------------------- the end


async def test_quitting_keeps_the_last_keystroke_and_ends_the_run(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.run()
        await stage.press("q")
        await stage.app.action_quit()
        assert stage.runner.run.closed
    async with open_stage() as stage:
        assert stage.session.desk.code("sum.py").startswith("q")


async def test_runners_are_closed_side_by_side_and_not_waited_for_for_ever() -> None:
    class Stuck(FakeRunner):
        async def close(self) -> None:
            await asyncio.Event().wait()

    quick = FakeRunner()
    await close_all([Stuck(), quick], patience=0.01)
    assert quick.closed
    await close_all([])


async def test_a_draft_typed_just_before_quitting_is_there_again(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        reader = stage.screen.reader
        await stage.press("n")
        await stage.until(lambda: reader.focused_question)
        await stage.press("n")
        await stage.until(lambda: (now := reader.focused_question) and now.block.id == "bigger/ten")
        await stage.press("7")
        await stage.app.action_quit()
    async with open_stage() as stage:
        draft = stage.session.state.exercise("bigger/ten").draft
        assert draft is not None
        assert list(draft.values()) == ["7"] or list(draft.values()) == [7.0]


async def test_the_learner_comes_back_to_the_same_place(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 14)) as stage:
        stage.screen.panes.read_at("bigger")
        await stage.until(lambda: stage.screen.reader.scroll_y > 0 and not stage.screen.reader.settling)
        await stage.app.action_quit()
        place = stage.session.state.block
        assert place
    async with open_stage(size=(120, 14)) as stage:
        assert stage.session.state.block == place
        await stage.until(lambda: stage.screen.reader.scroll_y > 0)


async def test_a_lesson_without_a_program_has_no_lab(open_stage: OpenStage, course: Path) -> None:
    (course / "en" / "03-prose.md").write_text(
        "---\nformat: 1\nid: prose\nnumber: 3\ntitle: Prose\nlanguage: en\n---\n\nText.\n"
    )
    async with open_stage(lesson="prose", content=course) as stage:
        assert not stage.screen.panes.lab_place.display
        assert stage.screen.query_one(LessonHeader).display
        await stage.press("f5")
        assert stage.runner.runs == []


async def test_without_any_runner_the_terminal_says_so(open_stage: OpenStage) -> None:
    runner = FakeRunner()
    runner.name = "elsewhere"  # type: ignore[misc]
    async with open_stage(runner=runner) as stage:
        await stage.until(lambda: stage.lab.phase == "unavailable")
        assert "local-cpu" in stage.terminal_text
        await stage.press("f5")
        assert runner.runs == []


async def test_the_map_of_a_large_course_shows_a_stretch_and_moves_on(
    open_stage: OpenStage, tmp_path: Path
) -> None:
    folder = tmp_path / "large" / "en"
    folder.mkdir(parents=True)
    for number in range(1, 301):
        text = f"---\nid: l{number}\nnumber: {number}\ntitle: Lesson {number}\nlanguage: en\n---\n\nText.\n"
        (folder / f"{number:03}-l.md").write_text(text, encoding="utf-8")
    async with open_stage(size=(160, 44), content=folder.parent, lesson="150") as stage:
        options = stage.screen.query_one("#map-list", OptionList)

        def names() -> list[str]:
            return [str(option.prompt) for option in options.options]

        assert len(names()) == MOST + 2
        assert any("150 Lesson 150" in name for name in names())
        assert "earlier lessons" in names()[0]
        options.focus()
        await stage.press("end", "enter")
        assert any("190 Lesson 190" in name for name in names())
        assert stage.session.lesson.id == "l150"
        await stage.press("enter")
        await stage.until(lambda: stage.session.lesson.id == "l180")


async def test_the_title_of_the_panel_in_use_stands_out_at_once(open_stage: OpenStage) -> None:
    async with open_stage(size=(140, 44)) as stage:
        await stage.run()
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.terminal.prompt)
        title = stage.lab.terminal.query_one(PaneTitle)
        assert stage.lab.editor is not None
        for place, stands_out in (
            (stage.lab.terminal.entrance, True),
            (stage.lab.editor, False),
            (stage.lab.terminal.entrance, True),
            (stage.screen.reader, False),
        ):
            place.focus()
            await stage.pilot.pause()
            assert bool(title.styles.text_style.bold) is stands_out, place
