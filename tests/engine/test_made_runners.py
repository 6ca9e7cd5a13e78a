"""Runners that learners set up in their settings: made of the kinds that plugins offer, and wrong ones are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evoclass import hookimpl
from evoclass.errors import ConfigError
from evoclass.i18n import Catalog
from evoclass.learner import config
from evoclass.pluginhost.plugins import Plugins
from evoclass.runner import Runner, RunnerKind
from evoclass.settings import Setting
from tui.fakes import FakeRunner


class Kind(RunnerKind):
    """Makes runners that run nothing."""

    name = "pretend"
    settings = (Setting("host", ""), Setting("words", ()), Setting("count", 2, least=1, most=9))

    @classmethod
    def make(cls, name: str, values: Mapping[str, Any]) -> type[Runner]:
        if values["host"] == "bad":
            raise ConfigError("no such machine")
        if values["host"] == "broken":
            raise ZeroDivisionError
        if values["host"] == "other":
            return FakeRunner
        return type("Made", (FakeRunner,), {"name": name, "values": dict(values)})


def plugins(**tables: Mapping[str, Any]) -> Plugins:
    plugin = SimpleNamespace(
        __name__="acme",
        register_runner_kinds=hookimpl(lambda: [Kind]),
        register_runners=hookimpl(lambda: [FakeRunner]),
    )
    return Plugins(entries=(), extra=[("acme", plugin)], runners=tables)


def test_each_table_is_a_runner_of_its_own() -> None:
    found = plugins(
        lab={"kind": "pretend", "host": "lab", "words": ["ssh", "-p"]}, home={"kind": "pretend", "count": 3}
    )
    assert list(found.runners) == ["local-cpu", "lab", "home"]
    lab, home = found.make_runner("lab"), found.make_runner("home")
    assert type(lab).values == {"host": "lab", "words": ("ssh", "-p"), "count": 2}  # type: ignore[attr-defined]
    assert type(home).values["count"] == 3  # type: ignore[attr-defined]
    assert (lab.name, home.name) == ("lab", "home")
    assert found.available(found.runners["lab"]).ok
    assert not list(found.setting_problems(Path("config.toml")))


@pytest.mark.parametrize(
    ("name", "table", "said"),
    [
        ("lab", {}, 'config.toml: `runners.lab` needs a `kind`, one of "pretend", but has -.'),
        ("lab", {"kind": "slurm"}, "one of \"pretend\", but has 'slurm'"),
        ("lab", {"kind": ["pretend"]}, "needs a `kind`"),
        ("lab", {"kind": "pretend", "hsot": "x"}, "`runners.lab.hsot` has no effect"),
        ("lab", {"kind": "pretend", "count": 10}, "`runners.lab.count` needs a number from 1 to 9"),
        ("lab", {"kind": "pretend", "words": "ssh"}, "`runners.lab.words` needs a list of strings"),
        ("lab", {"kind": "pretend", "words": [1]}, "`runners.lab.words` needs a list of strings"),
        ("lab", {"kind": "pretend", "host": "bad"}, "runners.lab: no such machine"),
        ("lab", {"kind": "pretend", "host": "broken"}, "cannot be made: ZeroDivisionError"),
        ("lab", {"kind": "pretend", "host": "other"}, "make() gave a runner called 'local-cpu'"),
        ("Lab 7", {"kind": "pretend"}, "the name of a runner has small letters"),
        ("local-cpu", {"kind": "pretend"}, "there is a runner of that name already"),
    ],
)
def test_a_wrong_table_is_told_and_the_others_work(name: str, table: Mapping[str, Any], said: str) -> None:
    found = plugins(**{name: table, "good": {"kind": "pretend"}})
    assert set(found.runners) == {"local-cpu", "good"}
    (problem,) = (error.said(Catalog("en")) for error in found.setting_problems(Path("config.toml")))
    assert said in problem


def test_the_tables_come_from_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('runner = "lab"\n[runners.lab]\nkind = "ssh"\nhost = "gpu"\n')
    settings = config.load(file)
    assert settings.runners == {"lab": {"kind": "ssh", "host": "gpu"}}
    assert not settings.unknown
    config.save(file, runner="local-cpu")
    assert config.load(file).runners == settings.runners
    file.write_text("[runners]\nlab = 3\n")
    with pytest.raises(ConfigError, match=r"runners\.lab"):
        config.load(file)
