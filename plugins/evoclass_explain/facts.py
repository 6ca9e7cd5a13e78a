"""What an error report knows: the learner's names with their shapes, types and devices."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from evoclass.protocol import ErrorReport, Operand

Shape = tuple[int, ...]

_PRODUCTS = frozenset(("matmul", "mm", "bmm", "mv", "dot"))


@dataclass(frozen=True, slots=True)
class Layer:
    """A module that took part, with its weight."""

    name: str
    type: str
    weight: Operand | None


class Facts:
    """The values named where the program failed."""

    def __init__(self, error: ErrorReport) -> None:
        self.error = error

    @cached_property
    def layers(self) -> Sequence[Layer]:
        """Modules that hold a weight themselves; the one that failed inside another one comes first."""
        by_name = {operand.name: operand for operand in self.error.operands}
        found = [
            Layer(operand.name, operand.type, by_name.get(f"{operand.name}.weight"))
            for operand in self.error.operands
            if operand.shape is None and f"{operand.name}.weight" in by_name
        ]
        return sorted(found, key=lambda layer: layer.name != self.error.module)

    @cached_property
    def tensors(self) -> Sequence[Operand]:
        """Tensors that are no layer's parameters, in the order of the expression."""
        own = tuple(f"{layer.name}." for layer in self.layers)
        return [
            operand
            for operand in self.error.operands
            if operand.shape is not None and not (own and operand.name.startswith(own))
        ]

    @property
    def expression(self) -> str:
        """The learner's own expression that failed."""
        return self.error.source[self.error.column : self.error.end_column or None]

    @cached_property
    def factors(self) -> tuple[Operand, Operand] | None:
        """The two tensors that this expression multiplies just as they are, neither transposed nor cut on the way."""
        try:
            node = ast.parse(self.expression.strip(), mode="eval").body
        except SyntaxError:
            return None
        match node:
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                pass
            case ast.Call(func=function, args=[left, right]) if _called(function) in _PRODUCTS:
                pass
            case ast.Call(func=ast.Attribute(value=left, attr=name), args=[right]) if name in _PRODUCTS:
                pass
            case _:
                return None
        known = {own.name: own for own in self.error.operands if own.shape is not None}
        first, second = known.get(ast.unparse(left)), known.get(ast.unparse(right))
        return (first, second) if first is not None and second is not None else None

    def calls(self, name: str) -> bool:
        """Whether the learner's own expression calls this; else something on the way down did."""
        return f"{name}(" in self.expression

    def layer(self, weight: Shape | None = None) -> Layer | None:
        """Return the layer whose weight has this shape, or if any shape will do the first one."""
        for layer in self.layers:
            if weight is None or (layer.weight is not None and layer.weight.shape == weight):
                return layer
        return None

    def tensor(self, shape: Shape, but: Operand | None = None) -> Operand | None:
        """Return the tensor of this shape."""
        return next((own for own in self.tensors if own.shape == shape and own is not but), None)

    def rows_of(self, count: int, length: int) -> Operand | None:
        """Return the tensor that has `count` vectors of `length` numbers, whatever its leading axes are."""
        for own in self.tensors:
            assert own.shape is not None
            if own.shape and own.shape[-1] == length and math.prod(own.shape[:-1]) == count:
                return own
        return None

    def leading(self, size: int, but: Operand | None = None) -> Operand | None:
        """Return the tensor whose first axis has this size."""
        return next(
            (own for own in self.tensors if own.shape and own.shape[0] == size and own is not but), None
        )


def _called(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]


def sizes(text: str) -> Shape:
    """Return the numbers of `[8, 3, 3]`, `torch.Size([4, 1])` or `64x20`."""
    digits = "".join(character if character.isdigit() else " " for character in text)
    return tuple(int(part) for part in digits.split())


def shape_text(shape: Sequence[int] | None) -> str:
    """Return `7 × 1280`; no axes are `()`."""
    return " × ".join(map(str, shape or ())) or "()"


def named(operand: Operand | None, shape: Sequence[int] | None = None) -> str:
    """Return `` `x` (64 × 20) ``, or the shape alone for a value without a name."""
    if operand is not None:
        return f"`{operand.name}` ({shape_text(operand.shape)})"
    return f"({shape_text(shape)})"


def readable_bytes(count: float) -> str:
    """Return `64 TB` for a number of bytes."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


_DTYPES = {
    "Float": "float32",
    "Double": "float64",
    "Half": "float16",
    "BFloat16": "bfloat16",
    "Long": "int64",
    "Int": "int32",
    "Short": "int16",
    "Char": "int8",
    "Byte": "uint8",
    "Bool": "bool",
    "unsigned char": "uint8",
    "signed char": "int8",
    "long": "int64",
    "long int": "int64",
    "long long": "int64",
    "c10::Half": "float16",
    "c10::BFloat16": "bfloat16",
}

CONVERSIONS = {
    "float32": ".float()",
    "float64": ".double()",
    "float16": ".half()",
    "bfloat16": ".bfloat16()",
    "int64": ".long()",
    "int32": ".int()",
    "bool": ".bool()",
}
"""Method that converts to a type."""


def dtype(word: str) -> str:
    """Return `float32` for the words that PyTorch uses in messages: `Float`, `float`, `torch.FloatTensor`."""
    word = word.strip().removeprefix("torch.").removeprefix("cuda.").removesuffix("Tensor")
    return _DTYPES.get(word) or _DTYPES.get(word.capitalize()) or word
