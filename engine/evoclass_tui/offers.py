"""Themes, panels and widgets of plugins, tried before the screen uses them; broken ones are reported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from textual.css.stylesheet import Stylesheet
from textual.theme import Theme
from textual.widget import Widget

from evoclass.errors import PluginError
from evoclass.exercise import Field
from evoclass.i18n import Catalog
from evoclass.pattern import pattern
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.loading import contained, is_bundled
from evoclass.pluginhost.plugins import Plugins
from evoclass.pluginhost.registry import ANSWER_SECONDS
from evoclass.wording.printable import printable
from evoclass_tui.actions import ScreenAction
from evoclass_tui.keys import COMMANDS
from evoclass_tui.panel import Panel
from evoclass_tui.places import PLACES
from evoclass_tui.textual_private import CatchingApp
from evoclass_tui.themes import DARK, THEMES
from evoclass_tui.watch import BEAT, Watch

_KEY = pattern(r"(?:ctrl\+|alt\+|shift\+)*(?:[a-z][a-z0-9_]*|[0-9])\Z")

TAKEN = (
    *(key for command in COMMANDS for key in command.keys),
    *(key for place in PLACES.values() for each in place for key in each.keys),
    *("q", "ctrl+q", "ctrl+c", "enter", "tab", "shift+tab", "escape", "up", "down", "left", "right"),
)
"""EvoClass's own keys."""

OWN_PANELS = ("figures",)
"""Names of EvoClass's own panels."""

_NAME = pattern(r"[A-Za-z_][\w-]*\Z")


def themes(plugins: Plugins, taken: dict[str, Theme]) -> list[Theme]:
    """Return the usable themes of plugins; `taken` are the themes that exist without plugins."""
    names = dict.fromkeys(taken, "")
    found: list[Theme] = []
    for plugin, offered in plugins.in_rank(plugins.each("register_themes")):
        try:
            mine = [_theme(theme) for theme in offered]
        except Exception as error:
            plugins.switch_off(plugin, f"register_themes: {reason(error)}")
            continue
        if plugins.claim(plugin, "register_themes", [theme.name for theme in mine], names):
            found += mine
    return found


def _theme(theme: object) -> Theme:
    if not isinstance(theme, Theme):
        raise TypeError(f"{shown(theme)} is no Theme")
    if not isinstance(theme.name, str) or not theme.name or printable(theme.name) != theme.name:
        raise TypeError(f"{shown(theme)} has no name that can be shown")
    try:
        theme.to_color_system().generate()
    except Exception as error:
        raise ValueError(f"{theme.name}: {reason(error)}") from error
    ours = DARK.variables.keys() | DARK.to_color_system().generate().keys()
    for name, value in theme.variables.items():
        # A variable that no rule can use would end the app as soon as the theme is shown.
        rule = f"* {{ {'text-style' if '-style' in name else 'color'}: ${name}; }}" if name in ours else ""
        sheet = Stylesheet(variables={name: value})
        try:
            sheet.add_source(rule)
            sheet.parse()
        except Exception as error:
            raise ValueError(f"{theme.name}: the variable {name} is {shown(value)}") from error
    return theme


def panels(plugins: Plugins, catalog: Catalog) -> list[tuple[str, Panel]]:
    """Return a panel of each kind with its plugin; if a panel cannot be made, its plugin is switched off."""
    names = dict.fromkeys(OWN_PANELS, "")
    made: list[tuple[str, Panel]] = []
    for plugin, offered in plugins.in_rank(plugins.each("register_panels")):
        try:
            mine = [_panel(cls, catalog) for cls in offered]
        except Exception as error:
            plugins.switch_off(plugin, f"register_panels: {reason(error)}")
            continue
        if plugins.claim(plugin, "register_panels", [panel.panel_name for panel in mine], names):
            made += [(plugin, panel) for panel in mine]
    return made


def _panel(cls: Any, catalog: Catalog) -> Panel:
    if not isinstance(cls, type) or not issubclass(cls, Panel):
        raise TypeError(f"{shown(cls)} is no Panel")
    name = getattr(cls, "panel_name", None)
    if not isinstance(name, str) or not _NAME.match(name):
        raise ValueError(f"{cls.__name__}: the panel_name is {shown(name)}, not letters, digits, _ and -")
    keys: Any = cls.KEYS
    if not isinstance(keys, Mapping) or not all(
        isinstance(key, str) and _NAME.match(key) and isinstance(each, str) for key, each in keys.items()
    ):
        raise TypeError(f"{name}: KEYS is {shown(keys)}, not keys by name")
    try:
        panel: Panel = cls(catalog) if is_bundled(cls) else contained(lambda: cls(catalog), ANSWER_SECONDS)
    except Exception as error:
        raise RuntimeError(f"{name}: {reason(error)}") from error
    if getattr(panel, "_id", None) is None or getattr(panel, "catalog", None) is None:
        raise TypeError(f"{name}: its __init__ does not call that of Panel")
    return panel


