"""The program in terminals that end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terminal import Terminal


@pytest.fixture
def launch(home: Path) -> Iterator[Callable[..., Terminal]]:
    """Start `evoclass …`; whatever still runs at the end of the test is ended."""
    started: list[Terminal] = []

    def start(*arguments: str, columns: int = 120, rows: int = 40, **environment: str) -> Terminal:
        terminal = Terminal(list(arguments), columns, rows, environment)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.child.close(force=True)
