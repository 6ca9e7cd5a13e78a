"""Runs programs elsewhere: on a host that is reached over ssh, or over any command that joins two byte streams."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evoclass import hookimpl

if TYPE_CHECKING:
    from evoclass.runner import RunnerKind


@hookimpl
def register_runner_kinds() -> Iterable[type[RunnerKind]]:
    """Offer runners over `ssh` and over any other command."""
    if sys.platform == "win32":
        return []
    from evoclass_remote.command import CommandKind, SshKind

    return [CommandKind, SshKind]
