"""The tensor inspector: probes for the worker, a panel for the screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evoclass import hookimpl
from evoclass_tensors.worker.probe import ArrayProbe, ScalarProbe, SchedulerProbe, TensorProbe

if TYPE_CHECKING:
    from evoclass.probe import Probe
    from evoclass_tui.panel import Panel


@hookimpl
def register_probes() -> Iterable[type[Probe]]:
    """Offer the probes for tensors, schedulers, arrays and numbers."""
    return [TensorProbe, SchedulerProbe, ArrayProbe, ScalarProbe]


@hookimpl
def register_panels() -> Iterable[type[Panel]]:
    """Offer the inspector's panel."""
    from evoclass_tensors.screen.panel import TensorPanel

    return [TensorPanel]
