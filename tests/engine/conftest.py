"""What tests of commands share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Callable[[str], Machine]:
    """Return what runs commands on a machine of this name."""

    def made(name: str) -> Machine:
        def evoclass(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "evoclass", *words],
                input=typed,
                capture_output=True,
                text=True,
                timeout=240,
                cwd=tmp_path,
                env={**os.environ, "EVOCLASS_HOME": str(tmp_path / name), "LANG": "en_US.UTF-8"},
            )

        return evoclass

    return made
