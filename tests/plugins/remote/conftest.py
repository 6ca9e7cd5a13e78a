"""The learner's folder, and a server of ssh for all tests of a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.remote.sshd import WHY_NOT, Sshd, answers, running_sshd


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A server on loopback that knows one key."""
    if WHY_NOT:
        pytest.skip(WHY_NOT)
    with running_sshd(tmp_path_factory.mktemp("sshd")) as server:
        answers(server)
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The learner's folder, without anything else in it."""
    made = tmp_path / "work"
    made.mkdir()
    return made
