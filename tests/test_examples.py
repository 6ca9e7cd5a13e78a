"""The plugins in `examples/` work as they stand, from their folder, with what is public."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evoclass import hookspecs
from evoclass_tui import hookspecs as screen_hookspecs

EXAMPLES = Path(__file__).parents[1] / "examples"

PLUGINS = {
    "truth": "truth.py",
    "pipe_runner": "pipe_runner.py",
    "every_hook": "src/evoclass_fractions",
}
"""What `--plugin` takes, from the folder of each."""


def run(*words: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_example_is_told_of() -> None:
    told = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    folders = {
        folder.name for folder in EXAMPLES.iterdir() if folder.is_dir() and folder.name != "__pycache__"
    }
    assert folders == set(PLUGINS)
    assert all(f"[`{name}`]({name})" in told for name in folders)


def test_the_tests_of_the_examples_pass() -> None:
    plugins = ("-p", "no:cacheprovider")
    place = ("-c", os.devnull, "-o", f"pythonpath={EXAMPLES / 'every_hook' / 'src'}")
    # Running every check of a runner takes a minute, and tests/test_example_runner.py does that.
    chosen = ("-k", "not TestRunner or runs_a_program", "truth", "every_hook")
    ended = run("pytest", "-q", *plugins, *place, *chosen, folder=EXAMPLES)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "passed" in ended.stdout


@pytest.mark.parametrize(
    ("name", "lesson"), [("truth", "sample.md"), ("every_hook", "src/evoclass_fractions/lessons")]
)
def test_the_lessons_of_an_example_are_sound(name: str, lesson: str) -> None:
    ended = run("evoclass", "check", "--plugin", PLUGINS[name], lesson, folder=EXAMPLES / name)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "No problems" in ended.stdout + ended.stderr


def test_no_example_has_a_fault() -> None:
    words = [word for name, path in PLUGINS.items() for word in ("--plugin", f"{name}/{path}")]
    ended = run("evoclass", "plugins", *words, folder=EXAMPLES)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert all(f"✓ {name}" in ended.stdout for name in ("truth", "pipe", "evoclass_fractions"))


def test_one_example_uses_every_hook_once() -> None:
    hooks = [
        name
        for module in (hookspecs, screen_hookspecs)
        for name, value in vars(module).items()
        if getattr(value, "evoclass_spec", None) is not None
    ]
    file = EXAMPLES / "every_hook" / PLUGINS["every_hook"] / "__init__.py"
    body = ast.parse(file.read_text(encoding="utf-8")).body
    used = [
        part.name
        for part in body
        if isinstance(part, ast.FunctionDef) and "hookimpl" in map(ast.unparse, part.decorator_list)
    ]
    assert sorted(used) == sorted(hooks)


def test_what_it_hears_of_a_run_is_told_by_its_command(tmp_path: Path) -> None:
    (tmp_path / "half.py").write_text("from fractions import Fraction\nhalf = Fraction(1, 2)\nprint(half)\n")
    plugin = ("--plugin", str(EXAMPLES / "every_hook" / PLUGINS["every_hook"]))
    home = {"EVOCLASS_HOME": str(tmp_path / "home")}
    ended = run("evoclass", "run", *plugin, "--runner", "one-shot", "half.py", folder=tmp_path, **home)
    assert ended.stdout == "1/2\n", ended.stderr
    told = run("evoclass", "fractions", *plugin, folder=tmp_path, LC_ALL="C", **home)
    assert told.stdout == "0 of 10 answers so far, and 1 programs without an error.\n", told.stderr


def test_the_smallest_example_fits_on_a_page() -> None:
    assert len((EXAMPLES / "truth" / "truth.py").read_text(encoding="utf-8").splitlines()) <= 40
