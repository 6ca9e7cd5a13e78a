"""Commands of the author plugin, called as the command line calls them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from evoclass.cli import cli
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

Command = Callable[..., Result]


@pytest.fixture
def command() -> Command:
    """Call `evoclass …` in this process; errors that the command line would print are raised."""

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)

    return call


@pytest.fixture(scope="session")
def parser() -> Parser:
    return Parser(Plugins())
