"""Runs lessons' code on this machine: a clean process for every run, ready before Run is pressed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evoclass import hookimpl
from evoclass.settings import Setting

if TYPE_CHECKING:
    from evoclass.runner import Runner


@hookimpl
def register_runners() -> Iterable[type[Runner]]:
    """Offer the CPU and the CUDA device of this machine, and the CPU behind a sandbox."""
    if sys.platform == "win32":
        from evoclass_local.elsewhere import NoTerminal

        return [NoTerminal]
    if importlib.util.find_spec("torch") is None:
        from evoclass_local.elsewhere import NoTorch

        return [NoTorch]
    from evoclass_local.runners import LocalCpu, LocalCuda, LocalSandboxed

    return [LocalCpu, LocalCuda, LocalSandboxed]


@hookimpl
def register_settings() -> Iterable[Setting]:
    """Let the learner free the memory of a process that waits on the GPU."""
    return [Setting("gpu_spare", True)]
