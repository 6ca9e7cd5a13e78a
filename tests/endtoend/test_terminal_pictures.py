"""The program in terminals with pictures: it asks, draws as well as they can, and takes no answer for a key."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest
from PIL import Image

from evoclass_tui.pictures.answers import QUESTIONS
from pixelterminal import PixelTerminal

LESSON = """\
---
format: 1
id: red
number: 1
title: Red
language: en
---

# Red

![All of it is red.](red.png)

The end.
"""
ANSWERS = {
    "kitty": "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.42.1)\x1b\\\x1b[6;20;10t\x1b[?62;c",
    "iterm2": "\x1bP>|iTerm2 3.5.14\x1b\\\x1b[6;20;10t\x1b[?62;4c",
    "sixel": "\x1bP>|foot(1.20)\x1b\\\x1b[6;20;10t\x1b[?62;4;22c",
    "blocks": "\x1b[?1;2c",
}
CELLS = 40 * 10


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    folder = tmp_path / "red"
    folder.mkdir()
    Image.new("RGB", (400, 200), (255, 0, 0)).save(folder / "red.png")
    (folder / "01-red.md").write_text(LESSON)
    return folder / "01-red.md"


class Window:
    """The program in a terminal of 100 columns and 30 rows, whose output is kept as it came."""

    def __init__(self, words: list[str], environment: dict[str, str]) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE", "STY")}
        self.child = pexpect.spawn(
            words[0],
            words[1:],
            dimensions=(30, 100),
            env={**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
            timeout=60,
        )
        self.output = b""

    def wait(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < end, self.output[-2000:]
            try:
                self.output += self.child.read_nonblocking(65536, timeout=0.2)
            except pexpect.TIMEOUT:
                continue

    @property
    def terminal(self) -> PixelTerminal:
        terminal = PixelTerminal(100, 30)
        whole = (
            self.output[: self.output.rfind(b"\x1b[?2026l")] if b"\x1b[?2026l" in self.output else self.output
        )
        terminal.feed(whole.decode("utf-8", "ignore"))
        return terminal

    def red(self) -> int:
        """Return how many cells show the picture."""
        terminal = self.terminal
        shown = [terminal.shown(y, x) for y in range(30) for x in range(100)]
        return sum(isinstance(cell, Image.Image) and cell.getpixel((5, 10)) == (255, 0, 0) for cell in shown)


@pytest.fixture
def window(home: Path) -> Iterator[Callable[..., Window]]:
    opened: list[Window] = []

    def start(*words: str, **environment: str) -> Window:
        opened.append(Window(list(words), environment))
        return opened[-1]

    yield start
    for one in opened:
        one.child.close(force=True)


def program(lesson: Path) -> list[str]:
    return [sys.executable, "-m", "evoclass", "learn", str(lesson)]


@pytest.mark.parametrize("way", ["kitty", "iterm2", "sixel"])
def test_the_terminal_is_asked_and_draws(way: str, lesson: Path, window: Callable[..., Window]) -> None:
    opened = window(*program(lesson))
    opened.wait(lambda: QUESTIONS.encode() in opened.output)
    for piece in re.findall(
        r"\x1b[^\\].|.", ANSWERS[way], re.DOTALL
    ):  # slowly, but Escape alone would be a key
        opened.child.send(piece)
    opened.wait(lambda: opened.red() == CELLS)
    opened.child.send("\x1bOP")  # F1: help over the picture
    opened.wait(lambda: "Esc" in opened.terminal.text and opened.red() < CELLS)
    opened.child.send("\x1b")
    opened.wait(lambda: opened.red() == CELLS)
    assert opened.output.count(QUESTIONS.encode()) == 1


def test_a_terminal_that_draws_nothing_gets_blocks(lesson: Path, window: Callable[..., Window]) -> None:
    opened = window(*program(lesson))
    opened.wait(lambda: QUESTIONS.encode() in opened.output)
    opened.child.send(ANSWERS["blocks"])
    opened.wait(lambda: b"48;2;255;0;0" in opened.output)
    opened.child.send("\x1bOP")
    opened.wait(lambda: "Esc" in opened.terminal.text)
    assert opened.red() == 0


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize(("name", "passed_on"), [("kitty(0.42.1)", True), ("VTE(7600)", False)])
def test_in_tmux_the_outer_terminal_counts(
    name: str, passed_on: bool, lesson: Path, window: Callable[..., Window], tmp_path: Path
) -> None:
    socket = f"evoclass-{uuid.uuid4().hex[:8]}"
    configuration = tmp_path / "tmux.conf"
    configuration.write_text("set -g allow-passthrough on\nset -g default-terminal tmux-256color\n")
    tmux = ["tmux", "-L", socket, "-f", str(configuration)]

    def told(*words: str) -> str:
        return subprocess.run([*tmux, *words], capture_output=True, text=True, check=False).stdout

    waits = f"tmux -L {socket} wait-for go; exec {' '.join(program(lesson))}"
    opened = window(*tmux, "new-session", waits)
    try:
        opened.wait(lambda: b"\x1b[>q" in opened.output)
        opened.child.send(f"\x1bP>|{name}\x1b\\\x1b[?62;c")
        opened.wait(lambda: name in told("list-clients", "-F", "#{client_termtype}"))
        told("wait-for", "-S", "go")
        opened.wait(lambda: b"The end." in opened.output)
        if passed_on:
            opened.wait(lambda: opened.output.count("\U0010eeee".encode()) >= CELLS)
            assert b"\x1b_Ga=T,U=1" in opened.output
        else:
            opened.wait(lambda: any(red in opened.output for red in (b"48;2;255;0;0", b"48;5;196")))
            assert "\U0010eeee".encode() not in opened.output
    finally:
        told("kill-server")
