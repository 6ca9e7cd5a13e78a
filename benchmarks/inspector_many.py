"""The inspector with very many values: ten thousand tensors, large models in training, figures that arrive late."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import torch
from row import report
from torch import nn

from evoclass.i18n import Catalog
from evoclass.inspecting.inspection import Inspector
from evoclass.inspecting.safepoints import compile_script
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Frame, Summary
from evoclass.runner import Program
from evoclass_tensors.worker.batch import Batch

SECONDS = 8.0
"""How long each program runs."""

LATE = 0.08
"""Seconds after which a GPU's figures arrive, simulated by a clock: two steps of a ResNet-50 on a large card."""

LOOP = """
while more():
    change()
"""


def looked_at(namespace: dict[str, Any], change: Callable[[], None]) -> list[Frame]:
    """Return the frames of a program that changes its values for a while."""
    frames: list[Frame] = []
    end = time.perf_counter() + SECONDS
    namespace |= {"__name__": "__main__", "change": change, "more": lambda: time.perf_counter() < end}
    probes = [probe() for probe in Plugins().probes.values()]
    for probe in probes:
        probe.prepare()
    program = Program(source=LOOP, file=Path("many.py"), folder=Path())
    inspector = Inspector(
        namespace,
        program,
        probes,
        lambda message: frames.append(message) if isinstance(message, Frame) and message.rows else None,
    )
    code = compile_script(LOOP, "many.py", inspector.tick)
    inspector.start()
    exec(code, namespace)
    return frames


def many_tensors(count: int) -> list[Frame]:
    """Return the frames of a program with many tensors, two of which change."""
    namespace: dict[str, Any] = {f"t{number}": torch.full((3,), float(number)) for number in range(count)}
    first, second = namespace["t5"], namespace["t77"]

    def change() -> None:
        first.add_(1)
        second.add_(1)
        _busy(0.01)

    return looked_at(namespace, change)


def many_parameters(layers: int) -> list[Frame]:
    """Return the frames of a large model in training: each step changes all of it, including gradients and momentum."""
    model = nn.Sequential(*(nn.Linear(4, 4) for _ in range(layers)))
    return looked_at(*_training(model))


def late_figures() -> list[Frame]:
    """Return the frames of a ResNet-50 in training, as if its figures came from a GPU that is two steps behind."""
    from torchvision import models

    launch, ready = Batch.launch, Batch.ready
    arrivals: dict[int, float] = {}

    def launch_late(batch: Batch[Any]) -> None:
        launch(batch)
        arrivals[id(batch)] = time.perf_counter() + LATE

    Batch.launch = launch_late  # type: ignore[method-assign]
    Batch.ready = lambda batch: time.perf_counter() >= arrivals.get(id(batch), 0.0)  # type: ignore[method-assign]
    try:
        return looked_at(*_training(models.resnet50(num_classes=10)))
    finally:
        Batch.launch, Batch.ready = launch, ready  # type: ignore[method-assign]


def _training(model: nn.Module) -> tuple[dict[str, Any], Callable[[], None]]:
    """Return a namespace with a model and its optimizer, and a step that changes every tensor."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 1e-3)

    def change() -> None:
        _busy(0.02)
        torch._foreach_mul_([parameter.grad for parameter in model.parameters()], 0.99)
        optimizer.step()

    return {"model": model, "optimizer": optimizer}, change


def _busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


async def panel_seconds(count: int) -> tuple[float, float]:
    """Return the panel's time for taking a frame of many rows, and for going one page down."""
    from textual.app import App, ComposeResult

    from evoclass_tensors.screen.panel import TensorPanel
    from evoclass_tensors.screen.table import TensorTable

    class Screen(App[None]):
        def compose(self) -> ComposeResult:
            yield TensorPanel(Catalog("en", ["evoclass_tui", "evoclass_tensors"]))

    rows = tuple(
        Summary(
            name=f"t{n}",
            kind="tensor",
            shape=(3,),
            dtype="float32",
            device="cpu",
            mean=n / 7,
            histogram=(*range(16),),
        )
        for n in range(count)
    )
    app = Screen()
    async with app.run_test(size=(100, 40)) as pilot:
        panel = app.query_one(TensorPanel)
        panel.begin(())
        panel.receive(Frame(sequence=1, cause="statement", rows=rows))
        await pilot.pause()
        takes = []
        for number in range(2, 30):
            changed = tuple(
                msgspec.structs.replace(row, mean=float(number)) for row in rows[number : number + 200]
            )
            start = time.perf_counter()
            panel.receive(Frame(sequence=number, cause="loop", rows=changed, whole=False))
            await pilot.pause()
            takes.append(time.perf_counter() - start)
        app.query_one(TensorTable).focus()
        pages = []
        for _ in range(40):
            start = time.perf_counter()
            await pilot.press("pagedown")
            pages.append(time.perf_counter() - start)
        idle = []
        for _ in range(20):
            start = time.perf_counter()
            await pilot.press("f19")  # a key without a handler: the time of the test's own machinery
            idle.append(time.perf_counter() - start)
    return statistics.median(takes), statistics.median(pages) - statistics.median(idle)


def main() -> None:
    """Run every measurement."""
    plain = [frame.cost for frame in many_tensors(10_000)[2:]]
    report("a frame with 10,000 tensors", statistics.median(plain), "s", 0.02)
    training = [frame.cost for frame in many_parameters(2_000)[2:]]
    report("a frame of a model in training, 10,000 values", statistics.median(training), "s", 0.02)
    late = [later.seconds - earlier.seconds for earlier, later in pairwise(late_figures())]
    report("ResNet-50, figures two steps late: time between frames", statistics.median(late), "s", 0.2)
    taken, page = asyncio.run(panel_seconds(10_000))
    report("the panel takes a frame among 10,000 rows", taken, "s", 0.05)
    report("the panel goes one page down among 10,000 rows", page, "s", 0.05)


if __name__ == "__main__":
    sys.exit(main())
