"""Hooks by which a plugin adds to the Textual front end; they have the same marker as the engine's hooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from textual.theme import Theme
    from textual.widget import Widget

    from evoclass.exercise import Field
    from evoclass.i18n import Catalog
    from evoclass.pluginhost.plugins import Plugins
    from evoclass_tui.actions import ScreenAction
    from evoclass_tui.panel import Panel

__all__ = ["field_widget", "register_actions", "register_panels", "register_themes"]

hookspec = pluggy.HookspecMarker("evoclass")


@hookspec(firstresult=True)
def field_widget(field: Field, catalog: Catalog) -> Widget | None:
    """Return the widget for a field that the engine does not know, with its words in the learner's language."""


@hookspec
def register_actions() -> Iterable[ScreenAction]:  # type: ignore[empty-body]
    """Return palette entries, each with an optional key."""


@hookspec
def register_panels() -> Iterable[type[Panel]]:  # type: ignore[empty-body]
    """Return panels for the lab column; they receive every event of a run."""


@hookspec
def register_themes() -> Iterable[Theme]:  # type: ignore[empty-body]
    """Return Textual themes."""


def key_table(plugins: Plugins, wanted: Mapping[str, str], catalog: Catalog, file: Path) -> dict[str, Any]:
    """Return the table of keys under `[keys]` of a settings file.  This is not a hook; `evoclass keys` calls it."""
    from evoclass_tui.keytable import key_table

    return key_table(plugins, wanted, catalog, file)


def examine(plugins: Plugins, catalog: Catalog) -> None:
    """Try everything that plugins offer to this front end.  This is not a hook; `evoclass plugins` calls it."""
    from evoclass_tui.offers import examine

    examine(plugins, catalog)
