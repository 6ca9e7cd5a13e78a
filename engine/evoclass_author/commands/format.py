"""The name of a format on the command line: one that a plugin offers."""

from __future__ import annotations

from typing import Any, Literal

import click

from evoclass.commands.options import workspace


class Format(click.ParamType):  # type: ignore[type-arg]  # older releases of click have no parameter
    """A format by its name; the choices are looked up when needed, because plugins offer them."""

    name = "format"

    def __init__(self, offered: Literal["exporters", "importers"]) -> None:
        self._offered = offered

    def _names(self, context: click.Context | None) -> list[str]:
        return list(getattr(workspace(context or click.get_current_context()).plugins, self._offered))

    # Releases of click before 8.2 give no context.
    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str | None:
        return f"[{'|'.join(self._names(ctx))}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return click.Choice(self._names(ctx)).convert(value, param, ctx)
