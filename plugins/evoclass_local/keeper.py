"""The keeper of one child: leads its session, learns how it ends, and removes everything that it leaves behind.

It outlives the child on purpose.  When the leader of a session ends, the kernel discards the unread text in its
terminal.  These are the last lines before a crash, the ones that matter.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections.abc import Callable

from evoclass_local import control, hygiene
from evoclass_local.family import children, kill_family


class Keeper:
    """Waits for the order to make its one child, and stays until the front end has let go of it."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._wake, self._woken = os.pipe()
        self._child = 0
        self._ended = False

    def keep(self, make: Callable[[str, int, int, tuple[int, ...]], int]) -> None:
        """Act as the keeper until there is nothing left to keep.

        `make` makes the child: on a device, with its message socket and its terminal; the last argument lists
        descriptors that the child must not have.
        """
        hygiene.plain_signals()
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGTTOU):
            signal.signal(number, signal.SIG_IGN)
        hygiene.adopt_orphans()
        os.setsid()
        messages = control.Receiver(self._socket, control.ToKeeper).receive()
        if not messages:
            return
        [(message, (sock, terminal))] = messages
        hygiene.take_terminal(terminal)
        private = (self._socket.fileno(), self._wake, self._woken)
        try:
            self._child = make(message.device, sock, terminal, private)
        except OSError as error:
            control.send(self._socket, control.Failed(text=str(error)))
            return
        hygiene.bring_to_front(self._child, terminal)
        os.close(sock)
        os.close(terminal)
        control.send(self._socket, control.Forked(pid=self._child, keeper=os.getpid()))
        self._wait()
        kill_family(os.getpid())

    def _wait(self) -> None:
        for descriptor in (self._wake, self._woken):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        self._look()
        while True:
            readable, _, _ = select.select([self._socket.fileno(), self._wake], [], [])
            if self._wake in readable:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
                self._look()
            if self._socket.fileno() in readable:
                return  # no message ever arrives here: the front end has hung up

    def _look(self) -> None:
        for pid in children(os.getpid()):
            if pid != self._child:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
        end = None if self._ended else end_of(self._child)
        if end is None:
            return
        self._ended = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child, signal.SIGKILL)
        kill_family(os.getpid(), spare=self._child)
        code, number = end
        control.send(self._socket, control.Ended(signal=number, code=code))


def end_of(pid: int) -> tuple[int, int] | None:
    """Return exit code and signal of a child that has ended, else None.

    If the system allows it, the child stays a zombie until the front end has let go of its number, so that no signal
    can hit an unrelated process with the same number.
    """
    if hasattr(os, "waitid"):
        result = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if result is None:
            return None
        exited = result.si_code == os.CLD_EXITED
        return (result.si_status, 0) if exited else (0, result.si_status)
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return None
    return (0, os.WTERMSIG(status)) if os.WIFSIGNALED(status) else (os.WEXITSTATUS(status), 0)
