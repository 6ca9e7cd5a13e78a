"""Arithmetic in lessons: what `{{features * 7 + 7}}` gives.  A closed language: reading a lesson runs no code."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

MAX_BITS = 4096
"""Largest whole number that an expression may reach."""

MAX_TEXT = 2000

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "float": float,
    "floor": math.floor,
    "gcd": math.gcd,
    "int": int,
    "len": len,
    "log": math.log,
    "log2": math.log2,
    "max": max,
    "min": min,
    "prod": math.prod,
    "round": round,
    "sqrt": math.sqrt,
    "str": str,
    "sum": sum,
}
CONSTANTS: dict[str, Any] = {"e": math.e, "pi": math.pi, "True": True, "False": False}


class ArithmeticFault(ValueError):
    """An expression that is not of the little language, or has no value."""


def evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    """Return the value of `expression`.  Raises ArithmeticFault with the reason in words."""
    try:
        tree = ast.parse(expression.strip(), mode="eval")
        return _value(tree.body, names)
    except ArithmeticFault:
        raise
    except SyntaxError as error:
        raise ArithmeticFault(error.msg) from None
    except (
        ArithmeticError,
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        RecursionError,
        MemoryError,
    ) as error:
        raise ArithmeticFault(str(error) or type(error).__name__) from None


def shown(value: Any, form: str = "") -> str:
    """Return a value as it stands in prose and code: floats without the noise of their last bits.

    Raises ArithmeticFault when the format does not fit.
    """
    try:
        if form:
            return format(value, form)
        if isinstance(value, float):
            return f"{value:.12g}"
        return str(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise ArithmeticFault(str(error)) from None


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return _small(value)
        case ast.Name(id=name):
            if name in names:
                return names[name]
            if name in CONSTANTS:
                return CONSTANTS[name]
            raise ArithmeticFault(f"there is no {name!r}")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return _small(_binary(op, _value(left, names), _value(right, names)))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in UNARY:
            return UNARY[type(op)](_value(operand, names))
        case ast.BoolOp(op=op, values=values):
            result: Any = None
            for part in values:
                result = _value(part, names)
                if bool(result) == isinstance(op, ast.Or):
                    return result
            return result
        case ast.Compare(left=left, ops=ops, comparators=comparators) if all(
            type(op) in COMPARE for op in ops
        ):
            first = _value(left, names)
            for comparison, part in zip(ops, comparators, strict=True):
                second = _value(part, names)
                if not COMPARE[type(comparison)](first, second):
                    return False
                first = second
            return True
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _value(test, names) else orelse, names)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return tuple(_value(element, names) for element in elements)
        case ast.Subscript(value=value, slice=index):
            return _value(value, names)[_value(index, names)]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return _small(FUNCTIONS[name](*(_value(argument, names) for argument in arguments)))
    raise ArithmeticFault("only numbers, names, arithmetic, comparisons and simple functions are allowed")


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    number = (int, float)
    if isinstance(op, (ast.Mult, ast.Mod)) and not (isinstance(left, number) and isinstance(right, number)):
        raise ArithmeticFault("only numbers can be multiplied")
    if isinstance(op, ast.Pow) and isinstance(left, int) and isinstance(right, int):
        if abs(right) * max(left.bit_length(), 1) > MAX_BITS:
            raise ArithmeticFault("the number is too large")
    elif isinstance(op, ast.Add) and isinstance(left, tuple):
        raise ArithmeticFault("lists cannot be added")
    return BINARY[type(op)](left, right)


def _small(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise ArithmeticFault("the number is too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise ArithmeticFault("the number is not finite")
    if isinstance(value, complex):
        raise ArithmeticFault("the number is not real")
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ArithmeticFault("the text is too long")
    return value
