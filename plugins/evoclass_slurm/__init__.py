"""Runs programs in a job of Slurm."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evoclass import hookimpl

if TYPE_CHECKING:
    from evoclass.runner import RunnerKind


@hookimpl
def register_runner_kinds() -> Iterable[type[RunnerKind]]:
    """Offer runners in a job of Slurm."""
    if sys.platform == "win32":
        return []
    from evoclass_slurm.kind import SlurmKind

    return [SlurmKind]
