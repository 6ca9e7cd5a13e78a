"""What the bytecode of a function tells: where it gives values to variables and their parts, and what for."""

from __future__ import annotations

import dis
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from types import CodeType
from typing import NamedTuple

Path = tuple[str | None, ...]
"""A variable, then attributes and keys: `trainer.logs["loss"]`.  None is a key that the program works out."""

_JUMPS = frozenset((*dis.hasjrel, *dis.hasjabs))
_LEAVES = frozenset(
    (
        *("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_ABSOLUTE"),
        *("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"),
    )
)
"""Instructions after which never the next one runs."""

_STORES = ("STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF")
_LOADS = ("LOAD_FAST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_CLASSDEREF")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")
_CONSTANTS = ("LOAD_CONST", "LOAD_SMALL_INT")
_ADDS = ("append", "extend", "insert", "update")
"""Methods by which lists and dictionaries get values."""
_DERIVES = ("backward", "grad")
"""Names by which a program computes gradients."""


class Code(NamedTuple):
    """What one pass over the bytecode of a function has found."""

    code: CodeType
    """Kept alive, so that no other code gets its identity."""
    steps: list[_Step]
    statements: list[_Statement]
    loops: list[tuple[int, int]]
    """Begin and end of each loop, the shortest first: what a jump back leads round."""

    @classmethod
    def of(cls, code: CodeType) -> Code:
        """Read the bytecode of a function."""
        instructions = list(dis.get_instructions(code))
        steps: list[_Step] = []
        ends: dict[int, int] = {}
        for step in instructions:
            target = step.argval if step.opcode in _JUMPS else None
            steps.append(_Step(step.offset, target, step.opname not in _LEAVES))
            if target is not None and target < step.offset:
                ends[target] = step.offset
        loops = sorted(ends.items(), key=lambda loop: loop[1] - loop[0])
        return cls(code, steps, list(_statements(list(_apart(instructions)))), loops)

    def stores(self, paths: Collection[Path]) -> list[int]:
        """Return the places at which one of these gets a value, or what it is a part of."""
        return [
            place
            for statement in self.statements
            for place, given in statement.stores
            if any(_begins(given, path) for path in paths)
        ]

    def leads(self, starts: Iterable[int], here: int) -> bool:
        """Whether one can come from one of these places to another one without a jump back."""
        return here in self.reached(starts, here)

    def reached(self, starts: Iterable[int], end: int) -> set[int]:
        """Return the places, up to an end, to which one can come from these without a jump back."""
        reached = set(starts)
        for step, after in pairwise(self.steps):
            if step.offset >= end:
                break
            if step.offset in reached:
                if step.target is not None and step.target > step.offset:
                    reached.add(step.target)
                if step.goes_on:
                    reached.add(after.offset)
        return reached

    def needs(self, here: int, store: int, derivers: Collection[str] = ()) -> bool:
        """Whether what is stored at one place goes into the gradients of the step that is made at another, or into the
        call that makes it.  `derivers` are functions of the program that compute gradients."""
        needed: set[Path] = set()
        for statement in reversed(self.statements):
            if statement.end < store:
                break
            if statement.begin > here:
                continue
            gives = any(_touches(given, path) for _, given in statement.stores for path in needed)
            if gives and statement.begin <= store:
                return True
            if gives or statement.derives_by(derivers) or statement.begin <= here <= statement.end:
                needed.update(statement.loads)
        return False

    def has(self, name: str, here: int) -> bool:
        """Whether a local variable has a value by now: as a parameter, or because it was assigned before."""
        code = self.code
        if name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            return True
        return self.leads(self.stores([(name,)]), here)

    def place(self, last: int) -> int:
        """Return the instruction that runs: while it calls, Python may point behind it, into its cache."""
        return max((step.offset for step in self.steps if step.offset <= last), default=0)


class _Step(NamedTuple):
    """One instruction."""

    offset: int
    target: int | None
    """Where it may jump to."""
    goes_on: bool
    """Whether the next one may run after it."""


class _Statement(NamedTuple):
    """The instructions up to one that leaves nothing to do with what they made, roughly a line of a program."""

    begin: int
    end: int
    loads: list[Path]
    stores: list[tuple[int, Path]]
    derives: bool
    """Whether it computes gradients itself."""

    def derives_by(self, derivers: Collection[str]) -> bool:
        """Whether it computes gradients, itself or by one of these functions."""
        return self.derives or any(path[-1] in derivers for path in self.loads)


