"""Settings that plugins declare: checked, told, kept in the file, and read by the plugin's code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evoclass import cli, hookimpl, settings
from evoclass.disk import paths
from evoclass.i18n import Catalog
from evoclass.learner import config
from evoclass.pluginhost.plugins import Plugins
from evoclass.settings import Setting

DECLARED = (
    Setting("greet", True),
    Setting("longest", 120, least=40, most=400),
    Setting("rate", 0.5, least=0.0, most=1.0),
    Setting("tone", "plain", choices=("plain", "formal")),
    Setting("name", "you"),
)


def plugins(found: Iterable[Any] = DECLARED, **given: Any) -> Plugins:
    plugin = SimpleNamespace(__name__="acme.more", register_settings=hookimpl(lambda: found))
    return Plugins(entries=(), extra=[("acme", plugin)], settings={"acme": given})


def problems(**given: Any) -> list[str]:
    return [error.said(Catalog("en")) for error in plugins(**given).configured.problems(Path("config.toml"))]


def test_code_reads_the_values_by_the_name_of_any_of_its_modules() -> None:
    found = plugins(longest=200, rate=1, tone="formal")
    for name in ("acme", "acme.more", "acme.panel"):
        assert settings.of(name) == {
            **{"greet": True, "longest": 200, "rate": 1.0, "tone": "formal", "name": "you"}
        }
    seen = settings.of("acme")
    found.configured.change("acme", "greet", False)
    assert seen["greet"] is False
    with pytest.raises(LookupError):
        settings.of("nobody")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"greet": 1}, "`plugins.acme.greet` needs `true` or `false`, but has 1"),
        ({"longest": 20}, "needs a number from 40 to 400, but has 20"),
        ({"longest": True}, "needs a whole number"),
        ({"longest": 1.5}, "needs a whole number"),
        ({"rate": float("nan")}, "from 0.0 to 1.0"),
        ({"tone": "rude"}, 'needs one of "plain", "formal", but has \'rude\''),
        ({"name": 3}, "text in quotation marks"),
        ({"lonngest": 3}, "has no setting `plugins.acme.lonngest`"),
    ],
)
def test_what_does_not_fit_is_told_and_the_default_holds(given: dict[str, Any], words: str) -> None:
    (said,) = problems(**given)
    assert said.startswith("config.toml: ")
    assert words in said
    values = settings.of("acme")
    assert {name: values[name] for name in ("greet", "longest", "rate", "tone", "name")} == {
        setting.name: setting.default for setting in DECLARED
    }


@pytest.mark.parametrize(
    "wrong",
    [
        [3],
        [Setting("", 1)],
        [Setting("a b", 1)],
        [Setting("a", 1), Setting("a", 2)],
        [Setting("a", None)],  # type: ignore[arg-type]
        [Setting("a", "x", choices=("y",))],
        [Setting("a", 1, choices=("y",))],
        [Setting("a", "\x1b[2J", choices=("\x1b[2J",))],
        [Setting("a", 1, least=2)],
        [Setting("a", 1.0, most=float("nan"))],
    ],
)
def test_a_wrong_declaration_is_the_plugins_fault(wrong: list[Any]) -> None:
    found = plugins(wrong)
    assert found.configured.all() == {}
    assert found.reports["acme"].error.startswith("register_settings: ")


def test_a_plugin_that_raises_has_no_settings_and_is_told_of() -> None:
    def broken() -> Iterable[Setting]:
        raise ValueError("boom")

    found = Plugins(entries=(), extra=[("acme", SimpleNamespace(register_settings=hookimpl(broken)))])
    assert found.configured.values("acme") == {}
    assert found.reports["acme"].error == "register_settings: ValueError: boom"


def test_saving_keeps_comments_and_what_nobody_knows(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    config.save(file, plugins={"acme": {"greet": False}})
    file.write_text(file.read_text() + "# mine\nold = 1\n[plugins.other]\nx = 2\n")
    config.save(file, plugins={"acme": {"longest": 80}, "new": {"y": 1}})
    assert "# mine" in file.read_text()
    assert config.load(file).plugins == {
        "acme": {"greet": False, "old": 1, "longest": 80},
        "other": {"x": 2},
        "new": {"y": 1},
    }


def test_every_command_tells_what_is_wrong_with_them(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    paths.config_file().write_text("[plugins.local]\ngpu_spare = 'no'\nspeed = 3\n")
    with pytest.raises(SystemExit):
        cli.run(["lessons"])
    told = capfd.readouterr().err
    assert f"{paths.config_file()}: `plugins.local.gpu_spare` needs `true` or `false`, but has 'no'." in told
    assert "the plugin local has no setting `plugins.local.speed`" in told
