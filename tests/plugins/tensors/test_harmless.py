"""Training with and without the inspector: the same bits, the same random numbers, the same memory."""

from __future__ import annotations

import gc
import random
import time
from typing import Any

import numpy as np
import pytest
import torch

from evoclass_tensors.worker import watch

from .session import Session

_LOOP = """
optimizer = torch.optim.{optimizer}
losses = []
for step in range({steps}):
    out = model(x)
    loss = nn.functional.mse_loss(out, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.detach().clone())
"""

_HEAD = "import random, numpy as np, torch\nfrom torch import nn\ntorch.manual_seed(3)\n"

PROGRAMS = {
    "mlp": _HEAD
    + "model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 5)).to(device)\n"
    + "x, y = torch.randn(32, 20, device=device), torch.randn(32, 5, device=device)\n"
    + _LOOP.format(optimizer="Adam(model.parameters(), lr=1e-2)", steps=30),
    "resnet": _HEAD
    + "from torchvision.models import resnet18\nmodel = resnet18(num_classes=5).to(device)\n"
    + "x, y = torch.randn(4, 3, 64, 64, device=device), torch.randn(4, 5, device=device)\n"
    + _LOOP.format(optimizer="SGD(model.parameters(), lr=1e-2, momentum=0.9)", steps=3),
    "transformer": _HEAD
    + "model = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.2, batch_first=True).to(device)\n"
    + "x, y = torch.randn(8, 10, 32, device=device), torch.randn(8, 10, 32, device=device)\n"
    + _LOOP.format(optimizer="AdamW(model.parameters(), lr=1e-3)", steps=12),
    "by hand": _HEAD
    + "w = torch.randn(50, 3, device=device, requires_grad=True)\nx = torch.randn(64, 50, device=device)\n"
    + "losses = []\nfor step in range(20):\n"
    + "    loss = ((x @ w).tanh() + 0.1 * torch.rand(3, device=device)).square().mean()\n"
    + "    loss.backward()\n    w.data -= 0.1 * w.grad\n    w.grad = None\n    losses.append(loss.item())\n"
    + "model = w\n",
    "swapped": _HEAD
    + "torch.__future__.set_swap_module_params_on_conversion(True)\n"
    + "model = nn.Sequential(nn.Linear(20, 8), nn.Linear(8, 5)).to(device)\nlosses = []\n"
    + "for step in range(8):\n    dtype = (torch.float32, torch.float64)[step % 2]\n    model.to(dtype)\n"
    + "    loss = model(torch.randn(4, 20, device=device, dtype=dtype)).square().mean()\n"
    + "    loss.backward()\n    losses.append(loss.item())\n    del loss\n    model.zero_grad(set_to_none=False)\n"
    + "torch.__future__.set_swap_module_params_on_conversion(False)\n",
}

LIVE = ("losses[-1]", "torch.randn(3)", "random.random()", "np.random.rand()", "model", "loss.item():.3f")


def state(namespace: dict[str, Any]) -> dict[str, Any]:
    """Return everything that a run leaves behind, as bytes."""
    model = namespace["model"]
    tensors = model.state_dict() if isinstance(model, torch.nn.Module) else {"w": model}
    result: dict[str, Any] = {name: bytes_of(tensor) for name, tensor in tensors.items()}
    result["losses"] = [
        bytes_of(loss) if isinstance(loss, torch.Tensor) else loss for loss in namespace["losses"]
    ]
    if "optimizer" in namespace:
        for index, own in enumerate(namespace["optimizer"].state.values()):
            result |= {f"{index}.{key}": bytes_of(torch.as_tensor(value)) for key, value in own.items()}
    result["torch"] = bytes_of(torch.get_rng_state())
    result["python"] = random.getstate()
    result["numpy"] = str(np.random.get_state())
    if torch.cuda.is_initialized():
        result["cuda"] = bytes_of(torch.cuda.get_rng_state())
    result["modes"] = (torch.is_grad_enabled(), torch.is_inference_mode_enabled(), torch.get_num_threads())
    return result


def bytes_of(tensor: torch.Tensor) -> bytes:
    return tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes()


def seeded() -> None:
    random.seed(7)
    np.random.seed(7)


def same(program: str, device: str) -> Session:
    """Run a program with and without the inspector and compare what they leave behind."""
    source = PROGRAMS[program]
    seeded()
    plain: dict[str, Any] = {"__name__": "__main__", "device": device}
    exec(compile(source, "train.py", "exec"), plain)
    wanted = state(plain)
    seeded()
    session = Session(source, {"device": device}, live=LIVE, frames_per_second=1e6, budget=1.0).run()
    session.look("model")
    session.look("torch.randn(4)")
    found = state(session.namespace)
    assert found.keys() == wanted.keys()
    for key in wanted:
        assert found[key] == wanted[key], key
    return session


@pytest.mark.parametrize("program", PROGRAMS)
def test_bitwise_the_same_on_the_cpu(program: str) -> None:
    session = same(program, "cpu")
    with_rows = [frame for frame in session.frames if frame.rows]
    assert len(with_rows) > len(session.namespace["losses"])


@pytest.mark.gpu
@pytest.mark.parametrize("program", PROGRAMS)
def test_bitwise_the_same_on_a_gpu(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # cuDNN's fastest backward passes add in any order: two plain runs would differ as well.
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", False)
    monkeypatch.setattr(torch.backends.cudnn, "deterministic", True)
    session = same(program, "cuda")
    assert any(row.device == "cuda:0" and row.mean is not None for row in session.every_row)
    assert not any(row.badge for row in session.every_row)


def tensors_alive() -> int:
    gc.collect()
    return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())


