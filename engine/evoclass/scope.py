"""What the learner's program can name at a safe point: its globals and the locals of its running functions."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

ITEMS = 200
"""Most elements of one container that become rows."""

_DEPTH = 2
_PEEKS = {"locals", "vars", "eval", "exec", "dir"}
"""Builtins through which a program could see the snapshot that `f_locals` leaves behind before Python 3.13."""


def learner_frames(frame: FrameType | None, filename: str) -> Iterator[FrameType]:
    """Yield the frames that run code of `filename`, innermost first."""
    while frame is not None:
        if frame.f_code.co_filename == filename:
            yield frame
        frame = frame.f_back


def local_values(frame: FrameType | None, filename: str) -> dict[str, Any]:
    """Return the locals of the learner's running functions; inner functions hide outer ones."""
    values: dict[str, Any] = {}
    if sys.gettrace() is not None:
        return values
    for own in learner_frames(frame, filename):
        if own.f_code.co_flags & inspect.CO_OPTIMIZED:
            for name, value in _snapshot(own).items():
                values.setdefault(name, value)
    return values


def _snapshot(frame: FrameType) -> dict[str, Any]:
    if sys.version_info >= (3, 13):
        return dict(frame.f_locals)
    if not _PEEKS.isdisjoint(frame.f_code.co_names):
        return {}
    # Before 3.13 the frame keeps the dictionary that it hands out, and with it every tensor that was local then.
    kept = frame.f_locals
    copy = dict(kept)
    kept.clear()
    return copy


def nameable(
    values: Mapping[str, Any], wanted: Callable[[Any], bool], main: str = "__main__"
) -> Iterator[tuple[str, Any]]:
    """Yield expression and value for all that a learner can name and a probe wants.

    Containers of the builtin types and plain objects of the learner's own classes (defined in module `main`) are
    opened two levels deep; no code of any value runs.
    """
    for name, value in list(values.items()):
        if name[0] == "_" or not name.isidentifier():
            continue
        yield from _open(name, value, wanted, main, _DEPTH)


def _open(
    name: str, value: Any, wanted: Callable[[Any], bool], main: str, depth: int
) -> Iterator[tuple[str, Any]]:
    if wanted(value):
        yield name, value
        return
    kind = type(value)
    if depth == 0:
        return
    if kind is list or kind is tuple:
        items = value[:ITEMS]
        if any(_worth(item, wanted, main) for item in items[:4]):
            for index, item in enumerate(items):
                if not _plain(item):
                    yield from _open(f"{name}[{index}]", item, wanted, main, depth - 1)
    elif kind is dict:
        for key, item in list(value.items())[:ITEMS]:
            if type(key) in (str, int) and not (_plain(item) and type(key) is int):
                yield from _open(f"{name}[{key!r}]", item, wanted, main, depth - 1)
    elif getattr(kind, "__module__", "") == main and kind is not type:
        fields = _fields(value)
        for key, item in list(fields.items())[:ITEMS]:
            if type(key) is str and key[:1] != "_":
                yield from _open(f"{name}.{key}", item, wanted, main, depth - 1)


def _plain(value: Any) -> bool:
    return type(value) in (int, float, bool, str, bytes, type(None))


def _worth(value: Any, wanted: Callable[[Any], bool], main: str) -> bool:
    kind = type(value)
    if _plain(value):
        return False
    return kind in (list, tuple, dict) or getattr(kind, "__module__", "") == main or wanted(value)


def _fields(value: Any) -> Mapping[str, Any]:
    try:
        fields = object.__getattribute__(value, "__dict__")
    except Exception:  # slots, or a foreign descriptor that raises: nothing to open then
        return {}
    return fields if type(fields) is dict else {}
