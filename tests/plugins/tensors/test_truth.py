"""Rows stay true whatever a program does to its values: silent writes, other types, other layers, other names."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest
import torch

from evoclass.protocol import Summary

from .session import Session, rows_of

FAST = {"frames_per_second": 1e6, "budget": 1.0}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Batch normalisation shares even four channels out among threads, which wait for each other on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rest() -> None:
    end = time.perf_counter() + 0.002
    while time.perf_counter() < end:
        pass


def last_in_loop(session: Session, name: str) -> Summary:
    """Return the row as it was told last while the loop ran."""
    rows = [
        row for frame in session.frames if frame.cause == "loop" for row in frame.rows if row.name == name
    ]
    return rows[-1]


# ------------------------------------------------------------------------------------------------- silent writes


@pytest.mark.parametrize("watch", [(), ("m.39.running_mean",)])
def test_running_averages_of_a_model_in_training_are_seen(watch: tuple[str, ...]) -> None:
    source = (
        "import torch\nfrom torch import nn\n"
        "m = nn.Sequential(*(layer for _ in range(20) for layer in (nn.Linear(4, 4), nn.BatchNorm1d(4))))\n"
        "opt = torch.optim.SGD(m.parameters(), lr=0.001)\nx = torch.randn(8, 4) + 3\n"
        "for step in range(120):\n    opt.zero_grad()\n    m(x).sum().backward()\n    opt.step()\n    rest()\n"
    )
    session = Session(source, {"rest": rest}, watch=watch, **FAST).run()
    seen = {
        row.mean
        for frame in session.frames
        if frame.cause in ("loop", "step")
        for row in frame.rows
        if row.name == "m.39.running_mean"
    }
    assert len(seen) > 5


def test_updates_through_data_are_seen_in_a_model_of_any_size() -> None:
    source = (
        "import torch\nfrom torch import nn\nm = nn.Sequential(*(nn.Linear(4, 4) for _ in range(40)))\n"
        "for step in range(150):\n    change()\n"
    )

    def change() -> None:
        for parameter in session.namespace["m"].parameters():
            parameter.data += 1

    session = Session(source, {"change": change}, **FAST)
    session.run()
    means = [row.mean for f in session.frames[:-1] for row in f.rows if row.name == "m.39.bias"]
    assert len(set(means)) > 5


# ------------------------------------------------------------------------------------------- what a tensor is now


@pytest.mark.parametrize(
    ("change", "dtype", "size"),
    [("m.half()", "float16", 24), ("m.double()", "float64", 96), ("m.float()", "float32", 48)],
)
def test_the_type_of_a_model_is_that_of_now(change: str, dtype: str, size: int) -> None:
    rows = rows_of(f"from torch import nn\nm = nn.Linear(3, 4)\nx = 1\n{change}\ny = 1\n")
    assert (rows["m.weight"].dtype, rows["m.weight"].bytes) == (dtype, size)


@pytest.mark.parametrize(
    "change",
    ["opt.zero_grad()", "w.grad = None", "w = (w - 0.1 * w.grad).detach().requires_grad_()"],
)
def test_without_a_gradient_there_is_no_norm_of_one(change: str) -> None:
    source = (
        "import torch\nw = torch.ones(3, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)\n"
        f"(w * w).sum().backward()\nx = 1\n{change}\ny = 1\n"
    )
    session = Session(source).run()
    assert any(row.grad_norm for row in session.every_row if row.name == "w")
    assert session.rows["w"].grad_norm is None


def test_a_new_layer_has_words_of_its_own() -> None:
    source = (
        "from torch import nn\nm = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5))\nx = 1\n"
        "m[0] = nn.Linear(3, 7)\nm[1].p = 0.9\ny = 1\n"
    )
    rows = rows_of(source)
    assert "out_features=7" in rows["m.0"].text
    assert "p=0.9" in rows["m.1"].text


def test_repeats_count_as_often_as_they_are_there() -> None:
    rows = rows_of(
        "import torch\nones = torch.ones(3, 1).expand(3, 100)\nzeros = torch.zeros(2, 1).expand(2, 50)\n"
        "bad = torch.full((1,), float('nan')).expand(7)\nlarge = torch.ones(3000, 1).expand(3000, 100)\n"
        "other = torch.rand(5000)\n"
    )
    assert rows["ones"].norm == pytest.approx(300**0.5)
    assert (rows["zeros"].zeros, rows["bad"].nan) == (100, 7)
    assert rows["large"].norm == pytest.approx(300_000**0.5)
    assert not any(row.sampled for row in rows.values())


def test_entries_for_one_place_of_a_sparse_gradient_are_summed() -> None:
    rows = rows_of(
        "import torch\nfrom torch import nn\ne = nn.Embedding(5, 3, sparse=True)\n"
        "e(torch.tensor([1, 1, 2])).sum().backward()\n"
    )
    assert rows["e.weight.grad"].norm == pytest.approx((3 * 4 + 3) ** 0.5)


@pytest.mark.parametrize("change", ["x = x.argmax(1)", "x = x > 0", "x = torch.zeros(50, 100)"])
def test_a_new_value_does_not_inherit_the_nan_of_the_old(change: str) -> None:
    source = (
        "import torch\nx = torch.zeros(50, 100)\nx[0, 3] = float('nan')\nfor i in range(40): rest()\n"
        f"{change}\nfor i in range(40): rest()\n"
    )
    session = Session(source, {"rest": rest}, frames_per_second=500, budget=1.0).run()
    assert any(row.nan for row in session.every_row if row.name == "x")
    assert not session.rows["x"].nan
    assert not last_in_loop(session, "x").nan


def test_one_nan_in_the_gradient_of_a_plain_tensor_is_found() -> None:
    source = (
        "import torch\nw = torch.zeros(5003, requires_grad=True)\nw.sum().backward()\nw.grad[77] = float('nan')\n"
        "for i in range(60): rest()\n"
    )
    session = Session(source, {"rest": rest}, frames_per_second=500, budget=1.0).run()
    assert any(row.nan for frame in session.frames[:-1] for row in frame.rows if row.name == "w.grad")


def test_values_whose_memory_went_away_are_left_alone() -> None:
    source = (
        "import torch\ny = torch.randn(200, 300)\nfor i in range(20): rest()\ny.untyped_storage().resize_(0)\n"
        "for i in range(20): rest()\nx = torch.randn(200, 300)\nfor i in range(20): rest()\nx = x.to('meta')\n"
        "for i in range(20): rest()\n"
    )
    rows = Session(source, {"rest": rest}, frames_per_second=500, budget=1.0).run().rows
    assert rows["y"].badge
    assert rows["x"].badge == "meta"


# -------------------------------------------------------------------------------------------------------- names


def test_a_loop_over_layers_does_not_rename_them() -> None:
    rows = rows_of(
        "from torch import nn\nm = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))\nx = 1\n"
        "for layer in m:\n    rest()\ny = 1\n",
        rest=rest,
    )
    assert {"m.0.weight", "m.1.weight"} <= rows.keys()
    assert not any(name.startswith("layer.") for name in rows)


def test_a_name_that_the_lesson_pins_wins_over_the_path() -> None:
    source = "from torch import nn\nm = nn.Sequential(nn.Linear(2, 2))\nx = 1\nhead = m[0]\ny = 1\n"
    assert "m.0.weight" in Session(source).run().rows
    assert "head.weight" in Session(source, watch=("head.weight",)).run().rows


def test_a_tensor_that_forward_replaces_is_seen_anew() -> None:
    source = (
        "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def forward(self, x):\n"
        "        self.hidden = x.clone()\n        kept.append(self.hidden)\n        return x\n"
        "net = Net()\nkept = []\nfor step in range(40):\n    net(torch.full((3,), float(step)))\n    rest()\n"
    )
    session = Session(source, {"rest": rest}, **FAST).run()
    seen = {
        row.mean for f in session.frames if f.cause == "loop" for row in f.rows if row.name == "net.hidden"
    }
    assert len(seen) > 10


# ---------------------------------------------------------------------------------------------------- odd values


@pytest.mark.parametrize("state", ["{p: torch.zeros_like(p) for p in params}", "5", "'x'", "None"])
def test_an_optimizer_of_the_learner_s_own_costs_nobody_a_row(state: str) -> None:
    source = (
        "import torch\nfrom torch import nn\nclass Own(torch.optim.Optimizer):\n    def __init__(self, params):\n"
        f"        params = list(params)\n        super().__init__(params, {{}})\n        self.state = {state}\n"
        "m = nn.Sequential(*(nn.Linear(2, 2) for _ in range(5)))\nown = Own(m.parameters())\n"
        "for i in range(20): rest()\n"
    )
    session = Session(source, {"rest": rest}, **FAST).run()
    assert {"own", "m.4.weight"} <= session.rows.keys()
    loop = [frame for frame in session.frames if frame.cause == "loop"]
    assert not any(frame.gone for frame in loop)


def test_containers_that_learners_use_are_opened() -> None:
    rows = rows_of(
        "import torch\nfrom torch import nn\nfrom collections import defaultdict, namedtuple\n"
        "saved = nn.Linear(2, 3).state_dict()\nhistory = defaultdict(list)\nhistory['loss'] += [1.0, 2.0]\n"
        "Batch = namedtuple('Batch', 'x y')\nbatch = Batch(torch.ones(2), torch.ones(3))\n"
        "hooked = [None] * 6\nhooked[5] = torch.ones(3)\n"
    )
    assert rows["saved['weight']"].shape == (3, 2)
    assert rows["history['loss']"].shape == (2,)
    assert (rows["batch.x"].shape, rows["batch.y"].shape) == ((2,), (3,))
    assert rows["hooked[5]"].shape == (3,)


def test_integers_beyond_all_floats_are_no_fault() -> None:
    rows = rows_of(
        "import math\nmany = [math.factorial(k) for k in range(200)]\none = math.factorial(2000)\n"
    )
    assert (rows["many"].nan, rows["many"].inf) == (0, 0)
    assert rows["many"].max == sys.float_info.max
    assert rows["one"].text.startswith("≈10^57")
    assert not rows["one"].badge


@pytest.mark.parametrize(
    "value", [torch.tensor([0.1 + 0.2, 0.3, 0.3], dtype=torch.float64), np.array([0.1 + 0.2, 0.3])]
)
def test_values_that_differ_by_rounding_can_be_looked_at(value: object) -> None:
    detail = Session("done = 1\n", {"value": value}).run().look("value")
    assert not detail.error
    assert detail.summary is not None
    assert sum(detail.summary.histogram) == len(value)  # type: ignore[arg-type]


def test_a_constant_with_nan_is_counted_without_it() -> None:
    detail = Session("done = 1\n", {"value": torch.tensor([1.0, 1.0, float("nan")])}).run().look("value")
    assert detail.summary is not None
    assert sum(detail.summary.histogram) == 2


def test_a_complex_parameter_with_a_gradient_can_be_looked_at() -> None:
    source = (
        "import torch\nz = torch.ones(2, dtype=torch.complex64, requires_grad=True)\n"
        "(z * z.conj()).real.sum().backward()\n"
    )
    detail = Session(source).run().look("z")
    assert detail.summary is not None
    assert detail.summary.grad_norm == pytest.approx(8**0.5, rel=1e-5)


def test_a_very_large_array_is_looked_at_from_end_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from evoclass_tensors.worker import closeup

    monkeypatch.setattr(closeup, "EXACT", 10_000)
    monkeypatch.setattr(closeup, "PART", 2_000)
    array = np.arange(70_000.0).reshape(7, 100, 100)
    detail = Session("done = 1\n", {"value": array}).run().look("value", 3)
    row = detail.summary
    assert row is not None
    assert row.sampled
    assert row.mean == pytest.approx(array.mean(), rel=0.1)
    assert (detail.grid_shape, detail.grid_axes) == ((100, 100), (1, 2))
    assert detail.grid[0][0] == 30_000


def test_a_look_while_the_program_runs_is_quick_and_its_figures_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from evoclass_tensors.worker import exact

    monkeypatch.setattr(exact, "_QUICK", 100)
    value = torch.randn(5000, generator=torch.Generator().manual_seed(1))
    session = Session("for i in range(3):\n    ask()\n", {"value": value}, **FAST)
    details = []

    def poll(safe: bool) -> bool:
        if safe:
            details.append(session.look("value"))
        return True

    session.inspector.poll = poll
    session.namespace["ask"] = lambda: time.sleep(0.06)
    session.run()
    quick, whole = details[0].summary, session.look("value").summary
    assert quick is not None
    assert whole is not None
    assert (quick.max, quick.mean, quick.sampled) == (whole.max, whole.mean, False)
    assert sum(quick.histogram) <= 110
    assert sum(whole.histogram) == 5000


# -------------------------------------------------------------------------------------------------- what it costs


@pytest.mark.parametrize(
    "make",
    [
        lambda: [[[float(k)] * 28 for k in range(28)] for _ in range(1000)],
        lambda: [[np.zeros(784) for _ in range(200)] for _ in range(50)],
        lambda: [(float(k), float(k)) for k in range(1000)],
    ],
)
def test_very_many_numbers_take_turns(make: Callable[[], object]) -> None:
    source = "for step in range(60):\n    rest()\n"
    session = Session(source, {"data": make(), "rest": rest}, frames_per_second=200, budget=1.0).run()
    loop = [frame for frame in session.frames if frame.cause == "loop" and frame.rows]
    assert len(loop) > 3
    brought = [row.name for frame in loop for row in frame.rows]
    assert len(set(brought)) > 16
    assert len(session.frames[-1].rows) <= 1_010


def test_what_is_in_view_leaves_the_others_their_turn() -> None:
    from evoclass.probe import Glance
    from evoclass_tensors.worker.turns import Turns

    named = {f"a{number}": float(number) for number in range(40)}
    glance = Glance(whole=False, seconds=0.0, first=frozenset(f"a{number}" for number in range(20)))
    turns, seen = Turns(), set[str]()
    for _ in range(25):
        picture = turns.picture(
            named, glance, lambda name, value: Summary(name=name, kind="scalar", mean=value)
        )
        seen |= {row.name for row in picture.rows()}
        assert len(picture.names) == 40
    assert seen == set(named)


def test_a_large_frozen_model_does_not_hold_up_the_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    from evoclass_tensors.worker import gallery
    from evoclass_tensors.worker.record import Record

    monkeypatch.setattr(gallery, "SURE", 60.0)
    looked, holds, each = [0], Record.holds, [0]

    def counted(record: Record, tensor: torch.Tensor) -> bool:
        looked[0] += 1
        return holds(record, tensor)

    monkeypatch.setattr(Record, "holds", counted)
    source = (
        "from torch import nn\nm = nn.Sequential(*(nn.Linear(2, 2) for _ in range(700))).requires_grad_(False)\n"
        "for step in range(200):\n    mark()\n    rest()\n"
    )
    Session(source, {"mark": lambda: each.append(looked[0]), "rest": rest}, **FAST).run()
    steps = [later - earlier for earlier, later in pairwise(each[150:])]
    assert 0 < max(steps) < 700
