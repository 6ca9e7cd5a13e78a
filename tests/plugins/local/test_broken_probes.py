"""Probes of plugins that raise, hang, print or end the process: the run goes on, and other probes' rows are there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

import broken

PROGRAM = "import torch\nweights = torch.ones(2, 3)\nprint('ready')\n"

LOOP = "while True: pass"

WAIT = "import time\n    while True: time.sleep(0.01)"
"""As long, without keeping the other tests from the processor."""


def run(
    tmp_path: Path, source: str, *options: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Run a program with a broken plugin installed; check that no process is left."""
    broken.install(tmp_path / "site", "brk", source)
    (tmp_path / "x.py").write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-m", "evoclass", "run", "x.py", "--json", *options]
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=150, check=False
    )
    assert not left_over(tmp_path)
    return ended, json.loads(ended.stdout)


def left_over(tmp_path: Path) -> list[psutil.Process]:
    """Return the processes that still know the test's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PYTHONPATH") == str(tmp_path / "site"):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(
    "body",
    [
        "def matches(self, value): raise SystemExit(3)",
        f"def matches(self, value):\n    {LOOP}",
        "def matches(self, value):\n    print('noise'); import sys; sys.stderr.write('noise'); return False",
        f"@classmethod\ndef prepare(cls):\n    {WAIT}",
        "def matches(self, value):\n    import threading, time\n"
        "    threading.Thread(target=time.sleep, args=(1000,)).start()\n    return False",
    ],
)
def test_a_probe_costs_its_own_rows_only(tmp_path: Path, body: str) -> None:
    ended, document = run(tmp_path, broken.probe(body))
    assert ended.returncode == 0, ended.stderr
    assert document["output"] == "ready\n"
    assert [row["name"] for row in document["tensors"]] == ["weights"]
