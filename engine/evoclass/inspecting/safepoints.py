"""Safe points: between the statements of a program that run once, and where a call returns to its code."""

from __future__ import annotations

import __future__ as futures  # isort: skip - names the flags that a compiled program carries

import ast
import builtins
import inspect
import re
import sys
import weakref
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

from evoclass.inspecting.scope import learner_frames, peeks

TICK = "__evoclass_tick__"
"""Name among the builtins under which the program finds its tick; dunder names are not mangled in classes."""

MINDS_CALLS = re.compile(
    r"\b(cProfile|setprofile|settrace|pyinstrument|line_profiler|viztracer|yappi|coverage|import profile|"
    r"sys\.monitoring|trace\.Trace|breakpoint|i?pdb|pudb|bdb|set_trace)\b"
)
"""Names of tools that count calls or step through them: they must see only the program's own calls."""

MINDS_SIGNALS = re.compile(
    r"\b(SIGURG|signal\.pause|import pause|sigwait\w*|sigtimedwait|sigpending|set_wakeup_fd|valid_signals)\b"
)
"""Names in a program that would notice a signal which is not its own."""

_LOAD = ast.Load()
_BLOCKS = ("body", "orelse", "finalbody")
_STRAIGHT = (ast.If, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
"""Compound statements whose bodies run once when they are outside loops and functions."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_RESUMED = (
    inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
)


def compile_script(source: str | bytes, filename: str, tick: Callable[..., None]) -> CodeType:
    """Compile a program so that it calls `tick` between the statements that run once.

    The call is `tick(line of the next statement)`, `tick(line, name)` before the last one that calls one of the
    program's own functions, and `tick(line, None)` after the last of all.  Raises SyntaxError like `compile`.

    Functions, classes and loops stay unchanged; so do lines, columns, the docstring and `from __future__`.  A program
    that would notice calls is not changed at all.
    """
    tree = ast.parse(source, filename)
    text = source if isinstance(source, str) else source.decode(errors="replace")
    if not MINDS_CALLS.search(text):
        _instrument(tree)
    setattr(builtins, TICK, tick)
    return compile(tree, filename, "exec", dont_inherit=True)


def _instrument(tree: ast.Module) -> None:
    last = _last_call(tree)
    head = _head(tree.body)
    tree.body[head:] = [part for statement in tree.body[head:] for part in _with_tick(statement, last)]
    if len(tree.body) > head:
        tree.body.append(_call(tree.body[-1], None))


def _with_tick(statement: ast.stmt, last: tuple[ast.stmt, str] | None) -> list[ast.stmt]:
    if isinstance(statement, _STRAIGHT):
        for block in _blocks(statement):
            block[:] = [part for inner in block for part in _with_tick(inner, last)]
    return [_call(statement, last[1] if last is not None and last[0] is statement else ""), statement]


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    blocks = [getattr(statement, name) for name in _BLOCKS if getattr(statement, name, None)]
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        blocks.append(part.body)
    return blocks


def _head(statements: list[ast.stmt]) -> int:
    """Return how many statements must stay first: the docstring and the imports from `__future__`."""
    head = 0
    for index, statement in enumerate(statements):
        docstring = (
            index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        )
        if docstring or (isinstance(statement, ast.ImportFrom) and statement.module == futures.__name__):
            head = index + 1
        else:
            break
    return head


def _last_call(tree: ast.Module) -> tuple[ast.stmt, str] | None:
    """Return the last straight statement that calls one of the program's own functions, such as `main`, and its name.

    Of several calls in one statement it is the outermost: `main` of `main(arguments())`.
    """
    defined = {node.name for node in _definitions(tree.body)}
    for statement in reversed(list(_straight(tree.body))):
        for node in ast.walk(statement) if defined else ():
            name = getattr(node, "id", None) or (isinstance(node, ast.Attribute) and node.attr)
            if name in defined:
                return statement, str(name)
    return None


def _definitions(block: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of the program and the methods of its classes."""
    for statement in block:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement
        elif isinstance(statement, (ast.ClassDef, *_STRAIGHT)):
            for inner in _blocks(statement):
                yield from _definitions(inner)


def _straight(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the simple statements that run once."""
    for statement in block:
        if isinstance(statement, _STRAIGHT):
            for inner in _blocks(statement):
                yield from _straight(inner)
        elif not isinstance(statement, (*_DEFINITIONS, *_LOOPS)):
            yield statement


def _call(place: ast.stmt, name: str | None) -> ast.Expr:
    line = place.lineno if name is not None else place.end_lineno or place.lineno
    column = place.col_offset
    where: dict[str, Any] = {
        "lineno": line,
        "end_lineno": line,
        "col_offset": column,
        "end_col_offset": column,
    }
    values: list[Any] = [line] if name == "" else [line, name]
    arguments: list[ast.expr] = [ast.Constant(value, **where) for value in values]
    return ast.Expr(ast.Call(ast.Name(TICK, _LOAD, **where), arguments, [], **where), **where)


class _Token:
    __slots__ = ("__weakref__",)


class Homecoming:
    """The moment in which a call from the program into a library returns, without following the call.

    A token among the locals of the called function's frame is freed with that frame, and rings.  The library runs at
    full speed meanwhile; a trace function would slow it several times over.
    """

    _KEY = ".evoclass"

    def __init__(self, ring: Callable[[Any], None]) -> None:
        self._ring = ring
        self._token: weakref.ref[_Token] | None = None

    @property
    def happened(self) -> bool:
        """Whether the awaited call has just returned."""
        return self._token is not None and self._token() is None

    def forget(self) -> None:
        """Stop waiting."""
        self._token = None

    def await_from(self, frame: FrameType, file: str) -> None:
        """Wait until the call that code of `file` has made, and that has led to `frame`, returns."""
        called: FrameType | None = frame
        while called is not None and (back := called.f_back) is not None and back.f_code.co_filename != file:
            called = back
        if called is None or called.f_back is None:
            return
        code = called.f_code
        if not code.co_flags & inspect.CO_OPTIMIZED or code.co_flags & _RESUMED or peeks(code):
            return
        kept = called.f_locals
        if self._token is not None and (token := self._token()) is not None and kept.get(self._KEY) is token:
            return
        if sys.version_info < (3, 13):
            kept.clear()  # the frame would keep the dictionary that it returns
        token = _Token()
        self._token = weakref.ref(token, self._ring)
        kept[self._KEY] = token


def own_frame(frame: FrameType | None, file: str, *, home: bool) -> FrameType | None:
    """Return the running frame of the program's own code, or None while a library runs.

    A frame that has just come `home` from a call may be at the very beginning of the next.
    """
    if frame is None or frame.f_code.co_filename == file:
        return frame
    back = frame.f_back
    entered = home and frame.f_lineno == frame.f_code.co_firstlineno
    return back if entered and back is not None and back.f_code.co_filename == file else None


class Catch:
    """Holds the frame of one function that the program is about to call, so that its locals outlive its end."""

    MOST = 5_000
    """Calls after which it stops looking."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._name = ""
        self._left = 0
        self.frame: FrameType | None = None

    def open(self, name: str) -> None:
        """Wait for the call, unless the program has its own tracer."""
        self._name, self._left, self.frame = name, self.MOST, None
        if sys.gettrace() is None:
            sys.settrace(self._trace)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> None:
        self._left -= 1
        if self._is_it(frame):
            self.frame = frame
        if self.frame is not None or not self._left:
            sys.settrace(None)

    def _is_it(self, frame: FrameType) -> bool:
        return frame.f_code.co_name == self._name and frame.f_code.co_filename == self._file

    def close(self, frame: FrameType | None) -> None:
        """Stop following calls; the function may already be called and have led to `frame`."""
        if self._name and self.frame is None:
            if sys.gettrace() == self._trace:
                sys.settrace(None)
            self.frame = next(filter(self._is_it, learner_frames(frame, self._file)), None)

    def take(self) -> FrameType | None:
        """Return the frame and release it, if the call was made and is over."""
        frame = self.frame
        if self._name:
            self.let_go()
        return frame

    def let_go(self) -> None:
        """Stop waiting."""
        if sys.gettrace() == self._trace:
            sys.settrace(None)
        self._name, self.frame = "", None
