"""The path of docs/screen-readers.md, from the first word to the last question, as one types and hears it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from evoclass.disk import paths
from evoclass.i18n import Catalog
from evoclass.wording.languages import means

DRAWN = re.compile(r"[─-◿╭╮╰╯⠀-⣿]")
"""Frames, bars, rules and dots, which would be read out sign by sign."""


class Listener:
    """Types, and keeps what was said since."""

    def __init__(self, *arguments: str, home: Path, language: str) -> None:
        self.catalog = Catalog(language)
        self.said: list[str] = []
        """What was said up to each stop."""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "evoclass", "learn", "--plain", "--lang", language, *arguments],
            env={**os.environ, "TERM": "dumb", "EVOCLASS_HOME": str(home)},
            dimensions=(24, 80),
            echo=False,
            timeout=120,
            encoding="utf-8",
        )

    def hear(self) -> str:
        """Wait until everything stands still at a question, or is over; return what was said."""
        self.child.expect([" > $", pexpect.EOF])
        self.said.append(str(self.child.before).replace("\r", ""))
        return self.said[-1]

    def answer(self, typed: str) -> str:
        """Type a line, and return what is said then."""
        self.child.sendline(typed)
        return self.hear()

    @property
    def asked(self) -> str:
        """The question that waits now."""
        return self.said[-1].rstrip().rpartition("\n")[2]

    @property
    def is_over(self) -> bool:
        return not self.child.isalive()


@pytest.fixture(params=["en", "it"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def listen(home: Path, language: str) -> Iterator[list[Listener]]:
    """Whatever still speaks at the end of the test is ended."""
    started: list[Listener] = []
    yield started
    for listener in started:
        listener.child.close(force=True)


def before_title(sentence: str) -> str:
    """Return the beginning of a sentence of the catalog, up to what is filled in."""
    return sentence.partition("{")[0]


def test_a_whole_lesson_of_a_small_course(
    course: Path, home: Path, language: str, listen: list[Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVOCLASS_PRELOAD", "")
    ear = Listener("--trust", "--content", str(course), home=home, language=language)
    listen.append(ear)
    say = ear.catalog

    # The course introduces itself, and Enter opens the lesson.
    assert "SUM1" in ear.hear()
    assert ear.asked.startswith(before_title(say("plain.open_lesson")))
    first = ear.answer("")
    assert say("plain.heading", level=1, text="Adding" if language == "en" else "Sommare") in first
    assert say("plain.help") in first

    # The program: printed, run, and what it has left.
    assert ear.asked == say("plain.lab", file="sum.py")
    assert "    total = 2 + 2" in ear.answer("p")
    ran = ear.answer("")
    assert "total 4" in ran
    assert "  total = 4" in ran

    # A question: how to answer is said once; a wrong answer gets its reply, a hint and then the right one.
    how = say("plain.keys", go_on=say("plain.go_on"))
    assert ran.count(how) == 1
    wrong = ear.answer("b")
    assert say("plain.wrong") in wrong
    assert ("One too many." if language == "en" else "Uno di troppo.") in wrong
    assert how not in wrong
    assert ("Count on your fingers." if language == "en" else "Conta sulle dita.") in ear.answer("?")

    # The commands, which are those that the page names.
    for command, meaning in (("s", "section"), ("r", "repeat"), ("h", "help"), ("q", "quit"), ("n", "next")):
        assert means(command, meaning, language)
    assert say("plain.help") in ear.answer("h")
    assert say("plain.here") in ear.answer("s")
    assert say("plain.heading", level=1, text="Adding" if language == "en" else "Sommare") in ear.answer("1")
    assert "?" in ear.answer("n")  # past the program, at the question again
    right = ear.answer("a")
    assert say("plain.right") in right

    # The challenge to its last question, and what was done.
    assert say("plain.right") in ear.answer("10")
    end = ear.answer("+")
    assert say("plain.heading", level=2, text=say("recap.done")) in end
    assert end.rstrip().splitlines()[-1] == say("plain.end", done=3, total=3)
    ear.child.wait()
    assert ear.child.exitstatus == 0
    everything = "".join(ear.said)
    assert not DRAWN.search(everything)
    assert "\x1b" not in everything


def test_the_setting_opens_every_lesson_in_plain_mode(
    course: Path, home: Path, language: str, listen: list[Listener]
) -> None:
    paths.config_file().parent.mkdir(parents=True, exist_ok=True)
    paths.config_file().write_text("plain = true\n")
    child = pexpect.spawn(
        sys.executable,
        ["-m", "evoclass", "learn", "1", "--content", str(course), "--lang", language],
        env={**os.environ, "TERM": "xterm-256color"},
        timeout=60,
        encoding="utf-8",
    )
    child.expect_exact(Catalog(language)("plain.lab", file="sum.py"))
    assert "\x1b[?1049h" not in str(child.before)
    child.sendline("q")
    child.expect(pexpect.EOF)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_lesson_1_to_its_last_question(home: Path, language: str, listen: list[Listener]) -> None:
    ear = Listener("1", home=home, language=language)
    listen.append(ear)
    say = ear.catalog
    ear.hear()
    programs = solved = 0
    while not ear.is_over and len(ear.said) < 100:
        if ear.asked.startswith(before_title(say("plain.lab"))):
            ear.answer("n" if programs else "")  # one run is enough
            programs += 1
        elif ear.asked.startswith(
            (before_title(say("plain.next_section")), before_title(say("plain.lab_again")))
        ):
            ear.answer("")
        elif ear.asked.startswith(before_title(say("plain.open_lesson"))):
            ear.answer("q")
        elif any(say(key) in ear.said[-1] for key in ("guess.plain_go_on", "guess.plain_look")):
            ear.answer("")
        else:
            solved += say("plain.solution") in ear.answer("!")
    assert programs >= 3
    assert solved >= 10
    lesson = "".join(ear.said)
    assert say("plain.heading", level=2, text=say("recap.done")) in lesson
    assert not DRAWN.search(lesson)
    # A paragraph is one line, however long it is.
    assert max(map(len, lesson.splitlines())) > 200
