"""The parameters of a wrongly called object, read from its code object; nothing is called."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import FrameType, FunctionType, MethodType, TracebackType
from typing import Any

from evoclass.protocol import Signature

_CALL = re.compile(
    r"^([\w.<>]+)\(\) (?:missing \d+ required|takes |got an unexpected|got multiple|got some positional)"
)
_WRAPPED = 8
_NAMES = 64


def signature(error: BaseException, text: str, frame: FrameType, called: Any, file: str) -> Signature | None:
    """Return the parameters of the function in Python's message, if it can be found.

    `frame` is the learner's own, `called` the object that its expression calls.
    """
    found = _CALL.match(text) if isinstance(error, TypeError) else None
    if found is None:
        return None
    for function, static in _functions(frame, error.__traceback__, called):
        code = function.__code__
        if code.co_qualname == found[1]:
            count = code.co_argcount
            return Signature(
                name=found[1],
                parameters=code.co_varnames[:count][:_NAMES],
                keywords=code.co_varnames[count : count + code.co_kwonlyargcount][:_NAMES],
                optional=len(function.__defaults__ or ()),
                any_positional=bool(code.co_flags & inspect.CO_VARARGS),
                any_keyword=bool(code.co_flags & inspect.CO_VARKEYWORDS),
                own=code.co_filename == file,
                static=static,
                line=code.co_firstlineno,
            )
    return None


_Found = tuple[FunctionType, bool]
"""A function, and whether it is a static method."""


def _functions(frame: FrameType, trace: TracebackType | None, called: Any) -> Iterator[_Found]:
    """Yield functions that may be meant: of the called object, the learner's values, objects with a running method."""
    yield from _inside(called)
    for value in (*frame.f_locals.values(), *frame.f_globals.values()):
        yield from _inside(value)
    while trace is not None:
        running = trace.tb_frame.f_locals.get("self")
        if running is not None:
            yield from _inside(running)
        trace = trace.tb_next


def _inside(value: Any) -> Iterator[_Found]:
    if isinstance(value, MethodType):
        value = value.__func__
    if isinstance(value, FunctionType):
        yield from _unwrapped(value, False)
        return
    for kind in type.mro(value) if isinstance(value, type) and value is not type else type(value).__mro__:
        for inner in list(vars(kind).values()):
            static = isinstance(inner, staticmethod)
            if isinstance(inner, staticmethod | classmethod):
                inner = inner.__func__
            if isinstance(inner, FunctionType):
                yield from _unwrapped(inner, static)


def _unwrapped(function: Any, static: bool) -> Iterator[_Found]:
    for _ in range(_WRAPPED):
        if not isinstance(function, FunctionType):
            return
        yield function, static
        function = vars(function).get("__wrapped__")
