"""The cost of looking in each training step, the frequency of frames, and the time until tensors are seen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in the runner

import msgspec
import torch
from row import report

from evoclass.inspecting.inspection import Inspector
from evoclass.inspecting.safepoints import compile_script
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Frame, Output
from evoclass.runner import Limits, Program

PAIRS = 9
"""Pairs of stretches with and without; the median of their ratios counts."""

WATCHED = ("loss", "model.fc.weight", "model.fc.weight.grad")
"""What a lesson would watch: followed at every step."""

MODEL = """
import torch
from torch import nn
from torchvision import models
torch.manual_seed(0)
model = models.{model}(num_classes=10).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
images = torch.randn({batch}, 3, {side}, {side}, device=device)
labels = torch.randint(0, 10, ({batch},), device=device)
"""

STEPS = """
for step in range(steps):
    loss = nn.functional.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    after()
"""


class Bench:
    """One model in one namespace, trained by the same lines with and without an inspector."""

    def __init__(self, model: str, batch: int, side: int, device: str) -> None:
        self.device = device
        self.namespace: dict[str, Any] = {"__name__": "__main__", "device": device, "after": lambda: None}
        exec(MODEL.format(model=model, batch=batch, side=side), self.namespace)
        self._reader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert self._reader.stdin is not None
        self._line = self._reader.stdin.fileno()
        self.frames: list[tuple[float, Frame]] = []
        probes = [probe() for probe in Plugins().probes.values()]
        for probe in probes:
            probe.prepare()
        program = Program(source=STEPS, file=Path("train.py"), folder=Path(), watch=WATCHED)
        self.inspector = Inspector(self.namespace, program, probes, self._send)
        self._with = compile_script(STEPS, "train.py", self.inspector.tick)
        self._without = compile(STEPS, "train.py", "exec")
        self.inspector.start()
        self._switch(False)

    def _send(self, message: Any) -> None:
        os.write(self._line, msgspec.msgpack.encode(message))
        if isinstance(message, Frame) and message.rows:
            self.frames.append((time.perf_counter(), message))

    def _switch(self, on: bool) -> None:
        self.inspector._busy = not on
        self.inspector._due = 0.0 if on else float("inf")
        if on:
            self.inspector.alarm.set(0.001)

    def seconds(self, steps: int, looking: bool = False, after: Callable[[], None] | None = None) -> float:
        """Return the time of a training step."""
        self.namespace["steps"] = steps
        self.namespace["after"] = after or (lambda: None)
        self._switch(looking)
        self._wait()
        start = time.perf_counter()
        exec(self._with if looking else self._without, self.namespace)
        self._wait()
        spent = time.perf_counter() - start
        self._switch(False)
        return spent / steps

    def _wait(self) -> None:
        if self.device != "cpu":
            torch.cuda.synchronize()

    def close(self) -> None:
        """End the process that reads the frames."""
        assert self._reader.stdin is not None
        self._reader.stdin.close()
        self._reader.wait()


def training(name: str, bench: Bench, seconds: float) -> None:
    """Compare a training step with the inspector to one without, and to the code that a user would write instead."""
    parameters = [p for p in bench.namespace["model"].parameters()]
    once = bench.seconds(3)
    steps = max(3, round(seconds / once))
    bench.seconds(steps, looking=True)
    ratios, plain, looked, gaps, rates = [], [], [], [], []
    for pair in range(PAIRS):
        bench.frames.clear()
        if pair % 2:
            off = bench.seconds(steps)
            on = bench.seconds(steps, looking=True)
        else:
            on = bench.seconds(steps, looking=True)
            off = bench.seconds(steps)
        ratios.append(on / off)
        plain.append(off)
        looked.append(on)
        times = [moment for moment, _ in bench.frames]
        gaps += [later - earlier for earlier, later in pairwise(times)]
        rates.append(len(times) / (on * steps))
    off = statistics.median(plain)
    report(f"{name}: a training step", off * statistics.median(ratios), "s", 1.02, "the same without", off)
    allowed = max(0.2, 1.3 * off)
    report(f"{name}: time between frames", statistics.median(gaps), "s", round(allowed, 3))
    extra = max(1e-6, off * (statistics.median(ratios) - 1))
    for peer, after in (
        ("printing lovely-tensors", lovely(parameters)),
        ("a full histogram of each", histograms(parameters)),
    ):
        few = max(2, min(steps, 8))
        theirs = statistics.median(bench.seconds(few, after=after) - off for _ in range(3))
        report(f"{name}: what looking adds to a step", extra, "s", 1.0, peer, max(theirs, 1e-6))


def lovely(parameters: list[torch.nn.Parameter]) -> Callable[[], None]:
    """Print every parameter after each step, as lovely-tensors shows it."""
    from lovely_tensors import lovely as show

    def after() -> None:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            for parameter in parameters:
                print(show(parameter), file=nowhere)

    return after


def histograms(parameters: list[torch.nn.Parameter]) -> Callable[[], None]:
    """Take a histogram of every parameter and gradient after each step, as wandb.watch does."""

    def after() -> None:
        for parameter in parameters:
            for tensor in (parameter.detach(), parameter.grad):
                if tensor is not None:
                    flat = tensor.flatten()
                    low, high = flat.min().item(), flat.max().item()
                    torch.histc(flat, 64, low, high).cpu().tolist()

    return after


# ----------------------------------------------------------------------------------------------- the first frame


FIRST = """
import time, torch
begun = time.time()
x = torch.ones(3)
print('made', begun, flush=True)
time.sleep(1.0)
"""


async def first_frame(runner_name: str) -> float:
    """Return the seconds from before the first tensor to the frame that shows it, as the front end sees it."""
    runner = Plugins().runners[runner_name]()
    await runner.warm_up()
    waits = []
    for _ in range(5):
        program = Program(source=FIRST, file=Path("first.py"), folder=Path.cwd(), keep=False)
        run = await runner.start(program, Limits())
        made = seen = 0.0
        async for event in run.events():
            if isinstance(event, Frame) and not seen and any(row.name == "x" for row in event.rows):
                seen = time.time()
            if isinstance(event, Output) and "made" in event.text:
                made = float(event.text.split()[1])
        await run.close()
        waits.append(seen - made)
    await runner.close()
    return statistics.median(waits)


def main() -> None:
    """Run every benchmark that this machine can run."""
    bench = Bench("resnet18", 8, 64, "cpu")
    training("ResNet-18, batch 8, 64 px, CPU", bench, 1.5)
    bench.close()
    if torch.cuda.is_available():
        bench = Bench("resnet50", 64, 224, "cuda")
        training(f"ResNet-50, batch 64, 224 px, {torch.cuda.get_device_name()}", bench, 2.0)
        bench.close()
    waited = asyncio.run(first_frame("local-cpu"))
    report("from the first tensor to its frame", waited, "s", 0.15)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
