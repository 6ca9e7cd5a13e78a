"""What happens to the job: it waits, it is cancelled, its front end vanishes or comes back, and nothing is left."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.errors import RunnerError
from evoclass.protocol import Exit, Prompt, Waiting
from evoclass.runner import Limits
from evoclass_remote.commandlink import CommandStream
from evoclass_slurm.kind import SlurmRunner
from plugins.slurm.cluster import Cluster

pytestmark = pytest.mark.usefixtures("without_torch", "scratch", "nothing_left")

ENDLESS = "print('begun', flush=True)\nwhile True: pass"


def asking(ours: type[SlurmRunner], *options: str, **attributes: object) -> SlurmRunner:
    """Return a runner whose job asks for something else."""
    made = type("Asking", (ours,), {"options": (*ours.options, *options), **attributes})()
    assert isinstance(made, SlurmRunner)
    return made


async def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something outside of this process."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(holds):
            pass


def waits(runner: SlurmRunner) -> asyncio.Queue[Waiting | None]:
    """Return what the runner tells about its waiting, as it tells it."""
    told: asyncio.Queue[Waiting | None] = asyncio.Queue()
    runner.on_waiting = told.put_nowait
    return told


async def queued(told: asyncio.Queue[Waiting | None]) -> Waiting:
    """Return what the queue says of the job."""
    async with asyncio.timeout(60):
        while True:
            waiting = await told.get()
            if waiting is not None and waiting.stage == "queued" and waiting.place is not None:
                return waiting


def family(runner: SlurmRunner) -> list[psutil.Process]:
    """Return the host and what it has started."""
    assert runner.session.welcome is not None
    host = psutil.Process(runner.session.welcome.pid)
    return [host, *host.children(recursive=True)]


def left_in(folder: Path) -> list[Path]:
    """Return the files in a folder."""
    return [path for path in folder.rglob("*") if path.name != f"evoclass-host-{os.getuid()}"]


async def gone(processes: list[psutil.Process]) -> None:
    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, 60)
    assert not alive


# ----------------------------------------------------------------------------------------------------- the queue


async def test_stop_takes_the_job_out_of_the_queue(
    slurm: Cluster, ours: type[SlurmRunner], folder: Path
) -> None:
    runner = asking(ours, "--partition=closed")
    told = waits(runner)
    warming = asyncio.create_task(runner.warm_up())
    outcome = Outcome(await runner.start(program("print('no')", folder), Limits()))
    waiting = await queued(told)
    assert waiting.place == 1
    assert waiting.detail in ("PartitionDown", "Resources")  # Slurm finds out the one before the other
    assert len(slurm.jobs()) == 1
    await outcome.run.stop()
    await outcome.to_the_end()
    assert (outcome.exit.reason, outcome.output) == ("stopped", "")
    with pytest.raises(RunnerError):
        await warming
    await until(lambda: not slurm.jobs())
    again = Outcome(await runner.start(program("print('no')", folder), Limits()))
    await queued(told)
    assert len(slurm.jobs()) == 1
    await runner.close()
    assert (await again.to_the_end()).exit.reason == "lost"
    await until(lambda: not slurm.jobs())


async def test_stop_leaves_the_job_to_another_program_that_waits(
    slurm: Cluster, ours: type[SlurmRunner], folder: Path
) -> None:
    runner = asking(ours, "--partition=closed")
    told = waits(runner)
    one, two = [await runner.start(program("print('no')", folder), Limits()) for _ in range(2)]
    await queued(told)
    (number,) = slurm.jobs()
    await one.stop()
    assert not runner.session.over
    await two.stop()
    assert runner._session is not None
    assert runner._session.over
    await runner.close()
    await until(lambda: not slurm.jobs())
    assert number.isdigit()


async def test_leaving_at_once_leaves_no_job(slurm: Cluster, runner: SlurmRunner) -> None:
    warming = asyncio.create_task(runner.warm_up())
    await asyncio.sleep(0)  # `sbatch` is on its way, and nobody knows the job's number
    await runner.close()
    with pytest.raises(RunnerError):
        await warming
    await until(lambda: not slurm.jobs())


async def test_leaving_without_waiting_takes_the_job_out_of_the_queue(
    slurm: Cluster, ours: type[SlurmRunner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = asking(ours, "--partition=closed")
    told = waits(runner)
    warming = asyncio.create_task(runner.warm_up())
    await queued(told)
    marker = tmp_path / "asked"
    fake(
        tmp_path / "bin" / "scancel",
        f"touch {marker}\nsleep 0.5\nexec {shutil.which('scancel')} $*",
        monkeypatch,
    )
    closing = asyncio.create_task(runner.close())
    await until(marker.exists)
    closing.cancel()
    with pytest.raises(RunnerError):
        await warming
    await until(lambda: not slurm.jobs())


async def test_a_job_that_slurm_refuses_is_told_in_its_words(slurm: Cluster, ours: type[SlurmRunner]) -> None:
    runner = asking(ours, "--partition=nowhere")
    with pytest.raises(RunnerError) as told:
        await runner.warm_up()
    assert told.value.key == "slurm.refused"
    assert "partition" in told.value.fields["reason"]
    await runner.close()


async def test_a_job_cancelled_in_the_queue_is_told(slurm: Cluster, ours: type[SlurmRunner]) -> None:
    runner = asking(ours, "--partition=closed")
    told = waits(runner)
    warming = asyncio.create_task(runner.warm_up())
    await queued(told)
    slurm.call("scancel", *slurm.jobs())
    with pytest.raises(RunnerError) as over:
        await warming
    assert (over.value.key, over.value.fields["state"]) == ("slurm.over", "CANCELLED")
    await runner.close()


async def test_a_slurm_that_is_too_old_is_told_before_anybody_waits(
    slurm: Cluster, runner: SlurmRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path / "bin" / "srun", "echo slurm 20.02.7", monkeypatch)
    with pytest.raises(RunnerError) as told:
        await runner.warm_up()
    assert (told.value.key, told.value.fields["version"]) == ("slurm.too_old", "20.02")
    assert not slurm.jobs()


def fake(path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a command before the others of its name."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")


# -------------------------------------------------------------------------------------------------- the allocation


async def test_a_missing_python_is_told_and_costs_no_allocation(
    slurm: Cluster, ours: type[SlurmRunner]
) -> None:
    runner = asking(ours, python="/nowhere/python3")
    with pytest.raises(RunnerError, match="/nowhere/python3"):
        await runner.warm_up()
    await until(lambda: not slurm.jobs())
    await runner.close()


async def test_over_ssh_every_word_arrives_and_the_host_has_the_gpu(
    slurm: Cluster, ours: type[SlurmRunner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path / "bin" / "ssh", 'for word; do :; done\nexec sh -c "$word"', monkeypatch)
    # A front end inside another job, as a terminal of a cluster's portal is.
    for name, value in {"JOB_ID": "7", "JOBID": "7", "NTASKS": "9", "MEM_PER_CPU": "99999"}.items():
        monkeypatch.setenv(f"SLURM_{name}", value)
    runner = asking(
        ours, "--gres=gpu:1", "--comment=two words; $HOME", login="ada@login.example.org", direct=True
    )
    await runner.warm_up()
    assert isinstance(runner.session._stream, CommandStream)  # what `ssh` encrypts does not go around it
    assert slurm.call("squeue", "-h", "-o", "%k") == "two words; $HOME"
    found = family(runner)[0].environ()
    assert [found["CUDA_VISIBLE_DEVICES"], found["SLURM_JOB_ID"]] == ["0", *slurm.jobs()]
    await runner.close()


async def test_a_step_that_breaks_costs_no_line_and_after_closing_nothing_is_left(
    slurm: Cluster, runner: SlurmRunner, folder: Path, scratch: Path
) -> None:
    source = "for number in range(100):\n    print('line', number, flush=True)\n    time.sleep(0.01)\n"
    outcome = Outcome(await runner.start(program(f"import time\n{source}", folder), Limits()))
    await outcome.until_output("line 1\n")
    before = slurm.jobs()
    for number in (10, 50):
        await outcome.until_output(f"line {number}\n")
        for process in psutil.Process().children():
            if process.name() == "srun":
                os.killpg(process.pid, signal.SIGKILL)
    await outcome.until(Prompt)
    assert outcome.output.splitlines() == [f"line {number}" for number in range(100)]
    assert [event.stage for event in outcome.all(Waiting)].count("lost") >= 1
    assert slurm.jobs() == before
    processes = family(runner)
    assert left_in(scratch)
    await runner.close()
    await gone(processes)
    await until(lambda: not slurm.jobs())
    await until(lambda: not left_in(scratch))
    assert not left_in(Path(os.environ["EVOCLASS_HOME"]) / "remote")


async def test_an_allocation_without_a_program_is_given_back(
    slurm: Cluster, ours: type[SlurmRunner], folder: Path
) -> None:
    runner = asking(ours, idle=0.5)
    source = "import time\nprint('begun', flush=True)\ntime.sleep(1.2)\nprint('whole')"
    outcome = Outcome(await runner.start(program(source, folder), Limits()))
    await outcome.to_the_end()
    assert outcome.output == "begun\nwhole\n"
    assert outcome.exit.reason == "finished"
    await until(lambda: not slurm.jobs())
    assert not runner.ready
    await runner.close()


async def test_a_job_cancelled_from_outside_ends_its_program_and_the_next_gets_another(
    slurm: Cluster, runner: SlurmRunner, folder: Path, scratch: Path
) -> None:
    outcome = Outcome(await runner.start(program(ENDLESS, folder), Limits()))
    await outcome.until_output("begun")
    processes, first = family(runner), slurm.jobs()
    slurm.call("scancel", *first)
    assert (await outcome.to_the_end()).exit.reason == "lost"
    await gone(processes)
    await until(lambda: not left_in(scratch))
    outcome = Outcome(await runner.start(program("print('again')", folder, keep=False), Limits()))
    assert (await outcome.to_the_end()).output == "again\n"
    assert slurm.jobs() != first


# ------------------------------------------------------------------------------------------- front ends that vanish

FRONT_END = """
import asyncio, os, sys
from pathlib import Path
from evoclass.protocol import Output, Waiting
from evoclass.runner import Limits, Program
from evoclass_remote.commandlink import CommandStream
from evoclass_slurm.kind import SlurmRunner

