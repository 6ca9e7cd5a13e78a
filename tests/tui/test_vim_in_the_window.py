"""Vim's keys beside everything else that editors and the window have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from textual import events

from evoclass.disk import paths
from evoclass.i18n import Catalog
from evoclass.learner import config
from evoclass_tui.finding import Sought
from evoclass_tui.keymap import Keymap
from evoclass_tui.places import PLACES
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.find_bar import FindBar
from evoclass_tui.widgets.key_bar import KeyBar
from tui.contrast import hard_to_read
from tui.stage import OpenStage, in_editor
from tui.test_comfort import setting


@pytest.fixture
def with_vim(home: Path) -> None:
    """Have vim's keys from the start."""
    config.save(paths.config_file(), keys={"vim": "on"})


def edge(editor: Editor) -> str:
    return str(editor.border_subtitle)


@pytest.mark.parametrize(
    ("settings", "vim"),
    [
        ({}, False),
        ({"preset": "vim"}, True),
        ({"preset": "vim", "vim": "off"}, False),
        ({"vim": "on"}, True),
        ({"preset": "browser", "vim": "auto"}, False),
    ],
)
def test_the_preset_brings_them_and_the_choice_has_the_last_word(settings: dict[str, str], vim: bool) -> None:
    keymap = Keymap((), settings)
    assert keymap.vim is vim
    assert ("vim.redo" in keymap.entries) is vim
    assert not keymap.problems


def test_a_choice_that_does_not_exist_is_told() -> None:
    keymap = Keymap((), {"vim": "maybe"})
    assert [(problem.kind, problem.key) for problem in keymap.problems] == [("vim", "maybe")]
    assert "auto, on, off" in keymap.problems[0].said(Catalog("en", ["evoclass_tui"]), keymap.entries)
    assert not keymap.vim


def test_a_key_of_the_window_that_vim_has_is_told() -> None:
    problems = Keymap((), {"vim": "on", "theme": "ctrl+d"}).problems
    assert ("shadowed", "theme", "vim.half_down") in [(one.kind, one.id, one.other) for one in problems]


