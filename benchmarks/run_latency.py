"""From Run to the first line, compared with a warm Jupyter kernel and a cold interpreter; CUDA, if present; floods.

Measured in one process tree, ours and the peer alternately.  `--quick` takes fewer turns.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from row import report

from evoclass.protocol import Closed, Exit, Output, Prompt
from evoclass.runner import Limits, Program, Run
from evoclass.running.terminal import TerminalBuffer
from evoclass_local.runners import LocalCpu, LocalCuda, LocalRunner

HELLO = 'print("hi")'
CUDA_SUM = "import torch\nprint(torch.ones(1000, device='cuda').sum().item())"
LINES = 1_000_000
FLOOD = f"for i in range({LINES}): print(i)"
PAUSE = 0.3
"""Seconds between two turns: a learner reads before pressing Run again."""


async def start(runner: LocalRunner, source: str, folder: Path, keep: bool = True) -> Run:
    """Press Run."""
    return await runner.start(
        Program(source=source, file=folder / "train.py", folder=folder, keep=keep), Limits()
    )


async def first_output(runner: LocalRunner, source: str, folder: Path) -> tuple[float, Run]:
    """Return the milliseconds from Run to the first output."""
    begun = time.perf_counter()
    run = await start(runner, source, folder)
    async for event in run.events():
        if isinstance(event, Output):
            return (time.perf_counter() - begun) * 1000, run
        if isinstance(event, Closed):
            break
    raise RuntimeError("the program printed nothing")


async def ended(run: Run) -> None:
    """Read events up to the prompt."""
    async for event in run.events():
        if isinstance(event, Prompt | Closed):
            return


# ------------------------------------------------------------------------------------------------- peers


@asynccontextmanager
async def warm_kernel() -> AsyncIterator[Callable[[], Awaitable[float]]]:
    """Start a Jupyter kernel that has imported torch; yield a function that times one `print` in it in milliseconds."""
    from jupyter_client.manager import AsyncKernelManager

    manager = AsyncKernelManager(kernel_name="python3")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)

    async def execute(source: str) -> float:
        begun = time.perf_counter()
        first = 0.0
        request = client.execute(source)
        while True:
            message = await client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "stream" and not first:
                first = (time.perf_counter() - begun) * 1000
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return first

    await execute("import torch, torchvision")
    try:
        yield lambda: execute(HELLO)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def cold_interpreter(folder: Path) -> float:
    """Return the milliseconds from starting Python to the first output of a program that imports torch."""
    file = folder / "cold.py"
    file.write_text(f"import torch, torchvision\n{HELLO}\n")
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, str(file), stdout=subprocess.PIPE)
    assert process.stdout is not None
    await process.stdout.readline()
    passed = (time.perf_counter() - begun) * 1000
    await process.wait()
    return passed


# ------------------------------------------------------------------------------------------- measurements


async def latency(runner: LocalRunner, folder: Path, turns: int, cold_turns: int) -> None:
    """Compare the first output of a program."""
    ours, kernel, cold = [], [], []
    async with warm_kernel() as execute:
        for turn in range(turns):
            await runner.warm_up()
            await asyncio.sleep(PAUSE)
            milliseconds, run = await first_output(runner, HELLO, folder)
            ours.append(milliseconds)
            await ended(run)
            await run.close()
            await asyncio.sleep(PAUSE)
            kernel.append(await execute())
            if turn < cold_turns:
                cold.append(await cold_interpreter(folder))
    median = statistics.median(ours)
    report(
        "run: first output, clean process",
        median,
        "ms",
        0.5,
        "warm Jupyter kernel",
        statistics.median(kernel),
    )
    report("run: first output, clean process", median, "ms", 1 / 500, "cold python", statistics.median(cold))


async def back_to_back(runner: LocalRunner, folder: Path) -> None:
    """Run five times with no pause and report the worst."""
    await runner.warm_up()
    await asyncio.sleep(1)
    worst = 0.0
    runs = []
    for _ in range(5):
        milliseconds, run = await first_output(runner, HELLO, folder)
        worst = max(worst, milliseconds)
        runs.append(run)
    report("run: five back to back, worst", worst, "ms", 30.0)
    for run in runs:
        await run.close()


async def cuda(folder: Path, turns: int) -> None:
    """On a machine with CUDA: the first figure computed there, and the cost of the spare."""
    runner = LocalCuda()
    before = device_memory()
    await runner.warm_up()
    report("run: device memory of a CUDA spare", (device_memory() - before) / 2**20, "MB", 1024.0)
    times = []
    for _ in range(turns):
        await runner.warm_up()
        await asyncio.sleep(PAUSE)
        milliseconds, run = await first_output(runner, CUDA_SUM, folder)
        times.append(milliseconds)
        await ended(run)
        await run.close()
    report("run: first .item() of a CUDA sum", statistics.median(times), "ms", 10.0)
    await runner.close()


def device_memory() -> int:
    """Return the bytes in use on the first NVIDIA device."""
    shown = subprocess.run(
        ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(shown.stdout.split()[0]) * 2**20


async def flood(runner: LocalRunner, folder: Path, turns: int) -> None:
    """A million lines: wall time compared with a bare pseudo-terminal, and the growth of the front end's memory."""
    script = shutil.which("script")
    file = folder / "flood.py"
    file.write_text(FLOOD)
    myself = psutil.Process()
    ours, theirs, growth = [], [], 0
    await runner.warm_up()
    for _ in range(turns):
        before = peak = myself.memory_info().rss
        begun = time.perf_counter()
        run = await start(runner, FLOOD, folder, keep=False)
        buffer = TerminalBuffer()
        count = 0
        async for event in run.events():
            if isinstance(event, Output):
                buffer.feed(event.text)
                count += 1
                if count % 50 == 0:
                    peak = max(peak, myself.memory_info().rss)
            elif isinstance(event, Exit) and event.reason != "finished":
                raise RuntimeError(f"the flood ended with {event}")
        ours.append(time.perf_counter() - begun)
        growth = max(growth, max(peak, myself.memory_info().rss) - before)
        if buffer.dropped + len(buffer.lines) != LINES + 1:
            raise RuntimeError("lines are missing")
        if script:
            begun = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                script, "-qec", f"{sys.executable} {file}", os.devnull, stdout=subprocess.DEVNULL
            )
            await process.wait()
            theirs.append(time.perf_counter() - begun)
        await runner.warm_up()
    if theirs:
        report(
            "flood: a million lines, to the end",
            statistics.median(ours),
            "s",
            1.5,
            "script -qec python",
            statistics.median(theirs),
        )
    report("flood: growth of the front end's memory", growth / 2**20, "MB", 30.0)


async def warm_up_in_the_background(folder: Path) -> None:
    """The longest time that warming up blocks everything else."""
    runner = LocalCpu()
    warming = asyncio.ensure_future(runner.warm_up())
    longest, before = 0.0, time.perf_counter()
    while not warming.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    await warming
    report("start: longest pause while PyTorch is loaded", longest * 1000, "ms", 50.0)
    await runner.close()


async def main() -> None:
    """Run every measurement that this machine can run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    parser.add_argument("--cuda-only", action="store_true", help="only what needs a CUDA device")
    options = parser.parse_args()
    turns = 8 if options.quick else 30
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if LocalCuda.available().ok:
            await cuda(folder, turns)
        if options.cuda_only:
            return
        await warm_up_in_the_background(folder)
        runner = LocalCpu()
        await latency(runner, folder, turns, 2 if options.quick else 7)
        await back_to_back(runner, folder)
        await flood(runner, folder, 1 if options.quick else 3)
        await runner.close()


if __name__ == "__main__":
    asyncio.run(main())
