"""What pytest loads wherever EvoClass is installed: asserts of the contracts that tell values, and two fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

# Before the first import of them, since it is done while a module is being imported.
pytest.register_assert_rewrite("evoclass.contracts")


@pytest.fixture
def evoclass_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of settings and progress, empty: a test neither finds nor changes those of whoever runs it."""
    folder = tmp_path / "evoclass-home"
    monkeypatch.setenv("EVOCLASS_HOME", str(folder))
    return folder


@pytest.fixture
def runner_folder(tmp_path: Path) -> Path:
    """An empty folder, as each of `RUNNER_CHECKS` wants one for its programs."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder
