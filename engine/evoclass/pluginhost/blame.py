"""Describes a failure in foreign code: short, on one line, and without characters that act on a terminal."""

from __future__ import annotations

import dis

from evoclass.errors import EvoClassError
from evoclass.wording.printable import printable

LONGEST = 300
"""Most characters of a reason."""


def reason(error: BaseException) -> str:
    """Return class and message of an exception; never raises, whatever its message does."""
    try:
        text = str(error)
    except Exception as second:
        text = f"its message cannot be shown, {type(second).__name__}"
    if not isinstance(error, EvoClassError) or not text.strip():
        text = f"{type(error).__name__}: {text}" if text.strip() else type(error).__name__
    return _short(text)


def shown(value: object) -> str:
    """Return the `repr` of a foreign value; never raises."""
    try:
        return _short(repr(value), 80)
    except Exception:
        return f"a {type(value).__name__}"


def wants_out(error: BaseException) -> bool:
    """Whether an exception is the learner's Ctrl-C, not one that foreign code raised."""
    if not isinstance(error, KeyboardInterrupt):
        return False
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None:
        return True
    code = step.tb_frame.f_code.co_code
    return dis.opname[code[step.tb_lasti]] != "RAISE_VARARGS"


def _short(text: str, most: int = LONGEST) -> str:
    cut = text[: 4 * most]  # before any work on each character: a message may be as large as memory
    line = " ".join(printable(cut).split())
    return line if len(line) <= most and len(cut) == len(text) else line[: most - 1] + "…"
