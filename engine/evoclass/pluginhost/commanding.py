"""The commands that plugins add: each plugin fills its own group, and of two equal names the first is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from evoclass.pluginhost.blame import shown
from evoclass.pluginhost.plugins import Plugins


class _Collector(click.Group):
    """The group to which a plugin adds its commands; a second command with the same name is a failure."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if not isinstance(cmd, click.Command):
            raise TypeError(f"{shown(cmd)} is no command")
        called = name or cmd.name
        if not isinstance(called, str) or not called:
            raise TypeError(f"{shown(cmd)} has no name")
        if called in self.commands:
            raise ValueError(f"there are two commands {called!r}")
        super().add_command(cmd, called)


def plugin_commands(plugins: Plugins, taken: Iterable[str]) -> dict[str, click.Command]:
    """Return the commands of all plugins by name; `taken` are the engine's own names."""
    if plugins.commands is not None:
        return plugins.commands
    added: list[tuple[str, Any]] = []
    for plugin in plugins.implements("register_commands"):
        group = _Collector("evoclass")
        for _ in plugins.calls("register_commands", only=plugin, cli=group):
            pass
        added.append((plugin, group.commands))
    names = dict.fromkeys(taken, "")
    found: dict[str, click.Command] = {}
    for plugin, commands in plugins.in_rank(added):
        if not plugins.reports[plugin].error and plugins.claim(
            plugin, "register_commands", sorted(commands), names
        ):
            found |= commands
    plugins.commands = found
    return found
