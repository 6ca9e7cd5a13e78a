"""Keys act in their order, mean what shells and editors have taught, and none of them is a trap."""

from __future__ import annotations

import string
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.color import Color
from textual import events
from textual.geometry import Offset
from textual.selection import Selection
from textual.widget import Widget

from evoclass.exercise import Code, Number, Text
from evoclass.model import Footnotes, Paragraph, Span
from evoclass.protocol import Output
from evoclass_author.scaffold import make_course
from evoclass_tui.keys import BY_ID, COMMANDS
from evoclass_tui.panel import Panel
from evoclass_tui.places import PLACES, HasKeys, keys_of, place_of
from evoclass_tui.screens.help import Help
from evoclass_tui.screens.palette import Palette
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.code_area import CodeArea
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.entry import Entry
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prompt import PromptInput
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.reader import Reader
from tui.reading import heading, paragraph, question, reading
from tui.stage import OpenStage, Stage


def burst(stage: Stage, keys: Iterable[str]) -> None:
    """Press keys all at once, as a macro or a slow line does."""
    for key in keys:
        character = key if len(key) == 1 else {"enter": "\r", "tab": "\t"}.get(key)
        stage.app.post_message(events.Key(key, character))


def editor_of(stage: Stage) -> Editor:
    assert stage.lab.editor is not None
    return stage.lab.editor


async def at_prompt(stage: Stage, *lines: str) -> PromptInput:
    """Run to the end and enter lines at the prompt."""
    await stage.run()
    stage.runner.run.finishes("done\r\n")
    await stage.until(lambda: stage.lab.terminal.prompt)
    field = stage.lab.terminal.query_one(PromptInput)
    field.focus()
    await stage.pilot.pause()
    for line in lines:
        await stage.press(*line.replace(" ", ""), "enter")
    return field


# ------------------------------------------------------------------------------------------------------ order


