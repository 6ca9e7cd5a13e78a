"""The process of one program: `python -P -m evoclass.worker SOCKET`.

The message socket is inherited as the descriptor SOCKET; the program prints to standard output, where the marks go too,
and reads standard input.
"""

from __future__ import annotations

import ctypes
import io
import os
import platform
import signal
import socket
import sys
from typing import NoReturn

from evoclass.protocol import Ready
from evoclass.worker import Channel, ProbeSet, Worker

PR_SET_PDEATHSIG = 1
"""From `linux/prctl.h`."""


def main() -> NoReturn:
    """Serve the front end at the other end of the socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing to interrupt yet
    _end_with_parent()
    sock = socket.socket(fileno=int(sys.argv[1]))
    sock.set_inheritable(False)
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "surrogateescape"), (sys.stderr, "")):
        if isinstance(stream, io.TextIOWrapper):  # each line at once, as on a terminal: a person is watching
            stream.reconfigure(encoding="utf-8", errors=errors or "backslashreplace", line_buffering=True)
    channel = Channel(sock)
    worker = Worker(channel, 1, ProbeSet.load())
    channel.send(Ready(pid=os.getpid(), python=platform.python_version()))
    worker.serve()


def _end_with_parent() -> None:
    """Have Linux kill this process when the front end is gone: a worker that is stopped cannot notice that itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
