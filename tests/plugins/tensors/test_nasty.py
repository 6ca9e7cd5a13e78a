"""Values that break other inspectors: none of them breaks a frame, costs the program anything, or goes unseen."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from typing import Any

import numpy as np
import pytest
import torch

from .session import Session, rows_of

DTYPES = sorted(
    (value for value in vars(torch).values() if isinstance(value, torch.dtype)), key=lambda dtype: str(dtype)
)


# ------------------------------------------------------------------------------------------ 1: awkward numbers


def test_all_nan_infinite_empty_and_scalar() -> None:
    rows = rows_of(
        "import torch\nnan = torch.full((3, 4), float('nan'))\ninf = torch.tensor([1.0, float('inf'), float('-inf')])\n"
        "empty = torch.empty(0, 5)\nscalar = torch.tensor(2.5)\nnull = torch.tensor([])\n"
    )
    assert (rows["nan"].nan, rows["nan"].min, rows["nan"].histogram) == (12, None, ())
    assert (rows["inf"].inf, rows["inf"].nan, rows["inf"].min, rows["inf"].mean) == (2, 0, 1, 1)
    assert rows["empty"].shape == (0, 5)
    assert rows["empty"].mean is None
    assert rows["scalar"].shape == ()
    assert rows["scalar"].mean == 2.5
    assert rows["null"].bytes == 0


def test_a_view_of_four_gigabytes_costs_four_bytes() -> None:
    rows = rows_of(
        "import torch\nhuge = torch.ones(1).expand(2**30)\nwide = torch.arange(8.0).expand(2**20, 8)\n"
    )
    assert rows["huge"].shape == (2**30,)
    assert rows["huge"].bytes == 4
    assert (rows["huge"].min, rows["huge"].max, rows["huge"].sampled) == (1, 1, False)
    assert (rows["wide"].mean, rows["wide"].max) == (3.5, 7)
    detail = Session("import torch\nhuge = torch.ones(1).expand(2**30)\n").run().look("huge")
    assert detail.summary is not None
    assert detail.summary.mean == 1
    assert detail.grid_shape == (1, 2**30)


# ---------------------------------------------------------------------------------------------- 2: very many


def test_ten_thousand_tensors_are_all_there_in_the_end() -> None:
    session = Session(
        "import torch\nfor i in range(10_000):\n    globals()[f't{i}'] = torch.full((3,), float(i))\n"
    ).run()
    rows = session.rows
    assert sum(name.startswith("t") for name in rows) >= 10_000
    assert rows["t9999"].mean == 9999
    assert session.frames[-1].total >= 10_000
    assert all(len(frame.rows) < 5_000 for frame in session.frames[:-1])


# ------------------------------------------------------------------------------------ 3: every type and layout


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_every_dtype(dtype: torch.dtype, device: str) -> None:
    value = _filled(dtype, device)
    if value is None:
        pytest.skip("PyTorch itself cannot make one")
    session = Session(
        "a = value\nb = value[::2] if value.dim() else value\nloss = 1.5\n", {"value": value}
    ).run()
    rows = session.rows
    assert rows["a"].dtype == str(dtype).removeprefix("torch.")
    assert rows["a"].shape == tuple(value.shape)
    assert rows["loss"].text == "1.5"
    if device == "meta":
        assert rows["a"].badge == "meta"
    detail = session.look("a")
    assert not detail.error
    assert detail.summary is not None


def _filled(dtype: torch.dtype, device: str) -> torch.Tensor | None:
    if dtype in (torch.quint8, torch.qint8, torch.qint32, torch.quint4x2, torch.quint2x4):
        try:
            return torch.quantize_per_tensor(torch.rand(4, 6), 0.1, 0, dtype).to(device)
        except (RuntimeError, NotImplementedError):
            return None
    try:
        return torch.zeros(4, 6, dtype=dtype, device=device)
    except (RuntimeError, NotImplementedError):
        try:
            return torch.empty(4, 6, dtype=dtype, device=device)
        except (RuntimeError, NotImplementedError):
            return None


LAYOUTS = {
    "coo": "torch.eye(4).to_sparse()",
    "csr": "torch.eye(4).to_sparse_csr()",
    "csc": "torch.eye(4).to_sparse_csc()",
    "bsr": "torch.eye(4).to_sparse_bsr((2, 2))",
    "bsc": "torch.eye(4).to_sparse_bsc((2, 2))",
    "empty coo": "torch.sparse_coo_tensor(torch.empty(2, 0, dtype=torch.long), torch.empty(0), (3, 3))",
    "hybrid coo": "torch.sparse_coo_tensor(torch.tensor([[0, 2]]), torch.ones(2, 5), (3, 5))",
    "mkldnn": "torch.ones(2, 3, 4, 4).to_mkldnn()",
    "nested": "torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])",
    "jagged": "torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged)",
    "transposed": "torch.rand(300, 20).T",
    "channels last": "torch.rand(2, 3, 8, 8).to(memory_format=torch.channels_last)",
    "gaps": "torch.rand(400, 40)[::3, 1::2]",
    "overlapping": "torch.rand(10).as_strided((5, 5), (1, 1))",
    "reversed": "torch.rand(3000).flip(0)",
    "conjugate": "torch.randn(4, dtype=torch.complex64).conj()",
    "imaginary": "torch.randn(4, dtype=torch.complex64).conj().imag",
    "complex and large": "torch.randn(5000, dtype=torch.complex64)",
    "complex and gappy": "torch.randn(50, 50, dtype=torch.complex64)[::2, ::3]",
    "quantised a channel": "torch.quantize_per_channel(torch.rand(3, 4), torch.ones(3), torch.zeros(3), 0, qint8)",
    "lazy": "torch.nn.LazyLinear(3)",
    "inference": "torch.inference_mode()(lambda: torch.ones(3))()",
    "fake": "fake_mode().from_tensor(torch.ones(3))",
    "buffer": "torch.nn.Buffer(torch.ones(3))",
    "parameter": "torch.nn.Parameter(torch.ones(3))",
    "in a dict": "torch.nn.ParameterDict({'odd name': torch.nn.Parameter(torch.ones(3))})",
    "batched": "torch.vmap(lambda x: kept.append(x) or x)(torch.ones(3, 2))",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout(name: str) -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    kept: list[Any] = []
    source = f"a = {LAYOUTS[name]}\nescaped = kept[0] if kept else None\nloss = 0.5\n"
    session = Session(
        source, {"torch": torch, "qint8": torch.qint8, "fake_mode": FakeTensorMode, "kept": kept}
    ).run()
    assert session.rows["loss"].mean == 0.5
    assert "a" in session.rows
    assert "inspector" not in session.rows
    assert not any("Error" in row.badge for row in session.every_row), [
        row.badge for row in session.every_row
    ]
    detail = session.look("a")
    assert not detail.error


# --------------------------------------------------------------------------------------------- 5: nothing kept


def test_deleted_tensors_are_freed_at_once() -> None:
    source = (
        "import torch\n"
        "def train():\n"
        "    big = torch.ones(1000)\n    watch(big)\n    for i in range(3): pass\n    del big\n    check()\n"
        "train()\n"
        "x = torch.ones(1000, requires_grad=True)\nwatch(x)\nfor i in range(3): pass\ndel x\ncheck()\n"
        "model = torch.nn.Linear(3, 3)\nwatch(model.weight)\ndel model\ncheck()\n"
    )
    seen: list[weakref.ref[torch.Tensor]] = []
    freed: list[bool] = []
    gc.collect()
    gc.disable()
    try:
        names = {
            "watch": lambda value: seen.append(weakref.ref(value)),
            "check": lambda: freed.append(seen[-1]() is None),
        }
        Session(source, names, live=("x.sum()",)).run()
    finally:
        gc.enable()
    assert freed == [True, True, True]


# -------------------------------------------------------------------------------- 6: strict modes of the program


def test_deterministic_mode_and_warnings_as_errors() -> None:
    source = (
        "import warnings, torch\nwarnings.simplefilter('error')\ntorch.use_deterministic_algorithms(True)\n"
        "w = torch.ones(3, requires_grad=True)\ny = w * 2\nz = y.sum()\nz.backward()\n"
        "s = torch.eye(3).to_sparse()\nc = torch.ones(3, dtype=torch.complex64)\nm = torch.nn.Linear(2, 2)\n"
        "for i in range(3): pass\n"
    )
    before = torch.are_deterministic_algorithms_enabled()
    try:
        with pytest.MonkeyPatch.context() as patch:
            import warnings

            patch.setattr(warnings, "filters", list(warnings.filters))
            session = Session(source).run()
    finally:
        torch.use_deterministic_algorithms(before)
    assert not any(row.badge for row in session.every_row if row.name not in ("s", "c"))
    assert session.rows["w.grad"].mean == 2


def test_warnings_that_the_program_makes_stay_as_they_are() -> None:
    code = (
        "import sys, warnings\nsys.path.insert(0, {path!r})\n"
        "from plugins.tensors.session import Session\n"
        "source = 'import warnings, torch\\nx = torch.ones(3)\\nfor i in range(5):\\n    warnings.warn(\"once\")\\n'\n"
        "Session(source).run()\n"
    ).format(path=str(__file__).rsplit("/plugins/", 1)[0])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.count("UserWarning: once") == 1


# --------------------------------------------------------------------------------------- 7: compilers and modes


def test_a_compiled_loop_stays_one_graph() -> None:
    source = (
        "import torch\n"
        "class Net(torch.nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n"
        "        self.layers = torch.nn.ModuleList(torch.nn.Linear(4, 4) for _ in range(3))\n"
        "    def forward(self, x):\n        for layer in self.layers:\n            x = layer(x).relu()\n"
        "        return x\n"
        "model = Net()\nfast = torch.compile(model, fullgraph=True, backend='eager')\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "for i in range(3):\n"
        "    loss = fast(torch.ones(2, 4)).sum()\n    optimizer.zero_grad()\n"
        "    loss.backward()\n    optimizer.step()\n"
    )
    torch._dynamo.reset()
    session = Session(source).run()
    assert session.inspector.steps == 3
    assert session.rows["model.layers.0.weight"].grad_norm is not None


def test_a_trace_holds_none_of_our_operations() -> None:
    source = (
        "import torch\n"
        "def f(x):\n    for i in range(3):\n        x = x + 1\n    return x\n"
        "traced = torch.jit.trace(f, torch.ones(2))\ngraph = str(traced.graph)\n"
        "from torch.fx.experimental.proxy_tensor import make_fx\nops = str(make_fx(f)(torch.ones(2)).graph)\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    assert session.namespace["graph"].count("aten::add") == 3
    assert "strided" not in session.namespace["graph"]
    assert session.namespace["ops"].count("call_function") == 3


def test_a_profile_holds_none_of_our_operations() -> None:
    source = (
        "import torch\nfrom torch.profiler import profile, ProfilerActivity\nx = torch.ones(5000)\n"
        "with profile(activities=[ProfilerActivity.CPU]) as prof:\n"
        "    for i in range(4):\n        x = x + 1\n"
        "names = {event.key for event in prof.key_averages()}\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    assert "aten::add" in session.namespace["names"]
    assert not {"aten::as_strided", "aten::cat", "aten::sum"} & session.namespace["names"]


def test_modes_of_the_program_do_not_see_us() -> None:
    source = (
        "import torch\nfrom torch.utils._python_dispatch import TorchDispatchMode\n"
        "from torch.overrides import TorchFunctionMode\ncalls = []\n"
        "class Log(TorchDispatchMode):\n"
        "    def __torch_dispatch__(self, op, types, args=(), kwargs=None):\n"
        "        calls.append(str(op))\n        return op(*args, **(kwargs or {}))\n"
        "class Names(TorchFunctionMode):\n"
        "    def __torch_function__(self, op, types, args=(), kwargs=None):\n"
        "        calls.append(getattr(op, '__name__', str(op)))\n        return op(*args, **(kwargs or {}))\n"
        "x = torch.ones(3)\n"
        "with Log(), Names(), torch.autocast('cpu', dtype=torch.bfloat16), torch.device('meta'):\n"
        "    for i in range(4):\n        y = x + i\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    plain: dict[str, Any] = {}
    exec(source, plain)
    assert session.namespace["calls"] == plain["calls"]
    assert session.rows["y"].mean == 4
    assert any(frame.cause == "loop" and frame.rows for frame in session.frames)


def test_inside_transforms_nothing_is_touched() -> None:
    source = (
        "import torch\n"
        "def f(x):\n    total = 0\n    for i in range(3):\n        total = total + (x * x).sum()\n    return total\n"
        "gradient = torch.func.grad(f)(torch.ones(3))\nmapped = torch.vmap(f)(torch.ones(2, 3))\n"
        "jacobian = torch.func.jacrev(lambda x: x * f(x))(torch.ones(2))\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    assert session.rows["gradient"].mean == 6
    assert session.rows["mapped"].mean == 9


# ------------------------------------------------------------------------------------------ 8: hostile classes


def test_subclasses_that_raise_or_are_slow_run_no_code() -> None:
    source = (
        "import torch, time\n"
        "class Rude(torch.Tensor):\n"
        "    def __repr__(self): raise RuntimeError('repr')\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, op, types, args=(), kwargs=None): raise RuntimeError(f'function {op}')\n"
        "    @property\n    def shape(self): raise RuntimeError('shape')\n"
        "    @property\n    def dtype(self): raise RuntimeError('dtype')\n"
        "    @property\n    def device(self): raise RuntimeError('device')\n"
        "    @property\n    def requires_grad(self): raise RuntimeError('requires_grad')\n"
        "    @property\n    def grad(self): raise RuntimeError('grad')\n"
        "    @property\n    def __class__(self): raise RuntimeError('class')\n"
        "class Slow(torch.Tensor):\n"
        "    @property\n    def shape(self): called.append('shape'); return super().shape\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, op, types, args=(), kwargs=None):\n"
        "        called.append(op); return super().__torch_function__(op, types, args, kwargs or {})\n"
        "called = []\n"
        "rude = torch.ones(3).as_subclass(Rude)\nslow = torch.ones(4).as_subclass(Slow)\ncalled.clear()\n"
        "for i in range(3): pass\nnumber = 1\n"
    )
    session = Session(source).run()
    rows = session.rows
    assert session.namespace["called"] == []
    assert rows["rude"].shape == (3,)
    assert rows["slow"].shape == (4,)
    assert rows["number"].mean == 1
    assert not session.look("rude").error


def test_objects_that_only_look_like_tensors_are_left_alone() -> None:
    source = (
        "import torch\n"
        "class Liar:\n    @property\n    def __class__(self): return torch.Tensor\n"
        "    def __getattr__(self, name): raise RuntimeError(name)\n"
        "liar = Liar()\nx = torch.ones(2)\nclass Slots:\n    __slots__ = ('w',)\nslots = Slots()\n"
    )
    rows = Session(source).run().rows
    assert "x" in rows
    assert "liar" not in rows


def test_modules_that_are_half_built_or_go_in_circles() -> None:
    source = (
        "import torch\nfrom torch import nn\n"
        "class Bare(nn.Module):\n    def __init__(self): pass\n"
        "class Loop(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = nn.Linear(2, 2)\n        self.me = [self]\n"
        "bare = Bare()\nring = Loop()\nring.again = ring\nother = Loop()\nother.first = ring\nring.second = other\n"
        "after = torch.ones(1)\n"
    )
    session = Session(source).run()
    assert "after" in session.rows
    assert "inspector" not in session.rows
    weights = [name for name in session.rows if name.endswith(".weight")]
    assert len(weights) == 2


def test_a_module_whose_words_raise_has_a_row() -> None:
    source = (
        "from torch import nn\nclass Odd(nn.Linear):\n"
        "    def extra_repr(self): raise ValueError('no words')\n    def __repr__(self): raise ValueError('no')\n"
        "odd = Odd(2, 3)\n"
    )
    assert rows_of(source)["odd"].parameters == 9


# ------------------------------------------------------------------------------ 9: threads, gradients of results


def test_writes_of_another_thread_do_no_harm() -> None:
    stop = threading.Event()
    value = torch.zeros(200_000)

    def write() -> None:
        while not stop.is_set():
            value.add_(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        session = Session(
            "for i in range(200):\n    now()\n",
            {"value": value, "now": time.perf_counter},
            frames_per_second=1e6,
            budget=1.0,
        ).run()
    finally:
        stop.set()
        writer.join()
    assert "value" in session.rows
    assert "inspector" not in session.rows


def test_gradients_of_intermediate_results() -> None:
    source = (
        "import torch, warnings\nwarnings.simplefilter('error')\nw = torch.ones(3, requires_grad=True)\n"
        "kept = w * 2\nkept.retain_grad()\nbare = kept * 3\nbare.sum().backward()\n"
    )
    import warnings

    with warnings.catch_warnings():
        rows = rows_of(source)
    assert rows["kept.grad"].mean == 3
    assert rows["w.grad"].mean == 6
    assert "bare.grad" not in rows


# ------------------------------------------------------------------------------------------ 10: out of memory


def test_after_running_out_of_memory_the_frame_still_comes() -> None:
    session = Session("import torch\nx = torch.ones(3)\nbig = torch.empty(2**50)\n").run(fails=True)
    assert session.frames[-1].cause == "error"
    assert session.rows["x"].mean == 1


def test_a_deep_recursion_is_not_cut_short_by_us() -> None:
    source = (
        "import torch\nx = torch.ones(3)\n"
        "def down(n):\n    for i in range(1):\n        pass\n    return 0 if n == 0 else down(n - 1)\n"
        "try:\n    down(100_000)\nexcept RecursionError:\n    caught = 1\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    assert session.rows["caught"].mean == 1


# ------------------------------------------------------------------------------------------------------ arrays


def test_arrays_of_every_kind() -> None:
    names = {
        "floats": np.array([1.0, np.nan, np.inf]),
        "empty": np.empty((0, 3)),
        "text": np.array(["a", "b"]),
        "objects": np.array([object(), None]),
        "dates": np.array(["2024-01-01"], dtype="datetime64[D]"),
        "record": np.zeros(3, dtype=[("x", "f4"), ("y", "i2")]),
        "masked": np.ma.masked_array([1.0, 2.0], mask=[True, False]),
        "complex": np.ones(3, dtype=complex),
        "huge": np.broadcast_to(np.float32(1), (2**15, 2**15)),
        "boolean": np.array([True, False]),
        "zero": np.array(3),
        "gappy": np.arange(10_000.0).reshape(100, 100)[::3, ::7],
    }
    session = Session("loss = 0.5\n", names).run()
    rows = session.rows
    assert (rows["floats"].nan, rows["floats"].inf, rows["floats"].mean) == (1, 1, 1)
    assert rows["boolean"].mean == 0.5
    assert rows["zero"].mean == 3
    assert rows["loss"].text == "0.5"
    assert all(name in rows for name in names)
    for name in names:
        assert not session.look(name).error
