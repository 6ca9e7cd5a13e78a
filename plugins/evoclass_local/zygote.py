"""The nursery process: makes clean children when it is asked to, and clears away what they leave behind.

Run as `python -m evoclass_local.zygote CONTROL LIFELINE WAY`.  With the way `fork` it imports torch once, stays
single-threaded, never runs an operation of torch and never touches CUDA, because a fork after that is not safe.
With the way `spawn`, for systems where no fork is safe, each child is a fresh interpreter that imports torch ahead.
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
from evoclass_local.pages import collapse

MODULES = os.environ.get("EVOCLASS_PRELOAD", "torch torchvision").split()
"""What is imported ahead."""


class Zygote:
    """Makes children, waits for their ends, and clears away what they leave behind."""

    def __init__(self, sock: socket.socket, lifeline: int, forks: bool) -> None:
        self._socket = sock
        self._lifeline = lifeline
        self._forks = forks
        self._receiver = control.Receiver(sock, control.ToNursery)
        self._children: dict[int, int] = {}
        self._ended: dict[int, int] = {}
        self._probes: list[type] = []

    def prepare(self) -> None:
        """Import all that a lesson may need, if children are forks, and say that it is done."""
        begun = time.perf_counter()
        if self._forks:
            single_threaded()
            import_all()
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
        idle_work = collapse() if self._forks else iter(())
        idle = True
        while True:
            # With nothing else to do it prepares for quicker forks, bit by bit.
            readable, _, _ = select.select([self._socket.fileno(), wake], [], [], 0 if idle else None)
            if not readable:
                idle = next(idle_work, self) is None
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
                        self._make(message, descriptors, (wake, woken))
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

    def _make(self, message: control.Fork, descriptors: list[int], private: tuple[int, int]) -> None:
        sock, terminal = descriptors
        try:
            if self._forks:
                pid = self._fork(message.device, sock, terminal, private)
            else:
                pid = self._spawn(message.device, sock, terminal)
        except OSError as error:
            control.send(self._socket, control.Failed(id=message.id, text=str(error)))
            return
        finally:
            os.close(sock)
            os.close(terminal)
        self._children[pid] = message.id
        control.send(self._socket, control.Forked(id=message.id, pid=pid))

    def _fork(self, device: str, sock: int, terminal: int, private: tuple[int, int]) -> int:
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                settle_down(zygote, self._lifeline, terminal)
                for descriptor in (*private, self._socket.detach(), self._lifeline):
                    os.close(descriptor)
                from evoclass_local.worker import run_child

                run_child(socket.socket(fileno=sock), terminal, device, self._probes)
            finally:
                os._exit(70)
        return pid

    def _spawn(self, device: str, sock: int, terminal: int) -> int:
        inherited = (sock, terminal, self._lifeline)
        for descriptor in inherited:
            os.set_inheritable(descriptor, True)
        try:
            arguments = [
                sys.executable,
                "-m",
                "evoclass_local.fresh",
                device,
                str(os.getpid()),
                *map(str, inherited),
            ]
            return os.posix_spawn(sys.executable, arguments, os.environ)
        finally:
            os.set_inheritable(self._lifeline, False)

    def _look_after_children(self) -> None:
        for pid in list(self._children):
            if pid in self._ended:
                continue
            end = _end_of(pid)
            if end is None:
                continue
            self._ended[pid] = self._children[pid]
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            leftovers = self._kill_strays()
            code, signal_number = end
            control.send(
                self._socket,
                control.Ended(id=self._children[pid], signal=signal_number, code=code, leftovers=leftovers),
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
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)
                del self._ended[pid], self._children[pid]


def _end_of(pid: int) -> tuple[int, int] | None:
    """Return exit code and signal of a child that has ended, else None.

    Where the system allows it the child stays a zombie until the front end has let go of its number, so that no signal
    can hit a stranger who got the same one.
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


def settle_down(parent: int, lifeline: int, terminal: int) -> None:
    """Make this new child a process of its own kind: tied to those who want it, at home in its terminal."""
    hygiene.plain_signals()
    hygiene.die_with_parent(parent)
    hygiene.die_with_lifeline(lifeline)
    hygiene.adopt_orphans()
    hygiene.first_to_go()
    hygiene.take_terminal(terminal)


def single_threaded() -> None:
    """Keep the libraries that numpy brings from starting threads, which a fork would lose."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    # OpenMP threads that wait by spinning make a run up to ten times slower as soon as anything else wants a core,
    # and the front end does.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def import_all() -> None:
    """Import what is wanted ahead; a machine without it runs plain Python."""
    for name in MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


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


def forget_folder() -> None:
    """Take the folder that `python -m` put first out of the search path."""
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]


def main() -> None:
    """Serve the front end at the other end of the control socket."""
    sock, lifeline, way = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), sys.argv[3]
    os.set_inheritable(sock.fileno(), False)
    os.set_inheritable(lifeline, False)
    forget_folder()
    hygiene.adopt_orphans()
    zygote = Zygote(sock, lifeline, way == "fork")
    try:
        zygote.prepare()
        zygote.serve()
    except OSError:
        pass  # the front end is gone; what is left to do follows
    finally:
        zygote.close()


if __name__ == "__main__":
    main()
