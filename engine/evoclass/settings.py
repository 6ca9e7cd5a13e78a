"""Settings that a plugin declares, and how its code reads them: `settings.of(__name__)["seconds"]`."""

from __future__ import annotations

from collections.abc import Mapping

from evoclass.pluginhost.loaded import loaded
from evoclass.pluginhost.setting import Setting, Value

__all__ = ["Setting", "of"]


def of(plugin: str) -> Mapping[str, Value]:
    """Return a plugin's settings as they are, also after they change; `plugin` is its module's `__name__`.

    Raises LookupError when there is no such plugin.
    """
    return loaded().configured.of(plugin)
