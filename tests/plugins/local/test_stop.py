"""Stop ends every program within its ladder, whatever the program does against it."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from evoclass.contracts.outcome import begin, program
from evoclass.protocol import Frame, Prompt
from evoclass.runner import Limits
from evoclass.running.ladder import LADDER
from evoclass.running.recording import Recording
from evoclass_local.runners import LocalRunner

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_TIME = 6.0
"""Seconds that Stop may take at most."""

STUBBORN = {
    "flood of lines": "while True: print('x')",
    "flood without line": "while True: print('x', end='')",
    # Stop sends two interrupts before the signal that it takes: three levels swallow each, wherever it strikes.
    "swallows every exception": """
import time
def run(level):
    while True:
        try:
            if level:
                run(level - 1)
            print('begun', flush=True)
            while True: time.sleep(0.05)
        except BaseException:
            pass
run(3)
""",
    "ignores the signals": """
import signal, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGURG):
    signal.signal(number, signal.SIG_IGN)
class Sleeper:
    def __iter__(self): return self
    def __next__(self):
        print('begun', flush=True)
        time.sleep(1000)
list(Sleeper())
""",
    "holds the interpreter's lock": """
import ctypes
print('begun', flush=True)
ctypes.PyDLL(None).sleep(1000)
""",
    "stops itself": """
import os, signal
print('begun', flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
while True: pass
""",
    "waits for input": "input('begun')",
    "waits for a thread": """
import threading
threading.Thread(target=threading.Event().wait).start()
print('begun', flush=True)
""",
    "starts children that ignore signals": """
import subprocess, time
subprocess.Popen(['sh', '-c', 'trap "" INT TERM HUP; while :; do sleep 1; done'])
print('begun', flush=True)
time.sleep(1000)
""",
    "keeps its answer to an interrupt for itself": """
import time
for attempt in range(1000):
    try:
        print('begun', flush=True)
        time.sleep(1000)
    except KeyboardInterrupt: print('not now')
""",
}


FORCE = {
    "swallows every exception": signal.SIGTERM,
    "keeps its answer to an interrupt for itself": signal.SIGTERM,
    "ignores the signals": signal.SIGKILL,
}
"""Signal that it takes; the others end by an interrupt."""


@pytest.mark.parametrize("name", STUBBORN)
async def test_stop(name: str, runner: LocalRunner, tmp_path: Path) -> None:
    source = STUBBORN[name]
    outcome = await begin(runner, source, tmp_path, keep=False)
    await outcome.until_output("begun" if "begun" in source else "x")
    reading = asyncio.ensure_future(outcome.to_the_end())
    async with asyncio.timeout(IN_TIME):
        await outcome.run.stop()
    await reading
    assert (outcome.exit.reason, outcome.exit.code) == ("stopped", 130)
    assert outcome.exit.signal == FORCE.get(name, 0)


async def test_the_ladder_is_short_enough() -> None:
    assert sum(seconds for _, seconds in LADDER) < IN_TIME - 1


async def test_stop_without_anybody_reading(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, STUBBORN["flood of lines"], tmp_path, keep=False)
    await outcome.until_output("x")
    async with asyncio.timeout(IN_TIME):
        await outcome.run.stop()
    await outcome.to_the_end()
    assert outcome.exit.reason == "stopped"


async def test_the_second_stop_kills_at_once(
    runner: LocalRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.running.ladder.LADDER", (("halt", 1000.0),))
    outcome = await begin(runner, STUBBORN["ignores the signals"], tmp_path, keep=False)
    await outcome.until_output("begun")
    first = asyncio.ensure_future(outcome.run.stop())
    await asyncio.sleep(0)
    async with asyncio.timeout(IN_TIME):
        await outcome.run.stop()
        await first
        await outcome.to_the_end()
    assert (outcome.exit.reason, outcome.exit.signal) == ("stopped", 9)


async def test_stop_keeps_what_there_is(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import torch\nw = torch.ones(3)\nprint('begun')\nwhile True: w = w + 1"
    outcome = await begin(runner, source, tmp_path)
    await outcome.until_output("begun")
    await outcome.run.stop()
    await outcome.until(Prompt)
    assert outcome.exit.reason == "stopped"
    assert "KeyboardInterrupt" not in outcome.output
    last = outcome.all(Frame)[-1]
    assert last.cause == "end"
    assert [row.name for row in last.rows] == ["w"]
    assert await outcome.ask("w.shape") == "torch.Size([3])\n"
    await outcome.run.close()


async def test_a_killed_program_leaves_its_output_tensors_and_metrics(
    runner: LocalRunner, tmp_path: Path
) -> None:
    source = """
import torch
loss, head = 0.5, torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
print('begun')
while True:
    try: optimizer.step()
    except BaseException: pass
"""
    outcome = await begin(runner, source, tmp_path)
    while not (outcome.all(Frame) and outcome.all(Frame)[-1].cause == "step"):
        await outcome.until(Frame)
    first = asyncio.ensure_future(outcome.run.stop())
    await asyncio.sleep(0)
    await outcome.run.stop()
    await outcome.to_the_end()
    await first
    assert (outcome.exit.reason, outcome.exit.signal) == ("stopped", 9)
    recording = Recording(program(source, tmp_path))
    for event in outcome.events:
        recording.take(event)
    record = recording.record()
    assert (record.output, record.metrics["loss"]) == ("begun\n", 0.5)
    assert record.frame is not None
    assert {"head.weight", "loss"} <= {row.name for row in record.frame.rows}


async def test_stop_right_after_start(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, "while True: pass", tmp_path, keep=False)
    async with asyncio.timeout(IN_TIME):
        await outcome.run.stop()
    await outcome.to_the_end()
    assert outcome.exit.reason == "stopped"


async def test_stop_of_what_has_ended_does_nothing(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, "x = 1", tmp_path)
    await outcome.until(Prompt)
    await outcome.run.stop()
    assert await outcome.ask("x") == "1\n"
    await outcome.run.close()
    await outcome.run.stop()
    assert outcome.exit.reason == "finished"


async def test_control_c_in_the_terminal(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, "print('begun')\nwhile True: pass", tmp_path, keep=False)
    await outcome.until_output("begun")
    outcome.run.write("\x03")
    await outcome.to_the_end()
    assert (outcome.exit.reason, outcome.exit.code) == ("stopped", 130)


async def test_the_time_limit_holds_against_stubborn_programs(
    runner: LocalRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.running.ladder.LADDER", (("interrupt", 0.2), ("terminate", 0.2)))
    outcome = await begin(runner, STUBBORN["ignores the signals"], tmp_path, Limits(seconds=0.3), keep=False)
    await outcome.to_the_end()
    assert (outcome.exit.reason, outcome.exit.code, outcome.exit.detail) == ("timeout", 124, "0.3")
