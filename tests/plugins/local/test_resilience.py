"""The runner itself survives the loss of its parts, takes every order of events, and leaks nothing."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from evoclass.contracts.outcome import begin, complete, program
from evoclass.errors import ProtocolError, RunnerError
from evoclass.i18n import Catalog
from evoclass.protocol import Exit, Prompt
from evoclass.runner import Limits, Program
from evoclass_local import control
from evoclass_local.runners import LocalCpu, LocalCuda, LocalRunner, LocalSandboxed

from .conftest import environment, gone, nothing_left, still_good

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAEMON = """
import os, time
from torch.utils.data import DataLoader
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open('pids', 'a') as file: file.write(f'{os.getpid()} ')
        time.sleep(1000)
    os._exit(0)
os.wait()
class Endless:
    def __len__(self): return 1_000_000
    def __getitem__(self, index): return index
loader = iter(DataLoader(Endless(), num_workers=2))
next(loader)
import multiprocessing
with open('pids', 'a') as file:
    file.write(' '.join(str(child.pid) for child in multiprocessing.active_children()) + f' {os.getpid()} ')
print('begun')
for batch in loader: time.sleep(0.01)
"""


def pids(folder: Path) -> set[int]:
    """Return the processes that DAEMON has noted: four."""
    found = {int(pid) for pid in (folder / "pids").read_text().split()}
    assert len(found) == 4
    return found


async def killed_front_end(source: str, *arguments: str) -> list[int]:
    """Run a front end up to its first line, which names processes; kill it, and return what it named."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", source, *arguments, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    line = await process.stdout.readline()
    process.kill()
    await process.wait()
    return [int(pid) for pid in line.split()]


async def test_the_nursery_is_killed_during_a_run(tmp_path: Path) -> None:
    runner = LocalCpu()
    await runner.warm_up()
    outcome = await begin(runner, DAEMON, tmp_path)
    await outcome.until_output("begun")
    await runner.warm_up()
    nursery, _ = runner.processes
    os.kill(nursery, signal.SIGKILL)
    await gone({nursery})
    await outcome.run.stop()
    await outcome.until(Prompt)
    assert outcome.exit.reason == "stopped"
    assert await outcome.ask("len(pids) if 'pids' in globals() else 0") == "0\n"
    await outcome.run.close()
    await gone(pids(tmp_path))
    first = runner.processes[1]
    await still_good(runner, tmp_path)
    assert runner.processes[0] != nursery
    await runner.close()
    await gone({first})


async def test_the_keeper_is_killed_by_the_program(runner: LocalRunner, tmp_path: Path) -> None:
    source = DAEMON + "\nos.kill(os.getppid(), 9)\ntime.sleep(1000)"
    outcome = await begin(runner, source.replace("for batch in loader: time.sleep(0.01)", ""), tmp_path)
    await outcome.to_the_end()
    assert (outcome.exit.reason, outcome.exit.code) == ("lost", 125)
    await gone(pids(tmp_path))


@pytest.mark.parametrize("again", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("reason", ["stopped", "timeout"])
async def test_the_keeper_is_stopped_by_the_program(
    runner: LocalRunner, tmp_path: Path, reason: str, again: bool
) -> None:
    helper = "import os, time\nwhile True:\n    os.kill(KEEPER, 19)\n    time.sleep(0.001)"
    source = f"""
import os, signal, subprocess, sys, time
keeper = os.getppid()
for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)
if {again}:
    helper = {helper!r}.replace('KEEPER', str(keeper))
    subprocess.Popen([sys.executable, '-c', helper], start_new_session=True)
os.kill(keeper, signal.SIGSTOP)
def run(level):  # Stop interrupts: each level takes one, wherever it strikes
    while True:
        try:
            if level: run(level - 1)
            print('begun', flush=True)
            while True: time.sleep(1000)
        except BaseException: pass
run(3)
"""
    limits = Limits(seconds=1.0) if reason == "timeout" else Limits()
    outcome = await begin(runner, source, tmp_path, limits=limits, keep=False)
    async with asyncio.timeout(60):
        await outcome.until_output("begun")
        if reason == "stopped":
            await outcome.run.stop()
        await outcome.to_the_end()
    assert outcome.exit.reason == reason


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xc1" * 20,
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x01\xc1",
        b"\x00\x00\x00\x05\x81\xa1t\xa1x",
        bytes(70_000),
    ],
    ids=range(5),
)
async def test_garbage_from_a_keeper_ends_the_run(
    runner: LocalRunner, tmp_path: Path, garbage: bytes
) -> None:
    ours, theirs = control.socket_pair()
    with ours, theirs:
        ours.setblocking(False)
        receiver = control.Receiver(ours, control.FromKeeper)
        try:
            theirs.send(garbage)
        except OSError:
            return  # more than one message may hold
        with pytest.raises((ProtocolError, BlockingIOError)):  # refused, or not whole yet
            receiver.receive()


