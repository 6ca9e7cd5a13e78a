"""What commands and plain mode print for a screen reader: words for signs, numbers as the language writes them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from evoclass.disk import paths
from evoclass.fields.written import Number
from evoclass.i18n import Catalog
from evoclass.learner import config, week
from evoclass.learner.config import Settings
from evoclass.learner.event import now
from evoclass.learner.store import Store, Verb
from evoclass.plain import forms

SIGNS = set("○◐●✓✗▸→⇧↑↓^·")

pytestmark = pytest.mark.usefixtures("without_torch")


def evoclass(*words: str, typed: str = "", **environment: str) -> str:
    command = [sys.executable, "-m", "evoclass", *words]
    ended = subprocess.run(
        command, input=typed, capture_output=True, text=True, timeout=240, env={**os.environ, **environment}
    )
    assert ended.returncode in (0, 1), ended.stderr
    return ended.stdout


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize(
    "words",
    [
        ("progress",),
        ("lessons",),
        ("keys",),
        ("doctor",),
        ("plugins",),
        ("runners",),
        ("runners", "check", "local-cpu"),
        ("search", "fingers"),
    ],
)
def test_commands_say_in_words_what_they_show_in_signs(
    course: Path, words: tuple[str, ...], language: str
) -> None:
    content = ("--content", str(course)) if words[0] in ("progress", "lessons", "search") else ()
    evoclass("learn", "1", "--plain", "--content", str(course))
    drawn = evoclass(*words, "--lang", language, *content, TERM="xterm")
    said = evoclass(*words, "--lang", language, *content, TERM="dumb")
    assert said.strip()
    assert not set(said) & SIGNS
    assert "  " not in said
    assert len(said.splitlines()) >= len(drawn.splitlines())


@pytest.mark.parametrize("language", ["en", "it"])
def test_check_says_in_words_what_is_wrong_and_what_seeds_gave(course: Path, language: str) -> None:
    lesson = course / "en" / "01-adding.md"
    text = lesson.read_text().replace("- [x] 4", "- [ ] 4")
    lesson.write_text(
        text + "\n```{lab} seeded.py\n:expect: share < 0.5\nseed = 49\nshare = seed / 100\n```\n"
    )
    drawn = evoclass(
        "check", str(lesson), "--lang", language, "--run", "--trust", "--seeds", "2", TERM="xterm"
    )
    assert "    → " in drawn
    said = evoclass("check", str(lesson), "--lang", language, "--run", "--trust", "--seeds", "2", TERM="dumb")
    assert not set(said) & SIGNS
    assert "  " not in said
    line, column = ("line", "column") if language == "en" else ("riga", "colonna")
    assert re.search(rf"01-adding\.md, {line} \d+, {column} \d+: E040 .+", said)
    assert "49: share 0.49\n" in said
    assert "50: share 0.5\n" in said


def test_the_setting_for_plain_mode_counts_for_commands(course: Path) -> None:
    assert "✓" in evoclass("runners", TERM="xterm")
    config.save(paths.config_file(), plain=True)
    assert "✓" not in evoclass("runners", TERM="xterm")


def test_a_bar_is_told_once_by_run(tmp_path: Path) -> None:
    program = tmp_path / "bar.py"
    program.write_text(
        "for i in range(5):\n    print(f'\\r{i} of 4', end='', flush=True)\nprint()\nprint('fine')\n"
    )
    assert evoclass("run", str(program), TERM="dumb").split("\n") == ["4 of 4", "fine", ""]


def test_a_solution_has_the_languages_numbers() -> None:
    field = Number(name="number", unit="kg")
    said = {code: list(forms.words(field, 18.5, Catalog(code))) for code in ("en", "it")}
    assert said == {"en": ["18.5 kg"], "it": ["18,5 kg"]}
    assert list(forms.words(field, 1234.0, Catalog("it"))) == ["1234 kg"]


def test_a_program_is_announced_with_its_time(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace(":seconds: 20", ":seconds: 20\n:takes: 6"))
    said = evoclass("learn", "1", "--plain", "--content", str(course))
    assert "It took about 6 s on the author's computer." in said


# ------------------------------------------------------------------------------------------------- a goal for a week


def test_without_a_goal_nothing_is_said(tmp_path: Path) -> None:
    store = Store(tmp_path / "log.db")
    assert week.said(store, Settings(), Catalog("en")) == ""
    store.close()


def test_a_week_counts_from_monday_over_all_courses(tmp_path: Path) -> None:
    store, say = Store(tmp_path / "log.db"), Catalog("en")
    settings = Settings(weekly_minutes=60)
    for course in ("a", "b"):
        store.append(Verb.ATTENDED, course=course, seconds=1200.0)
    store.append(Verb.ATTENDED, course="a", seconds=1e9)  # damage
    store.append(Verb.ATTENDED, course="a", seconds="long")
    assert week.studied(store) == 2400.0
    assert week.studied(store, now() + timedelta(days=7)) == 0.0
    assert "40 minutes of the 60" in week.said(store, settings, say)
    assert "You wanted 60" in week.said(store, settings, say, seconds=1200.0)
    store.close()


def test_the_goal_is_told_where_the_learner_looks(course: Path) -> None:
    config.save(paths.config_file(), weekly_minutes=90)
    evoclass("learn", "1", "--plain", "--content", str(course))
    assert "minutes of the 90 that you want" in evoclass("progress", "--content", str(course), "--lang", "en")
    config.save(paths.config_file(), weekly_minutes=0)
    assert "that you want" not in evoclass("progress", "--content", str(course), "--lang", "en")
