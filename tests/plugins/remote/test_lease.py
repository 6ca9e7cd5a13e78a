"""What happens to a run when the connection to its host breaks, or its front end."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.i18n import Catalog
from evoclass.protocol import Exit, Prompt, Waiting
from evoclass.runner import Limits
from evoclass_local import devices
from evoclass_remote.remembered import Remembered
from plugins.remote.links import Breakable

pytestmark = pytest.mark.usefixtures("without_torch")

COUNTS = (
    "import time\nfor number in range({}):\n    print('line', number, flush=True)\n    time.sleep(0.01)\n"
)


@pytest.fixture
async def runner() -> AsyncIterator[Breakable]:
    made = Breakable()
    await made.warm_up()
    yield made
    await made.close()


def host(runner: Breakable) -> psutil.Process:
    assert runner.session.welcome is not None
    return psutil.Process(runner.session.welcome.pid)


async def gone(process: psutil.Process, within: float) -> None:
    """Wait until a process and its descendants have gone."""
    family = [process, *process.children(recursive=True)] if process.is_running() else []
    _, alive = await asyncio.to_thread(psutil.wait_procs, family, within)
    # What has ended and is not yet waited for by its new parent has gone, too.
    assert not [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


async def test_the_place_and_its_device_are_said_in_the_learners_language(runner: Breakable) -> None:
    threads, machine = devices.threads(), socket.gethostname()
    device = "CPU · 1 thread" if threads == 1 else f"CPU · {threads} thread"
    assert runner.place_said(Catalog("it")) == f"{machine} · {device}"


async def test_the_machine_is_known_as_soon_as_it_answers() -> None:
    runner = Breakable()
    known: list[str] = []
    runner.on_waiting = lambda waiting: known.append(runner.place) if waiting is None else None
    await runner.warm_up()
    assert known[0] == socket.gethostname()
    await runner.close()


async def test_a_broken_connection_costs_no_line(runner: Breakable, folder: Path) -> None:
    source = COUNTS.format(300)
    outcome = Outcome(await runner.start(program(source, folder, keep=False), Limits()))
    for number in (20, 60, 100):
        await outcome.until_output(f"line {number}\n")
        runner.link.break_once()
    await outcome.to_the_end()
    assert outcome.output.splitlines() == [f"line {number}" for number in range(300)]
    assert outcome.exit.reason == "finished"
    assert [event.stage for event in outcome.all(Waiting)].count("lost") >= 1


async def test_a_program_goes_on_while_nobody_hears_it(runner: Breakable, folder: Path) -> None:
    source = f"open({str(folder / 'there')!r}, 'w')\n" + COUNTS.format(50)
    outcome = Outcome(await runner.start(program(source, folder), Limits()))
    await outcome.until_output("line 3")
    runner.link.cut()
    await outcome.until(Waiting)
    await asyncio.sleep(1.0)  # longer than the program takes; it must end without us
    runner.link.mend()
    await outcome.until(Prompt)
    assert outcome.output.splitlines() == [f"line {number}" for number in range(50)]
    assert outcome.exit.seconds < 5
    assert "49" in await outcome.ask("number")
    await outcome.run.close()


async def test_after_the_lease_nothing_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Breakable, "lease", 1.0)
    runner = Breakable()
    await runner.warm_up()
    process = host(runner)
    outcome = Outcome(await runner.start(program("print('begun')\nwhile True: pass", folder), Limits()))
    await outcome.until_output("begun")
    runner.link.cut()
    await gone(process, 1.0 + 3.0)
    await outcome.to_the_end(30)
    assert outcome.exit.reason == "lost"
    await runner.close()


async def test_a_killed_host_ends_its_runs_at_once(runner: Breakable, folder: Path) -> None:
    outcome = Outcome(await runner.start(program("print('begun')\nwhile True: pass", folder), Limits()))
    await outcome.until_output("begun")
    process = host(runner)
    family = process.children(recursive=True)
    process.kill()
    await outcome.to_the_end(10)
    assert outcome.exit.reason == "lost"
    _, alive = await asyncio.to_thread(psutil.wait_procs, family, 3)
    assert not alive
    outcome = Outcome(await runner.start(program("print('again')", folder, keep=False), Limits()))
    assert (await outcome.to_the_end()).output == "again\n"
    assert host(runner) != process


async def test_closing_the_runner_leaves_nothing(folder: Path) -> None:
    runner = Breakable()
    await runner.warm_up()
    process = host(runner)
    outcome = Outcome(await runner.start(program("print('begun')\nwhile True: pass", folder), Limits()))
    await outcome.until_output("begun")
    await runner.close()
    await gone(process, 3)
    assert not list((Path(os.environ["EVOCLASS_HOME"]) / "remote").glob("*"))


FRONT_END = """
import asyncio, os, sys
from pathlib import Path
from evoclass.runner import Limits, Program
from evoclass.protocol import Output
from plugins.remote.links import Breakable

