"""Measures by which a process makes sure that it never outlives its owner."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import select
import signal
import sys
import termios
import threading

_SET_PARENT_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
_SET_SIGNAL = 10  # F_SETSIG, which Python has no name for

LINUX = sys.platform.startswith("linux")


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def die_with_parent(parent: int) -> None:
    """Have this process killed when its parent dies; ends at once if `parent` is gone already."""
    if LINUX:
        _prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent has died, so that none is lost."""
    if LINUX:
        _prctl(_SET_CHILD_SUBREAPER, 1)


def die_with_lifeline(descriptor: int) -> int:
    """Have this process killed when the last writer of the pipe behind `descriptor` is gone.

    Returns a descriptor whose closing cancels this, on Linux; else -1.

    On Linux the kernel kills it (no thread, so a program cannot block it); elsewhere a thread waits.
    """
    if not LINUX:
        threading.Thread(target=_watch, args=(descriptor,), name="lifeline", daemon=True).start()
        return -1
    own = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(own, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(own, _SET_SIGNAL, signal.SIGKILL)
    fcntl.fcntl(own, fcntl.F_SETFL, fcntl.fcntl(own, fcntl.F_GETFL) | os.O_ASYNC)
    poller = select.poll()
    poller.register(own, select.POLLIN)
    if any(event & select.POLLHUP for _, event in poller.poll(0)):
        os._exit(1)
    return own


def _watch(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


def take_terminal(terminal: int) -> None:
    """Make `terminal` the controlling one of the session that this process leads."""
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def bring_to_front(child: int, terminal: int) -> None:
    """Give `child` its own process group, and make it the one that the keys of `terminal` interrupt."""
    with contextlib.suppress(PermissionError, ProcessLookupError):  # it has done so itself, or has ended
        os.setpgid(child, child)
    with contextlib.suppress(OSError):
        os.tcsetpgrp(terminal, child)


def use_terminal(terminal: int) -> None:
    """Put `terminal` on descriptors 0, 1 and 2, in this process's own process group."""
    os.setpgid(0, 0)
    for descriptor in (0, 1, 2):
        os.dup2(terminal, descriptor)


def plain_signals() -> None:
    """Restore the default handling of a fresh Python for the signals that nursery and keeper have changed."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM, signal.SIGTTOU):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def first_to_go() -> None:
    """Ask the kernel to kill this process before others when the machine runs out of memory."""
    if LINUX:
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("600")


def threads_of_user() -> int:
    """Return how many threads this user has on the whole machine; 0 if that is unknown or does not matter."""
    if not LINUX or os.getuid() == 0:
        return 0
    count = 0
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdecimal() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{name}/task"))
    return count
