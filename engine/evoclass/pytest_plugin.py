"""The pytest plugin of EvoClass: detailed messages for the contracts' asserts, and two fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

# Before their first import, because asserts are rewritten during the import.
pytest.register_assert_rewrite("evoclass.contracts")


@pytest.fixture
def evoclass_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for settings and progress, so that a test neither sees nor changes the developer's own."""
    folder = tmp_path / "evoclass-home"
    folder.mkdir()
    monkeypatch.setenv("EVOCLASS_HOME", str(folder))
    return folder


@pytest.fixture
def runner_folder(tmp_path: Path) -> Path:
    """An empty folder, which each of `RUNNER_CHECKS` needs for its programs."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder
