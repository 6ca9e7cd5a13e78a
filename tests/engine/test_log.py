"""`EVOCLASS_LOG=FILE`: what happened, in order, for whoever looks for a fault."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

LESSON = """---
title: One
---

# One

```{lab} broken.py
raise ValueError("no \\x1b[31m good")
```
"""


def evoclass(home: Path, *words: str, log: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "EVOCLASS_HOME": str(home), "EVOCLASS_LOG": str(log)}
    return subprocess.run(
        [sys.executable, "-m", "evoclass", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_is_followed_from_its_words_to_its_end(tmp_path: Path) -> None:
    log, folder = tmp_path / "evoclass.log", tmp_path / "course"
    folder.mkdir()
    (folder / "01-one.md").write_text(LESSON, encoding="utf-8")
    answer = evoclass(tmp_path, "check", str(folder), log=log)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert all(
        re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \d+ evoclass\.\w+(\.\w+)*: ", line) for line in lines
    )
    told = "\n".join(lines)
    assert f"evoclass check {folder}" in lines[0]
    assert "import of choice: loaded in" in told
    assert "register_exercises of choice: answered in" in told
    assert re.search(r"read .*01-one\.md, \d+ characters, in", told)
    assert f"ended with {answer.returncode} after" in lines[-1]


def test_what_is_written_does_not_act_on_the_terminal_that_shows_it(tmp_path: Path) -> None:
    log = tmp_path / "evoclass.log"
    evoclass(tmp_path, "lessons", "--content", "no\x1b[2Jsuch\nfolder", log=log)
    told = log.read_bytes()
    assert b"\\x1b[2J" in told
    assert b"\x1b" not in told


def test_a_file_that_cannot_be_written_is_told_and_the_command_goes_on(tmp_path: Path) -> None:
    answer = evoclass(tmp_path, "lessons", log=tmp_path)
    assert "EVOCLASS_LOG" in answer.stderr
    assert "AI002" in answer.stdout
    assert answer.returncode == 0


def test_a_fault_is_in_it_with_its_traceback(tmp_path: Path) -> None:
    log = tmp_path / "evoclass.log"
    source = (
        "import sys; from evoclass import cli; cli.describe = None\n"
        "cli.cli.main = lambda **options: 1 / 0\n"
        "cli.run(sys.argv[1:])"
    )
    environment = {**os.environ, "EVOCLASS_HOME": str(tmp_path), "EVOCLASS_LOG": str(log)}
    answer = subprocess.run(
        [sys.executable, "-c", source, "lessons"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 70
    told = log.read_text(encoding="utf-8")
    assert "fault: division by zero" in told
    assert "    Traceback" not in told.splitlines()[0]
    assert "ZeroDivisionError" in told


def test_without_it_nothing_is_logged_to_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise ValueError('no good')\n")
    environment = {**os.environ, "EVOCLASS_HOME": str(tmp_path)}
    words = ("lessons", "--plugin", str(tmp_path / "broken.py"))
    answer = subprocess.run(
        [sys.executable, "-m", "evoclass", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in answer.stderr
    assert answer.stderr.count("no good") <= 1
    assert answer.returncode == 0
