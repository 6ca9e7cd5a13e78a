"""A runner over a pipe to a host keeps the contract of all runners; the program works in a folder of the host's."""

from collections.abc import Iterator

import pytest

from evoclass.testing import RunnerContract
from evoclass_remote.command import CommandRunner


class Piped(CommandRunner):
    """A host on this machine."""

    name = "piped"
    lease = 5.0


class TestOverAPipe(RunnerContract):
    """All checks, over one session."""

    @pytest.fixture(scope="class")
    def runner(self) -> Iterator[Piped]:
        return Piped()
