"""A learner's exception as Python would have shown it, and as data."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import traceback
from types import FrameType, TracebackType
from typing import Any

import evoclass
from evoclass.inspecting.scope import OURS, line_of
from evoclass.protocol import ErrorReport
from evoclass.worker.failedlayer import failed_layer
from evoclass.worker.likeness import close_names, homes
from evoclass.worker.operands import look_up, named, operands
from evoclass.worker.origins import origins
from evoclass.worker.signatures import signature

_own = [os.path.dirname(os.path.abspath(evoclass.__file__)) + os.sep]
"""Folders and files whose frames are not the learner's."""

_TEXT = 4_000
_TRACEBACK = 20_000
_OPERANDS = 256
_STATEMENT = 300


def hide(package: str) -> None:
    """Leave the frames of an imported package, or of a module without a package, out of tracebacks."""
    module = sys.modules[package]
    file = os.path.abspath(module.__file__ or "")
    own = os.path.dirname(file) + os.sep if hasattr(module, "__path__") else file
    if module.__file__ and own not in _own:
        _own.append(own)


def remember_source(file: str, source: str) -> None:
    """Let tracebacks show the lines of `source`, whatever the file on disk contains."""
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)


def clean(error: BaseException) -> None:
    """Remove the runner's and the inspector's frames from the tracebacks of `error` and of its causes."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        current.__traceback__ = _learners(current.__traceback__)
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions


def _learners(trace: TracebackType | None) -> TracebackType | None:
    parts: list[TracebackType] = []
    while trace is not None:
        parts.append(trace)
        trace = trace.tb_next
    kept: TracebackType | None = None
    own = [is_own(part.tb_frame.f_code.co_filename) for part in parts]
    for place in reversed(range(len(parts))):
        part = parts[place]
        # Reading the program's syntax tree is our work too: `ast.parse` right below our own frames.
        parsing = place > 0 and own[place - 1] and part.tb_frame.f_code.co_filename == ast.__file__
        if not own[place] and not parsing:
            kept = TracebackType(
                kept, part.tb_frame, part.tb_lasti, line_of(part.tb_frame.f_code, part.tb_lasti)
            )
    return kept


def is_own(file: str) -> bool:
    """Whether a file belongs to EvoClass, to the runner or to a probe."""
    return file.startswith(tuple(_own))


def show(error: BaseException) -> None:
    """Print the traceback of a cleaned `error` where the program's own would go."""
    if sys.excepthook is not sys.__excepthook__:
        try:
            sys.excepthook(type(error), error, error.__traceback__)
            return
        except Exception as second:
            print("Error in sys.excepthook:", file=sys.stderr)
            clean(second)
            traceback.print_exception(second, file=sys.stderr)
            print("\nOriginal exception was:", file=sys.stderr)
    # The interpreter's own hook suggests the name meant by a misspelt one; the traceback module does so only from 3.12
    # on.
    sys.__excepthook__(type(error), error, error.__traceback__)


def error_report(error: BaseException, file: str, source: str) -> ErrorReport:
    """Return an error as data, of code that a program has compiled from `source` as `file`."""
    remember_source(file, source)
    clean(error)
    return report(error, file)


def report(error: BaseException, file: str) -> ErrorReport:
    """Return a cleaned `error` as data; `file` is the learner's own."""
    kind = type(error)
    common: dict[str, Any] = {
        "type": _qualified(kind),
        "text": _text(error)[:_TEXT],
        "traceback": "".join(traceback.format_exception(error))[-_TRACEBACK:],
        "chain": tuple(_qualified(base) for base in kind.__mro__[1:-1]),
        "file": file,
    }
    place = _deepest(error.__traceback__, file)
    try:
        return ErrorReport(**common, **_facts(error, place, file))
    except Exception:  # a source or a value that cannot be looked at must not cost the report
        return ErrorReport(**common, line=place[2] if place is not None else 0)


