"""A plugin that is being written is shown as it was saved last, at the same place, with the same answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

PLUGIN = """
from evoclass import hookimpl
from evoclass.directive import Directive
from evoclass.exercise import Answer, Bench, Exercise, Field, Text, Verdict


class Echo(Exercise):
    kind = "echo"

    @classmethod
    def parse(cls, block: Directive) -> "Echo":
        return cls()

    def form(self) -> list[Field]:
        return [Text(name="said", placeholder="VERSION")]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        return Verdict.right()

    def solution(self) -> Answer:
        return {"said": "x"}


@hookimpl
def register_exercises() -> list[type[Exercise]]:
    return [Echo]
"""

LESSON = """---
id: echo
number: 1
title: Echo
language: en
---

# Echo

Say something.

:::{echo} hear
Say what you hear.
:::
"""


def test_a_saved_plugin_is_shown_at_once_and_a_slip_is_told(
    launch: Callable[..., Any], home: Path, tmp_path: Path
) -> None:
    plugin, lesson = tmp_path / "echo_plugin.py", tmp_path / "echo.md"
    plugin.write_text(PLUGIN.replace("VERSION", "first try"), encoding="utf-8")
    lesson.write_text(LESSON, encoding="utf-8")
    screen = launch("learn", "--plugin", str(plugin), str(lesson))
    screen.wait("first try")

    plugin.write_text(PLUGIN.replace("VERSION", "half typed") + "\ndef", encoding="utf-8")
    screen.wait("echo_plugin.py: invalid syntax")
    assert "first try" in screen.text

    plugin.write_text(PLUGIN.replace("VERSION", "second try"), encoding="utf-8")
    screen.wait("second try")
    screen.press("^Q")
    assert screen.ended() == 0
