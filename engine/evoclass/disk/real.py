"""The file or folder that a path leads to."""

from __future__ import annotations

import os
from pathlib import Path


def real(path: Path) -> Path:
    """Return the path without links.  Links that form a circle stay: `Path.resolve` would raise for them."""
    return Path(os.path.realpath(path))