@pytest.mark.usefixtures("with_vim")
async def test_the_edge_says_the_mode_and_the_bar_its_keys(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one two\n")
        bar = stage.screen.query_one(KeyBar)
        assert edge(editor) == "NORMAL"
        assert "i insert" in str(bar.render())
        await stage.press("2", "d")
        assert edge(editor) == "NORMAL  2d"
        await stage.press("escape", "v")
        assert edge(editor) == "VISUAL"
        assert "Esc normal mode" in str(bar.render())
        await stage.press("escape", "i")
        assert edge(editor) == "INSERT"
        assert "Esc normal mode" in str(bar.render())
        await stage.press("escape", *":frob", "enter")
        assert edge(editor) == "NORMAL  not here: :frob"
        assert stage.app.focused is editor
        await stage.press("escape")
        assert stage.app.focused is not editor


@pytest.mark.usefixtures("with_vim")
async def test_insert_mode_is_the_editor_as_it_is(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "")
        await stage.press("i", *"def f(x):", "enter", *"return [x]", "escape")
        assert editor.text == "def f(x):\n    return [x]"
        await stage.press("u")
        assert editor.text == ""
        await stage.press("ctrl+r")
        assert editor.text == "def f(x):\n    return [x]"
        assert not stage.runner.runs


@pytest.mark.usefixtures("with_vim")
async def test_keys_of_the_window_work_in_each_mode(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one\n")
        await stage.press("i", "f9", "x", "escape")
        assert stage.app.theme == "evoclass-light"
        await stage.press("v", "f9", "escape")
        assert stage.app.theme == "evoclass-dark"
        assert editor.text == "xone\n"
        await stage.run()
        assert len(stage.runner.runs) == 1


@pytest.mark.usefixtures("with_vim")
async def test_the_find_bar_and_vims_search_know_of_each_other(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "a foo\nb foo\nc foo\n")
        await stage.press("i", "ctrl+f", *"foo", "escape")
        assert not stage.lab.query(FindBar)
        await stage.press("escape", "g", "g", "0", "n")
        assert editor.cursor_location == (0, 2)
        await stage.press("n")
        assert editor.cursor_location == (1, 2)
        await stage.press(*"/c", "enter")
        assert editor.sought == Sought("c")
        assert editor.cursor_location == (2, 0)


@pytest.mark.usefixtures("with_vim")
async def test_w_saves_and_q_leaves(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "x = 1\n")
        await stage.press(*":w", "enter")
        assert edge(editor) == f"NORMAL  {editor.file} is saved"
        assert stage.session.desk.code(editor.file) == "x = 1\n"
        await stage.press(*":q", "enter")
        await stage.until(lambda: stage.app.focused is not editor)


@pytest.mark.usefixtures("with_vim")
async def test_what_was_copied_elsewhere_is_put_and_what_is_deleted_is_copied(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one two\n")
        await stage.press("d", "w")
        assert stage.app.clipboard == "one "
        stage.app.copy_to_clipboard("three ")
        await stage.press("P")
        assert editor.text == "three two\n"


@pytest.mark.usefixtures("with_vim")
async def test_shift_and_an_arrow_select(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one two\n")
        await stage.press("shift+right", "shift+right")
        assert edge(editor) == "VISUAL"
        await stage.press("d")
        assert editor.text == " two\n"


async def test_they_can_be_chosen_while_the_window_is_open(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one\n")
        await stage.press("x")
        assert editor.text == "xone\n"
        await setting(stage, "vim_keys")
        await stage.press("right")
        await stage.until(lambda: edge(editor) == "NORMAL")
        assert config.load(paths.config_file()).keys["vim"] == "on"
        await stage.press("right")
        await stage.until(lambda: edge(editor) == "")


def test_nothing_of_vim_is_loaded_where_nobody_wants_it() -> None:
    code = (
        "import sys, evoclass_tui.widgets.editor, evoclass_tui.widgets.fields.code;"
        "print([name for name in sys.modules if name.startswith('evoclass_tui.vim') or 'vim_keys' in name])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.usefixtures("with_vim")
@pytest.mark.parametrize(
    ("keys", "text", "mode"),
    [
        ("i x alt+colon w enter", "xone two\n", "NORMAL"),
        ("i x alt+shift+a y escape", "xone twoy\n", "NORMAL"),
        ("A x alt+0 i y alt+dollar_sign", "yone twox\n", "NORMAL"),
        ("v alt+w x", "one wo\n", "NORMAL"),
        ("i x alt+d escape", "xone two\nxone two\n", "NORMAL"),  # a key of the editor stays one
        ("tab", "one two\n", "NORMAL"),
    ],
)
async def test_escape_and_the_next_key_may_come_as_one_with_alt(
    keys: str, text: str, mode: str, open_stage: OpenStage
) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one two\n")
        await stage.press(*keys.split())
        assert editor.text == text
        assert edge(editor).startswith(mode)
        assert "not here" not in edge(editor)


@pytest.mark.usefixtures("with_vim")
@pytest.mark.parametrize(("keys", "mode"), [("", "NORMAL"), ("v", "VISUAL"), ("V", "VISUAL")])
async def test_the_key_bar_promises_nothing_that_vim_takes(
    keys: str, mode: str, open_stage: OpenStage
) -> None:
    async with open_stage(size=(200, 40)) as stage:
        editor = await in_editor(stage, "one two\n")
        await stage.press(*keys.split())
        assert mode in edge(editor)
        shown = str(stage.screen.query_one(KeyBar).render())
        assert "F2 Map" in shown
        assert "^B Map" not in shown


async def test_help_has_no_letter_for_what_a_letter_does_not_do(open_stage: OpenStage) -> None:
    async with open_stage(size=(200, 40)) as stage:
        keymap = stage.app.keymap
        go_on = next(key for key in PLACES["text"] if key.id == "next_question")
        assert keymap.of_place("text", go_on) == ("ctrl+n",)


@pytest.mark.usefixtures("with_vim")
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("ctrl+k", "not here: ^K"),
        ("g q i p", "not here: gqip"),
        ("g c c", "not here: gcc"),
        ("! i w", "not here: !iw"),
        ("] m", "not here: ]m"),
        ("ctrl+w o", "not here: ^W o"),
        ("d i t", "not here: dit"),
        ("v i t", "not here: it"),
        ("@ :", "nothing is recorded in :"),
        ('" percent_sign p', 'not here: "%'),
        ("m !", "not here: m!"),
        ("q :", "not here: q:"),
        ("' z", "no mark z"),
        ("@ z", "nothing is recorded in z"),
        (": g / o / w enter", "not here: :w"),
        (": g / o / n o r m space x enter", "not here: :norm x"),
        (": g / o / s / o / x / c enter", "not here: :g … c"),
        (": g / z / d enter", "not found: z"),
        (": 1 , 2 v / o / d enter", "in every line: o"),
        (": g / o / s / z / y enter", "not found: z"),
        (": g / o enter", "2 found"),
        (": m 9 enter", "there is no line 9"),
        (": 1 , 2 m 1 enter", "not here: :1,2m1"),
        (": s / o / x / z enter", "not here: :s … z"),
        (": s / o / \\ x enter", "not here: \\x"),
        (": s / o \\ @ = / x enter", "not here: \\@"),
        (": s / \\ ( / x enter", "“(” without “)”"),
        (": s / ( a / x enter", "not found: (a"),
        (": 2 , 9 d enter", "there is no line 9"),
        (": ' z d enter", "no mark z"),
        ("/ \\ ( enter", "“(” without “)”"),
        (": % s / o / x enter", "2 replaced"),
        (": % s / o / / n enter", "2 found"),
        ("y y ctrl+v p", "not here: ^V p"),
        ('" z p', 'nothing is kept in "z'),
        ('v " z p', 'nothing is kept in "z'),
        ("v ctrl+a", "not here: ^A"),
    ],
)
async def test_what_is_not_there_is_told_and_changes_nothing(
    keys: str, said: str, open_stage: OpenStage
) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one\ntwo\n")
        await stage.press(*keys.split())
        assert edge(editor) == f"NORMAL  {said}".replace("NORMAL", edge(editor).split("  ")[0])
        assert editor.text == ("xne\ntwx\n" if "replaced" in said else "one\ntwo\n")


@pytest.mark.usefixtures("with_vim")
async def test_a_block_is_marked_in_its_lines_and_one_undo_takes_its_change_back(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "abcd\nef\nijkl\n")

        def marks() -> list[str]:
            return [
                "".join(
                    piece.text for piece in editor.render_line(y) if piece.style and piece.style.underline
                )
                for y in range(3)
            ]

        await stage.press("l", "ctrl+v", "j", "j", "l")
        assert edge(editor) == "VISUAL BLOCK"
        assert marks() == ["bc", "f", "jk"]
        await stage.press("I", "x", "y", "escape")
        assert editor.text == "axybcd\nexyf\nixyjkl\n"
        assert marks() == ["", "", ""]
        await stage.press("u")
        assert editor.text == "abcd\nef\nijkl\n"


@pytest.mark.usefixtures("with_vim")
@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_code_in_a_block_can_be_read(open_stage: OpenStage, theme: str) -> None:
    async with open_stage() as stage:
        stage.app.theme = theme
        await in_editor(stage, "# note\nclass A(B):\n    def f(x): return 'a' + str(1)\n")
        await stage.press("ctrl+v", "j", "j", "dollar_sign")
        assert hard_to_read(stage.app) == []


@pytest.mark.usefixtures("with_vim")
async def test_a_macro_types_as_it_was_typed_and_its_recording_is_told(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "a\nb\nc\n")
        await stage.press("q", "w")
        assert edge(editor) == "NORMAL  recording w"
        await stage.press("A", *"(x", "escape", "j", "q")
        assert edge(editor) == "NORMAL"
        await stage.press("2", "@", "w")
        assert editor.text == "a(x)\nb(x)\nc(x)\n"
        await stage.press("u")
        assert editor.text == "a(x)\nb\nc\n"


@pytest.mark.usefixtures("with_vim")
async def test_a_macro_that_calls_itself_is_stopped(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass_tui.vim.macros.SECONDS", 0.05)
    async with open_stage() as stage:
        editor = await in_editor(stage, "a\n")
        await stage.press(*"qwixq", "escape", *"q", *"qW@wq", *"@w")
        assert edge(editor) == "NORMAL  w went on too long and was stopped"
        await stage.press("0", "i", *"ok", "escape")
        assert editor.text.startswith("ok")


@pytest.mark.usefixtures("with_vim")
async def test_the_view_follows_its_keys(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "".join(f"{number}\n" for number in range(200)))
        await stage.press(*"100G", *"zt")
        assert editor.scroll_offset.y == 99
        height = editor.scrollable_content_region.height
        await stage.press("L")
        assert editor.cursor_location == (99 + height - 1, 0)
        await stage.press(*"zz")
        assert editor.scroll_offset.y == 99 + height - 1 - height // 2
        await stage.press("H")
        assert editor.cursor_location == (editor.scroll_offset.y, 0)
        top = editor.scroll_offset.y
        await stage.press("ctrl+e")
        assert (editor.scroll_offset.y, editor.cursor_location) == (top + 1, (top + 1, 0))
        await stage.press("ctrl+y")
        assert editor.scroll_offset.y == top


@pytest.mark.usefixtures("with_vim")
async def test_a_line_acts_on_what_is_selected(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "a\na\na\n")
        await stage.press("V", "j", ":")
        assert edge(editor) == ":'<,'>▏"
        await stage.press(*"s/a/b/", "enter")
        assert editor.text == "b\nb\na\n"
        await stage.press("u")
        assert editor.text == "a\na\na\n"


@pytest.mark.usefixtures("with_vim")
async def test_keys_of_other_editors_copy_and_cut_what_is_selected(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one two\n")
        await stage.press("v", "e", "ctrl+c")
        assert stage.app.clipboard == "one"
        await stage.press("w", "v", "e", "ctrl+x")
        assert (stage.app.clipboard, editor.text) == ("two", "one \n")


@pytest.mark.usefixtures("with_vim")
async def test_each_match_is_asked_about_and_one_undo_takes_all_back(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        editor = await in_editor(stage, "one\ntwo\nfour\n")
        await stage.press(*":%s/o/<&>/c", "enter")
        assert edge(editor) == "replace with “<o>”?"
        keys = "y replace  n not this one  a all  l this one and no more  q stop"
        assert str(stage.screen.query_one(KeyBar).render()).startswith(keys)
        await stage.press("y", "n", "y")
        assert editor.text == "<o>ne\ntwo\nf<o>ur\n"
        assert edge(editor).startswith("NORMAL  2 replaced")
        await stage.press("u")
        assert editor.text == "one\ntwo\nfour\n"


@pytest.mark.usefixtures("with_vim")
async def test_replace_mode_types_over_and_takes_what_is_pasted(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "one two\n")
        await stage.press("R", "(", "x")
        assert edge(editor) == "REPLACE"
        assert editor.text == "(xe two\n"
        editor.post_message(events.Paste("yz"))
        await stage.press("backspace", "escape")
        assert editor.text == "(xy two\n"
        assert edge(editor).startswith("NORMAL")
        await stage.press("u")
        assert editor.text == "one two\n"


@pytest.mark.usefixtures("with_vim")
async def test_a_macro_can_be_put_changed_and_played(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "a\nb\n\n")
        await stage.press(*"qqA;", "escape", *"qG", *'"qp')
        assert editor.text == "a;\nb\n\nA;<Esc>"
        await stage.press(*"0lr!", *'"qyygg', *"j@q")
        assert editor.text == "a;\nb!\n\nA!<Esc>"
