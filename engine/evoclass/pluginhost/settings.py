"""The settings that plugins declare, and the learner's values for them: a wrong value is reported and not used."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from evoclass.errors import ConfigError
from evoclass.learner.config import LARGEST_NUMBER
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.setting import Setting, Value
from evoclass.wording.printable import printable

if TYPE_CHECKING:
    from evoclass.pluginhost.registry import Registry

HOOK = "register_settings"

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class PluginSettings:
    """The settings of all plugins; each plugin is asked for its own when they are first needed."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._declared: dict[str, tuple[Setting, ...]] = {}
        self._values: dict[str, dict[str, Any]] = {}

    def of(self, name: str) -> Mapping[str, Value]:
        """Return the values of a plugin by its name or its module's.  Raises LookupError."""
        return self.values(self._registry.named(name))

    def values(self, plugin: str) -> Mapping[str, Value]:
        """Return a view of the values of a plugin; later changes show in it."""
        if plugin not in self._values:
            given = self._registry.settings.get(plugin, {})
            # Undeclared values are the plugin's own business.
            self._values[plugin] = {key: value for key, value in given.items() if isinstance(key, str)}
            for setting in self.declared(plugin):
                value = given.get(setting.name, setting.default)
                try:
                    self._values[plugin][setting.name] = fitted(setting, value, f"plugins.{plugin}", Path())
                except ConfigError:  # `problems` reports it
                    self._values[plugin][setting.name] = setting.default
        return MappingProxyType(self._values[plugin])

    def declared(self, plugin: str) -> tuple[Setting, ...]:
        """Return the settings that a plugin declares; a wrong declaration switches the plugin off."""
        if plugin not in self._declared:
            self._declared[plugin] = ()
            for _, found in self._registry.calls(HOOK, plugin):
                try:
                    self._declared[plugin] = checked_settings(found)
                except (TypeError, ValueError) as error:
                    self._registry.switch_off(plugin, f"{HOOK}: {reason(error)}")
            if names := [setting.name for setting in self._declared[plugin]]:
                self._registry.offer(plugin, HOOK, names)
        return self._declared[plugin]

    def all(self) -> dict[str, tuple[Setting, ...]]:
        """Return the settings that every plugin declares, the bundled plugins first."""
        names = [(name, name) for name in self._registry.implements(HOOK)]
        found = {name: self.declared(name) for name, _ in self._registry.in_rank(names)}
        return {name: settings for name, settings in found.items() if settings}

    def change(self, plugin: str, name: str, value: Value | tuple[str, ...]) -> None:
        """Use another value from now on."""
        self.values(plugin)
        self._values[plugin][name] = value

    def problems(self, path: Path) -> Iterator[ConfigError]:
        """Yield the problems in the tables of plugins in the file at `path`."""
        for plugin, given in self._registry.settings.items():
            settings = {setting.name: setting for setting in self.declared(plugin)}
            for key, value in given.items() if settings else ():
                try:
                    if key not in settings:
                        raise _error(
                            "unknown_of_plugin",
                            path,
                            f"plugins.{plugin}",
                            key,
                            plugin=plugin,
                            known=", ".join(settings),
                        )
                    fitted(settings[key], value, f"plugins.{plugin}", path)
                except ConfigError as error:
                    yield error


def fitted(setting: Setting, value: Any, table: str, path: Path) -> Value | tuple[str, ...]:
    """Return a value of a setting in a table of the file, as its type.  Raises ConfigError that says what fits."""
    kind, name = type(setting.default), setting.name
    if kind is tuple and isinstance(value, list | tuple) and all(type(item) is str for item in value):
        value = tuple(value)
    if kind is float and type(value) is int and abs(value) <= LARGEST_NUMBER:
        value = float(value)
    if type(value) is not kind:
        raise _error(f"no_{kind.__name__}", path, table, name, found=shown(value))
    if setting.choices and value not in setting.choices:
        known = ", ".join(f'"{choice}"' for choice in setting.choices)
        raise _error("no_choice", path, table, name, found=shown(value), known=known)
    if isinstance(value, int | float) and kind is not bool:
        least = -LARGEST_NUMBER if setting.least is None else setting.least
        most = LARGEST_NUMBER if setting.most is None else setting.most
        if not least <= value <= most:
            bounds = {"least": f"{least:,}", "most": f"{most:,}"}
            raise _error("not_between", path, table, name, found=shown(value), **bounds)
    result: Value | tuple[str, ...] = value
    return result


def _error(key: str, path: Path, table: str, name: str, **fields: Any) -> ConfigError:
    place = f"{table}.{name}"
    said = ", ".join(f"{field} {value}" for field, value in fields.items())
    return ConfigError(f"{path}: {place}: {key} ({said})", f"config.{key}", path=path, name=place, **fields)


def checked_settings(found: Iterable[Any]) -> tuple[Setting, ...]:
    """Return valid settings.  Raises TypeError, ValueError."""
    names: set[str] = set()
    declared = list(found)
    for setting in declared:
        if not isinstance(setting, Setting):
            raise TypeError(f"{shown(setting)} is no Setting")
        name = setting.name
        if not isinstance(name, str) or not _NAME.match(name):
            raise ValueError(f"{shown(name)} is no name of small letters, digits and _")
        if name in names:
            raise ValueError(f"there are two settings {name!r}")
        names.add(name)
        if type(setting.default) not in (bool, int, float, str, tuple):
            raise TypeError(
                f"{name}: the default is {shown(setting.default)}, no number, text, tuple, True or False"
            )
        choices = setting.choices
        if not isinstance(choices, tuple) or not all(
            isinstance(choice, str) and choice and printable(choice) == choice for choice in choices
        ):
            raise TypeError(f"{name}: the choices are {shown(choices)}, not a tuple of texts")
        if choices and type(setting.default) is not str:
            raise TypeError(f"{name}: only a text has choices")
        for bound in (setting.least, setting.most):
            if bound is not None and (type(bound) not in (int, float) or not math.isfinite(bound)):
                raise TypeError(f"{name}: {shown(bound)} is no bound")
        try:
            fitted(setting, setting.default, "", Path())
        except ConfigError as error:
            raise ValueError(f"{name}: its own default does not fit") from error
    return tuple(declared)
