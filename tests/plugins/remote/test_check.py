"""`evoclass runners`, with a runner elsewhere that the settings set up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("without_torch")

SETTINGS = f"""
runner = "lab"

[runners.lab]
kind = "command"
command = ["env"]
python = "{sys.executable}"
brought = 0
"""


def evoclass(*words: str) -> list[str]:
    home = Path(os.environ["EVOCLASS_HOME"])
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(SETTINGS)
    command = [sys.executable, "-m", "evoclass", *words, "--lang", "it"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return ended.stdout.splitlines()


def test_a_runner_elsewhere_stands_in_the_list_without_saying_its_name_twice() -> None:
    assert [line.split() for line in evoclass("runners") if "lab" in line] == [["▸✓", "lab", "command"]]


def test_the_steps_of_a_check_are_in_the_learners_language() -> None:
    steps = dict(line.split(": ", 1) for line in evoclass("runners", "check", "lab"))
    assert steps["✓ impostazioni"] == "command"
    assert " thread · " in steps["✓ raggiungibile"]
    assert steps["✓ file"] == "restano là finché non li chiedi"
    assert "✓ risposta del prompt" in steps
