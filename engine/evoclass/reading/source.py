"""Bytes of a file -> text that can be a lesson, or the problem that keeps it from being one."""

from __future__ import annotations

import hashlib

from evoclass.errors import LessonError, Problem
from evoclass.frozen import frozen
from evoclass.wording.printable import ACTING, printable

MAX_BYTES = 2 * 1024 * 1024
"""Largest file that is read as a lesson; the longest bundled one has 40 kB, and 2,000 questions take 1 MB."""

MAX_LINE = 100_000
"""Longest line; one beyond it is data, not prose."""


@frozen
class Source:
    """The text of a lesson file, with line ends as `\\n`."""

    text: str
    digest: str
    """SHA-256 of the text as `normal` gives it, so that editors and version control do not change it."""
    problems: tuple[Problem, ...] = ()
    """Lines with characters that would act on a terminal (W037); in the text they are replaced."""


def read(raw: str | bytes) -> Source:
    """Decode the bytes of a lesson file.  Raises LessonError when they are too many or not text."""
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(data) > MAX_BYTES:
        fields = {"size": f"{len(data) / 1e6:.1f}", "limit": f"{MAX_BYTES / 1e6:.1f}"}
        raise LessonError(Problem("E002", 1, fields=fields))
    zero = data.find(b"\0")
    if zero >= 0:
        raise LessonError(Problem("E001", _line(data, zero)))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fields = {"byte": f"0x{data[error.start]:02x}"}
        raise LessonError(Problem("E003", _line(data, error.start), fields=fields)) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_LINE:
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > MAX_LINE:
                raise LessonError(Problem("E004", number, fields={"limit": f"{MAX_LINE:,}"}))
    digest = hashlib.sha256(normal(text).encode("utf-8", "surrogatepass")).hexdigest()
    return Source(harmless(text), digest, _acting(text))


def lines(raw: bytes) -> list[str]:
    """Return the lines of a file as a lesson counts them, whether or not it is one."""
    return raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def normal(text: str) -> str:
    """Return a text with normalised line ends, trailing blanks and final empty lines, which editors change unasked."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if " \n" in text or "\t\n" in text:
        text = "\n".join([line.rstrip(" \t") for line in text.split("\n")])
    return text.removeprefix("\ufeff").rstrip(" \t\n") + "\n"


def harmless(text: str) -> str:
    """Return `text` with `\ufffd` for each character that would act on a terminal.

    Lines and columns stay the same, so that problems point to the right places.
    """
    return ACTING.sub("\ufffd", text)


_MOST = 20
"""Most lines that are reported for these characters; a file with more was not written by a person."""


def _acting(text: str) -> tuple[Problem, ...]:
    """Return a problem for each line with characters that act on a terminal."""
    found: list[Problem] = []
    line, at, last = 1, 0, 0
    for match in ACTING.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        if line == last:
            continue
        last = line
        column = at - text.rfind("\n", 0, at)
        found.append(Problem("W037", line, column, fields={"character": printable(match[0])}))
        if len(found) == _MOST:
            break
    return tuple(found)


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
