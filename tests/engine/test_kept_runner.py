"""A runner of a plugin that fails to start a program: the failure is the plugin's, in its words, and nothing hangs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = """
from evoclass import hookimpl
from evoclass.errors import RunnerError
from evoclass.runner import Availability, Runner

class Broken(Runner):
    name = "broken"

    @classmethod
    def available(cls): return Availability(True)

    ready = True
    async def warm_up(self): pass
    async def close(self): pass
    async def start(self, program, limits, *, columns=80, rows=24):
        raise ERROR

@hookimpl
def register_runners(): return [Broken]
"""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("OSError('disk full')", "plugin broken, broken.start(): OSError: disk full"),
        ("SystemExit('no licence')", "plugin broken, broken.start(): SystemExit: no licence"),
        ("RunnerError('no copy', 'broken.no_copy', why='full')", "Non c'è posto per la copia: full"),
    ],
)
def test_a_start_that_fails_is_told_as_the_plugins_own(error: str, told: str, tmp_path: Path) -> None:
    package = tmp_path / "broken"
    (package / "locale").mkdir(parents=True)
    (package / "__init__.py").write_text(PLUGIN.replace("ERROR", error))
    (package / "locale" / "it.toml").write_text('[broken]\nno_copy = "Non c\'è posto per la copia: {why}"\n')
    (tmp_path / "x.py").write_text("print(1)\n")
    words = ["run", "x.py", "--runner", "broken", "--plugin", "broken", "--lang", "it"]
    ended = subprocess.run(
        [sys.executable, "-m", "evoclass", *words],
        cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