async def test_a_run_whose_keeper_talks_nonsense_ends(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, "print('begun')\nimport time\ntime.sleep(1000)", tmp_path)
    await outcome.until_output("begun")
    (child,) = [run.process for run in runner._runs if run is outcome.run]
    ours, theirs = control.socket_pair()
    with ours, theirs:
        ours.setblocking(False)
        child._receiver = control.Receiver(ours, control.FromKeeper)
        control.send(theirs, control.Ended(signal=999, code=3))
        child._on_keeper()
    async with asyncio.timeout(30):
        await outcome.to_the_end()
    assert outcome.exit.reason == "lost"


async def test_the_last_lines_before_a_crash_are_kept(runner: LocalRunner, tmp_path: Path) -> None:
    # Not os.write: the inspector's clock may cut a long one short, as any signal may, and only files write the rest.
    source = "import os, sys\nsys.stdout.write('x' * 60_000 + 'last')\nsys.stdout.flush()\nos.kill(os.getpid(), 11)"
    for keep in (True, False):
        outcome = await complete(runner, source, tmp_path, keep=keep)
        assert outcome.output == "x" * 60_000 + "last"
        assert outcome.exit.detail == "SIGSEGV"


async def test_the_nursery_is_killed_while_it_is_idle(runner: LocalRunner, tmp_path: Path) -> None:
    await runner.warm_up()
    nursery, _ = runner.processes
    os.kill(nursery, signal.SIGKILL)
    await gone({nursery})


async def test_the_spare_is_killed(runner: LocalRunner, tmp_path: Path) -> None:
    await runner.warm_up()
    spare = runner.processes[1]
    os.kill(spare, signal.SIGKILL)
    await gone({spare})


async def test_the_front_end_is_killed(tmp_path: Path) -> None:
    """With -9, in the middle of an epoch, with workers and a daemon of the program's own."""
    (tmp_path / "daemon.py").write_text(DAEMON)
    front_end = """
import asyncio, sys
from pathlib import Path
from evoclass.contracts.outcome import begin
from evoclass_local.runners import LocalCpu
async def main():
    runner = LocalCpu()
    folder = Path(sys.argv[1])
    outcome = await begin(runner, (folder / 'daemon.py').read_text(), folder)
    await outcome.until_output('begun')
    await runner.warm_up()
    print(*runner.processes, flush=True)
    await asyncio.sleep(1000)
asyncio.run(main())
"""
    own = await killed_front_end(front_end, str(tmp_path))
    assert len(own) == 2
    await gone(pids(tmp_path) | set(own))


async def test_a_frozen_nursery_does_not_keep_a_program_alive(tmp_path: Path) -> None:
    front_end = """
import asyncio, os, signal, sys
from pathlib import Path
from evoclass.contracts.outcome import begin
from evoclass_local.runners import LocalCpu
async def main():
    runner = LocalCpu()
    outcome = await begin(runner, "print('begun')\\nwhile True: pass", Path(sys.argv[1]))
    await outcome.until_output('begun')
    os.kill(runner.processes[0], signal.SIGSTOP)
    print(runner.processes[0], outcome.run.process.pid, flush=True)
    await asyncio.sleep(1000)
asyncio.run(main())
"""
    with environment(EVOCLASS_PRELOAD=""):
        nursery, program = await killed_front_end(front_end, str(tmp_path))
    await gone({program})
    os.kill(nursery, signal.SIGCONT)
    await gone({nursery})


