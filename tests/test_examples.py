"""The plugins in `examples/` work as they stand, from their folder, with what is public."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["truth"])
def test_the_tests_of_an_example_pass(name: str) -> None:
    ended = run("pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, ".", folder=EXAMPLES / name)
    assert ended.returncode == 0, ended.stdout
    assert "passed" in ended.stdout


@pytest.mark.parametrize("name", ["truth"])
def test_the_lesson_of_an_example_is_sound(name: str) -> None:
    words = ("evoclass", "check", "--plugin", f"{name}.py", "sample.md")
    ended = run(*words, folder=EXAMPLES / name)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_smallest_example_fits_on_a_page() -> None:
    assert len((EXAMPLES / "truth" / "truth.py").read_text(encoding="utf-8").splitlines()) <= 40