def _facts(error: BaseException, place: tuple[FrameType, int, int] | None, file: str) -> dict[str, Any]:
    """Return what is known of the place of an error and of the values there."""
    if isinstance(error, SyntaxError) and (error.filename == file or error.__traceback__ is None):
        return _syntax_place(error)
    if place is None:
        return {"homes": homes(error, _text(error))}
    frame, index, line = place
    fields = _place(frame, index, line, parts=isinstance(error, AttributeError | TypeError))
    fields |= _around(frame, line, fields, error, file)
    module, inner = failed_layer(error.__traceback__, file)
    known = fields.get("operands", ())
    names = {operand.name for operand in known}
    fields["operands"] = (*known, *(operand for operand in inner if operand.name not in names))[:_OPERANDS]
    return fields | {"module": module}


def _around(
    frame: FrameType, line: int, fields: dict[str, Any], error: BaseException, file: str
) -> dict[str, Any]:
    """Return the facts about the failed expression from the source and the namespace."""
    said = _text(error)
    told: dict[str, Any] = {"homes": homes(error, said), "close": close_names(error, said, frame, ())}
    try:
        tree = ast.parse("".join(linecache.getlines(file)), OURS)
        expression = ast.parse(f"(\n{fields.get('expression', '')}\n)", OURS).body[0]
    except (SyntaxError, ValueError, RecursionError):
        return told

    if isinstance(error, NameError) and error.name in _bound(tree):
        told["homes"] = ()  # the program uses this name for something else

    def value(node: ast.AST) -> Any:
        return look_up(node, frame.f_globals, frame.f_locals)

    calls = [node for node in ast.walk(expression) if isinstance(node, ast.Call)]
    try:
        called = value(calls[0].func) if calls else None
    except LookupError:
        called = None
    found = signature(error, said, frame, called, file)
    if found is not None:
        told |= {
            "signature": found,
            "close": close_names(error, said, frame, found.parameters + found.keywords),
        }
    statement = _statement(tree, fields)
    if statement is not None:
        text = ast.unparse(statement)
        told["statement"] = text if len(text) <= _STATEMENT else ""
        if isinstance(error, ValueError | TypeError) and "unpack" in said:
            told["operands"] = tuple(
                operands(_unpacked(statement), frame.f_globals, frame.f_locals, parts=True)
            )
            expression = statement
    told["unguarded"] = _is_unguarded(tree)
    told["named"] = tuple(named(expression, frame.f_globals, frame.f_locals))
    told["origins"] = tuple(origins(tree, line, expression, value, file))
    return told


def _bound(tree: ast.Module) -> set[str]:
    """Return all names that the program assigns anywhere, in any scope."""
    names = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return names | {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}


def _is_unguarded(tree: ast.Module) -> bool:
    """Whether new processes read the program again without a guard that keeps them from running it."""
    used = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is str
    }
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    # torch.multiprocessing has a function of this name.
    used |= names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    multiprocessing = sys.modules.get("multiprocessing")
    method = multiprocessing.get_start_method(allow_none=True) if multiprocessing is not None else None
    anew = method in ("spawn", "forkserver") or bool(used & {"spawn", "forkserver"})
    return anew and "__name__" not in names


def _statement(tree: ast.Module, fields: dict[str, Any]) -> ast.stmt | None:
    """Return the innermost statement at the place; a block or a loop comes without its body."""
    line = fields["line"]
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    statement = max(around, key=lambda node: (node.lineno, node.col_offset), default=None)
    if isinstance(statement, ast.For | ast.AsyncFor | ast.While | ast.If):
        bare = type(statement)(**{**dict(ast.iter_fields(statement)), "body": [ast.Pass()], "orelse": []})
        return ast.copy_location(bare, statement)
    return None if hasattr(statement, "body") else statement


def _unpacked(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Assign):
        return ast.unparse(statement.value)
    return ast.unparse(statement.iter) if isinstance(statement, ast.For | ast.AsyncFor) else ""


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as second:
        return f"<{type(second).__name__} in __str__>"


