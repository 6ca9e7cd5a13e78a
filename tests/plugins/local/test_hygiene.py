"""Each of the ties that keep a process from outliving those who want it holds alone, on Linux and elsewhere."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from .conftest import gone

TIED = """
import os, sys, time
from evoclass_local import hygiene
hygiene.LINUX = hygiene.LINUX and sys.argv[2] == 'linux'
hygiene.die_with_lifeline(int(sys.argv[1]))
print('tied', flush=True)
time.sleep(60)
"""

CHILD = """
import os, sys, time
from evoclass_local import hygiene
parent = os.getpid()
if os.fork() == 0:
    hygiene.die_with_parent(parent)
    print(os.getpid(), flush=True)
    time.sleep(60)
time.sleep(60)
"""


@pytest.mark.parametrize("system", ["linux", "another"])
def test_a_lifeline(system: str) -> None:
    reading, writing = os.pipe()
    command = [sys.executable, "-c", TIED, str(reading), system]
    with subprocess.Popen(command, pass_fds=(reading,), stdout=subprocess.PIPE) as tied:
        os.close(reading)
        assert tied.stdout is not None
        assert tied.stdout.readline() == b"tied\n"
        assert tied.poll() is None
        os.close(writing)
        assert tied.wait() == -signal.SIGKILL


def test_a_lifeline_that_was_cut_before() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    command = [sys.executable, "-c", TIED, str(reading), "linux"]
    ended = subprocess.run(command, pass_fds=(reading,), capture_output=True, check=False)
    os.close(reading)
    assert (ended.returncode, ended.stdout) == (1, b"")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has it")
async def test_a_parent() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    await gone({child})


def test_a_parent_that_is_not_there_any_more() -> None:
    source = "from evoclass_local import hygiene\nhygiene.die_with_parent(1)\nprint('lives')"
    ended = subprocess.run([sys.executable, "-c", source], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, b"")
