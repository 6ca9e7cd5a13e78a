"""How a run ended, in one plain sentence."""

from __future__ import annotations

from evoclass.i18n import Catalog
from evoclass.protocol import Exit
from evoclass.quantities import byte_text
from evoclass.wording.numerals import localised

_CRASHES = {"SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL", "SIGTRAP"}


MORE = 3
"""The larger time limit that is offered to a stopped program, as a multiple of its own."""


def more_time(ending: Exit) -> float:
    """Return the seconds to offer to a program that was stopped at its time limit; 0 for any other end."""
    try:
        return MORE * float(ending.detail) if ending.reason == "timeout" else 0.0
    except ValueError:
        return 0.0


def at_limit(ending: Exit) -> bool:
    """Whether a run was stopped at a limit that a lighter program would keep."""
    return ending.reason in ("timeout", "memory")


def duration(seconds: float, language: str = "en") -> str:
    """Return `30 s`, `5 min`, `1 h`, `1.5 min` or in Italian `1,5 min`."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{localised(f'{seconds / length:.3g}', language)} {unit}"
    return f"{localised(f'{seconds:.3g}', language)} s"


def advice(ending: Exit, catalog: Catalog, place: str) -> str:
    """Return the next step for the place of the run (`window`, `plain`, `command`); empty if its sentence says all."""
    name = f"exit.advice.{place}.{key(ending)}"
    return catalog(name) if catalog.has(name) else ""


def sentence(ending: Exit, catalog: Catalog) -> str:
    """Return the sentence that says how the run ended."""
    name = "exit.timeout_stretched" if _was_stretched(ending) else f"exit.{key(ending)}"
    return catalog(
        name,
        code=ending.code,
        seconds=localised(f"{ending.seconds:.1f}", catalog.language),
        detail=_detail(ending, catalog.language),
    )


def _was_stretched(ending: Exit) -> bool:
    """Whether a run that was stopped at its time limit has clearly taken longer, as on a busy machine."""
    return ending.reason == "timeout" and more_time(ending) / MORE < 0.9 * ending.seconds - 1


def key(ending: Exit) -> str:
    """Return the name of the sentence under `exit` in the interface text."""
    if ending.reason == "memory" and not ending.detail.isdigit():
        return "memory_machine"
    if ending.reason == "lost" and ending.detail:
        return "garbled"
    if ending.reason == "killed":
        if ending.detail in _CRASHES:
            return "crashed"
        if ending.detail.isdigit():
            return "processes"
    return ending.reason


def dropped(ending: Exit, catalog: Catalog) -> str:
    """Return a sentence that says how much output was left out; empty if none was."""
    return (
        catalog("exit.dropped", bytes=byte_text(ending.dropped_bytes, catalog.language, kilo=1024))
        if ending.dropped_bytes
        else ""
    )


def _detail(ending: Exit, language: str) -> str:
    return (
        byte_text(int(ending.detail), language, kilo=1024)
        if ending.reason == "memory" and ending.detail.isdigit()
        else localised(ending.detail, language)
    )
