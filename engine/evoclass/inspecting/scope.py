"""The names that the learner's program can use at a safe point: its globals and the locals of its running functions."""

from __future__ import annotations

import dis
import inspect
import math
import re
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice, pairwise
from types import CodeType, FrameType
from typing import Any, TypeVar

from evoclass.probe import Numbers

Found = TypeVar("Found")

ITEMS = 200
"""Most elements of one container that become rows."""

MOST = 1_000
"""Most rows of one name, however deep its containers are nested."""

OURS = "<evoclass>"
"""File name under which a program's text is read once more: Python's warnings about it have been shown already."""

_NAMED = re.compile(r"""[^\W\d]\w*(?:\.\w+|\[-?\d+\]|\['[^'\\]*'\]|\["[^"\\]*"\])*\Z""")
"""A name with attributes, places and keys: following it runs no code of the program."""

_PART = re.compile(r"""'[^']*'|"[^"]*"|-?\w+""")
_PLACE = re.compile(r"-?\d{1,9}")
_DEPTH = 2
PEEKS = {"locals", "vars", "eval", "exec", "dir"}
"""Builtins through which a program could see the snapshot that `f_locals` leaves behind before Python 3.13."""


def learner_frames(frame: FrameType | None, filename: str) -> Iterator[FrameType]:
    """Yield the frames that run code of `filename`, innermost first."""
    while frame is not None:
        if frame.f_code.co_filename == filename:
            yield frame
        frame = frame.f_back


def line_of(code: CodeType, instruction: int) -> int:
    """Return the line of an instruction; if it has none, like the jump back in a loop, the last line before it.

    Python's own `f_lineno` and `tb_lineno` are None there.
    """
    line = code.co_firstlineno
    for start, _, known in code.co_lines():
        if start > instruction:
            break
        line = known or line
    return line


def peeks(code: CodeType) -> bool:
    """Whether a function could see the snapshot of its locals through a builtin, rather than call `model.eval()`."""
    if PEEKS.isdisjoint(code.co_names):
        return False
    known = _peeking.get(code)
    if known is None:
        if len(_peeking) >= MOST:
            _peeking.clear()
        known = _peeking[code] = any(
            _peeks(step, after) for step, after in pairwise(dis.get_instructions(code))
        )
    return known


def _peeks(step: dis.Instruction, after: dis.Instruction) -> bool:
    """Whether an instruction loads one of these builtins; `vars(x)` and `dir(x)` look at nothing but `x`."""
    loads = step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval in PEEKS
    return loads and not (step.argval in ("vars", "dir") and after.opname.startswith("LOAD_"))


_peeking: dict[CodeType, bool] = {}


def local_values(frame: FrameType | None, filename: str, *, ended: bool = False) -> dict[str, Any]:
    """Return the locals of the learner's running functions; inner functions hide outer ones.

    The locals of a function that could see its own snapshot are skipped while it runs, but not once it has `ended`.
    """
    values: dict[str, Any] = {}
    if sys.gettrace() is not None:
        return values
    for own in learner_frames(frame, filename):
        if own.f_code.co_flags & inspect.CO_OPTIMIZED:
            for name, value in own_values(own, ended=ended).items():
                values.setdefault(name, value)
    return values


def own_values(frame: FrameType, *, ended: bool = False) -> dict[str, Any]:
    """Return the locals of one of the learner's functions, without a trace."""
    if sys.version_info >= (3, 13):
        return dict(frame.f_locals)
    if peeks(frame.f_code):
        # `locals()` has given the program this dictionary: clearing it would remove values that the program keeps
        # there.
        return dict(frame.f_locals) if ended else {}
    # Before 3.13 the frame keeps the dictionary that it returns, and with it every tensor that was local then.
    kept = frame.f_locals
    copy = dict(kept)
    kept.clear()
    return copy


