"""Settings that a plugin declares, and how its code reads them: `settings.of(__name__)["seconds"]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evoclass.pluginhost.current import current

__all__ = ["Setting", "of"]

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a plugin, a line of `[plugins.PLUGIN]` in `config.toml`.

    Its label is the sentence `settings.PLUGIN.NAME` of the plugin's locale files, its help `settings.PLUGIN.NAME_help`.
    """

    name: str
    default: Value
    """Every value has its kind: true or false, a whole number, a number, or text."""
    choices: tuple[str, ...] = ()
    """The texts to choose from; empty for any text."""
    least: float | None = None
    most: float | None = None


def of(plugin: str) -> Mapping[str, Value]:
    """Return a plugin's settings as they are, also after they change; `plugin` is its module's `__name__`.

    Raises LookupError when there is no such plugin.
    """
    return current().configured.of(plugin)
