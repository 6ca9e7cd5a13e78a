"""`:::{shape}`: the shape of a tensor, sizes as numbers or as symbols: `(N, 512)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import permutations
from typing import ClassVar, Self

from evoclass.directive import Directive
from evoclass.exercise import Answer, Bench, Exercise, Feedback, Field, Text, Verdict
from evoclass.frozen import frozen
from evoclass.model import Span

FIELD = "shape"

MAX_AXES = 16
MAX_TEXT = 1000
_SEPARATOR = re.compile(r"\s*[,×]\s*|\s+[xX]\s+|(?<=\d)[xX](?=\d)|\s+")
_PRIMES = (
    (1009, 2003, 3001, 4001, 5003, 6007, 7001, 8009),
    (9001, 1013, 2011, 3011, 4003, 5009, 6011, 7013),
)
"""Sizes that replace the symbols when two expressions are compared; two sets, to rule out chance equality."""


@frozen
class Size:
    """One axis, as an expression."""

    text: str

    @cached_property
    def tree(self) -> ast.expr:
        """Its expression."""
        return ast.parse(self.text, mode="eval").body

    @property
    def names(self) -> frozenset[str]:
        """Its symbols."""
        return frozenset(node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name))

    def value(self, sizes: Mapping[str, int]) -> Fraction:
        """Return its value.  Raises ValueError when it has none."""
        return _value(self.tree, sizes)


def read_shape(text: str) -> tuple[Size, ...] | None:
    """Return the axes that a learner or author wrote, or None when it is not a shape.

    `(N, 512)`, `[N, 512]`, `N × 512`, `N x 512` and `torch.Size([32, 512])` are all accepted; `()` has no axis.
    """
    text = text.strip().strip("`").strip()
    if len(text) > MAX_TEXT:
        return None
    text = re.sub(r"^(?:torch\.)?Size\s*\((.*)\)$", r"\1", text).strip()
    bracketed = re.fullmatch(r"[(\[{](.*)[)\]}]", text, re.DOTALL)
    inner = bracketed[1].strip() if bracketed and _balanced(bracketed[1]) else text
    if not inner:
        return () if bracketed else None
    tight = re.sub(r"\s*([-+*/])\s*", r"\1", inner)
    parts = _SEPARATOR.split(tight.strip().rstrip(",").strip())
    if len(parts) > MAX_AXES:
        return None
    sizes = [_size(part) for part in parts]
    return None if None in sizes else tuple(size for size in sizes if size is not None)


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            return False
    return depth == 0


def _size(text: str) -> Size | None:
    if len(text) > 60:
        return None
    try:
        tree = ast.parse(text, mode="eval").body
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        _value(tree, dict.fromkeys(names, 1))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    except ZeroDivisionError:
        pass
    return Size(text)


def _value(node: ast.expr, sizes: Mapping[str, int]) -> Fraction:
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool) and value < 10**12:
            return Fraction(value)
        case ast.Name(id=name):
            return Fraction(sizes[name])
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _value(left, sizes) + _value(right, sizes)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _value(left, sizes) - _value(right, sizes)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _value(left, sizes) * _value(right, sizes)
        case ast.BinOp(left=left, op=ast.Div() | ast.FloorDiv(), right=right):
            return _value(left, sizes) / _value(right, sizes)
    raise ValueError("not a size")


@frozen
class ShapeQuestion(Exercise):
    """Ask for the shape of a tensor; a symbol may have any name, if it is used consistently."""

    kind: ClassVar[str] = "shape"
    options: ClassVar[dict[str, str]] = {
        "answer": "The right shape; sizes that are not fixed are symbols: `(N, 512)`.",
        "accept": "Another right shape; repeat it for more.",
    }
    repeatable: ClassVar[frozenset[str]] = frozenset({"accept"})
    fixed: ClassVar[frozenset[str]] = frozenset({"answer", "accept"})

    accepted: tuple[tuple[Size, ...], ...]
    answer: str

    @classmethod
    def parse(cls, block: Directive) -> Self:
        texts = (block.require("answer"), *block.all("accept"))
        shapes = []
        for text in texts:
            shape = read_shape(text)
            if shape is None:
                option = "answer" if text == texts[0] else "accept"
                raise block.not_allowed(option, text, "(N, 512), (3, H, W), ()")
            shapes.append(shape)
        return cls(tuple(shapes), texts[0].strip())

    def form(self) -> Sequence[Field]:
        return [Text(name=FIELD, placeholder="( … , … )")]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        value = answer.get(FIELD)
        given = read_shape(value) if isinstance(value, str) and value.strip() else None
        if given is None:
            return Verdict.incomplete(Feedback((Span(bench.text("shape.not_a_shape")),), False, FIELD))
        best = max(
            (_matches(shape, given) for shape in self.accepted), key=lambda axes: (all(axes), sum(axes))
        )
        if len(best) == len(given) and all(best):
            return Verdict.right()
        if all(len(shape) != len(given) for shape in self.accepted):
            key = "shape.too_few_axes" if len(given) < len(self.accepted[0]) else "shape.too_many_axes"
            return Verdict.wrong(Feedback((Span(bench.text(key)),), False, FIELD))
        feedback = [
            Feedback((Span(bench.text(_key(right), axis=axis, size=size.text)),), right, FIELD)
            for axis, (right, size) in enumerate(zip(best, given, strict=True))
        ]
        return Verdict.wrong(*feedback, score=sum(best) / len(best) if best else 0.0)

    def solution(self) -> Answer:
        return {FIELD: self.answer}


def _key(right: bool) -> str:
    return "shape.axis_right" if right else "shape.axis_wrong"


def _matches(wanted: Sequence[Size], given: Sequence[Size]) -> list[bool]:
    """Return for each axis whether it is right, under the renaming of symbols that makes most of them so."""
    if len(wanted) != len(given):
        return [False] * max(len(wanted), len(given))
    best = [False] * len(wanted)
    for renaming in _renamings(wanted, given):
        axes = [_same(left, right, renaming) for left, right in zip(wanted, given, strict=True)]
        if sum(axes) > sum(best):
            best = axes
    return best


def _renamings(wanted: Sequence[Size], given: Sequence[Size]) -> Iterator[dict[str, str]]:
    """Yield the ways to read the learner's symbols as the author's; a name that both use keeps its meaning."""
    ours = sorted(frozenset().union(*(size.names for size in wanted)))
    theirs = sorted(frozenset().union(*(size.names for size in given)))
    shared = {name: name for name in theirs if name in ours}
    free = [name for name in ours if name not in shared]
    unknown = [name for name in theirs if name not in shared]
    if max(len(unknown), len(free)) > 6:
        yield shared
    elif len(unknown) <= len(free):
        for choice in permutations(free, len(unknown)):
            yield shared | dict(zip(unknown, choice, strict=True))
    else:
        for choice in permutations(unknown, len(free)):
            yield shared | dict(zip(choice, free, strict=True))


def _same(wanted: Size, given: Size, renaming: Mapping[str, str]) -> bool:
    names = sorted(wanted.names | set(renaming.values()))
    for primes in _PRIMES:
        sizes = {name: primes[place % len(primes)] for place, name in enumerate(names)}
        own = {name: sizes[renaming[name]] for name in given.names if name in renaming}
        try:
            if len(own) != len(given.names) or wanted.value(sizes) != given.value(own):
                return False
        except (ZeroDivisionError, KeyError):
            return False
    return True
