"""Leave plugins out: by a setting, an option of every command, an environment variable; and of two names keep one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import broken

HANGS = "import time\ntime.sleep(1000)\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with two plugins: one whose import never ends, and one with a command and a question type."""
    folder = tmp_path / "site"
    broken.install(folder, "hangs", HANGS)
    body = "@cli.command('quiz')\ndef quiz(): print('quiz time')"
    broken.install(folder, "slider", broken.hook("register_commands", "cli", body))
    return folder


def evoclass(site: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", *map(str, arguments)]
    around = {**os.environ, "PYTHONPATH": str(site), **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=around, check=False)


def listed(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return {report["name"]: report for report in json.loads(ended.stdout)["plugins"]}


def test_the_option_may_stand_anywhere_and_the_command_of_another_plugin_works(site: Path) -> None:
    for words in (("--no-plugin", "hangs", "quiz"), ("quiz", "--no-plugin=hangs")):
        ended = evoclass(site, *words)
        assert (ended.returncode, ended.stdout) == (0, "quiz time\n"), ended.stderr


def test_what_is_left_out_is_no_fault_and_says_where_that_is_asked_for(site: Path, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text("disabled_plugins = ['hangs']\nslider = 3\n[author]\nx = 1\n")
    ended = evoclass(site, "plugins", "--json", "--no-plugin", "reflect")
    reports = listed(ended)
    assert ended.returncode == 0, ended.stdout
    assert (reports["hangs"]["loaded"], reports["hangs"]["disabled"]) == (False, "disabled_plugins")
    assert (reports["reflect"]["ok"], reports["reflect"]["disabled"]) == (True, "--no-plugin")
    assert reports["slider"]["offers"]["commands"] == ["quiz"]
    assert "there is no setting called `slider`" in ended.stderr
    assert "`author`" in ended.stderr


def test_the_variable_leaves_out_what_does_not_come_with_evoclass(site: Path) -> None:
    reports = listed(evoclass(site, "plugins", "--json", EVOCLASS_NO_PLUGINS="1"))
    off = {name for name, report in reports.items() if report["disabled"]}
    assert off == {"hangs", "slider"}
    assert listed(evoclass(site, "plugins", "--json", EVOCLASS_NO_PLUGINS="hangs,order"))["order"]["disabled"]


def test_a_name_that_no_plugin_has_is_told_and_ends_nothing(site: Path) -> None:
    ended = evoclass(site, "plugins", "--no-plugin", "hangs", "--no-plugin", "slidr\x1b[31m")
    assert ended.returncode == 0
    assert "no plugin called slidr\\x1b[31m" in ended.stderr


def test_the_processes_that_run_programs_leave_out_the_same(site: Path, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("print('ready')\n")
    ended = evoclass(site, "run", tmp_path / "x.py", "--no-plugin", "hangs")
    assert (ended.returncode, ended.stdout) == (0, "ready\n"), ended.stderr


def test_what_follows_two_dashes_belongs_to_the_program() -> None:
    from evoclass.cli import taken_out

    assert taken_out("--no-plugin", ["run", "--no-plugin", "a", "x.py", "--", "--no-plugin", "b"]) == (
        ("a",),
        ["run", "x.py", "--", "--no-plugin", "b"],
    )
    assert taken_out("--no-plugin", ["learn", "--no-plugin"]) == ((), ["learn", "--no-plugin"])


def test_a_plugin_cannot_take_the_name_of_a_bundled_one(tmp_path: Path) -> None:
    broken.install(tmp_path / "site", "impostor", broken.HEAD, entry="choice")
    ended = evoclass(tmp_path / "site", "plugins", "--json")
    reports = listed(ended)
    assert ended.returncode == 1
    assert reports["choice"]["offers"]["exercises"] == ["choice", "multiple"]
    (other,) = [name for name in reports if name.startswith("choice (")]
    assert "another plugin 'choice'" in reports[other]["error"]


def test_of_two_plugins_from_elsewhere_the_first_keeps_its_name(tmp_path: Path) -> None:
    for name in ("beta", "alpha"):
        broken.install(tmp_path / "site", name, f"{broken.HEAD}\nregister_exercises = offers(Brk)\n")
    reports = listed(evoclass(tmp_path / "site", "plugins", "--json"))
    assert reports["alpha"]["offers"]["exercises"] == ["brk"]
    assert "register_exercises: 'brk': the plugin 'alpha' has that name" in reports["beta"]["error"]


def test_damaged_metadata_of_another_package_hides_no_plugin(tmp_path: Path) -> None:
    broken.install(tmp_path / "site", "fine", f"{broken.HEAD}\nregister_exercises = offers(Brk)\n")
    about = tmp_path / "site" / "odd-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: odd\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[evoclass]\nno equals sign\n")
    broken.install(tmp_path / "site", "value", "", entry="value = 3 +")
    ended = evoclass(tmp_path / "site", "plugins", "--json")
    assert ended.returncode == 1
    assert listed(ended)["fine"]["ok"]
    assert "odd" in json.loads(ended.stdout)["damaged"][0]
    assert "odd" in evoclass(tmp_path / "site", "plugins", "--lang", "it").stdout
