"""A runner on a Ray cluster keeps the contract of all runners, also from a machine outside the cluster."""

from __future__ import annotations

import pytest

from evoclass.testing import RunnerContract
from evoclass_ray.kind import RayRunner
from plugins.ray.cluster import Cluster


class TestOnACluster(RunnerContract):
    """All checks, beside one actor."""

    @pytest.fixture(scope="class")
    def runner(self, cluster: Cluster) -> RayRunner:
        return cluster.runner("ray://127.0.0.1:10001")
