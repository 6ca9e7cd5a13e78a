"""`evoclass keys` prints the table as it is, and tells what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evoclass.cli import cli
from evoclass.disk import paths
from evoclass.learner import config


def ask(*words: str) -> Result:
    return CliRunner().invoke(cli, ["keys", *words])


@pytest.mark.parametrize(
    ("language", "place", "does"), [("en", "In the editor", "comment"), ("it", "Nell'editor", "commento")]
)
def test_the_table_goes_by_place(home: Path, language: str, place: str, does: str) -> None:
    result = ask("--lang", language)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    at = lines.index(place)
    assert any("editor.comment" in line and does in line for line in lines[at : at + 16])
    assert any(line.startswith("  F5  ^R") for line in lines)
    assert "tensors.sort" in result.output


def test_changes_are_marked_and_conflicts_told_with_their_line(home: Path) -> None:
    config.save(paths.config_file(), keys={"preset": "vim", "run": "f13", "check": "ctrl+p"})
    result = ask()
    assert result.exit_code == 1
    assert any(line.startswith("* F13 ") for line in result.output.splitlines())
    assert any(line.startswith("+ j  ↓") for line in result.output.splitlines())
    assert "config.toml, line 4: `check` cannot have ^P" in result.stderr


def test_the_document_has_everything(home: Path) -> None:
    config.save(paths.config_file(), keys={"run": "f13", "nothing": "f14"})
    result = ask("--json", "--preset", "browser")
    document = json.loads(result.stdout)
    rows = {row["id"]: row for row in document["keys"]}
    assert document["preset"] == "browser"
    assert (rows["run"]["keys"], rows["run"]["default"], rows["run"]["own"]) == (
        ["f13"],
        ["f5", "ctrl+r"],
        True,
    )
    assert rows["palette"]["shown"] == ["Alt X", ":"]
    assert [(each["id"], each["kind"], each["line"]) for each in document["problems"]] == [
        ("nothing", "unknown", 3)
    ]


def test_a_preset_that_does_not_exist_is_told_with_those_that_do(home: Path) -> None:
    result = ask("--preset", "emacs")
    assert result.exit_code == 2
    assert "default, vim, browser" in result.stderr


def test_help_has_examples(home: Path) -> None:
    assert "evoclass keys --preset vim" in ask("--help").output


def test_the_doctor_tells_what_is_wrong(home: Path) -> None:
    config.save(paths.config_file(), keys={"check": "ctrl+p"})
    result = CliRunner().invoke(cli, ["doctor"])
    assert "`check` cannot have ^P" in result.output
