"""One row for one value: which of a value's names its row uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from functools import cached_property

from evoclass.inspecting.scope import OURS

_ROOT = re.compile(r"[.\[]")


class Aliases:
    """Chooses among the names that lead to the same object.

    Names that the lesson pins come first, then plain names.  Loop variables and function parameters name a value only
    for a moment, and programs seldom write an element of a list.
    """

    def __init__(self, source: str, pins: Collection[str] = ()) -> None:
        self._source = source
        self.pins = frozenset(pins)
        """The names that the lesson pins."""

    def other(self, names: Sequence[str], own: Collection[str], lasts: bool) -> list[str]:
        """Return the names that get no row.

        `own` are the program's global names.  A value that `lasts` is named by its place in a list or an object rather
        than by a temporary name; a passing value is not.
        """
        best = min(names, key=lambda name: self._rank(name, own, lasts))
        return [name for name in names if name is not best and name not in self.pins]

    def _rank(self, name: str, own: Collection[str], lasts: bool) -> tuple[int, bool, bool, int, int]:
        root = _ROOT.split(name, maxsplit=1)[0]
        passing = root in self._passing
        if name in self.pins:
            rank = 0
        elif self._is_pinned(name):
            rank = 1
        elif name == root:
            rank = 2 if not passing else 4
        else:
            rank = 3 if lasts else 5
        return rank, passing, root not in own, name.count("["), len(name)

    def _is_pinned(self, name: str) -> bool:
        """Whether the lesson pins a part of this expression, or an expression that contains it."""
        return any(
            long.startswith((f"{short}.", f"{short}["))
            for pin in self.pins
            for long, short in ((name, pin), (pin, name))
        )

    @cached_property
    def _passing(self) -> frozenset[str]:
        """Names of loop variables, and of parameters that are never assigned."""
        try:
            tree = ast.parse(self._source, OURS)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return frozenset()
        turns: set[str] = set()
        parameters: set[str] = set()
        assigned: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                turns.update(part.id for part in ast.walk(node.target) if isinstance(part, ast.Name))
            elif isinstance(node, ast.arg):
                parameters.add(node.arg)
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                assigned.update(
                    part.id
                    for target in targets
                    for part in ast.walk(target)
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
                )
        return frozenset(turns | (parameters - assigned))
