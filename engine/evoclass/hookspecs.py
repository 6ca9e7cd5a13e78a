"""Everything a plugin may add to the engine: one hook, one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

__all__ = [
    "explain_error",
    "on_event",
    "on_run",
    "register_commands",
    "register_courses",
    "register_directives",
    "register_exercises",
    "register_exporters",
    "register_importers",
    "register_probes",
    "register_roles",
    "register_rules",
    "register_runner_kinds",
    "register_runners",
    "register_settings",
]

if TYPE_CHECKING:
    import click

    from evoclass.directive import BlockType, RoleType
    from evoclass.events import Event, RunEnded
    from evoclass.exercise import Exercise
    from evoclass.explanation import Explanation
    from evoclass.exporter import Exporter
    from evoclass.importer import Importer
    from evoclass.pluginhost.setting import Setting
    from evoclass.probe import Probe
    from evoclass.protocol import ErrorReport
    from evoclass.rules import LessonRule
    from evoclass.runner import Runner, RunnerKind

hookspec = pluggy.HookspecMarker("evoclass")


@hookspec
def register_exercises() -> Iterable[type[Exercise]]:  # type: ignore[empty-body]
    """Return exercise classes; `kind` is the name that lessons use."""


@hookspec
def register_runners() -> Iterable[type[Runner]]:  # type: ignore[empty-body]
    """Return runner classes; `available()` says whether this machine can run them."""


@hookspec
def register_runner_kinds() -> Iterable[type[RunnerKind]]:  # type: ignore[empty-body]
    """Return kinds of runners that learners set up in their settings, `[runners.NAME]`."""


@hookspec
def register_probes() -> Iterable[type[Probe]]:  # type: ignore[empty-body]
    """Return probe classes, which summarise live values inside the worker."""


@hookspec
def register_directives() -> Iterable[type[BlockType]]:  # type: ignore[empty-body]
    """Return classes for further `:::{name}` blocks."""


@hookspec
def register_rules() -> Iterable[type[LessonRule]]:  # type: ignore[empty-body]
    """Return rules for lessons, which `evoclass check` applies."""


@hookspec
def register_exporters() -> Iterable[type[Exporter]]:  # type: ignore[empty-body]
    """Return formats that `evoclass export` writes."""


@hookspec
def register_importers() -> Iterable[type[Importer]]:  # type: ignore[empty-body]
    """Return formats that `evoclass import` reads."""


@hookspec
def register_roles() -> Iterable[type[RoleType]]:  # type: ignore[empty-body]
    """Return classes for further inline roles, ``{name}`content` ``."""


@hookspec
def register_courses() -> Iterable[Path]:  # type: ignore[empty-body]
    """Return folders of lessons."""


@hookspec
def register_settings() -> Iterable[Setting]:  # type: ignore[empty-body]
    """Return the settings of the plugin; `evoclass.settings.of(__name__)` has their values."""


@hookspec(firstresult=True)
def explain_error(error: ErrorReport, language: str) -> Explanation | None:
    """Explain a learner's error, or pass."""


@hookspec
def register_commands(cli: click.Group) -> None:
    """Add subcommands to `evoclass`."""


@hookspec
def on_event(event: Event) -> None:
    """Receive each event of the learner's log, after it is stored."""


@hookspec
def on_run(record: RunEnded) -> None:
    """Receive each run that has ended."""
