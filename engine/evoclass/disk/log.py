"""A log of EvoClass's actions, line by line, for debugging: `EVOCLASS_LOG=FILE`."""

from __future__ import annotations

import logging
import os

from evoclass.wording.printable import printable

FILE = "EVOCLASS_LOG"
"""Environment variable: the file to write to."""

LONGEST = 10 * 2**20
"""Bytes after which the file becomes `FILE.1` and a new one begins."""


class _Formatter(logging.Formatter):
    """One line per entry; plugins' names and error messages do not act on a terminal that shows them."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record).replace("\n", "\n  "))


def logger_of(module: str) -> logging.Logger:
    """Return the logger of a module, by its `__name__`."""
    above = logging.getLogger("evoclass")
    if not above.handlers:  # without one, warnings would go to standard error and so onto the screen
        above.addHandler(logging.NullHandler())
    return logging.getLogger(module)


def begin() -> None:
    """Start writing the entries of the loggers below `evoclass`, if the learner asks for it.  Raises OSError."""
    name = os.environ.get(FILE, "")
    logger = logging.getLogger("evoclass")
    if not name or logger.level:
        return
    from logging.handlers import RotatingFileHandler  # it imports sockets and pickle, which only a log needs

    handler = RotatingFileHandler(
        name, maxBytes=LONGEST, backupCount=1, encoding="utf-8", errors="backslashreplace"
    )
    handler.setFormatter(
        _Formatter("%(asctime)s.%(msecs)03d %(process)d %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    )
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