def presented(value: Any) -> Any:
    """Return the value that probes are shown: `Numbers` for a list of plain numbers, otherwise the value itself."""
    if type(value) in (list, tuple) and len(value) > 1:
        picked = (value[0], value[-1], value[len(value) // 2])
        if all(type(item) in (int, float) for item in picked):
            return Numbers(value)
    return value


def nameable(
    values: Mapping[str, Any],
    probe_of: Callable[[Any], Found | None],
    known: Mapping[type, Found | None],
    main: str = "__main__",
    asked: Collection[str] = (),
) -> Iterator[tuple[str, Any, Found]]:
    """Yield expression, value and probe for each value that a learner can name and a probe wants.

    Private names are left out, but for those that are `asked` for.
    Containers of the builtin types and plain objects of the learner's own classes (defined in module `main`) are opened
    two levels deep; no code of any value runs.  `known` are earlier answers of `probe_of`: it is asked for other types
    only.
    """
    for name, value in list(values.items()):
        if name[:1] in _UNNAMED and name not in asked:
            continue
        try:
            probe = known[type(value)]
        except KeyError:
            probe = probe_of(value)
        if probe is not None:
            yield name, value, probe
        elif (
            type(value) in _OPENED
            or _is_record(type(value))
            or getattr(type(value), "__module__", "") == main
        ):
            yield from islice(_open(name, value, probe_of, main, _DEPTH), MOST)


def _open(
    name: str, value: Any, probe_of: Callable[[Any], Found | None], main: str, depth: int
) -> Iterator[tuple[str, Any, Found]]:
    value = presented(value)
    probe = probe_of(value)
    if probe is not None:
        yield name, value, probe
        return
    if depth == 0:
        return
    kind = type(value)
    items: Iterable[tuple[str, Any]] = ()
    if kind is list or kind is tuple:
        if not all(type(item) in _PLAIN for item in (*value[:4], *value[4 :: len(value) // 8 or 1])):
            items = ((f"{name}[{index}]", item) for index, item in enumerate(value[:ITEMS]))
    elif kind in _DICTS:
        pairs = list(islice(dict.items(value), ITEMS))
        items = [(f"{name}[{key!r}]", item) for key, item in pairs if _is_written(key)]
    elif _is_record(kind):
        items = [
            (f"{name}.{field}", item)
            for field, item in zip(kind._fields, tuple.__iter__(value), strict=False)
        ]
    elif getattr(kind, "__module__", "") == main and kind is not type:
        fields = _fields(value)
        items = ((f"{name}.{key}", fields[key]) for key in list(fields)[:ITEMS] if key[:1] != "_")
    for inner, item in items:
        yield from _open(inner, item, probe_of, main, depth - 1)


def _is_written(key: Any) -> bool:
    """Whether the `repr` of a dictionary's key is an expression for it."""
    return type(key) in (str, int) or (type(key) is float and math.isfinite(key))


def parts_of(expression: str) -> tuple[str, ...]:
    """Return the variable of an expression and the parts that lead on from it; nothing if it is more than a name."""
    if not _NAMED.match(expression):
        return ()
    return tuple(part.strip("'\"") for part in _PART.findall(expression))


def entry(value: Any, key: str, main: str) -> Any:
    """Return an item or an attribute of what `nameable` opens, None if there is none; no code of any value runs."""
    kind = type(value)
    if kind in _DICTS:
        found = dict.get(value, key)
        return dict.get(value, int(key)) if found is None and _PLACE.fullmatch(key) else found
    if kind is list or kind is tuple:
        place = int(key) if _PLACE.fullmatch(key) else len(value)
        return value[place] if -len(value) <= place < len(value) else None
    if _is_record(kind):
        return tuple.__getitem__(value, kind._fields.index(key)) if key in kind._fields else None
    if getattr(kind, "__module__", "") == main and kind is not type:
        return _fields(value).get(key)
    return None


def _is_record(kind: type) -> bool:
    """Whether this is a class of named tuples."""
    return kind.__bases__ == (tuple,) and type(getattr(kind, "_fields", None)) is tuple


_DICTS = (dict, OrderedDict, defaultdict)
_OPENED = (list, tuple, *_DICTS)
_UNNAMED = ("_", ".")
"""Prefixes of private names, and of the hidden names in comprehensions."""
_PLAIN = (int, float, bool, str, bytes, type(None))


def _fields(value: Any) -> Mapping[str, Any]:
    """Return the attributes of an object, without running code of its class."""
    try:
        fields = object.__getattribute__(value, "__dict__")
    except Exception:  # slots, or a foreign descriptor that raises: nothing to open then
        return {}
    return fields if type(fields) is dict else {}
