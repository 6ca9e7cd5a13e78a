"""Which rows the table shows, and in what order: tree or sorted list, filter, pins, folds.  No Textual here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple

from evoclass.protocol import Summary
from evoclass_tensors.screen import marks

Order = Literal["tree", "name", "size", "change", "norm", "gradient"]
ORDERS: tuple[Order, ...] = ("tree", "name", "size", "change", "norm", "gradient")

_COLUMNS: dict[str, Order] = {"name": "name", "bytes": "size", "change": "change", "gradient": "gradient"}

PARTS = 8
"""Most parts of a pinned list, dictionary or object that are shown first."""

SMALL = 12
"""A module with at most this many rows below it starts unfolded."""


class TableLine(NamedTuple):
    """One line of the table."""

    name: str
    """Name of the row; its figures are looked up when the line is drawn."""
    depth: int
    label: str
    branch: Literal["", "open", "shut"]
    """Whether there are rows to unfold."""
    pinned: bool = False


@dataclass(slots=True)
class View:
    """The learner's choices of rows to show."""

    order: Order = "tree"
    text: str = ""
    """Filter: every word must be in the name, the kind, the type or the shape."""
    pins: list[str] = field(default_factory=list)
    hide_constant: bool = False
    folds: dict[str, bool] = field(default_factory=dict)
    """Branches that the learner folded (True) or unfolded (False) by hand."""
    trainable: str = ""
    """The interface's word for trained parameters, by which the filter finds them."""
    frozen: str = ""

    @property
    def settled(self) -> bool:
        """Whether the lines stay the same until a row is added or removed."""
        return self.order in ("tree", "name", "size") and not self.text and not self.hide_constant


def lines(rows: Mapping[str, Summary], view: View, changes: Mapping[str, int]) -> list[TableLine]:
    """Return the lines of the table: pinned ones first, then the tree or the sorted list."""
    pinned = [TableLine(name, 0, name, "", True) for name in _pinned(rows, view.pins)]
    if view.text or view.order != "tree":
        found = [row for row in rows.values() if _matches(row, view)]
        if view.hide_constant:
            found = [row for row in found if changes.get(row.name)]
        if view.order != "tree":
            found = sorted(found, key=_KEYS[view.order])
        return (pinned if not view.text else []) + [TableLine(row.name, 0, row.name, "") for row in found]
    shown = {line.name for line in pinned}
    # What stands by itself is shown once; a layer's weight stays in its place in the model, too.
    return pinned + [
        line for line in _tree(rows, view, changes) if line.depth or line.branch or line.name not in shown
    ]


def _pinned(rows: Mapping[str, Summary], pins: Iterable[str]) -> Iterable[str]:
    """Return the rows of the pinned names; of a list, a dictionary or an object those of its first parts."""
    found: dict[str, None] = {}
    for name in pins:
        parts = (row for row in rows if row.startswith((f"{name}[", f"{name}.")))
        found.update(dict.fromkeys((name,) if name in rows else islice(parts, PARTS)))
    return found


def _matches(row: Summary, view: View) -> bool:
    words = view.text.lower().split()
    if not words:
        return True
    text = f"{row.name} {row.kind} {row.type} {row.dtype} {marks.shape(row.shape)} {row.device}".lower()
    if row.kind == "parameter":
        text += f" trainable {view.trainable}" if row.trainable else f" frozen {view.frozen}"
    if marks.bad(row):
        text += " nan inf"
    return all(word in text for word in words)


_KEYS: dict[Order, Callable[[Summary], tuple[float, str]]] = {
    "name": lambda row: (0.0, row.name.lower()),
    "size": lambda row: (-(row.bytes or 0), row.name),
    "change": lambda row: (-(row.change if row.change is not None else -1.0), row.name),
    "norm": lambda row: (-(row.norm if row.norm is not None else -1.0), row.name),
    "gradient": lambda row: (-(row.grad_norm if row.grad_norm is not None else -1.0), row.name),
}


def _tree(rows: Mapping[str, Summary], view: View, changes: Mapping[str, int]) -> list[TableLine]:
    children: dict[str, list[Summary]] = {}
    roots: list[Summary] = []
    for row in rows.values():
        if row.parent and row.parent in rows and row.parent != row.name:
            children.setdefault(row.parent, []).append(row)
        elif not (view.hide_constant and not changes.get(row.name) and row.kind != "module"):
            roots.append(row)
    # Numbers that never change are mostly settings; they are listed below the values that the program works with.
    roots.sort(key=lambda row: row.kind == "scalar" and not changes.get(row.name))
    found: list[TableLine] = []
    seen: set[str] = set()
    stack = [(row, 0) for row in reversed(roots)]
    while stack:
        row, depth = stack.pop()
        if row.name in seen:
            continue
        seen.add(row.name)
        below = children.get(row.name, [])
        if not below:
            found.append(TableLine(row.name, depth, _label(row), ""))
            continue
        shut = view.folds.get(row.name)
        if shut is None:
            shut = folded_at_first(row, children)
        found.append(TableLine(row.name, depth, _label(row), "shut" if shut else "open"))
        if not shut:
            stack += [(child, depth + 1) for child in reversed(below)]
    return found


def inside(rows: Mapping[str, Summary], name: str, most: int = 300) -> list[tuple[int, Summary]]:
    """Return at most `most` parts of a module, with depths: modules, parameters and buffers."""
    children: dict[str, list[Summary]] = {}
    for row in rows.values():
        if row.parent and row.kind in ("module", "parameter", "buffer"):
            children.setdefault(row.parent, []).append(row)
    found: list[tuple[int, Summary]] = []
    seen = {name}
    stack = [(0, row) for row in reversed(children.get(name, ()))]
    while stack and len(found) < most:
        depth, row = stack.pop()
        if row.name not in seen:
            seen.add(row.name)
            found.append((depth, row))
            stack += [(depth + 1, child) for child in reversed(children.get(row.name, ()))]
    return found


def folded_at_first(row: Summary, children: Mapping[str, list[Summary]]) -> bool:
    """Return whether a branch starts folded: parameters over their gradient, optimizers, and large modules."""
    if row.kind != "module":
        return True
    waiting, count = list(children.get(row.name, ())), 0
    while waiting and count <= SMALL:
        inner = waiting.pop()
        if inner.kind != "gradient":
            count += 1
            waiting += children.get(inner.name, ())
    return count > SMALL


def order_of(column: str) -> Order | None:
    """Return the order that a click on a column's title asks for."""
    return _COLUMNS.get(column)


def _label(row: Summary) -> str:
    rest = row.name.removeprefix(row.parent) if row.parent else ""
    return rest.removeprefix(".") if rest != row.name and rest[:1] in (".", "[") else row.name
