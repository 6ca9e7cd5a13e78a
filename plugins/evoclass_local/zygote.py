"""The nursery process: makes clean children on request.

Run as `python -P -m evoclass_local.zygote CONTROL LIFELINE WAY`.  With the way `fork` it imports torch once, stays
single-threaded, never runs an operation of torch and never touches CUDA, because a fork after that is not safe. With
the way `spawn`, for systems where no fork is safe, each child is a fresh interpreter that imports torch ahead.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from evoclass_local import blas, control, hashing, hygiene
from evoclass_local.family import children, kill_family
from evoclass_local.keeper import Keeper
from evoclass_local.pages import collapse

if TYPE_CHECKING:
    from evoclass.worker import ProbeSet

MODULES = os.environ.get("EVOCLASS_PRELOAD", "torch torchvision").split()
"""Modules to import ahead."""

REHEARSAL_SECONDS = 20.0
"""Seconds after which a rehearsal counts as one that never ends."""


class Zygote:
    """Makes children, each with its keeper."""

    def __init__(self, sock: socket.socket, lifeline: int, forks: bool) -> None:
        self._socket = sock
        self._lifeline = lifeline
        self._forks = forks
        self._hashing = hashing.hide()
        """Variables that give fresh interpreters the same order of sets as this one."""
        self._receiver = control.Receiver(sock, control.ToNursery)
        self._keepers: set[int] = set()
        self._probes: ProbeSet
        self._blas: list[Callable[[int], None]] = []
        self._wake, self._woken = os.pipe()

    def prepare(self) -> None:
        """Import everything that a lesson may need, if children are forks, and report that it is done."""
        if self._forks:
            # Until this process can notice that the front end is gone, it must not outlive it: its imports may never
            # end.
            tied = hygiene.die_with_lifeline(self._lifeline)
            import_all(alone=True)
            import evoclass_local.child  # noqa: F401 - so that children find it imported
            from evoclass.worker import ProbeSet

            self._probes = ProbeSet.load()
            self._blas = blas.setters()
            for name in imported_by_rehearsal(self._probes, self._lifeline):
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
            gc.collect()
            gc.freeze()
            if tied >= 0:
                os.close(tied)
        control.send(self._socket, control.Hello())

    def serve(self) -> None:
        """Carry out the front end's requests until it is gone."""
        for descriptor in (self._wake, self._woken):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        idle_work = collapse() if self._forks else iter(())
        idle = True
        while True:
            # With nothing else to do, it prepares for quicker forks, bit by bit.
            readable, _, _ = select.select([self._socket.fileno(), self._wake], [], [], 0 if idle else None)
            if not readable:
                idle = next(idle_work, self) is None
                if not idle and self._forks:
                    control.send(self._socket, control.Settled())
            if self._wake in readable:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
                self._look_after_keepers()
            if self._socket.fileno() in readable:
                messages = self._receiver.receive()
                if messages is None:
                    break
                for _, (keepers,) in messages:
                    self._make_keeper(keepers)

    def close(self) -> None:
        """End every child and all processes that they started."""
        kill_family(os.getpid())

    def _make_keeper(self, sock: int) -> None:
        """Make a keeper, which makes a child on request; if the keeper cannot be made, its socket closes."""
        with contextlib.suppress(OSError):
            pid = os.fork()
            if pid == 0:
                self._be_keeper(sock)
            self._keepers.add(pid)
        os.close(sock)

    def _be_keeper(self, sock: int) -> None:
        try:
            for descriptor in (self._wake, self._woken, self._socket.detach()):
                os.close(descriptor)
            Keeper(socket.socket(fileno=sock)).keep(self._fork if self._forks else self._spawn)
        finally:
            os._exit(0)

    def _fork(self, device: str, sock: int, terminal: int, private: tuple[int, ...]) -> int:
        keeper = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                for descriptor in private:
                    os.close(descriptor)
                settle_down(keeper, self._lifeline, terminal)
                os.close(self._lifeline)
                for set_threads in self._blas:
                    set_threads(blas.wanted())
                from evoclass_local.child import run_child

                run_child(socket.socket(fileno=sock), terminal, device, self._probes)
            finally:
                os._exit(70)
        os.close(self._lifeline)
        return pid

    def _spawn(self, device: str, sock: int, terminal: int, private: tuple[int, ...]) -> int:
        inherited = (sock, terminal, self._lifeline)
        for descriptor in inherited:
            os.set_inheritable(descriptor, True)
        command = [sys.executable, "-P", "-m", "evoclass_local.fresh"]
        arguments = [*command, device, str(os.getpid()), *map(str, inherited)]
        pid = os.posix_spawn(sys.executable, arguments, os.environ | self._hashing)
        os.close(self._lifeline)
        return pid

    def _look_after_keepers(self) -> None:
        for pid in children(os.getpid()):
            found, _ = os.waitpid(pid, os.WNOHANG)
            if found in self._keepers:
                self._keepers.remove(found)
        # Processes left besides the keepers had lost their own keeper, which was killed before it could clean up.
        for pid in children(os.getpid()):
            if pid not in self._keepers:
                kill_family(pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def settle_down(parent: int, lifeline: int, terminal: int) -> None:
    """Make this new child independent: tied to its owners, with its own terminal."""
    os.environ.pop("EVOCLASS_PRELOAD", None)
    hygiene.plain_signals()
    hygiene.die_with_parent(parent)
    hygiene.die_with_lifeline(lifeline)
    hygiene.first_to_go()
    hygiene.use_terminal(terminal)


def import_all(alone: bool) -> None:
    """Import the modules that are wanted ahead; a machine without them runs plain Python.

    `alone` keeps this process on a single thread and away from CUDA, so that it can be forked.
    """
    # OpenMP threads that wait by spinning make a run up to ten times slower as soon as another process needs a core,
    # and the front end does.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    settings = {"OPENBLAS_NUM_THREADS": "1", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"} if alone else {}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    for name in MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def imported_by_rehearsal(probes: ProbeSet, lifeline: int) -> list[str]:
    """Return the modules that a run imports in addition to the loaded ones, found in a child that may do anything.

    A probe that does not finish there is given up.
    """
    from evoclass.worker import rehearse

    there = set(sys.modules)
    reading, writing = os.pipe()
    zygote = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            hygiene.die_with_parent(zygote)
            hygiene.die_with_lifeline(lifeline)
            stuck = [f"!{name}" for name in rehearse(probes)]
            new = [name for name in sys.modules if name not in there]
            os.write(writing, " ".join([*stuck, *new, "."]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    words = _read(reading, REHEARSAL_SECONDS).split()
    if words[-1:] != ["."]:  # it did not finish
        words = [f"!{name}" for name in probes.foreign]
    for word in words:
        if word.startswith("!"):
            probes.give_up(word[1:], "does not come to an end")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return [word for word in words if word[0] not in "!."]


def _read(descriptor: int, seconds: float) -> str:
    """Return the text from a pipe until it is closed or the time is over."""
    data, end = b"", time.monotonic() + seconds
    with open(descriptor, "rb", buffering=0) as file:
        while select.select([file], [], [], max(end - time.monotonic(), 0))[0]:
            piece = file.read(65_536)
            if not piece:
                break
            data += piece
    return data.decode()


def main() -> None:
    """Serve the front end at the other end of the control socket."""
    sock, lifeline, way = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), sys.argv[3]
    os.set_inheritable(sock.fileno(), False)
    os.set_inheritable(lifeline, False)
    hygiene.adopt_orphans()
    zygote = Zygote(sock, lifeline, way == "fork")
    try:
        zygote.prepare()
        zygote.serve()
    except (BrokenPipeError, ConnectionResetError):
        pass  # the front end is gone; the cleanup follows
    finally:
        zygote.close()


if __name__ == "__main__":
    main()
