"""A server of ssh for all tests of a session."""

from __future__ import annotations

from collections.abc import Iterator

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
