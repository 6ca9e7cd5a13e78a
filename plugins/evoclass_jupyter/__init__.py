"""Runs programs through a Jupyter kernel: of this machine, of a server, or of a Hub."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evoclass import hookimpl

if TYPE_CHECKING:
    from evoclass.runner import RunnerKind


@hookimpl
def register_runner_kinds() -> Iterable[type[RunnerKind]]:
    """Offer runners over Jupyter kernels."""
    if sys.platform == "win32":
        return []
    from evoclass_jupyter.kind import JupyterKind

    return [JupyterKind]
