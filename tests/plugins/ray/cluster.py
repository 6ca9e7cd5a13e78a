"""A real Ray cluster for the tests: in namespaces of its own, because Ray listens at every interface of a machine."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from evoclass_ray.kind import RayRunner
from evoclass_ray.link import BRIDGE
from evoclass_ray.messages import Wanted

TOKEN = "a token of the tests that is long enough"
VARIABLE = "EVOCLASS_TEST_TOKEN"

NAMESPACES = ("unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")

# The first process of a namespace takes all others with it; this one ends when the tests end or die.
HEAD = """
"$0" -c 'import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sH22x", b"lo", 1))' &&
"$0" -m ray.scripts.scripts start --head --node-ip-address=127.0.0.1 --port=6379 --ray-client-server-port=10001 \
    --num-cpus=8 --object-store-memory=80000000 --include-dashboard=false --disable-usage-stats --temp-dir="$1" &&
echo ready && cat
exit
"""

ACTORS = """
import ray
ray.init("127.0.0.1:6379", logging_level="ERROR")
print(ray.util.list_named_actors(all_namespaces=True))
"""


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    pid: int
    """Its first process."""

    @property
    def inside(self) -> tuple[str, ...]:
        """The words before a command that runs in the cluster's namespaces."""
        return (
            "nsenter",
            "--target",
            str(self.pid),
            "--user",
            "--preserve-credentials",
            "--net",
            "--pid",
            "--mount",
        )

    def host(self, pid: int) -> psutil.Process:
        """Return the host that has a number inside the cluster's namespaces."""
        for process in psutil.Process(self.pid).children(recursive=True):
            status = Path(f"/proc/{process.pid}/status")
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if re.search(rf"^NSpid:.*\t{pid}$", status.read_text(), re.MULTILINE):
                    return process
        raise AssertionError(f"there is no process {pid}")

    def has_actor(self, runner: RayRunner) -> bool:
        """Whether the actor of a runner is there, waiting for a place or not."""
        assert runner._remembered is not None
        command = (*self.inside, sys.executable, "-c", ACTORS)
        said = subprocess.run(command, env=with_token(), capture_output=True, check=True, text=True).stdout
        return runner._remembered.key in said

    def runner(self, address: str = "127.0.0.1:6379", lease: float = 5.0, **wanted: object) -> RayRunner:
        """Return a runner on the cluster."""
        values = {
            "name": "lab",
            "lease": lease,
            "bridge": (*self.inside, *BRIDGE),
            "wanted": Wanted(address=address, token_variable=VARIABLE, **wanted),  # type: ignore[arg-type]
        }
        made: RayRunner = type("Lab", (RayRunner,), values)()
        return made


def with_token(**more: str) -> dict[str, str]:
    """Return our environment, with what lets a process into the cluster."""
    return {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN, **more}


def started(place: str) -> subprocess.Popen[bytes]:
    """Start a cluster that keeps its files in a folder."""
    head = subprocess.Popen(
        [*NAMESPACES, "sh", "-c", HEAD, sys.executable, place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Otherwise an actor never gets its turn on a busy machine: Ray runs them with 15.
        env=with_token(RAY_worker_niceness="0", EVOCLASS_PRELOAD="", PYTHONPATH=os.pathsep.join(sys.path)),
    )
    assert head.stdout is not None
    said = []
    for line in head.stdout:
        if line == b"ready\n":
            return head
        said.append(line.decode("utf-8", "replace"))
    head.communicate()
    pytest.skip("a cluster cannot be started in namespaces of its own: " + " ".join(said[-3:]))