@pytest.mark.parametrize("program", ["mlp", "transformer"])
def test_memory_returns_to_the_same_level(program: str) -> None:
    before = tensors_alive()
    session = Session(PROGRAMS[program], {"device": "cpu"}, frames_per_second=1e6, budget=1.0).run()
    session.look("model")
    session.namespace.clear()
    assert tensors_alive() <= before


@pytest.mark.gpu
def test_gpu_memory_returns_to_the_same_level() -> None:
    torch.zeros(1, device="cuda")
    gc.collect()
    before = torch.cuda.memory_allocated()
    session = Session(PROGRAMS["resnet"], {"device": "cuda"}, frames_per_second=1e6, budget=1.0).run()
    session.look("model.conv1.weight")
    session.namespace.clear()
    gc.collect()
    assert torch.cuda.memory_allocated() <= before + 2**20  # cuBLAS keeps a workspace of its own


@pytest.mark.gpu
def test_a_captured_graph_is_left_alone() -> None:
    source = (
        "import torch\nx = torch.zeros(8, device='cuda')\ngraph = torch.cuda.CUDAGraph()\n"
        "side = torch.cuda.Stream()\n"
        "with torch.cuda.stream(side):\n    y = x + 1\ntorch.cuda.synchronize()\n"
        "with torch.cuda.graph(graph):\n    for i in range(5):\n        x += 1\n"
        "for i in range(3):\n    graph.replay()\ntorch.cuda.synchronize()\ntotal = x.sum().item()\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    assert session.namespace["total"] == 8 * 15
    assert session.rows["x"].mean == 15


@pytest.mark.gpu
def test_gpu_figures_come_without_waiting_for_the_gpu() -> None:
    source = (
        "import torch\nfrom torch import nn\nmodel = nn.Linear(4096, 4096, device='cuda')\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\nx = torch.ones(512, 4096, device='cuda')\n"
        "for i in range(60):\n    loss = model(x).square().mean()\n    optimizer.zero_grad()\n    loss.backward()\n"
        "    optimizer.step()\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    rows = session.rows
    assert rows["model.weight"].device == "cuda:0"
    exact = torch.linalg.vector_norm(session.namespace["model"].weight.double()).item()
    assert rows["model.weight"].norm == pytest.approx(exact, rel=1e-5)
    assert any(frame.cause == "step" and frame.rows for frame in session.frames)


@pytest.mark.gpu
def test_one_bad_element_on_a_gpu_is_found() -> None:
    source = (
        "import torch\nbig = torch.ones(1_000_003, device='cuda')\nfor i in range(5): torch.cuda.synchronize()\n"
        "big[777_777] = float('nan')\nfor i in range(20): torch.cuda.synchronize()\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    assert session.rows["big"].nan == 1


@pytest.mark.gpu
def test_after_the_gpu_gave_up_it_is_not_touched_again(tmp_path: Any) -> None:
    import subprocess
    import sys
    from pathlib import Path

    folder = str(Path(__file__).parents[2])
    code = (
        f"import sys\nsys.path.insert(0, {folder!r})\nfrom plugins.tensors.session import Session\n"
        "session = Session('import torch\\nok = torch.ones(3)\\nx = torch.ones(3, device=\"cuda\")\\n'\n"
        "    'i = torch.tensor([99], device=\"cuda\")\\ny = x[i]\\ntorch.cuda.synchronize()\\n').run(fails=True)\n"
        "assert [frame.cause for frame in session.frames[-2:]] == ['error', 'end'], session.frames[-2:]\n"
        "assert session.rows['ok'].mean == 1\nassert session.rows['x'].badge == 'device lost', session.rows['x']\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_one_bad_element_of_a_million_is_found() -> None:
    source = (
        "import torch\nbig = torch.ones(1_000_003)\nfor i in range(3): pass\n"
        "big[777_777] = float('nan')\nfor i in range(200): big.sum()\nbig[5] = float('inf')\n"
    )
    session = Session(source, frames_per_second=1000, budget=1.0).run()
    assert (session.rows["big"].nan, session.rows["big"].inf) == (1, 1)
    assert any(row.nan for frame in session.frames[:-1] for row in frame.rows if row.name == "big")


def test_a_very_large_tensor_has_its_turn_beside_smaller_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "ELEMENTS", 6_000)
    source = (
        "import torch\nsmall = torch.ones(5_990)\nlarge = torch.ones(100_003)\nlarge[77_777] = float('nan')\n"
        "for i in range(100): rest()\n"
    )

    def rest() -> None:
        end = time.perf_counter() + 0.001
        while time.perf_counter() < end:
            pass

    session = Session(source, {"rest": rest}, frames_per_second=1000, budget=1.0).run()
    assert any(row.nan for frame in session.frames[:-1] for row in frame.rows if row.name == "large")


def test_a_healed_value_is_healthy_again() -> None:
    source = (
        "import torch\nbig = torch.ones(1_000_003)\nbig[7] = float('nan')\nfor i in range(30): pass\n"
        "big[7] = 1.0\nfor i in range(30): pass\n"
    )
    assert Session(source, frames_per_second=1e6, budget=1.0).run().rows["big"].nan == 0


def test_writes_through_data_are_noticed() -> None:
    source = (
        "import torch\nw = torch.ones(10)\nw.data += 1\nfor i in range(5): pass\n"
        "w.data += 1\nfor i in range(5): pass\nw.data += 1\nfor i in range(30): pass\nseen = 1\n"
    )
    session = Session(source, frames_per_second=1e6, budget=1.0).run()
    means = [row.mean for frame in session.frames[:-1] for row in frame.rows if row.name == "w"]
    assert means[-1] == 4
    assert session.rows["w"].mean == 4
