"""The plugins of one process: their list, the ones switched off and why, and the calls of their hooks."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import partial
from itertools import islice
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

from evoclass import hookspecs
from evoclass.disk.log import logger_of
from evoclass.errors import PluginError
from evoclass.frozen import frozen, mutable
from evoclass.i18n import Catalog, system_language
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.loading import (
    GROUP,
    HOOKS,
    IMPORT_SECONDS,
    Entry,
    beside,
    contained,
    damaged,
    installed,
    is_bundled,
    load,
    needs,
    plain,
    switched_off,
)

if TYPE_CHECKING:
    import click

logger = logger_of(__name__)

ANSWER_SECONDS = 5.0
"""Seconds that a plugin from elsewhere may take to answer a question such as `explain_error`."""

MOST = 1_000
"""Most items that one hook may offer."""

_FUNCTIONS = (FunctionType, MethodType, staticmethod, classmethod)
"""What pluggy takes as a hook."""

TRACED = 1_000
"""Most calls of hooks that are remembered."""


@mutable
class PluginReport:
    """The state of one plugin."""

    name: str
    package: str = ""
    version: str = ""
    error: str = ""
    """Why it is switched off; empty for a working plugin."""
    offers: dict[str, list[str]] = field(default_factory=dict)
    """Names that it registered, by hook; a hook that registers no names has an empty list."""
    bundled: bool = False
    """Whether it comes with EvoClass."""
    disabled: str = ""
    """Where the learner has disabled it; then it was not loaded, and it is not at fault."""
    failures: list[str] = field(default_factory=list)
    """Its problems though it works, such as a locale file that cannot be read."""

    @property
    def trouble(self) -> str:
        """The failures to report; empty for a plugin without any."""
        return "; ".join(filter(None, (self.error, *self.failures)))


class _Manager(pluggy.PluginManager):
    """Looks closely only at what may be a hook: most names in a plugin's module are something else."""

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        if isinstance(plugin, ModuleType) and not isinstance(vars(plugin).get(name), _FUNCTIONS):
            return None
        return super().parse_hookimpl_opts(plugin, name)


@frozen
class HookCall:
    """One call of a hook of one plugin, or its import (`hook` is "import")."""

    hook: str
    plugin: str
    seconds: float
    result: str
    """`answered`, `nothing` (for None), `loaded` or `failed`."""


