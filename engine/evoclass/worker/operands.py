"""The values that an expression names, looked up without running any of their code."""

from __future__ import annotations

import ast
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from evoclass.inspecting.scope import OURS
from evoclass.protocol import Named, Operand

_OPERANDS = 12
_PARTS = 16
_MOST = 200
_TEXT = 80
_KEYS = 16
_CODE = (type, type(sys), type(len), type(lambda: None))


def operands(
    expression: str, names: Mapping[str, Any], local: Mapping[str, Any], *, parts: bool = False
) -> Iterator[Operand]:
    """Yield the values named in `expression` from left to right.

    A module comes with its parameters and, if `parts` is set, with its direct submodules; a list, a tuple or a named
    tuple comes with its elements, and a dataclass with its fields.
    """
    try:
        tree = ast.parse(f"(\n{expression}\n)", OURS, mode="eval")
    except SyntaxError:
        try:
            tree = ast.parse(expression.strip(), OURS)  # type: ignore[assignment]
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
            value = look_up(node, names, local)
        except LookupError:
            continue
        if isinstance(value, _CODE):
            continue
        seen.add(name)
        found = [(name, value), *((_of(name, part), inner) for part, inner in _own(value, "_parameters"))]
        found += _parts(name, value) if parts else []
        for full, each in found:
            if full not in told and len(told) < _MOST:
                told.add(full)
                yield _operand(full, each)


def named(tree: ast.AST, names: Mapping[str, Any], local: Mapping[str, Any]) -> Iterator[Named]:
    """Yield the names in an expression that refer to a class, a function or a module."""
    seen: set[str] = set()
    for node in ast.walk(tree):
        name = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        if not name or name in seen or len(seen) >= _OPERANDS:
            continue
        try:
            value = look_up(node, names, local)
        except LookupError:
            continue
        if isinstance(value, _CODE):
            seen.add(name)
            kind = (
                "class"
                if isinstance(value, type)
                else "module"
                if isinstance(value, type(sys))
                else "function"
            )
            own = (
                value.__name__ if isinstance(value, type | type(sys)) else getattr(value, "__qualname__", "")
            )
            yield Named(name=name, kind=kind, of=str(own)[:_TEXT])  # type: ignore[arg-type]


def look_up(node: ast.AST, names: Mapping[str, Any], local: Mapping[str, Any]) -> Any:
    """Return the value of a name, an attribute or an element.  Raises LookupError if code would have to run."""
    if isinstance(node, ast.Name):
        return local[node.id] if node.id in local else names[node.id]
    if isinstance(node, ast.Attribute):
        owner = look_up(node.value, names, local)
        torch = sys.modules.get("torch")
        if node.attr == "grad" and torch is not None and type(owner) in (torch.Tensor, torch.nn.Parameter):
            # PyTorch warns about the gradient of a result, which has none unless it was asked to keep it.
            return owner.grad if owner.is_leaf or owner.retains_grad else None
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
        return _item(look_up(node.value, names, local), place)
    raise LookupError(type(node).__name__)


def _item(owner: Any, place: Any) -> Any:
    """Return the element at a literal index of a container of Python's own or of PyTorch's modules."""
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(type(owner), torch.nn.Sequential | torch.nn.ModuleList):
        owner = list(owner.__dict__["_modules"].values())
    elif torch is not None and issubclass(type(owner), torch.nn.ModuleDict):
        owner = owner.__dict__["_modules"]
    known = type(owner) in (list, tuple) and type(place) is int
    if not known and not (type(owner) is dict and type(place) in (int, str)):
        raise LookupError(place)
    return owner[place]


def _parts(name: str, value: Any) -> list[tuple[str, Any]]:
    if type(value) in (list, tuple):
        return [(f"{name}[{place}]", inner) for place, inner in enumerate(value[:_PARTS])]
    if fields := _fields(value):
        return [(f"{name}.{field}", inner) for field, inner in islice(fields.items(), _PARTS)]
    return [(_of(name, part), inner) for part, inner in islice(_own(value, "_modules"), _PARTS)]


def _fields(value: Any) -> dict[str, Any]:
    """Return the attributes of a named tuple or a dataclass, bypassing its class's own attribute access."""
    kind = type(value)
    names = kind.__dict__.get("_fields")
    if issubclass(kind, tuple) and type(names) is tuple:
        return dict(zip(names, tuple.__iter__(value), strict=False))
    if type(kind.__dict__.get("__dataclass_fields__")) is dict:
        try:
            own = object.__getattribute__(value, "__dict__")
        except AttributeError:
            return {}
        return {name: own[name] for name in kind.__dict__["__dataclass_fields__"] if name in own}
    return {}


def _of(name: str, part: str) -> str:
    return f"{name}[{part}]" if part.isdigit() else f"{name}.{part}"


def _own(value: Any, table: str) -> Iterator[tuple[str, Any]]:
    """Yield a module's own entries in one of its tables: in `_parameters` of a linear layer, `weight` and `bias`."""
    torch = sys.modules.get("torch")
    if torch is None or not issubclass(type(value), torch.nn.Module):
        return
    for name, inner in (value.__dict__.get(table) or {}).items():
        if inner is not None:
            yield name, inner


def _operand(name: str, value: Any) -> Operand:
    kind = type(value)
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and issubclass(kind, torch.Tensor):
        try:
            shape = tuple(torch.Tensor.shape.__get__(value))  # bypassing the value's own __torch_function__
            dtype = str(torch.Tensor.dtype.__get__(value)).removeprefix("torch.")
            return Operand(
                name=name,
                shape=shape,
                dtype=dtype,
                device=str(torch.Tensor.device.__get__(value)),
                type=kind.__name__,
                computed=not torch.Tensor.is_leaf.__get__(value),
            )
        except Exception as error:  # an odd tensor is named without its figures
            return Operand(name=name, type=f"{kind.__name__} ({type(error).__name__})")
    if numpy is not None and issubclass(kind, numpy.ndarray):
        return Operand(
            name=name, shape=tuple(value.shape), dtype=str(value.dtype), device="cpu", type=kind.__name__
        )
    return Operand(
        name=name,
        type=kind.__name__,
        text=_text(value),
        length=_length(value),
        keys=_keys(value),
        own=kind.__module__ == "__main__",
    )


def _text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return repr(value) if len(value) < _TEXT else ""
    return repr(value) if kind in (bool, float) or (kind is int and value.bit_length() < _TEXT) else ""


def _length(value: Any) -> int | None:
    if type(value) in (list, tuple, set, frozenset, str, bytes, range, *_DICTIONARIES):
        return len(value)
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(type(value), torch.nn.Sequential | torch.nn.ModuleList):
        return len(value.__dict__["_modules"])
    return None


_DICTIONARIES = (dict, OrderedDict, defaultdict, Counter)


def _keys(value: Any) -> tuple[str, ...]:
    """Return the keys of a dictionary, or the columns of a table of pandas."""
    if type(value) in _DICTIONARIES:
        keys = list(islice(value, _KEYS))
    elif (pandas := sys.modules.get("pandas")) is not None and type(value) is getattr(
        pandas, "DataFrame", None
    ):
        keys = list(value.columns[:_KEYS])
    else:
        return ()
    plain = [key for key in keys if type(key) in (str, int, float, bool)]
    return tuple(repr(key)[:_TEXT] for key in plain) if len(plain) == len(keys) else ()
