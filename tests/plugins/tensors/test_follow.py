"""The number by which a value is followed: right, at once, and without running its class's code."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from evoclass_tensors.worker.follow import LARGEST, number

from .session import Session


def test_a_single_number_is_itself_and_a_tensor_its_norm() -> None:
    assert number(torch.tensor(2.5, requires_grad=True) * 2, ()) == 5.0
    assert number(torch.tensor([3]), ()) == 3.0
    assert number(torch.tensor([3.0, 4.0]), ()) == 5.0


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int64, torch.bfloat16, torch.float8_e4m3fn])
def test_a_tensor_of_any_type_has_a_norm(dtype: torch.dtype) -> None:
    assert number(torch.ones(4).to(dtype), ()) == 2.0


@pytest.mark.parametrize("size", [1e30, 1e-30, 1e-42, -3e38])
def test_squares_that_no_float_holds_make_no_infinite_norm_and_no_zero(size: float) -> None:
    assert number(torch.full((2, 2), size), ()) == pytest.approx(2 * abs(size), rel=1e-3)


def test_numbers_that_are_not_finite_have_a_norm_that_is_not() -> None:
    assert number(torch.tensor([1.0, math.inf]), ()) == math.inf
    assert math.isnan(number(torch.tensor([1.0, math.nan]), ()) or 0.0)
    assert number(torch.zeros(3), ()) == 0.0


def test_the_path_leads_through_modules_to_parameters_buffers_and_gradients() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    model.body = nn.Linear(2, 1)
    nn.init.constant_(model.body.weight, 2.0)
    assert number(model, ("0", "weight")) == pytest.approx(float(model[0].weight.detach().norm()))
    assert number(model, ("body", "weight")) == pytest.approx(8**0.5)
    assert number(model, ("1", "running_var")) == pytest.approx(2**0.5)
    assert number(model, ("body", "weight", "grad")) is None
    model.body(torch.ones(1, 2)).sum().backward()
    assert number(model, ("body", "weight", "grad")) == pytest.approx(2**0.5)


class Loud(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError("the program's code ran")


class LoudModel(nn.Module):
    def __getattr__(self, name: str) -> Any:
        raise AssertionError("the program's code ran")

    @property
    def size(self) -> int:
        raise AssertionError("the program's code ran")


def test_no_code_of_the_program_runs() -> None:
    assert number(torch.ones(4).as_subclass(Loud), ()) == 2.0
    assert number(LoudModel(), ("size",)) is None
    assert number(LoudModel(), ("weight",)) is None


@pytest.mark.parametrize(
    "value",
    [
        torch.ones(LARGEST + 1),
        torch.ones(0),
        torch.ones(2, 2).to_sparse(),
        torch.ones(2, device="meta"),
        torch.ones(2, dtype=torch.complex64),
        nn.LazyLinear(2).weight,
        "text",
        None,
    ],
)
def test_what_has_no_quick_number_has_none(value: Any) -> None:
    assert number(value, ()) is None


def test_nothing_is_left_behind() -> None:
    weight = torch.rand(3, requires_grad=True)
    version, state = weight._version, torch.get_rng_state()
    number(weight, ())
    assert weight._version == version
    assert weight.grad_fn is None
    assert torch.equal(torch.get_rng_state(), state)


def test_an_optimizer_is_followed_by_its_learning_rate() -> None:
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.25)
    assert number(optimizer, ()) == 0.25
    optimizer.param_groups[0]["lr"] = torch.tensor(0.5)
    assert number(optimizer, ()) == 0.5
    optimizer.param_groups[0]["lr"] = torch.tensor(0.5, device="meta")
    assert number(optimizer, ()) is None


class Seen(torch.overrides.TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError("a mode saw the look")


class Dispatched(torch.utils._python_dispatch.TorchDispatchMode):
    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError("a mode saw the look")


@pytest.mark.parametrize("mode", [Seen, Dispatched])
def test_no_mode_of_the_program_sees_the_look(mode: Any) -> None:
    value, single = torch.tensor([3.0, 4.0]), torch.tensor(2.0)
    with mode():
        found = number(value, ()), number(single, ())
    assert found == (5.0, 2.0)


def test_autocast_does_not_round_the_norm() -> None:
    value = torch.full((3,), 1.001)
    with torch.autocast("cpu", torch.bfloat16):
        assert number(value, ()) == pytest.approx(1.001 * 3**0.5, rel=1e-6)


OWN = """
import torch
from dataclasses import dataclass
from typing import NamedTuple

class Sizes(NamedTuple):
    width: int

class Trainer:
    def __init__(self):
        self.w = torch.ones(2, requires_grad=True)
        self.optimizer = torch.optim.SGD([self.w], lr=0.5)
        self.losses, self.logs = [], {"loss": 0.0, 7: 0}
        self.sizes = Sizes(3)

    @property
    def loud(self):
        raise AssertionError("the program's code ran")

    def fit(self):
        for step in range(1, 4):
            self.loss = (self.w * 0).sum() + step
            self.optimizer.zero_grad()
            self.loss.backward()
            self.losses.append(10 * step)
            self.logs["loss"] = self.logs[7] = 100 * step
            self.optimizer.step()

trainer = Trainer()
trainer.fit()
"""


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("trainer.loss", [1, 2, 3]),
        ("trainer.losses[-1]", [10, 20, 30]),
        ("trainer.losses[1]", [20, 20]),
        ("trainer.logs['loss']", [100, 200, 300]),
        ("trainer.logs[7]", [100, 200, 300]),
        ("trainer.sizes.width", [3, 3, 3]),
        ("trainer.w.grad", [0, 0, 0]),
        ("trainer.loud", []),
        ("trainer.losses[9]", []),
        ("trainer.losses.append", []),
        ("trainer.nothing.more", []),
    ],
)
def test_parts_of_the_programs_own_objects_and_containers_are_followed(
    name: str, numbers: list[float]
) -> None:
    session = Session(OWN, watch=(name,), frames_per_second=1000, budget=1.0).run()
    found = dict(point for frame in session.frames for point in frame.curves.get(name, ()))
    assert [found[step] for step in sorted(found)] == numbers
