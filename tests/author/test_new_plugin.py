"""`evoclass new plugin`: what it writes is green at once, and is a plugin."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from evoclass.errors import ConfigError
from evoclass.i18n import LANGUAGES
from evoclass_author.workshop import KINDS, make_plugin

EXAMPLES = Path(__file__).parents[2] / "examples"

OFFERS = {
    "question": {"exercises": ["my-riddle"]},
    "field": {"exercises": ["my-riddle"], "field_widget": []},
    "block": {"directives": ["my-riddle"]},
    "probe": {"probes": ["my-riddle"]},
    "runner": {"runners": ["my-riddle"]},
    "panel": {"panels": ["my-riddle"]},
    "explanation": {"explain_error": []},
    "exporter": {"exporters": ["my-riddle"]},
}


FEWER = ("-k", "runs_a_program or says_whether")
"""Tests of a new runner that are run here; the example runner, which is the same code, passes them all elsewhere."""


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    words = [sys.executable, "-m", *map(str, command)]
    return subprocess.run(
        words, cwd=cwd, capture_output=True, text=True, timeout=170, check=False, env=around
    )


@pytest.mark.parametrize("kind", KINDS)
def test_its_tests_types_and_style_are_fine_and_it_is_a_plugin(
    kind: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = tmp_path_factory.getbasetemp() / "mypy"  # one for all kinds, or each reads Textual anew
    made = make_plugin("My riddle", kind, tmp_path)
    place = tmp_path / "evoclass-my-riddle"
    assert all(path.is_relative_to(place) for path in made)
    for command in (
        ("pytest", "-q", "-p", "no:cacheprovider", *(FEWER if kind == "runner" else ())),
        ("mypy", "--cache-dir", str(cache)),
        ("ruff", "check", "--no-cache", "."),
    ):
        ended = run(*command, cwd=place)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    ended = run("evoclass", "plugins", "--json", "--plugin", "src/evoclass_my_riddle", cwd=place)
    (report,) = [one for one in json.loads(ended.stdout)["plugins"] if not one["bundled"]]
    assert (ended.returncode, report["error"], report["offers"]) == (0, None, OFFERS[kind])
    assert "@@" not in "".join(path.read_text() for path in made)
    project = tomllib.loads((place / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["evoclass"] == {"my-riddle": "evoclass_my_riddle"}


def test_every_sentence_is_there_in_every_language(tmp_path: Path) -> None:
    make_plugin("riddle", "question", tmp_path)
    texts = [
        tomllib.loads((tmp_path / f"evoclass-riddle/src/evoclass_riddle/locale/{language}.toml").read_text())
        for language in LANGUAGES
    ]
    assert [set(text["evoclass_riddle"]) for text in texts] == [{"wrong"}] * len(LANGUAGES)


def test_nothing_is_written_over_and_a_name_has_to_begin_with_a_letter(tmp_path: Path) -> None:
    make_plugin("riddle", "probe", tmp_path)
    with pytest.raises(ConfigError, match="already exists"):
        make_plugin("evoclass-riddle", "probe", tmp_path)
    with pytest.raises(ConfigError, match="begin with a letter"):
        make_plugin("7 riddles", "probe", tmp_path)


@pytest.mark.parametrize("name", ["tensors", "evoclass-local", "tui", "author"])
def test_a_name_that_evoclass_itself_uses_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="choose another name"):
        make_plugin(name, "probe", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_comes_next(tmp_path: Path) -> None:
    ended = run("evoclass", "--lang", "it", "new", "plugin", "riddle", "--kind", "probe", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "evoclass-riddle/src/evoclass_riddle/__init__.py" in ended.stdout
    assert "Ora eseguine i test" in ended.stderr
    assert "evoclass plugins --plugin src/evoclass_riddle" in ended.stderr


def test_a_new_runner_is_the_example_under_its_own_name(tmp_path: Path) -> None:
    make_plugin("pipe", "runner", tmp_path)
    made = (tmp_path / "evoclass-pipe/src/evoclass_pipe/__init__.py").read_text(encoding="utf-8")
    example = (EXAMPLES / "pipe_runner" / "pipe_runner.py").read_text(encoding="utf-8")
    assert made == example.replace("PipeRunner", "Pipe")
