"""Find, load and report plugins; a broken one is a report, never a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from evoclass import hookspecs
from evoclass.errors import PluginError
from evoclass.explanation import Explanation

if TYPE_CHECKING:
    from evoclass.directive import BlockType
    from evoclass.exercise import Exercise
    from evoclass.inspection import Probe
    from evoclass.protocol import ErrorReport
    from evoclass.runner import Runner

GROUP = "evoclass"
"""Entry point group of plugins."""

HOOKS = "evoclass.hooks"
"""Entry point group of modules with the hooks that a front end adds (same marker, and no import of its toolkit)."""

FRONT_ENDS = "evoclass.frontends"
"""Entry point group of front ends: functions that take a session and show it."""


@dataclass(slots=True)
class PluginReport:
    """What became of one plugin."""

    name: str
    package: str = ""
    version: str = ""
    error: str = ""
    """Why it is switched off; empty for one that works."""
    offers: dict[str, list[str]] = field(default_factory=dict)
    """Names that it registered, by hook."""


class Plugins:
    """The plugins of one process: loaded one by one, switched off one by one."""

    def __init__(
        self, entries: Iterable[EntryPoint] | None = None, extra: Iterable[tuple[str, Any]] = ()
    ) -> None:
        self.reports: dict[str, PluginReport] = {}
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        for entry in entry_points(group=HOOKS):
            try:
                self._manager.add_hookspecs(entry.load())
            except Exception as error:
                self.reports[entry.name] = PluginReport(
                    entry.name, entry.module, error=f"{type(error).__name__}: {error}"
                )
        found = entry_points(group=GROUP) if entries is None else entries
        for entry in sorted(found, key=lambda entry: entry.name):
            self._load(entry)
        for name, plugin in extra:
            self.reports[name] = PluginReport(name, getattr(plugin, "__name__", ""))
            self._register(name, plugin)

    def _load(self, entry: EntryPoint) -> None:
        version = entry.dist.version if entry.dist else ""
        report = self.reports[entry.name] = PluginReport(entry.name, entry.module, version)
        try:
            plugin = entry.load()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            report.error = f"{type(error).__name__}: {error}"
            return
        self._register(entry.name, plugin)

    def _register(self, name: str, plugin: Any) -> None:
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
        except Exception as error:
            self.switch_off(name, f"{type(error).__name__}: {error}")

    def switch_off(self, name: str, why: str) -> None:
        """Take a plugin out and remember why."""
        self.reports[name].error = why
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)

    @property
    def broken(self) -> tuple[PluginReport, ...]:
        """Plugins that are switched off."""
        return tuple(report for report in self.reports.values() if report.error)

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages of the working plugins; their `locale` folders join the interface text."""
        return tuple(
            report.package for report in self.reports.values() if report.package and not report.error
        )

    @cached_property
    def front_ends(self) -> dict[str, EntryPoint]:
        """Front ends that are installed, by name."""
        return {entry.name: entry for entry in entry_points(group=FRONT_ENDS)}

    @property
    def front_end_packages(self) -> tuple[str, ...]:
        """Packages of the front ends; their `locale` folders join the interface text."""
        return tuple(entry.module.partition(".")[0] for entry in self.front_ends.values())

    def each(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Call `hook` plugin by plugin and return (plugin, result) pairs; one that raises is switched off."""
        results = []
        for implementation in list(getattr(self._manager.hook, hook).get_hookimpls()):
            name = implementation.plugin_name
            accepted = {key: arguments[key] for key in implementation.argnames}
            try:
                result = implementation.function(**accepted)
                if result is not None:
                    results.append((name, list(result) if hook.startswith("register_") else result))
            except Exception as error:
                self.switch_off(name, f"{hook}: {type(error).__name__}: {error}")
        return results

    def first(self, hook: str, **arguments: Any) -> Any:
        """Return the first result of `hook` that is not None, or None."""
        return next((result for _, result in self.each(hook, **arguments)), None)

    def _named(self, hook: str, key: Callable[[Any], str]) -> dict[str, Any]:
        """Collect the classes of `hook` by name; two plugins with one name is an error that names both."""
        owners: dict[str, str] = {}
        classes: dict[str, Any] = {}
        for plugin, offered in self.each(hook):
            for cls in offered:
                name = self._name_of(plugin, hook, cls, key)
                if name is None:
                    break
                if name in owners:
                    first = owners[name]
                    raise PluginError(f"plugins {first!r} and {plugin!r} both register {name!r} ({hook})")
                owners[name], classes[name] = plugin, cls
                self.reports[plugin].offers.setdefault(hook, []).append(name)
        return classes

    def _name_of(self, plugin: str, hook: str, cls: Any, key: Callable[[Any], str]) -> str | None:
        """Return the name of a class that a plugin offers; what is no class, or has no name, switches it off."""
        name = key(cls) if isinstance(cls, type) else None
        if isinstance(name, str) and name:
            return name
        self.switch_off(
            plugin, f"{hook}: {cls!r} " + ("has no name" if isinstance(cls, type) else "is no class")
        )
        return None

    @cached_property
    def exercises(self) -> dict[str, type[Exercise]]:
        """Question types by directive name.  Raises PluginError when two share a name."""
        return self._named("register_exercises", lambda cls: getattr(cls, "kind", ""))

    @cached_property
    def runners(self) -> dict[str, type[Runner]]:
        """Runners by name.  Raises PluginError when two share a name."""
        return self._named("register_runners", lambda cls: getattr(cls, "name", ""))

    @cached_property
    def probes(self) -> dict[str, type[Probe]]:
        """Probes by name.  Raises PluginError when two share a name."""
        return self._named("register_probes", lambda cls: getattr(cls, "name", ""))

    @cached_property
    def directives(self) -> dict[str, type[BlockType]]:
        """Further directives by name.  Raises PluginError when two share a name."""
        return self._named("register_directives", lambda cls: getattr(cls, "name", ""))

    @cached_property
    def courses(self) -> tuple[Path, ...]:
        """Folders of lessons that plugins bring."""
        folders: list[Path] = []
        for plugin, paths in self.each("register_courses"):
            if all(isinstance(path, str | Path) for path in paths):
                folders += map(Path, paths)
            else:
                self.switch_off(plugin, f"register_courses: {paths!r} are no folders")
        return tuple(folders)

    def make_runners(self) -> dict[str, Runner]:
        """Return a runner of each kind, by name; one that cannot be made switches its plugin off."""
        made: dict[str, Runner] = {}
        for name, cls in self.runners.items():
            try:
                made[name] = cls()
            except Exception as error:
                self.switch_off(
                    self._owner("register_runners", name), f"{name}: {type(error).__name__}: {error}"
                )
        return made

    def _owner(self, hook: str, name: str) -> str:
        return next(report.name for report in self.reports.values() if name in report.offers.get(hook, ()))

    def clashes(self) -> list[str]:
        """Ask every plugin for all that it offers, and return what two of them offer by one name."""
        found = []
        for kind in ("exercises", "runners", "probes", "directives", "courses"):
            try:
                getattr(self, kind)
            except PluginError as error:
                found.append(str(error))
        return found

    def explain(self, error: ErrorReport, language: str) -> Explanation | None:
        """Return the first explanation of a learner's error, or None."""
        for plugin, explanation in self.each("explain_error", error=error, language=language):
            if isinstance(explanation, Explanation) and isinstance(explanation.title, str):
                return explanation
            self.switch_off(plugin, f"explain_error: {explanation!r} is no Explanation")
        return None
