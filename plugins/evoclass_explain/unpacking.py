"""Values that are unpacked into names: too many, too few, or not unpackable."""

from __future__ import annotations

import ast
import re

from evoclass.protocol import Operand
from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, named
from evoclass_explain.rules import Rule, Said

_PIECES = frozenset(("chunk", "split", "unbind", "tensor_split"))
_STATES = {"LSTM": "unpack.lstm", "GRU": "unpack.gru", "RNN": "unpack.gru"}


def _count(facts: Facts, match: re.Match[str]) -> Said | None:
    """Name the right side; PyTorch's own unpacking is not the learner's."""
    if not facts.is_own:
        return None
    wanted = int(match[1])
    got = match[2] if match.re.groups > 1 and match[2] else ""
    fields: dict[str, object] = {"wanted": wanted, "got": got}
    target, value = _sides(facts)
    if value is None:
        return Said("unpack", fields, what="unpack.counted" if got else "unpack.more")
    loop = isinstance(facts.statement, ast.For | ast.AsyncFor)
    same = text(target).strip("()") == facts.expression.source.strip("()")
    return _loop(facts, fields, value, same) if loop else _assigned(facts, fields, value, same)


def _sides(facts: Facts) -> tuple[ast.AST | None, ast.AST | None]:
    statement = facts.statement
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return statement.targets[0], statement.value
    if isinstance(statement, ast.For | ast.AsyncFor):
        return statement.target, statement.iter
    return None, None


def _assigned(facts: Facts, fields: dict[str, object], value: ast.AST, same: bool) -> Said:
    wanted, got = fields["wanted"], fields["got"]
    shaped = _shaped(facts, value)
    if shaped is not None and same:
        count = len(shaped.shape or ())
        fields |= {"given": named(shaped), "got": count, "name": shaped.name}
        return Said("unpack", fields, "unpack.sizes", "unpack.shape")
    if isinstance(value, ast.Call):
        kind = facts.type_of(value.func)
        if kind in _STATES:
            return Said("unpack", fields | {"layer": text(value.func)}, _STATES[kind], "unpack.recurrent")
        if text(value.func).rpartition(".")[2] in _PIECES and same:
            return Said("unpack", fields, what="unpack.counted" if got else "unpack.more")
        if facts.is_code(value.func, "function") is not None and same:
            fields["function"] = text(value.func)
            return Said("unpack", fields, "unpack.function", "unpack.counted" if got else "unpack.more")
    own = facts.value(value)
    if own is not None and own.length is not None and same and own.length != wanted:
        fields |= {"name": own.name, "got": own.length, "type": own.type}
        return Said("unpack", fields, what="unpack.known")
    if own is not None and own.shape and same:
        fields |= {"given": named(own), "got": own.shape[0]}
        return Said("unpack", fields, "unpack.rows", "unpack.tensor")
    return Said("unpack", fields, what="unpack.counted" if got else "unpack.more")


def _shaped(facts: Facts, value: ast.AST) -> Operand | None:
    """Return the tensor whose sizes are unpacked: `x` in `x.shape` and `x.size()`."""
    if isinstance(value, ast.Call) and not value.args and isinstance(value.func, ast.Attribute):
        value = value.func
        return facts.tensor_of(value.value) if value.attr == "size" else None
    return (
        facts.tensor_of(value.value) if isinstance(value, ast.Attribute) and value.attr == "shape" else None
    )


def _loop(facts: Facts, fields: dict[str, object], value: ast.AST, same: bool) -> Said:
    what = "unpack.turn_counted" if fields["got"] else "unpack.turn_more"
    own = facts.value(value)
    if own is not None and own.type in ("dict", "OrderedDict", "defaultdict", "Counter") and same:
        return Said("unpack", fields | {"name": own.name}, "unpack.items", "unpack.keys")
    called = text(value.func) if isinstance(value, ast.Call) else ""
    if called == "enumerate" and not same and isinstance(value, ast.Call) and value.args:
        own = facts.value(value.args[0])
    if (own is not None and own.type == "DataLoader") or called.rpartition(".")[2] == "DataLoader":
        if fields["got"] == "1" and same:
            return Said("unpack", fields, "unpack.batch_of_one", what)
        return Said("unpack", fields, "unpack.batch", what)
    if own is not None and own.type in ("list", "tuple") and fields["wanted"] == 2 and same:
        kinds = {part.type for part in facts.error.operands if part.name.startswith(f"{own.name}[")}
        if kinds == {"str"}:
            return Said("unpack", fields | {"name": own.name}, "unpack.pairs", "unpack.texts")
    return Said("unpack", fields, "unpack.look_turn", what)


def _single(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = match[1].rpartition(".")[2]
    if not facts.is_own or kind == "NoneType":
        return None
    target, value = _sides(facts)
    fields: dict[str, object] = {"type": kind}
    if isinstance(facts.statement, ast.For | ast.AsyncFor) and target is not None:
        pair = isinstance(target, ast.Tuple) and len(target.elts) == 2 and text(value)
        same = text(target).strip("()") == facts.expression.source.strip("()")
        if pair and same and "enumerate(" not in text(value):
            return Said(
                "unpack_single",
                fields | {"name": text(value)},
                "unpack_single.enumerate",
                "unpack_single.turn",
            )
        return Said("unpack_single", fields, "unpack_single.one_name", "unpack_single.turn")
    if isinstance(value, ast.Call) and facts.is_code(value.func, "function") is not None:
        return Said("unpack_single", fields | {"function": text(value.func)}, "unpack_single.function")
    return Said("unpack_single", fields, "unpack_single.one_name")


RULES = (
    Rule(r"^not enough values to unpack \(expected (?:at least )?(\d+), got (\d+)\)", _count),
    Rule(r"^too many values to unpack \(expected (\d+)(?:, got (\d+))?\)", _count),
    Rule(r"^cannot unpack non-iterable (\S+) object", _single),
)
"""Unpacking."""
