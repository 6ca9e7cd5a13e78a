"""The plugins of one process: which there are, what they offer, which are switched off and why."""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import EntryPoint
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from evoclass import hookspecs
from evoclass.blame import reason, shown
from evoclass.errors import PluginError
from evoclass.i18n import Catalog, system_language
from evoclass.loading import (
    FRONT_ENDS,
    GROUP,
    HOOKS,
    IMPORT_SECONDS,
    Entry,
    contained,
    damaged,
    entry_of,
    installed,
    is_bundled,
    load,
    needs,
)
from evoclass.printable import printable

if TYPE_CHECKING:
    import click

    from evoclass.directive import BlockType
    from evoclass.exercise import Exercise
    from evoclass.explanation import Explanation
    from evoclass.inspection import Probe
    from evoclass.protocol import ErrorReport
    from evoclass.runner import Availability, Runner

NO_PLUGINS = "EVOCLASS_NO_PLUGINS"
"""Environment variable: `1` leaves all plugins from elsewhere out, names with commas between them leave out those."""

ANSWER_SECONDS = 5.0
"""Seconds that a plugin from elsewhere may take to answer a question such as `explain_error`."""

MOST = 1_000
"""Most things that one hook may offer."""


@dataclass(slots=True)
class PluginReport:
    """What became of one plugin."""

    name: str
    package: str = ""
    version: str = ""
    error: str = ""
    """Why it is switched off; empty for one that works."""
    offers: dict[str, list[str]] = field(default_factory=dict)
    """Names that it registered, by hook; a hook that registers no names has an empty list."""
    bundled: bool = False
    """Whether it comes with EvoClass."""
    disabled: str = ""
    """Where the learner has switched it off; then it was not loaded, and nothing is wrong."""
    faults: list[str] = field(default_factory=list)
    """What is wrong with it though it works, such as a text in one language that cannot be read."""

    @property
    def trouble(self) -> str:
        """What there is to tell of it; empty for one without a fault."""
        return "; ".join(filter(None, (self.error, *self.faults)))


