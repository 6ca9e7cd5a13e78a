"""Public names that have changed: older plugins still find them, with a warning."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable


def earlier_names(module: str, **successors: str) -> Callable[[str], object]:
    """Return a `__getattr__` for a public module: each earlier name gives its successor and warns."""

    def find(name: str) -> object:
        successor = successors.get(name)
        if successor is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        warnings.warn(
            f"{module}.{name} is called {successor} now; the old name goes with the next version",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(sys.modules[module], successor)

    return find
