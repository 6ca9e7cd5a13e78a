"""What happens to programs on a Ray cluster when something goes wrong, and that nothing is left of them."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.errors import ConfigError, RunnerError
from evoclass.protocol import Prompt, Waiting
from evoclass.runner import Limits
from evoclass_ray.kind import RayKind, RayRunner
from evoclass_ray.messages import Wanted
from plugins.ray.cluster import VARIABLE, Cluster

ENDLESS = "print('begun')\nwhile True: pass"


def family(cluster: Cluster, runner: RayRunner) -> list[psutil.Process]:
    """Return the actor of a runner, its host and its programs."""
    assert runner.session.welcome is not None
    return with_actor(cluster.host(runner.session.welcome.pid))


def with_actor(host: psutil.Process) -> list[psutil.Process]:
    """Return the actor of a host, the host, and its programs."""
    actor = host.parent()
    assert actor is not None
    return [actor, host, *host.children(recursive=True)]


async def gone(processes: list[psutil.Process]) -> None:
    """Wait until processes have ended; nobody need have asked for their exit codes."""
    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, 30)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []


async def test_a_killed_actor_ends_its_programs_and_a_closed_runner_leaves_nothing(
    cluster: Cluster, tmp_path: Path
) -> None:
    runner = cluster.runner(lease=600.0)
    outcome = Outcome(await runner.start(program(ENDLESS, tmp_path), Limits()))
    await outcome.until_output("begun")
    processes = family(cluster, runner)
    processes[0].kill()
    await outcome.to_the_end(60)
    assert outcome.exit.reason == "lost"
    await gone(processes)
    again = Outcome(await runner.start(program(ENDLESS, tmp_path), Limits()))
    await again.until_output("begun")
    processes = family(cluster, runner)
    await runner.close()
    await gone(processes)


async def test_an_actor_that_waits_is_told_and_can_be_given_up(cluster: Cluster) -> None:
    runner, told = cluster.runner(num_cpus=64.0), asyncio.Queue[Waiting | None]()
    runner.on_waiting = told.put_nowait
    warming = asyncio.create_task(runner.warm_up())
    while (waiting := await told.get()) is None or waiting.stage != "queued":
        assert not warming.done()
    assert re.fullmatch("CPU [0-8]/8", waiting.detail)
    await asyncio.to_thread(made, cluster, runner)
    await runner.close()
    with contextlib.suppress(RunnerError):
        await warming
    assert not await asyncio.to_thread(cluster.has_actor, runner)


def made(cluster: Cluster, runner: RayRunner) -> None:
    """Wait until the actor of a runner is there."""
    while not cluster.has_actor(runner):
        pass


FRONT_END = """
import asyncio, os, sys
from pathlib import Path
from evoclass.protocol import Output
from evoclass.runner import Limits, Program
from plugins.ray.cluster import Cluster

async def main():
    folder, lease = Path(sys.argv[2]), float(sys.argv[3])
    runner = Cluster(int(sys.argv[1])).runner(lease=lease)
    file = folder / "program.py"
    run = await runner.start(Program(source=file.read_text(), file=file, folder=folder), Limits())
    async for event in run.events():
        if isinstance(event, Output) and "begun" in event.text:
            print(runner.session.welcome.pid, flush=True)
            os._exit(9)

