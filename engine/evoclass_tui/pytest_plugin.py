"""The terminal interface's pytest plugin, active in every environment where the interface is installed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from evoclass_tui.testing import OpenedApp


@pytest.fixture
def open_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AbstractAsyncContextManager[OpenedApp]]:
    """Open the terminal interface on a lesson: `async with open_app(lesson, plugin) as opened`.

    See `evoclass_tui.testing.open_app`.  It cannot reach the learner's own files.
    """
    from evoclass_tui.testing import open_app

    home: Any = tmp_path / "evoclass-home"
    monkeypatch.setenv("EVOCLASS_HOME", str(home))
    return partial(open_app, folder=tmp_path)
