"""`evoclass progress export`, `merge` and `reset`, as a learner with two machines types them."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from machine import Machine


def lessons(evoclass: Machine) -> dict[str, int]:
    """Return the lessons that were begun, with the number of their questions that were tried."""
    found = json.loads(evoclass("progress", "--json").stdout)["lessons"]
    return {row["lesson"]: len(row["exercises"]) for row in found}


def test_progress_travels_both_ways(machine: Callable[[str], Machine]) -> None:
    home, school = machine("home"), machine("school")
    home("learn", "1", "--plain", typed="3\n")
    assert "entries of me are in home.evoprogress" in home("progress", "export", "home.evoprogress").stdout
    # A new machine takes it as it is; the school's own progress needs a word.
    assert school("progress", "merge", "home.evoprogress").returncode == 0
    assert lessons(school) == lessons(home) != {}
    school("learn", "2", "--plain", typed="12\n")
    school("progress", "export", "school.evoprogress")
    assert home("progress", "merge", "school.evoprogress", "home.evoprogress").returncode == 0
    assert lessons(home) == lessons(school)
    assert set(lessons(home)) == {"tensors", "gradients"}
    assert (
        "No new entries: all of it is here already." in home("progress", "merge", "school.evoprogress").stdout
    )


def test_what_may_be_somebody_elses_needs_a_word(machine: Callable[[str], Machine], tmp_path: Path) -> None:
    home, school = machine("home"), machine("school")
    home("learn", "1", "--plain")
    school("learn", "2", "--plain")
    school("progress", "export", "school.evoprogress")
    refused = home("progress", "merge", "school.evoprogress")
    assert refused.returncode == 2
    assert "--mine" in refused.stderr
    assert set(lessons(home)) == {"tensors"}
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "config.toml").write_text('learner = "anna"\n')
    machine("anna")("learn", "2", "--plain")
    machine("anna")("progress", "export", "anna.evoprogress")
    refused = home("progress", "merge", "school.evoprogress", "anna.evoprogress", "--lang", "it")
    assert refused.returncode == 2
    assert "anna" in refused.stderr or "--mine" in refused.stderr
    assert set(lessons(home)) == {"tensors"}
    assert home("progress", "merge", "school.evoprogress", "--mine").returncode == 0
    assert set(lessons(home)) == {"tensors", "gradients"}
    # From now on they share something.
    assert school("progress", "merge", "school.evoprogress").returncode == 0


@pytest.mark.parametrize(("answer", "begun"), [("y", {"tensors", "gradients"}), ("", {"tensors"})])
def test_a_person_at_the_terminal_is_asked(
    answer: str, begun: set[str], machine: Callable[[str], Machine], tmp_path: Path
) -> None:
    home = machine("home")
    home("learn", "1", "--plain")
    machine("school")("learn", "2", "--plain")
    machine("school")("progress", "export", "school.evoprogress")
    child = pexpect.spawn(
        sys.executable,
        ["-m", "evoclass", "progress", "merge", "school.evoprogress", "--lang", "en"],
        cwd=str(tmp_path),
        env={**os.environ, "EVOCLASS_HOME": str(tmp_path / "home")},
        dimensions=(24, 300),
        timeout=60,
    )
    child.expect_exact("Is it yours? [y/N] ")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert set(lessons(home)) == begun
    assert child.exitstatus == (0 if answer else 2)


def test_a_lesson_begins_anew_and_comes_back(machine: Callable[[str], Machine]) -> None:
    home = machine("home")
    home("learn", "1", "--plain", typed="3\n")
    before = lessons(home)
    assert "reset 1 --undo" in home("progress", "reset", "1").stdout
    assert lessons(home) == {}
    assert "not opened" in home("progress", "reset", "1").stderr
    assert "messo da parte" not in home("progress", "reset", "1", "--undo", "--lang", "it").stdout
    assert lessons(home) == before
    assert home("progress", "reset", "1", "--undo").returncode == 2
    assert home("progress", "reset", "99").returncode == 2


def test_the_way_back_leads_to_the_same_course(machine: Callable[[str], Machine], course: Path) -> None:
    home, content = machine("home"), ("--content", str(course))
    home("learn", "1", "--plain", *content)
    said = home("progress", "reset", "1", *content).stdout
    command = re.search(r"evoclass (progress reset .+)", said)
    assert command is not None
    assert home(*shlex.split(command[1])).returncode == 0


def test_a_pseudonym_is_in_the_whole_file(machine: Callable[[str], Machine], tmp_path: Path) -> None:
    home = machine("home")
    home("learn", "1", "--plain")
    said = home("progress", "export", "--pseudonym", "class.evoprogress").stdout
    text = (tmp_path / "class.evoprogress").read_text()
    assert '"me"' not in text
    assert json.loads(text.splitlines()[0])["learner"] in said
