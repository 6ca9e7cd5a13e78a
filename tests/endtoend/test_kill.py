"""The terminal interface is killed with -9 while one edits, answers and runs: nothing that was kept is lost.

`EVOCLASS_KILLS=300 pytest tests/endtoend/test_kill.py` kills it as often as one likes.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest

from course import opened
from evoclass.learner.progress import fold
from evoclass.learner.store import Store, Verb

Launch = Callable[..., Any]

KILLS = int(os.environ.get("EVOCLASS_KILLS", "6"))

PROGRAM = """\
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
for number in range(6000):
    print("turn", number, flush=True)
    time.sleep(0.01)
"""


class Killed:
    """One window's life: what it kept, and which processes it had, up to the moment when it is killed."""

    def __init__(self, screen: Any, file: Path) -> None:
        self.screen = screen
        self.file = file
        self.kept: set[str] = set()
        self.processes: dict[int, psutil.Process] = {}
        self.me = psutil.Process(screen.child.pid)

    def look(self) -> set[str]:
        """Note what stands in the log by now and which processes there are; return the verbs in it."""
        for process in self.me.children(recursive=True):
            self.processes[process.pid] = process
        if not self.file.exists():
            return set()
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=5)) as log:
            rows = log.execute("SELECT id, verb FROM event").fetchall()
        self.kept |= {key for key, _ in rows}
        return {verb for _, verb in rows}

    def until(self, done: Callable[[], bool]) -> None:
        """Read the screen and look at the log until something is so."""
        self.screen.wait(lambda _: bool(self.look()) and done())

    def kill(self) -> None:
        """Kill the window, and wait until nothing of it is left."""
        self.look()
        self.me.send_signal(signal.SIGKILL)
        self.screen.child.wait()
        _, alive = psutil.wait_procs(list(self.processes.values()), timeout=30)
        left = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
        assert left == [], [process.cmdline() for process in left]


def edit(life: Killed, random: Random) -> None:
    """Type until some of it is kept, and go on typing."""
    life.screen.click("subprocess.Popen")
    life.screen.press("End", "\r")  # what is typed must not push out of sight where the next life clicks
    before = len(life.kept)
    life.screen.press("".join(random.choices("abc", k=5)))
    life.until(lambda: len(life.kept) > before)
    for _ in range(random.randrange(1, 20)):
        life.screen.press(random.choice("abc \r"))
        life.screen._read(0.02)


def answer(life: Killed, random: Random) -> None:
    """Choose answers and check them."""
    while "(•) 22" not in life.screen.text:
        if "Try again" in life.screen.text:  # an earlier life happened to answer right
            life.screen.click("Try again")
        life.screen.click(") 22")  # which misses where an earlier answer's verdict comes in between
        life.screen._read(1.0)
    life.screen.press("^S")
    life.until(lambda: Verb.ANSWERED in life.look())
    for _ in range(random.randrange(1, 12)):
        life.screen.press(random.choice(["Up", "Down", "Space", "^S"]))
        life.screen._read(0.02)


def run(life: Killed, random: Random) -> None:
    """Run the program, which starts a process of its own that no signal of the terminal reaches."""
    life.screen.press("F5")
    life.screen.wait("turn 1")
    life.look()
    life.screen._read(random.random() / 2)


def begin(life: Killed, random: Random) -> None:
    """Do nothing: what starts in the background has just begun."""
    life.screen._read(random.random())


@pytest.mark.slow
@pytest.mark.timeout(120 + 60 * KILLS)
@pytest.mark.parametrize("work", [edit, answer, run, begin], ids=lambda work: work.__name__)
def test_nothing_that_was_kept_is_lost_and_no_process_is_left(
    launch: Launch, course: Path, home: Path, work: Callable[[Killed, Random], None]
) -> None:
    for page in course.glob("*/01-adding.md"):
        text = page.read_text()
        code = text[text.index(":watch: total\n") + 14 : text.index("```\n\n:::{choice}")]
        page.write_text(text.replace(code, PROGRAM))
    random, file = Random(work.__name__), home / "progress.db"
    kept: set[str] = set()
    for _ in range(max(1, KILLS // 4)):
        screen = launch(
            "learn", "1", "--content", str(course), "--trust", columns=160, rows=45, EVOCLASS_PRELOAD=""
        )
        life = Killed(screen, file)
        screen.wait("Adding")
        screen.wait("subprocess")
        life.look()
        work(life, random)
        life.kill()
        screen.child.close(force=True)
        kept |= life.kept
        store = Store(file)
        assert store.set_aside is None
        assert not store.trouble
        events = list(store.events())
        assert kept <= {event.id for event in events}
        fold(events)
        store.close()
    session = opened(course)
    assert session.state.opened
    verbs = {event.verb for event in session.store.events()}
    assert {edit: Verb.INTERACTED, answer: Verb.ANSWERED}.get(work, Verb.INITIALIZED) in verbs
