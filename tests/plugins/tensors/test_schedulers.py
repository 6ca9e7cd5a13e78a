"""A scheduler that a lesson watches is a row and a curve: the learning rate that each step was made with."""

from __future__ import annotations

import pytest

from .session import Session

HEAD = """
import torch
from torch.optim import lr_scheduler
weight = torch.ones(3, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=0.1)
"""

LOOP = """
for step in range(1, 9):
    optimizer.zero_grad()
    loss = weight.square().sum()
    loss.backward()
    used[step] = float(optimizer.param_groups[0]["lr"])
    optimizer.step()
    scheduler.step(*arguments)
"""


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("lr_scheduler.StepLR(optimizer, 2, 0.5)", "StepLR"),
        ("lr_scheduler.OneCycleLR(optimizer, 0.4, total_steps=9)", "OneCycleLR"),
        ("lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)", "ReduceLROnPlateau"),
        (
            "lr_scheduler.SequentialLR(optimizer, [lr_scheduler.ConstantLR(optimizer), "
            "lr_scheduler.ExponentialLR(optimizer, 0.9)], [3])",
            "SequentialLR",
        ),
        ("type('Own', (lr_scheduler.ExponentialLR,), {})(optimizer, 0.7)", "Own"),
    ],
)
def test_it_is_a_row_and_a_curve(made: str, name: str) -> None:
    used: dict[int, float] = {}
    arguments = (1.0,) if "Plateau" in name else ()
    session = Session(
        f"{HEAD}scheduler = {made}\n{LOOP}",
        {"used": used, "arguments": arguments},
        watch=("scheduler",),
        budget=50.0,
    ).run()
    points = dict(point for frame in session.frames for point in frame.curves.get("scheduler", ()))
    assert len(used) == 8
    assert len(set(used.values())) > 1
    assert points == pytest.approx(used)
    row = session.rows["scheduler"]
    assert (row.kind, row.type) == ("scheduler", name)
    assert row.text == session.rows["optimizer"].text != f"lr {used[8]:.4g}"


def test_a_learning_rate_that_is_a_tensor_has_a_curve() -> None:
    used: dict[int, float] = {}
    source = (
        HEAD.replace("lr=0.1", "lr=torch.tensor(0.1)")
        + "scheduler = lr_scheduler.StepLR(optimizer, 2, 0.5)\n"
    )
    session = Session(source + LOOP, {"used": used, "arguments": ()}, watch=("optimizer",), budget=50.0).run()
    points = dict(point for frame in session.frames for point in frame.curves.get("optimizer", ()))
    assert points == pytest.approx(used)
