"""What makes the screen a pleasure: settings, other editors, places kept, views that follow, names by Tab."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from textual.widgets import Input, OptionList, Static

from evoclass import hookimpl, settings
from evoclass.disk import paths
from evoclass.learner import config
from evoclass.protocol import ErrorReport, Exit, Frame, Prompt, Summary
from evoclass.settings import Setting
from evoclass_tui.screens.settings import SettingsScreen
from evoclass_tui.shell import movement
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.lab import LabColumn
from evoclass_tui.widgets.prompt import PromptInput, PromptLine
from evoclass_tui.widgets.prose import Prose
from tui.stage import OpenStage, Stage


def editor_of(stage: Stage) -> Editor:
    editor = stage.lab.editor
    assert editor is not None
    return editor


# ---------------------------------------------------------------------------------------------------- settings


async def setting(stage: Stage, name: str) -> OptionList:
    """Open the settings with the cursor on one of them."""
    await stage.press("f10")
    assert isinstance(stage.app.screen, SettingsScreen)
    options = stage.app.screen.query_one(OptionList)
    options.highlighted = options.get_option_index(name)
    await stage.pilot.pause()
    return options


async def test_settings_change_on_the_spot_and_are_kept_in_the_file(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        options = await setting(stage, "seconds")
        assert "10 min" in str(options.get_option("seconds").prompt)
        await stage.press("right")
        assert "30 min" in str(options.get_option("seconds").prompt)
        assert stage.session.settings.limits.seconds == 1800
        options.highlighted = options.get_option_index("study_timer")
        await stage.press("enter")
        assert not stage.screen.timer.display
        await stage.press("escape")
        assert stage.app.screen is stage.screen
    kept = config.load(paths.config_file())
    assert kept.limits.seconds == 1800
    assert not kept.study_timer
    assert "memory" not in paths.config_file().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("motion", "ssh", "level"),
    [("auto", False, "full"), ("auto", True, "none"), ("on", True, "full"), ("off", False, "none")],
)
def test_motion_is_a_setting_and_follows_the_connection(motion: str, ssh: bool, level: str) -> None:
    assert movement(motion, {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"} if ssh else {}) == level


async def test_motion_changes_at_once_and_for_good(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await setting(stage, "motion")
        await stage.press("right", "right")
        assert stage.app.animation_level == "none"
    assert config.load(paths.config_file()).motion == "off"


async def test_no_line_to_type_in_blinks(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        lines = [*stage.screen.query(Input)]
        await stage.press("ctrl+p")
        lines += stage.app.screen.query(Input)
        assert len(lines) > 3
        assert not [line for line in lines if line.cursor_blink]


async def test_the_palette_says_that_nothing_is_found_and_stays_open(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("ctrl+p", *"qqqq", "enter")
        options = stage.app.screen.query_one(OptionList)
        assert [str(option.prompt) for option in options.options] == [
            "Nothing has these letters in this order."
        ]
        await stage.press("backspace", "backspace", "backspace", "backspace")
        assert options.option_count > 5


async def test_settings_of_plugins_stand_in_a_group_and_change_there(open_stage: OpenStage) -> None:
    declared = [Setting("longest", 120, least=40, most=400), Setting("odd", "[b]\x1b")]
    plugin = SimpleNamespace(__name__="acme", register_settings=hookimpl(lambda: declared))
    async with open_stage(plugins=(plugin,)) as stage:
        options = await setting(stage, "extra0.longest")
        lines = [str(option.prompt) for option in options.options]
        assert "Plugin local" in lines
        assert [line.split()[0] for line in lines[lines.index("Plugin extra0") + 1 :]] == [
            "longest",
            "odd",
        ]
        await stage.press("right")
        assert "130" in str(options.get_option("extra0.longest").prompt)
        assert settings.of("acme")["longest"] == 130
        await stage.press("escape")
    assert config.load(paths.config_file()).plugins == {"extra0": {"longest": 130}}


async def test_another_language_changes_the_settings_screen_too(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await setting(stage, "language")
        await stage.press("right")
        title = stage.app.screen.query_one("#settings-title", Static)
        await stage.until(lambda: "Impostazioni" in str(title.render()))
        assert stage.session.language == "it"
        assert stage.session.lesson.language == "it"


# --------------------------------------------------------------------------------------------- other editors


async def test_what_another_editor_wrote_is_taken_in_and_run(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        file = stage.session.desk.folder() / "sum.py"
        file.write_text("print('from outside')\n", encoding="utf-8")
        await stage.run()
        assert stage.runner.run.program.source == "print('from outside')\n"
        assert editor_of(stage).text == "print('from outside')\n"
        assert any("changed in another editor" in notice for notice in stage.notices)
        assert sorted(path.name for path in stage.session.desk.folder().glob("*.py")) == ["sum.py"]
        editor_of(stage).undo()
        assert editor_of(stage).text.startswith("# Change me.")


async def test_of_two_versions_neither_is_lost(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        editor_of(stage).focus()
        await stage.press("x")
        ours = editor_of(stage).text
        (stage.session.desk.folder() / "sum.py").write_text("theirs = 1\n", encoding="utf-8")
        stage.app.on_app_focus()
        await stage.pilot.pause()
        assert editor_of(stage).text == "theirs = 1\n"
        assert (stage.session.desk.folder() / "sum.mine-1.py").read_text(encoding="utf-8") == ours
        assert any("sum.mine-1.py" in notice for notice in stage.notices)
        stage.app.on_app_focus()
        await stage.pilot.pause()
        assert editor_of(stage).text == "theirs = 1\n"


async def test_an_edit_made_while_evoclass_was_closed_is_there_at_the_start(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        folder = stage.session.desk.folder()
        await stage.app.action_quit()
    (folder / "sum.py").write_text("later = 1\n", encoding="utf-8")
    async with open_stage() as stage:
        assert editor_of(stage).text == "later = 1\n"
        assert stage.session.desk.code("sum.py") == "later = 1\n"


# ------------------------------------------------------------------------------------------ places and views


async def test_the_cursor_is_where_it_was_after_quitting_in_the_middle_of_a_run(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        editor_of(stage).focus()
        await stage.press("down", "right", "right")
        await stage.run()
        await stage.app.action_quit()
    async with open_stage() as stage:
        assert stage.lab.file == "sum.py"
        assert editor_of(stage).cursor_location == (1, 2)
        assert editor_of(stage).scroll_offset.y == 0


async def test_the_view_follows_the_run_and_returns_to_where_it_was(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = editor_of(stage)
        editor.load_text("".join(f"x = {number}\n" for number in range(200)))
        await stage.run()
        assert stage.screen.reader.has_focus
        stage.runner.run.happens(Frame(sequence=1, cause="step", line=150))
        await stage.until(lambda: editor.scroll_offset.y > 100)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        assert editor.scroll_offset.y == 0
        assert stage.screen.reader.has_focus


async def test_the_view_stays_where_the_learner_scrolled_to(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = editor_of(stage)
        editor.load_text("".join(f"x = {number}\n" for number in range(200)))
        await stage.run()
        stage.runner.run.happens(Frame(sequence=1, cause="step", line=150))
        await stage.until(lambda: editor.scroll_offset.y > 100)
        editor.scroll_to(y=50, animate=False, immediate=True)
        stage.runner.run.happens(Frame(sequence=2, cause="step", line=20))
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        assert editor.scroll_offset.y == 50


async def test_an_error_of_a_program_that_was_changed_meanwhile_marks_no_line(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        editor_of(stage).focus()
        await stage.press("enter", "enter", "x")
        before = editor_of(stage).cursor_location
        error = ErrorReport(type="TypeError", text="no", file="sum.py", line=1)
        stage.runner.run.happens(error, Exit(reason="error", code=1, seconds=0.1), Prompt())
        await stage.until(lambda: stage.lab.phase == "ended")
        assert editor_of(stage).cursor_location == before


async def test_control_home_and_end_go_to_the_ends_of_the_file(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = editor_of(stage)
        editor.focus()
        await stage.press("ctrl+end")
        assert editor.cursor_location == editor.document.end
        await stage.press("ctrl+shift+home")
        assert editor.selected_text == editor.text
        await stage.press("ctrl+home")
        assert editor.cursor_location == (0, 0)
        assert editor.selection.is_empty


async def test_control_s_in_the_editor_keeps_the_file_and_says_so(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor_of(stage).focus()
        await stage.press("x", "ctrl+s")
        assert stage.said(LabColumn.Edited)[-1].source.startswith("x")
        assert stage.session.desk.code("sum.py").startswith("x")
        assert "sum.py is saved" in stage.notices[-1]


# ------------------------------------------------------------------------------------------------- the prompt


async def ended_run(stage: Stage) -> PromptInput:
    """Run to the end with a layer in the namespace, and return the prompt's field, with the focus."""
    await stage.run()
    rows = (
        Summary(name="head", kind="module"),
        Summary(name="head.weight", kind="parameter"),
        Summary(name="head.bias", kind="parameter"),
    )
    stage.runner.run.happens(Frame(sequence=1, cause="end", rows=rows))
    stage.runner.run.finishes("done\r\n")
    await stage.until(lambda: stage.lab.terminal.prompt)
    field = stage.lab.terminal.query_one(PromptInput)
    field.focus()
    await stage.pilot.pause()
    return field


