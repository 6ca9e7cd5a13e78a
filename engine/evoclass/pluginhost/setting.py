"""One setting that a plugin declares."""

from __future__ import annotations

from evoclass.frozen import frozen

Value = bool | int | float | str


@frozen
class Setting:
    """One setting of a plugin, a line of `[plugins.PLUGIN]` in `config.toml`, or one of a runner, of `[runners.NAME]`.

    A plugin's has the label `settings.PLUGIN.NAME` in its locale files, and the help `settings.PLUGIN.NAME_help`.
    """

    name: str
    default: Value | tuple[str, ...]
    """Every value has the type of this one: true or false, a whole number, a number, text, or a list of texts."""
    choices: tuple[str, ...] = ()
    """The texts to choose from; empty for any text."""
    least: float | None = None
    most: float | None = None
