"""Follows watched values: a number of each at every optimizer step, as time allows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice
from time import perf_counter
from typing import Any

import msgspec

from evoclass.curves import Curve
from evoclass.inspecting.pace import Pace, starved_clock, work_clock
from evoclass.inspecting.scope import parts_of
from evoclass.protocol import MAX_POINTS, MAX_THUMBNAILS, Points, Thumbnail

SHARE = 0.4
"""Part of the inspector's budget that numbers may use."""

ALBUM = 0.2
"""The same for thumbnails."""

MOST = 8
"""Most values that are followed."""


class _Charge:
    """What looks are charged: not the time in which the system gave the processor to others.

    The clock of that time costs more than a look, so only the first one is measured by it.
    """

    def __init__(self) -> None:
        self._usual = 0.0
        """Seconds that a look takes, as a rule."""
        self._starved = 0.0

    def begin(self) -> None:
        """Note that a look begins."""
        if not self._usual:
            self._starved = starved_clock()

    def of(self, seconds: float) -> float:
        """Return what the look is charged, which took these seconds by the clock on the wall."""
        if self._usual:
            seconds = min(seconds, 2 * self._usual)
            self._usual += (seconds - self._usual) / 8
        else:
            seconds = self._usual = max(1e-9, seconds - (starved_clock() - self._starved))
        return seconds


class Follower:
    """Takes a number of each watched value now and then, and returns the new ones."""

    def __init__(
        self,
        watched: Iterable[str],
        number: Callable[[Any, tuple[str, ...]], float | None],
        budget: float,
        thumbnail: Callable[[Any, tuple[str, ...]], Thumbnail | None] = lambda value, path: None,
    ) -> None:
        """Follow the expressions of `watched`; `number` returns the number of a value, or of one of its parts, and
        `thumbnail` its thinned numbers."""
        named = {name: parts for name in watched if (parts := parts_of(name))}
        self.paths = dict(islice(named.items(), MOST))
        """The variable that holds each value, and the parts that lead on from it."""
        self._paths = [(name, root, tuple(path)) for name, (root, *path) in self.paths.items()]
        self._late: Collection[str] = ()
        """What got its value of the last step only after the look at it."""
        self._looked, self._held = 0, dict[str, float]()
        """The last step that was looked at, and the numbers that late values had then."""
        self._number = number
        self._thumbnail = thumbnail
        self._pace = Pace(1e9, budget * SHARE)
        self._album = Pace(1e9, budget * ALBUM)
        self._thumbnails: dict[str, list[Thumbnail]] = {}
        self._taken, self._every = 0, 1
        """How often thumbnails were taken since they are taken at one step in so many."""
        self._curves: dict[str, Curve] = {}
        self._budget = budget
        self._billed = self._worked = self._spent = 0.0
        self._looks, self._thumbnail_looks = _Charge(), _Charge()

    def begin(self, now: float) -> None:
        """Start counting the program's time."""
        self._billed, self._worked = now, work_clock()
        self._pace.begin(now)
        self._album.begin(now)

    def training_begins(self, now: float) -> None:
        """Follow the first steps closely: a short training ends before any time is earned."""
        self._pace.training_begins(now)
        self._album.training_begins(now)

    def due(self, now: float) -> bool:
        """Whether there is time left for another look."""
        return bool(self._paths) and now >= self._pace.next

    def take(
        self, step: int, values: Mapping[str, Any], since: float | None = None, late: Collection[str] = ()
    ) -> None:
        """Look at the values after a step; of several looks at one step the last counts.

        The look began at `since`, if its caller had work before it.  The values in `late` are assigned after the step:
        what they are by now is of the step before.
        """
        self._looks.begin()
        started = perf_counter() if since is None else since
        held = dict[str, float]()
        for name, root, path in self._paths:
            value = values.get(root)
            number = self._number(value, path) if value is not None else None
            if number is None:
                continue
            if name in late:
                held[name] = number
                self._put(name, step - 1, number)
                continue
            if name in self._late and step == self._looked + 1:
                self._put(name, step - 1, number)
            self._put(name, step, number)
        self._late, self._looked, self._held = late, step, held
        now = perf_counter()
        self._pay(self._pace, now, self._looks.of(now - started))
        if step % self._every == 0 and now >= self._album.next:
            self._take_thumbnails(step, values)

    def _put(self, name: str, step: int, number: float) -> None:
        if not step:
            return
        curve = self._curves.get(name)
        if curve is None:
            curve = self._curves[name] = Curve(most=MAX_POINTS)
        curve.put(step, number)

    def correct(self, late: Collection[str]) -> None:
        """Say again what was late at the last look: the others had their values of that step already."""
        for name, number in self._held.items():
            if name not in late:
                self._put(name, self._looked, number)
        self._late = [name for name in self._late if name in late]

    def settle(self, step: int, values: Mapping[str, Any]) -> None:
        """Look at the values of the last step that came after the look at it, those that are there."""
        for name, root, path in self._paths:
            if name in self._late and root in values:
                number = self._number(values[root], path) if values[root] is not None else None
                if number is not None:
                    self._put(name, step, number)
                self._add_thumbnail(name, step, values[root], path)
        self._late = [name for name in self._late if self.paths[name][0] not in values]

    @property
    def waits(self) -> bool:
        """Whether values of the last step are still to come."""
        return bool(self._late)

    def _take_thumbnails(self, step: int, values: Mapping[str, Any]) -> None:
        """Take the thumbnails of a step; the longer a run lasts, the more steps are left out between two."""
        self._thumbnail_looks.begin()
        started = perf_counter()
        for name, root, path in self._paths:
            self._add_thumbnail(name, step - (name in self._late), values.get(root), path)
        self._taken += 1
        if self._taken == MAX_THUMBNAILS:
            self._taken, self._every = 0, 2 * self._every
        now = perf_counter()
        self._pay(self._album, now, self._thumbnail_looks.of(now - started))

    def _add_thumbnail(self, name: str, step: int, value: Any, path: tuple[str, ...]) -> None:
        found = self._thumbnail(value, path) if value is not None and step else None
        if found is not None:
            taken = self._thumbnails.setdefault(name, [])
            taken.append(msgspec.structs.replace(found, step=step))
            del taken[:-MAX_THUMBNAILS]

    def _pay(self, pace: Pace, now: float, seconds: float) -> None:
        pace.spent(now, seconds)
        self._spent += seconds

    def bill(self) -> float:
        """Return the seconds spent since the last call: frames have the rest of the budget.

        From now on as much is earned as the program worked since then: a clock of its work costs too much for a step.
        """
        now, worked = perf_counter(), work_clock()
        busy = min(1.0, (worked - self._worked) / max(1e-9, now - self._billed))
        self._billed, self._worked = now, worked
        self._pace.earn(now, self._budget * SHARE * busy)
        self._album.earn(now, self._budget * ALBUM * busy)
        spent, self._spent = self._spent, 0.0
        return spent

    def news(self) -> dict[str, Points]:
        """Return the points added since the last call."""
        curves, self._curves = self._curves, {}
        return {name: tuple(curve.points) for name, curve in curves.items()}

    def thumbnails(self) -> dict[str, tuple[Thumbnail, ...]]:
        """Return the thumbnails taken since the last call."""
        taken, self._thumbnails = self._thumbnails, {}
        return {name: tuple(found) for name, found in taken.items()}
