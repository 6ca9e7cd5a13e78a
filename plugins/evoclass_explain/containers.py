"""Lists, texts and iterators: their contents, and the effect of brackets and loops on them."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, named
from evoclass_explain.rules import Rule, Said, always, of_own

_STREAMS = ("generator", "map", "zip", "filter", "reversed", "enumerate", "list_iterator", "tuple_iterator")
_VIEWS = (
    "dict_keys",
    "dict_values",
    "dict_items",
    "odict_keys",
    "odict_values",
    "odict_items",
    "set",
    "frozenset",
)
_CODE = ("function", "method", "builtin_function_or_method", "type", "ABCMeta")


def _zero(facts: Facts, match: re.Match[str]) -> Said | None:
    """`loss.data[0]`, `loss[0]` of a single number."""
    node = facts.expression.node
    owner = node.value if isinstance(node, ast.Subscript) else None
    if isinstance(owner, ast.Attribute) and owner.attr == "data":
        owner = owner.value
    name = text(owner)
    return Said("single_number", {"name": name}, "" if name else "single_number.nameless")


def _base(facts: Facts) -> ast.AST | None:
    node = facts.expression.node
    return node.value if isinstance(node, ast.Subscript) else None


def _list_index(facts: Facts, match: re.Match[str]) -> Said | None:
    node = facts.expression.node
    name = text(_base(facts))
    inner = text(node.slice) if isinstance(node, ast.Subscript) else ""
    fields: dict[str, object] = {"kind": match[1], "type": match[2], "name": name, "index": inner or "…"}
    hint = {
        "str": "list_key.text",
        "float": "list_key.float",
        "tuple": "list_key.tuple",
        "list": "list_key.list",
        "Tensor": "list_key.tensor",
    }.get(match[2], "")
    return Said("list_key", fields, hint if name else "")


def _subscript(facts: Facts, match: re.Match[str]) -> Said | None:
    kind, base = match[1].rpartition(".")[2], _base(facts)
    name = text(base)
    if not name or kind == "NoneType":
        return None
    known = facts.type_of(base)
    if known and known != kind:
        return None
    fields: dict[str, object] = {"type": kind, "name": name}
    if kind in _STREAMS:
        return Said("no_places", fields, "no_places.stream")
    if kind in _VIEWS:
        return Said("no_places", fields, "no_places.view")
    if kind == "DataLoader":
        return Said("no_places", fields, "no_places.loader")
    if kind in _CODE:
        return Said("no_places", fields, "no_places.call")
    if kind in ("int", "float", "bool"):
        return Said("no_places", fields, "no_places.number")
    if kind.startswith("Axes"):
        return Said("no_places", fields, "no_places.plot")
    return Said("no_places", fields)


def _not_iterator(facts: Facts, match: re.Match[str]) -> Said | None:
    argument = facts.expression.argument(0)
    name = text(argument) or "…"
    hint = "no_iterator.loader" if match[1] == "DataLoader" else ""
    return Said("no_iterator", {"type": match[1], "name": name}, hint)


def _no_length(facts: Facts, match: re.Match[str]) -> Said | None:
    kind, name = match[1], text(facts.expression.argument(0))
    if kind == "NoneType" or not name or facts.expression.function != "len":
        return None
    fields: dict[str, object] = {"type": kind, "name": name}
    if kind in _STREAMS:
        return Said("no_count", fields, "no_count.stream")
    if kind in ("int", "float", "bool"):
        return Said("no_count", fields, "no_count.number")
    if kind in _CODE:
        return Said("no_count", fields, "no_count.call")
    return Said("no_count", fields)


def _loop(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = match[1].rpartition(".")[2]
    node = facts.expression.node
    name = text(node)
    if kind == "NoneType" or isinstance(node, ast.Call):
        name = text(node.args[0]) if isinstance(node, ast.Call) and len(node.args) == 1 else ""
    fields: dict[str, object] = {"type": kind, "name": name}
    if kind == "int" and isinstance(node, ast.Call) and text(node.func) == "len" and text(node):
        return Said("not_iterable", fields | {"name": text(node)}, "not_iterable.range")
    if kind == "int" and name and not isinstance(node, ast.Call):
        return Said("not_iterable", fields, "not_iterable.range")
    if kind in ("int", "float", "bool"):
        return Said("not_iterable", fields)
    if kind in _CODE:
        return Said("not_iterable", fields, "not_iterable.call", "not_iterable.other")
    if name and any(layer.name == name for layer in facts.layers):
        return Said("not_iterable", fields, "not_iterable.model", "not_iterable.other")
    return Said("not_iterable", fields, "not_iterable.method", "not_iterable.other")


def _assign(facts: Facts, match: re.Match[str]) -> Said | None:
    name, kind = text(_base(facts)), match[1]
    fields: dict[str, object] = {"type": kind, "name": name or "x"}
    hint = {"tuple": "fixed.tuple", "str": "fixed.text", "Size": "fixed.tuple"}.get(kind, "")
    return Said("fixed", fields, hint if name else "")


def _hash(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = match[1].rpartition(".")[2]
    node = facts.expression.node
    index = node.slice if isinstance(node, ast.Subscript) else None
    fields: dict[str, object] = {"type": kind, "name": text(_base(facts)), "index": text(index)}
    reads = not isinstance(facts.statement, ast.Assign) or ast.unparse(facts.statement.targets[0]) != text(
        node
    )
    if kind == "list" and reads and fields["name"] and fields["index"]:
        return Said("no_key_type", fields, "no_key_type.each")  # one value is wanted for each of the keys
    hint = {"list": "no_key_type.list", "dict": "no_key_type.dict", "ndarray": "no_key_type.array"}
    return Said("no_key_type", {"type": kind}, hint.get(kind, ""))


def _range(facts: Facts, match: re.Match[str]) -> Said:
    """An index beyond the end of a list, a tuple or a text, with its length if it is known."""
    node, base = facts.expression.node, _base(facts)
    own = facts.value(base)
    kind = match[1]
    fields: dict[str, object] = {"kind": kind, "name": text(base)}
    if own is None or own.length is None or not fields["name"]:
        return Said("list_index", fields, what="list_index.nameless")
    fields |= {"length": own.length, "last": own.length - 1}
    if own.length == 0:
        return Said("list_index", fields, "list_index.empty", "list_index.nothing")
    index = facts.value(node.slice) if isinstance(node, ast.Subscript) else None
    if index is not None and index.type == "int" and index.text:
        fields |= {"index": index.name, "value": index.text}
        counted = facts.origin(node.slice) is None if isinstance(node, ast.Subscript) else False  # by a loop
        hint = "list_index.off_by_one" if counted and index.text == str(own.length) else "list_index.known"
        return Said("list_index", fields, hint, "list_index.known_what")
    return Said("list_index", fields, "list_index.known")


def _layer_place(facts: Facts, match: re.Match[str]) -> Said | None:
    """`net[3]` of an `nn.Sequential` or an `nn.ModuleList` with fewer layers."""
    own = facts.value(_base(facts))
    if own is None or own.length is None or not facts.below or "container.py" not in facts.below[-1]:
        return None
    fields: dict[str, object] = {"name": own.name, "length": own.length, "last": own.length - 1}
    return Said("list_index", fields, "list_index.known")


def _slice(facts: Facts, match: re.Match[str]) -> Said | None:
    """`dataset[:5]` of a data set that takes one number."""
    node = facts.expression.node
    if facts.is_own or not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Slice):
        return None
    return Said("dataset_slice", {"name": text(node.value) or "…"})


def _beyond(facts: Facts, match: re.Match[str]) -> Said | None:
    """`losses[epoch] = …` of a list that does not have this place yet."""
    name = text(_base(facts))
    return Said("beyond", {"name": name}) if name and facts.is_own else None


def _pop(facts: Facts, match: re.Match[str]) -> Said:
    return Said("pop", {"name": text(facts.expression.receiver) or "…"})


def not_in(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called not in ("index", "remove"):
        return None
    name, value = text(facts.expression.receiver), text(facts.expression.argument(0))
    return Said("not_in", {"name": name or "…", "value": value or "…"})


def _empty(facts: Facts, match: re.Match[str]) -> Said:
    return Said("empty", {"function": match[1], "name": text(facts.expression.argument(0)) or "…"})


def _stop(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.error.type != "StopIteration" or facts.expression.function != "next":
        return None
    return Said("used_up", {"name": text(facts.expression.argument(0)) or "…"})


def _length_assignment(facts: Facts, match: re.Match[str]) -> Said:
    return Said("changed_size", {"type": match[1]})


def _tensor_index(facts: Facts, match: re.Match[str]) -> Said | None:
    """A list is indexed with a tensor that is not a single whole number."""
    node = facts.expression.node
    index = facts.tensor_of(node.slice) if isinstance(node, ast.Subscript) else None
    if index is None or facts.type_of(_base(facts)) not in ("list", "tuple", "str"):
        return None
    fields: dict[str, object] = {"given": named(index), "dtype": index.dtype, "name": index.name}
    fields["list"] = text(_base(facts))
    single = index.shape in ((), (1,))
    return Said("tensor_place", fields, "tensor_place.one" if single else "tensor_place.several")


RULES_FIRST = (
    Rule(r"^Cannot choose from an empty sequence", always("zero_items")),
    Rule(r"^Sample larger than population", always("sample_large")),
    Rule(r"^list assignment index out of range", _beyond),
    Rule(r"^index -?\d+ is out of range$", _layer_place),
    Rule(
        r"not supported between instances of 'slice' and|^(?:an integer is required|.*unhashable type: 'slice')",
        _slice,
    ),
    Rule(r"^invalid index of a 0-dim tensor", _zero),
    Rule(r"^only integer tensors of a single element can be converted to an index", _tensor_index),
)
"""About tensors: tried wherever the error was raised."""

_RULES = (
    Rule(
        r"^(list|tuple|string|str|range object|byte) ?indices must be integers(?: or slices)?, not '?([\w.]+)'?",
        _list_index,
    ),
    Rule(r"^'([\w.]+)' object is not subscriptable", _subscript),
    Rule(r"^type '([\w.]+)' is not subscriptable", _subscript),
    Rule(r"^'([\w.]+)' object is not an iterator", _not_iterator),
    Rule(r"^object of type '([\w.]+)' has no len\(\)", _no_length),
    Rule(r"^'([\w.]+)' object is not iterable", _loop),
    Rule(r"^'([\w.]+)' object does not support item (?:assignment|deletion)", _assign),
    Rule(r"^(?:cannot use '[\w.]+' as a \w+ \w+ \()?unhashable type: '([\w.]+)'", _hash),
    Rule(r"^(list|tuple|string|range object) index out of range", _range),
    Rule(r"^pop from (?:an )?empty", _pop),
    Rule(r"(?:is not in list|x not in list|tuple\.index\(x\): x not in tuple)$", not_in),
    Rule(r"^(min|max)\(\) (?:arg is an empty sequence|iterable argument is empty)", _empty),
    Rule(r"^", _stop),
    Rule(r"^(dictionary|[Ss]et|OrderedDict).* changed (?:size )?during iteration", _length_assignment),
)

RULES = (*map(of_own, _RULES),)
"""Containers."""
