"""Bytes on their way to a descriptor that may not accept them all at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable


class Outbox:
    """Writes in order and never waits."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = bytearray()
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._then: Callable[[], None] | None = None

    def put(self, data: bytes) -> None:
        """Write `data` now, or as soon as there is room."""
        if self._closed or self._then is not None:
            return
        self._waiting += data
        if len(self._waiting) == len(data):
            self._write()

    def finish(self, then: Callable[[], None]) -> None:
        """Accept no more data, and call `then` once everything is written."""
        if self._closed or self._then is not None:
            return
        self._then = then
        if not self._waiting:
            self._end()

    def _write(self) -> None:
        try:
            while self._waiting:
                del self._waiting[: os.write(self._descriptor, self._waiting[:65536])]
        except BlockingIOError:
            self._loop.add_writer(self._descriptor, self._write)
            return
        except OSError:  # the other side has gone; another part reports its end
            self._waiting.clear()
        self._loop.remove_writer(self._descriptor)
        self._end()

    def _end(self) -> None:
        if self._then is not None:
            self.close()
            self._then()

    def close(self) -> None:
        """Discard the data that is still waiting."""
        if not self._closed:
            self._closed = True
            self._loop.remove_writer(self._descriptor)
