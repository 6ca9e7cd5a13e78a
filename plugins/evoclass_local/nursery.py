"""The front end's side of the nursery process: requests children, and learns how they end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable

from evoclass.errors import ProtocolError, RunnerError
from evoclass.runner import Ended, Limits, Reason, WorkerProcess
from evoclass_local import control, hashing, usage
from evoclass_local.family import kill_family, outer_number
from evoclass_local.terminal import Terminal

PATIENCE = 3.0
"""Seconds within which a keeper must report the end of a killed child; a stopped keeper never reports it."""


class Child(WorkerProcess):
    """A process that the nursery made: its message socket, its terminal, and the keeper that reports how it ends."""

    terminal = True

    def __init__(self, device: str, sock: socket.socket, terminal: Terminal, keeper: socket.socket) -> None:
        super().__init__(sock, terminal.descriptor, terminal.descriptor)
        self.device = device
        self.family = 0
        """Process that all processes of the run descend from."""
        loop = asyncio.get_running_loop()
        self.forked: asyncio.Future[None] = loop.create_future()
        self._terminal = terminal
        self._keeper = keeper
        self._receiver = control.Receiver(keeper, control.FromKeeper)
        self._gone = False
        self._patience: asyncio.TimerHandle | None = None
        self._kills_before = usage.kills_for_memory()
        loop.add_reader(keeper, self._on_keeper)

    def _on_keeper(self) -> None:
        try:
            messages = self._receiver.receive()
        except BlockingIOError:
            return
        except (OSError, ProtocolError):
            messages = None
        if messages is None:
            self.lose("the process that starts programs has ended")
            return
        for message, _ in messages:
            if isinstance(message, control.Forked):
                if self.forked.done():
                    self.lose("a second child of one keeper")
                    return
                self.family = self._receiver.sender or message.keeper
                self.pid = outer_number(message.pid, self.family)
                if not self.forked.done():
                    self.forked.set_result(None)
            elif isinstance(message, control.Failed):
                self.lose(message.text)
            else:
                self._end(Ended(message.code, message.signal))

    def lose(self, why: str) -> None:
        """Give up on a child whose end nothing can report any more."""
        if not self.forked.done():
            self.forked.set_exception(RunnerError(why))
            self.forked.exception()  # even if the result is no longer needed
        if self.family and not self.ended.done():
            kill_family(self.family)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.family, signal.SIGKILL)  # it may have been stopped, and would wait forever
        self.kill()
        self._end(None)

    def _end(self, ended: Ended | None) -> None:
        if self.ended.done():
            return
        self.ended.set_result(ended)
        self._stop_waiting()
        asyncio.get_running_loop().remove_reader(self._keeper)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def memory_ran_out(self) -> bool:
        return usage.kills_for_memory() > self._kills_before

    def excess(self, limits: Limits) -> tuple[Reason, str] | None:
        used = usage.measure(self.family, limits)
        if used.memory > limits.memory:
            return "memory", str(limits.memory)
        if used.processes > limits.processes:
            return "killed", str(limits.processes)
        return None

    def starved(self) -> float:
        return usage.delay(self.family)

    def signal(self, number: int) -> None:
        if self.pid and not self.gone:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """End the child and its processes at once; the keeper ends any that escape this."""
        self.signal(signal.SIGKILL)
        if self.pid and not self.gone:  # before it has its own group, or after it has left it
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, signal.SIGKILL)
        if self.family and not self.ended.done():
            # A program may have stopped its keeper, which then reports no end.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.family, signal.SIGCONT)
            if self._patience is None:
                self._patience = asyncio.get_running_loop().call_later(PATIENCE, self._lose_patience)

    def _lose_patience(self) -> None:
        self.lose("its keeper does not tell of its end")

    def let_go(self) -> None:
        """Close all connections; the keeper ends the remaining processes, and itself."""
        if self._gone:
            return
        self._gone = True
        if not self.ended.done():
            self.ended.set_result(None)
        self._stop_waiting()
        asyncio.get_running_loop().remove_reader(self._keeper)
        self._keeper.close()
        self.messages.close()
        self._terminal.close()

    def resize(self, columns: int, rows: int) -> None:
        self._terminal.resize(columns, rows)

    def hide_typing(self) -> None:
        self._terminal.hide_typing()

    def calm(self) -> None:
        self._terminal.calm()

    def write_behind(self, data: bytes) -> bytes:
        return self._terminal.write_behind(data)


class Nursery:
    """One nursery process; call `start` before anything else."""

    def __init__(
        self,
        on_settled: Callable[[], None],
        wrap: Callable[[list[str]], list[str]] = list,
        environment: Callable[[], dict[str, str]] | None = None,
    ) -> None:
        self._on_settled = on_settled
        """Called when children made from now on cost less memory than those before."""
        self._wrap = wrap
        """Turns the command that starts the process into one that starts it in a sandbox."""
        self._environment = environment
        """Returns the environment for this command; without it, ours is used."""
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._lifelines: list[int] = []
        """Our ends of the pipes that keep children alive; one that was lost may still have some."""
        self._hello: asyncio.Future[control.Hello] | None = None
        self._keeper_in_waiting: socket.socket | None = None
        """A keeper without a child; it saves the next child one of its two forks."""
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process

    @property
    def alive(self) -> bool:
        """Whether children can be requested, at once or after the imports."""
        return self._socket is not None

    @property
    def pid(self) -> int:
        """Number of the process, 0 if there is none."""
        return self._process.pid if self._process is not None and self.alive else 0

    async def start(self) -> None:
        """Start the process and wait until it has imported torch.  Raises RunnerError."""
        if self._socket is None:
            try:
                self._spawn()
            except OSError as error:
                raise RunnerError(str(error)) from error
        assert self._hello is not None
        await asyncio.shield(self._hello)

    def _spawn(self) -> None:
        if self._process is not None:
            self._process.wait()  # one that was lost has closed its socket by ending
        ours, theirs = control.socket_pair()
        lifeline, ours_of_lifeline = os.pipe()
        # -P: a file in the learner's current folder must not be taken for a module of Python's or ours.
        command = [sys.executable, "-P", "-m", "evoclass_local.zygote"]
        command += [str(theirs.fileno()), str(lifeline), way()]
        self._complaints.seek(0)  # the process writes at the same place, after what was read before
        self._complaints.truncate()
        try:
            self._process = subprocess.Popen(
                self._wrap(command),
                stdin=subprocess.DEVNULL,
                stdout=self._complaints,
                stderr=self._complaints,
                pass_fds=(theirs.fileno(), lifeline),
                start_new_session=True,
                env=self._environment() if self._environment is not None else hashing.fixed(os.environ),
            )
        except OSError:
            ours.close()
            os.close(ours_of_lifeline)
            raise
        finally:
            theirs.close()
            os.close(lifeline)
        ours.setblocking(False)
        self._lifelines.append(ours_of_lifeline)
        self._socket = ours
        loop = asyncio.get_running_loop()
        self._hello = loop.create_future()
        self._receiver = control.Receiver(ours, control.FromNursery)
        loop.add_reader(ours, self._on_readable)

    async def fork(self, device: str) -> Child:
        """Make a child.  Raises RunnerError."""
        await self.start()
        keeper = self._keeper_in_waiting or self._ask_for_keeper()
        self._keeper_in_waiting = None
        ours, theirs = socket.socketpair()
        terminal = Terminal()
        child = Child(device, ours, terminal, keeper)
        try:
            control.send(keeper, control.Make(device=device), (theirs.fileno(), terminal.program_side))
        except OSError as error:
            child.lose(str(error))
        finally:
            theirs.close()
            terminal.handed_over()
        try:
            await child.forked
        except BaseException:
            child.let_go()
            raise
        if self._keeper_in_waiting is None and self._socket is not None:
            with contextlib.suppress(RunnerError, OSError):  # the next child asks again
                self._keeper_in_waiting = self._ask_for_keeper()
        return child

    def _ask_for_keeper(self) -> socket.socket:
        """Have a keeper made, and return our end of its socket.  Raises RunnerError."""
        if self._socket is None:
            raise RunnerError(self._why())
        ours, theirs = control.socket_pair()
        ours.setblocking(False)
        try:
            control.send(self._socket, control.Keep(), (theirs.fileno(),))
        except OSError as error:
            ours.close()
            raise RunnerError(str(error)) from error
        finally:
            theirs.close()
        return ours

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
            if isinstance(message, control.Settled):
                self._drop_keeper()
                self._on_settled()
            elif self._hello is not None and not self._hello.done():
                self._hello.set_result(message)

    def _lost(self) -> None:
        """Handle the loss of the nursery process; existing children continue without it."""
        why = self._why()
        self._drop()
        if self._hello is not None and not self._hello.done():
            self._hello.set_exception(RunnerError(why))
            self._hello.exception()  # even if the result is no longer needed

    def _why(self) -> str:
        """Return the last output of the process."""
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "the process that starts programs has ended"

    def _drop(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        self._drop_keeper()

    def _drop_keeper(self) -> None:
        if self._keeper_in_waiting is not None:
            self._keeper_in_waiting.close()
            self._keeper_in_waiting = None

    async def close(self) -> None:
        """End the process, and every child that still depends on its lifeline."""
        importing = self._hello is not None and not self._hello.done()
        self._drop()
        while self._lifelines:
            os.close(self._lifelines.pop())
        process, self._process = self._process, None
        if process is None:
            return
        if importing:
            process.kill()  # it has no children yet, and would notice nothing before torch is imported
        try:
            await asyncio.wait_for(asyncio.to_thread(process.wait), 3)
        except TimeoutError:
            process.kill()
            await asyncio.to_thread(process.wait)


def way() -> str:
    """Return how children are made: `fork`, or `spawn` where a fork is not safe; `EVOCLASS_START` overrides."""
    chosen = os.environ.get("EVOCLASS_START", "")
    return chosen if chosen in ("fork", "spawn") else "fork" if sys.platform.startswith("linux") else "spawn"
