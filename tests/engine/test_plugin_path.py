"""A plugin is loaded from its file or folder without being installed, here and where programs run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

QUIZ = """
from evoclass import hookimpl
from evoclass.probe import Probe
from evoclass.protocol import Summary

class Letters(Probe):
    name = "letters"
    def matches(self, value): return type(value) is str
    def summarise(self, named):
        return [Summary(name=name, kind="tensor", type="str", shape=(len(text),)) for name, text in named.items()]

@hookimpl
def register_probes(): return [Letters]

@hookimpl
def register_commands(cli):
    @cli.command("quiz")
    def quiz(): print("quiz time")
"""


def evoclass(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def report(name: str, *words: str | Path, cwd: Path) -> dict[str, Any]:
    document = json.loads(evoclass("plugins", "--json", *words, cwd=cwd).stdout)
    (found,) = [one for one in document["plugins"] if one["name"] == name]
    return dict(found)


@pytest.mark.parametrize("place", ["quizzes.py", "quizzes/__init__.py"])
def test_a_plugin_in_a_file_or_a_folder(place: str, tmp_path: Path) -> None:
    file = tmp_path / "mine" / place
    file.parent.mkdir(parents=True)
    file.write_text(QUIZ)
    (tmp_path / "mine" / "json.py").write_text("raise ImportError('not this one')\n")
    path = Path("mine", place.partition("/")[0])
    found = report("quizzes", f"--plugin={path}", cwd=tmp_path)
    assert (found["ok"], found["offers"]) == (True, {"commands": ["quiz"], "probes": ["letters"]})
    assert evoclass("quiz", "--plugin", path, cwd=tmp_path).stdout == "quiz time\n"


def test_the_processes_of_programs_load_it_too(tmp_path: Path) -> None:
    (tmp_path / "quizzes.py").write_text(QUIZ)
    (tmp_path / "x.py").write_text("word = 'seven'\n")
    ended = evoclass("run", "x.py", "--json", "--plugin", tmp_path / "quizzes.py", cwd=tmp_path)
    assert [(row["name"], row["shape"]) for row in json.loads(ended.stdout)["tensors"]] == [("word", [5])]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere.py", "there is no"), ("json.py", "does not find"), ("two words.py", "does not find")],
)
def test_a_path_that_is_no_module_is_told_of(name: str, reason: str, tmp_path: Path) -> None:
    if name != "nowhere.py":
        (tmp_path / name).write_text(QUIZ)
    (tmp_path / "elsewhere").mkdir()  # else Python would find `json` here by itself
    found = report(name.removesuffix(".py"), "--plugin", Path("..", name), cwd=tmp_path / "elsewhere")
    assert not found["ok"]
    assert reason in found["error"]
    assert str(tmp_path / name) in found["error"] or os.path.realpath(tmp_path / name) in found["error"]


def test_it_has_the_name_that_it_will_have_once_it_is_installed(tmp_path: Path) -> None:
    package = tmp_path / "src" / "quizzes"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(QUIZ)
    project = tmp_path / "pyproject.toml"
    project.write_text('[project.entry-points.evoclass]\nother = "others"\nquiz-box = "quizzes:plugin"\n')
    assert report("quiz-box", "--plugin", package, cwd=tmp_path)["ok"]
    project.write_text("[project.entry-points\n")
    assert report("quizzes", "--plugin", package, cwd=tmp_path)["ok"]
