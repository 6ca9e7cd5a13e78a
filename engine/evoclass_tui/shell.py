"""The app around the lesson screen: the session, its themes, kept settings, links."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import constants
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.reactive import reactive
from textual.types import AnimationLevel

from evoclass.disk import paths
from evoclass.errors import ConfigError
from evoclass.i18n import Catalog
from evoclass.learner import config
from evoclass.learner.session import Session
from evoclass_tui import offers
from evoclass_tui.harmless import Harmless
from evoclass_tui.keymap import DEFAULT, KeyEntry, Keymap
from evoclass_tui.keys import display
from evoclass_tui.notice import Corner
from evoclass_tui.plugin_actions import PluginActions
from evoclass_tui.textual_bindings import RekeyedApp, give_keys, has_other_keys
from evoclass_tui.themes import DARK, THEMES

MAP_BESIDE = 150
"""Columns from which the course map has room beside lesson and lab; in a narrower window it opens on top on request."""


COMPACT = "-compact"
"""Class of the app while everything stands close together."""


def movement(motion: str, environment: Mapping[str, str]) -> AnimationLevel:
    """Return how much moves: over a slow line, each step of a movement would be seen."""
    if motion == "off" or (motion == "auto" and "SSH_CONNECTION" in environment):
        return "none"
    return "full" if motion == "on" else constants.TEXTUAL_ANIMATIONS


class Shell(RekeyedApp[str], inherit_bindings=False):
    """The part of the app that screens may use."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True, id="quit"),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide"), (MAP_BESIDE, "-roomy")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]
    HARMLESS = Harmless()

    catalog: reactive[Catalog | None] = reactive(None)
    vim: reactive[bool] = reactive(False)
    """Whether editors have vim's keys."""

    owns_process = False
    """Whether the process was started for the app and ends with it; a test's process continues."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.tell = Corner(self)
        self.plugin_actions = PluginActions(self, session, self.tell)
        self.plugin_actions.bind()
        self.keymap = DEFAULT
        """The keys in force."""
        self.name_keys()
        self.set_reactive(Shell.catalog, session.catalog)
        for theme in THEMES:
            self.register_theme(theme)
        for theme in offers.themes(session.plugins, self.available_themes):
            self.register_theme(theme)
        self.graphics.setting = session.settings.pictures
        self.animation_level = movement(session.settings.motion, os.environ)
        self.set_class(session.settings.density == "compact", COMPACT)
        wanted = session.settings.theme
        self._begin_with(wanted if wanted in self.available_themes else DARK.name)

    def _begin_with(self, theme: str) -> None:
        """Use a theme from the first picture on: setting it the usual way later would style everything twice.

        A light theme still takes that way, because Textual begins with a dark one.
        """
        if self.available_themes[theme].dark:
            self.set_reactive(Shell.theme, theme)
            self.stylesheet.set_variables(self.get_css_variables())
        else:
            self.theme = theme

    # ------------------------------------------------------------------------------------------------ the keys

    def key_entries(self) -> list[KeyEntry]:
        """Return the keys of plugins that learners may change."""
        return self.plugin_actions.key_entries()

    def take_keys(self) -> None:
        """Bring what the settings say of keys into force."""
        self.keymap = Keymap(self.key_entries(), self.session.settings.keys)
        self.vim = self.keymap.vim
        self.name_keys()

    def name_keys(self) -> None:
        """Let the sentences of the session's language name the keys in force."""
        catalog = self.session.catalog
        catalog.named = lambda field: self.keymap.named(catalog, field)

    def take_catalog(self) -> None:
        """Use the session's sentences everywhere."""
        self.name_keys()
        self.catalog = self.session.catalog

    def use_keys(self, changes: Mapping[str, str | None]) -> None:
        """Change `[keys]` permanently; None takes an entry out."""
        kept = {**self.session.settings.keys, **changes}
        self.session.settings = self.session.settings.changed(
            keys={name: keys for name, keys in kept.items() if keys is not None}
        )
        self.keep(keys=changes)
        self.take_keys()
        self.rekey_all()

    def rekey(self, node: DOMNode) -> None:
        if self.keymap.changed or has_other_keys(node):
            say = self.session.catalog
            give_keys(node, self.keymap.instead, lambda key: display(key, say))

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self.HARMLESS]

    @property
    def theme_names(self) -> list[str]:
        """Every theme, ours first."""
        return sorted(self.available_themes, key=lambda name: (not name.startswith("evoclass"), name))

    def use_theme(self, name: str) -> None:
        """Change the colours permanently."""
        self.theme = name
        self.remember(theme=name)

    def use_motion(self, motion: str) -> None:
        """Change permanently whether things move."""
        self.animation_level = movement(motion, os.environ)
        self.remember(motion=motion)

    def use_pictures(self, way: str) -> None:
        """Change permanently how pictures are drawn."""
        self.remember(pictures=way)
        self.graphics.change(way)
        self.pictures_changed()

    def use_density(self, density: str) -> None:
        """Change permanently how much room is left between things."""
        self.set_class(density == "compact", COMPACT)
        self.remember(density=density)

    def remember(self, **values: Any) -> None:
        """Keep settings."""
        self.session.settings = self.session.settings.changed(**values)
        self.keep(**values)

    def keep(self, **values: Any) -> None:
        """Write settings into the file."""
        try:
            config.save(paths.config_file(), **values)
        except ConfigError as error:
            self.notify(str(error), severity="error", markup=False)

    def follow_link(self, href: str) -> None:
        """Open a link of a lesson in the browser, and copy it to the clipboard for terminals without a browser."""
        self.copy_to_clipboard(href)
        if href.startswith(("http://", "https://")):
            self.open_url(href)
        self.notify(self.session.catalog("notice.link_copied", href=href), markup=False)
