"""The end of the program: let go of everything, but do not make the learner wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from evoclass.runner import Runner

PATIENCE = 1.0
"""Seconds to wait for runners to close at the end."""


async def close_all(runners: Iterable[Runner], patience: float = PATIENCE) -> None:
    """Close runners side by side, and wait for that only so long."""
    closing = [asyncio.create_task(runner.close()) for runner in runners]
    if closing:
        await asyncio.wait(closing, timeout=patience)
