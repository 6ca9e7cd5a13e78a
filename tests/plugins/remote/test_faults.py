"""Full disks, poor lines, stopped processes: what a learner still gets, and what is said of the rest."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from evoclass.contracts.outcome import begin, complete
from evoclass.errors import RunnerError
from evoclass.protocol import Exit, Prompt, Waiting
from evoclass.runner import Limits
from evoclass_remote import watch
from evoclass_remote.session import Session
from plugins.remote.line import poor_line
from plugins.remote.links import Breakable
from plugins.remote.sshd import Sshd

pytestmark = pytest.mark.usefixtures("without_torch")

MEGABYTE = 2**20


@pytest.fixture
async def runner() -> AsyncIterator[Breakable]:
    made = Breakable()
    await made.warm_up()
    yield made
    await made.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be made: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def names(folder: Path, pattern: str) -> set[str]:
    """Return the names that fit."""
    return {path.name for path in folder.glob(pattern)}


async def test_a_full_disk_there_is_a_sentence_and_the_next_run_works(
    small_disk: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(small_disk))
    runner = Breakable()
    await runner.warm_up()
    for size in (
        5 * MEGABYTE,
        2 * MEGABYTE,
    ):  # one that never arrives whole, and one that cannot be copied as well
        (folder / "data.bin").write_bytes(os.urandom(size))
        with pytest.raises(RunnerError, match="No space left"):
            await asyncio.wait_for(begin(runner, "print(1)", folder), 30)
    (folder / "data.bin").write_bytes(b"small")
    outcome = await complete(runner, "print(open('data.bin').read())", folder)
    assert outcome.output == "small\n"
    await runner.close()
    assert not names(small_disk, "evoclass-*/*")


async def test_a_full_disk_here_costs_the_file_and_nothing_else(runner: Breakable, small_disk: Path) -> None:
    source = "open('large.bin', 'wb').write(b'x' * 5_000_000)\nopen('small.txt', 'w').write('small')\nprint('done')"
    outcome = await complete(runner, source, small_disk)
    assert (outcome.output, outcome.exit.reason) == ("done\n", "finished")
    assert names(small_disk, "*") == {"program.py", "small.txt"}
    assert (await complete(runner, "print(2)", small_disk)).output == "2\n"


async def test_a_program_killed_for_memory_says_so_here(runner: Breakable, folder: Path) -> None:
    source = "import time\nkept = [bytearray(b'x') * 20_000_000 for _ in range(30)]\ntime.sleep(60)"
    outcome = await complete(runner, source, folder, Limits(memory=400 * MEGABYTE))
    assert (outcome.exit.reason, outcome.exit.code) == ("memory", 137)


async def test_its_own_folder_is_spelled_as_here_even_in_pieces(runner: Breakable, folder: Path) -> None:
    source = (
        "import os, sys, time\nhere = os.getcwd()\n"
        "for part in ('<' + here[:12], here[12:], '> ' + here[:-1], here[-1:] + '/a ', here[:9], '.'):\n"
        "    sys.stdout.write(part)\n    sys.stdout.flush()\n    time.sleep(0.05)\n"
    )
    outcome = await complete(runner, source, folder)
    assert outcome.output.startswith(f"<{folder}> {folder}/a /")
    assert outcome.output.endswith(".")


async def test_many_lines_arrive_whole(runner: Breakable, folder: Path) -> None:
    outcome = await complete(runner, "for i in range(300_000): print(i)", folder)
    assert outcome.output == "".join(f"{number}\n" for number in range(300_000))


async def test_a_silent_line_is_noticed_and_given_up_for_a_new_one(
    runner: Breakable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process on the way stands still: nothing breaks, and nothing comes."""
    monkeypatch.setattr(watch, "DEAD", 1.0)
    source = (
        "import time\nfor number in range(200):\n    print('line', number, flush=True)\n    time.sleep(0.01)"
    )
    outcome = await begin(runner, source, folder, keep=False)
    await outcome.until_output("line 5\n")
    os.killpg(runner.link.streams[-1]._process.pid, signal.SIGSTOP)
    assert (await outcome.until(Waiting)).stage == "lost"
    await outcome.to_the_end()
    assert outcome.output.splitlines() == [f"line {number}" for number in range(200)]
    assert len(runner.link.streams) == 2


