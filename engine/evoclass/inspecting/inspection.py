"""Inspection inside the worker: frames at safe points, close looks on request.  No torch here: probes bring it."""

from __future__ import annotations

import gc
import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from types import FrameType
from typing import Any

import msgspec

from evoclass.inspecting.alarm import Alarm, at_once
from evoclass.inspecting.aliases import Aliases
from evoclass.inspecting.pace import Pace, cost_clock, starved_clock, work_clock
from evoclass.inspecting.rows import Rows, Shot
from evoclass.inspecting.safepoints import MINDS_CALLS, MINDS_SIGNALS, Catch, Homecoming, own_frame
from evoclass.inspecting.scope import learner_frames, line_of, local_values
from evoclass.inspecting.values import NamespaceReader, failed
from evoclass.inspecting.watched import Watched
from evoclass.probe import Glance, Picture, Probe
from evoclass.protocol import Cause, Detail, Frame, Look, Step, Summary
from evoclass.running.program import Program

POLL = 0.05
"""Seconds between two looks at the front end's messages."""

BEGINNING = 0.005
"""Seconds that the program has for itself before its first interruption."""

BREATH = 0.001
"""Fewest seconds between two interruptions of the program."""

ARRIVAL = 0.005
"""Seconds between two looks at figures that are on their way from a device."""

LINES = 2_000
"""Most frames a second that only give the current line."""

PATIENCE = 0.3
"""Seconds that a frame waits for an optimizer step instead of the next turn of a loop: gradients are there then."""