class Registry:
    """The plugins of one process: loaded one by one, switched off one by one."""

    def __init__(
        self,
        entries: Iterable[Entry] | None = None,
        extra: Iterable[tuple[str, Any]] = (),
        off: Mapping[str, str] | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        runners: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Load the installed plugins, or `entries`, and `extra` objects.

        `off` are names of plugins that the learner does not want, each with the source of that decision;
        `EVOCLASS_NO_PLUGINS` adds more.  `settings` are the learner's settings of plugins, by their names, and
        `runners` the learner's own runners.
        """
        self.settings = settings or {}
        self.runner_tables = runners or {}
        self.reports: dict[str, PluginReport] = {}
        self.damaged = damaged() if entries is None else ()
        """Problems in the metadata of installed packages, because of which their plugins cannot be found."""
        self.trace: deque[HookCall] = deque(maxlen=TRACED)
        """The last calls of hooks, in order."""
        self.commands: dict[str, click.Command] | None = None
        """The commands that they add, once requested."""
        self._off = {plain(name): where for name, where in (off or {}).items()}
        self._manager = _Manager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._distributions: set[str] = set()
        for entry in installed(HOOKS):
            self._add_hooks(entry)
        found = [*installed(GROUP), *beside()] if entries is None else list(entries)
        loaded = [self._load(entry) for entry in sorted(found, key=lambda one: (not one.bundled, one.name))]
        for name, plugin in extra:
            self.reports[name] = PluginReport(name, getattr(plugin, "__name__", ""))
            loaded.append((name, plugin))
        # The plugin that is registered last is asked first: pluggy's order, with the bundled ones before the others.
        for name, plugin in reversed(loaded):
            if plugin is not None:
                self._register(name, plugin)

    def _add_hooks(self, entry: Entry) -> None:
        try:
            self._manager.add_hookspecs(load(entry, self._waiting(entry.name)))
        except Exception as error:
            self.reports[entry.name] = PluginReport(entry.name, entry.module, error=reason(error))

    def _load(self, entry: Entry) -> tuple[str, Any]:
        """Import a plugin and return it with its name; None if it is switched off."""
        name = entry.name or entry.module
        if name in self.reports:
            name = f"{name} ({entry.distribution})"
        report = PluginReport(name, entry.module, entry.version, bundled=entry.bundled)
        self._distributions.add(plain(entry.distribution))
        first, self.reports[name] = self.reports.get(entry.name), report
        report.disabled = switched_off(entry, self._off)
        if report.disabled:
            return name, None
        try:
            if not entry.name:
                report.error = "its entry point has no name"
            elif first is not None:
                report.error = f"there is another plugin {entry.name!r} already, of {first.package}"
            elif wanted := needs(entry):
                from importlib.metadata import version

                report.error = f"needs {wanted}, and this is evoclass {version('evoclass')}"
            else:
                with self._traced("import", name):
                    return name, load(entry, self._waiting(name))
        except Exception as error:
            report.error = reason(error)
        return name, None

    def _waiting(self, name: str) -> Callable[[float], None]:
        def tell(seconds: float) -> None:
            catalog = Catalog(system_language())
            print(catalog("plugin.slow", plugin=name, seconds=f"{seconds:g}"), file=sys.stderr, flush=True)

        return tell

    def _register(self, name: str, plugin: Any) -> None:
        try:
            contained(lambda: self._manager.register(plugin, name), ANSWER_SECONDS)
            self._manager.check_pending()
            for caller in self._manager.get_hookcallers(plugin) or ():
                for found in caller.get_hookimpls():
                    if found.plugin_name == name and (found.wrapper or found.hookwrapper):
                        raise PluginError(f"{caller.name}: hook wrappers are not called")
        except Exception as error:
            self.switch_off(name, reason(error))

    def switch_off(self, name: str, why: str) -> None:
        """Take a plugin out and remember why; the first reason is kept."""
        logger.warning("%s is switched off: %s", name, why)
        self.reports[name].error = self.reports[name].error or why
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)

    def named(self, name: str) -> str:
        """Return the plugin with the name of an entry point or a module.  Raises LookupError."""
        if name in self.reports:
            return name
        top = name.partition(".")[0]
        for report in self.reports.values():
            if top and report.package.partition(".")[0] == top:
                return report.name
        raise LookupError(f"there is no plugin {name!r}")

    def blame(self, name: str, why: str) -> None:
        """Remember the fault of a plugin that works despite it."""
        failures = self.reports[name].failures
        if why not in failures:
            logger.warning("%s: %s", name, why)
            failures.append(why)

    def owner(self, hook: str, name: str) -> str:
        """Return the plugin that offers a name under this hook."""
        return next(report.name for report in self.reports.values() if name in report.offers.get(hook, ()))

    def unknown(self, names: Iterable[str]) -> list[str]:
        """Return the names that no plugin has, installed or switched off."""
        known = {plain(name) for name in self.reports}
        known |= {plain(report.package) for report in self.reports.values()} | self._distributions
        return [name for name in names if plain(name) not in known]

    @property
    def broken(self) -> tuple[PluginReport, ...]:
        """Plugins that are switched off because of a failure."""
        return tuple(report for report in self.reports.values() if report.error)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the plugins that are switched off, by a failure or by the learner."""
        return tuple(report.name for report in self.reports.values() if report.error or report.disabled)

    @property
    def working(self) -> tuple[PluginReport, ...]:
        """Plugins that are in use."""
        return tuple(report for report in self.reports.values() if not report.error and not report.disabled)

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages of the working plugins; their `locale` folders join the interface text."""
        return tuple(report.package for report in self.working if report.package)

    # ------------------------------------------------------------------------------------------------- hooks

    def implements(self, hook: str) -> tuple[str, ...]:
        """Return the names of the plugins that have a hook, in the order of the calls."""
        return tuple(
            found.plugin_name for found in reversed(getattr(self._manager.hook, hook).get_hookimpls())
        )

    @property
    def hooks(self) -> tuple[str, ...]:
        """Names of all hooks, including those that front ends add."""
        return tuple(sorted(vars(self._manager.hook)))

    def calls(self, hook: str, only: str = "", **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Call `hook` plugin by plugin in pluggy's order and yield (plugin, result) where there is a result.

        One that raises or hangs is switched off.  `only` is the plugin to call, if not all.
        """
        for implementation in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            name = implementation.plugin_name
            if only and name != only:
                continue
            accepted = {key: arguments[key] for key in implementation.argnames}
            try:
                with self._traced(hook, name) as answers:
                    answers.append(_answer(hook, implementation.function, accepted))
            except Exception as error:
                self.switch_off(name, f"{hook}: {reason(error)}")
                continue
            if answers[0] is not None:
                yield name, answers[0]

    def functions(self, hook: str, plugin: str) -> Iterator[Callable[..., Any]]:
        """Yield a plugin's functions for a hook, to be called with all arguments; each call shows in the trace."""
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            if implementation.plugin_name == plugin:
                yield partial(self._call, hook, implementation)

    def _call(self, hook: str, implementation: Any, **arguments: Any) -> Any:
        with self._traced(hook, implementation.plugin_name) as answers:
            accepted = {key: arguments[key] for key in implementation.argnames}
            answers.append(implementation.function(**accepted))
        return answers[0]

    @contextlib.contextmanager
    def _traced(self, hook: str, plugin: str) -> Iterator[list[Any]]:
        """Record a call, whose result is put into the list."""
        answers: list[Any] = []
        begun, ended = time.perf_counter(), "failed"
        try:
            yield answers
        except Exception as error:
            logger.warning("%s of %s failed", hook, plugin, exc_info=error)
            raise
        else:
            ended = "loaded" if not answers else "nothing" if answers[0] is None else "answered"
        finally:
            call = HookCall(hook, plugin, time.perf_counter() - begun, ended)
            self.trace.append(call)
            logger.debug("%s of %s: %s in %.2f ms", hook, plugin, ended, call.seconds * 1000)

    def each(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Return the result of every plugin for `hook`, as (plugin, result) pairs."""
        return list(self.calls(hook, **arguments))

    def first(self, hook: str, **arguments: Any) -> Any:
        """Return the first result of `hook` that is not None, or None."""
        return next((result for _, result in self.calls(hook, **arguments)), None)

    def in_rank(self, offered: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """Return (plugin, …) pairs with the bundled plugins first: of two equal names theirs is kept."""
        places = {name: place for place, name in enumerate(self.reports)}
        return sorted(offered, key=lambda pair: places[pair[0]])

    def offer(self, plugin: str, hook: str, names: Iterable[str] = ()) -> None:
        """Remember an offer of a plugin."""
        known = self.reports[plugin].offers.setdefault(hook, [])
        known += [name for name in names if name not in known]

    def claim(self, plugin: str, hook: str, names: Iterable[str], taken: dict[str, str]) -> bool:
        """Give a plugin its names, unless another plugin has one of them: then it is switched off.

        `taken` are the names already given, each with its plugin, or with an empty text for the engine's own.
        """
        mine: list[str] = []
        for name in names:
            if name in taken or name in mine:
                owner = taken.get(name, plugin)
                of = (
                    f"the plugin {owner!r} has that name already"
                    if owner
                    else "EvoClass has that name already"
                )
                self.switch_off(plugin, f"{hook}: {shown(name)}: {of}")
                return False
            mine.append(name)
        taken.update(dict.fromkeys(mine, plugin))
        self.offer(plugin, hook, mine)
        return True


def listed(found: Any) -> list[Any]:
    """Return a hook's registrations as a list that has an end.  Raises TypeError, ValueError."""
    items = list(islice(found, MOST + 1))
    if len(items) > MOST:
        raise ValueError(f"more than {MOST:,} things")
    return items


def _answer(hook: str, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a hook; a `register_…` result becomes a list, so that a generator fails inside the hook's call."""
    registers = hook.startswith("register_")

    def call() -> Any:
        result = function(**arguments)
        return listed(result) if registers and result is not None else result

    if is_bundled(function):
        return call()
    with contextlib.redirect_stdout(sys.stderr):
        return contained(call, IMPORT_SECONDS if registers else ANSWER_SECONDS)
