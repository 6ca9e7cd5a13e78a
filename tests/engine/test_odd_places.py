"""Homes and courses with names that are no text, disks that take nothing, closed streams: a lesson goes on."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from course import write_course

pytestmark = pytest.mark.usefixtures("without_torch")

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


@pytest.mark.parametrize("odd", ["home", "course"])
def test_names_that_are_no_text(tmp_path: Path, odd: str) -> None:
    home = tmp_path / (ODD if odd == "home" else "home")
    course = write_course(tmp_path / "parent" / (ODD if odd == "course" else "course"))
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
    command = shlex.join([sys.executable, "-m", "evoclass", "learn", "--plain", str(course), "--trust"])
    ended = subprocess.run(["sh", "-c", f"{command} {closed}"], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not (home / "faults.log").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a disk")
@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_a_disk_that_takes_nothing(tmp_path: Path, course: Path, trouble: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        if trouble == "full":
            (disk / "home").mkdir()
            with suppress(OSError), (disk / "fill").open("wb", buffering=0) as file:
                while file.write(bytes(4096)):
                    pass
        else:
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        home = str(disk / "home")
        typed = "\n" + "22\n" * 2 + "\n" * 9
        ended = evoclass("learn", "--plain", course, "--trust", typed=typed, EVOCLASS_HOME=home)
        assert ended.returncode == 0, ended.stderr
        assert "Nothing is being saved" in ended.stdout
        assert "total 4" in ended.stdout
        assert evoclass("run", "1", "--content", course, "--trust", EVOCLASS_HOME=home).stdout == "total 4\n"
        assert evoclass("lessons", EVOCLASS_HOME=home).returncode == 0
        assert evoclass("progress", EVOCLASS_HOME=home).returncode == 2
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
