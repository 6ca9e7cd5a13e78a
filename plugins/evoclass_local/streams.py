"""The standard streams of a child, on its own terminal."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def fresh_streams() -> None:
    """Reopen the standard streams on this process's own terminal."""
    keyboard = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdin = sys.__stdin__ = keyboard  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _text_stream(1, "surrogateescape")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _text_stream(2, "backslashreplace")  # type: ignore[misc]


class _Plain(io.FileIO):
    """The program's output."""


class _First(_Plain):
    """The program's output until something is printed.

    Printed text reaches the front end through a kernel thread.  That thread may have to wait for this processor until
    the program pauses, so the first time it gets a turn at once.
    """

    def write(self, data: ReadableBuffer, /) -> int:
        written = super().write(data)
        self.__class__ = _Plain  # type: ignore[assignment]
        os.sched_yield()
        return written


def _text_stream(descriptor: int, errors: str) -> io.TextIOWrapper:
    kind = _First if hasattr(os, "sched_yield") else _Plain
    raw = kind(descriptor, "w", closefd=False)
    raw.name = {1: "<stdout>", 2: "<stderr>"}[descriptor]
    stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", errors, line_buffering=True)
    stream.mode = "w"  # type: ignore[misc]  # as Python's own has it
    return stream
