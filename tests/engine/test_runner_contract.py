"""What an author sees of the contract of runners: a test for each check, and the values in what fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import sys
BROUGHT = set(sys.modules)

import asyncio
import pytest
from evoclass.runner import Availability, Features, Runner
from evoclass.testing import RunnerContract

def test_the_plugin_brings_little():
    assert not {"torch", "textual", "pytest_asyncio", "evoclass.runner"} & BROUGHT

def test_fixtures(evoclass_home, runner_folder):
    assert list(runner_folder.iterdir()) == []
    assert list(evoclass_home.iterdir()) == []

class Cold(Runner):
    name = "cold"
    ready = False
    features = Features(limits=frozenset())
    closed = 0
    @classmethod
    def available(cls): return Availability(True)
    async def warm_up(self): self.loop = asyncio.get_running_loop()
    async def start(self, program, limits, *, columns=80, rows=24): raise ValueError("not today")
    async def close(self):
        assert self.loop is asyncio.get_running_loop()
        Cold.closed += 1

class TestCold(RunnerContract):
    @pytest.fixture(scope="class")
    def runner(self): return Cold()

def test_it_was_closed_once_in_its_own_loop():
    assert Cold.closed == 1
"""


def test_each_check_is_a_test_that_is_skipped_or_tells_values(tmp_path: Path) -> None:
    (tmp_path / "test_cold.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "evoclass.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-rs",
    ]
    command += ["-k", "available or terminal or limits or little or fixtures or once", "test_cold.py"]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "120"}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "1 failed, 3 passed, 6 skipped" in ended.stdout, ended.stdout
    assert "where False = <test_cold.Cold object" in ended.stdout
    assert "cold does not declare file_size" in ended.stdout
