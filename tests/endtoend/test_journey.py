"""A learner takes Lesson 7 in the real program: reads, runs, looks, answers, quits, comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Launch = Callable[..., Any]


def progress(home: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "evoclass", "progress", "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    (lesson,) = json.loads(ended.stdout)["lessons"]
    return dict(lesson)


def test_a_learner_takes_the_lesson_and_finds_everything_tomorrow(launch: Launch, home: Path) -> None:
    screen = launch("learn", "7", "--lang", "it", columns=160, rows=100)
    screen.wait("Transfer learning: mettere a frutto")
    screen.wait("train.py")

    # Edit the program: the comment at the top of the file tells whether it was kept.
    screen.click("import time")
    screen.press("# mio\r")
    screen.wait("# mio")

    # Run it on real PyTorch and watch the tensors.
    screen.press("F5")
    screen.wait("head.weight")
    screen.wait("congelati", seconds=90)
    screen.wait("Accuratezza", seconds=90)
    screen.wait("✓ Terminato", seconds=90)
    screen.wait(">>>")

    # The prompt looks into the finished run.
    screen.click("prova con")
    screen.press("head.weight.shape\r")
    screen.wait("torch.Size([7, 1280])")

    # The questions: a wrong answer gets its feedback, then the right one.
    screen.click("Domande")
    screen.wait("Domanda 4")

    screen.click("Non serve più alcun dato")
    screen.wait("(•) Non serve più alcun dato")
    screen.press("^S")
    screen.wait("Non ancora")

    # The challenge opens step by step.
    screen.click("Sfida  ")
    screen.wait("si apre dopo il passo 1")
    screen.click("Qual è la dimensione")
    screen.wait("⏎ verifica")
    screen.press("512", "\r")
    screen.wait("Passi fatti: 1 su 3")
    screen.click("Domande")
    screen.wait("Domanda 4")

    # The other language, in place.
    screen.press("^L")
    screen.wait("Question 4")
    screen.wait("# mio")
    screen.press("^L")
    screen.wait("Domanda 4")

    screen.press("^Q")
    assert screen.ended() == 0
    kept = progress(home)
    assert (kept["runs"], kept["passed"], kept["total"]) == (1, 1, 18)
    assert kept["exercises"]["adapt-the-head/in-features"]["passed"]
    assert kept["exercises"]["why-pretrained"] == {
        "attempts": 1,
        "passed": False,
        "revealed": False,
        "hints": 0,
        "score": 0.0,
    }
    assert kept["language"] == "it"

    again = launch(columns=160, rows=45)
    again.wait("Domanda 4")
    again.wait("# mio")
    again.wait("head.weight")
    again.press("^Q")
    assert again.ended() == 0


def test_closing_the_window_keeps_what_there_is(launch: Launch, course: Path, home: Path) -> None:
    screen = launch("learn", "1", "--content", str(course), "--trust", columns=160, rows=45)
    screen.wait("Adding")
    screen.click("print(")
    screen.press("input('waiting')\r")
    screen.wait("input('waiting')")
    screen.press("F5")
    screen.wait(lambda text: text.count("waiting") == 2)
    screen.child.ptyproc.fileobj.close()  # the terminal goes, which hangs up its processes
    screen.child.wait()
    assert screen.child.signalstatus == signal.SIGHUP
    assert progress(home)["runs"] == 1


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (200, 60)])
def test_every_size_opens_runs_and_quits(launch: Launch, course: Path, columns: int, rows: int) -> None:
    screen = launch("learn", "1", "--content", str(course), "--trust", columns=columns, rows=rows)
    screen.wait("Adding")
    screen.press("F5")
    screen.wait("total 4")
    screen.press("^Q")
    assert screen.ended() == 0


def test_the_terminal_is_believed_about_its_size_not_the_environment(launch: Launch, course: Path) -> None:
    screen = launch("learn", "1", "--content", str(course), columns=160, rows=45, COLUMNS="80", LINES="24")
    screen.wait("Adding")
    screen.wait("threads", seconds=20)  # said only where there is room


def test_code_from_elsewhere_asks_first(launch: Launch, course: Path) -> None:
    screen = launch("learn", "1", "--content", str(course))
    screen.wait("Adding")
    screen.press("F5")
    screen.wait("Do you trust this course?")
    screen.press("Enter")
    screen.wait("The program was not run.")
    screen.press("F5")
    screen.wait("Do you trust this course?")
    screen.press("Down", "Enter")
    screen.wait("total 4")
    screen.press("F5")
    screen.wait(lambda text: text.count("total 4") == 1 and "Do you trust" not in text)
    screen.press("^Q")
    assert screen.ended() == 0


def test_a_broken_lesson_shows_the_line_and_the_rest_stays_usable(launch: Launch, course: Path) -> None:
    (course / "en" / "02-broken.md").write_text(
        "---\nid: broken\nnumber: two\ntitle: Broken\nlanguage: en\n---\nText.\n"
    )
    screen = launch("learn", str(course / "en" / "02-broken.md"), "--content", str(course))
    screen.wait(lambda text: "number" in text and "3" in text)
    screen.press("^Q")
    assert screen.ended() == 0
