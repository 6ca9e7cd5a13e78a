"""Where a program assigns what is watched: which values seen at an optimizer step belong to the step before."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, FrameType
from typing import Any, NamedTuple

from evoclass.inspecting.bytecode import Code, Path, derivers
from evoclass.inspecting.scope import learner_frames, own_values

_MOST = 1_000
"""Most places of steps that are remembered."""


class Stores:
    """Reads from a program's bytecode whether a loop assigns a value only after the step that it makes.

    Such a value is still that of the turn before when the step ends, as an accuracy that is measured behind
    `optimizer.step()` is.  What goes into another step of the same turn belongs to that one.
    """

    def __init__(
        self,
        watched: Mapping[str, tuple[str, ...]],
        filename: str,
        holders: Callable[[Any, tuple[str, ...]], list[Any]] = lambda value, path: [],
    ) -> None:
        """Follow expressions, given as a variable and the parts that lead on from it; `holders` returns the objects
        along such a path that the program's own assignments change."""
        self._watched = watched
        self._filename = filename
        self._holders = holders
        self._known: dict[tuple[int, ...], _Place] = {}
        self._read: dict[CodeType, Code] = {}
        self._steps: dict[CodeType, set[int]] = {}
        """Where each function was when steps were made."""
        self._derivers: dict[CodeType, frozenset[str]] = {}
        """The functions of the program that compute gradients."""
        self._last = _Place((), frozenset())

    def known(self, frame: FrameType) -> frozenset[str] | None:
        """Return the same as `after` if this place has been read before: that takes a microsecond."""
        found = self._known.get(self._place(frame))
        if found is None:
            return None
        self._last = found
        return found.late

    def after(self, frame: FrameType, values: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
        """Return what is assigned after the step that is made in this frame and not before it, and the same for the
        step before, of which more may be known now.

        Reading takes a millisecond or two.
        """
        if len(self._known) >= _MOST:
            self._known.clear()
            self._read.clear()
            self._steps.clear()
        calls = []
        running = list(learner_frames(frame, self._filename))
        for own in running:
            code = own.f_code
            read = self._read.get(code)
            if read is None:
                read = self._read[code] = Code.of(code)
            here = read.place(own.f_lasti)
            steps = self._steps.setdefault(code, set())
            if here not in steps:
                steps.add(here)
                self._known.clear()
            calls.append(_Call(read, here, self._spelled(own, values), running[-1].f_code))
        before = self._late(self._last.calls)
        self._last = self._known[self._place(frame)] = _Place(tuple(calls), self._late(calls))
        return self._last.late, before

    def _place(self, frame: FrameType) -> tuple[int, ...]:
        place: list[int] = []
        for own in learner_frames(frame, self._filename):
            place += (id(own.f_code), own.f_lasti)
        return tuple(place)

    def _spelled(self, frame: FrameType, values: Mapping[str, Any]) -> dict[str, list[Path]]:
        """Return how a function may write each watched value: `trainer.loss` is `self.loss` in its methods."""
        optimized = frame.f_code.co_flags & inspect.CO_OPTIMIZED and sys.gettrace() is None
        local = own_values(frame) if optimized else {}
        spelled: dict[str, list[Path]] = {}
        for name, (root, *path) in self._watched.items():
            holders = self._holders(values.get(root), tuple(path))
            parts = path[: len(holders)]
            paths: list[Path] = []
            if not holders or local.get(root, holders[0]) is holders[0]:
                paths.append((root, *parts))
            paths += [
                (other, *parts[depth:])
                for depth, holder in enumerate(holders)
                for other, value in local.items()
                if value is holder and other != root
            ]
            spelled[name] = paths
        return spelled

    def _late(self, calls: Iterable[_Call]) -> frozenset[str]:
        return frozenset(name for name in self._watched if self._is_after(name, calls))

    def _is_after(self, name: str, calls: Iterable[_Call]) -> bool:
        """Whether the innermost function in which a value is assigned does so only after what is running there."""
        root = self._watched[name][0]
        for call in calls:
            read, here, spelled, _ = call
            paths = spelled[name]
            stores = read.stores(paths)
            for begin, end in read.loops if stores else ():
                inside = [place for place in stores if begin <= place <= end]
                if begin <= here <= end and inside:
                    return self._come_after(call, inside, begin, end)
            code = read.code
            is_own = root in code.co_varnames or root in code.co_cellvars
            is_part = any(len(path) > 1 for path in paths)
            if is_own and not is_part and read.has(root, here):
                return False
            outlasts = is_part or not is_own
            if stores and outlasts and code.co_flags & inspect.CO_OPTIMIZED:  # it outlasts the call
                return self._come_after(call, stores, 0, sys.maxsize)
            if is_own and read.has(root, here):
                return False
        return False

    def _come_after(self, call: _Call, stores: list[int], begin: int, end: int) -> bool:
        """Whether values are assigned after a step, and for no other step of the same turn."""
        read, here, _, program = call
        if read.leads(stores, here):
            return False
        others = [step for step in self._steps.get(read.code, ()) if begin <= step <= end and step != here]
        for store in stores if others else ():
            if program not in self._derivers:
                self._derivers[program] = derivers(program)
            names = self._derivers[program]
            reached = read.reached([store], max(others))
            if any(step in reached and read.needs(step, store, names) for step in others):
                return False
        return True


class _Call(NamedTuple):
    """One of the program's running functions."""

    read: Code
    here: int
    """The instruction that makes the step."""
    spelled: Mapping[str, list[Path]]
    program: CodeType
    """The outermost code that runs: as a rule the program itself, in which its functions are."""


class _Place(NamedTuple):
    """Where a step was made, from the innermost function outwards."""

    calls: tuple[_Call, ...]
    late: frozenset[str]
