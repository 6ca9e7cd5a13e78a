"""The contributions of one process's plugins: each is checked, and a name is given only once."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evoclass.errors import ConfigError, PluginError
from evoclass.frozen import frozen
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.current import make_current
from evoclass.pluginhost.loading import FRONT_ENDS, contained, installed, is_bundled
from evoclass.pluginhost.registry import ANSWER_SECONDS, Registry
from evoclass.wording.printable import printable

if TYPE_CHECKING:
    from evoclass.directive import BlockType, RoleType
    from evoclass.exercise import Exercise
    from evoclass.explanation import Explanation
    from evoclass.exporter import Exporter
    from evoclass.importer import Importer
    from evoclass.pluginhost.entrypoint import Point
    from evoclass.pluginhost.keptrule import KeptRule
    from evoclass.pluginhost.listeners import Listeners
    from evoclass.pluginhost.maderunners import MadeRunners
    from evoclass.pluginhost.settings import PluginSettings
    from evoclass.probe import Probe
    from evoclass.protocol import ErrorReport
    from evoclass.runner import Availability, Runner, RunnerKind


class Plugins(Registry):
    """The plugins of one process by contribution; a broken one switches its plugin off."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        make_current(self)

    @cached_property
    def configured(self) -> PluginSettings:
        """The settings that plugins declare."""
        from evoclass.pluginhost.settings import PluginSettings

        return PluginSettings(self)

    @cached_property
    def listeners(self) -> Listeners:
        """The listeners of plugins for the learner's events."""
        from evoclass.pluginhost.listeners import Listeners

        return Listeners(self)

    @cached_property
    def front_ends(self) -> dict[str, Point]:
        """Front ends that are installed, by name."""
        return {entry.name: entry.point for entry in reversed(installed(FRONT_ENDS))}

    @property
    def front_end_packages(self) -> tuple[str, ...]:
        """Packages of the front ends; their `locale` folders join the interface text."""
        return tuple(point.value.partition(":")[0].partition(".")[0] for point in self.front_ends.values())

    def _collect(self, kinds: Mapping[str, _Kind], reserved: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
        """Return the classes of some hooks that share their names, by hook and name."""
        answers = [(plugin, (hook, found)) for hook in kinds for plugin, found in self.each(hook)]
        taken = dict.fromkeys(reserved, "")
        classes: dict[str, dict[str, Any]] = {hook: {} for hook in kinds}
        for plugin, (hook, found) in self.in_rank(answers):
            if self.reports[plugin].error:
                continue
            try:
                offered = [(kinds[hook].name(cls), cls) for cls in found]
            except Exception as error:
                self.switch_off(plugin, f"{hook}: {reason(error)}")
                continue
            if self.claim(plugin, hook, [name for name, _ in offered], taken):
                classes[hook].update(offered)
        # A plugin that fails in its second hook loses the first.
        for hook, named in classes.items():
            classes[hook] = {name: cls for name, cls in named.items() if not self.reports[taken[name]].error}
        return classes

    @cached_property
    def _lesson_types(self) -> dict[str, dict[str, Any]]:
        from evoclass.directive import ENGINE_DIRECTIVES
        from evoclass.exercise import Exercise

        kinds = {
            "register_exercises": _Kind(
                Exercise, "kind", collections=("repeatable", "fixed", "fixed_heads"), awaited=("grade",)
            ),
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
        """Question types by directive name; a failure in one from elsewhere is a PluginError."""
        from evoclass.pluginhost.kept import kept_exercise

        return {
            name: cls if is_bundled(cls) else kept_exercise(cls, self.owner("register_exercises", name))
            for name, cls in self.exercises.items()
        }

    @cached_property
    def kept_directives(self) -> dict[str, type[BlockType]]:
        """Further directives by name; a failure in one from elsewhere is a PluginError."""
        from evoclass.pluginhost.kept import kept_directive

        return {
            name: cls if is_bundled(cls) else kept_directive(cls, self.owner("register_directives", name))
            for name, cls in self.directives.items()
        }

    @cached_property
    def roles(self) -> dict[str, type[RoleType]]:
        """Further inline roles by name."""
        from evoclass.directive import ENGINE_ROLES

        hook = "register_roles"
        return self._collect({hook: _Kind(None, "name", methods=("read",))}, ENGINE_ROLES)[hook]

    @cached_property
    def kept_roles(self) -> dict[str, type[RoleType]]:
        """Further inline roles by name; a failure in one from elsewhere is a PluginError."""
        from evoclass.pluginhost.kept import kept_role

        return {
            name: cls if is_bundled(cls) else kept_role(cls, self.owner("register_roles", name))
            for name, cls in self.roles.items()
        }

    @cached_property
    def runners(self) -> dict[str, type[Runner]]:
        """Runners by name."""
        from evoclass.runner import Runner

        kind = _Kind(Runner, "name", further=_check_features)
        registered = self._collect({"register_runners": kind})["register_runners"]
        return {**registered, **{name: cls for name, (_, cls) in self.made_runners.made(registered).items()}}

    @cached_property
    def runner_kinds(self) -> dict[str, type[RunnerKind]]:
        """Kinds of runners that learners set up, by name."""
        from evoclass.pluginhost.maderunners import check_kind
        from evoclass.runner import RunnerKind

        kind = _Kind(RunnerKind, "name", further=check_kind)
        return self._collect({"register_runner_kinds": kind})["register_runner_kinds"]

    @cached_property
    def made_runners(self) -> MadeRunners:
        """The runners that the learner has set up."""
        from evoclass.pluginhost.maderunners import MadeRunners

        return MadeRunners(self, lambda: self.runner_kinds, lambda: self.runners)

    @cached_property
    def probes(self) -> dict[str, type[Probe]]:
        """Probes by name."""
        from evoclass.probe import Probe

        return self._collect({"register_probes": _Kind(Probe, "name")})["register_probes"]

    @cached_property
    def rules(self) -> dict[str, KeptRule]:
        """Rules for lessons by code."""
        from evoclass.pluginhost.keptrule import kept_rules

        return kept_rules(self)

    @cached_property
    def exporters(self) -> dict[str, type[Exporter]]:
        """Formats that lessons can be exported to, by name."""
        from evoclass.exporter import Exporter
        from evoclass.pluginhost.exchanging import check_suffixes

        kind = _Kind(Exporter, "name", further=check_suffixes)
        return self._collect({"register_exporters": kind})["register_exporters"]

    @cached_property
    def importers(self) -> dict[str, type[Importer]]:
        """Formats that lessons can be imported from, by name."""
        from evoclass.importer import Importer
        from evoclass.pluginhost.exchanging import check_suffixes

        kind = _Kind(Importer, "name", further=check_suffixes)
        return self._collect({"register_importers": kind})["register_importers"]

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
            with contextlib.suppress(PluginError):  # its report says why
                made[name] = self.make_runner(name)
        return made

    def make_runner(self, name: str) -> Runner:
        """Return a runner by name.  Raises PluginError when it cannot be made, and switches its plugin off."""
        from evoclass.pluginhost.keptrunner import kept_runner

        cls, plugin = self.runners[name], self._runner_plugin(name)
        try:
            made: Runner = cls() if is_bundled(cls) else contained(cls, ANSWER_SECONDS)
            made.settings = self.configured.values(plugin)
            return made if is_bundled(cls) else kept_runner(made, plugin)
        except Exception as error:
            why = f"{name}: {reason(error)}"
            self.switch_off(plugin, why)
            raise PluginError(why) from error

    def _runner_plugin(self, name: str) -> str:
        """Return the plugin of a runner, or of the kind that it was made of."""
        made = self.made_runners.plugins
        return made[name] if name in made else self.owner("register_runners", name)

    def available(self, cls: type[Runner]) -> Availability:
        """Return whether this machine can run a runner; a runner that fails to answer is not available."""
        from evoclass.runner import Availability

        try:
            answer = cls.available() if is_bundled(cls) else contained(cls.available, ANSWER_SECONDS)
            if not isinstance(answer, Availability) or not all(
                isinstance(text, str)
                for text in (answer.reason, answer.device, answer.device_key, *answer.fields)
            ):
                raise TypeError(f"available() gave {shown(answer)}, not an Availability")
            return answer
        except Exception as error:
            if cls.name in self.runners:
                self.blame(self._runner_plugin(cls.name), f"{cls.name}.available(): {reason(error)}")
            return Availability(ok=False, reason=f"{cls.name}: {reason(error)}")

    def setting_problems(self, path: Path) -> Iterator[ConfigError]:
        """Yield the problems in the tables of plugins and runners in the settings file at `path`."""
        yield from self.configured.problems(path)
        yield from self.made_runners.problems(path)

    def explain(self, error: ErrorReport, language: str, only: str = "") -> Explanation | None:
        """Return the first explanation of a learner's error, or None; `only` is the plugin to ask, if not all."""
        from evoclass.pluginhost import checked

        for plugin, found in self.calls("explain_error", only, error=error, language=language):
            try:
                return checked.told(found, "explain_error")
            except (TypeError, ValueError) as wrong:
                self.switch_off(plugin, reason(wrong))
        return None


@frozen
class _Kind:
    """The requirements for the classes of a hook."""

    base: type | None
    key: str
    """Attribute with the name."""
    methods: Collection[str] = ()
    collections: Collection[str] = ()
    awaited: Collection[str] = ()
    """Methods that have to be `async def`."""
    further: Callable[[Any], None] | None = None
    """Raises TypeError or ValueError for faults that only this kind of class can have."""

    def name(self, cls: Any) -> str:
        """Return the name of a class.  Raises TypeError when the class does not meet the requirements."""
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
        for method in self.awaited:
            if not inspect.iscoroutinefunction(inspect.unwrap(getattr(cls, method))):
                raise TypeError(f"{name}: {cls.__name__}.{method} is not `async def`")
        options = getattr(cls, "options", {})
        if not isinstance(options, Mapping) or not all(isinstance(key, str) for key in options):
            raise TypeError(f"{name}: options are {shown(options)}, not names and words")
        for attribute in self.collections:
            value = getattr(cls, attribute, ())
            if isinstance(value, str) or not all(isinstance(item, str) for item in value):
                raise TypeError(f"{name}: {attribute} is {shown(value)}, not names")
        if self.further is not None:
            self.further(cls)
        return str(name)


def _check_features(cls: type[Runner]) -> None:
    from evoclass.runner import Features

    if not isinstance(cls.features, Features):
        raise TypeError(f"{cls.name}: features is {shown(cls.features)}, not Features")
