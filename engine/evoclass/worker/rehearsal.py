"""Does once what every run does, so that memory and caches are filled before a program's first line."""

from __future__ import annotations

import builtins
import contextlib
import os
import socket
import sys
from pathlib import Path
from typing import Any

from evoclass.inspecting.inspection import Inspector
from evoclass.inspecting.safepoints import TICK, compile_script
from evoclass.protocol import Job, Started, encode
from evoclass.running.program import Limits, Program
from evoclass.worker.channel import Channel
from evoclass.worker.probes import ProbeSet
from evoclass.worker.surroundings import seed_all

SOURCE = """
number = 2
print(number)
for turn in range(2):
    number += turn
"""
PROGRAM = Program(
    source=SOURCE, file=Path("<rehearsal>"), folder=Path("/"), watch=("number",), live=("number",)
)


def limber_up() -> None:
    """Compile a line while the job is being written: memory that was idle for long has to be loaded again."""

    def nothing(line: int, calls: str = "") -> None:
        """Replace a tick."""

    compile_script("print()\n", "<rehearsal>", nothing)
    delattr(builtins, TICK)


def rehearse(probes: ProbeSet) -> list[str]:
    """Run a tiny program unseen, and return the names of the probes that did not end."""
    mute = probes.make()  # only for this: their clocks stay off, or they would tick twice
    for probe in mute:
        probe.install = lambda step: None  # type: ignore[method-assign]
    namespace: dict[str, Any] = {"__name__": "<rehearsal>"}
    torch = sys.modules.get("torch")
    if torch is not None:
        namespace["tensor"] = torch.zeros(2, 3)
    ours, theirs = socket.socketpair()
    with ours, theirs, open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        channel = Channel(ours)
        channel.send(Started(pid=0))
        theirs.sendall(encode(Job(program=PROGRAM, limits=Limits())))
        channel.receive()
        inspector = Inspector(namespace, PROGRAM, mute, channel.send)
        inspector.poll = lambda safe: False
        code = compile_script(SOURCE, str(PROGRAM.file), inspector.tick)
        inspector.start()
        exec(code, namespace)
        inspector.finish()
    delattr(builtins, TICK)
    seed_all(None)
    return [probe.name for probe in mute if getattr(probe, "given_up", False)]
