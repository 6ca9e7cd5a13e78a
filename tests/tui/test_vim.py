"""Vim's keys in the editors."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.reactive import reactive

from evoclass.i18n import Catalog
from evoclass_tui.finding import Sought
from evoclass_tui.vim import colon
from evoclass_tui.widgets.program_area import ProgramArea
from vimrows import ROWS, marked, sent, split

KEY_NAMES = {
    "\N{UPWARDS ARROW}": "up",
    **{"\b": "backspace", "\x1b": "escape", "\r": "enter", "\x12": "ctrl+r", " ": "space"},
    **{"\x16": "ctrl+v", "\x01": "ctrl+a", "\x18": "ctrl+x"},
}

ORACLE = """
set autoindent shiftwidth=4 softtabstop=4 expandtab ignorecase smartcase nojoinspaces startofline backspace=2
set encoding=utf-8
let out = []
for [lines, place, keys] in json_decode(join(readfile($ROWS), ""))
  enew!
  set undolevels=-1
  call setline(1, lines)
  set undolevels=1000
  call setreg('"', '')
  call setreg('/', '')
  call cursor(place[0] + 1, 1)
  call setcursorcharpos(place[0] + 1, place[1] + 1)
  silent! call feedkeys(keys, "xt")
  call add(out, [getline(1, '$'), [line('.') - 1, charcol('.') - 1]])
endfor
call writefile([json_encode(out)], $OUT)
qa!
"""
"""Carries out rows in vim itself; with `t`, keys count as typed, so that undo has its steps."""


class Area(App[None]):
    """An app of one text area with vim's keys, which knows nothing of Python."""

    vim: reactive[bool] = reactive(True)
    catalog: reactive[Catalog | None] = reactive(None)

    def __init__(self, language: str | None = None, text: str = "") -> None:
        super().__init__()
        self.area = ProgramArea(text, language=language)
        self.set_reactive(Area.catalog, Catalog("en"))

    def compose(self) -> ComposeResult:
        yield self.area


def named(keys: str) -> list[str]:
    """Return the keys of a row by Textual's names; characters stay as they are."""
    return [KEY_NAMES.get(sign, sign) for sign in sent(keys)]


async def typed(area: ProgramArea, keys: str) -> None:
    """Hand keys to a text area, as fast as they come from a terminal, and wait until they have had their effect."""
    for key in named(keys):
        area.post_message(events.Key(key, " " if key == "space" else key if len(key) == 1 else None))
    done = asyncio.Event()
    area.call_later(done.set)
    await done.wait()


async def test_every_row_of_the_table() -> None:
    app, wrong = Area(), []
    async with app.run_test():
        for before, keys, after in ROWS:
            app.vim = False
            lines, place = split(before)
            app.area.load_text("\n".join(lines))
            app.area.move_cursor(place)
            app.copy_to_clipboard("")
            app.area.sought = Sought()
            app.vim = True
            await typed(app.area, keys)
            came = marked(app.area.text.split("\n"), app.area.cursor_location)
            if came != after:
                wrong.append((before, keys, after, came))
    assert not wrong
    assert len(ROWS) >= 120


@pytest.mark.skipif(
    "+eval"
    not in (
        subprocess.run(["vim", "--version"], capture_output=True, text=True).stdout
        if shutil.which("vim")
        else ""
    ),
    reason="needs vim with scripts",
)
def test_the_rows_are_what_vim_does(tmp_path: Path) -> None:
    cases = [[*split(before), sent(keys)] for before, keys, _ in ROWS]
    (tmp_path / "rows").write_text(json.dumps(cases), encoding="utf-8")
    (tmp_path / "oracle.vim").write_text(ORACLE, encoding="utf-8")
    subprocess.run(
        [
            "vim",
            "-u",
            "NONE",
            "-i",
            "NONE",
            "-n",
            "-N",
            "-X",
            "-T",
            "dumb",
            "--not-a-term",
            "-S",
            str(tmp_path / "oracle.vim"),
        ],
        env={**os.environ, "ROWS": str(tmp_path / "rows"), "OUT": str(tmp_path / "out"), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    found = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    for (before, keys, after), (lines, place) in zip(ROWS, found, strict=True):
        assert marked(lines, tuple(place)) == after, (before, keys)


async def test_commands_at_the_edges_of_the_text_go_on() -> None:
    app = Area()
    async with app.run_test():
        for text, keys in (
            ("abc de", "v$iw<Esc>"),
            ("abcd\nef\ngh", "vjdG$.<Esc>"),
            ("a\nb\nc", "Gdgg<C-v>M<Esc>"),
            ("\nabc", "j$R<Up>x<Esc>"),
        ):
            app.area.load_text(text)
            await typed(app.area, keys)
            assert str(app.area.border_subtitle).startswith("vim.normal")


async def test_a_line_that_is_repeated_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colon, "SECONDS", 0.0)
    app = Area(text="a\nb\nc")
    async with app.run_test():
        await typed(app.area, ":1t.<CR>99@:")
        assert app.area.text == "a\na\na\nb\nc"
        assert "vim.macro_stopped" in str(app.area.border_subtitle)
        await typed(app.area, ":g/a/d<CR>")
        assert app.area.text == "a\na\na\nb\nc"
