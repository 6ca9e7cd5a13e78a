"""The fixture `open_app`, with which authors of plugins test them on the real screen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import SimpleNamespace

import pytest

from evoclass import hookimpl
from evoclass.directive import Directive
from evoclass.exercise import Answer, Bench, Exercise, Field, Text, Verdict
from evoclass_tui.testing import OpenedApp

OpenApp = Callable[..., AbstractAsyncContextManager[OpenedApp]]


class Echo(Exercise):
    kind = "echo"

    @classmethod
    def parse(cls, block: Directive) -> Echo:
        return cls()

    def form(self) -> list[Field]:
        return [Text(name="said")]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        return Verdict.right() if answer.get("said") == "echo" else Verdict.wrong()

    def solution(self) -> Answer:
        return {"said": "echo"}


@hookimpl
def register_exercises() -> list[type[Exercise]]:
    return [Echo]


PLUGIN = SimpleNamespace(__name__="echoing", register_exercises=register_exercises)

LESSON = """
:::{echo} hear
What do you hear in <mountains> & valleys?
:::
"""


@pytest.mark.parametrize(("language", "word"), [("en", "Right"), ("it", "Esatto")])
async def test_a_question_of_a_plugin_is_answered_with_the_keys(
    open_app: OpenApp, language: str, word: str
) -> None:
    async with open_app(LESSON, PLUGIN, language=language) as opened:
        await opened.until("What do you hear in <mountains> & valleys?")
        assert len(opened.text.splitlines()) == 40
        await opened.press("n", *"echo", "enter")
        await opened.until(word)


async def test_what_never_comes_fails_with_the_screen(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass_tui.opened.SECONDS", 0.1)
    async with open_app("Some prose.") as opened:
        with pytest.raises(AssertionError, match=r"(?s)never came.*Some prose\."):
            await opened.until("nowhere")


async def test_the_learners_own_files_are_not_touched(open_app: OpenApp, tmp_path: Path, home: Path) -> None:
    async with open_app("Some prose.") as opened:
        await opened.press("space")
    found = {path.name for path in tmp_path.iterdir()}  # noqa: ASYNC240 - the app has ended
    assert "progress.db" in found
    assert home.name not in found
