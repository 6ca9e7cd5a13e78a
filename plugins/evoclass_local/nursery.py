"""The front end's side of the nursery process: asks for children, hears how they end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable

from evoclass.errors import ProtocolError, RunnerError
from evoclass_local import control
from evoclass_local.family import kill_family


class Child:
    """A process that the nursery made: its number, its message socket, its terminal, and how it ended."""

    def __init__(self, number: int, sock: socket.socket, terminal: int, device: str) -> None:
        self.number = number
        self.pid = 0
        self.socket = sock
        self.terminal = terminal
        """The front end's side of the pseudo-terminal."""
        self.device = device
        loop = asyncio.get_running_loop()
        self.forked: asyncio.Future[int] = loop.create_future()
        self.ended: asyncio.Future[control.Ended | None] = loop.create_future()
        """How it ended; None when nobody is left who could say."""
        self.on_end: Callable[[], None] | None = None
        self._released = False

    def signal(self, number: int, everyone: bool = True) -> None:
        """Send a signal to the child, or to its whole process group."""
        if self._released or not self.pid or self.ended.done():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            (os.killpg if everyone else os.kill)(self.pid, number)

    def kill(self) -> None:
        """End the child and what it started, at once; the nursery clears away what gets out of this."""
        self.signal(signal.SIGKILL)
        self.signal(signal.SIGKILL, everyone=False)

    def let_go(self) -> None:
        """Close the descriptors; no signal is sent from now on."""
        self._released = True
        self.socket.close()
        if self.terminal >= 0:
            os.close(self.terminal)
            self.terminal = -1


class Nursery:
    """One nursery process; `start` before anything else."""

    def __init__(self) -> None:
        self.torch = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._lifeline = -1
        self._hello: asyncio.Future[control.Hello] | None = None
        self._children: dict[int, Child] = {}
        self._next = 1
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process

    @property
    def alive(self) -> bool:
        """Whether children can be asked for, at once or after the imports."""
        return self._socket is not None

    @property
    def pid(self) -> int:
        """Number of the process, 0 if there is none."""
        return self._process.pid if self._process is not None and self.alive else 0

    async def start(self) -> None:
        """Start the process and wait until it has imported torch.  Raises RunnerError."""
        if self._socket is None:
            self._spawn()
        assert self._hello is not None
        hello = await asyncio.shield(self._hello)
        self.torch = hello.torch

    def _spawn(self) -> None:
        ours, theirs = control.socket_pair()
        lifeline, ours_of_lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "evoclass_local.zygote", str(theirs.fileno()), str(lifeline), way()],
                stdin=subprocess.DEVNULL,
                stdout=self._complaints,
                stderr=self._complaints,
                pass_fds=(theirs.fileno(), lifeline),
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            os.close(ours_of_lifeline)
            raise RunnerError(str(error)) from error
        finally:
            theirs.close()
            os.close(lifeline)
        ours.setblocking(False)
        self._socket, self._lifeline = ours, ours_of_lifeline
        loop = asyncio.get_running_loop()
        self._hello = loop.create_future()
        self._receiver = control.Receiver(ours, control.FromNursery)
        loop.add_reader(ours, self._on_readable)

    async def fork(self, device: str) -> Child:
        """Make a child.  Raises RunnerError."""
        await self.start()
        if self._socket is None:
            raise RunnerError(self._why())
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        terminal, terminal_end = os.openpty()
        os.set_blocking(terminal, False)
        _tame(terminal_end)
        child = Child(self._next, ours, terminal, device)
        self._next += 1
        self._children[child.number] = child
        try:
            control.send(
                self._socket, control.Fork(id=child.number, device=device), (theirs.fileno(), terminal_end)
            )
        except OSError as error:
            self._children.pop(child.number)
            child.let_go()
            raise RunnerError(str(error)) from error
        finally:
            theirs.close()
            os.close(terminal_end)
        await child.forked
        return child

    def _on_readable(self) -> None:
        assert self._socket is not None
        try:
            messages = self._receiver.receive()
        except BlockingIOError:
            return
        except (OSError, ProtocolError):
            messages = None
        if messages is None:
            self._lost()
            return
        for message, _ in messages:
            self._take(message)

    def _take(self, message: control.Control) -> None:
        if isinstance(message, control.Hello):
            assert self._hello is not None
            if not self._hello.done():
                self._hello.set_result(message)
        elif isinstance(message, control.Forked):
            child = self._children[message.id]
            child.pid = message.pid
            if not child.forked.done():
                child.forked.set_result(message.pid)
        elif isinstance(message, control.Failed):
            child = self._children.pop(message.id)
            child.let_go()
            if not child.forked.done():
                child.forked.set_exception(RunnerError(message.text))
        elif isinstance(message, control.Ended):
            self._end(self._children[message.id], message)

    def _end(self, child: Child, ended: control.Ended | None) -> None:
        if not child.ended.done():
            child.ended.set_result(ended)
            if child.on_end:
                child.on_end()

    def give_up(self, child: Child) -> None:
        """Stop waiting for the end of a child that cannot be ended."""
        self._end(child, None)

    def release(self, child: Child) -> None:
        """Let go of an ended child, and of its process number."""
        child.let_go()
        if self._children.pop(child.number, None) and self._socket is not None:
            with contextlib.suppress(OSError):  # a nursery that has just died has nothing to be told
                control.send(self._socket, control.Release(id=child.number))

    def _lost(self) -> None:
        """Notice that the nursery process is gone; its children die with it."""
        why = self._why()
        self._drop()
        if self._hello is not None and not self._hello.done():
            self._hello.set_exception(RunnerError(why))
        for child in list(self._children.values()):
            if not child.forked.done():
                child.forked.set_exception(RunnerError(why))
            if child.pid:
                kill_family(child.pid)
            child.kill()
            self._end(child, None)

    def _why(self) -> str:
        """Return the last words of the process."""
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "the process that starts programs has ended"

    def _drop(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
            os.close(self._lifeline)
            self._lifeline = -1

    async def close(self) -> None:
        """End the process and every child."""
        self._drop()
        process, self._process = self._process, None
        if process is None:
            return
        try:
            await asyncio.wait_for(asyncio.to_thread(process.wait), 3)
        except TimeoutError:
            process.kill()
            await asyncio.to_thread(process.wait)
        for child in list(self._children.values()):
            self._end(child, None)


def way() -> str:
    """Return how children are made: `fork`, or `spawn` where a fork is not safe; `EVOCLASS_START` overrides."""
    chosen = os.environ.get("EVOCLASS_START", "")
    return chosen if chosen in ("fork", "spawn") else "fork" if sys.platform.startswith("linux") else "spawn"


def _tame(terminal: int) -> None:
    """Set the terminal up: lines end in a bare line feed, and no key stops the output for good."""
    settings = termios.tcgetattr(terminal)
    settings[0] &= ~(termios.IXON | termios.IXOFF)
    settings[1] &= ~termios.ONLCR
    termios.tcsetattr(terminal, termios.TCSANOW, settings)


def set_size(terminal: int, columns: int, rows: int) -> None:
    """Tell a terminal its size; programs in it get SIGWINCH."""
    with contextlib.suppress(OSError):
        termios.tcsetwinsize(terminal, (rows, columns))
