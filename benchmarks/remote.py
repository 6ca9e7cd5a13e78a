"""Programs run elsewhere beside ones run here: the local runner, a host over a pipe and over ssh, a Jupyter kernel.

All ways are measured by turns in one run.  The whole table goes to the standard error, what has a bar to the output.
ssh is left out where there is no sshd.  `--quick` takes fewer turns.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from row import report

from evoclass.contracts.outcome import begin
from evoclass.protocol import Exit, Frame, Output, Prompt, Started, Waiting, encode
from evoclass.runner import Runner
from evoclass_local.runners import LocalCpu
from evoclass_remote.command import CommandRunner
from evoclass_remote.commandlink import CommandLink, CommandStream
from evoclass_remote.link import Stream, Tell
from evoclass_remote.runner import RemoteRunner

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from plugins.remote.sshd import WHY_NOT, Sshd, answers, running_sshd

LINES = 300_000
FLOOD = f"for i in range({LINES}): print(i)"
SPIN = "print('begun', flush=True)\nwhile True: pass"
TENSOR = "import torch\nx = torch.arange(10_000.).reshape(100, 100)\nprint('begun', flush=True)"
SECONDS = 8
"""How long the model trains."""
TRAINING = f"""
import time, torch
from torch import nn
from torchvision import models
model = models.resnet18(num_classes=10)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
images, labels = torch.randn(4, 3, 64, 64), torch.randint(0, 10, (4,))
end = time.perf_counter() + {SECONDS}
while time.perf_counter() < end:
    loss = nn.functional.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""

Figures = dict[str, dict[str, list[float]]]
"""Measured values by what was measured, and by the way."""


class KeptLink(CommandLink):
    """A way whose newest process is known, so that it can be stopped or killed."""

    newest: CommandStream | None = None
    cut = False

    async def open(self, tell: Tell) -> Stream:
        if self.cut:
            await asyncio.Event().wait()
        stream = await super().open(tell)
        assert isinstance(stream, CommandStream)
        self.newest = stream
        return stream

    def signal(self, number: int) -> None:
        """Send a signal to the process that joins us to the host."""
        assert self.newest is not None
        with suppress(ProcessLookupError):
            os.killpg(self.newest._process.pid, number)


def over(link: KeptLink, lease: float = 600.0) -> RemoteRunner:
    """Return a runner over a link."""
    made = type("Way", (CommandRunner,), {"name": f"bench-{id(link)}", "lease": lease})()
    made.make_link = lambda: link
    return made


# ---------------------------------------------------------------------------------------------------- the peer


class Kernel:
    """A Jupyter kernel, spoken to as a notebook does."""

    def __init__(self, manager: Any, client: Any) -> None:
        self._manager, self._client = manager, client

    async def execute(
        self, source: str, until: Callable[[dict[str, Any]], bool] = lambda message: False
    ) -> float:
        """Run a cell to its end, or to a message that `until` likes; return the milliseconds."""
        begun = time.perf_counter()
        request = self._client.execute(source)
        while True:
            message = await self._client.get_iopub_msg(timeout=300)
            if message["parent_header"].get("msg_id") != request:
                continue
            idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            if until(message) or idle:
                passed = (time.perf_counter() - begun) * 1000
                if not idle:
                    await self.idle(request)
                return passed

    async def idle(self, request: str) -> None:
        """Wait for the end of a cell."""
        while True:
            message = await self._client.get_iopub_msg(timeout=300)
            same = message["parent_header"].get("msg_id") == request
            if same and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return

    async def stop(self) -> float:
        """Interrupt a loop; return the milliseconds to its end."""
        request = self._client.execute("print('begun', flush=True)\nwhile True: pass")
        while True:
            message = await self._client.get_iopub_msg(timeout=300)
            if message["msg_type"] == "stream" and message["parent_header"].get("msg_id") == request:
                break
        begun = time.perf_counter()
        await self._manager.interrupt_kernel()
        await self.idle(request)
        return (time.perf_counter() - begun) * 1000


def printed(message: dict[str, Any]) -> bool:
    """Whether a message is output."""
    return bool(message["msg_type"] == "stream")


@asynccontextmanager
async def kernel() -> AsyncIterator[Kernel]:
    """Start a kernel that has imported torch."""
    from jupyter_client.manager import AsyncKernelManager

    manager = AsyncKernelManager(kernel_name="python3")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=120)
    made = Kernel(manager, client)
    await made.execute("import torch, torchvision")
    try:
        yield made
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


