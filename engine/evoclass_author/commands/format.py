"""The name of a format on the command line: one that a plugin offers."""

from __future__ import annotations

from typing import Any, Literal

import click

from evoclass.commands.options import workspace


class Format(click.ParamType):  # type: ignore[type-arg]  # older releases of click have no parameter
    """A format by its name; which there are is asked when it is needed, since plugins offer them."""

    name = "format"

    def __init__(self, offered: Literal["exporters", "importers"]) -> None:
        self._offered = offered

    def _choice(self, context: click.Context) -> click.Choice[str]:
        return click.Choice(list(getattr(workspace(context).plugins, self._offered)))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return self._choice(ctx).get_metavar(param, ctx)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._choice(ctx or click.get_current_context()).convert(value, param, ctx)
