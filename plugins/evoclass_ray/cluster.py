"""The connection to a Ray cluster; only bridges import this, for it imports Ray."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping

import ray
from ray.exceptions import RayError

from evoclass_ray.messages import Fails, Waits, Wanted

NAMESPACE = "evoclass"

KNOCKING = 10.0
"""Seconds in which the machine of an address has to take a connection: Ray itself would try for minutes."""

NOT_YET = "Initialization failure from server"
"""What a cluster says that has just started, or is busy: its end of a `ray://` connection did not begin in time."""

ATTEMPTS = 3

_VERSIONS = re.compile(r"Ray: (\S+)\s+Python: (\S+)")


class Failure(Exception):
    """The cluster cannot be used; the link is told why."""

    def __init__(self, key: str, **fields: str) -> None:
        super().__init__(key)
        self.told = Fails(key=key, fields={name: value[:500] for name, value in fields.items()})


def connect(wanted: Wanted) -> None:
    """Connect this process to a cluster.  Raises Failure."""
    address = wanted.address or os.environ.get("RAY_ADDRESS") or "auto"
    if address != "auto":
        _knock(address)
    environment = {"pip": list(wanted.packages)} if wanted.packages else {}
    for attempt in range(ATTEMPTS):
        try:
            ray.init(
                address,
                namespace=NAMESPACE,
                log_to_driver=False,
                logging_level="ERROR",
                # For the job, not for the actor: through `ray://`, the cluster's end of the connection needs it too.
                runtime_env=environment,
            )
        except (Exception, SystemExit) as error:
            if NOT_YET not in str(error) or attempt == ATTEMPTS - 1:
                raise _refused(error, address) from error
            ray.shutdown()
        else:
            return


def _knock(address: str) -> None:
    machine, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((machine.strip("[]"), int(port)), KNOCKING).close()
    except (OSError, OverflowError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise Failure("ray.no_cluster", address=address, reason=said) from error


def _refused(error: BaseException, address: str) -> Failure:
    versions = _VERSIONS.findall(str(error))
    if len(versions) == 2:
        (their_ray, their_python), (our_ray, our_python) = versions
        return Failure(
            "ray.version",
            their_ray=their_ray,
            their_python=their_python,
            our_ray=our_ray,
            our_python=our_python,
        )
    key = "ray.no_cluster" if address == "auto" else "ray.not_let_in"
    return Failure(key, address=address, reason=first_line(error))


def first_line(error: BaseException) -> str:
    """Return the beginning of what an error says."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def no_actor(error: RayError | ValueError) -> Failure:
    """Return why an actor cannot be made."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    if "No module named 'evoclass" in str(error):
        return Failure("ray.no_evoclass")
    return Failure("ray.no_actor", reason=lines[-1].strip())


def queue(wanted: Wanted) -> Waits | None:
    """Return what an actor would wait for now, as free and all of each thing; None if it need not wait."""
    every: Mapping[str, float] = ray.cluster_resources()
    free: Mapping[str, float] = ray.available_resources()
    needs = {"CPU": wanted.num_cpus, "GPU": wanted.num_gpus}
    if all(free.get(name, 0) >= need for name, need in needs.items()):
        return None
    shown = (f"{name} {free.get(name, 0):g}/{every.get(name, 0):g}" for name, need in needs.items() if need)
    return Waits(stage="queued", detail=" · ".join(shown))
