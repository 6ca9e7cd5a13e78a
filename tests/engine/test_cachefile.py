"""Files of what can be made again: whatever became of them, they are empty, and are made again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from evoclass.errors import Problem
from evoclass.lint.cache import CheckCache, FileResult, fingerprint
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    place = data.index(b"Adding")
    data[place] |= 0x80
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a flipped bit in a text": flip,
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-5]),
    "empty": lambda path: path.write_bytes(b""),
    "nested": lambda path: path.write_bytes(b"\x91" * 100_000),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "an endless device": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "too large": lambda path: os.truncate(path, 2**34),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_index_of_lessons_is_made_again(name: str, course: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()

    def titles() -> list[str]:
        (found,) = Library([course], Parser(Plugins()), cache).courses("en")
        return [entry.title for entry in found.lessons]

    known = titles()
    (file,) = (file for file in cache.iterdir() if file.name.startswith("lessons"))
    DAMAGE[name](file)
    assert titles() == known
    assert titles() == known


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_results_of_checks_are_none(name: str, tmp_path: Path) -> None:
    cache = CheckCache(tmp_path, "same")
    cache.files["a.md"] = FileResult((1, 2), "d", "Adding", 1, "en", readable=True)
    cache.changed = True
    cache.save()
    assert CheckCache(tmp_path, "same").files == cache.files
    DAMAGE[name](tmp_path / "check.msgpack")
    assert CheckCache(tmp_path, "same").files == {}
    assert [file.name for file in tmp_path.iterdir()] == ["check.msgpack"]


@pytest.mark.parametrize("value", [Path("a"), 10**30, 1j])
def test_a_problem_with_a_value_of_any_kind_only_costs_time(value: object, tmp_path: Path) -> None:
    cache = CheckCache(tmp_path, "same")
    cache.files["a.md"] = FileResult(
        (1, 2), "d", "a", 1, "en", readable=True, problems=[Problem("E101", 1, fields={"value": value})]
    )
    cache.changed = True
    cache.save()
    assert CheckCache(tmp_path, "same").files == {}


def test_an_editor_s_lock_beside_a_plugin_s_module_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "locked_plugin"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / ".#code.py").symlink_to("someone@somewhere")
    monkeypatch.syspath_prepend(tmp_path)
    plugins = Plugins()
    monkeypatch.setattr(type(plugins), "packages", ("locked_plugin",))
    assert fingerprint(plugins)
