"""What the rows say: names, trees, frozen and trainable, gradients, optimizers, figures."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch

from evoclass.protocol import Parameters, Summary
from evoclass_tensors.worker import gallery
from evoclass_tensors.worker.figures import BINS, axis_steps, coprime_step, figures, relative_change
from evoclass_tensors.worker.record import Record
from evoclass_tensors.worker.sample import take

from .session import Session, rows_of

LESSON = """
import torch
from torch import nn
base = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten())
for p in base.parameters():
    p.requires_grad = False
base.eval()
head = nn.Linear(144, 7)
model = nn.Sequential(base, head)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for step in range(3):
    loss = model(torch.ones(2, 3, 8, 8)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def test_parameters_are_named_through_the_module_they_belong_to() -> None:
    session = Session(LESSON).run()
    rows = session.rows
    assert rows["head.weight"].kind == "parameter"
    assert rows["head.weight"].shape == (7, 144)
    assert rows["base.0.weight"].shape == (4, 3, 3, 3)
    assert not any(name.startswith("model.") for name in rows)


def test_modules_make_a_tree() -> None:
    rows = Session(LESSON).run().rows
    assert rows["model"].parent == ""
    assert rows["base"].parent == rows["head"].parent == "model"
    assert rows["base.0"].parent == "base"
    assert rows["base.0.weight"].parent == "base.0"
    assert rows["head.weight.grad"].parent == "head.weight"
    assert rows["optimizer"].parent == ""
    assert rows["optimizer.state[head.weight]['momentum_buffer']"].parent == "optimizer"


def test_children_follow_their_parents() -> None:
    names = list(Session(LESSON).run().rows)
    rows = Session(LESSON).run().rows
    for name in names:
        if rows[name].parent:
            assert names.index(rows[name].parent) < names.index(name)


def test_frozen_and_trainable_are_told_and_counted_once() -> None:
    session = Session(LESSON).run()
    rows = session.rows
    assert rows["head.weight"].trainable is True
    assert rows["base.0.weight"].trainable is False
    assert rows["base.1.running_mean"].kind == "buffer"
    assert rows["base.1.running_mean"].trainable is None
    assert (rows["base"].parameters, rows["base"].frozen, rows["base"].training) == (120, 120, False)
    assert (rows["model"].parameters, rows["model"].frozen, rows["model"].training) == (1135, 120, True)
    assert session.inspector.rows.parameters() == Parameters(trainable=1015, frozen=120)
    assert session.frames[-1].parameters == Parameters(trainable=1015, frozen=120)


def test_unfreezing_shows_at_once() -> None:
    source = LESSON + "for p in base.parameters():\n    p.requires_grad = True\nafter = 1\n"
    session = Session(source).run()
    assert session.rows["base.0.weight"].trainable is True
    assert session.inspector.rows.parameters() == Parameters(trainable=1135, frozen=0)


def test_gradients_have_rows_and_their_norm_stands_beside_the_parameter() -> None:
    session = Session(LESSON).run()
    gradient = session.namespace["head"].weight.grad
    rows = session.rows
    assert rows["head.weight"].grad_norm == pytest.approx(gradient.norm().item(), rel=1e-5)
    assert rows["head.weight.grad"].kind == "gradient"
    assert rows["base.0.weight"].grad_norm is None


def test_optimizers_tell_their_rates_and_their_state() -> None:
    source = LESSON + (
        "other = torch.optim.Adam([{'params': [head.weight], 'lr': 0.5}, {'params': [head.bias], 'lr': 0.25}])\n"
        "loose = torch.optim.SGD([torch.ones(3, requires_grad=True)], lr=torch.tensor(0.125))\n"
    )
    rows = Session(source).run().rows
    assert (rows["optimizer"].type, rows["optimizer"].text) == ("SGD", "lr 0.1")
    assert rows["other"].text == "lr 0.5, 0.25"
    assert rows["loose"].text == "lr 0.125"
    assert rows["loose.param_groups[0]['params'][0]"].trainable is True


def test_every_name_leads_to_its_value() -> None:
    session = Session(LESSON).run()
    for name, row in session.rows.items():
        detail = session.look(name)
        assert not detail.error, (name, detail.error)
        if row.shape is not None:
            assert detail.summary is not None
            assert detail.summary.shape == row.shape


def test_tied_weights_are_one_row_and_count_once() -> None:
    source = (
        "from torch import nn\nembedding = nn.Embedding(10, 4)\nout = nn.Linear(4, 10, bias=False)\n"
        "out.weight = embedding.weight\nmodel = nn.Sequential(embedding, out)\n"
    )
    session = Session(source).run()
    weights = [name for name, row in session.rows.items() if row.kind == "parameter"]
    assert weights == ["embedding.weight"]
    assert session.inspector.rows.parameters() == Parameters(trainable=40, frozen=0)


HAND = """
import torch
W1 = torch.randn(3, 4, requires_grad=True)
b1 = torch.zeros(4, requires_grad=True)
parameters = [W1, b1]
for step in range(3):
    (torch.ones(2, 3) @ W1 + b1).square().sum().backward()
    for p in parameters:
        p.data -= 0.1 * p.grad
        p.grad = None
"""
NAMELESS = """
import torch
params = [torch.randn(3, requires_grad=True), torch.zeros(4, requires_grad=True)]
for p in params:
    p.data += 1
"""
BATCHES = """
import torch
batches = [torch.randn(3), torch.zeros(4)]
for batch in batches:
    batch + 1
"""
INSIDE = """
import torch
class Net:
    def __init__(self):
        self.weight = torch.randn(3, requires_grad=True)
    def step(self, w):
        for turn in range(3):
            w.sum()
def main():
    network = Net()
    network.step(network.weight)
main()
"""


@pytest.mark.parametrize(
    ("source", "watch", "expected"),
    [
        (HAND, (), {"W1", "b1"}),
        (HAND, ("parameters",), {"parameters[0]", "parameters[1]"}),
        (HAND, ("parameters[0]",), {"parameters[0]", "b1"}),
        (HAND, ("W1", "parameters"), {"W1", "parameters[1]"}),
        (HAND, ("W1", "parameters[0]"), {"W1", "parameters[0]", "b1"}),
        (HAND, ("parameters[0].grad",), {"parameters[0]", "b1"}),
        (NAMELESS, (), {"params[0]", "params[1]"}),
        (BATCHES, (), {"batches[0]", "batch"}),
        (INSIDE, (), {"network.weight"}),
        ("import torch\nlong = torch.ones(3)\nx = long\n", (), {"x"}),
        ("import numpy as np\nlong = np.ones(3)\nx = long\n", (), {"x"}),
        ("import torch\nx = torch.ones(3)\ny = torch.ones(3)\nz = x.view(3)\n", (), {"x", "y", "z"}),
        ("a = 1.5\nb = a\n", (), {"a", "b"}),
        (
            "import torch\nlayer = torch.nn.Linear(2, 2, bias=False)\nw = layer.weight\n",
            (),
            {"layer", "layer.weight"},
        ),
    ],
)
def test_one_tensor_has_one_row_under_its_best_name(
    source: str, watch: tuple[str, ...], expected: set[str]
) -> None:
    session = Session(source, watch=watch, frames_per_second=1e6, budget=1.0).run()
    names = {name for name in session.rows if not name.endswith(".grad")}
    assert names - {"step", "turn"} == expected
    for frame in session.frames:
        names = {row.name for row in frame.rows}
        assert len(names & {"W1", "p"}) < 2
        assert not names & {"w", "self.weight"} or source != INSIDE


NETWORK = """
import torch
from torch import nn
network = nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)), nn.ModuleDict({"head": nn.Linear(3, 1)}))
models = [nn.Sequential(nn.Linear(2, 2))]
norm = network[0][1]
network[1]["head"](network[0](torch.ones(4, 2))).sum().backward()
"""


@pytest.mark.parametrize(
    "name",
    [
        "network[0][1].running_mean",
        "network[0][1].num_batches_tracked",
        "network[0][0].weight",
        "network[0][0].weight.grad",
        "network[0]",
        "network[0][1]",
        "network[1]['head'].weight",
        "models[0][0].weight",
        "norm.running_mean",
        "norm",
    ],
)
def test_what_the_lesson_watches_inside_a_network_has_its_row_by_that_name(name: str) -> None:
    session = Session(NETWORK, watch=(name,)).run()
    assert name in session.rows
    # Only the name changes: every row is still below its module, and leads to its value.
    assert len(session.rows) == len(rows_of(NETWORK))
    for row in session.rows.values():
        assert not row.parent or row.parent in session.rows
        assert not session.look(row.name).error


def test_the_other_names_of_a_tensor_still_lead_to_it() -> None:
    session = Session(HAND).run()
    for name in ("W1", "parameters[0]", "p"):
        detail = session.look(name)
        assert not detail.error
        assert detail.summary is not None
    assert session.inspector.rows.parameters() == Parameters(trainable=16, frozen=0)


def test_an_optimizer_s_state_goes_by_the_best_name() -> None:
    source = f"{HAND}optimizer = torch.optim.Adam(parameters)\n" + (
        "(torch.ones(2, 3) @ W1 + b1).sum().backward()\noptimizer.step()\n"
    )
    rows = rows_of(source)
    assert "optimizer.state[W1]['exp_avg']" in rows


def test_what_the_learner_calls_a_list_of_losses_is_a_row() -> None:
    rows = rows_of("losses = []\nfor i in range(500):\n    losses.append(i / 2)\nempty = []\none = [3]\n")
    assert (rows["losses"].shape, rows["losses"].kind) == ((500,), "array")
    assert rows["losses"].text == "… 249.5"
    assert "empty" not in rows


def test_plain_modules_attributes_are_seen() -> None:
    rows = rows_of(
        "import torch\nfrom torch import nn\nclass Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n"
        "        self.mask = torch.ones(4)\n        self._hidden = torch.ones(4)\n"
        "        self.register_buffer('seen', torch.zeros(2))\n"
        "        self.w = nn.Parameter(torch.ones(5))\nnet = Net()\n"
    )
    assert rows["net.mask"].kind == "tensor"
    assert rows["net.seen"].kind == "buffer"
    assert rows["net.w"].kind == "parameter"
    assert "net._hidden" not in rows


def test_steps_of_every_optimizer_count() -> None:
    source = (
        "import torch\nw = torch.ones(2, requires_grad=True)\na = torch.optim.SGD([w], lr=0.1)\n"
        "b = torch.optim.Adam([w], lr=0.1)\nw.sum().backward()\na.step()\nb.step()\nb.step()\n"
    )
    assert Session(source).run().inspector.steps == 3


def test_the_first_frame_with_a_tensor_comes_before_the_next_statement_ends() -> None:
    seen: list[set[str]] = []
    session = Session(
        "import torch\nw = torch.ones(3)\nsee()\nfrom torch import nn\nlayer = nn.Linear(2, 2)\nsee()\n",
        {"see": lambda: None},
    )
    session.namespace["see"] = lambda: seen.append({row.name for row in session.every_row})
    session.run()
    assert "w" in seen[0]
    assert "layer.weight" in seen[1]


TIED = """
import torch
from torch import nn
class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 2, bias=False)
        self.last = nn.Linear(2, 2, bias=False)
        self.last.weight = self.first.weight
        self.again = self.first
model = Tied()
weight = model.first.weight
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(3):
    loss = model.last(model.first(torch.ones(1, 2))).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("model.last.weight", "parameter"),
        ("model.last.weight.grad", "gradient"),
        ("model.again", "module"),
        ("model.again.weight", "parameter"),
        ("weight", "tensor"),
        ("weight.grad", "gradient"),
    ],
)
def test_what_the_lesson_asks_for_by_another_name_has_a_row(name: str, kind: str) -> None:
    session = Session(TIED, watch=(name,), frames_per_second=1000, budget=1.0).run()
    rows = session.rows
    assert rows[name].kind == kind
    assert rows["model.first.weight"].kind == "parameter"
    own = rows[
        {"gradient": "model.first.weight.grad", "module": "model.first"}.get(kind, "model.first.weight")
    ]
    assert (rows[name].mean, rows[name].parameters) == (own.mean, own.parameters)
    assert rows[name].grad_norm == own.grad_norm
    assert session.frames[-1].parameters == Parameters(trainable=4)


# ------------------------------------------------------------------------------------------------------ figures


@pytest.mark.parametrize("seed", range(8))
def test_figures_are_those_of_numpy(seed: int) -> None:
    dice = np.random.default_rng(seed)
    lengths = dice.integers(1, 60, size=12)
    parts = [dice.normal(dice.normal(), 10.0 ** dice.integers(-3, 4), size=length) for length in lengths]
    for part in parts:
        bad = dice.random(len(part)) < 0.2
        part[bad] = dice.choice([np.nan, np.inf, -np.inf, 0.0], size=bad.sum())
    parts[3][:] = np.nan
    parts[4][:] = 2.5
    found = figures(np.concatenate(parts), lengths)
    for index, part in enumerate(parts):
        good = part[np.isfinite(part)]
        assert found.nan[index] == np.isnan(part).sum()
        assert found.inf[index] == np.isinf(part).sum()
        assert found.zeros[index] == (part == 0).sum()
        assert found.histogram[index].sum() == len(good)
        if len(good):
            assert found.min[index] == good.min()
            assert found.max[index] == good.max()
            assert found.mean[index] == pytest.approx(good.mean())
            assert found.std[index] == pytest.approx(good.std(), abs=1e-12)
            if good.min() < good.max():
                wanted = np.histogram(good, BINS, (good.min(), good.max()))[0]
                assert np.abs(np.cumsum(found.histogram[index]) - np.cumsum(wanted)).max() <= 1
        else:
            assert math.isnan(found.mean[index])


def test_a_gradient_that_is_asked_for_beside_its_tensor_has_one_row() -> None:
    names = ("model.last.weight", "model.last.weight.grad")
    session = Session(TIED, watch=names, frames_per_second=1000, budget=1.0).run()
    last = [row.name for row in session.frames[-1].rows]
    assert [last.count(name) for name in names] == [1, 1]


def test_numbers_too_large_for_their_squares_raise_no_warning_in_the_program() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = figures(np.array([1e200, -1e200, 3e200]), np.array([3]))
    assert found.max[0] == 3e200


def test_change_is_relative_to_what_was() -> None:
    before = np.array([3.0, 4.0, 0.0, 0.0, 1.0])
    now = np.array([3.0, 4.5, 2.0, 0.0, 1.0])
    assert relative_change(now, before, np.array([2, 2, 1])).tolist() == [0.1, 2.0, 0.0]


@pytest.mark.parametrize(
    "shape", [(1024, 1024), (1000, 1280), (7, 1280), (512, 512, 3, 3), (2**20,), (1021, 1031)]
)
def test_samples_visit_every_row_and_column(shape: tuple[int, ...]) -> None:
    total = math.prod(shape)
    step = coprime_step(total, 1024)
    places = np.arange(0, total, step)
    assert 900 <= len(places) <= 1400
    for axis, size in enumerate(shape):
        if size <= 128:
            assert len(set(np.unravel_index(places, shape)[axis])) == size
        else:
            assert len(set(np.unravel_index(places, shape)[axis])) > min(size, 1024) * 0.4


def test_thinned_axes_leave_no_more_than_asked() -> None:
    for shape in ((100, 100), (1, 5000), (3, 3, 3, 3000), (2,) * 14, (0, 5)):
        steps = axis_steps(shape, 256)
        assert math.prod(-(-size // step) for size, step in zip(shape, steps, strict=True)) <= 256


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.randn(40),
        lambda: torch.randn(300, 40),
        lambda: torch.randn(300, 40).T,
        lambda: torch.randn(300, 40)[:, ::3],
        lambda: torch.randn(40, 1).expand(40, 9),
        lambda: torch.randn(4, 3, 20, 20).to(memory_format=torch.channels_last),
        lambda: torch.randn(50, dtype=torch.float64)[7:31],
    ],
)
def test_samples_hold_only_elements_of_the_value(make: object) -> None:
    tensor = make()  # type: ignore[operator]
    sample = take(tensor, 64)
    everything = set(tensor.flatten().tolist())
    assert set(sample.view.tolist()) <= everything
    assert sample.view.numel() <= 130
    small = take(tensor, 10**6)
    assert set(small.view.tolist()) == everything


def test_sampled_figures_come_close_and_say_so() -> None:
    session = Session("import torch\ntorch.manual_seed(0)\nw = torch.randn(512, 300) * 3 + 1\nx = 1\n").run()
    row = next(row for row in session.every_row if row.name == "w")
    exact = session.namespace["w"]
    assert row.sampled
    assert row.mean == pytest.approx(exact.mean().item(), abs=0.3)
    assert row.std == pytest.approx(exact.std().item(), rel=0.1)
    assert row.norm == pytest.approx(exact.norm().item(), rel=0.1)


def test_the_last_frame_looks_at_every_element() -> None:
    session = Session(
        "import torch\nfrom torch import nn\ntorch.manual_seed(0)\nw = torch.randn(512, 300) * 3 + 1\n"
        "w[400, 200] = 1e6\nbig = torch.arange(40_000, dtype=torch.int32)\nbad = torch.randn(100_000)\n"
        "bad[7] = float('nan')\nmodel = nn.Linear(300, 20)\nmodel(w).pow(2).mean().backward()\n"
    ).run()
    rows, names = session.rows, session.namespace
    exact, gradient = names["w"].double(), names["model"].weight.grad.double()
    row = rows["w"]
    assert not row.sampled
    assert row.max == 1e6
    assert row.mean == pytest.approx(exact.mean().item(), rel=1e-9)
    assert row.std == pytest.approx(exact.std().item(), rel=1e-9)
    assert row.norm == pytest.approx(exact.norm().item(), rel=1e-9)
    assert sum(row.histogram) == row_elements(row)
    assert (rows["big"].min, rows["big"].max, rows["big"].sampled) == (0, 39_999, False)
    assert (rows["bad"].nan, rows["bad"].sampled) == (1, False)
    norm = pytest.approx(gradient.norm().item(), rel=1e-9)
    assert rows["model.weight.grad"].norm == norm
    assert rows["model.weight"].grad_norm == norm


def test_exact_figures_are_true_after_a_write_that_pytorch_does_not_count() -> None:
    session = Session("import torch\nw = torch.zeros(5000)\n").run()
    assert (session.rows["w"].max, session.rows["w"].sampled) == (0.0, False)
    version = session.namespace["w"]._version
    session.namespace["w"].data[4321] = 5.0
    assert session.namespace["w"]._version == version
    session.inspector.after_prompt()
    assert (session.rows["w"].max, session.rows["w"].sampled) == (5.0, False)


def test_what_is_too_large_for_the_last_frame_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "EXACT", 10_000)
    rows = rows_of("import torch\nsmall = torch.ones(9_000)\nlarge = torch.ones(20_000)\n")
    assert (rows["small"].sampled, rows["large"].sampled) == (False, True)


def row_elements(row: Summary) -> int:
    return math.prod(row.shape or ())


def test_the_worker_half_imports_neither_textual_nor_the_ui_half_torch() -> None:
    worker = (
        "import sys, evoclass_tensors\n[probe.prepare() for probe in evoclass_tensors.register_probes()]\n"
        "assert 'torch' not in sys.modules\nimport torch\n"
        "[probe.prepare() for probe in evoclass_tensors.register_probes()]\n"
        "assert 'evoclass_tensors.worker.gallery' in sys.modules\nassert 'textual' not in sys.modules\n"
    )
    panel = (
        "import sys, evoclass_tensors\nevoclass_tensors.register_panels()\nassert 'textual' in sys.modules\n"
        "assert 'torch' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    for code in (worker, panel):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


# -------------------------------------------------------------------------------------------- models that change


LOOP = """
import torch
from torch import nn
model = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
for step in range(30):
    loss = model(torch.ones(2, 3)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step == 10:
        change()
    wait()
"""


def in_the_loop(change: str) -> Session:
    """Run a loop in which a model changes, with frames at every step."""

    def wait() -> None:
        end = time.perf_counter() + 0.011
        while time.perf_counter() < end:
            pass

    session = Session(LOOP, {"wait": wait}, frames_per_second=100, budget=1.0)
    session.namespace["change"] = lambda: exec(change, session.namespace)
    return session.run()


def test_quick_walks_find_what_full_walks_find() -> None:
    session = in_the_loop("pass")
    steps = [frame for frame in session.frames if frame.cause == "step" and frame.rows]
    assert len(steps) > 10
    for frame in steps:  # how many of the rows a frame brings depends on the time that it is given
        assert frame.total == session.frames[-1].total
        assert frame.parameters == Parameters(trainable=20, frozen=0)
    assert {"model.0.weight", "model.2.bias.grad"} <= {row.name for frame in steps for row in frame.rows}
    assert "optimizer.state[model.0.weight]['exp_avg']" in session.rows


def test_freezing_in_a_loop_shows_with_the_next_frame() -> None:
    session = in_the_loop("for p in model[0].parameters(): p.requires_grad = False")
    counts = [frame.parameters for frame in session.frames if 12 < frame.step < 30]
    assert set(counts) == {Parameters(trainable=8, frozen=12)}


def test_thawing_in_a_loop_shows_before_there_are_gradients() -> None:
    source = (
        "from torch import nn\nmodel = nn.Linear(3, 2).requires_grad_(False)\n"
        "for step in range(20):\n    if step == 10:\n        model.requires_grad_(True)\n    wait()\nafter = 1\n"
    )
    session = Session(source, {"wait": lambda: time.sleep(0.011)}, frames_per_second=100, budget=1.0).run()
    loop = [frame.parameters for frame in session.frames if frame.cause == "loop"]
    assert loop[5] == Parameters(trainable=0, frozen=8)
    assert loop[-1] == Parameters(trainable=8, frozen=0)


def test_a_layer_that_is_replaced_in_a_loop_is_found() -> None:
    session = in_the_loop("model[2] = nn.Linear(3, 5)\noptimizer = torch.optim.Adam(model.parameters())")
    assert session.rows["model.2.weight"].shape == (5, 3)
    late = [row for frame in session.frames[:-1] for row in frame.rows if frame.step > 11]
    assert any(row.name == "model.2.weight" and row.shape == (5, 3) for row in late)


def test_parameters_that_no_module_owns_count_in_a_loop_too() -> None:
    source = (
        "import torch\nfrom torch import nn\nmodel = nn.Linear(3, 2)\nscale = nn.Parameter(torch.ones(5))\n"
        "loose = nn.Parameter(torch.ones(7))\n"
        "optimizer = torch.optim.SGD([*model.parameters(), scale], lr=0.1)\n"
        "for step in range(20):\n    (model(torch.ones(1, 3)).sum() + scale.sum() * loose.sum()).backward()\n"
        "    optimizer.step()\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    counts = [frame.parameters for frame in session.frames if frame.cause == "step" and frame.rows]
    assert len(counts) > 5
    assert set(counts) == {Parameters(trainable=20, frozen=0)}


MANY = """
import torch
from torch import nn
model = nn.Sequential(*(nn.Linear(2, 2) for _ in range({layers})))
plain = [torch.zeros(2) for _ in range({tensors})]
for step in range(150):
    change()
"""


def many(layers: int, tensors: int, change: Callable[[], None] = lambda: None) -> Session:
    """Run a loop in which all of a large model and many tensors change, with a frame each turn."""

    session = Session(MANY.format(layers=layers, tensors=tensors), frames_per_second=1e6, budget=1.0)
    session.namespace["change"] = lambda: (change(), change_everything(session))
    return session.run()


def change_everything(session: Session) -> None:
    with torch.no_grad():
        for tensor in (*session.namespace["model"].parameters(), *session.namespace["plain"]):
            tensor.add_(1)


def test_in_a_large_model_each_row_has_its_turn() -> None:
    session = many(100, 30)
    brought = Counter(row.name for frame in session.frames if frame.cause == "loop" for row in frame.rows)
    weights = [brought[f"model.{layer}.weight"] for layer in range(100)]
    assert min(weights) >= 2
    assert max(weights) <= 4 * min(weights)
    assert min(brought[f"plain[{number}]"] for number in range(30)) >= 2


def test_a_frame_in_a_loop_looks_at_no_more_rows_than_it_has_time_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked, after, holds = [0], [0], Record.holds

    def counted(record: Record, tensor: torch.Tensor) -> bool:
        looked[0] += 1
        return holds(record, tensor)

    monkeypatch.setattr(gallery, "SURE", 60.0)
    monkeypatch.setattr(Record, "holds", counted)
    many(300, 0, lambda: after.append(looked[0]))
    each = [later - earlier for earlier, later in pairwise(after)]
    assert 0 < max(each[20:]) < 200


def test_rows_in_view_come_with_every_frame_and_others_still_have_their_turn() -> None:
    turns = [0]

    def attend() -> None:
        turns[0] += 1
        if turns[0] == 50:
            session.inspector.attend([f"model.{layer}.weight" for layer in range(100, 150)])

    session = Session(MANY.format(layers=200, tensors=0), frames_per_second=1e6, budget=1.0)
    session.namespace["change"] = lambda: (attend(), change_everything(session))
    session.run()
    late = [frame for frame in session.frames if frame.cause == "loop" and frame.rows][80:]
    brought = Counter(row.name for frame in late for row in frame.rows)
    in_view = [brought[f"model.{layer}.weight"] for layer in range(100, 150)]
    others = [brought[f"model.{layer}.weight"] for layer in (*range(100), *range(150, 200))]
    assert min(in_view) > 3 * max(1, max(others))
    assert sum(count > 0 for count in others) > 50


def test_the_model_is_seen_beside_many_tensors_that_change() -> None:
    session = many(3, 190)
    late = [row.name for frame in session.frames[-40:-1] for row in frame.rows]
    assert "model.1.weight" in late
    assert "plain[150]" in late


def test_a_skeleton_keeps_no_model_alive() -> None:
    import weakref

    session = in_the_loop("pass")
    alive = weakref.ref(session.namespace["model"])
    session.namespace.clear()
    gc.collect()
    assert alive() is None


def test_a_gradient_with_a_name_of_its_own_has_a_row() -> None:
    rows = rows_of(
        "import torch\nw = torch.ones(2, requires_grad=True)\n(w * w).sum().backward()\ng = w.grad\n"
    )
    assert rows["g"].mean == rows["w.grad"].mean == 2


@pytest.mark.parametrize(
    "values", ["torch.arange(6.)", "torch.tensor([1., 3.])", "torch.ones(4).expand(3, 4)", "torch.arange(9)"]
)
def test_the_spread_is_what_the_library_prints(values: str) -> None:
    session = Session(f"import torch, numpy\nt = {values}\na = t.double().numpy().copy()\n").run()
    tensor, array = session.namespace["t"], session.namespace["a"]
    for look in (session.rows, {name: session.look(name).summary for name in "ta"}):
        assert look["t"].std == pytest.approx(tensor.double().std().item(), rel=1e-9)
        assert look["a"].std == pytest.approx(array.std(), rel=1e-9)


def test_a_single_element_has_no_spread() -> None:
    assert rows_of("import torch\nt = torch.tensor([2.5])\n")["t"].std is None


@pytest.mark.parametrize(
    ("source", "trainable"),
    [
        ("m = nn.Linear(2, 3)\no = torch.optim.SGD(m.parameters(), lr=0.1)\nm = nn.Linear(2, 3)\n", 9),
        ("o = torch.optim.SGD(nn.Linear(2, 3).parameters(), lr=0.1)\n", 9),
        (
            "w = torch.randn(3, 4, requires_grad=True)\nb = torch.zeros(4, requires_grad=True)\nall = [w, b]\n",
            16,
        ),
        ("w = torch.randn(3, 4, requires_grad=True)\ny = w * 2\n", 12),
        ("w = torch.randn(3, 4, requires_grad=True)\no = torch.optim.SGD([w], lr=0.1)\n", 12),
        (
            "m = nn.Linear(2, 3)\nw = torch.zeros(5, requires_grad=True)\n"
            "o = torch.optim.SGD([w, *m.parameters()], lr=0.1)\n",
            14,
        ),
    ],
)
def test_parameters_are_those_of_what_has_a_name(source: str, trainable: int) -> None:
    session = Session(f"import torch\nfrom torch import nn\n{source}").run()
    counts = session.inspector.rows.parameters()
    assert counts is not None
    assert counts.trainable == trainable


@pytest.mark.parametrize(
    ("source", "trainable", "nameless"),
    [
        ("m = nn.Linear(2, 3)\no = torch.optim.SGD(m.parameters(), lr=0.1)\nm = nn.Linear(2, 3)\n", 9, 9),
        ("m = nn.Linear(2, 3)\no = torch.optim.SGD(m.parameters(), lr=0.1)\n", 9, 0),
        ("old = [nn.Linear(2, 3)]\nm = nn.Linear(2, 3)\n", 9, 9),
        ("layers = [nn.Linear(2, 3), nn.ReLU()]\nm = nn.Sequential(*layers)\n", 9, 0),
        ("layers = [nn.Linear(2, 3), nn.Linear(3, 1)]\n", 13, 0),
        ("m = {'a': nn.Linear(2, 3)}\nn = nn.Linear(1, 1)\n", 11, 0),
        ("old = [nn.Linear(2, 3)]\nm = nn.Linear(2, 3)\nm.weight = old[0].weight\n", 9, 3),
    ],
)
def test_models_without_a_name_are_counted_apart(source: str, trainable: int, nameless: int) -> None:
    session = Session(f"import torch\nfrom torch import nn\n{source}").run()
    assert session.inspector.rows.parameters() == Parameters(trainable=trainable, nameless=nameless)
