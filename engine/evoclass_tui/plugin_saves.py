"""Plugin development: at each save of a plugin's files EvoClass restarts with them, at the same place."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from evoclass.disk.watching import saves
from evoclass.pluginhost.loading import PLUGINS


def plugin_paths() -> list[Path]:
    """Return the files and folders of plugins that are not installed (`--plugin PATH`)."""
    return [Path(name) for name in os.environ.get(PLUGINS, "").split(os.pathsep) if name]


async def until_saved(paths: list[Path]) -> str:
    """Return after the next save, with the plugins' first syntax error, or an empty string if they can be loaded."""
    waiting = [asyncio.ensure_future(anext(saves(path))) for path in paths]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    return next(filter(None, map(_slip, _programs(paths))), "")


def _programs(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _slip(file: Path) -> str:
    """Return where and why a file cannot be compiled; EvoClass does not restart for a half-typed plugin."""
    try:
        compile(file.read_bytes(), str(file), "exec")
    except (SyntaxError, ValueError, OSError) as error:
        return f"{file.name}: {error}"
    return ""
