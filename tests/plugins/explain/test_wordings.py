"""What is said names only what stands there, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from evoclass.protocol import ErrorReport
from evoclass_explain.explain import explain

from .gradients import GRADIENTS
from .layers import LAYERS
from .losses import DIRECT, LOSSES
from .programs import Failing
from .shapes import SHAPES
from .test_explain import fail
from .wordings import Wording

WORDINGS = {**LOSSES, **SHAPES, **LAYERS, **GRADIENTS}


def check(wording: Wording, folder: Path) -> None:
    """Explain the program's error in both languages, and look for what must and must not be there."""
    error = fail(Failing(wording.source, ()), folder)
    for language, words in (("en", wording.en), ("it", wording.it)):
        explanation = explain(error, language)
        assert explanation is not None, error.text
        said = " ".join((explanation.title, explanation.what, explanation.try_this))
        for word in words:
            assert word in said, (word, said, error.text)
        for word in (*wording.never, "{", "explain."):
            assert word not in said, (word, said, error.text)
        for bare in _with_less(error):
            explanation = explain(bare, language)
            assert explanation is None or "{" not in f"{explanation.what} {explanation.try_this}", bare


def _with_less(error: ErrorReport) -> Iterator[ErrorReport]:
    """Yield reports of the same error that know less; nothing that is said may rest on what is not there."""
    yield ErrorReport(type=error.type, text=error.text)
    yield msgspec.structs.replace(error, operands=())
    yield msgspec.structs.replace(error, expression="", module="")
    yield msgspec.structs.replace(error, operands=error.operands[::-1], module="other")


@pytest.mark.parametrize("name", WORDINGS)
def test_names_what_stands_there(name: str, tmp_path: Path) -> None:
    check(WORDINGS[name], tmp_path)


@pytest.mark.parametrize("name", DIRECT)
def test_a_loss_is_not_about_what_went_into_the_model(name: str, tmp_path: Path) -> None:
    wording = DIRECT[name]
    check(wording._replace(never=(*wording.never, "`x`", "`x ", "`x.", "`model`")), tmp_path)


@pytest.mark.parametrize(
    "text", ["Found no NVIDIA driver on your system. Please check", "Torch not compiled with CUDA enabled"]
)
def test_a_missing_gpu(text: str) -> None:
    explanation = explain(ErrorReport(type="RuntimeError", text=text, line=3), "it")
    assert explanation is not None
    assert "torch.cuda.is_available()" in explanation.try_this


def test_a_none_that_is_no_gradient_is_not_taken_for_one(tmp_path: Path) -> None:
    error = fail(Failing("import torch\nx = torch.ones(3)\nx + None\n", ()), tmp_path)
    explanation = explain(error, "en")
    assert explanation is not None
    assert "a function without `return`" in explanation.try_this
    assert "grad" not in f"{explanation.title} {explanation.what} {explanation.try_this}"