def actions(plugins: Plugins) -> list[tuple[str, ScreenAction]]:
    """Return the actions of plugins, each with its plugin; a key that is already taken is reported and not changed."""
    names: dict[str, str] = {}
    found: list[tuple[str, ScreenAction]] = []
    keys = dict.fromkeys(TAKEN, "")
    for plugin, offered in plugins.in_rank(plugins.each("register_actions")):
        try:
            mine = [_action(action) for action in offered]
        except Exception as error:
            plugins.switch_off(plugin, f"register_actions: {reason(error)}")
            continue
        if not plugins.claim(plugin, "register_actions", [action.name for action in mine], names):
            continue
        for action in mine:
            if action.key in keys:
                owner = f"the plugin {keys[action.key]!r}" if keys[action.key] else "EvoClass"
                plugins.blame(plugin, f"action {action.name}: {owner} uses the key {action.key}")
                action = replace(action, key="")
            elif action.key:
                keys[action.key] = plugin
            found.append((plugin, action))
    return found


def _action(action: object) -> ScreenAction:
    if not isinstance(action, ScreenAction):
        raise TypeError(f"{shown(action)} is no ScreenAction")
    if not isinstance(action.name, str) or not _NAME.match(action.name):
        raise ValueError(f"the name is {shown(action.name)}, not letters, digits, _ and -")
    if not callable(action.run):
        raise TypeError(f"{action.name}: {shown(action.run)} cannot be called")
    if not isinstance(action.key, str) or (action.key and not _KEY.match(action.key)):
        raise ValueError(f"{action.name}: {shown(action.key)} is no key")
    return action


def field_widget(plugins: Plugins, field: Field, catalog: Catalog) -> Widget | None:
    """Return a plugin's widget for a field, or None.

    Raises PluginError when a plugin that is asked for a widget has failed, perhaps with an earlier field.
    """
    for plugin, widget in plugins.calls("field_widget", field=field, catalog=catalog):
        if isinstance(widget, Widget):
            return widget
        plugins.switch_off(plugin, f"field_widget: {shown(widget)} is no widget")
    failures = [
        f"{report.name}: {report.error}"
        for report in plugins.broken
        if report.error.startswith("field_widget:")
    ]
    if failures:
        raise PluginError("; ".join(failures))
    return None


class _Rehearsal(CatchingApp[None]):
    """An app without a screen that notes the first exception and continues."""

    first_error: Exception | None = None

    def caught(self, error: Exception) -> None:
        self.first_error = self.first_error or error


def examine(plugins: Plugins, catalog: Catalog) -> None:
    """Make everything that plugins offer to the screen, and show their panels on an invisible screen."""
    asyncio.run(_examine(plugins, catalog))


async def _examine(plugins: Plugins, catalog: Catalog) -> None:
    app = _Rehearsal()
    for theme in THEMES:
        app.register_theme(theme)
    watch = Watch()
    try:
        await _rehearse(app, plugins, catalog, watch)
    finally:
        watch.stop()


async def _rehearse(app: _Rehearsal, plugins: Plugins, catalog: Catalog, watch: Watch) -> None:
    async with app.run_test(size=(100, 40)):
        app.set_interval(BEAT, watch.beat)
        themes(plugins, app.available_themes)
        actions(plugins)
        made = panels(plugins, catalog)
        await _hear(lambda: field_widget(plugins, Field(name="sample"), catalog))
        for plugin, panel in made:
            if plugins.reports[plugin].bundled or plugins.reports[plugin].error:
                continue
            app.first_error = None
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await app.mount(panel)
                    await app.animator.wait_for_idle()
            except Exception as error:
                app.first_error = app.first_error or error
            if app.first_error is not None:
                plugins.blame(plugin, f"panel {panel.panel_name}: {reason(app.first_error)}")


async def _hear(ask: Callable[[], object]) -> None:
    try:
        ask()
    except PluginError:
        return  # the plugin's report has it
