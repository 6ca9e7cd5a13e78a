"""A Slurm for all tests of this folder, and one of its runners."""

from __future__ import annotations

import getpass
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

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
        direct = False

    return Ours


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files, on the node too; its path is short, as that of a socket must be."""
    made = Path(tempfile.mkdtemp(prefix="e"))
    monkeypatch.setenv("TMPDIR", str(made))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def nothing_left(slurm: Cluster) -> Iterator[None]:
    """Have no job of another test: the one of the contract's runner may still be ending."""
    slurm.until_no_job()
    yield
    try:
        slurm.until_no_job()
    finally:
        slurm.call("scancel", f"--user={getpass.getuser()}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The learner's folder."""
    made = tmp_path / "work"
    made.mkdir()
    return made


@pytest.fixture
async def runner(slurm: Cluster, ours: type[SlurmRunner]) -> AsyncIterator[SlurmRunner]:
    made = ours()
    yield made
    await made.close()