async def test_fifty_runs_leave_nothing(runner: LocalRunner, tmp_path: Path) -> None:
    await nothing_left(runner)
    myself, nursery = psutil.Process(), psutil.Process(runner.processes[0])

    def state() -> tuple[int, int]:
        gc.collect()  # what earlier tests have left open in this process may be closed at any moment
        return myself.num_fds(), nursery.num_fds()

    def memory() -> list[int]:
        return [process.memory_info().rss for process in (myself, nursery)]

    async def one(number: int) -> None:
        outcome = await begin(runner, f"x = {number}\nprint(x)", tmp_path, keep=number % 2 == 0)
        if number % 2 == 0:
            await outcome.until(Prompt)
            assert await outcome.ask("x") == f"{number}\n"
            await outcome.run.close()
        await outcome.to_the_end()

    for number in range(5):
        await one(number)
    await nothing_left(runner)
    before, used = state(), [memory()]
    for _ in range(2):
        for number in range(25):
            await one(number)
        await nothing_left(runner)
        used.append(memory())
    assert all(now <= then for now, then in zip(state(), before, strict=True))
    # What is imported late comes once, in one of the two halves; what leaks comes in both.
    for start, middle, end in zip(*used, strict=True):
        assert min(middle - start, end - middle) < 5 * 2**20
    assert len(runner._runs) <= 1


async def test_a_run_starts_while_another_ends(runner: LocalRunner, tmp_path: Path) -> None:
    outcomes = []
    for number in range(5):
        outcome = await begin(runner, f"print({number})", tmp_path)
        outcomes.append(outcome)
        closing = asyncio.ensure_future(outcome.run.close())
        outcome = await begin(runner, f"print({number})", tmp_path, keep=False)
        await outcome.to_the_end()
        assert outcome.output == f"{number}\n"
        await closing
    for outcome in outcomes:
        await outcome.to_the_end()
        assert outcome.exit.reason in ("stopped", "finished")


async def test_many_runs_at_once(runner: LocalRunner, tmp_path: Path) -> None:
    async def one(number: int) -> str:
        folder = tmp_path / str(number)
        folder.mkdir()
        return (await complete(runner, f"print({number})", folder)).output

    assert await asyncio.gather(*map(one, range(8))) == [f"{number}\n" for number in range(8)]