async def test_tab_completes_names_of_the_run_and_lists_several(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        field = await ended_run(stage)
        await stage.press("h", "e", "tab", ".", "w", "tab")
        assert field.value == "head.weight"
        await stage.press(".", "s", "tab")
        assert stage.said(PromptInput.Offered)[-1].names == ("shape", "squeeze(", "std()", "sum()")
        assert "shape  squeeze(  std()  sum()" in stage.terminal_text
        assert stage.runner.run.lines == []
        await stage.press("h", "tab", "enter")
        await stage.until(lambda: stage.runner.run.lines)
        assert stage.runner.run.lines == ["head.weight.shape"]
        await stage.press("tab")
        assert not field.has_focus


async def test_a_click_on_the_sign_of_the_prompt_focuses_it(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        field = await ended_run(stage)
        stage.screen.reader.focus()
        await stage.pilot.pause()
        await stage.pilot.click(PromptLine, offset=(2, 0))
        await stage.until(lambda: field.has_focus)


async def test_the_end_of_a_run_takes_the_colours_of_another_theme(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await ended_run(stage)
        view = stage.lab.terminal.view

        def grounds() -> set[object]:
            strips = [view.render_line(y) for y in range(view.size.height)]
            return {segment.style and segment.style.bgcolor for strip in strips for segment in strip}

        before = grounds()
        await stage.press("f9")
        await stage.until(lambda: len(grounds()) == 1 and grounds() != before)


# ---------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(("language", "shown"), [("en", "8,967"), ("it", "8.967")])
async def test_live_values_are_written_as_the_language_does(
    open_stage: OpenStage, language: str, shown: str
) -> None:
    async with open_stage(language=language) as stage:
        await stage.run()
        stage.runner.run.happens(Frame(sequence=1, cause="end", live={"total": "8_967"}))
        await stage.until(lambda: stage.screen.reader.live)
        await stage.until(
            lambda: any(
                shown in line.text
                for prose in stage.screen.reader.query(Prose)
                for line in prose.make_lines(60)
            )
        )


async def test_tab_goes_into_what_is_in_view(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        reader = stage.screen.reader
        await stage.press("n")
        first = reader.focused_question
        assert first is not None
        reader.focus()
        await stage.press("tab")
        assert reader.focused_question is first
        await stage.press("escape", "n")
        assert reader.focused_question not in (None, first)


async def test_a_notice_is_said_once_while_it_can_be_read(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("ctrl+s", "ctrl+s", "ctrl+s")
        assert len([notice for notice in stage.notices if "^S checks the current question" in notice]) == 1
