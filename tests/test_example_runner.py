"""The example runner on top of `evoclass.worker` keeps the contract of what it declares."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from evoclass.contracts.outcome import begin
from evoclass.runner import Ended, Runner, WorkerRun
from evoclass.testing import RunnerContract

FILE = Path(__file__).parents[1] / "examples" / "pipe_runner" / "pipe_runner.py"


OTHERS = "answer,author,canteen,challenge,choice,code,explain,foodvision,local,order,reflect"
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

    def test_a_program_whose_front_end_is_gone_ends(self, runner: Runner, tmp_path: Path) -> None:
        async def desert() -> Ended | None:
            outcome = await begin(runner, "print('begun')\nwhile True: pass", tmp_path)
            await outcome.until_output("begun")
            assert isinstance(outcome.run, WorkerRun)
            outcome.run.process.messages.shutdown(socket.SHUT_RDWR)
            async with asyncio.timeout(20):
                return await outcome.run.process.ended

        self._use(runner)
        assert self._loop.run(desert()) == Ended(code=130)

    def test_typing_is_shown_though_there_is_no_terminal(self, runner: Runner, tmp_path: Path) -> None:
        async def type_into(echo: bool) -> str:
            outcome = await begin(runner, "print(input('? '))", tmp_path, keep=False, echo=echo)
            await outcome.until_output("? ")
            outcome.run.write("word\n")
            await outcome.to_the_end()
            return outcome.output

        self._use(runner)
        assert self._loop.run(type_into(True)) == "? word\nword\n"
        assert self._loop.run(type_into(False)) == "? word\n"
