"""A program's output in plain mode: each line is told once, in its last state."""

from __future__ import annotations

import asyncio

import pytest

from evoclass.plain import retelling
from evoclass.plain.retelling import Retelling


async def told(*chunks: str) -> list[str]:
    """Return what is told of these pieces of output, which come without a pause."""
    said: list[str] = []
    output = Retelling(said.append)
    for chunk in chunks:
        output.feed(chunk)
    output.finish()
    return "".join(said).splitlines()


@pytest.mark.parametrize(
    "chunks",
    [
        ("\r  0%", "\r 50%", "\r100%\r\n"),
        ("  0%\r", " 50%\r", "100%\n"),
        (" 50%\b\b\b\b100%\n",),
        (" 50%\x1b[4D100%\n",),
        ("\r  0%\r 50%\r100%",),
    ],
)
async def test_a_progress_bar_is_told_once(chunks: tuple[str, ...]) -> None:
    assert await told("begin\r\n", *chunks) == ["begin", "100%"]


async def test_a_bar_that_is_wiped_away_leaves_what_comes_after_it() -> None:
    assert await told("\r 50%", "\r    \r", "done\n") == ["done"]


async def test_whole_lines_keep_their_colours_and_are_told_at_once() -> None:
    said: list[str] = []
    Retelling(said.append).feed("\x1b[31mred\x1b[0m\r\n")
    assert said == ["\x1b[31mred\x1b[0m\n"]


@pytest.mark.parametrize("prompt", ["Name: ", "\r50%\r   \rName: "])
async def test_a_line_without_an_end_is_told_when_the_program_waits(
    prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retelling, "LATE", 0.01)
    heard: asyncio.Queue[str] = asyncio.Queue()
    output = Retelling(heard.put_nowait)
    output.feed(prompt)
    assert heard.empty()
    assert await heard.get() == "Name: "
    output.feed("Ada\r\n")
    assert heard.get_nowait() == "Ada\n"
