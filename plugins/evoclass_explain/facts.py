"""The facts in an error report: the learner's names with their shapes, types and devices."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from evoclass.protocol import ErrorReport, Named, Operand, Origin
from evoclass.quantities import shape_text
from evoclass_explain.expression import Expression, is_plain

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
        """Modules with their own weight; one that failed inside another comes first."""
        found = [
            Layer(operand.name, operand.type, self._known.get(f"{operand.name}.weight"))
            for operand in self.error.operands
            if operand.shape is None and f"{operand.name}.weight" in self._known
        ]
        return sorted(found, key=lambda layer: layer.name != self.error.module)

    @cached_property
    def tensors(self) -> Sequence[Operand]:
        """Tensors that are not a layer's parameters, in the order of the expression, at any depth."""
        own = tuple(f"{layer.name}." for layer in self.layers)
        return [
            operand for name, operand in self._known.items() if not (own and operand.name.startswith(own))
        ]

    @cached_property
    def _known(self) -> Mapping[str, Operand]:
        return {operand.name: operand for operand in self.error.operands if operand.shape is not None}

    @cached_property
    def expression(self) -> Expression:
        """The learner's own expression that failed."""
        return Expression(self.error.expression)

    @property
    def is_raised(self) -> bool:
        """Whether the learner's own program raised it; its message may use PyTorch's words with another meaning."""
        return self.expression.source.startswith("raise")

    @property
    def is_own(self) -> bool:
        """Whether one of the learner's own lines raised it, not a library below."""
        files = re.findall(r'^  File "([^"]+)", line', self.error.traceback, re.MULTILINE)
        return not files or files[-1] == self.error.file

    @cached_property
    def below(self) -> Sequence[str]:
        """Files of the calls below the learner's deepest line, with forward slashes."""
        files = re.findall(r'^  File "([^"]+)", line', self.error.traceback, re.MULTILINE)
        own = [place for place, file in enumerate(files) if file == self.error.file]
        return [file.replace("\\", "/") for file in files[own[-1] + 1 :]] if own else []

    @property
    def calls_module(self) -> bool:
        """Whether the learner's line called a model or a layer whose `forward` could not even begin."""
        return bool(self.below) and all(file.endswith("torch/nn/modules/module.py") for file in self.below)

    def is_code(self, node: ast.AST | None, *kinds: str) -> Named | None:
        """Return the class, function or module that has this name."""
        name = ast.unparse(node) if node is not None else ""
        return next((own for own in self.error.named if own.name == name and own.kind in kinds), None)

    def value(self, node: ast.AST | None) -> Operand | None:
        """Return the known facts about the value with this name, tensor or not."""
        name = ast.unparse(node) if node is not None and is_plain(node) else ""
        return next((own for own in self.error.operands if own.name == name), None)

    def origin(self, node: ast.AST | None) -> Origin | None:
        """Return the origin of this value, from the learner's source."""
        name = ast.unparse(node) if node is not None else ""
        return next((own for own in self.error.origins if own.name == name), None)

    @cached_property
    def statement(self) -> ast.AST | None:
        """The statement around the expression that failed."""
        return Expression(self.error.statement).node if self.error.statement else None

    def went_through(self, place: str) -> bool:
        """Whether code in files of this kind was running: `torch/optim/`."""
        return place in self.error.traceback.replace("\\", "/")

    def tensor_of(self, node: ast.AST | None) -> Operand | None:
        """Return the tensor with this name."""
        return self._known.get(ast.unparse(node)) if node is not None and is_plain(node) else None

    def argument(self, place: int, *names: str) -> Operand | None:
        """Return the tensor that was passed unchanged at this place or by one of these names."""
        return self.tensor_of(self.expression.argument(place, *names))

    @cached_property
    def direct(self) -> Sequence[Operand]:
        """Tensors that are direct operands of the failed expression; `x` in `loss(model(x), y)` is not one of them."""
        found = [self.tensor_of(piece) for piece in self.expression.pieces]
        return list({own.name: own for own in found if own is not None}.values())

    @cached_property
    def factors(self) -> tuple[Operand, Operand] | None:
        """The two tensors that this expression multiplies unchanged, neither transposed nor sliced."""
        if not self.is_product or self.expression.pair is None:
            return None
        first, second = map(self.tensor_of, self.expression.pair)
        return (first, second) if first is not None and second is not None else None

    @property
    def is_product(self) -> bool:
        """Whether the failed expression is a matrix product."""
        node = self.expression.node
        if isinstance(node, ast.BinOp | ast.AugAssign):
            return isinstance(node.op, ast.MatMult)
        return self.expression.called in _PRODUCTS

    @cached_property
    def layer(self) -> Layer | None:
        """The layer that failed: the one that was running, or else the one that the expression calls."""
        wanted = self.error.module or self.expression.function
        return next((layer for layer in self.layers if layer.name == wanted), None)

    @property
    def running(self) -> Operand | None:
        """The module that failed, whether or not it has a weight; only its name and its type are known."""
        wanted = self.error.module or self.expression.function
        return next((own for own in self.error.operands if own.shape is None and own.name == wanted), None)

    def type_of(self, node: ast.AST | None) -> str:
        """Return the class name of the value with this name."""
        name = ast.unparse(node) if node is not None and is_plain(node) else ""
        return next((own.type for own in self.error.operands if own.name == name), "")

    @property
    def calls_layer(self) -> bool:
        """Whether the learner's own expression calls the layer that failed, rather than code below it."""
        return self.layer is not None and self.layer.name == self.expression.function

    @property
    def is_first(self) -> bool:
        """Whether the layer that failed gets the value that the expression passes on: `model[0]` of `model(x)`."""
        function, name = self.expression.function, self.running.name if self.running is not None else ""
        return bool(function and name) and re.fullmatch(re.escape(function) + r"(\[0\])*", name) is not None

    @property
    def given(self) -> Operand | None:
        """The input of the layer that failed, if the learner's own expression names it."""
        return self.argument(0, "input", "x") if self.is_first else None


def sizes(text: str) -> Shape:
    """Return the numbers of `[8, 3, 3]`, `torch.Size([4, 1])` or `64x20`."""
    digits = "".join(character if character.isdigit() else " " for character in text)
    return tuple(int(part) for part in digits.split())


def named(operand: Operand | None, shape: Sequence[int] | None = None) -> str:
    """Return `` `x` (64 × 20) ``, or the shape alone for a value without a name."""
    sizes = shape_text((operand.shape if operand is not None else shape) or ())
    sizes = sizes if sizes == "()" else f"({sizes})"
    return f"`{operand.name}` {sizes}" if operand is not None else sizes


def is_picture(kind: str) -> bool:
    """Return whether a class name is one of Pillow's: `Image`, `JpegImageFile`."""
    return kind == "Image" or kind.endswith("ImageFile")


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
    word = word.removeprefix("CPU").removesuffix("Type")
    return _DTYPES.get(word) or _DTYPES.get(word.capitalize()) or word
