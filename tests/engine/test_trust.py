"""Code of a course from elsewhere runs only after a yes for that folder with that content."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from evoclass import paths
from evoclass.config import Settings
from evoclass.errors import NotTrustedError
from evoclass.library import Library
from evoclass.markup import Parser
from evoclass.plugins import Plugins
from evoclass.session import Session
from evoclass.store import Store
from evoclass.trust import Trust


def test_a_yes_holds_until_the_content_changes(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    assert not trust.holds(course)
    trust.grant(course)
    assert trust.holds(course)
    assert Trust([], tmp_path / "trusted.json").holds(course)
    (course / "helper.py").write_text("import os\n")
    assert not trust.holds(course)
    (course / "helper.py").unlink()
    assert trust.holds(course)
    (course / "en" / "01-adding.md").rename(course / "en" / "02-adding.md")
    assert not trust.holds(course)


def test_no_change_goes_unnoticed(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lesson.md").write_text("one")
    (course / "more").symlink_to(elsewhere)
    (course / "loop").symlink_to(course)
    trust.grant(course)
    assert trust.holds(course)
    (course / ".hidden.py").write_text("print(1)")
    assert not trust.holds(course)
    (course / ".hidden.py").unlink()
    assert trust.holds(course)
    (elsewhere / "lesson.md").write_text("two")
    assert not trust.holds(course)


def test_what_changes_by_itself_asks_nobody(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    trust.grant(course)
    for name in (".git/index", "__pycache__/helper.cpython-311.pyc", ".DS_Store"):
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).write_text("noise")
    assert trust.holds(course)


def test_what_came_with_evoclass_runs_at_once(tmp_path: Path) -> None:
    trust = Trust([paths.content_folder()], tmp_path / "trusted.json")
    assert trust.holds(paths.content_folder() / "en" / "07-transfer-learning.md")
    assert not trust.holds(paths.content_folder().parent)


def test_a_damaged_file_trusts_nobody(course: Path, tmp_path: Path) -> None:
    (tmp_path / "trusted.json").write_text('["everything"]')
    assert not Trust([], tmp_path / "trusted.json").holds(course)


def test_for_now_survives_changes_but_not_the_process(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    trust.grant_for_now(course)
    (course / "new.py").write_text("")
    assert trust.holds(course)
    assert not Trust([], tmp_path / "trusted.json").holds(course)


def test_no_program_and_no_file_without_a_yes(course: Path) -> None:
    plugins = Plugins()
    library = Library([course], Parser(plugins))
    session = Session.open(library, Store(paths.progress_file()), plugins, Settings(), "1", "en")
    with pytest.raises(NotTrustedError, match="sums"):
        session.desk.program("sum.py")
    assert not (session.desk.folder() / "sum.py").exists()
    session.trust.grant(session.place)
    assert session.desk.program("sum.py").file.is_file()


def evoclass(*arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", *map(str, arguments)]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)


def test_scripts_say_trust_once(course: Path) -> None:
    for command in (("run", "1"), ("check", "--run")):
        refused = evoclass(*command, "--content", course)
        assert refused.returncode == 2
        assert "--trust" in refused.stderr
        assert "total" not in refused.stdout
    assert evoclass("run", "1", "--content", course, "--trust").stdout == "total 4\n"
    assert evoclass("run", "1", "--content", course).stdout == "total 4\n"


def test_plain_mode_asks(course: Path) -> None:
    no = evoclass("learn", "1", "--plain", "--content", course, typed="\nn\nq\n")
    assert "total 4" not in no.stdout
    yes = evoclass("learn", "1", "--plain", "--content", course, typed="\ny\nq\n")
    assert "total 4" in yes.stdout
    again = evoclass("learn", "1", "--plain", "--content", course, typed="\nq\n")
    assert "total 4" in again.stdout
