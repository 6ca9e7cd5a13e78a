"""Makes a process look like one that was started for its program alone."""

from __future__ import annotations

import builtins
import os
import random
import sys
import types

from evoclass.running.program import Program
from evoclass.worker import figures


def settle(program: Program) -> None:
    """Make this process look like one that was started for this program alone."""
    file = str(program.file)
    os.chdir(program.folder)
    os.environ.update(program.environment)
    sys.argv = [file, *program.arguments]
    sys.orig_argv = [sys.executable, file, *program.arguments]
    sys.path.insert(0, os.path.dirname(file))
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].ORIGINAL_DIR = str(program.folder)  # type: ignore[attr-defined]
    _fork_workers()
    figures.keep(str(program.folder))
    if program.seed is not None:
        seed_all(program.seed)


def _fork_workers() -> None:
    """Let DataLoader's workers be forks unless the program says otherwise.

    Python 3.14 no longer does so by itself, and then a program without `if __name__ == "__main__"` hangs in them.
    """
    context = sys.modules.get("multiprocessing.context")
    if sys.platform.startswith("linux") and context is not None:
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
        __file__=file, __builtins__=builtins, __cached__=None, __annotations__={}, __loader__=None
    )
    sys.modules["__main__"] = module
    return module
