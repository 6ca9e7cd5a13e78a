"""The probes of all plugins, on the worker's side: one that has a fault costs its own rows and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from evoclass.errors import PluginError
from evoclass.plugins import Plugins
from evoclass.probe import Probe
from evoclass.protocol import Summary


def load() -> list[type[Probe]]:
    """Return the probes of all plugins that work, prepared; none if two have one name, which the front end tells of."""
    try:
        kinds = list(Plugins().probes.values())
    except PluginError:
        return []
    for kind in kinds:
        with contextlib.suppress(Exception):  # what cannot be prepared shows its fault in the run
            kind.prepare()
    return kinds


def make(kinds: Iterable[type[Probe]]) -> list[Probe]:
    """Return a probe of each kind."""
    return [_make(kind) for kind in kinds]


def _make(kind: type[Probe]) -> Probe:
    try:
        return kind()
    except Exception as error:
        return Unmade(kind.name, error)


class Unmade(Probe):
    """Stands for a probe that could not be made, and has its fault shown in the run."""

    def __init__(self, name: str, error: Exception) -> None:
        self.name = name  # type: ignore[misc]
        self._error = error

    def install(self, step: Callable[[], None]) -> None:
        """Fail where faults are shown."""
        raise self._error

    def matches(self, value: Any) -> bool:
        """Know no value."""
        return False

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        """Have no rows."""
        return ()
