"""Folders, courses and homes whose names are no text work, and closed streams hold nobody up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course import write_course

ODD = os.fsdecode(b"caf\xe9")


def evoclass(*arguments: str | Path, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    return subprocess.run(
        [sys.executable, "-m", "evoclass", *map(str, arguments)],
        input=typed,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        env={**os.environ, **settings},
    )


@pytest.mark.parametrize("odd", ["home", "course", "both"])
def test_names_that_are_no_text(tmp_path: Path, odd: str) -> None:
    home = tmp_path / (ODD if odd != "course" else "home")
    course = write_course(tmp_path / "parent" / (ODD if odd != "home" else "course"))
    for arguments in (
        ("run", "1", "--content", course, "--trust"),
        ("run", "1", "--content", course),
        ("lessons", "--content", course),
        ("lessons", "--content", course, "--json"),
        ("progress", "--json"),
        ("check", course, "--json"),
    ):
        ended = evoclass(*arguments, EVOCLASS_HOME=str(home))
        assert ended.returncode == 0, ended.stderr
    ended = evoclass("learn", "--plain", course, typed="\n\nq\n", EVOCLASS_HOME=str(home))
    assert ended.returncode == 0
    assert "total 4" in ended.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(home: Path, course: Path, closed: str) -> None:
    command = f"{sys.executable} -m evoclass learn --plain {course} --trust {closed}"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not (home / "faults.log").exists()
