"""A command ends, and its output is its own, whatever threads and exit functions plugins leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import broken

THREAD = "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), name='rest').start()\n"
SLEEPS = "import atexit, time\natexit.register(time.sleep, 1000)\n"
PRINTS = "import atexit, os\natexit.register(print, 'BYE')\natexit.register(os.write, 1, b'bye')\n"
RAISES = "import atexit\ndef leave(): raise SystemExit(7)\natexit.register(leave)\n"
COMMAND = """
import sys
import evoclass.pluginhost.parting
evoclass.pluginhost.parting.SECONDS = 0.5
sys.argv = ["evoclass", *sys.argv[1:]]
from evoclass.cli import main
main()
"""


def plugins(site: Path) -> subprocess.CompletedProcess[str]:
    around = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH")))),
    }
    command = [sys.executable, "-c", COMMAND, "plugins", "--json", "--lang", "en"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=around, check=False)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (THREAD, "left a thread running, rest"),
        (SLEEPS, "atexit callback: <built-in function sleep>"),
        (PRINTS, "BYE"),
        (RAISES, ""),
    ],
    ids=["a thread", "sleeps at exit", "prints at exit", "leaves at exit"],
)
def test_a_command_ends_with_its_own_code_and_output(source: str, told: str, tmp_path: Path) -> None:
    broken.install(tmp_path, "guest", source)
    ended = plugins(tmp_path)
    (report,) = [one for one in json.loads(ended.stdout)["plugins"] if one["name"] == "guest"]
    assert (ended.returncode, report["ok"]) == (0, True), ended.stderr
    assert told in ended.stderr


def test_an_entry_point_without_a_name_is_told_of(tmp_path: Path) -> None:
    broken.install(tmp_path, "guest", broken.HEAD)
    (names,) = tmp_path.glob("*.dist-info/entry_points.txt")
    names.write_text(names.read_text().replace("guest =", " ="))
    ended = plugins(tmp_path)
    (report,) = [one for one in json.loads(ended.stdout)["plugins"] if not one["ok"]]
    assert (ended.returncode, report["error"]) == (1, "its entry point has no name")
