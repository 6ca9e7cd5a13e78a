"""A runner in a job of a real Slurm keeps the contract of all runners; over a direct connection, if there is one."""

from collections.abc import Iterator

import pytest

from evoclass.testing import RunnerContract
from evoclass_slurm.kind import SlurmRunner
from plugins.slurm.cluster import Cluster


class TestInAJob(RunnerContract):
    """All checks, in one job."""

    @pytest.fixture(scope="class")
    def runner(self, slurm: Cluster, ours: type[SlurmRunner]) -> Iterator[SlurmRunner]:
        made = type("Direct", (ours,), {"name": "direct", "direct": True})()
        assert isinstance(made, SlurmRunner)
        return made
