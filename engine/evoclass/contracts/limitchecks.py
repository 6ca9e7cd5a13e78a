"""Checks of a runner: the limits of a run."""

from __future__ import annotations

from pathlib import Path

from evoclass.contracts.features import require_features
from evoclass.contracts.outcome import complete
from evoclass.protocol import ErrorReport
from evoclass.runner import Limits, Runner

MEGABYTE = 2**20


async def keeps_to_the_time_limit(runner: Runner, folder: Path) -> None:
    """A program that takes too long ends with the reason `timeout` and the seconds as the detail."""
    require_features(runner, "seconds")
    outcome = await complete(runner, "print('begun')\nwhile True: pass", folder, Limits(seconds=0.5))
    assert (outcome.exit.reason, outcome.exit.code, outcome.exit.detail) == ("timeout", 124, "0.5")
    assert outcome.output.startswith("begun\n")


async def limits_memory(runner: Runner, folder: Path) -> None:
    """A program that takes more memory ends with the reason `memory` and the limit as the detail."""
    require_features(runner, "memory")
    # Two gigabytes at most, even if the limit does not work.
    source = (
        "import time\nprint('begun')\n"
        "kept = [bytearray(b'x') * 20_000_000 for _ in range(100)]\ntime.sleep(60)"
    )
    outcome = await complete(runner, source, folder, Limits(memory=800 * MEGABYTE))
    assert outcome.output == "begun\n"
    assert (outcome.exit.reason, outcome.exit.code) == ("memory", 137)
    assert outcome.exit.detail == str(800 * MEGABYTE)


async def limits_processes(runner: Runner, folder: Path) -> None:
    """A program that starts more processes ends with the reason `killed` and the limit as the detail."""
    require_features(runner, "processes")
    source = (
        "import subprocess, time\n"
        "children = [subprocess.Popen(['sleep', '60']) for _ in range(20)]\ntime.sleep(60)"
    )
    outcome = await complete(runner, source, folder, Limits(processes=10))
    assert (outcome.exit.reason, outcome.exit.code, outcome.exit.detail) == ("killed", 137, "10")


async def limits_open_files(runner: Runner, folder: Path) -> None:
    """A program that opens more files gets an OSError."""
    require_features(runner, "files")
    source = "kept = [open('/dev/null') for _ in range(200)]"
    outcome = await complete(runner, source, folder, Limits(files=100))
    assert outcome.exit.reason == "error"
    assert "Too many open files" in outcome.all(ErrorReport)[0].text
    assert (await complete(runner, source, folder, Limits(files=400))).exit.reason == "finished"


async def limits_the_size_of_a_file(runner: Runner, folder: Path) -> None:
    """A program that writes more into a file gets an OSError, and the file stays within the limit."""
    require_features(runner, "file_size")
    source = (
        "import os\ntry:\n    with open('big', 'wb') as file:\n"
        "        for _ in range(10): file.write(bytes(1_000_000))\n"
        "finally:\n    print(os.path.getsize('big'))"
    )
    outcome = await complete(runner, source, folder, Limits(file_size=3 * MEGABYTE))
    assert outcome.exit.reason == "error"
    assert "File too large" in outcome.all(ErrorReport)[0].text
    assert int(outcome.output.splitlines()[0]) <= 3 * MEGABYTE


async def limits_output(runner: Runner, folder: Path) -> None:
    """Output over the limit is dropped and counted; the program goes on."""
    require_features(runner, "output")
    source = "print('x' * 100_000)\nprint('y' * 100_000)"
    outcome = await complete(runner, source, folder, Limits(output=150_000))
    assert len(outcome.output) == 150_000
    assert outcome.exit.dropped_bytes == 200_002 - 150_000
    assert outcome.exit.reason == "finished"
