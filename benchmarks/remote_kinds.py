"""What each kind of way to a host costs: `>>> x` and Run to the first output, beside the same programs run here.

The engines are real ones, started on loopback.  A way whose engine is not installed is left out, with the reason on the
standard error.  Names of ways choose some of them; `--quick` takes fewer turns.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psutil
from row import report

from evoclass.contracts.outcome import begin
from evoclass.protocol import Output, Prompt
from evoclass.runner import Runner
from evoclass_local.runners import LocalCpu
from evoclass_remote.command import CommandRunner
from evoclass_remote.runner import RemoteRunner
from evoclass_slurm.kind import ALWAYS, SlurmRunner

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from plugins.jupyter import servers
from plugins.ray import cluster as ray
from plugins.remote import sshd
from plugins.slurm import cluster as slurm

PAUSE = 0.31
"""Seconds for which a learner reads between two lines, and in which a session sends a ping."""

AGAIN = 3
"""Attempts to connect: a Ray cluster that has just begun refuses some."""


class Left(Exception):
    """A way cannot be measured here; the message says why."""


def over_pipe(stack: ExitStack, folder: Path) -> RemoteRunner:
    return type("Pipe", (CommandRunner,), {"name": "pipe"})()


def over_ssh(stack: ExitStack, folder: Path) -> RemoteRunner:
    if sshd.WHY_NOT:
        raise Left(sshd.WHY_NOT)
    server = stack.enter_context(sshd.running_sshd(folder, preload=""))
    sshd.answers(server)
    return server.runner()


def over_kernel(stack: ExitStack, folder: Path) -> RemoteRunner:
    _need("jupyter_client", "ipykernel")
    return servers.made()


def over_server(stack: ExitStack, folder: Path) -> RemoteRunner:
    _need("jupyter_server", "ipykernel")
    server = servers.jupyter_server(folder)
    server.start()
    stack.callback(server.stop)
    return servers.made(server.url)


def over_hub(stack: ExitStack, folder: Path) -> RemoteRunner:
    if servers.WHY_NO_HUB:
        raise Left(servers.WHY_NO_HUB)
    hub = servers.jupyter_hub(folder)
    hub.start()
    stack.callback(hub.stop)
    hub.ask("POST", "/hub/api/users/ada")
    return servers.made(hub.url, hub_user="ada")


def over_step(stack: ExitStack, folder: Path, direct: bool = False) -> RemoteRunner:
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    if missing := [name for name in slurm.PROGRAMS if shutil.which(name, path=path) is None]:
        raise Left(f"there is no {', '.join(missing)}")
    os.environ["SLURM_CONF"] = str(stack.enter_context(slurm.cluster(folder)).conf)
    attributes = {
        "name": "bench",
        "python": sys.executable,
        "options": (*ALWAYS, "--mem=10"),
        "direct": direct,
    }
    made = type("Bench", (SlurmRunner,), attributes)()
    assert isinstance(made, SlurmRunner)
    return made


def over_slurm(stack: ExitStack, folder: Path) -> RemoteRunner:
    return over_step(stack, folder, direct=True)


def over_ray(stack: ExitStack, folder: Path, address: str = "127.0.0.1:6379") -> RemoteRunner:
    _need("ray")
    os.environ[ray.VARIABLE] = ray.TOKEN
    head = ray.started(str(folder))
    stack.callback(head.communicate)
    return ray.Cluster(psutil.Process(head.pid).children()[0].pid).runner(address, lease=60.0)


def over_ray_client(stack: ExitStack, folder: Path) -> RemoteRunner:
    return over_ray(stack, folder, "ray://127.0.0.1:10001")


def _need(*packages: str) -> None:
    if missing := [name for name in packages if importlib.util.find_spec(name) is None]:
        raise Left(f"there is no {', '.join(missing)}")


WAYS: dict[str, Callable[[ExitStack, Path], Runner]] = {
    "pipe": over_pipe,
    "ssh": over_ssh,
    "Slurm, step": over_step,
    "Slurm, direct": over_slurm,
    "kernel": over_kernel,
    "Jupyter Server": over_server,
    "JupyterHub": over_hub,
    "Ray": over_ray,
    "Ray, ray://": over_ray_client,
}


async def answers(runner: Runner, folder: Path, turns: int) -> list[float]:
    """Return the milliseconds that lines at the prompt take."""
    found = []
    outcome = await begin(runner, "x = 3\nprint('begun', flush=True)", folder)
    await outcome.until(Prompt)
    for _ in range(turns):
        await asyncio.sleep(PAUSE)
        begun = time.perf_counter()
        await outcome.ask("x")
        found.append((time.perf_counter() - begun) * 1000)
    await outcome.run.close()
    return found


async def outputs(runner: Runner, folder: Path, turns: int) -> list[float]:
    """Return the milliseconds from Run to the first output."""
    found = []
    for _ in range(turns):
        await runner.warm_up()
        await asyncio.sleep(PAUSE)
        begun = time.perf_counter()
        outcome = await begin(runner, "print('hi')", folder, keep=False)
        await outcome.until(Output)
        found.append((time.perf_counter() - begun) * 1000)
        await outcome.to_the_end()
    return found


async def round_trips(runner: RemoteRunner, folder: Path, turns: int) -> list[float]:
    """Return the milliseconds of the session's own pings, while a program sleeps."""
    found, session = [], runner.session
    outcome = await begin(runner, "print('on', flush=True)\nimport time\ntime.sleep(600)", folder, keep=False)
    await outcome.until(Output)
    for _ in range(turns):
        await asyncio.sleep(PAUSE)
        found.append(session.watch.round_trip * 1000)
    await outcome.run.close()
    return found