async def main():
    folder = Path(sys.argv[1])
    source = (folder / "program.py").read_text()
    runner = Breakable()
    await runner.warm_up()
    run = await runner.start(Program(source=source, file=folder / "program.py", folder=folder), Limits())
    seen = ""
    async for event in run.events():
        if isinstance(event, Output):
            seen += event.text
            if "line 20" in seen:
                os._exit(9)

asyncio.run(main())
"""


async def test_a_new_front_end_comes_back_to_the_run_of_one_that_crashed(folder: Path) -> None:
    made = program(COUNTS.format(60) + "loss = 0.25\n", folder)
    crashed = await crashes(FRONT_END, folder)
    assert crashed.returncode == 9
    runner = Breakable()
    ((left, run),) = await runner.left_running()
    assert (left.source, left.file) == (made.source, made.file)
    outcome = Outcome(run)
    await outcome.until(Prompt)
    assert outcome.output.splitlines() == [f"line {number}" for number in range(60)]
    assert outcome.all(Exit)[0].reason == "finished"
    assert "0.25" in await outcome.ask("loss")
    assert (await run.look("loss")).summary is not None
    await run.close()
    await runner.close()


TAKES_A_PART = """
import asyncio, os, sys
from pathlib import Path
from evoclass.runner import Limits, Program
from evoclass_remote.brought import Brought
from plugins.remote.links import Breakable

async def main():
    folder = Path(sys.argv[1])
    source = (folder / "program.py").read_text()
    Breakable.brought = int(sys.argv[2])
    runner = Breakable()
    await runner.warm_up()
    taken = 0
    real = Brought.take

    def take(self, part):
        nonlocal taken
        taken += 1
        if taken == 10:  # some more than the window: the first parts have been heard
            os._exit(9)
        real(self, part)

    Brought.take = take
    run = await runner.start(Program(source=source, file=folder / "program.py", folder=folder), Limits())
    async for event in run.events():
        if int(sys.argv[2]) < 5_000_000 and run.elsewhere:
            await run.bring("out.bin")

asyncio.run(main())
"""


@pytest.mark.parametrize("brought", [10_000_000, 1000], ids=["by itself", "asked for"])
async def test_a_file_that_was_half_way_back_comes_whole(
    brought: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytes(range(250)) * 20_000
    program(f"open('out.bin', 'wb').write({bytes(range(250))!r} * 20_000)", folder)
    crashed = await crashes(TAKES_A_PART, folder, str(brought))
    assert crashed.returncode == 9, crashed.stderr
    assert not (folder / "out.bin").exists()
    monkeypatch.setattr(Breakable, "brought", brought)
    runner = Breakable()
    ((_, run),) = await runner.left_running()
    await Outcome(run).until(Prompt)
    if brought == 1000:
        assert run.elsewhere == (("out.bin", 5_000_000),)
        await run.bring("out.bin")
    assert run.elsewhere == ()
    assert (folder / "out.bin").read_bytes() == content
    assert not [name for name in os.listdir(folder) if name.startswith(".")]
    await run.close()
    await runner.close()


async def crashes(script: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Return how a front end ended that this script is."""
    tests = Path(__file__).parents[2]
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", script, *map(str, words)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(tests)])},
        check=False,
        timeout=90,
        stderr=subprocess.PIPE,
    )


def test_a_session_belongs_to_one_front_end(folder: Path) -> None:
    first = Remembered.of("lab")
    second = Remembered.of("lab")
    assert first.key != second.key
    file = next((Path(os.environ["EVOCLASS_HOME"]) / "remote").glob(f"*{first.key}*"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["token"] == first.token
    second.forget()
    first.write_down("a kernel")
    os.close(first._descriptor)
    third = Remembered.of("lab")
    assert (third.key, third.note) == (first.key, "a kernel")
    third.forget()