asyncio.run(main())
"""


async def crash(cluster: Cluster, folder: Path, lease: float) -> list[psutil.Process]:
    """Have a front end die without a word while its program runs; return what goes on."""
    words = (str(cluster.pid), str(folder), str(lease))
    tests = Path(__file__).parents[2]
    crashed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", FRONT_END, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(tests)])},
        stdout=subprocess.PIPE,
        check=False,
        timeout=120,
    )
    assert crashed.returncode == 9
    return with_actor(cluster.host(int(crashed.stdout)))


async def test_after_the_lease_of_a_crashed_front_end_nothing_is_left(
    cluster: Cluster, tmp_path: Path
) -> None:
    program(ENDLESS, tmp_path)
    await gone(await crash(cluster, tmp_path, 5.0))


async def test_a_new_front_end_comes_back_to_the_actor(cluster: Cluster, tmp_path: Path) -> None:
    program("print('begun', flush=True)\ninput()\nprint('done')\nloss = 0.25\n", tmp_path)
    processes = await crash(cluster, tmp_path, 600.0)
    runner = cluster.runner()
    ((_, run),) = await runner.left_running()
    outcome = Outcome(run)
    await outcome.until_output("begun")
    run.write("\n")
    await outcome.until(Prompt)
    assert outcome.output.split() == ["begun", "done"]
    assert "0.25" in await outcome.ask("loss")
    assert family(cluster, runner)[:2] == processes[:2]
    await runner.close()
    await gone(processes)


async def refusal(runner: RayRunner) -> RunnerError:
    """Return why a runner cannot be used."""
    with pytest.raises(RunnerError) as found:
        await runner.warm_up()
    await runner.close()
    return found.value


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
async def test_a_wrong_address_is_told_at_once() -> None:
    class Lab(RayRunner):
        name = "lab"
        wanted = Wanted(address="127.0.0.1:1")

    begun = time.monotonic()
    error = await refusal(Lab())
    assert (error.key, error.fields["address"]) == ("ray.no_cluster", "127.0.0.1:1")
    assert time.monotonic() - begun < 20  # Ray itself takes two minutes


PRETENDING = """
import ray
ray.__version__ = "2.40.0"
from evoclass_ray.bridge import main
main()
"""


@pytest.mark.parametrize("address", ["127.0.0.1:6379", "ray://127.0.0.1:10001"])
async def test_another_version_is_told_in_one_sentence(
    cluster: Cluster, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"MODE": "token", "TOKEN": os.environ[VARIABLE]}.items():
        monkeypatch.setenv(f"RAY_AUTH_{name}", value)
    runner = cluster.runner(address)
    type(runner).bridge = (*cluster.inside, sys.executable, "-c", PRETENDING)
    error = await refusal(runner)
    assert error.key == "ray.version"
    assert error.fields["our_ray"] == "2.40.0" != error.fields["their_ray"]


async def test_a_wrong_token_is_told(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "another token that is long enough")
    monkeypatch.setenv("RAY_NUM_REDIS_GET_RETRIES", "1")
    assert (await refusal(cluster.runner())).key == "ray.not_let_in"


async def test_packages_that_cannot_be_installed_are_told(cluster: Cluster) -> None:
    error = await refusal(cluster.runner(packages=("/no/such/package",)))
    assert error.key == "ray.no_actor"


def values(**changed: object) -> dict[str, object]:
    """Return the values of the settings, some of them changed."""
    return {setting.name: setting.default for setting in RayKind.settings} | changed


@pytest.mark.parametrize(
    "address", ["", "auto", "10.0.0.1:6379", "ray://head.example.org:10001", "[::1]:6379"]
)
def test_an_address_is_taken(address: str) -> None:
    made = RayKind.make("lab", values(address=address, num_gpus=0.5, device="cuda"))
    assert issubclass(made, RayRunner)
    assert (made.wanted.address, made.wanted.num_gpus, made.device) == (address, 0.5, "cuda")


@pytest.mark.parametrize(
    ("changed", "key"),
    [({"address": "head"}, "ray.no_address"), ({"device": "cuda"}, "ray.no_gpu")],
)
def test_settings_that_cannot_work_are_refused(changed: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as found:
        RayKind.make("lab", values(**changed))
    assert found.value.key == key


def test_what_is_missing_is_told_without_importing_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = "ray" in sys.modules
    made = RayKind.make("lab", values(token_variable="EVOCLASS_NO_SUCH"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    answer = made.available()
    assert (answer.ok, answer.reason) == (False, "ray.not_installed")
    assert "evoclass[ray]" in answer.fields["command"]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    assert made.available().reason == "ray.no_variable"
    missing = RayKind.make("lab", values(token_file="/no/such/file"))
    assert missing.available().reason == "ray.no_file"
    assert ("ray" in sys.modules) == imported


@pytest.mark.parametrize(("failures", "let_in"), [(2, True), (3, False)])
def test_a_cluster_that_is_not_ready_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, failures: int, let_in: bool
) -> None:
    module = pytest.importorskip("evoclass_ray.cluster")
    calls: list[str] = []

    def init(address: str, **_: object) -> None:
        calls.append(address)
        if len(calls) <= failures:
            raise ConnectionAbortedError("Initialization failure from server:\nTraceback: it took too long")

    monkeypatch.setattr(module.ray, "init", init)
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    if let_in:
        module.connect(Wanted(address="auto", begins=True, actor="a"))
    else:
        with pytest.raises(module.Failure):
            module.connect(Wanted(address="auto", begins=True, actor="a"))
    assert len(calls) == 3
