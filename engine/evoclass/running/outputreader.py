"""Reads a program's output: coalesced, bounded, and complete up to the marks between the lines."""

from __future__ import annotations

import asyncio
import codecs
import os
import time
from collections.abc import Callable

from evoclass.running.marks import MarkFilter
from evoclass.running.stream import EventStream
from evoclass.running.workerprocess import WorkerProcess

CROWDED = 0.004
"""Small pieces of output less than this many seconds apart are joined."""

TURN = 0.003
"""Most seconds of reading before the rest of the loop gets a turn: a key, the screen."""

ON_ITS_WAY = 0.02
"""Seconds that the first output has to reach the screen before the next process is forked: that keeps a core busy for
milliseconds, and a relay on the way may need that core."""

PATIENCE = 0.5
"""Seconds without output after which the reader stops waiting for a mark."""

LAST = 10**12
"""Number of the mark after all output."""


class OutputReader:
    """Reads the output of a process into the stream of events."""

    def __init__(
        self, process: WorkerProcess, token: str, stream: EventStream, on_mark: Callable[[], None]
    ) -> None:
        self.marks = 0
        """Number of the last mark that was read."""
        self.dropped = 0
        """Bytes over the limit, or that arrived at a full stream while the program was being stopped."""
        self.hurry = False
        """Whether to continue reading without waiting for the reader of the events: the program is being stopped."""
        self._process = process
        self.limit = 0
        """Bytes that may still be kept."""
        self.on_first: Callable[[], None] | None = None
        """Called once, when the first output has arrived and has had time to be shown."""
        self._stream = stream
        self._on_mark = on_mark
        self._prefix = b"\x1b_evoclass;" + token.encode()
        self._filter = MarkFilter(token)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._loop = asyncio.get_running_loop()
        self._last_read = 0.0
        self._count = 0
        self._pause: asyncio.TimerHandle | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._final = b""
        self._then: Callable[[], None] | None = None
        self._closed = self._ended = False

    def resume(self) -> None:
        """Start or resume reading."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        if not self._closed and not self._ended:
            self._loop.add_reader(self._process.output, self._on_readable)

    def announce(self) -> None:
        """Call `on_first`, if it has not been called yet."""
        then, self.on_first = self.on_first, None
        if then is not None:
            then()

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        if self._pause is not None:
            self._pause.cancel()
        self._pause = self._loop.call_later(seconds, then)

    def _on_readable(self) -> None:
        end = time.monotonic() + TURN
        for _ in range(16):
            try:
                data = os.read(self._process.output, 65536)
            except BlockingIOError:
                break
            if data:
                self._take(data)
            else:
                self._end()
            if self._closed or not data:
                return
            if self._stream.full and not self.hurry:
                self._loop.remove_reader(self._process.output)
                return
            now = time.monotonic()
            if now > end:
                break
            crowded, self._last_read = now - self._last_read < CROWDED, now
            if len(data) < 2048:
                if crowded and self._watch is None:
                    self._loop.remove_reader(self._process.output)
                    self._wait(CROWDED, self.resume)
                break
        if self._final:
            self._final = self._process.write_behind(self._final)

    def _take(self, data: bytes) -> None:
        self._count += len(data)
        clean, mark = self._filter.feed(data)
        kept = clean[: 0 if self.hurry and self._stream.full else self.limit]
        self.limit -= len(kept)
        self.dropped += len(clean) - len(kept)
        if kept:
            self._stream.put_output(self._decoder.decode(kept))
            if self.on_first is not None:
                self._loop.call_later(ON_ITS_WAY, self.announce)
        if mark:
            self.marks = max(self.marks, mark)
            self._on_mark()
        if self.marks >= LAST:
            self._drained()

    def _end(self) -> None:
        """Note that no more output can arrive: every writer has closed its end."""
        self._loop.remove_reader(self._process.output)
        self._ended = True
        self.marks = LAST
        self._on_mark()
        self._drained()

    # ---------------------------------------------------------------------------------------- waiting for marks

    def expect(self, mark: int) -> None:
        """Wait until an announced mark is found, or until no more output arrives."""
        self.resume()
        if self._watch is None:
            # At the very end nothing else waits, and a busy machine may be slow.
            patience = PATIENCE * 4 if mark >= LAST else PATIENCE
            self._watch = self._loop.call_later(patience, self._look_for, mark, self._count)

    def _look_for(self, mark: int, count: int) -> None:
        self._watch = None
        if self._closed or self.marks >= mark:
            return
        if (self._stream.full and not self.hurry) or self._count != count:
            self.expect(mark)
            return
        self.marks = mark
        self._on_mark()
        if mark >= LAST:
            self._drained()

    def drain(self, then: Callable[[], None]) -> None:
        """Call `then` when everything has been read; the program has ended."""
        self._then = then
        self._process.calm()
        self._final = self._process.write_behind(self._prefix + b";%d\x1b\\" % LAST)
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._ended:
            self._drained()
        else:
            self.expect(LAST)

    def _drained(self) -> None:
        if self._then is not None and not self._closed:
            then, self._then = self._then, None
            self.close()
            then()

    def close(self) -> None:
        """Stop reading; text that was held back as a possible mark is output after all."""
        if self._closed:
            return
        self._closed = True
        for timer in (self._pause, self._watch):
            if timer is not None:
                timer.cancel()
        self._loop.remove_reader(self._process.output)
        rest = self._filter.rest()
        self._stream.put_output(self._decoder.decode(rest[: self.limit], final=True))
