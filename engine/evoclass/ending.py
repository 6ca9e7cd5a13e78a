"""How a run ended, in one plain sentence."""

from __future__ import annotations

from evoclass.i18n import Catalog
from evoclass.protocol import Exit

_CRASHES = {"SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL", "SIGTRAP"}


def sentence(ending: Exit, catalog: Catalog) -> str:
    """Say what happened and what to do about it."""
    return catalog(
        f"exit.{key(ending)}", code=ending.code, seconds=f"{ending.seconds:.1f}", detail=_detail(ending)
    )


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
    """Say how much output was left out; empty if none was."""
    return catalog("exit.dropped", bytes=size(ending.dropped_bytes)) if ending.dropped_bytes else ""


def _detail(ending: Exit) -> str:
    return (
        size(int(ending.detail)) if ending.reason == "memory" and ending.detail.isdigit() else ending.detail
    )


def size(count: int) -> str:
    """Return a number of bytes as people say it: `512 MB`, `8 GB`."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if value >= 10 or value == int(value) else f"{value:.1f} {unit}"
