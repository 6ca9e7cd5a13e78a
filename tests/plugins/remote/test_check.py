"""`evoclass runners`, with a runner elsewhere that the settings set up."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from evoclass.commands import runners

pytestmark = pytest.mark.usefixtures("without_torch")

SETTINGS = f"""
runner = "lab"

[runners.lab]
kind = "command"
command = ["env"]
python = "{sys.executable}"
brought = 0
"""


@pytest.fixture(autouse=True)
def settings() -> None:
    home = Path(os.environ["EVOCLASS_HOME"])
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(SETTINGS)


def said(*words: str) -> list[str]:
    """Return what the command prints in Italian."""
    return CliRunner().invoke(runners.runners, [*words, "--lang", "it"]).stdout.splitlines()


def test_a_runner_elsewhere_stands_in_the_list_without_saying_its_name_twice() -> None:
    assert [line.split() for line in said() if "lab" in line] == [["▸✓", "lab", "command"]]


def test_the_steps_of_a_check_are_in_the_learners_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners, "WHAT", "print('3.11')\nprint('2.9')\nopen('here.txt', 'w').write('here')")
    steps = dict(line.split(": ", 1) for line in said("check", "lab"))
    assert steps["✓ impostazioni"] == "command"
    assert " thread · " in steps["✓ raggiungibile"]
    assert steps["✓ file"] == "restano là finché non li chiedi"
    assert "✓ risposta del prompt" in steps
