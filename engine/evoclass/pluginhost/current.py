"""The plugins of this process: those that were loaded last."""

from __future__ import annotations

_latest: list[object] = []


def latest() -> object:
    """Return the plugins that were loaded last, or None."""
    return _latest[0] if _latest else None


def make_current(plugins: object) -> None:
    """Make these the plugins of this process."""
    _latest[:] = [plugins]
