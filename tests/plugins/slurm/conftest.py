"""A Slurm for all tests of this folder."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import pytest

from evoclass_slurm.kind import ALWAYS, SlurmRunner
from plugins.slurm.cluster import PROGRAMS, Cluster, cluster


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The daemons of a cluster with one node."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    if missing := [name for name in PROGRAMS if shutil.which(name, path=path) is None]:
        pytest.skip(f"there is no {', '.join(missing)}: apt-get install slurm-wlm munge")
    with (
        pytest.MonkeyPatch.context() as patch,
        cluster(tmp_path_factory.mktemp("slurm", numbered=True)) as made,
    ):
        patch.setenv("SLURM_CONF", str(made.conf))
        # The job's own Python finds the packages as this one does.
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        yield made


@pytest.fixture(scope="session")
def ours() -> type[SlurmRunner]:
    """A runner whose programs need half a processor, as it were, and little patience with a vanished front end."""

    class Ours(SlurmRunner):
        name = "ours"
        python = sys.executable
        lease = 20.0
        options = (*ALWAYS, "--mem=10")

    return Ours
