"""The nursery process: imports torch once, then forks a clean child whenever it is asked to.

Run as `python -m evoclass_local.zygote CONTROL LIFELINE`.  It stays single-threaded, never runs an operation of torch
and never touches CUDA, because a fork after that is not safe.
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

from evoclass_local import control, hygiene
from evoclass_local.family import children, kill_family

MODULES = ("torch", "torchvision")


class Zygote:
    """Forks children, waits for their ends, and clears away what they leave behind."""

    def __init__(self, sock: socket.socket, lifeline: int) -> None:
        self._socket = sock
        self._lifeline = lifeline
        self._receiver = control.Receiver(sock, control.ToNursery)
        self._children: dict[int, int] = {}
        self._ended: dict[int, int] = {}
        self._probes: list[type] = []

    def prepare(self) -> None:
        """Import all that a lesson may need, and say so."""
        begun = time.perf_counter()
        import_quietly()
        self._probes = load_probes()
        import evoclass_local.worker  # noqa: F401 - so that children find it imported

        gc.collect()
        gc.freeze()
        torch = sys.modules.get("torch")
        version = str(torch.__version__) if torch is not None else ""
        spent = time.perf_counter() - begun
        control.send(self._socket, control.Hello(torch=version, threads=_threads(), seconds=spent))

    def serve(self) -> None:
        """Do what the front end asks until it is gone."""
        wake, woken = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(woken, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        while True:
            readable, _, _ = select.select([self._socket.fileno(), wake], [], [])
            if wake in readable:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
                self._look_after_children()
            if self._socket.fileno() in readable:
                messages = self._receiver.receive()
                if messages is None:
                    break
                for message, descriptors in messages:
                    if isinstance(message, control.Fork):
                        self._fork(message, descriptors, (wake, woken))
                    else:
                        self._release(message.id)

    def close(self) -> None:
        """End every child and everything that they started."""
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        kill_family(os.getpid())

    def _fork(self, message: control.Fork, descriptors: list[int], private: tuple[int, int]) -> None:
        sock, terminal = descriptors
        zygote = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(sock)
            os.close(terminal)
            control.send(self._socket, control.Failed(id=message.id, text=str(error)))
            return
        if pid == 0:
            try:
                hygiene.plain_signals()
                hygiene.die_with_parent(zygote)
                hygiene.die_with_lifeline(self._lifeline)
                hygiene.adopt_orphans()
                hygiene.first_to_go()
                for descriptor in (*private, self._socket.detach(), self._lifeline):
                    os.close(descriptor)
                hygiene.take_terminal(terminal)
                gc.enable()
                from evoclass_local.worker import run_child

                run_child(socket.socket(fileno=sock), terminal, message.device, self._probes)
            finally:
                os._exit(70)
        os.close(sock)
        os.close(terminal)
        self._children[pid] = message.id
        control.send(self._socket, control.Forked(id=message.id, pid=pid))

    def _look_after_children(self) -> None:
        for pid in list(self._children):
            if pid in self._ended:
                continue
            result = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if result is None:
                continue
            # The child stays a zombie until the front end has let go of its number, so that no signal hits a stranger.
            self._ended[pid] = self._children[pid]
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            leftovers = self._kill_strays()
            killed = result.si_code != os.CLD_EXITED
            control.send(
                self._socket,
                control.Ended(
                    id=self._children[pid],
                    signal=result.si_status if killed else 0,
                    code=0 if killed else result.si_status,
                    leftovers=leftovers,
                ),
            )
        self._kill_strays()

    def _kill_strays(self) -> int:
        """Kill what the ended children left; it came to this process as the next ancestor that adopts orphans."""
        killed: set[int] = set()
        while strays := [
            pid for pid in children(os.getpid()) if pid not in self._children and pid not in killed
        ]:
            for pid in strays:
                kill_family(pid, itself=True)
                killed.add(pid)
        for pid in killed:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)  # one that has not ended yet comes back with the next SIGCHLD
        return len(killed)

    def _release(self, number: int) -> None:
        for pid, child in list(self._ended.items()):
            if child == number:
                os.waitpid(pid, 0)
                del self._ended[pid], self._children[pid]


def import_quietly() -> None:
    """Import torch and torchvision without starting a thread; a machine without them runs plain Python."""
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    for name in MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if before is None:
        del os.environ["OPENBLAS_NUM_THREADS"]
    else:
        os.environ["OPENBLAS_NUM_THREADS"] = before


def load_probes() -> list[type]:
    """Return the probes of all plugins that work."""
    from evoclass.plugins import Plugins

    probes = list(Plugins().probes.values())
    for probe in probes:
        with contextlib.suppress(Exception):  # fails again in the run itself, where it becomes a row's badge
            probe.prepare()
    return probes


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except FileNotFoundError:
        return 1


def main() -> None:
    """Serve the front end at the other end of the control socket."""
    sock, lifeline = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    os.set_inheritable(sock.fileno(), False)
    os.set_inheritable(lifeline, False)
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    hygiene.adopt_orphans()
    zygote = Zygote(sock, lifeline)
    try:
        zygote.prepare()
        zygote.serve()
    except OSError:
        pass  # the front end is gone; what is left to do follows
    finally:
        zygote.close()


if __name__ == "__main__":
    main()
