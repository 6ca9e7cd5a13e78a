"""A learner's exception as Python would have shown it, and as data."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType, TracebackType
from typing import Any

import evoclass
from evoclass.faults import failed_module
from evoclass.protocol import ErrorReport, Operand

_OWN = tuple(
    os.path.dirname(os.path.abspath(path)) + os.sep for path in (__file__, evoclass.__file__ or __file__)
)
_TEXT = 4_000
_TRACEBACK = 20_000
_OPERANDS = 12


def remember_source(file: str, source: str) -> None:
    """Let tracebacks show the lines of `source`, whatever stands on the disk."""
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)


def clean(error: BaseException) -> None:
    """Take the runner's and the inspector's frames out of the tracebacks of `error` and of what led to it."""
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
    own = [_is_own(part.tb_frame.f_code) for part in parts]
    for place in reversed(range(len(parts))):
        part = parts[place]
        # Reading the program's syntax tree is our doing as well: `ast.parse` right below our own frames.
        parsing = place > 0 and own[place - 1] and part.tb_frame.f_code.co_filename == ast.__file__
        if not own[place] and not parsing:
            kept = TracebackType(kept, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return kept


def _is_own(code: CodeType) -> bool:
    return code.co_filename.startswith(_OWN) or _OWN_PROBES in code.co_filename


_OWN_PROBES = os.sep + "evoclass_tensors" + os.sep


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
    # The interpreter's own hook knows what a misspelt name may have meant; the traceback module only from 3.12 on.
    sys.__excepthook__(type(error), error, error.__traceback__)


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
    if isinstance(error, SyntaxError) and (error.filename == file or error.__traceback__ is None):
        return ErrorReport(**common, **_syntax_place(error))
    place = _deepest(error.__traceback__, file)
    if place is None:
        return ErrorReport(**common)
    frame, index, line = place
    fields = _place(frame, index, line)
    module, inner = failed_module(error.__traceback__, file)
    known = fields.get("operands", ())
    names = {operand.name for operand in known}
    fields["operands"] = (*known, *(operand for operand in inner if operand.name not in names))
    return ErrorReport(**common, **fields, module=module)


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
            found = (trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _place(frame: FrameType, index: int, line: int) -> dict[str, Any]:
    code = frame.f_code
    name = "" if code.co_name == "<module>" else code.co_qualname
    source = linecache.getline(code.co_filename, line).rstrip("\n")
    start, end, column, end_column = next(
        (position for number, position in enumerate(code.co_positions()) if number == index // 2),
        (line, line, None, None),
    )
    start, end = start or line, end or line
    result: dict[str, Any] = {"line": line, "end_line": end, "source": source, "during": name}
    if column is None or end_column is None:
        return result
    first, last = (linecache.getline(code.co_filename, number).encode() for number in (start, end))
    if column > len(first) or end_column > len(last):
        return result  # the file has changed since
    result["column"] = len(first[:column].decode(errors="replace"))
    result["end_column"] = len(last[:end_column].decode(errors="replace"))
    expression = _expression(code.co_filename, (start, column), (end, end_column))
    if len(expression) <= _TEXT:
        result["expression"] = expression
    result["operands"] = tuple(operands(expression, frame.f_globals, frame.f_locals))
    return result


def _expression(file: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return what stands between two places, each a line from 1 and a column in bytes, with what a method is of.

    Where `.view(3)` has a line of its own, Python tells of `view(3)` alone.
    """
    lines = [text.encode() for text in linecache.getlines(file)]
    before = lines[start[0] - 1][: start[1]].rstrip()
    if before.endswith(b".") or (start[1] and not before):
        around = (
            (node.lineno, node.col_offset)
            for node in ast.walk(ast.parse(b"".join(lines)))
            if isinstance(node, ast.expr) and (node.end_lineno, node.end_col_offset) == end
        )
        start = max((place for place in around if place <= start), default=start)
    segment = lines[start[0] - 1 : end[0]]
    segment[-1] = segment[-1][: end[1]]
    segment[0] = segment[0][start[1] :]
    return b"".join(segment).decode(errors="replace")