class Ours(SlurmRunner):
    name, python = "ours", sys.executable

Ours.lease, Ours.options = float(sys.argv[2]), tuple(sys.argv[4:])

async def main():
    folder = Path(sys.argv[1])
    source = (folder / "program.py").read_text()
    runner = Ours()
    run = await runner.start(Program(source=source, file=folder / "program.py", folder=folder), Limits())
    seen = ""
    async for event in run.events():
        seen += event.text if isinstance(event, Output) else ""
        seen += "queued" if isinstance(event, Waiting) and event.place is not None else ""
        if sys.argv[3] in seen:
            os._exit(9)

asyncio.run(main())
"""


async def crash(ours: type[SlurmRunner], folder: Path, lease: float, at: str, *options: str) -> None:
    """Run a front end that starts a program, and vanishes when it sees a text."""
    crashed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", FRONT_END, str(folder), str(lease), at, *ours.options, *options],
        check=False,
        timeout=60,
    )
    assert crashed.returncode == 9


async def test_nothing_is_left_after_the_lease(
    slurm: Cluster, ours: type[SlurmRunner], folder: Path, scratch: Path
) -> None:
    program(ENDLESS, folder)
    await crash(ours, folder, 1.0, "begun")
    await until(lambda: not slurm.jobs())
    await until(lambda: not left_in(scratch))


async def test_a_front_end_comes_back_to_its_allocation(
    slurm: Cluster, runner: SlurmRunner, ours: type[SlurmRunner], folder: Path
) -> None:
    program(
        "import time\nfor number in range(40):\n    print('line', number, flush=True)\n    time.sleep(0.02)\n",
        folder,
    )
    await crash(ours, folder, 30.0, "line 10")
    (number,) = slurm.jobs()
    ((_, run),) = await runner.left_running()
    outcome = Outcome(run)
    await outcome.until(Prompt)
    assert outcome.output.splitlines() == [f"line {number}" for number in range(40)]
    assert outcome.all(Exit)[0].reason == "finished"
    assert slurm.jobs() == [number]
    await run.close()


async def test_a_front_end_comes_back_to_its_place_in_the_queue(
    slurm: Cluster, runner: SlurmRunner, ours: type[SlurmRunner], folder: Path
) -> None:
    program("print('no')", folder)
    await crash(ours, folder, 30.0, "queued", "--partition=closed")
    (number,) = slurm.jobs()
    told = waits(runner)
    warming = asyncio.create_task(runner.warm_up())
    await queued(told)
    assert slurm.jobs() == [number]
    slurm.call("scontrol", "update", f"jobid={number}", "partition=debug")
    await warming
    assert slurm.jobs() == [number]


async def test_a_job_that_begins_when_nobody_waits_for_it_any_more_ends(
    slurm: Cluster, ours: type[SlurmRunner], folder: Path
) -> None:
    program("print('no')", folder)
    await crash(ours, folder, 1.0, "queued", "--partition=closed")
    (number,) = slurm.jobs()
    slurm.call("scontrol", "update", f"jobid={number}", "partition=debug")
    await until(lambda: not slurm.jobs())
    assert slurm.call("squeue", "-h", "-t", "all", "-j", number, "-o", "%T") == "COMPLETED"


async def test_a_job_that_has_ended_meanwhile_is_replaced(
    slurm: Cluster, runner: SlurmRunner, ours: type[SlurmRunner], folder: Path
) -> None:
    program("print('no')", folder)
    await crash(ours, folder, 30.0, "queued", "--partition=closed")
    (number,) = slurm.jobs()
    slurm.call("scancel", number)
    assert await runner.left_running() == []
    assert number not in slurm.jobs()
    assert len(slurm.jobs()) == 1
