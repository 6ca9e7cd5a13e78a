"""The terminal interface in a language that a plugin brings: nothing on any screen is said in another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from evoclass.i18n import LANGUAGES
from evoclass_tui.widgets.key_bar import KeyBar
from pseudo import plain_words, write_course
from tui.stage import OpenStage, Stage

ALLOWED = (
    r"\b(en|it|English)\b",  # the other languages
    r"CPU · \d+ threads",
    r"\b(Esc|Tab|Alt|A|E|e|O|a)\b",  # keys, as they are written on them
    r"evoclass-\w+",  # themes
    r"\d min\b",
    r"\blocal\b",  # the name of a plugin that has settings
)
"""What no language translates."""


def shown(stage: Stage) -> str:
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in stage.app.screen._compositor.render_strips()
    )


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose path fits into a line of every dialog, with the learner's home in it."""
    with TemporaryDirectory(dir="/tmp") as folder:
        monkeypatch.setenv("EVOCLASS_HOME", f"{folder}/h")
        yield Path(folder)


async def test_every_screen_speaks_it(open_stage: OpenStage, short: Path, third_language: str) -> None:
    course = write_course(short / "c")
    paths = re.escape(str(short)) + r"\S*"
    async with open_stage(size=(200, 60), language=third_language, content=course, trusted=False) as stage:
        assert plain_words(shown(stage), *ALLOWED) == set()
        seen = set()
        for key in ("f1", "ctrl+p", "f10", "ctrl+o", "f5", "f7"):
            await stage.press(key)
            await stage.pilot.pause()
            seen.add(type(stage.app.screen).__name__)
            assert plain_words(shown(stage), paths, *ALLOWED) == set(), key
            await stage.press("escape")
            stage.app.tell.clear()  # a notice over half a word would leave the other half
            await stage.pilot.pause()
        assert len(seen) >= 5
        stage.screen.reader.focus()
        for keys in (("n", "down", "space", "ctrl+s"), ("question_mark",), ("h", "h"), ("x",), ("end",)):
            await stage.press(*keys)
            assert plain_words(shown(stage), paths, *ALLOWED) == set(), keys


async def test_it_is_chosen_like_the_others(open_stage: OpenStage, third_language: str) -> None:
    async with open_stage(language="it") as stage:
        assert LANGUAGES[third_language] in str(stage.screen.query_one(KeyBar).render())
        await stage.press("ctrl+l")
        assert stage.session.language == third_language
        assert stage.session.lesson.language == "it", "nobody translated the lesson, and it stays as it is"
        assert any("Italiano" in notice for notice in stage.notices)
        await stage.press("f10")
        assert LANGUAGES[third_language] in shown(stage)
        await stage.press("escape", "ctrl+l")
        assert stage.session.language == "en"