def operands(expression: str, names: Mapping[str, Any], local: Mapping[str, Any]) -> Iterator[Operand]:
    """Yield the values named in `expression` from left to right, looked up without running any code of theirs."""
    try:
        tree = ast.parse(f"(\n{expression}\n)", mode="eval")
    except SyntaxError:
        try:
            tree = ast.parse(expression.strip())  # type: ignore[assignment]
        except SyntaxError:
            return
    seen: set[str] = set()
    told: set[str] = set()  # with the parameters of modules, which do not count towards the limit
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute | ast.Subscript)]
    # `walk` goes level by level, which puts the `labels` of `loss(model(x), labels)` before `x`.
    for node in sorted(named, key=lambda node: (node.lineno, node.col_offset)):
        name = ast.unparse(node)
        if name in seen or len(seen) >= _OPERANDS:
            continue
        try:
            value = _look_up(node, names, local)
        except LookupError:
            continue
        if isinstance(value, type | type(sys) | type(len) | type(report)):
            continue
        seen.add(name)
        found = [(name, value), *((f"{name}.{part}", inner) for part, inner in _own_tensors(value))]
        for full, each in found:
            if full not in told:
                told.add(full)
                yield _operand(full, each)


def _look_up(node: ast.expr, names: Mapping[str, Any], local: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return local[node.id] if node.id in local else names[node.id]
    if isinstance(node, ast.Attribute):
        owner = _look_up(node.value, names, local)
        try:
            own = object.__getattribute__(owner, "__dict__")
        except AttributeError:
            raise LookupError(node.attr) from None
        for table in (own, *(own.get(part) or {} for part in ("_parameters", "_buffers", "_modules"))):
            if isinstance(table, dict) and node.attr in table:
                return table[node.attr]
        raise LookupError(node.attr)
    if isinstance(node, ast.Subscript):
        place = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return _item(_look_up(node.value, names, local), place)
    raise LookupError(type(node).__name__)


def _item(owner: Any, place: Any) -> Any:
    """Return what stands at a literal place of a container of Python's own or of PyTorch's modules."""
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(type(owner), torch.nn.Sequential | torch.nn.ModuleList):
        owner = list(owner.__dict__["_modules"].values())
    elif torch is not None and issubclass(type(owner), torch.nn.ModuleDict):
        owner = owner.__dict__["_modules"]
    known = type(owner) in (list, tuple) and type(place) is int
    if not known and not (type(owner) is dict and type(place) in (int, str)):
        raise LookupError(place)
    return owner[place]


def _own_tensors(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parameters that a module holds itself, for `head` those of `head.weight` and `head.bias`."""
    torch = sys.modules.get("torch")
    if torch is None or not issubclass(type(value), torch.nn.Module):
        return
    for name, parameter in value.__dict__.get("_parameters", {}).items():
        if parameter is not None:
            yield name, parameter


def _operand(name: str, value: Any) -> Operand:
    kind = type(value)
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and issubclass(kind, torch.Tensor):
        try:
            shape = tuple(torch.Tensor.shape.__get__(value))  # past the value's own __torch_function__
            dtype = str(torch.Tensor.dtype.__get__(value)).removeprefix("torch.")
            return Operand(
                name=name,
                shape=shape,
                dtype=dtype,
                device=str(torch.Tensor.device.__get__(value)),
                type=kind.__name__,
            )
        except Exception as error:  # an odd tensor is named without its figures
            return Operand(name=name, type=f"{kind.__name__} ({type(error).__name__})")
    if numpy is not None and issubclass(kind, numpy.ndarray):
        return Operand(
            name=name, shape=tuple(value.shape), dtype=str(value.dtype), device="cpu", type=kind.__name__
        )
    return Operand(name=name, type=kind.__name__)
