"""The example runner on top of `evoclass.worker` keeps the contract of what it declares."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from evoclass.runner import Runner
from evoclass.testing import RunnerContract

FILE = Path(__file__).parents[1] / "examples" / "pipe_runner" / "pipe_runner.py"


OTHERS = "answer,author,challenge,choice,code,explain,foodvision,local,order,reflect"
"""Bundled plugins without probes: each of some forty processes would import them."""


class TestPipeRunner(RunnerContract):
    @pytest.fixture(scope="class")
    def runner(self) -> Iterator[Runner]:
        spec = importlib.util.spec_from_file_location("pipe_runner", FILE)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("EVOCLASS_NO_PLUGINS", OTHERS)
            yield module.PipeRunner()