class Plugins:
    """The plugins of one process: loaded one by one, switched off one by one."""

    def __init__(
        self,
        entries: Iterable[EntryPoint] | None = None,
        extra: Iterable[tuple[str, Any]] = (),
        off: Mapping[str, str] | None = None,
    ) -> None:
        """Load what is installed, or `entries`, and `extra` objects.

        `off` are names that the learner does not want, each with where that is said; `EVOCLASS_NO_PLUGINS` adds more.
        """
        self.reports: dict[str, PluginReport] = {}
        self.damaged = damaged() if entries is None else ()
        """What is wrong with the metadata of installed packages, so that their plugins cannot be found."""
        self.commands: dict[str, click.Command] | None = None
        """The commands that they add, once these were asked for."""
        self._off = {_plain(name): where for name, where in (off or {}).items()}
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._distributions: set[str] = set()
        for entry in installed(HOOKS):
            self._add_hooks(entry)
        found = installed(GROUP) if entries is None else [entry_of(point) for point in entries]
        loaded = [self._load(entry) for entry in sorted(found, key=lambda one: (not one.bundled, one.name))]
        for name, plugin in extra:
            self.reports[name] = PluginReport(name, getattr(plugin, "__name__", ""))
            loaded.append((name, plugin))
        # The last one that is registered is asked first: pluggy's order, with the bundled ones before the others.
        for name, plugin in reversed(loaded):
            if plugin is not None:
                self._register(name, plugin)

    def _add_hooks(self, entry: Entry) -> None:
        try:
            self._manager.add_hookspecs(load(entry, self._waiting(entry.name)))
        except Exception as error:
            self.reports[entry.name] = PluginReport(entry.name, entry.module, error=reason(error))

    def _load(self, entry: Entry) -> tuple[str, Any]:
        """Import a plugin and return it with its name; None for one that is switched off."""
        name = entry.name
        if name in self.reports:
            name = f"{entry.name} ({entry.distribution})"
        report = PluginReport(name, entry.module, entry.version, bundled=entry.bundled)
        self._distributions.add(_plain(entry.distribution))
        first, self.reports[name] = self.reports.get(entry.name), report
        report.disabled = self._unwanted(entry)
        if report.disabled:
            return name, None
        try:
            if first is not None:
                report.error = f"there is another plugin {entry.name!r} already, of {first.package}"
            elif wanted := needs(entry):
                from importlib.metadata import version

                report.error = f"needs {wanted}, and this is evoclass {version('evoclass')}"
            else:
                return name, load(entry, self._waiting(name))
        except Exception as error:
            report.error = reason(error)
        return name, None

    def _unwanted(self, entry: Entry) -> str:
        """Return where the learner has switched a plugin off, if so."""
        said = {_plain(word) for word in os.environ.get(NO_PLUGINS, "").split(",")} - {""}
        if said & {"1", "yes", "true", "all"} and not entry.bundled:
            return NO_PLUGINS
        off = dict.fromkeys(said, NO_PLUGINS) | self._off
        own_names = [entry.name, *(() if entry.bundled else (entry.module, entry.distribution))]
        return next((off[_plain(name)] for name in own_names if _plain(name) in off), "")

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
        """Take a plugin out and remember why; the first reason stays."""
        self.reports[name].error = self.reports[name].error or why
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)

    def blame(self, name: str, why: str) -> None:
        """Remember what is wrong with a plugin that works all the same."""
        faults = self.reports[name].faults
        if why not in faults:
            faults.append(why)

    def unknown(self, names: Iterable[str]) -> list[str]:
        """Return those of some names that no plugin has, installed or switched off."""
        known = {_plain(name) for name in self.reports}
        known |= {_plain(report.package) for report in self.reports.values()} | self._distributions
        return [name for name in names if _plain(name) not in known]

    @property
    def broken(self) -> tuple[PluginReport, ...]:
        """Plugins that are switched off because of a fault."""
        return tuple(report for report in self.reports.values() if report.error)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the plugins that are switched off, by a fault or by the learner."""
        return tuple(report.name for report in self.reports.values() if report.error or report.disabled)

    @property
    def working(self) -> tuple[PluginReport, ...]:
        """Plugins that are in use."""
        return tuple(report for report in self.reports.values() if not report.error and not report.disabled)

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages of the working plugins; their `locale` folders join the interface text."""
        return tuple(report.package for report in self.working if report.package)

    @cached_property
    def front_ends(self) -> dict[str, EntryPoint]:
        """Front ends that are installed, by name."""
        return {entry.name: entry.point for entry in reversed(installed(FRONT_ENDS))}

    @property
    def front_end_packages(self) -> tuple[str, ...]:
        """Packages of the front ends; their `locale` folders join the interface text."""
        return tuple(point.value.partition(":")[0].partition(".")[0] for point in self.front_ends.values())

    # ------------------------------------------------------------------------------------------------- hooks

    def implements(self, hook: str) -> tuple[str, ...]:
        """Return the names of the plugins that have a hook, in the order in which they are asked."""
        return tuple(
            found.plugin_name for found in reversed(getattr(self._manager.hook, hook).get_hookimpls())
        )

    @property
    def hooks(self) -> tuple[str, ...]:
        """Names of all hooks, those that front ends add among them."""
        return tuple(sorted(vars(self._manager.hook)))

    def calls(self, hook: str, only: str = "", **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Call `hook` plugin by plugin and yield (plugin, result); one that raises or hangs is switched off.

        `only` is the plugin to call, if not all.
        """
        registers = hook.startswith("register_")
        for implementation in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            name = implementation.plugin_name
            if only and name != only:
                continue
            try:
                accepted = {key: arguments[key] for key in implementation.argnames}

                def answer(implementation: Any = implementation, accepted: Any = accepted) -> Any:
                    result = implementation.function(**accepted)
                    return listed(result) if registers and result is not None else result

                if is_bundled(implementation.function):
                    result = answer()
                else:
                    with contextlib.redirect_stdout(sys.stderr):
                        result = contained(answer, IMPORT_SECONDS if registers else ANSWER_SECONDS)
            except Exception as error:
                self.switch_off(name, f"{hook}: {reason(error)}")
                continue
            if result is not None:
                yield name, result

    def each(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Return what every plugin answers to `hook`, as (plugin, result) pairs."""
        return list(self.calls(hook, **arguments))

    def first(self, hook: str, **arguments: Any) -> Any:
        """Return the first result of `hook` that is not None, or None."""
        return next((result for _, result in self.calls(hook, **arguments)), None)

    def in_rank(self, offered: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """Return (plugin, …) pairs with the bundled plugins first: of two equal names theirs stays."""
        places = {name: place for place, name in enumerate(self.reports)}
        return sorted(offered, key=lambda pair: places[pair[0]])

    def offer(self, plugin: str, hook: str, names: Iterable[str] = ()) -> None:
        """Remember what a plugin offers."""
        known = self.reports[plugin].offers.setdefault(hook, [])
        known += [name for name in names if name not in known]

    def claim(self, plugin: str, hook: str, names: Iterable[str], taken: dict[str, str]) -> bool:
        """Give a plugin its names, unless another one has one of them: then it is switched off.

        `taken` are the names that are given, each with the plugin, or with nothing for the engine's own.
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

    # ------------------------------------------------------------------------------------------- what they offer

    def _collect(self, kinds: Mapping[str, _Kind], reserved: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
        """Return the classes of some hooks that share their names, by hook and name."""
        answers = [(plugin, (hook, found)) for hook in kinds for plugin, found in self.each(hook)]
        taken = dict.fromkeys(reserved, "")
        classes: dict[str, dict[str, Any]] = {hook: {} for hook in kinds}
        for plugin, (hook, found) in self.in_rank(answers):
            if self.reports[plugin].error:
                continue
            try:
                named = [(kinds[hook].name(cls), cls) for cls in found]
            except Exception as error:
                self.switch_off(plugin, f"{hook}: {reason(error)}")
                continue
            if self.claim(plugin, hook, [name for name, _ in named], taken):
                classes[hook].update(named)
        for (
            hook,
            named_classes,
        ) in classes.items():  # a plugin that failed with its second hook has lost the first
            classes[hook] = {
                name: cls for name, cls in named_classes.items() if not self.reports[taken[name]].error
            }
        return classes

    @cached_property
    def _lesson_types(self) -> dict[str, dict[str, Any]]:
        from evoclass.directive import ENGINE_DIRECTIVES
        from evoclass.exercise import Exercise

        kinds = {
            "register_exercises": _Kind(Exercise, "kind", collections=("repeatable", "fixed")),
            "register_directives": _Kind(None, "name", methods=("expand",)),
        }
        return self._collect(kinds, ENGINE_DIRECTIVES)

    @cached_property
    def exercises(self) -> dict[str, type[Exercise]]:
        """Question types by directive name."""
        return self._lesson_types["register_exercises"]

    @cached_property
    def directives(self) -> dict[str, type[BlockType]]:
        """Further directives by name."""
        return self._lesson_types["register_directives"]

    @cached_property
    def kept_exercises(self) -> dict[str, type[Exercise]]:
        """Question types by directive name; a fault in one from elsewhere is a PluginError."""
        from evoclass.kept import kept_exercise

        return {
            name: cls if is_bundled(cls) else kept_exercise(cls, self.owner("register_exercises", name))
            for name, cls in self.exercises.items()
        }

    @cached_property
    def kept_directives(self) -> dict[str, type[BlockType]]:
        """Further directives by name; a fault in one from elsewhere is a PluginError."""
        from evoclass.kept import kept_directive

        return {
            name: cls if is_bundled(cls) else kept_directive(cls, self.owner("register_directives", name))
            for name, cls in self.directives.items()
        }

    @cached_property
    def runners(self) -> dict[str, type[Runner]]:
        """Runners by name."""
        from evoclass.runner import Runner

        return self._collect({"register_runners": _Kind(Runner, "name")})["register_runners"]

    @cached_property
    def probes(self) -> dict[str, type[Probe]]:
        """Probes by name."""
        from evoclass.probe import Probe

        return self._collect({"register_probes": _Kind(Probe, "name")})["register_probes"]

    @cached_property
    def courses(self) -> tuple[Path, ...]:
        """Folders of lessons that plugins bring."""
        folders: list[Path] = []
        for plugin, paths in self.in_rank(self.each("register_courses")):
            if all(isinstance(path, str | Path) for path in paths):
                folders += map(Path, paths)
                self.offer(plugin, "register_courses", map(str, paths))
            else:
                self.switch_off(plugin, f"register_courses: {shown(paths)} are no folders")
        return tuple(folders)

    def make_runners(self) -> dict[str, Runner]:
        """Return a runner of each kind, by name; one that cannot be made switches its plugin off."""
        made: dict[str, Runner] = {}
        for name in list(self.runners):
            with contextlib.suppress(PluginError):  # its report tells
                made[name] = self.make_runner(name)
        return made

    def make_runner(self, name: str) -> Runner:
        """Return a runner by name.  Raises PluginError when it cannot be made, and switches its plugin off."""
        cls = self.runners[name]
        try:
            return cls() if is_bundled(cls) else contained(cls, ANSWER_SECONDS)
        except Exception as error:
            why = f"{name}: {reason(error)}"
            self.switch_off(self.owner("register_runners", name), why)
            raise PluginError(why) from error

    def available(self, cls: type[Runner]) -> Availability:
        """Say if this machine can run a runner; one that cannot say is not available."""
        from evoclass.runner import Availability

        try:
            answer = cls.available() if is_bundled(cls) else contained(cls.available, ANSWER_SECONDS)
            if not isinstance(answer, Availability) or not all(
                isinstance(text, str) for text in (answer.reason, answer.device, *answer.fields)
            ):
                raise TypeError(f"available() gave {shown(answer)}, not an Availability")
            return answer
        except Exception as error:
            if cls.name in self.runners:
                self.blame(
                    self.owner("register_runners", cls.name), f"{cls.name}.available(): {reason(error)}"
                )
            return Availability(ok=False, reason=f"{cls.name}: {reason(error)}")

    def owner(self, hook: str, name: str) -> str:
        """Return the plugin that offers something by its hook and name."""
        return next(report.name for report in self.reports.values() if name in report.offers.get(hook, ()))

    def explain(self, error: ErrorReport, language: str, only: str = "") -> Explanation | None:
        """Return the first explanation of a learner's error, or None; `only` is the plugin to ask, if not all."""
        from evoclass import checked

        for plugin, found in self.calls("explain_error", only, error=error, language=language):
            try:
                return checked.told(found, "explain_error")
            except (TypeError, ValueError) as wrong:
                self.switch_off(plugin, reason(wrong))
        return None


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the classes of a hook have to be."""

    base: type | None
    key: str
    """Attribute with the name."""
    methods: Collection[str] = ()
    collections: Collection[str] = ()

    def name(self, cls: Any) -> str:
        """Return the name of a class.  Raises TypeError when it is not what it has to be."""
        if not isinstance(cls, type):
            raise TypeError(f"{shown(cls)} is no class")
        name = getattr(cls, self.key, "")
        if not isinstance(name, str) or not name:
            raise TypeError(f"{shown(cls)} has no name")
        if printable(name) != name:
            raise TypeError(f"{shown(name)} is no name that can be shown")
        if self.base is not None and not issubclass(cls, self.base):
            raise TypeError(f"{name}: {cls.__name__} is no {self.base.__name__}")
        if inspect.isabstract(cls):
            missing = ", ".join(sorted(cls.__abstractmethods__))  # type: ignore[attr-defined]
            raise TypeError(f"{name}: {cls.__name__} lacks {missing}")
        for method in self.methods:
            if not callable(getattr(cls, method, None)):
                raise TypeError(f"{name}: {cls.__name__} lacks {method}")
        options = getattr(cls, "options", {})
        if not isinstance(options, Mapping) or not all(isinstance(key, str) for key in options):
            raise TypeError(f"{name}: options are {shown(options)}, not names and words")
        for attribute in self.collections:
            value = getattr(cls, attribute, ())
            if isinstance(value, str) or not all(isinstance(item, str) for item in value):
                raise TypeError(f"{name}: {attribute} is {shown(value)}, not names")
        return str(name)


def listed(found: Any) -> list[Any]:
    """Return what a hook registers as a list that has an end.  Raises TypeError, ValueError."""
    items = list(islice(found, MOST + 1))
    if len(items) > MOST:
        raise ValueError(f"more than {MOST:,} things")
    return items


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-")
