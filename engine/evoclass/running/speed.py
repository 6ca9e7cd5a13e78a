"""How fast this machine is beside the one that lessons were timed on: measured once, and kept."""

from __future__ import annotations

import contextlib
import math
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from evoclass.disk import paths
from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.errors import ConfigError
from evoclass.running.load import processors

REFERENCE = 0.093
"""Processor seconds of `PROGRAM` on the machine that `:takes:` of the bundled lessons was measured on."""

LARGEST = 2**16
"""Bytes of the file of measurements."""

_LEAST, _MOST = 0.05, 100.0
"""Factors beyond these are no machine's but a measurement's that went wrong."""

# What lessons do: small convolutions and products, forward and back, on one thread.
PROGRAM = """
import time
import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)
network = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Flatten())
head = nn.Linear(32 * 13 * 13, 7)
images, labels = torch.randn(16, 3, 32, 32), torch.randint(0, 7, (16,))
weights = [*network.parameters(), *head.parameters()]


def work():
    begun = time.process_time()
    for _ in range(STEPS):
        loss = nn.functional.cross_entropy(head(network(images)), labels)
        for weight, slope in zip(weights, torch.autograd.grad(loss, weights)):
            weight.data -= 0.01 * slope
    return time.process_time() - begun


work()
print("\\n", min(work(), work()))
"""


def program() -> str:
    """Return the program that measures the machine it runs on."""
    return PROGRAM.replace("STEPS", "25")


def read(output: str) -> float:
    """Return how many times as long as on the reference programs take here.  Raises ValueError."""
    factor = float(output.strip().rpartition("\n")[2]) / REFERENCE
    if not (math.isfinite(factor) and _LEAST < factor < _MOST):
        raise ValueError(f"no machine takes {factor:g} times as long")
    return factor


def kept(runner: str) -> float | None:
    """Return what was measured before with a runner of this machine, if nothing has changed since."""
    found = _all().get(_key(runner))
    return found if found is not None and _LEAST < found < _MOST else None


def keep(runner: str, factor: float) -> None:
    """Keep a measurement; without a disk it is made again next time."""
    with contextlib.suppress(OSError, ConfigError):
        write_whole(_file(), msgspec.json.encode({**_all(), _key(runner): factor}), 0o600)


def _all() -> dict[str, float]:
    try:
        return msgspec.json.decode(read_bytes(_file(), LARGEST), type=dict[str, float])
    except (OSError, ConfigError, msgspec.DecodeError):
        return {}


def _file() -> Path:
    return paths.cache_folder() / "speed.json"


def _key(runner: str) -> str:
    try:
        torch = version("torch")
    except PackageNotFoundError:
        torch = "-"
    return f"{runner} · {platform.node()} · {platform.machine()} · {processors()} · torch {torch}"
