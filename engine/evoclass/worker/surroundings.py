"""Makes a process look like one that was started only for its program."""

from __future__ import annotations

import builtins
import os
import random
import sys
import types
from collections.abc import Callable

from evoclass.protocol import Message
from evoclass.running.load import busy
from evoclass.running.program import Program
from evoclass.worker import figures

THREADS = "OMP_NUM_THREADS"
"""Variable that says with how many threads OpenMP, and so PyTorch, computes."""


def settle(program: Program, send: Callable[[Message], object]) -> None:
    """Make this process look like one that was started only for this program; its figures are sent."""
    file = str(program.file)
    os.chdir(program.folder)
    os.environ.update(program.environment)
    if threads := threads_of(program):
        compute_on(threads)
    sys.argv = [file, *program.arguments]
    sys.orig_argv = [sys.executable, file, *program.arguments]
    sys.path.insert(0, os.path.dirname(file))
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].ORIGINAL_DIR = str(program.folder)  # type: ignore[attr-defined]
    _fork_workers()
    figures.keep(str(program.folder), file, send, program.figure_size)
    if program.seed is not None:
        seed_all(program.seed)


def threads_of(program: Program) -> int:
    """Return on how many threads a program computes, 0 for as many as usual or as the user's environment says."""
    if program.threads or THREADS in os.environ:
        return program.threads
    return int(busy())


def compute_on(threads: int) -> None:
    """Have numbers computed on so many threads, here and in processes that the program starts.

    On processors that others use, two threads that wait for each other were measured up to 60 times slower than one.
    """
    os.environ[THREADS] = str(threads)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(threads)


def _fork_workers() -> None:
    """Make DataLoader's workers forks unless the program says otherwise.

    Python 3.14 no longer does so by default, and then a program without `if __name__ == "__main__"` hangs in them.
    """
    context = sys.modules.get("multiprocessing.context")
    if sys.platform.startswith("linux") and context is not None:
        context._default_context._default_context = context._concrete_contexts["fork"]


def seed_all(seed: int | None) -> None:
    """Seed the generators; without a seed every run gets different numbers, as in a fresh process."""
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
    """Install a new `__main__`, which other processes can import again from its file."""
    module = types.ModuleType("__main__")
    module.__dict__.update(
        __file__=file, __builtins__=builtins, __cached__=None, __annotations__={}, __loader__=None
    )
    sys.modules["__main__"] = module
    return module