FRONT_END = """
import asyncio, sys
from pathlib import Path
from evoclass.contracts.outcome import complete
from evoclass.protocol import Output
from plugins.remote.links import Breakable

async def main():
    folder = Path(sys.argv[1])
    runner = Breakable()
    await runner.warm_up()
    source = (folder / "source").read_text()
    outcome = await complete(runner, source, folder)
    assert outcome.output.splitlines() == [f"line {number}" for number in range(100)], outcome.output
    assert outcome.exit.reason == "finished"
    await runner.close()

asyncio.run(main())
"""


async def test_a_front_end_that_stood_still_goes_on(folder: Path) -> None:
    """A program begins, goes on and ends while the front end's process is stopped."""
    mark = folder.parent / "mark"
    source = (
        f"import time\nopen({str(mark)!r}, 'w')\n"
        "for number in range(100):\n    print('line', number, flush=True)\n    time.sleep(0.01)\n"
        f"open({str(mark) + '2'!r}, 'w')\n"
    )
    (folder / "source").write_text(source)
    front = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", FRONT_END, str(folder)),
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parents[2])])},
    )
    await there(mark)
    front.send_signal(signal.SIGSTOP)
    await there(Path(f"{mark}2"))
    await asyncio.sleep(watch.SILENCE + 1)  # it is this long that is tested
    front.send_signal(signal.SIGCONT)
    assert await asyncio.wait_for(front.wait(), 60) == 0


async def there(path: Path) -> None:
    """Wait until a file is there."""
    async with asyncio.timeout(60):
        while not os.path.exists(path):  # noqa: ASYNC110, ASYNC240 - another process makes it
            await asyncio.sleep(0.02)


async def test_a_poor_line_to_a_real_server_loses_nothing(sshd: Sshd, folder: Path) -> None:
    """50 ms each way, and one packet in a hundred comes late."""
    async with poor_line(sshd.port, delay=0.05, loss=0.01) as line:
        runner = sshd.runner(options=sshd.options("-o", "StrictHostKeyChecking=no", port=line.port))
        outcome = await begin(runner, "for i in range(5000): print(i)\nx = 20", folder)
        await outcome.until(Prompt)
        assert outcome.output == "".join(f"{number}\n" for number in range(5000))
        assert await outcome.ask("x + 1") == "21\n"
        await outcome.run.close()
        await runner.close()


async def test_a_line_that_is_dead_for_a_while_loses_nothing(
    sshd: Sshd, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "DEAD", 1.0)
    async with poor_line(sshd.port, delay=0.0, loss=0.0) as line:
        runner = sshd.runner(
            options=sshd.options("-o", "StrictHostKeyChecking=no", port=line.port), lease=60.0
        )
        source = "import time\nfor number in range(200):\n    print('line', number, flush=True)\n    time.sleep(0.01)"
        outcome = await begin(runner, source, folder, keep=False)
        await outcome.until_output("line 5\n")
        line.dead = True
        assert (await outcome.until(Waiting)).stage == "lost"
        await until_over(runner.session)
        line.dead = False
        await outcome.to_the_end()
        assert outcome.output.splitlines() == [f"line {number}" for number in range(200)]
        assert outcome.all(Exit)[0].reason == "finished"
        await runner.close()


async def until_over(session: Session) -> None:
    """Wait until a session has given its connection up."""
    async with asyncio.timeout(60):
        while session.connected:  # noqa: ASYNC110 - the session tells nobody
            await asyncio.sleep(0.02)


async def test_after_a_dead_line_and_the_lease_nothing_is_left(
    sshd: Sshd, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "DEAD", 0.5)
    async with poor_line(sshd.port, delay=0.0, loss=0.0) as line:
        runner = sshd.runner(
            options=sshd.options("-o", "StrictHostKeyChecking=no", port=line.port), lease=1.0
        )
        outcome = await begin(runner, "print('begun')\nwhile True: pass", folder)
        await outcome.until_output("begun")
        assert runner.session.welcome is not None
        host = psutil.Process(runner.session.welcome.pid)
        family = [host, *host.children(recursive=True)]
        line.dead = True
        await outcome.until(Waiting)
        line.cancel()
        _, alive = await asyncio.to_thread(psutil.wait_procs, family, 30)
        assert not alive
        await outcome.to_the_end()
        assert outcome.exit.reason == "lost"
        await runner.close()
