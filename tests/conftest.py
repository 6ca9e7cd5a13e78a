"""What every test gets: a home of its own, and the interface in English."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

from course import write_course
from pseudo import CODE, PSEUDO

# The same examples every time, for as long as they take: what a change broke must not depend on luck.
# `--hypothesis-profile default` explores.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

LONGEST_NAME = 200
"""Characters of a parameter that a test's name holds."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Move all state into the test's folder, and keep the machine's own settings out."""
    folder = tmp_path / "home"
    monkeypatch.setenv("EVOCLASS_HOME", str(folder))
    monkeypatch.setenv("EVOCLASS_OFFLINE", "1")
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    made_for = getattr(request.node, "callspec", None)
    if made_for is not None and made_for.params.get("language") == CODE:
        request.getfixturevalue("third_language")
    return folder


@pytest.fixture(scope="session")
def pseudo_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a plugin that brings a generated language."""
    return PSEUDO.make(tmp_path_factory.mktemp("language"))


@pytest.fixture
def third_language(pseudo_package: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have the generated language beside the others; a test with a parameter `language` that names it has it anyway."""
    monkeypatch.setenv("EVOCLASS_PLUGINS", str(pseudo_package))
    return CODE


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The folder of a small course in English and Italian."""
    return write_course(tmp_path / "sums")


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load no PyTorch ahead for programs that import none: it takes longer than everything else in such a test."""
    monkeypatch.setenv("EVOCLASS_PRELOAD", "")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for plugins that never end, and look through no garbage of earlier tests in that time."""
    for name in ("loading", "registry", "trial"):
        monkeypatch.setattr(f"evoclass.pluginhost.{name}.IMPORT_SECONDS", 2.0)
    for name in ("registry", "plugins", "trial"):
        monkeypatch.setattr(f"evoclass.pluginhost.{name}.ANSWER_SECONDS", 1.0)
    monkeypatch.setattr("evoclass.pluginhost.kept.SECONDS", 2.0)
    monkeypatch.setattr("evoclass.pluginhost.keptrule.SECONDS", 1.0)
    monkeypatch.setattr("evoclass.pluginhost.keptfield.SECONDS", 1.0)
    monkeypatch.setattr("evoclass.pluginhost.kept.GRADE_SECONDS", 1.0)
    monkeypatch.setattr("evoclass.pluginhost.aside.GRACE", 0.2)
    monkeypatch.setattr("evoclass.pluginhost.aside.TRIES", 4)
    settle()  # collecting all that a worker holds may take longer than a plugin has


def settle() -> None:
    """Leave what exists by now out of all later searches for garbage."""
    gc.collect()
    gc.freeze()


def pytest_collection_finish() -> None:
    """Search the modules, and the thousands of tests, for garbage once and not several times in each window.

    A window makes a hundred thousand objects, for which Python would search a hundred times.
    """
    settle()
    gc.set_threshold(10_000)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long parameter by its beginning: the names of all tests go to every process that runs some of them."""
    return repr(val[:LONGEST_NAME]) if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a GPU where there is none."""
    if any(Path("/dev").glob("nvidia[0-9]*")):
        return
    for item in items:
        if item.get_closest_marker("gpu") is not None:
            item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))