async def test_a_program_longer_than_the_sockets_buffer(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"text = {'x' * 5_000_000!r}\nprint(len(text))"
    outcome = await complete(runner, source, tmp_path, inspect=False)
    assert outcome.output == "5000000\n"


async def test_more_input_than_the_terminal_takes_at_once(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import sys\nprint('ready')\ntotal = 0\nfor line in sys.stdin: total += len(line)\nprint('total', total)"
    outcome = await begin(runner, source, tmp_path, keep=False)
    await outcome.until_output("ready")
    outcome.run.write("x" * 99 + "\n")
    for _ in range(2_000):
        outcome.run.write("y" * 99 + "\n")
    outcome.run.write("\x04")
    await outcome.to_the_end()
    assert "total 200100\n" in outcome.output  # the echo of the input may still follow


async def test_closing_in_every_state(tmp_path: Path) -> None:
    with environment(EVOCLASS_PRELOAD=""):
        cold = LocalCpu()
        await cold.close()
        with pytest.raises(RunnerError):
            await cold.warm_up()
        warming = LocalCpu()
        task = asyncio.ensure_future(warming.warm_up())
        await asyncio.sleep(0)
        await warming.close()
        with pytest.raises((RunnerError, asyncio.CancelledError)):
            await task
        warm = LocalCpu()
        await warm.warm_up()
        own = set(warm.processes)
        await warm.close()
        await gone(own)
        running = LocalCpu()
        outcome = await begin(running, "print('begun')\nwhile True: pass", tmp_path)
        await outcome.until_output("begun")
        own = set(running.processes) - {0}
        await running.close()
        await outcome.to_the_end()
        assert outcome.exit.reason == "stopped"
        await gone(own)


async def test_a_runner_without_spare(tmp_path: Path) -> None:
    with environment(EVOCLASS_PRELOAD=""):
        runner = LocalCpu(ahead=False)
        await runner.warm_up()
        assert runner.processes[1] == 0
        outcome = await complete(runner, "print(1)", tmp_path)
        assert outcome.output == "1\n"
        assert runner.processes[1] == 0
        await runner.close()


async def test_an_interpreter_that_cannot_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no such interpreter' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    runner = LocalCpu()
    with pytest.raises(RunnerError, match="no such interpreter"):
        await runner.warm_up()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    with pytest.raises(RunnerError):
        await runner.warm_up()
    monkeypatch.undo()
    with environment(EVOCLASS_PRELOAD=""):
        await runner.warm_up()
    assert runner.ready
    await runner.close()


@pytest.mark.skipif(LocalCuda.available().ok, reason="the device is there")
async def test_a_device_that_does_not_answer() -> None:
    runner = LocalCuda()
    with environment(EVOCLASS_PRELOAD=""), pytest.raises(RunnerError, match=r"CUDA|NVIDIA"):
        await runner.warm_up()
    await runner.close()


async def test_the_nursery_is_single_threaded(runner: LocalRunner) -> None:
    await runner.warm_up()
    assert psutil.Process(runner.processes[0]).num_threads() == 1


async def test_the_ended_program_sleeps_between_questions(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import threading, time
count = 0
def work():
    global count
    while True: count += 1; time.sleep(0.001)
threading.Thread(target=work, daemon=True).start()
"""
    outcome = await begin(runner, source, tmp_path)
    await outcome.until(Prompt)
    (child,) = [run.process.pid for run in runner._runs if run is outcome.run]
    async with asyncio.timeout(10):
        while psutil.Process(child).status() != psutil.STATUS_STOPPED:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    assert int(await outcome.ask("count")) >= 0
    await outcome.run.close()
    await outcome.to_the_end()
    assert outcome.all(Exit)[0].reason == "finished"


async def test_control_messages_travel_with_their_descriptors() -> None:
    ours, theirs = control.socket_pair()
    with ours, theirs:
        control.send(ours, control.Make(device="cpu"), (0, 1))
        control.send(ours, control.Make(device="cuda"))
        receiver = control.Receiver(theirs, control.ToKeeper)
        messages = []
        while len(messages) < 2:
            messages += receiver.receive() or []
        assert [message.device for message, _ in messages] == ["cpu", "cuda"]
        assert [len(descriptors) for _, descriptors in messages] == [2, 0]
        assert receiver.sender in (0, os.getpid())
        for descriptor in messages[0][1]:
            os.close(descriptor)
        ours.close()
        assert receiver.receive() is None


async def test_why_nothing_can_be_run_is_told_in_both_languages(tmp_path: Path) -> None:
    runner, nowhere = LocalCpu(), tmp_path / "none"
    with pytest.raises(RunnerError) as missing:
        await runner.start(Program(source="1", file=nowhere / "a.py", folder=nowhere), Limits())
    await runner.close()
    with pytest.raises(RunnerError) as closed:
        await runner.start(program("1", tmp_path), Limits())
    for error in (missing.value, closed.value):
        english, italian = (error.said(Catalog(language)) for language in ("en", "it"))
        assert english != italian
        assert "{" not in english + italian
    assert str(nowhere) in missing.value.said(Catalog("it"))


async def test_a_run_that_cannot_begin_takes_no_process(tmp_path: Path) -> None:
    class Full(LocalCpu):
        def _own_folder(self, program: Program) -> Path:
            raise RunnerError("too large")

    runner = Full()
    with environment(EVOCLASS_PRELOAD=""):
        await runner.warm_up()
    before = runner.processes
    for _ in range(2):
        with pytest.raises(RunnerError, match="too large"):
            await begin(runner, "print(1)", tmp_path)
    assert runner.processes == before
    await runner.close()


async def test_a_machine_without_room_for_another_run_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError("no room")

    runner = LocalCpu(ahead=False)
    with environment(EVOCLASS_PRELOAD=""):
        for module, name in ((os, "pipe"), (os, "openpty"), (socket, "socketpair")):
            with monkeypatch.context() as patch:
                patch.setattr(module, name, refuse)
                with pytest.raises(RunnerError, match="no room"):
                    await begin(runner, "print(1)", tmp_path)
        assert (await complete(runner, "print(1)", tmp_path)).output == "1\n"
    await runner.close()


async def test_a_folder_that_cannot_be_copied_is_told_as_such(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    runner = LocalSandboxed()
    with pytest.raises(RunnerError, match="pipe") as caught:
        runner._own_folder(program("", tmp_path))
    assert caught.value.key == "runner.not_copied"
    await runner.close()
