"""The frames of a run as a timeline: any moment can be shown again.  Old moments are thinned and marked as such."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from evoclass.frozen import frozen
from evoclass.protocol import Cause, Frame, Parameters, Summary
from evoclass.running.numberedrow import is_number, live_with_numbers, with_number

__all__ = [
    "Moment",
    "Point",
    "Timeline",
    "Trouble",
]

BOUND = 64 * 2**20
"""Most bytes that the moments of one run may take."""

STEPS = 2_000
"""Most moments between frames."""

STEPS_OF_FRAME = 200
"""Most moments between one frame and the next."""

_MOMENT = 700
_ROW = 900
_LASTING: frozenset[Cause] = frozenset(("error", "end"))
"""Causes of moments that thinning always keeps."""


@dataclass(slots=True)
class Moment:
    """The changes that one frame brought."""

    sequence: int
    cause: Cause
    step: int
    line: int
    seconds: float
    rows: dict[str, Summary]
    """All rows if `whole`, else those that changed."""
    gone: frozenset[str]
    whole: bool
    live: Mapping[str, str]
    total: int
    parameters: Parameters | None
    thinned: int = 0
    """How many moments before this one were merged into it."""
    between: bool = False
    """Whether it lies between two frames: only the numbers of watched values are those of its step,
    and live values that are such a number."""

    @property
    def weight(self) -> int:
        """Bytes, roughly (measured on real rows)."""
        return _MOMENT + _ROW * len(self.rows) + sum(len(key) + len(text) for key, text in self.live.items())


@frozen
class Point:
    """A row's statistics at one moment."""

    index: int
    step: int
    row: Summary


class Trouble(NamedTuple):
    """Where NaN or infinity was first seen in a value."""

    step: int
    seconds: float
    line: int
    fine: int | None = None
    """Last step at which the value had neither, if it was seen before."""


@dataclass(slots=True)
class _Known:
    """The state of all rows at one moment, kept as a start for the next ones."""

    index: int = -1
    rows: dict[str, Summary] = field(default_factory=dict)


