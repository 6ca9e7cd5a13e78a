"""Where a program assigns its names: which values that are seen at an optimizer step belong to the step before."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Iterable
from itertools import pairwise
from types import CodeType, FrameType
from typing import NamedTuple

from evoclass.inspecting.scope import learner_frames

_MOST = 1_000
"""Most places of steps that are remembered."""

_JUMPS = frozenset((*dis.hasjrel, *dis.hasjabs))
_LEAVES = frozenset(
    (
        *("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_ABSOLUTE"),
        *("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"),
    )
)
"""Instructions after which never the next one runs."""

_NAMES = ("STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF")


class Stores:
    """Reads from a program's bytecode whether a loop assigns a name only after the step that it makes.

    Such a name still has the value of the turn before when the step ends, as an accuracy that is measured behind
    `optimizer.step()` does.
    """

    def __init__(self, names: Iterable[str], filename: str) -> None:
        self._names = frozenset(names)
        self._filename = filename
        self._known: dict[tuple[int, ...], frozenset[str]] = {}
        self._read: dict[int, _Read] = {}

    def known(self, frame: FrameType) -> frozenset[str] | None:
        """Return the same as `after` if this place has been read before: that takes a microsecond."""
        return self._known.get(self._place(frame))

    def after(self, frame: FrameType) -> frozenset[str]:
        """Return the names that are assigned after the step that is made in this frame, and not before it.

        Reading takes a millisecond or two.
        """
        if len(self._known) >= _MOST:
            self._known.clear()
            self._read.clear()
        frames = []
        for own in learner_frames(frame, self._filename):
            read = self._read.get(id(own.f_code))
            if read is None:
                read = self._read[id(own.f_code)] = _Read.of(own.f_code, self._names)
            frames.append((read, own.f_lasti))
        found = frozenset(name for name in self._names if _is_after(name, frames))
        self._known[self._place(frame)] = found
        return found

    def _place(self, frame: FrameType) -> tuple[int, ...]:
        place: list[int] = []
        for own in learner_frames(frame, self._filename):
            place += (id(own.f_code), own.f_lasti)
        return tuple(place)


class _Read(NamedTuple):
    """What one pass over the bytecode of a function has found."""

    code: CodeType
    """Kept alive, so that no other code gets its identity."""
    steps: list[_Step]
    stores: dict[str, list[int]]
    """The places at which each name gets a value."""
    loops: list[tuple[int, int]]
    """Begin and end of each loop, the shortest first: what a jump back leads round."""

    @classmethod
    def of(cls, code: CodeType, names: frozenset[str]) -> _Read:
        """Read the bytecode of a function."""
        steps: list[_Step] = []
        stores: dict[str, list[int]] = {}
        ends: dict[int, int] = {}
        for step in dis.get_instructions(code):
            offset, opname = step.offset, step.opname
            target = step.argval if step.opcode in _JUMPS else None
            steps.append(_Step(offset, target, opname not in _LEAVES))
            if target is not None and target < offset:
                ends[target] = offset
            elif opname.startswith(_NAMES):
                # From Python 3.13 on one instruction may name two; of STORE_FAST_LOAD_FAST the second is read.
                given = step.argval if isinstance(step.argval, tuple) else (step.argval,)
                for name in given[:1] if opname.endswith("LOAD_FAST") else given:
                    if name in names:
                        stores.setdefault(name, []).append(offset)
        return cls(code, steps, stores, sorted(ends.items(), key=lambda loop: loop[1] - loop[0]))

    def leads(self, starts: list[int], here: int) -> bool:
        """Whether one can come from one of these places to another one without a jump back."""
        reached = set(starts)
        for step, after in pairwise(self.steps):
            if step.offset >= here:
                break
            if step.offset in reached:
                if step.target is not None and step.target > step.offset:
                    reached.add(step.target)
                if step.goes_on:
                    reached.add(after.offset)
        return here in reached

    def has(self, name: str, here: int) -> bool:
        """Whether a local variable has a value by now: as a parameter, or because it was assigned before."""
        code = self.code
        if name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            return True
        return self.leads(self.stores.get(name, []), here)


class _Step(NamedTuple):
    """One instruction."""

    offset: int
    target: int | None
    """Where it may jump to."""
    goes_on: bool
    """Whether the next one may run after it."""


def _is_after(name: str, frames: Iterable[tuple[_Read, int]]) -> bool:
    """Whether the innermost frame in which a name has its value assigns it only after what is running there."""
    for read, last in frames:
        code, stores = read.code, read.stores.get(name, [])
        # While it calls, Python may point behind the instruction, into the cache that belongs to it.
        here = max((step.offset for step in read.steps if step.offset <= last), default=0) if stores else 0
        for begin, end in read.loops if stores else ():
            inside = [place for place in stores if begin <= place <= end]
            if begin <= here <= end and inside:
                return not read.leads(inside, here)
        is_own = name in code.co_varnames or name in code.co_cellvars
        if is_own and read.has(name, here):
            return False
        if (
            stores and not is_own and code.co_flags & inspect.CO_OPTIMIZED
        ):  # global or nonlocal: it outlasts the call
            return not read.leads(stores, here)
    return False
