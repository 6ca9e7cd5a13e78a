"""Makes a child's process look like one that was started for its program alone."""

from __future__ import annotations

import io
import os
import random
import resource
import sys
import types
from typing import TYPE_CHECKING

from evoclass.protocol import Job
from evoclass_local import figures, hygiene

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def settle(job: Job) -> None:
    """Make this process look like one that was started for this program alone."""
    os.chdir(job.folder)
    os.environ.update(job.environment)
    sys.argv = [job.file, *job.arguments]
    sys.orig_argv = [sys.executable, job.file, *job.arguments]
    sys.path.insert(0, os.path.dirname(job.file))
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].ORIGINAL_DIR = job.folder  # type: ignore[attr-defined]
    _fork_workers()
    figures.keep(job.folder)
    if job.files:
        hygiene.limit(resource.RLIMIT_NOFILE, job.files)
    if job.file_size:
        hygiene.limit(resource.RLIMIT_FSIZE, job.file_size)
    if job.seed is not None:
        seed_all(job.seed)


def _fork_workers() -> None:
    """Let DataLoader's workers be forks unless the program says otherwise.

    Python 3.14 no longer does so by itself, and then a program without `if __name__ == "__main__"` hangs in them.
    """
    context = sys.modules.get("multiprocessing.context")
    if hygiene.LINUX and context is not None:
        context._default_context._default_context = context._concrete_contexts["fork"]


def seed_all(seed: int | None) -> None:
    """Seed the generators; without a seed give every run its own numbers, as a fresh process would have."""
    number = int.from_bytes(os.urandom(8), "big") >> 1 if seed is None else seed
    if seed is not None:
        random.seed(seed)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        numpy.random.seed(number % 2**32)
    if torch is not None:
        if seed is None:
            torch.default_generator.manual_seed(number)
        else:
            torch.manual_seed(seed)


def fresh_main(file: str) -> types.ModuleType:
    """Put a new `__main__` in place, one that other processes can import again from its file."""
    module = types.ModuleType("__main__")
    module.__dict__.update(
        __file__=file, __builtins__=__builtins__, __cached__=None, __annotations__={}, __loader__=None
    )
    sys.modules["__main__"] = module
    return module


def fresh_streams() -> None:
    """Open the standard streams anew on this process's own terminal."""
    keyboard = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdin = sys.__stdin__ = keyboard  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _text_stream(1, "surrogateescape")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _text_stream(2, "backslashreplace")  # type: ignore[misc]


class _Plain(io.FileIO):
    """The program's output."""


class _First(_Plain):
    """The program's output until something is printed.

    What is printed reaches the front end through a thread of the kernel, which may have to wait for this processor
    until the program pauses; so the first time it is let in at once.
    """

    def write(self, data: ReadableBuffer, /) -> int:
        written = super().write(data)
        self.__class__ = _Plain  # type: ignore[assignment]
        os.sched_yield()
        return written


def _text_stream(descriptor: int, errors: str) -> io.TextIOWrapper:
    kind = _First if hasattr(os, "sched_yield") else _Plain
    raw = kind(descriptor, "w", closefd=False)
    raw.name = {1: "<stdout>", 2: "<stderr>"}[descriptor]
    return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", errors, line_buffering=True)
