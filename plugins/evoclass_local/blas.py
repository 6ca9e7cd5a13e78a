"""NumPy's linear algebra: imported on a single thread, so that forking is safe, it gets its threads back in a child."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Callable

from evoclass_local.devices import threads

ASKED = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS")
"""Variables that give OpenBLAS's number of threads; the first one set counts."""

_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
)


def setters() -> list[Callable[[int], None]]:
    """Return the function of each loaded OpenBLAS that sets its number of threads."""
    found: list[Callable[[int], None]] = []
    with contextlib.suppress(OSError):
        with open("/proc/self/maps") as file:
            paths = {line.split(maxsplit=5)[-1].strip() for line in file if "openblas" in line}
        for path in sorted(paths):
            library = ctypes.CDLL(path)
            names = [name for name in _SETTERS if hasattr(library, name)]
            found += [getattr(library, name) for name in names[:1]]
    return found


def wanted() -> int:
    """Return the number of threads that OpenBLAS would have chosen."""
    asked = (os.environ.get(name, "") for name in ASKED)
    return next((int(value) for value in asked if value.isdecimal() and int(value) > 0), threads())
