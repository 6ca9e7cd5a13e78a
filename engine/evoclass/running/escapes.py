"""Cuts terminal output into text, control characters and sequences, and drops sequences that programs must not use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Token = tuple[Literal["text", "control", "sequence"], str, str]
"""Kind; the text, the character or the final letter of a sequence; and the sequence's parameters."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SEQUENCE = re.compile(r"([0-?]*)[ -/]*([@-~])")
_PART = re.compile(r"[0-?]*[ -/]*")
_STRING_END = re.compile(r"[\x07\x18\x1a\x9c\n\x1b]")
_LONGEST = 256
"""Most characters of an unfinished sequence that are kept."""


class EscapeReader:
    """Reads output that may be cut anywhere; line feeds stay in the text.

    Strings for the terminal itself (title, clipboard, pictures) are skipped up to their end, or to the end of the line
    when they have none.
    """

    def __init__(self) -> None:
        self._pending = ""
        self._in_string = False

    def feed(self, text: str) -> Iterator[Token]:
        """Yield the complete pieces."""
        if self._pending:
            text, self._pending = self._pending + text, ""
        if "\r\n" in text:
            text = text.replace("\r\n", "\n")
        position = self._skip_string(text, 0) if self._in_string else 0
        while position < len(text):
            found = _CONTROL.search(text, position)
            end = found.start() if found else len(text)
            if end > position:
                yield "text", text[position:end], ""
            if found is None:
                return
            character = found[0]
            position = end + 1
            if character == "\x1b":
                if position == len(text):
                    self._wait(text, end)
                    return
                following = text[position]
                if following == "[":
                    character, position = "\x9b", position + 1
                elif following in "]PX^_":
                    character, position = "\x9d", position + 1
                else:
                    position = self._other(text, end)
                    continue
            if character == "\x9b":
                sequence = _SEQUENCE.match(text, position)
                if sequence:
                    yield "sequence", sequence[2], sequence[1]
                    position = sequence.end()
                else:
                    position = self._broken(text, end, position)
            elif character in "\x90\x98\x9d\x9e\x9f":
                position = self._skip_string(text, position)
            else:
                yield "control", character, ""

    def _other(self, text: str, at: int) -> int:
        """Skip an escape that starts neither a sequence nor a string, for example the choice of a character set."""
        end = at + 1
        while end < len(text) and " " <= text[end] <= "/":
            end += 1
        if end == len(text):
            return self._wait(text, at)
        return end + 1 if "0" <= text[end] <= "~" else end

    def _broken(self, text: str, at: int, start: int) -> int:
        """Skip a sequence that an invalid character cuts short; at the end of the text wait for the rest."""
        part = _PART.match(text, start)
        end = part.end() if part else start
        return self._wait(text, at) if end == len(text) else end

    def _wait(self, text: str, at: int) -> int:
        """Keep the start of a sequence until the rest arrives; one that never ends is dropped."""
        if len(text) - at <= _LONGEST:
            self._pending = text[at:]
        return len(text)

    def _skip_string(self, text: str, position: int) -> int:
        self._in_string = True
        found = _STRING_END.search(text, position)
        if found is None:
            return len(text)
        if found[0] == "\x1b":
            if found.end() == len(text):
                self._pending = "\x1b"
                return len(text)
            self._in_string = False
            return found.end() + 1 if text[found.end()] == "\\" else found.start()
        self._in_string = False
        return found.start() if found[0] == "\n" else found.end()


class EscapeFilter:
    """Passes output on to a real terminal: text, colours, moves within the line and erasing, nothing else."""

    def __init__(self) -> None:
        self._reader = EscapeReader()

    def feed(self, text: str) -> str:
        """Return the harmless part of `text`."""
        kept = []
        for kind, value, parameters in self._reader.feed(text):
            if kind == "text" or (kind == "control" and value in "\r\b\t"):
                kept.append(value)
            elif kind == "sequence" and value in "mCDGKJXP@" and parameters.strip("0123456789;:") == "":
                kept.append(f"\x1b[{parameters}{value}")
        return "".join(kept)


class SequenceFilter:
    """Removes terminal sequences from output that goes elsewhere: colours, moves, titles."""

    def __init__(self) -> None:
        self._reader = EscapeReader()

    def feed(self, text: str) -> str:
        """Return `text` without its sequences; other control characters stay."""
        return "".join(value for kind, value, _ in self._reader.feed(text) if kind != "sequence")
