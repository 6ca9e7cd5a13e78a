"""The probes of all plugins, on the worker's side: one that has a fault costs its own rows and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from evoclass.keptprobe import SECONDS, KeptProbe
from evoclass.loading import IMPORT_SECONDS, contained, is_bundled
from evoclass.plugins import Plugins
from evoclass.probe import Probe
from evoclass.protocol import Summary

_foreign: dict[type[Probe], str] = {}
"""Plugin of each probe from elsewhere."""

_stuck: dict[str, str] = {}
"""Why a probe is not used, by its name: it did not come to an end when it was tried."""


def load() -> list[type[Probe]]:
    """Return the probes of all plugins that work, prepared."""
    plugins = Plugins()
    kinds = plugins.probes
    for name, kind in kinds.items():
        if not is_bundled(kind):
            _foreign[kind] = plugins.owner("register_probes", name)
        try:
            # What cannot be prepared shows its fault in the run; what does not end is not tried again.
            contained(kind.prepare, IMPORT_SECONDS) if kind in _foreign else kind.prepare()
        except TimeoutError as error:
            give_up(name, str(error))
        except Exception:
            continue
    return list(kinds.values())


def give_up(name: str, why: str) -> None:
    """Use a probe no more; the next runs tell why."""
    _stuck[name] = why


def foreign(kinds: Iterable[type[Probe]]) -> list[str]:
    """Return the names of the probes from elsewhere."""
    return [kind.name for kind in kinds if kind in _foreign]


def make(kinds: Iterable[type[Probe]]) -> list[Probe]:
    """Return a probe of each kind."""
    return [_make(kind) for kind in kinds]


def _make(kind: type[Probe]) -> Probe:
    plugin = _foreign.get(kind, "")
    try:
        if kind.name in _stuck:
            raise TimeoutError(_stuck[kind.name])
        made = contained(kind, SECONDS) if plugin else kind()
    except Exception as error:
        made = Unmade(kind.name, error)
    return KeptProbe(made, plugin)


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
