"""The cluster that all tests of the runner share."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import tempfile
from collections.abc import Iterator

import psutil
import pytest

from plugins.ray.cluster import TOKEN, VARIABLE, Cluster, started


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Cluster]:
    """A cluster of this machine, one for all processes that run tests."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed")
    os.environ[VARIABLE] = TOKEN
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent
    with open(folder / "ray.pid", "a+") as found, open(folder / "ray.used", "w") as used:
        fcntl.flock(found, fcntl.LOCK_EX)
        fcntl.flock(used, fcntl.LOCK_SH)
        found.seek(0)
        if pid := found.read():
            fcntl.flock(found, fcntl.LOCK_UN)
            yield Cluster(int(pid))
            return
        with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as place:
            head = started(place)
            made = Cluster(psutil.Process(head.pid).children()[0].pid)
            print(made.pid, end="", file=found, flush=True)
            fcntl.flock(found, fcntl.LOCK_UN)
            yield made
            fcntl.flock(used, fcntl.LOCK_EX)  # wait for the other processes
            head.communicate()
