"""A runner over a pipe to a host keeps the contract of all runners; neither side sees the other's folders."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from evoclass.testing import RunnerContract
from evoclass_remote.command import CommandRunner
from evoclass_remote.commandlink import CommandLink


class Piped(CommandRunner):
    """A host on this machine."""

    name = "piped"
    lease = 5.0


class TestWithNothingShared(RunnerContract):
    """All checks, over one session; the folders of the tests are hidden from the host."""

    @pytest.fixture(scope="class")
    def runner(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Piped]:
        if shutil.which("bwrap") is None:
            pytest.skip("needs bwrap")
        tests = str(tmp_path_factory.getbasetemp())
        hidden = ("bwrap", "--dev-bind", "/", "/", "--tmpfs", tests)
        probe = subprocess.run([*hidden, "ls", tests], capture_output=True, check=False)
        if probe.returncode:
            pytest.skip(f"bwrap cannot work here: {probe.stderr.decode().strip()}")
        assert not probe.stdout
        piped = Piped()
        piped.make_link = lambda: CommandLink((*hidden, *Piped.command))  # type: ignore[method-assign]
        return piped
