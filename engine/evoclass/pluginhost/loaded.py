"""The plugins of this process, for public functions that a plugin calls without receiving the plugins."""

from __future__ import annotations

from evoclass.pluginhost.current import latest
from evoclass.pluginhost.plugins import Plugins


def loaded() -> Plugins:
    """Return the plugins that were loaded last; loads the installed ones if none were."""
    found = latest()
    return found if isinstance(found, Plugins) else Plugins()
