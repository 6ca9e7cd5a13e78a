"""The learner's expression that failed, taken apart: the function that it calls, and its direct operands."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_LONGEST = 60
_PLAIN = (ast.Name, ast.Attribute, ast.Subscript)
_CLOSED = (*_PLAIN, ast.Call, ast.Constant, ast.List, ast.Tuple, ast.Dict)


class Expression:
    """One expression, or one assignment in place; empty for text that cannot be parsed."""

    def __init__(self, source: str) -> None:
        self.source = source.strip()
        self.node = _read(self.source)

    @property
    def call(self) -> ast.Call | None:
        """The expression itself if it is a call."""
        return self.node if isinstance(self.node, ast.Call) else None

    @property
    def function(self) -> str:
        """The called function as the learner wrote it: `F.cross_entropy`, `self.fc`, or nothing."""
        return text(self.call.func) if self.call is not None else ""

    @property
    def called(self) -> str:
        """The last name of the called function: `cross_entropy`, `fc`."""
        function = self.call.func if self.call is not None else None
        if isinstance(function, ast.Attribute):
            return function.attr
        return function.id if isinstance(function, ast.Name) else ""

    @property
    def receiver(self) -> ast.expr | None:
        """The object before the method: `model(x)` in `model(x).numpy()`."""
        function = self.call.func if self.call is not None else None
        return function.value if isinstance(function, ast.Attribute) else None

    def argument(self, place: int, *names: str) -> ast.expr | None:
        """Return the argument at a place, or the one that was passed by one of these names."""
        if self.call is None or any(isinstance(given, ast.Starred) for given in self.call.args):
            return None
        if place < len(self.call.args):
            return self.call.args[place]
        return next((given.value for given in self.call.keywords if given.arg in names), None)

    @property
    def pieces(self) -> Sequence[ast.expr]:
        """Its direct operands, from left to right; the arguments of an inner call are not included."""
        node = self.node
        if isinstance(node, ast.Call):
            before = [] if self.receiver is None else [self.receiver]
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            return [*before, *(piece for argument in given for piece in _members(argument))]
        if isinstance(node, ast.BinOp):
            return [node.left, node.right]
        if isinstance(node, ast.Compare):
            return [node.left, *node.comparators]
        if isinstance(node, ast.AugAssign):
            return [node.target, node.value]
        if isinstance(node, ast.Subscript):
            return [node, node.value]
        if isinstance(node, ast.UnaryOp):
            return [node.operand]
        return [node] if isinstance(node, ast.expr) else []

    @property
    def pair(self) -> tuple[ast.expr, ast.expr] | None:
        """The two operands that it combines: `a + b`, `a == b`, `a += b`, `torch.add(a, b)`, `a.add(b)`."""
        node = self.node
        if isinstance(node, ast.Compare) and len(node.comparators) > 1:
            return None
        if isinstance(node, ast.BinOp | ast.Compare | ast.AugAssign):
            first, second = self.pieces
            return first, second
        if isinstance(node, ast.Call) and not node.keywords and not any(map(_is_starred, node.args)):
            if len(node.args) == 2:
                return node.args[0], node.args[1]
            if len(node.args) == 1 and self.receiver is not None:
                return self.receiver, node.args[0]
        return None

    @property
    def backward(self) -> str:
        """NAME in `NAME.backward()`; if the method does not exist, the expression ends before the parentheses."""
        method = self.call.func if self.call is not None else self.node
        if isinstance(method, ast.Attribute) and method.attr == "backward" and is_plain(method.value):
            return text(method.value)
        return ""


def text(node: ast.AST | None) -> str:
    """Return an expression in one line, or an empty string if it is too long to be repeated in a sentence."""
    written = ast.unparse(node) if node is not None else ""
    return written if len(written) <= _LONGEST and "\n" not in written else ""


def closed(node: ast.AST | None) -> str:
    """Return an expression so that a method can be called on it: `(x * 2)` for `x * 2`."""
    written = text(node)
    return f"({written})" if written and not isinstance(node, _CLOSED) else written


def is_plain(node: ast.AST | None) -> bool:
    """Whether this is a name, an attribute of one or an item of one, without any call."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name)


def _read(source: str) -> ast.AST | None:
    try:
        # Inside the program's own parentheses it may span several lines, and end in a comment.
        return ast.parse(f"(\n{source}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        pass
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    return body[0] if len(body) == 1 else None


def _members(node: ast.expr) -> Sequence[ast.expr]:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else [node]


def _is_starred(node: ast.expr) -> bool:
    return isinstance(node, ast.Starred)
