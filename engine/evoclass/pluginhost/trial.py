"""Tries the contributions of all plugins before a learner does: their reports then show which ones are broken."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import click

from evoclass.i18n import LANGUAGES
from evoclass.learner.openlesson import make_catalog
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.loading import HOOKS, IMPORT_SECONDS, contained, installed, is_bundled
from evoclass.pluginhost.plugins import Plugins
from evoclass.pluginhost.registry import ANSWER_SECONDS
from evoclass.protocol import ErrorReport
from evoclass.wording.brought import brought

SAMPLES: tuple[object, ...] = (1, 0.5, "text", None, [1.0, 2.0], {"key": "value"})
"""Sample values for a probe."""


def try_all(plugins: Plugins, commands: Callable[[Plugins], dict[str, click.Command]]) -> None:
    """Ask every plugin for all its contributions, and use those that need no lesson and no run."""
    _ = plugins.exercises, plugins.directives, plugins.roles, plugins.configured.all(), plugins.rules
    _ = plugins.exporters, plugins.importers
    commands(plugins)
    _try_runners(plugins)
    _try_probes(plugins)
    _try_courses(plugins)
    _try_explanations(plugins)
    for language in LANGUAGES:
        make_catalog(language, plugins)
    for code, bringer in brought().bringers.items():
        for report in plugins.working:
            if report.package == bringer.package:
                plugins.offer(report.name, "languages", [code])
    for entry in installed(HOOKS):
        with contextlib.suppress(ImportError):  # a front end whose toolkit is missing has nothing to try
            # A front end has its own contributions to try; it does so beside its hooks.
            examine = getattr(entry.point.load(), "examine", None)
            if examine is not None:
                examine(plugins, make_catalog("en", plugins))
    for hook in plugins.hooks:
        for plugin in plugins.implements(hook):
            plugins.offer(plugin, hook)


def _try_runners(plugins: Plugins) -> None:
    plugins.make_runners()
    for cls in plugins.runners.values():
        plugins.available(cls)


def _try_probes(plugins: Plugins) -> None:
    for name, cls in plugins.probes.items():
        if is_bundled(cls):
            continue

        def use(cls: Any = cls) -> None:
            cls.prepare()
            probe = cls()
            for value in SAMPLES:
                if probe.matches(value):
                    list(probe.summarise({"sample": value}))

        _attempt(plugins, plugins.owner("register_probes", name), f"probe {name}", use, IMPORT_SECONDS)


def _try_courses(plugins: Plugins) -> None:
    for folder in plugins.courses:
        if not folder.is_dir():
            owner = plugins.owner("register_courses", str(folder))
            plugins.blame(owner, f"register_courses: there is no folder {shown(str(folder))}")


def _try_explanations(plugins: Plugins) -> None:
    error = ErrorReport(type="RuntimeError", text="a sample", line=1)
    for plugin in plugins.implements("explain_error"):
        for language in LANGUAGES:
            plugins.explain(error, language, only=plugin)


def _attempt(
    plugins: Plugins, plugin: str, what: str, work: Callable[[], Any], seconds: float = ANSWER_SECONDS
) -> None:
    try:
        contained(work, seconds)
    except Exception as error:
        plugins.blame(plugin, f"{what}: {reason(error)}")


def offers(hooks: dict[str, list[str]]) -> Iterable[tuple[str, list[str]]]:
    """Return a plugin's contributions by the short names of its hooks."""
    return ((hook.removeprefix("register_"), names) for hook, names in sorted(hooks.items()))
