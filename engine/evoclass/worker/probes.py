"""The probes of all plugins in the worker: a failure in one costs its own rows and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from evoclass.pluginhost.keptprobe import SECONDS, KeptProbe
from evoclass.pluginhost.loading import IMPORT_SECONDS, contained, is_bundled
from evoclass.pluginhost.plugins import Plugins
from evoclass.probe import Probe
from evoclass.protocol import Summary


class ProbeSet:
    """The kinds of probes that runs use."""

    def __init__(
        self, kinds: Iterable[type[Probe]] = (), owners: Mapping[type[Probe], str] | None = None
    ) -> None:
        """Use these kinds; `owners` are the plugins of those that do not come with EvoClass."""
        self._kinds = list(kinds)
        self._owners = dict(owners or {})
        self._stuck: dict[str, str] = {}
        """Why a probe is not used, by its name: its trial call did not end."""

    @classmethod
    def load(cls) -> ProbeSet:
        """Return the probes of all plugins that work, prepared."""
        plugins = Plugins()
        kinds = plugins.probes
        owners = {
            kind: plugins.owner("register_probes", name)
            for name, kind in kinds.items()
            if not is_bundled(kind)
        }
        probes = cls(kinds.values(), owners)
        for name, kind in kinds.items():
            try:
                # A probe that cannot be prepared shows its failure in the run; one that does not end is not tried
                # again.
                contained(kind.prepare, IMPORT_SECONDS) if kind in owners else kind.prepare()
            except TimeoutError as error:
                probes.give_up(name, str(error))
            except Exception:
                continue
        return probes

    @property
    def packages(self) -> set[str]:
        """The packages that the probes come from."""
        return {kind.__module__.partition(".")[0] for kind in self._kinds}

    @property
    def foreign(self) -> list[str]:
        """Names of the probes that do not come with EvoClass."""
        return [kind.name for kind in self._kinds if kind in self._owners]

    def give_up(self, name: str, why: str) -> None:
        """Stop using a probe; the next runs say why."""
        self._stuck[name] = why

    def make(self) -> list[Probe]:
        """Return a probe of each kind."""
        return [self._make(kind) for kind in self._kinds]

    def _make(self, kind: type[Probe]) -> Probe:
        plugin = self._owners.get(kind, "")
        try:
            if kind.name in self._stuck:
                raise TimeoutError(self._stuck[kind.name])
            made = contained(kind, SECONDS) if plugin else kind()
        except Exception as error:
            made = _Unmade(kind.name, error)
        return KeptProbe(made, plugin)


class _Unmade(Probe):
    """Replaces a probe that could not be made, and has its failure shown in the run."""

    def __init__(self, name: str, error: Exception) -> None:
        self.name = name  # type: ignore[misc]
        self._error = error

    def install(self, step: Callable[[], None]) -> None:
        """Fail where failures are shown."""
        raise self._error

    def matches(self, value: Any) -> bool:
        """Know no value."""
        return False

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        """Have no rows."""
        return ()
