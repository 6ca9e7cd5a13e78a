"""Finds the marks that the worker writes after the program's output."""

from __future__ import annotations

_START = b"\x1b_evoclass;"
_END = b"\x1b\\"


class MarkFilter:
    """Takes the marks out of a stream of terminal output that may be cut anywhere."""

    def __init__(self, token: str) -> None:
        self._start = _START + token.encode() + b";"
        self._kept = b""

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """Return the output without marks, and the number of the last mark in it (0: none)."""
        data = self._kept + data if self._kept else data
        self._kept = b""
        clean, mark = b"", 0
        while (at := data.find(self._start)) >= 0:
            end = data.find(_END, at)
            if end < 0:
                if len(data) - at > len(self._start) + 16:
                    break  # no mark is that long
                self._kept = data[at:]
                return clean + data[:at], mark
            number = data[at + len(self._start) : end]
            mark = int(number) if number.isdigit() and len(number) <= 16 else mark
            clean, data = clean + data[:at], data[end + len(_END) :]
        escape = data.rfind(b"\x1b", -len(self._start))
        if escape >= 0 and self._start.startswith(data[escape:]):
            self._kept, data = data[escape:], data[:escape]
        return clean + data, mark

    def rest(self) -> bytes:
        """Return the text that was held back as the possible start of a mark."""
        rest, self._kept = self._kept, b""
        return rest