class Inspector:
    """Looks at a running program from inside: at safe points, within its budget, without leaving a trace."""

    def __init__(
        self,
        namespace: dict[str, Any],
        program: Program,
        probes: Iterable[Probe],
        send: Callable[[Frame | Step | Detail], None],
    ) -> None:
        self.steps = 0
        self.poll: Callable[[bool], bool] | None = None
        """Set by the worker; called to read the front end's requests, with whether this is a safe point.

        It returns whether a request waits for one.
        """
        self._program = program
        self._file = str(program.file)
        self._first = frozenset(program.watch)
        self._values = NamespaceReader(
            namespace, probes if program.inspect else (), Aliases(program.source, program.watch)
        )
        self._probes = self._values.probes
        self._send = send
        self._watched = Watched(
            self._file, program.watch if self._probes else (), self._values, program.budget
        )
        self._pace = Pace(program.frames_per_second, program.budget, work_clock, starved_clock)
        self.rows = Rows(self._probes)
        self._shot: Shot | None = None
        self._sequence = self._lines = self._line_shown = self._steps_told = self._thread = 0
        self._begun = self._stepped = 0.0
        self._frame: FrameType | None = None
        self._reported = ""
        self._busy = True
        self._due = float("inf")
        self.alarm = Alarm(self.ring)
        self._homecoming = Homecoming(at_once())
        self._catch = Catch(self._file)
        self._failed = False

    # ------------------------------------------------------------------------------------------ safe points

    def tick(self, line: int, calls: str | None = "") -> None:
        """Called by the program that `compile_script` made, with the line of the next statement.

        `calls` is the program's own function that this statement calls, if it is the last such statement, or None if
        there is no next statement.
        """
        if not self._busy:
            if calls is not None:
                self._take_leave(line)
            self._at_safe_point("statement", line, sys._getframe(1))
            if calls and threading.get_ident() == self._thread:
                self._catch.open(calls)

    def ring(self, frame: FrameType | None) -> None:
        """Look now if the program's own code is running, otherwise as soon as the call that it has made returns."""
        if self._busy or threading.get_ident() != self._thread:
            return
        self._catch.close(frame)
        own = None
        try:
            if sys.gettrace() is None and sys.getprofile() is None:
                waiting = self.poll is not None and self.poll(False)
                own = own_frame(frame, self._file, home=self._homecoming.happened)
                wanted = waiting or self._shot is not None or self._frame_due("loop", perf_counter(), 0)
                if own is None and frame is not None and wanted:
                    self._homecoming.await_from(frame, self._file)
        except Exception as error:  # a failure of the inspector must not become the program's
            self._report_failure(error)
        finally:
            if own is None:
                self._set_due()
        if own is not None:
            self._homecoming.forget()
            self._at_safe_point("loop", 0, own)

    def _step(self) -> None:
        self.steps += 1
        self._stepped = now = perf_counter()
        if self.steps == 1:
            self._pace.training_begins(now)
            self._watched.follower.training_begins(now)
            self._set_due()
        if self._watched.follower.due(now):
            self._follow(sys._getframe(1), now)
        if now >= self._due:
            self._at_safe_point("step", 0, sys._getframe(1))

    def _follow(self, frame: FrameType, since: float) -> None:
        """Take the numbers of the watched values after a step that ended at `since`."""
        if self._busy or threading.get_ident() != self._thread:
            return
        try:
            self._watched.take(self.steps, frame, since)
        except Exception as error:  # a failure of the inspector must not become the program's
            self._stop_following(error)

    def _settle(self, scope: Mapping[str, Any]) -> None:
        """Take those numbers of the last step that the program assigned after it, once that part of it has ended."""
        try:
            self._watched.settle(self.steps, scope)
        except Exception as error:
            self._stop_following(error)

    def _stop_following(self, error: Exception) -> None:
        self._watched.let_go()
        self._report_failure(error)

    def start(self) -> None:
        """Install the probes' clocks and start counting the program's time."""
        unseen = MINDS_CALLS.search(self._program.source)
        for probe in self._probes if not unseen else ():
            try:
                probe.install(self._step)
            except Exception as error:
                self._report_failure(error)
        myself = weakref.ref(self)

        def silence() -> None:  # a forked child of the program must not use its parent's socket
            inspector = myself()
            if inspector is not None:
                inspector._busy, inspector._due = True, float("inf")
                inspector.alarm.forget()

        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=silence)
        self._thread = threading.get_ident()
        self._begun = perf_counter()
        self._pace.begin(self._begun)
        self._watched.follower.begin(self._begun)
        self._busy = False
        if self._program.inspect and not unseen and not MINDS_SIGNALS.search(self._program.source):
            self.alarm.start()
        self._set_due(BEGINNING)

    def _set_due(self, soonest: float = 0.0) -> None:
        """Set the time of the next look; an overdue one that was not taken now is tried again a little later."""
        now = perf_counter()
        due = self._pace.next if self._probes else float("inf")
        if self._shot is not None:
            due = now + ARRIVAL
        if self.poll is not None:
            due = min(due, now + POLL)
        self._due = due
        wait = due - now if due > now else POLL
        if wait < 60:
            self.alarm.set(max(wait, soonest, BREATH))

    def _at_safe_point(self, cause: Cause, line: int, frame: FrameType) -> None:
        if self._busy or threading.get_ident() != self._thread:
            return
        self._busy, self._frame = True, frame
        try:
            now = perf_counter()
            if self.poll is not None:
                self.poll(True)
            try:
                with _no_collection():
                    self._look_round(cause, line, frame, now)
            except Exception as error:  # a failure of the inspector must not become the program's
                self._report_failure(error)
        finally:
            self._busy, self._frame = False, None
            self._set_due()

    def _take_leave(self, line: int) -> None:
        """Keep the rows of a function's locals once it has ended, if it was the last own function that was called."""
        if self._catch.frame is None or threading.get_ident() != self._thread:
            return
        self._busy = True
        try:
            scope = self._beside_globals(local_values(self._catch.take(), self._file, ended=True))
            self._settle(scope)
            with _no_collection():
                self._shoot("statement", line, scope, whole=True)
            self.rows.keep(scope)
        except Exception as error:
            self._report_failure(error)
        finally:
            self._busy = False

    def _beside_globals(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in scope.items() if name not in self._values.namespace}

    def _look_round(self, cause: Cause, line: int, frame: FrameType, now: float) -> None:
        """Send everything due: figures that arrived, a new frame, the number of steps, the current line."""
        if line:  # a statement of the module itself: the loop before it has ended
            self._settle({})
        if self._shot is not None and self._shot.ready():
            self._deliver(self._shot)
        # Look again at once if it is time: a GPU's figures arrive a step late.
        if self._frame_due(cause, now, line):
            own = next(learner_frames(frame, self._file), None)
            here = line or (line_of(own.f_code, own.f_lasti) if own is not None else 0)
            self._shoot(cause, here, local_values(frame, self._file))
        elif self._steps_told != self.steps and now >= self._pace.next:
            self._steps_told = self.steps
            self._send(Step(count=self.steps))
        if line and line != self._line_shown and self._lines < LINES:
            self._lines += 1
            self._line_shown = line
            self._send(self._new_frame("statement", line, whole=False))

    def _frame_due(self, cause: Cause, now: float, line: int) -> bool:
        """Whether a frame may be made; between statements, where names appear, the rate does not count."""
        if not self._probes or self._shot is not None:
            return False
        if line:
            # Before the first statement there are no values, and the program's first output would wait for the frame.
            return self._sequence > 0 and self._pace.affords(now)
        if cause == "loop" and now - self._stepped < 10 * PATIENCE and now < self._pace.next + PATIENCE:
            return False
        return self._pace.due(now)

    def _report_failure(self, error: Exception) -> None:
        self._pace.spent(perf_counter(), 0.0)
        self._shot = None
        row = failed("inspector", error)
        if self._reported != row.badge:
            self._reported = row.badge
            self._send(msgspec.structs.replace(self._new_frame("statement", 0, whole=False), rows=(row,)))

    # ----------------------------------------------------------------------------------------------- frames

    def error(self, exception: BaseException) -> None:
        """Send the values at the place where the program raised."""
        scope: Mapping[str, Any] = {}
        line = 0
        step = exception.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == self._file:
                scope = local_values(step.tb_frame, self._file, ended=True)
                line = line_of(step.tb_frame.f_code, step.tb_lasti)
            step = step.tb_next
        for probe in self._probes:
            probe.stop(exception)
        self._catch.let_go()
        self._failed = True
        self._last("error", line, scope)

    def finish(self) -> None:
        """Send the last frame, whole, with the values that the job asked for.

        After an error the last frame is that of the error, and only the values remain to be sent.
        """
        if not self._failed:
            ended = self._catch.take()
            self._last(
                "end",
                0,
                self._beside_globals(local_values(ended, self._file, ended=True)),
                self._program.values,
            )
        elif self._program.values:
            texts = self._values.texts({}, (), self._program.values)
            self._send(self._new_frame("end", 0, whole=False, live=texts))

    def after_prompt(self) -> None:
        """Send the changes made by a line at the prompt."""
        self._last("asked", 0, {})

    def _last(self, cause: Cause, line: int, scope: Mapping[str, Any], values: Sequence[str] = ()) -> None:
        self._busy, self._shot = True, None
        self.alarm.stop()
        self._homecoming.forget()
        self._settle(scope)
        try:
            with _no_collection():
                self._shoot(cause, line, scope, whole=True, values=values)
        except Exception as error:
            self._report_failure(error)
            self._send(self._new_frame(cause, line, whole=False))
        finally:
            self._busy = False
            self._due = float("inf")

    def _new_frame(
        self, cause: Cause, line: int, *, whole: bool, live: dict[str, str] | None = None
    ) -> Frame:
        self._sequence += 1
        return Frame(
            sequence=self._sequence,
            cause=cause,
            step=self.steps,
            line=line,
            seconds=perf_counter() - self._begun,
            whole=whole,
            total=self.rows.total,
            live=live or {},
            curves=self._watched.follower.news(),
            thumbnails=self._watched.follower.thumbnails(),
        )

    def _shoot(
        self,
        cause: Cause,
        line: int,
        scope: Mapping[str, Any],
        *,
        whole: bool = False,
        values: Sequence[str] = (),
    ) -> None:
        """Take the figures of a frame, and send it unless they are still on their way."""
        probes = self._probes
        if not self._values.still():
            if not whole:
                self._pace.spent(perf_counter(), 0.0)
                return
            probes, whole = [], False
        started = cost_clock()
        glance = Glance(
            whole=whole,
            seconds=float("inf") if whole else self._pace.slice(),
            first=self._first,
            steady=not whole and cause in ("step", "loop"),
        )
        named = self._values.named(scope)
        pictures = [(probe, self._picture(probe, named[probe.name], glance)) for probe in probes]
        del named
        live = self._values.texts(scope, self._program.live) | self._values.texts({}, (), values)
        shot = Shot(self._new_frame(cause, line, whole=whole, live=live), pictures)
        if whole and cause != "statement":
            shot.strangers = self._values.strangers(scope)
        if cause == "end" and self._program.expect:
            expected = self._values.expected(scope, self._program.expect)
            shot.frame = msgspec.structs.replace(shot.frame, expected=expected)
        seconds = cost_clock() - started
        shot.frame = msgspec.structs.replace(shot.frame, cost=seconds)
        self._pace.spent(perf_counter(), seconds + self._watched.follower.bill())
        if whole or shot.ready():
            self._deliver(shot)
        else:
            self._shot = shot

    def _picture(self, probe: Probe, named: Mapping[str, Any], glance: Glance) -> Picture:
        """Ask a probe for its rows; if it fails, ask value by value, so that only the odd one loses its row."""
        try:
            return probe.picture(named, glance)
        except Exception as failure:
            if len(named) < 2:
                return Picture([failed(name, failure, value) for name, value in named.items()])
        rows: list[Summary] = []
        for name, value in named.items():
            try:
                rows += probe.summarise({name: value})
            except Exception as failure:
                rows.append(failed(name, failure, value))
        return Picture(rows)

    def _deliver(self, shot: Shot) -> None:
        """Send a frame with the rows that are new since the last one."""
        started = cost_clock()
        self._shot = None
        frame = self.rows.frame(shot, self._values.order)
        frame = msgspec.structs.replace(frame, cost=frame.cost + cost_clock() - started)
        self._steps_told, self._line_shown = frame.step, frame.line
        self._send(frame)
        self._pace.charge(perf_counter(), cost_clock() - started)

    def attend(self, names: Sequence[str]) -> None:
        """Put these rows first from now on, along with those that the lesson pins."""
        self._first = frozenset((*self._program.watch, *names))

    def look(self, look: Look) -> Detail:
        """Return the close look at the current value of an expression, or the error in the exception's words."""
        started = cost_clock()
        look = msgspec.structs.replace(look, quick=self._frame is not None)
        detail = self._values.look(look, local_values(self._frame, self._file))
        self._pace.charge(perf_counter(), cost_clock() - started)
        return msgspec.structs.replace(detail, step=self.steps)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python's garbage collector from running because of a frame's allocations: the frame frees all of them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
