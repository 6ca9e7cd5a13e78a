"""What plugins keep: whole, bounded, shared by windows, and never the end of anything when it is damaged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from course import make_strange
from evoclass import pluginstore
from evoclass.errors import ProgressError
from evoclass.pluginhost.plugins import Plugins
from evoclass.pluginstore import PluginStore


@pytest.fixture
def store(tmp_path: Path) -> PluginStore:
    return PluginStore(tmp_path / "plugins" / "acme.json")


def test_values_come_back_as_they_were(store: PluginStore, tmp_path: Path) -> None:
    values = {"a": 1, "b": [1.5, None, True, "é\ud800\x00"], "c": {"d": {}, "": []}}
    store.update(values)
    again = PluginStore(tmp_path / "plugins" / "acme.json")
    assert dict(again) == values
    del again["a"]
    assert "a" not in store
    assert store.get("a", 7) == 7
    with pytest.raises(KeyError):
        del store["a"]


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("a", object(), TypeError),
        ("a", {1: 2}, TypeError),
        ("a", (1, 2), TypeError),
        ("a", float("nan"), ValueError),
        (3, 1, TypeError),
        ("a", "x" * 2**20, ValueError),
    ],
)
def test_what_would_not_come_back_is_refused_and_changes_nothing(
    store: PluginStore, key: str, value: object, error: type[Exception]
) -> None:
    store["kept"] = 1
    with pytest.raises(error):
        store[key] = value
    assert dict(store) == {"kept": 1}


def test_each_plugin_has_its_own_whatever_its_name(home: Path) -> None:
    names = ("acme", "../acme", "acme.more")
    Plugins(entries=(), extra=[(name, SimpleNamespace()) for name in names])
    for number, name in enumerate(names):
        pluginstore.of(name)["x"] = number
    assert [pluginstore.of(name)["x"] for name in names] == [0, 1, 2]
    files = [path for path in home.rglob("*.json")]
    assert len(files) == 3
    assert all(path.parent == home / "plugins" for path in files)
    with pytest.raises(LookupError):
        pluginstore.of("nobody")


@pytest.mark.parametrize("damage", [b"", b"[1]", b"{", b"\xff", b"[" * 10**6, b"1" * 5_000])
def test_a_damaged_file_is_set_aside_when_something_is_written(home: Path, damage: bytes) -> None:
    plugins = Plugins(entries=(), extra=[("acme", SimpleNamespace())])
    file = home / "plugins" / "acme.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(damage)
    store = pluginstore.of("acme")
    assert dict(store) == {}
    assert file.read_bytes() == damage
    store["a"] = 1
    assert dict(store) == {"a": 1}
    (aside,) = file.parent.glob("*.set-aside.json")
    assert aside.read_bytes() == damage
    assert str(aside) in plugins.reports["acme"].trouble


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "huge"])
def test_what_is_no_file_holds_nobody_up(store: PluginStore, tmp_path: Path, kind: str) -> None:
    (tmp_path / "plugins").mkdir()
    make_strange(tmp_path / "plugins" / "acme.json", kind)
    assert dict(store) == {}
    store["a"] = 1
    assert dict(store) == {"a": 1}


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = PluginStore(tmp_path / "file" / "acme.json")
    with pytest.raises(ProgressError, match=r"acme\.json"):
        store["a"] = 1


COUNT = """
import sys
from pathlib import Path
from evoclass.pluginstore import PluginStore
store = PluginStore(Path(sys.argv[1]))
for _ in range(25):
    store.change("count", lambda count: (count or 0) + 1)
    store[sys.argv[2]] = store["count"]
"""


def test_windows_that_write_at_once_lose_nothing(store: PluginStore, tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNT, str(tmp_path / "plugins" / "acme.json")]
    windows = [subprocess.Popen([*command, name], env=dict(os.environ)) for name in ("one", "two")]
    assert [window.wait(60) for window in windows] == [0, 0]
    assert store["count"] == 50
    assert set(store) == {"count", "one", "two"}
    assert not list((tmp_path / "plugins").glob("*.new"))