def derivers(program: CodeType) -> frozenset[str]:
    """Return the names of the program's functions that compute gradients, themselves or by calling one another."""
    inner = [(code.co_name, Code.of(code).statements) for code in _nested(program)]
    names: set[str] = set()
    found = -1
    while found < len(names):
        found = len(names)
        names.update(name for name, statements in inner if any(one.derives_by(names) for one in statements))
    return frozenset(names)


def _nested(code: CodeType) -> Iterator[CodeType]:
    """Yield the functions that a program defines, also inside of classes and of each other."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)


def _apart(instructions: Iterable[dis.Instruction]) -> Iterator[dis.Instruction]:
    """Yield one instruction for each variable: from Python 3.13 on some load or store two."""
    for step in instructions:
        if isinstance(step.argval, tuple) and step.opname.startswith(("LOAD_FAST", "STORE_FAST")):
            one = "STORE_FAST" if step.opname.startswith("STORE_FAST") else "LOAD_FAST"
            other = "STORE_FAST" if step.opname.endswith("STORE_FAST") else "LOAD_FAST"
            yield step._replace(opname=one, argval=step.argval[0])
            yield step._replace(opname=other, argval=step.argval[1])
        else:
            yield step


def _statements(instructions: Sequence[dis.Instruction]) -> Iterator[_Statement]:
    part: list[dis.Instruction] = []
    for step, after in pairwise((*instructions, *instructions[-1:])):
        part.append(step)
        stores = step.opname.startswith("STORE_")
        if (stores and not after.opname.startswith("STORE_")) or step.opname == "POP_TOP":
            yield _statement(part)
            part = []
    if part:
        yield _statement(part)


def _statement(part: Sequence[dis.Instruction]) -> _Statement:
    end = part[-1].offset
    loads: list[Path] = []
    stores: list[tuple[int, Path]] = []
    derives = False
    for index, step in enumerate(part):
        if step.opname.startswith(_STORES):
            stores.append((step.offset, (step.argval,)))
        elif step.opname in ("STORE_ATTR", "STORE_SUBSCR"):
            path = _given(part, index)
            if path is not None:
                stores.append((step.offset, path))
                derives = derives or path[-1] == "grad"
        elif step.opname in _ATTRIBUTES:
            derives = derives or step.argval in _DERIVES
            holder = _path(part, index - 1) if step.argval in _ADDS else None
            if holder is not None:
                stores.append((end, holder))
        path = _path(part, index)
        if path is not None and not _goes_on(part, index):
            loads.append(path)
    return _Statement(part[0].offset, end, loads, stores, derives)


def _path(part: Sequence[dis.Instruction], index: int) -> Path | None:
    """Return the variable or the part of one that an instruction loads, if those before it name it."""
    if index < 0:
        return None
    step = part[index]
    if step.opname.startswith(_LOADS):
        return (step.argval,)
    if step.opname in _ATTRIBUTES:
        path = _path(part, index - 1)
        return (*path, step.argval) if path is not None else None
    if _takes_item(step):
        path = _path(part, index - 2)
        return (*path, _key(part[index - 1])) if path is not None else None
    return None


def _goes_on(part: Sequence[dis.Instruction], index: int) -> bool:
    """Whether the next instructions take a part of what this one loads."""
    after = part[index + 1 : index + 3]
    if after and after[0].opname in _ATTRIBUTES:
        return True
    return len(after) == 2 and _takes_item(after[1])


def _takes_item(step: dis.Instruction) -> bool:
    return step.opname == "BINARY_SUBSCR" or (step.opname == "BINARY_OP" and step.argrepr == "[]")


def _given(part: Sequence[dis.Instruction], index: int) -> Path | None:
    """Return what an attribute or an item that gets a value is called."""
    keyed = part[index].opname == "STORE_SUBSCR"
    last = index - 1
    if part[last].opname == "SWAP":  # `x.y += 1`: its place was worked out, and copied, before the value
        copies = (place - 1 for place in range(index) if part[place].opname == "COPY")
        last = next(copies, -1)
    if not keyed:
        path = _path(part, last)
        return (*path, part[index].argval) if path is not None else None
    path = _path(part, last - 1)
    return (*path, _key(part[last])) if path is not None else None


def _key(step: dis.Instruction) -> str | None:
    return str(step.argval) if step.opname in _CONSTANTS else None


def _begins(whole: Path, path: Path) -> bool:
    """Whether `path` is `whole`, or a part of it."""
    return len(whole) <= len(path) and all(
        one is None or one == other for one, other in zip(whole, path, strict=False)
    )


def _touches(one: Path, other: Path) -> bool:
    """Whether one is a part of the other."""
    return all(
        left is None or right is None or left == right for left, right in zip(one, other, strict=False)
    )
