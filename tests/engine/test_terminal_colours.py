"""How many colours the terminal has, by what it calls itself."""

from __future__ import annotations

import pytest

from evoclass.wording.terminalcolours import ALL, terminal_colours


@pytest.mark.parametrize(
    ("name", "colours"),
    [
        ("xterm", 256),
        ("xterm-256color", 256),
        ("screen", 256),
        ("tmux", 256),
        ("foot", 256),
        ("mlterm", 256),
        ("rxvt-unicode-256color", 256),
        ("xterm-direct", ALL),
        ("xterm-16color", 16),
        ("linux", 16),
        ("vt100", 16),
        ("rxvt", 16),
    ],
)
def test_the_name_tells(name: str, colours: int) -> None:
    assert terminal_colours({"TERM": name}) == colours
    assert terminal_colours({"TERM": name, "COLORTERM": "truecolor"}) == ALL
