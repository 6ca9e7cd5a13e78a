"""The close look: exact figures, quantiles, histogram, slices, images."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evoclass.protocol import Detail
from evoclass_tensors.worker.exact import BINS

from .session import Session


def detail_of(value: object, expression: str = "value", *axes: int) -> Detail:
    return Session("done = 1\n", {"value": value}).run().look(expression, *axes)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.bfloat16])
@pytest.mark.parametrize("size", [5, 1000, 100_003])
def test_figures_are_exact(dtype: torch.dtype, size: int) -> None:
    value = (torch.randn(size, generator=torch.Generator().manual_seed(size)) * 50).to(dtype)
    if dtype.is_floating_point:
        value[1], value[2], value[3] = float("nan"), float("inf"), float("-inf")
    detail = detail_of(value)
    wide = value.double().numpy()
    good = wide[np.isfinite(wide)]
    row = detail.summary
    assert row is not None
    assert not row.sampled
    assert (row.min, row.max) == (good.min(), good.max())
    assert row.mean == pytest.approx(good.mean(), rel=1e-9)
    assert row.std == pytest.approx(good.std(ddof=1), rel=1e-9)
    assert row.norm == pytest.approx(np.linalg.norm(good), rel=1e-9)
    assert row.zeros == (wide == 0).sum()
    assert (row.nan, detail.plus_inf, detail.minus_inf) == (
        (1, 1, 1) if dtype.is_floating_point else (0, 0, 0)
    )
    assert detail.edges == (good.min(), good.max())
    assert list(row.histogram) == np.histogram(good, BINS, detail.edges)[0].tolist()
    for share, quantile in detail.quantiles:
        assert quantile == pytest.approx(np.quantile(good, share))


def test_a_matrix_shows_its_cells() -> None:
    detail = detail_of(torch.arange(12.0).reshape(3, 4))
    assert detail.grid == ((0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11))
    assert (detail.grid_shape, detail.grid_axes) == ((3, 4), (0, 1))


def test_a_large_matrix_is_strided_down() -> None:
    value = torch.arange(200.0 * 300).reshape(200, 300)
    detail = detail_of(value)
    assert detail.grid_shape == (200, 300)
    assert len(detail.grid) == 50
    assert len(detail.grid[0]) == 60
    assert detail.grid[1][2] == value[4, 10]


def test_any_slice_of_a_value_with_more_axes() -> None:
    value = torch.arange(2.0 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    detail = detail_of(value, "value", 1, 2)
    assert detail.grid[3][4] == 119
    assert detail.grid_axes == (2, 3)
    assert detail_of(value, "value", 9, 9).grid[3][4] == 119


def test_what_is_not_finite_has_no_number() -> None:
    detail = detail_of(torch.tensor([[1.0, float("nan")], [float("inf"), 2.0]]))
    assert detail.grid == ((1.0, None), (None, 2.0))


@pytest.mark.parametrize(
    ("expression", "shape"),
    [
        ("value[0]", (4, 5)),
        ("value[0, :, 2]", (4,)),
        ("value.permute(2, 1, 0)[1:3]", (2, 4, 3)),
        ("value.mean(0)", (4, 5)),
        ("[value][0][-1, -1, -1]", ()),
    ],
)
def test_slices_that_a_learner_types(expression: str, shape: tuple[int, ...]) -> None:
    value = torch.rand(3, 4, 5)
    detail = detail_of(value, expression)
    assert detail.summary is not None
    assert detail.summary.shape == shape


def test_layers_are_reached_as_pytorch_names_them() -> None:
    session = Session(
        "from torch import nn\nmodel = nn.Sequential(nn.Sequential(nn.Linear(2, 3)), nn.ReLU())\n"
    ).run()
    for name in ("model.0.0.weight", "model[0][0].weight", "model.get_submodule('0.0').weight"):
        detail = session.look(name)
        assert detail.summary is not None, detail.error
        assert detail.summary.shape == (3, 2)
    module = session.look("model")
    assert module.summary is not None
    assert module.summary.parameters == 9


def test_images_of_one_and_three_channels() -> None:
    photo = torch.rand(3, 20, 30)
    detail = detail_of(photo)
    assert detail.image_shape == (20, 30, 3)
    assert len(detail.images) == 1
    assert len(detail.images[0]) == 20 * 30 * 3
    assert max(detail.images[0]) == 255
    batch = detail_of(torch.rand(10, 1, 28, 28))
    assert (len(batch.images), batch.image_shape) == (10, (28, 28, 1))


def test_channels_that_come_last_are_images_too() -> None:
    detail = detail_of(np.random.default_rng(0).integers(0, 255, (24, 32, 3), dtype=np.uint8))
    assert detail.image_shape == (24, 32, 3)


def test_filters_of_a_convolution_make_a_grid() -> None:
    session = Session("from torch import nn\nconv = nn.Conv2d(3, 100, 5)\ngray = nn.Conv2d(8, 4, 3)\n").run()
    detail = session.look("conv.weight")
    assert (len(detail.images), detail.image_shape) == (64, (5, 5, 3))
    assert session.look("gray.weight").image_shape == (3, 3, 1)


def test_a_large_image_is_made_small() -> None:
    detail = detail_of(torch.rand(3, 400, 300))
    assert detail.image_shape == (58, 43, 3)


@pytest.mark.parametrize(
    "value", [torch.rand(7, 1280), torch.rand(4), torch.rand(2, 5, 3, 2), torch.ones(3, 2, 2)]
)
def test_what_is_no_image_has_none(value: torch.Tensor) -> None:
    assert detail_of(value).images == ()


def test_looking_close_changes_nothing() -> None:
    session = Session(
        "import torch\nw = torch.randn(5, 5, requires_grad=True)\n(w * w).sum().backward()\n"
    ).run()
    w = session.namespace["w"]
    before = (w._version, w.grad._version, torch.get_rng_state())
    for expression in ("w", "w.grad", "w + torch.randn(5, 5)", "w[0]"):
        assert not session.look(expression).error
    assert (w._version, w.grad._version) == before[:2]
    assert torch.equal(torch.get_rng_state(), before[2])


def test_gradient_norm_is_exact() -> None:
    session = Session(
        "import torch\nw = torch.ones(400_000, requires_grad=True)\n(w * w).sum().backward()\n"
    ).run()
    row = session.look("w").summary
    assert row is not None
    assert row.grad_norm == pytest.approx(session.namespace["w"].grad.double().norm().item())