# -------------------------------------------------------------------------------------------- one way, one turn


async def first_output(runner: Runner, folder: Path) -> float:
    """Return the milliseconds from Run to the first output."""
    begun = time.perf_counter()
    outcome = await begin(runner, "print('hi')", folder, keep=False)
    await outcome.until(Output)
    passed = (time.perf_counter() - begun) * 1000
    await outcome.to_the_end()
    return passed


async def prompt_and_look(runner: Runner, folder: Path, figures: Figures, way: str) -> None:
    """Time answers of the prompt, and close looks at a tensor."""
    outcome = await begin(runner, TENSOR, folder)
    await outcome.until(Prompt)
    for _ in range(5):
        begun = time.perf_counter()
        await outcome.run.evaluate("x.shape")
        await outcome.until(Prompt)
        figures[">>> x, ms"][way].append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        await outcome.run.look("x")
        figures["look, ms"][way].append((time.perf_counter() - begun) * 1000)
    await outcome.run.close()


async def flood(runner: Runner, folder: Path) -> float:
    """Return the seconds that many lines take."""
    begun = time.perf_counter()
    outcome = await begin(runner, FLOOD, folder, keep=False)
    await outcome.to_the_end(600)
    assert outcome.output.count("\n") == LINES
    return time.perf_counter() - begun


async def stop(runner: Runner, folder: Path) -> float:
    """Return the milliseconds from Stop to the program's end."""
    outcome = await begin(runner, SPIN, folder, keep=False)
    await outcome.until_output("begun")
    begun = time.perf_counter()
    await outcome.run.stop()
    await outcome.until(Exit)
    passed = (time.perf_counter() - begun) * 1000
    await outcome.to_the_end()
    return passed


async def training(runner: Runner, folder: Path, figures: Figures, way: str) -> None:
    """Count the frames of a model in training, and their bytes."""
    outcome = await begin(runner, TRAINING, folder, keep=False)
    await outcome.to_the_end(600)
    frames = outcome.all(Frame)
    figures["training: frames a second"][way].append(len(frames) / SECONDS)
    figures["training: kB of frames a second"][way].append(
        sum(map(len, map(encode, frames))) / 1000 / SECONDS
    )


async def round_trip(runner: RemoteRunner, folder: Path) -> float:
    """Return the median of some pings in milliseconds."""
    outcome = await begin(
        runner, "import time\nprint('begun', flush=True)\ntime.sleep(3)", folder, keep=False
    )
    found = []
    async for event in outcome.run.events():
        if isinstance(event, Started):
            break
    for _ in range(8):
        await asyncio.sleep(0.31)
        found.append(runner.session.watch.round_trip * 1000)
    await outcome.run.close()
    return statistics.median(found)


# -------------------------------------------------------------------------------------------------- lost links


async def lost(link: KeptLink, folder: Path, number: int) -> float:
    """Return the seconds from a signal to the process on the way until the learner is told."""
    runner = over(link)
    await runner.warm_up()
    outcome = await begin(
        runner, "print('begun', flush=True)\nimport time\ntime.sleep(30)", folder, keep=False
    )
    await outcome.until_output("begun")
    await asyncio.sleep(1.0)
    begun = time.perf_counter()
    link.signal(number)
    await outcome.until(Waiting)
    passed = time.perf_counter() - begun
    link.signal(signal.SIGKILL)
    await runner.close()
    return passed


async def leftovers(link: KeptLink, folder: Path) -> float:
    """Return the seconds after the lease until the host and all its processes have gone."""
    lease = 2.0
    runner = over(link, lease)
    await runner.warm_up()
    outcome = await begin(runner, SPIN, folder)
    await outcome.until_output("begun")
    assert runner.session.welcome is not None
    host = psutil.Process(runner.session.welcome.pid)
    family = [host, *host.children(recursive=True)]
    link.cut = True
    begun = time.perf_counter()
    link.signal(signal.SIGKILL)
    _, alive = await asyncio.to_thread(psutil.wait_procs, family, 60)
    assert not alive
    passed = time.perf_counter() - begun - lease
    runner.session._task.cancel()
    with suppress(Exception):
        await runner.close()
    return passed


# --------------------------------------------------------------------------------------------------------- all