def _qualified(kind: type) -> str:
    module = kind.__module__
    return kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"


def _syntax_place(error: SyntaxError) -> dict[str, Any]:
    line = error.lineno or 0
    column = max((error.offset or 1) - 1, 0)
    end_column = (error.end_offset or 0) - 1
    return {
        "line": line,
        "end_line": error.end_lineno or line,
        "column": column,
        "end_column": end_column if end_column > column else column + 1,
        "source": (error.text or "").rstrip("\n"),
    }


def _deepest(trace: TracebackType | None, file: str) -> tuple[FrameType, int, int] | None:
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = (trace.tb_frame, trace.tb_lasti, line_of(trace.tb_frame.f_code, trace.tb_lasti))
        trace = trace.tb_next
    return found


def _place(frame: FrameType, index: int, line: int, *, parts: bool) -> dict[str, Any]:
    code = frame.f_code
    name = "" if code.co_name == "<module>" else code.co_qualname
    source = linecache.getline(code.co_filename, line).rstrip("\n")
    _, end, column, end_column = next(
        (position for number, position in enumerate(code.co_positions()) if number == index // 2),
        (line, line, None, None),
    )
    end = end or line
    result: dict[str, Any] = {"line": line, "end_line": end, "source": source, "during": name}
    if column is None or end_column is None:
        return result
    lines = [text.encode() for text in linecache.getlines(code.co_filename)]
    if end > len(lines) or column > len(lines[line - 1]) or end_column > len(lines[end - 1]):
        return result  # the file has changed since then
    first, last = _without_body(lines, (line, column), (end, end_column))
    result["end_line"] = last[0]
    result["column"] = len(lines[first[0] - 1][: first[1]].decode(errors="replace"))
    result["end_column"] = len(lines[last[0] - 1][: last[1]].decode(errors="replace"))
    expression = _text_between(lines, _with_owner(lines, first, last), last)
    if len(expression) <= _TEXT:
        result["expression"] = expression
    result["operands"] = tuple(operands(expression, frame.f_globals, frame.f_locals, parts=parts))
    return result


_Place = tuple[int, int]
"""A line, counted from 1, and a column in bytes, from 0, as Python's syntax trees have them."""


def _without_body(lines: list[bytes], start: _Place, end: _Place) -> tuple[_Place, _Place]:
    """Return where an expression begins and ends; for a loop its iterable, for `with` its context manager."""
    if lines[start[0] - 1][start[1] :].startswith((b"for ", b"async for ", b"with ")):
        for node in ast.walk(ast.parse(b"".join(lines), OURS)):
            if (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)) != start:
                continue
            inner: ast.expr | None = None
            if isinstance(node, ast.For | ast.AsyncFor):
                inner = node.iter
            elif isinstance(node, ast.With) and len(node.items) == 1:
                inner = node.items[0].context_expr
            if inner is not None and inner.lineno == start[0]:
                return (inner.lineno, inner.col_offset), _end(inner)
    return start, end


def _with_owner(lines: list[bytes], start: _Place, end: _Place) -> _Place:
    """Return where the object of a method call begins: for `.view(3)` on its own line Python gives only `view(3)`."""
    before = lines[start[0] - 1][: start[1]].rstrip()
    if before.endswith(b".") or (start[1] and not before):
        around = (
            (node.lineno, node.col_offset)
            for node in ast.walk(ast.parse(b"".join(lines), OURS))
            if isinstance(node, ast.expr) and _end(node) == end
        )
        return max((place for place in around if place <= start), default=start)
    return start


def _end(node: ast.expr) -> _Place:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _text_between(lines: list[bytes], start: _Place, end: _Place) -> str:
    segment = lines[start[0] - 1 : end[0]]
    segment[-1] = segment[-1][: end[1]]
    segment[0] = segment[0][start[1] :]
    return b"".join(segment).decode(errors="replace")