async def test_a_burst_of_keys_is_applied_in_its_order_in_the_editor(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = editor_of(stage)
        editor.focus()
        await stage.pilot.pause()
        keys = ["end", "enter", *"ab", "left", "x", "home", "y", "ctrl+end", "z", "backspace", "ctrl+z", "w"]
        burst(stage, keys)
        await stage.until(lambda: "w" in editor.text.splitlines()[-1] or editor.text.endswith("w"))
        assert editor.text.splitlines()[:2] == ["# Change me.", "yaxb"]
        assert editor.text.endswith("zw")


async def test_a_burst_of_keys_is_applied_in_its_order_at_the_prompt(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await at_prompt(stage)
        burst(stage, ["b", "home", "a", "end", "c", "enter", *"de", "left", "x", "ctrl+e", "y", "enter"])
        await stage.until(lambda: stage.said(PromptInput.Lines) and not stage.app.key_order.busy)
        lines = {id(message): message.lines for message in stage.said(PromptInput.Lines)}
        assert list(lines.values()) == [["abc"], ["dxey"]]


async def test_a_check_asked_for_in_a_burst_grades_what_was_typed_before_it() -> None:
    async with reading(question("q", Text(name="f"))) as page:
        await page.press("n")
        for key in (*"gelu", "home", "x", "end", "enter", "y"):
            page.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await page.until(lambda: page.news(Question.AnswerSubmitted))
        assert dict(page.news(Question.AnswerSubmitted)[0].answer) == {"f": "xgelu"}


async def test_control_s_and_f5_do_not_overtake_letters(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor_of(stage).focus()
        await stage.pilot.pause()
        burst(stage, [*"abcdef", "f5"])
        await stage.until(lambda: stage.runner.runs)
        assert stage.runner.run.program.source.startswith("abcdef# Change me.")


async def test_f4_and_f5_in_a_burst_run_the_file_that_f4_opened(open_stage: OpenStage, course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text() + "\n```{lab} minus.py\nprint(2 - 2)\n```\n")
    async with open_stage() as stage:
        editor_of(stage).focus()
        await stage.pilot.pause()
        burst(stage, ["f4", "f5"])
        await stage.until(lambda: stage.runner.runs)
        assert stage.runner.run.program.file.name == "minus.py"


# ------------------------------------------------------------------------------------------ the keys of shells


async def test_control_r_at_the_prompt_searches_its_lines(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        field = await at_prompt(stage, "total", "other=1", "total+1")
        run = stage.runner.run
        await stage.press("ctrl+r", *"tot")
        assert (field.value, field.sought) == ("total+1", "tot")
        await stage.press("ctrl+r")
        assert field.value == "total"
        await stage.press("ctrl+r", "backspace", "backspace", "backspace", *"oth")
        assert field.value == "other=1"
        await stage.press("escape")
        assert (field.value, field.sought) == ("", None)
        assert field.has_focus
        await stage.press("ctrl+r", "o", "t", "h", "enter")
        assert field.value == ""
        assert stage.said(PromptInput.Lines)[-1].lines == ["other=1"]
        await stage.press("up")
        assert field.value == "other=1"
        assert stage.runner.runs == [run]


async def test_control_r_in_the_terminal_goes_to_the_program_or_to_the_prompt(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.lab.terminal.view.focus()
        await stage.press("ctrl+r", "ctrl+l")
        assert stage.runner.run.typed == ["\x12", "\x0c"]
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.terminal.prompt)
        await stage.press("ctrl+r")
        field = stage.lab.terminal.query_one(PromptInput)
        await stage.until(lambda: field.sought is not None and field.has_focus)
        await stage.press("escape", "ctrl+l")
        assert "done" not in stage.terminal_text
        assert stage.session.language == "en"
        assert len(stage.runner.runs) == 1


CONTROL = [f"ctrl+{letter}" for letter in string.ascii_lowercase if letter not in "qcv"]
OTHERS = [
    "alt+backspace",
    "ctrl+backspace",
    "alt+delete",
    "ctrl+delete",
    "backspace",
    "delete",
    "ctrl+shift+k",
]


async def test_what_a_key_takes_from_the_program_comes_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = editor_of(stage)
        for key in (*CONTROL, *OTHERS):
            editor.load_text("first line\nsecond line\n")
            editor.move_cursor((1, 3))
            editor.focus()
            await stage.press(key)
            if editor.text != "first line\nsecond line\n":
                editor.focus()
                await stage.press("ctrl+z")
                assert editor.text == "first line\nsecond line\n", key
            while stage.app.screen is not stage.screen:
                await stage.press("escape")
        assert not stage.runner.runs or editor.text


@pytest.mark.parametrize(
    "field", [Text(name="f"), Number(name="f"), Text(name="f", lines=3), Code(name="f", starter="")]
)
async def test_what_a_key_takes_from_an_answer_comes_back(field: Text | Number | Code) -> None:
    async with reading(question("q", field)) as page:
        await page.press("n")
        await page.until(lambda: isinstance(page.app.focused, Entry | CodeArea))
        inside = page.app.focused
        assert isinstance(inside, Entry | CodeArea)
        await page.press(*"one two", "left", "left")

        def text() -> str:
            return inside.value if isinstance(inside, Entry) else inside.text

        for key in (*CONTROL, *OTHERS):
            if key == "ctrl+z":
                continue
            before = text()
            page.app.screen.set_focus(inside)
            await page.press(key)
            if text() != before:
                await page.press("ctrl+z")
                assert text() == before, key


async def test_the_word_to_the_left_goes_as_in_every_shell(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        field = await at_prompt(stage)
        for key in ("ctrl+w", "alt+backspace", "ctrl+backspace"):
            field.value, field.cursor_position = "one two three", 7
            await stage.press(key)
            assert field.value == "one  three", key
        field.value, field.cursor_position = "abc", 2
        await stage.press("ctrl+b", "x", "ctrl+f", "y")
        assert field.value == "axbyc"


async def test_no_key_but_run_stops_or_starts_a_program_from_where_one_types(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        field = await at_prompt(stage)
        for key in CONTROL:
            field.focus()
            await stage.press(key)
            while stage.app.screen is not stage.screen:
                await stage.press("escape")
        assert len(stage.runner.runs) == 1
        assert stage.lab.terminal.prompt


# --------------------------------------------------------------------------------------------------- ways out


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_escape_leads_to_the_lesson_from_everywhere(
    open_stage: OpenStage, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        await at_prompt(stage)
        reader = stage.screen.reader
        tried = set()
        for target in stage.screen.query("*"):
            # What Escape does inside of a plugin's panel is the panel's own.
            if not target.can_focus or any(isinstance(node, Panel) for node in target.ancestors):
                continue
            if stage.screen.panes.is_narrow:
                stage.screen.panes.side = "lab" if stage.lab in target.ancestors else "lesson"
                await stage.pilot.pause()
            if not target.focusable or not target.region:
                continue
            target.focus()
            await stage.pilot.pause()
            for _ in range(3):
                if stage.app.focused is reader:
                    break
                await stage.press("escape")
            assert stage.app.focused is reader, target
            assert reader.region, target
            tried.add(type(target).__name__)
        assert tried >= {"Reader", "Pill", "TabStrip"}
        await stage.press("escape")
        assert "^Q quits" in stage.notices[-1]


@pytest.mark.parametrize("key", ["q", "ctrl+c", "escape"])
async def test_who_wants_to_leave_is_told_how(open_stage: OpenStage, key: str) -> None:
    async with open_stage() as stage:
        await stage.press(key)
        assert "^Q quits" in stage.notices[-1]


async def test_the_palette_has_a_second_key(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("colon")
        assert isinstance(stage.app.screen, Palette)
        await stage.press("escape", "question_mark")
        assert isinstance(stage.app.screen, Help)


# ------------------------------------------------------------------------------------------------------- jumps


async def test_the_way_back_from_notes_and_questions() -> None:
    note = Footnotes(id="footnotes", line=1, notes=(("1", (paragraph("n", "He et al."),)),))
    mark = Span("1", frozenset({"footnote"}), "#fn-1")
    blocks = [
        *(paragraph(f"a{n}", f"Above {n}") for n in range(30)),
        heading("h"),
        Paragraph(id="p", line=1, text=(Span("see"), mark)),
        *(paragraph(f"b{n}", f"Below {n}") for n in range(40)),
        question("q", Text(name="f")),
        *(paragraph(f"c{n}") for n in range(30)),
        note,
    ]
    async with reading(*blocks, size=(60, 20), at="p") as page:
        await page.press("tab")
        start = page.reader.scroll_y
        await page.press("enter")
        await page.pause()
        assert "¹ He et al. ↩" in page.screen()
        await page.press("backspace")
        assert page.reader.scroll_y == start
        assert page.app.focused is page.reader
        await page.press("n")
        await page.pause()
        assert "Question 1" in page.screen()
        await page.press("escape", "backspace")
        assert page.reader.scroll_y == start
        await page.press("backspace")
        assert len(page.news(Reader.NothingLeft)) == 1


async def test_the_sign_behind_a_note_leads_to_where_it_is_cited() -> None:
    note = Footnotes(id="footnotes", line=1, notes=(("1", (paragraph("n", "He et al."),)),))
    mark = Span("1", frozenset({"footnote"}), "#fn-1")
    text = Paragraph(id="p", line=1, text=(Span("See this"), mark))
    async with reading(
        text, *(paragraph(f"b{n}") for n in range(60)), note, size=(60, 20), at="footnotes"
    ) as page:
        await page.press("tab", "enter")
        await page.pause()
        assert "See this" in page.screen()
        await page.press("backspace")
        assert "↩" in page.screen()


# -------------------------------------------------------------------------------------------------------- help


async def test_help_and_the_key_bar_tell_of_keys_that_are_bound(open_stage: OpenStage) -> None:
    handled = {"choice.digit", "match.letter", "editor.indent", "code.indent"}
    handled |= {"terminal.interrupt", "terminal.end_of_input", "terminal.clear"}
    async with open_stage() as stage:
        await stage.press("n")
        places = {node.place: node for node in stage.screen.query("*") if isinstance(node, HasKeys)}
        for place, keys in PLACES.items():
            node = places.get(place)
            if node is None:
                continue
            around = [*node.ancestors_with_self, stage.screen]
            bound = {key for outer in around for key in outer._bindings.key_to_bindings}
            bound |= {key for inner in node.query("*") for key in inner._bindings.key_to_bindings}
            for key in keys:
                if f"{place}.{key.id}" not in handled:
                    assert bound >= set(key.keys), (place, key.id)
        assert len(places) >= 5


async def test_help_lists_the_keys_of_plugins_panels(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("f1")
        text = "\n".join(str(static.render()) for static in stage.app.screen.query("Static"))
        panes = [pane for pane in stage.lab.panes if keys_of(pane.panel)]
        assert panes
        for pane in panes:
            for keys, words in keys_of(pane.panel):
                assert keys in text
                assert words in text
        for command in COMMANDS:
            assert stage.session.catalog(f"command.{command.id}.label") in text


async def test_the_key_bar_names_the_keys_of_the_place(open_stage: OpenStage) -> None:
    async with open_stage(size=(100, 30)) as stage:
        bar = stage.screen.query_one(KeyBar)
        assert "Space page" in str(bar.render())
        assert "F3 Lesson/Lab" in str(bar.render())
        await stage.press("f3")
        await stage.until(lambda: bar.place == "editor")
        assert "^/ comment" in str(bar.render())
        assert "Esc lesson" in str(bar.render())
        for _ in range(40):
            if stage.app.focused is stage.screen.reader:
                break
            await stage.press("escape")
        await stage.until(lambda: bar.place == "reader")


async def test_each_command_in_the_key_bar_is_what_its_key_does_there(
    open_stage: OpenStage, tmp_path: Path
) -> None:
    make_course(tmp_path / "all", "One of each", "", ["en"])
    async with open_stage(size=(240, 60), content=tmp_path / "all") as stage:
        await at_prompt(stage)
        bar, seen = stage.screen.query_one(KeyBar), set()
        for widget in stage.screen.query("*").results(Widget):
            if not widget.focusable:
                continue
            widget.focus(scroll_visible=False)  # a question hands it on to its field
            await stage.pilot.pause()
            await stage.until(lambda: bar.place == place_of(stage.app.focused))
            seen.add(bar.place)
            active = stage.screen.active_bindings
            for item in bar._items()[1]:
                action = active[item.key].binding.action
                assert action in (BY_ID[item.command].action, item.command), (widget, item.key)
        assert {"prompt", "editor", "reader", "terminal", "button"} <= seen


async def test_the_key_bar_names_the_keys_of_a_search_at_the_prompt(open_stage: OpenStage) -> None:
    async with open_stage(size=(160, 40)) as stage:
        field = await at_prompt(stage, "total", "other=1")
        bar = stage.screen.query_one(KeyBar)
        await stage.press("ctrl+r", *"tot")
        assert "⏎ run the line  ^R earlier one  Esc end" in str(bar.render())
        assert "search ‹tot›" in screen_text(stage.screen)
        await stage.press(*"zz")
        assert "nothing more for ‹totzz›" in screen_text(stage.screen)
        await stage.press("backspace", "backspace")
        assert "search ‹tot›" in screen_text(stage.screen)
        await stage.press("escape")
        assert "Tab complete" in str(bar.render())
        assert field.has_focus


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "^F               Find and replace (in the editor)",
                "t                Try the code in view (in the lesson)",
            ),
        ),
        ("it", ("^F               Cerca e sostituisci (nell'editor)",)),
    ],
)
async def test_help_and_palette_name_the_key_that_a_command_has_in_one_place(
    open_stage: OpenStage, language: str, said: tuple[str, ...]
) -> None:
    async with open_stage(size=(160, 60), language=language) as stage:
        await stage.press("f1")
        for line in said:
            assert line in screen_text(stage.app.screen)
        assert "lesson (in" not in screen_text(stage.app.screen)
        assert "lezione (nella" not in screen_text(stage.app.screen)
        await stage.press("escape", "ctrl+p", *("find" if language == "en" else "cerca"))
        assert said[0].split("(")[1] in screen_text(stage.app.screen)


@pytest.mark.parametrize("language", ["en", "it"])
async def test_the_key_bar_tells_how_to_go_on_from_an_answer_field(
    open_stage: OpenStage, language: str
) -> None:
    async with open_stage(size=(80, 24), language=language) as stage:
        bar = stage.screen.query_one(KeyBar)
        await stage.press("n", "n")
        await stage.until(lambda: bar.place == "text")
        assert "^N " in str(bar.render())


async def test_the_key_bar_tells_what_space_does_on_a_button(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        bar = stage.screen.query_one(KeyBar)
        await stage.press("n")
        question = stage.screen.reader.focused_question
        assert question is not None
        question.query_one(".role-check", Pill).focus()
        await stage.until(lambda: bar.place == "button")
        assert "Space press" in str(bar.render())
        assert "page" not in str(bar.render())


# --------------------------------------------------------------------------------------------------- selection


def contrast(one: Color, other: Color) -> float:
    def luminance(colour: Color) -> float:
        parts = [part / 255 for part in colour.get_truecolor()]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


async def test_selected_text_can_be_read_in_every_theme(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.happens(Output(text="\x1b[31mred\x1b[0m and \x1b[44mblue ground\x1b[0m\r\n"))
        await stage.until(lambda: "blue ground" in stage.terminal_text)
        prose = next(iter(stage.screen.reader.query("Prose")))
        view = stage.lab.terminal.view
        for theme in stage.app.theme_names:
            if stage.app.available_themes[theme].name.startswith("ansi") or "ansi" in theme:
                continue
            stage.app.theme = theme
            await stage.pilot.pause()
            for widget in (prose, view):
                stage.screen.selections = {widget: Selection(Offset(0, 0), Offset(3, 0))}
                await stage.pilot.pause()
                drawn = next(segment for segment in widget.render_line(0) if segment.text.strip())
                assert drawn.style is not None
                assert drawn.style.color is not None
                assert drawn.style.bgcolor is not None
                assert contrast(drawn.style.color, drawn.style.bgcolor) >= 4.5, (theme, widget)
                stage.screen.selections = {}
                await stage.pilot.pause()
                unselected = next(segment for segment in widget.render_line(0) if segment.text.strip())
                assert unselected.style is not None
                assert unselected.style.bgcolor != drawn.style.bgcolor, (theme, widget)


async def test_a_key_of_the_place_stands_once_in_the_key_bar(open_stage: OpenStage) -> None:
    async with open_stage(size=(200, 40)) as stage:
        stage.lab.terminal.view.focus()
        await stage.pilot.pause()
        bar = str(stage.screen.query_one(KeyBar).render())
        assert bar.count("^L") == 1
        assert "^L clear" in bar


# --------------------------------------------------------------------------------- Escape and a key in one read


@pytest.mark.parametrize(
    ("key", "opened"), [("f10", "SettingsScreen"), ("f1", "Help"), ("ctrl+o", "CoursePage")]
)
async def test_escape_and_a_key_that_came_as_one_close_a_dialog_and_go_on(
    key: str, opened: str, open_stage: OpenStage
) -> None:
    async with open_stage(size=(120, 20)) as stage:
        await stage.press(key)
        assert type(stage.app.screen).__name__ == opened
        await stage.press("alt+space")
        assert stage.app.screen is stage.screen
        await stage.until(lambda: stage.screen.reader.scroll_y)


@pytest.mark.parametrize("multiplexer", ["", "TMUX", "STY"])
async def test_a_terminal_that_tells_alt_keeps_a_dialog_open_at_a_key_without_meaning(
    multiplexer: str, open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMUX", "STY", "ZELLIJ"):
        monkeypatch.delenv(name, raising=False)
    if multiplexer:
        monkeypatch.setenv(multiplexer, "1")
    async with open_stage(size=(120, 20)) as stage:
        stage.app._ear.alt_is_told = True
        await stage.press("f1")
        await stage.press("alt+space", "alt+y")
        assert (stage.app.screen is stage.screen) is bool(multiplexer)


async def test_a_key_with_alt_that_means_something_stays_one(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("alt+s")  # searches all lessons
        assert stage.app.screen is not stage.screen
        await stage.press("alt+s")
        await stage.press("escape")
        editor = editor_of(stage)
        editor.load_text("first\n")
        editor.focus()
        await stage.press("alt+u")  # means something to a shell, and here nothing: the text is not left
        assert editor.has_focus
        assert editor.text == "first\n"


async def test_letters_after_an_escape_that_came_with_the_first_keep_their_order(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        await stage.press("ctrl+p")
        burst(stage, ["alt+slash", *"sum"])
        await stage.until(lambda: not stage.app.key_order.busy and stage.screen.reader.searching)
        assert stage.screen.reader.sought == "sum"


async def test_what_follows_a_glide_begins_where_the_glide_leads(open_stage: OpenStage, course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    head, _, rest = lesson.read_text().partition("\n## ")
    lesson.write_text(head + "\n\n" + "A line to read.\n\n" * 60 + "\n## " + rest)
    async with open_stage() as stage:
        reader = stage.screen.reader
        stage.app.animation_level = "full"
        reader.focus()
        await stage.press("end")
        end = reader.scroll_y
        burst(stage, ["home", "n"])
        await stage.until(lambda: reader.focused_question is not None and not stage.app.key_order.busy)
        assert reader.focused_question is not None
        assert reader.focused_question.block.number == 1
        assert reader.scroll_y < end
        await stage.press("escape", "end")
        burst(stage, ["home", "a"])
        await stage.until(lambda: reader.writing is not None)
        assert reader._target == next(iter(reader.spots_here()))[0]