Figures = dict[str, list[float]]


async def measured(runner: Runner, folder: Path, turns: int) -> Figures:
    """Return what one way costs, beside what the same costs here at the same time."""
    here, found = LocalCpu(), defaultdict(list)
    for attempt in range(AGAIN):
        try:
            await runner.warm_up()
            break
        except Exception:
            if attempt == AGAIN - 1:
                raise
    await here.warm_up()
    for _ in range(3):  # by turns, for the machine's other work changes
        for name, what in ((">>> x", answers), ("Run to first output", outputs)):
            found[name] += await what(runner, folder, turns // 3)
            found[f"{name}, here"] += await what(here, folder, turns // 3)
    if isinstance(runner, RemoteRunner):
        found["round trip"] = await round_trips(runner, folder, turns)
    await here.close()
    await runner.close()
    return found


def tell(way: str, found: Figures) -> None:
    """Print what one way costs: the figures on the standard error, the bar to the output."""
    middle = {name: statistics.median(values) for name, values in found.items()}
    cells = "  ".join(f"{name} {value:.1f}" for name, value in middle.items())
    print(f"{way}: {cells} ms; load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    for name, bar in ((">>> x", 10.0), ("Run to first output", 5.0)):
        beyond = middle[name] - middle[f"{name}, here"] - middle["round trip"]
        report(f"{way}: {name}, beyond here and the way", beyond, "ms", bar)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ways", nargs="*", default=[*WAYS], help=", ".join(WAYS))
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    given = parser.parse_args()
    os.environ |= {
        "EVOCLASS_PRELOAD": "",
        # The Python at the other end finds the packages as this one does.
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "EVOCLASS_HOME": tempfile.mkdtemp(),
    }
    with tempfile.TemporaryDirectory(prefix="b", ignore_cleanup_errors=True) as name:
        jupyter = Path(name) / "jupyter"
        jupyter.mkdir()
        servers.write_kernels(jupyter)
        os.environ["JUPYTER_PATH"] = str(jupyter)
        for way in given.ways:
            folder = Path(name) / f"{len(os.listdir(name))}"
            work = folder / "work"
            work.mkdir(parents=True)
            with ExitStack() as stack:
                try:
                    runner = WAYS[way](stack, folder)
                except Left as why:
                    print(f"without {way}: {why}", file=sys.stderr)
                    continue
                tell(way, asyncio.run(measured(runner, work, 9 if given.quick else 36)))


if __name__ == "__main__":
    main()
