"""The runners that the learner has set up, `[runners.NAME]`: made of the kinds that plugins offer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evoclass.errors import ConfigError, EvoClassError
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.loading import contained, is_bundled
from evoclass.pluginhost.registry import ANSWER_SECONDS
from evoclass.pluginhost.settings import checked_settings, fitted

if TYPE_CHECKING:
    from evoclass.pluginhost.registry import Registry
    from evoclass.runner import Runner, RunnerKind

HOOK = "register_runner_kinds"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")


class MadeRunners:
    """Makes a runner class of each table; a table that cannot be used is a problem, and the others work."""

    def __init__(
        self,
        registry: Registry,
        kinds: Callable[[], Mapping[str, type[RunnerKind]]],
        runners: Callable[[], Iterable[str]],
    ) -> None:
        """`kinds` returns the kinds by name, `runners` the names of all runners, which are asked for when needed."""
        self._registry, self._kinds, self._runners = registry, kinds, runners
        self.plugins: dict[str, str] = {}
        """The plugin behind each runner."""

    def made(self, taken: Mapping[str, Any]) -> dict[str, tuple[str, type[Runner]]]:
        """Return plugin and class of each runner by name; a name in `taken` cannot be used again."""
        found = {}
        for name in self._registry.runner_tables:
            try:
                found[name] = self._make(name, Path(), taken)
                self.plugins[name] = found[name][0]
            except ConfigError:
                pass  # `problems` reports it
        return found

    def problems(self, path: Path) -> Iterator[ConfigError]:
        """Yield the problems in the tables of the file at `path`."""
        registered = {name for name in self._runners() if name not in self.plugins}
        for name in self._registry.runner_tables:
            try:
                self._make(name, path, dict.fromkeys(registered))
            except ConfigError as error:
                yield error

    def _make(self, name: str, path: Path, taken: Mapping[str, Any]) -> tuple[str, type[Runner]]:
        table, given = f"runners.{name}", dict(self._registry.runner_tables[name])
        if not _NAME.match(name):
            raise _error("runner_name", path, table)
        if name in taken:
            raise _error("runner_taken", path, table)
        kinds = self._kinds()
        wanted = given.pop("kind", None)
        if not isinstance(wanted, str) or wanted not in kinds:
            known = ", ".join(f'"{kind}"' for kind in kinds)
            found = "-" if wanted is None else shown(wanted)
            raise _error("runner_kind", path, table, found=found, known=known or "-")
        kind, plugin = kinds[wanted], self._registry.owner(HOOK, wanted)
        settings = {setting.name: setting for setting in kind.settings}
        for key in given:
            if key not in settings:
                known = ", ".join(settings) or "-"
                raise _error("runner_setting", path, f"{table}.{key}", kind=wanted, known=known)
        values = {
            key: fitted(setting, given.get(key, setting.default), table, path)
            for key, setting in settings.items()
        }
        return plugin, self._class(kind, plugin, name, values, path, table)

    def _class(
        self,
        kind: type[RunnerKind],
        plugin: str,
        name: str,
        values: Mapping[str, Any],
        path: Path,
        table: str,
    ) -> type[Runner]:
        from evoclass.runner import Runner

        try:
            made: Any = (
                kind.make(name, values)
                if is_bundled(kind)
                else contained(lambda: kind.make(name, values), ANSWER_SECONDS)
            )
            if not isinstance(made, type) or not issubclass(made, Runner) or inspect.isabstract(made):
                raise TypeError(f"make() gave {shown(made)}, no class of a runner")
            if made.name != name:
                raise TypeError(f"make() gave a runner called {shown(made.name)}")
            return made
        except ConfigError as error:
            raise ConfigError(
                f"{path}: {table}: {error}", error.key, **{**error.fields, "path": path, "name": table}
            ) from error
        except EvoClassError:
            raise
        except Exception as error:
            self._registry.blame(plugin, f"{kind.name}.make(): {reason(error)}")
            raise _error("runner_failed", path, table, reason=reason(error)) from error


def check_kind(kind: type[RunnerKind]) -> None:
    """Raise TypeError or ValueError for settings that cannot be declared."""
    checked_settings(kind.settings)
    if any(setting.name == "kind" for setting in kind.settings):
        raise ValueError("the setting `kind` is EvoClass's own")


def _error(key: str, path: Path, name: str, **fields: Any) -> ConfigError:
    said = ", ".join(f"{field} {value}" for field, value in fields.items())
    return ConfigError(f"{path}: {name}: {key} ({said})", f"config.{key}", path=path, name=name, **fields)