class Timeline:
    """Folds frames into moments, within a memory bound."""

    def __init__(self, bound: int = BOUND) -> None:
        self.bound = bound
        self.moments: list[Moment] = []
        self.line = 0
        """Line that runs now."""
        self.trouble: dict[str, Trouble] = {}
        """Values that ever held NaN or infinity."""
        self.changes: dict[str, int] = {}
        """How often each value changed after it was first seen."""
        self._rows: dict[str, Summary] = {}
        self._seen: dict[str, int] = {}
        """Last step at which each value was reported."""
        self._weight = 0
        self._between = 0
        """How many moments lie between frames."""
        self._step_line = 0
        """Line that makes the optimizer's steps in the statement that runs, if it is known and there is but one."""
        self._step_lines = 0
        """How many lines of that statement have been seen to make steps."""
        self._known = _Known()

    def __len__(self) -> int:
        return len(self.moments)

    def add(self, frame: Frame) -> bool:
        """Take the next frame; return whether it makes a new moment (a frame that only gives the line does not)."""
        self.line = frame.line
        before = self.moments[-1] if self.moments else None
        nothing_new = before is None or not frame.live or frame.live == before.live
        rows = {row.name: row for row in frame.rows}
        self._note_step_line(frame)
        stepped = self._add_steps(frame, rows)
        if frame.cause == "statement":
            self._step_line = self._step_lines = 0
        if nothing_new and not rows and not frame.gone and not (frame.whole and self._rows):
            return stepped
        self._count(frame, rows)
        moment = Moment(
            frame.sequence,
            frame.cause,
            frame.step,
            frame.line,
            frame.seconds,
            rows,
            frozenset(frame.gone),
            frame.whole,
            dict(frame.live),
            frame.total,
            frame.parameters or (before.parameters if before else None),
        )
        self._rows = _folded(self._rows, moment)
        self.moments.append(moment)
        self._weight += moment.weight
        if self._weight > self.bound:
            self._thin()
        return True

    def _note_step_line(self, frame: Frame) -> None:
        """Learn which line makes the steps; where several do, that of a step between two frames is not known."""
        if frame.cause == "step" and frame.line and frame.line != self._step_line:
            self._step_lines += 1
            self._step_line = frame.line if self._step_lines == 1 else 0

    def _add_steps(self, frame: Frame, rows: dict[str, Summary]) -> bool:
        """Add a moment for each step since the last frame at which a watched value had a number.

        Rows that the frame does not bring get the number of its own step.
        """
        before = self.moments[-1] if self.moments else None
        if before is None or not frame.curves:
            return False
        steps: dict[int, dict[str, Summary]] = {}
        for name, points in frame.curves.items():
            row = self._rows.get(name)
            if row is None and name in rows and is_number(rows[name]):
                row = rows[
                    name
                ]  # it is new in this frame, and its number at each step is all that there is of it
                self.changes.setdefault(name, 0)
            for step, number in points if row is not None else ():
                if row is not None and number is not None and before.step <= step <= frame.step:
                    row = with_number(row, number)
                    if step == before.step:
                        self._settle(before, row)
                    else:
                        steps.setdefault(step, {})[name] = row
                    if not math.isfinite(number) and name not in self.trouble:
                        self.trouble[name] = Trouble(step, frame.seconds, frame.line, self._seen.get(name))
                    self._seen[name] = step
        if frame.rows or frame.gone or frame.whole:
            last: dict[str, Summary] = {}
            for step in sorted(steps):
                last |= steps[step]
            absent = last.keys() if frame.whole else {*rows, *frame.gone}
            rows |= {name: row for name, row in last.items() if name not in absent}
            steps.pop(frame.step, None)
        shown = sorted(steps)[:: -(-len(steps) // STEPS_OF_FRAME) or 1]
        duration = (frame.seconds - before.seconds) / max(1, frame.step - before.step)
        now, live = dict(self._rows), before.live
        for step in shown:
            seconds = before.seconds + (step - before.step) * duration
            live = live_with_numbers(live, steps[step])
            moment = _between(before, step, seconds, self._step_line, steps[step], live)
            now.update(moment.rows)
            self.moments.append(moment)
            self._weight += moment.weight
        self._rows = now
        self._between += len(shown)
        if self._between > STEPS:
            self._thin_steps()
        return bool(shown)

    def _settle(self, moment: Moment, row: Summary) -> None:
        """Give the newest moment the row of a value that the program assigned only after its frame was taken."""
        if self._rows.get(row.name) != row:
            self._known = _Known()
            self._weight -= moment.weight
            moment.rows[row.name] = self._rows[row.name] = row
            moment.live = live_with_numbers(moment.live, {row.name: row})
            self._weight += moment.weight

    def _count(self, frame: Frame, rows: Mapping[str, Summary]) -> None:
        for name, row in rows.items():
            old = self._rows.get(name)
            if old is None:
                self.changes.setdefault(name, 0)
            elif not _alike(old, row):
                self.changes[name] = self.changes.get(name, 0) + 1
            if (row.nan or row.inf) and name not in self.trouble:
                self.trouble[name] = Trouble(frame.step, frame.seconds, frame.line, self._seen.get(name))
            self._seen[name] = frame.step

    # --------------------------------------------------------------------------------------------- reading

    @property
    def rows(self) -> Mapping[str, Summary]:
        """The newest rows."""
        return self._rows

    def rows_at(self, index: int) -> Mapping[str, Summary]:
        """Return all rows as they were at a moment."""
        if index == len(self.moments) - 1:
            return self._rows
        known = self._known
        if known.index > index:
            known = _Known()
        rows = dict(known.rows)
        for moment in self.moments[known.index + 1 : index + 1]:
            if moment.whole:
                rows = dict(moment.rows)
                continue
            rows.update(moment.rows)
            for name in moment.gone:
                rows.pop(name, None)
        self._known = _Known(index, rows)
        return rows

    def live_at(self, index: int) -> Mapping[str, str]:
        """Return the `{live}` values of a moment."""
        return self.moments[index].live

    def history(self, name: str) -> Iterator[Point]:
        """Yield one row's statistics at each moment that has them."""
        for index, moment in enumerate(self.moments):
            row = moment.rows.get(name)
            if row is not None:
                yield Point(index, moment.step, row)

    @property
    def thinned(self) -> int:
        """How many moments of this run were merged away."""
        return sum(moment.thinned for moment in self.moments)

    @property
    def weight(self) -> int:
        """Bytes that the moments take, roughly."""
        return self._weight

    # -------------------------------------------------------------------------------------------- thinning

    def _thin_steps(self) -> None:
        """Take out every second moment between frames; the curves keep what they showed."""
        self._known = _Known()
        kept: list[Moment] = []
        odd = False
        for moment in self.moments:
            if not moment.between:
                odd = False
            elif odd := not odd:
                continue
            kept.append(moment)
        self.moments = kept
        self._between = sum(moment.between for moment in kept)
        self._weight = sum(moment.weight for moment in kept)

    def _thin(self) -> None:
        """Merge every second moment of the older half; newer ones only if that is not enough."""
        self._known = _Known()
        share = 2
        while self._weight > self.bound * 0.9 and len(self.moments) > 2:
            count = len(self.moments)
            old = max(2, count // share) if share else count - 1
            self.moments = [*_merged(self.moments[:old]), *self.moments[old:]]
            self._weight = sum(moment.weight for moment in self.moments)
            if len(self.moments) == count:
                if not share:
                    break
                share = 0


def _merged(moments: list[Moment]) -> Iterator[Moment]:
    waiting: Moment | None = None
    for moment in moments:
        if waiting is None:
            waiting = moment
        elif waiting.cause in _LASTING:
            yield waiting
            waiting = moment
        else:
            yield _merge(waiting, moment)
            waiting = None
    if waiting is not None:
        yield waiting


def _merge(first: Moment, second: Moment) -> Moment:
    """Return `second` with the changes of `first` that `second` does not overwrite."""
    thinned = first.thinned + second.thinned + 1
    if second.whole:
        rows, gone, whole = second.rows, second.gone, True
    else:
        rows, whole = _folded(first.rows, second), first.whole
        gone = frozenset() if whole else (first.gone - second.rows.keys()) | second.gone
    return Moment(
        second.sequence,
        second.cause,
        second.step,
        second.line,
        second.seconds,
        dict(rows),
        gone,
        whole,
        second.live,
        second.total,
        second.parameters,
        thinned,
        second.between,
    )


def _folded(rows: dict[str, Summary], moment: Moment) -> dict[str, Summary]:
    if moment.whole:
        return moment.rows
    rows = {**rows, **moment.rows}
    for name in moment.gone:
        rows.pop(name, None)
    return rows


def _between(
    before: Moment, step: int, seconds: float, line: int, rows: dict[str, Summary], live: Mapping[str, str]
) -> Moment:
    """Return the moment of a step after `before`; everything but `rows` and `live` is as it was then."""
    return Moment(
        before.sequence,
        "step",
        step,
        line,
        seconds,
        rows,
        frozenset(),
        False,
        live,
        before.total,
        before.parameters,
        between=True,
    )


def _alike(old: Summary, new: Summary) -> bool:
    """Whether two rows show the same value, apart from its change."""
    return (old.text, old.mean, old.min, old.max, old.std, old.nan, old.inf, old.shape, old.grad_norm) == (
        new.text,
        new.mean,
        new.min,
        new.max,
        new.std,
        new.nan,
        new.inf,
        new.shape,
        new.grad_norm,
    )
