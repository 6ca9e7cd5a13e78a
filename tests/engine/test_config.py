"""Settings: defaults, what is refused and why, and that saving keeps what people wrote."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from course import make_strange
from evoclass import hookimpl
from evoclass.disk import paths
from evoclass.errors import ConfigError
from evoclass.i18n import Catalog
from evoclass.learner import config
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.plugins import Plugins
from evoclass.runner import Limits
from tui.fakes import FakeRunner


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert config.load(tmp_path / "none.toml") == config.Settings()


def test_saving_keeps_comments_and_other_keys(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "config.toml"
    config.save(file, language="it")
    file.write_text(file.read_text() + "# mine\nrunner = 'local-cuda'\n[limits]\nseconds = 60\n")
    config.save(file, theme="evoclass-light")
    settings = config.load(file)
    assert (settings.language, settings.theme, settings.runner) == ("it", "evoclass-light", "local-cuda")
    assert settings.limits.seconds == 60.0
    assert "# mine" in file.read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("language = 'de'", "'de' is not one of en, it"),
        ("motion = 'fast'", "'fast' is not one of auto, on, off"),
        ("density = 'tiny'", "'tiny' is not one of comfortable, compact"),
        ("frames_per_second = 'fast'", "expected float, found 'fast'"),
        ("[limits]\nseconds = -1", "must be above zero"),
        ("limits = 3", "expected a table"),
        ("theme = ", "line 1"),
    ],
)
def test_bad_settings_are_told_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message) as caught:
        config.load(file)
    assert str(file) in str(caught.value)


def test_everything_moves_with_the_home(home: Path) -> None:
    assert paths.progress_file().is_relative_to(home)
    assert paths.config_file().is_relative_to(home)
    assert paths.work_folder("../../etc", "a/b").is_relative_to(home / "work")


def test_a_home_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EVOCLASS_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(ConfigError, match="EVOCLASS_HOME"):
        paths.data_folder()


def test_the_bundled_lessons_are_found() -> None:
    assert (paths.content_folder() / "en").is_dir()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('disabled_plugins = "it"', "disabled_plugins"),
        ('language = "fr"', "fr"),
        ('frames_per_second = "x"', "frames_per_second"),
        ("theme = 3", "theme"),
        ("gpu_spare = 1", "true"),
        ("limits = 3", "[limits]"),
        ("plugins = 3", "[plugins]"),
        ("[plugins]\nslider = 3", "[plugins.slider]"),
        ("[limits]\nfiles = 1.5", "files"),
        ("[limits]\nseconds = -1", "seconds"),
    ],
)
def test_mistakes_are_told_in_both_languages(tmp_path: Path, written: str, words: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(written)
    with pytest.raises(ConfigError) as raised:
        config.load(file)
    english, italian = (raised.value.said(Catalog(language, ["evoclass"])) for language in ("en", "it"))
    assert english != italian
    for said in (english, italian):
        assert said.startswith(f"{file}: ")
        assert words in said


def test_names_that_are_no_settings_are_kept_aside_and_end_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("languag = 'it'\ntheme = 'x'\n[slider]\nstep = 2\n[limits]\nmemry = 3\nseconds = 7\n")
    settings = config.load(file)
    assert settings.unknown == ("languag", "slider", "limits.memry")
    assert (settings.theme, settings.limits.seconds) == ("x", 7.0)
    config.save(file, theme="y")
    assert "step = 2" in file.read_text()


def test_a_runner_gets_the_settings_of_its_plugin(home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text("gpu_spare = false\n[plugins.slider]\nstep = 2\n")
    settings = Workspace().plugins.settings
    assert settings == {"slider": {"step": 2}, "local": {"gpu_spare": False}}
    runner = type("Dry", (FakeRunner,), {"name": "dry"})
    slider = SimpleNamespace(register_runners=hookimpl(lambda: [runner]))
    plugins = Plugins(entries=(), extra=[("slider", slider)], settings=settings)
    assert plugins.make_runner("dry").settings == {"step": 2}
    assert plugins.make_runners()["dry"].settings == {"step": 2}
    assert Workspace().runner("local-cpu").settings == {"gpu_spare": False}


def test_plugins_to_leave_out_are_a_list_of_names(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("disabled_plugins = ['slider', 'extras']\n")
    assert config.load(file).disabled_plugins == ("slider", "extras")
    for wrong in ("'slider'", "[1]", "true"):
        file.write_text(f"disabled_plugins = {wrong}\n")
        with pytest.raises(ConfigError, match="disabled_plugins"):
            config.load(file)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_is_no_key(tmp_path: Path, mark: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(mark + b"language = 'it'\r\n")
    assert config.load(file).language == "it"
    config.save(file, theme="evoclass-light")
    assert (config.load(file).language, config.load(file).theme) == ("it", "evoclass-light")


@pytest.mark.parametrize(
    "content",
    [
        b"[limits]\nfiles = 99999999999999999999",
        b"[limits]\nseconds = 99999999999999999999",
        b"[limits]\nseconds = " + b"9" * 5000,
        b"frames_per_second = " + b"9" * 400,
        b"[limits]\nseconds = nan",
        b"[limits]\nseconds = inf",
        b"inspector_budget = -inf",
        b"lesson_share = 1e309",
        b"x = " + b"[" * 50_000,
        b"\xff\xfe",
        b"a.b = 1\na = 2",
        b"d = 9999-99-99",
        b"#" * 2**21,
    ],
    ids=range(13),
)
def test_no_content_of_the_settings_is_more_than_a_message(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError):
        config.load(file)
    with suppress(ConfigError):
        config.save(file, language="it")


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "circle"])
def test_settings_that_are_no_file_hold_nobody_up(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "config.toml"
    make_strange(file, kind)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        config.load(file)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        config.save(file, language="it")


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 0.0, -1.0])
def test_limits_are_finite_and_above_zero(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds"):
        Limits(seconds=seconds)


def test_a_lesson_lowers_limits_and_raises_none() -> None:
    limits = Limits(files=100).lowered_to(files=10**30, processes=3, seconds=1.0)
    assert (limits.files, limits.processes, limits.seconds) == (100, 3, 1.0)