async def main() -> None:
    """Measure every way that this machine has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    turns, floods = (3, 1) if parser.parse_args().quick else (15, 3)
    os.environ["EVOCLASS_HOME"] = tempfile.mkdtemp()
    print(f"load: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name, ExitStack() as servers:
        folder = Path(name) / "work"
        folder.mkdir()
        commands = {"pipe": CommandRunner.command}
        if WHY_NOT:
            print(f"without ssh: {WHY_NOT}", file=sys.stderr)
        else:
            place = Path(name) / "sshd"
            place.mkdir()
            commands["ssh"] = _ssh(servers.enter_context(running_sshd(place, preload="torch torchvision")))
        async with AsyncExitStack() as stack:
            await _measure(folder, commands, stack, turns, floods)
    print(f"load: {os.getloadavg()[0]:.1f}", file=sys.stderr)


def _ssh(server: Sshd) -> tuple[str, ...]:
    answers(server)
    return type(server.runner()).command


async def _measure(
    folder: Path, commands: dict[str, tuple[str, ...]], stack: AsyncExitStack, turns: int, floods: int
) -> None:
    figures: Figures = defaultdict(lambda: defaultdict(list))
    runners: dict[str, Runner] = {"local": LocalCpu()} | {
        way: over(KeptLink(command)) for way, command in commands.items()
    }
    for way, runner in runners.items():
        begun = time.perf_counter()
        await runner.warm_up()
        figures["warm-up, s"][way].append(time.perf_counter() - begun)
        stack.push_async_callback(runner.close)
    begun = time.perf_counter()
    jupyter = await stack.enter_async_context(kernel())
    figures["warm-up, s"]["kernel"].append(time.perf_counter() - begun)
    await jupyter.execute("x = torch.arange(10_000.).reshape(100, 100)")
    for turn in range(turns):
        for way, runner in runners.items():
            await runner.warm_up()
            await asyncio.sleep(0.3)  # a learner reads before pressing Run again
            figures["Run to first output, ms"][way].append(await first_output(runner, folder))
            figures["Stop, ms"][way].append(await stop(runner, folder))
            if turn < 3:
                await prompt_and_look(runner, folder, figures, way)
            if turn < floods:
                figures["300,000 lines, s"][way].append(await flood(runner, folder))
                await training(runner, folder, figures, way)
        figures["Run to first output, ms"]["kernel"].append(await jupyter.execute("print('hi')", printed))
        figures["Stop, ms"]["kernel"].append(await jupyter.stop())
        figures[">>> x, ms"]["kernel"].append(await jupyter.execute("x.shape"))
        if turn < floods:
            figures["300,000 lines, s"]["kernel"].append(await jupyter.execute(FLOOD) / 1000)
    for way, runner in runners.items():
        if isinstance(runner, RemoteRunner):
            figures["round trip, ms"][way].append(await round_trip(runner, folder))
    for way, command in commands.items():
        for _ in range(min(turns, 5)):
            figures["link broken, told after, s"][way].append(
                await lost(KeptLink(command), folder, signal.SIGKILL)
            )
            figures["link silent, told after, s"][way].append(
                await lost(KeptLink(command), folder, signal.SIGSTOP)
            )
        figures["gone after the lease, s"][way].append(await leftovers(KeptLink(command), folder))
    _print(figures, [*runners, "kernel"])
    _judge(figures, [*commands])


def _print(figures: Figures, ways: list[str]) -> None:
    print(f"{'':32}" + "".join(f"{way:>10}" for way in ways), file=sys.stderr)
    for what, found in figures.items():
        cells = (f"{statistics.median(found[way]):10.4g}" if way in found else f"{'-':>10}" for way in ways)
        print(f"{what:32}" + "".join(cells), file=sys.stderr)


def _judge(figures: Figures, ways: list[str]) -> None:
    def median(what: str, way: str) -> float:
        return statistics.median(figures[what][way])

    for way in ways:
        link = median("round trip, ms", way)
        for what, bar in (("Run to first output, ms", 5.0), (">>> x, ms", 10.0)):
            beyond = median(what, way) - median(what, "local") - link
            report(f"{way}: {what[:-4]}, beyond local and the link", beyond, "ms", bar)
        lines = "300,000 lines, s"
        report(
            f"{way}: 300,000 lines", median(lines, way), "s", 2.0, "Jupyter kernel", median(lines, "kernel")
        )
        report(f"{way}: a broken link is told after", median("link broken, told after, s", way), "s", 1.0)
        report(f"{way}: a silent link is told after", median("link silent, told after, s", way), "s", 1.0)
        report(f"{way}: nothing left after the lease and", median("gone after the lease, s", way), "s", 3.0)


if __name__ == "__main__":
    asyncio.run(main())
