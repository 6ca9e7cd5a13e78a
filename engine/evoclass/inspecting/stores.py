"""Where a program assigns its names: which values that are seen at an optimizer step belong to the step before."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Iterable
from itertools import pairwise
from types import CodeType, FrameType

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
        self._codes: list[CodeType] = []
        """Kept alive, so that no other code gets the identity of one of them."""

    def after(self, frame: FrameType) -> frozenset[str]:
        """Return the names that are assigned after the step that is made in this frame, and not before it."""
        place: list[int] = []
        for own in learner_frames(frame, self._filename):
            place += (id(own.f_code), own.f_lasti)
        key = tuple(place)
        known = self._known.get(key)
        if known is None:
            own_frames = list(learner_frames(frame, self._filename))
            if len(self._known) >= _MOST:
                self._known.clear()
                self._codes.clear()
            self._codes += (own.f_code for own in own_frames)
            known = self._known[key] = frozenset(name for name in self._names if _is_after(name, own_frames))
        return known


def _is_after(name: str, frames: list[FrameType]) -> bool:
    """Whether the innermost frame in which a name has its value assigns it only after what is running there."""
    for frame in frames:
        code = frame.f_code
        steps = list(dis.get_instructions(code))
        # While it calls, Python may point behind the instruction, into the cache that belongs to it.
        here = max((step.offset for step in steps if step.offset <= frame.f_lasti), default=0)
        stores = [step.offset for step in steps if _stores(step, name)]
        for begin, end in _loops(steps, here):
            if inside := [place for place in stores if begin <= place <= end]:
                return not _leads(steps, inside, here)
        is_own = name in code.co_varnames or name in code.co_cellvars
        if is_own and (_is_parameter(name, code) or _leads(steps, stores, here)):
            return False
        if (
            stores and not is_own and code.co_flags & inspect.CO_OPTIMIZED
        ):  # global or nonlocal: it outlasts the call
            return not _leads(steps, stores, here)
    return False


def _stores(step: dis.Instruction, name: str) -> bool:
    """Whether an instruction gives a name its value."""
    if not step.opname.startswith(_NAMES):
        return False
    # From Python 3.13 on one instruction may name two variables; of STORE_FAST_LOAD_FAST the second is read.
    names = step.argval if isinstance(step.argval, tuple) else (step.argval,)
    return name in (names[:1] if step.opname.endswith("LOAD_FAST") else names)


def _is_parameter(name: str, code: CodeType) -> bool:
    return name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _loops(steps: list[dis.Instruction], here: int) -> list[tuple[int, int]]:
    """Return begin and end of the loops around a place, the innermost first: what a jump back leads round."""
    ends: dict[int, int] = {}
    for step in steps:
        if step.opcode in _JUMPS and step.argval < step.offset:
            ends[step.argval] = step.offset
    around = [(begin, end) for begin, end in ends.items() if begin <= here <= end]
    return sorted(around, key=lambda loop: loop[1] - loop[0])


def _leads(steps: list[dis.Instruction], starts: list[int], here: int) -> bool:
    """Whether one can come from one of these places to another one without a jump back."""
    reached = set(starts)
    for step, after in pairwise(steps):
        if step.offset >= here:
            break
        if step.offset in reached:
            if step.opcode in _JUMPS and step.argval > step.offset:
                reached.add(step.argval)
            if step.opname not in _LEAVES:
                reached.add(after.offset)
    return here in reached
