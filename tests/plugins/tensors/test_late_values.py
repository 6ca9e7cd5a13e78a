"""A value that a program assigns after the optimizer's step belongs to that step, not to the next one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from time import perf_counter
from types import FrameType
from typing import Any

import msgspec
import pytest

from evoclass.inspecting.stores import Stores
from evoclass.protocol import Frame, Summary
from evoclass.timeline import Timeline

from .session import Session

HEAD = """
import torch
torch.manual_seed(0)
layer = torch.nn.Linear(4, 1)
pictures = torch.randn(64, 4)
right = pictures.sum(1, keepdim=True)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
steps = 0
def error():
    return (layer(pictures) - right).square().mean()
@torch.no_grad()
def share():
    return float((layer(pictures) - right).abs().mean())
def improve():
    global steps
    loss = error()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    steps += 1
    return loss.item()
"""

LOOP = """
for turn in range(6):
    loss = error()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    value = loss.item()
    if turn < 9:
        accuracy = share()
    seen[turn + 1] = accuracy
"""

IN_FUNCTION = """
def train():
    accuracy = 1.0
    for turn in range(6):
        loss = error()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            accuracy = share()
        seen[turn + 1] = accuracy
train()
"""

RETURNED = """
for turn in range(6):
    accuracy = improve()
    seen[turn + 1] = accuracy
"""

EPOCHS = """
def main():
    for epoch in range(3):
        for turn in range(4):
            improve()
        accuracy = share()
        for step in range(4 * epoch + 4, 4 * epoch + 8):
            seen[step] = accuracy
    for step in range(13, 16):
        del seen[step]
main()
"""

TWO_OPTIMIZERS = """
other = torch.optim.SGD(layer.parameters(), lr=0.01)
for turn in range(5):
    optimizer.zero_grad()
    error().backward()
    optimizer.step()
    accuracy = share()
    seen[2 * turn + 1] = seen[2 * turn + 2] = accuracy
    other.zero_grad()
    error().backward()
    other.step()
"""

HIDDEN = """
other = torch.optim.SGD(layer.parameters(), lr=0.01)
class Trainer:
    def descend(self, loss):
        optimizer.zero_grad()
        loss.backward()
trainer = Trainer()
def gradients(loss):
    trainer.descend(loss)
for turn in range(5):
    loss = error()
    gradients(loss)
    optimizer.step()
    seen[2 * turn] = seen[2 * turn + 1] = accuracy.item() if turn else None
    accuracy = error()
    gradients(accuracy)
    other.step()
seen[2 * turn + 2] = accuracy.item()
del seen[0], seen[1]
"""

GLOBAL = """
def improve_and_measure():
    global accuracy
    improve()
    accuracy = share()
for turn in range(6):
    improve_and_measure()
    seen[turn + 1] = accuracy
"""

CLOSURE = """
newton = torch.optim.LBFGS(layer.parameters(), lr=0.1, max_iter=1)
def closure():
    newton.zero_grad()
    loss = error()
    loss.backward()
    return loss
for turn in range(5):
    accuracy = newton.step(closure)
    seen[turn + 1] = float(accuracy)
"""

TWO_LOOPS = """
for turn in range(3):
    improve()
    accuracy = share()
    seen[turn + 1] = accuracy
for turn in range(3):
    accuracy = share()
    improve()
    seen[turn + 4] = accuracy
"""

WHILE = """
turn = 0
while turn < 5:
    turn += 1
    if turn == 3:
        improve()
        accuracy = share()
        seen[turn] = accuracy
        continue
    improve()
    accuracy = share()
    seen[turn] = accuracy
"""

BEFORE = """
for turn in range(6):
    accuracy = share()
    improve()
    seen[turn + 1] = accuracy
"""

BOTH = """
for turn in range(6):
    accuracy = error()
    optimizer.zero_grad()
    accuracy.backward()
    optimizer.step()
    seen[turn + 1] = accuracy.item()
    accuracy = accuracy.item()
"""

PARAMETER = """
def train(accuracy):
    for turn in range(3):
        improve()
        seen[turn + 1] = accuracy
train(0.5)
"""


@pytest.mark.parametrize(
    "source",
    [
        LOOP,
        IN_FUNCTION,
        RETURNED,
        EPOCHS,
        TWO_OPTIMIZERS,
        HIDDEN,
        GLOBAL,
        CLOSURE,
        TWO_LOOPS,
        WHILE,
        BEFORE,
        BOTH,
        PARAMETER,
    ],
)
def test_a_value_is_that_of_the_step_it_was_made_at(source: str) -> None:
    seen: dict[int, float] = {}
    session = Session(HEAD + source, {"seen": seen}, watch=("accuracy",), budget=50.0).run()
    points = dict(point for frame in session.frames for point in frame.curves.get("accuracy", ()))
    assert len(seen) > 2
    assert points == pytest.approx(seen)


def test_the_last_value_before_an_error_has_its_step() -> None:
    seen: dict[int, float] = {}
    source = HEAD + LOOP.replace("loss = error()", "loss = error() if turn < 3 else nothing")
    session = Session(source, {"seen": seen}, watch=("accuracy", "value"), budget=50.0)
    session.run(fails=True)
    points = dict(point for frame in session.frames for point in frame.curves.get("accuracy", ()))
    assert list(seen) == [1, 2, 3]
    assert points == pytest.approx(seen)


def test_reading_the_program_does_not_use_up_the_time_for_its_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[int, float] = {}
    read: list[object] = []
    after = Stores.after

    def slow(stores: Stores, frame: FrameType, values: Mapping[str, Any]) -> Any:
        read.append(frame.f_lasti)
        until = perf_counter() + 0.1
        while perf_counter() < until:
            pass
        return after(stores, frame, values)

    monkeypatch.setattr(Stores, "after", slow)
    session = Session(HEAD + LOOP, {"seen": seen}, watch=("accuracy", "loss"), budget=0.05).run()
    points = dict(point for frame in session.frames for point in frame.curves.get("accuracy", ()))
    assert len(read) == 1, "once for the place of the step"
    assert points == pytest.approx(seen)


def test_a_moment_of_the_timeline_gets_the_value_that_came_after_its_picture() -> None:
    timeline = Timeline()

    def take(step: int, number: float, *points: tuple[int, float]) -> None:
        row = Summary(name="accuracy", kind="scalar", type="float", text=f"{number:.6g}", mean=number)
        frame = Frame(sequence=step, cause="step", step=step, rows=(row,), whole=step == 1)
        timeline.add(msgspec.structs.replace(frame, curves={"accuracy": points}, live={"accuracy": row.text}))

    def shown() -> dict[int, tuple[str, str]]:
        return {
            moment.step: (timeline.rows_at(index)["accuracy"].text, moment.live["accuracy"])
            for index, moment in enumerate(timeline.moments)
        }

    take(1, 0.0)
    take(4, 0.3, (1, 0.1), (2, 0.2), (3, 0.3))
    assert timeline.rows_at(2)["accuracy"].text == "0.3"
    take(6, 0.5, (4, 0.4), (5, math.nan))
    assert shown() == {
        1: ("0.1", "0.1"),
        2: ("0.2", "0.2"),
        3: ("0.3", "0.3"),
        4: ("0.4", "0.4"),
        5: ("nan", "nan"),
        6: ("0.5", "0.5"),
    }
    assert timeline.trouble["accuracy"].step == 5
