"""The plugins of this process, for public functions that a plugin calls without having been handed anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evoclass.pluginhost.plugins import Plugins

_latest: list[Plugins] = []


def current() -> Plugins:
    """Return the plugins that were loaded last; loads those that are installed if none were."""
    if not _latest:
        from evoclass.pluginhost.plugins import Plugins

        Plugins()
    return _latest[0]


def make_current(plugins: Plugins) -> None:
    """Have plugins answer for this process."""
    _latest[:] = [plugins]
