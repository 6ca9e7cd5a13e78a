"""A probe as the inspector uses it: a failure costs its own rows and is reported by name; calls are time-limited."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

import msgspec

from evoclass.pluginhost.blame import reason, wants_out
from evoclass.pluginhost.timelimit import time_limit
from evoclass.probe import Glance, Picture, Probe, listed
from evoclass.protocol import Detail, Look, Parameters, Summary, Thumbnail

SECONDS = 5.0
"""Seconds that a call of a plugin's probe may take."""

LONGEST = 160
"""Most characters of a failure."""

Answer = TypeVar("Answer")


@contextmanager
def _idle_threads() -> Iterator[None]:
    """Make threads that are started here daemons, so that they do not keep the program from ending."""
    start, caller = threading.Thread.start, threading.get_ident()

    def idle(thread: threading.Thread) -> None:
        if threading.get_ident() == caller:
            thread.daemon = True
        start(thread)

    threading.Thread.start = idle  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        threading.Thread.start = start  # type: ignore[method-assign]


class KeptProbe(Probe):
    """Wraps a probe and takes its place when it fails."""

    name = ""

    def __init__(self, probe: Probe, plugin: str = "") -> None:
        """Wrap a probe.  A probe of a `plugin` from elsewhere is silent, and each of its calls has a time limit."""
        self.probe = probe
        self.name = probe.name  # type: ignore[misc]
        self.priority = probe.priority  # type: ignore[misc]
        self.folds = probe.folds  # type: ignore[misc]
        self.failure = ""
        """The last failure."""
        self.given_up = False
        """Whether a call did not end; then the probe is not called again."""
        self._plugin = plugin

    def call(self, work: Callable[[], Answer]) -> Answer:
        """Return the probe's result.  Raises only `Exception`s, and KeyboardInterrupt when the run is stopped."""
        try:
            if not self._plugin:
                return work()
            with _silence(), _idle_threads(), time_limit(SECONDS):
                return work()
        except BaseException as error:
            if wants_out(error):
                raise
            self.given_up = self.given_up or (isinstance(error, TimeoutError) and bool(self._plugin))
            self.failure = (f"plugin {self._plugin}: " if self._plugin else "") + reason(error)[:LONGEST]
            if self._plugin or not isinstance(error, Exception):
                raise RuntimeError(self.failure) from error
            raise

    def ask(self, work: Callable[[], Answer], otherwise: Answer) -> Answer:
        """Return the probe's result, or a substitute when the call fails."""
        if self.given_up:
            return otherwise
        try:
            return self.call(work)
        except Exception:  # the next picture reports it
            return otherwise

    @property
    def foreign(self) -> bool:
        """Whether the probe is of a plugin from elsewhere."""
        return bool(self._plugin)

    @property
    def failure_rows(self) -> list[Summary]:
        """The row that reports the failure, if there was one."""
        return [Summary(name=self.name, kind="other", type="", badge=self.failure)] if self.failure else []

    def install(self, step: Callable[[], None]) -> None:
        self.call(lambda: self.probe.install(step))

    def matches(self, value: Any) -> bool:
        return self.ask(lambda: bool(self.probe.matches(value)), False)

    def lasts(self, value: Any) -> bool:
        return self.ask(lambda: bool(self.probe.lasts(value)), False)

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        return [] if self.given_up else self.call(lambda: _rows(self.probe.summarise(named)))

    def detail(self, value: Any, look: Look) -> Detail | None:
        def work() -> Detail | None:
            found = self.probe.detail(value, look)
            if found is not None and not isinstance(found, Detail):
                raise TypeError(f"detail() gave a {type(found).__name__}, not a Detail")
            return found

        return None if self.given_up else self.call(work)

    def number(self, value: Any, path: tuple[str, ...] = ()) -> float | None:
        if not self._plugin:  # at every optimizer step, each microsecond counts
            try:
                return self.probe.number(value, path)
            except Exception:
                return None

        def work() -> float | None:
            found = self.probe.number(value, path)
            return float(found) if isinstance(found, (int, float)) else None

        return self.ask(work, None)

    def thumbnail(self, value: Any, path: tuple[str, ...] = ()) -> Thumbnail | None:
        def work() -> Thumbnail | None:
            found = self.probe.thumbnail(value, path)
            # A front end ends the run at a message that it cannot read.
            return msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Thumbnail | None)

        return self.ask(work, None)

    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        if self.given_up:
            return Picture(self.failure_rows)
        try:
            return KeptPicture(self, self.call(lambda: self.probe.picture(named, glance)))
        except Exception:
            if self.given_up:
                return Picture(self.failure_rows)
            raise

    def find(self, named: Mapping[str, Any], name: str) -> Any:
        def work() -> tuple[bool, Any]:
            try:
                return True, self.probe.find(named, name)
            except LookupError:
                return False, None

        found, value = self.ask(work, (False, None))
        if not found:
            raise LookupError(name)
        return value

    def still(self) -> bool:
        return self.ask(lambda: bool(self.probe.still()), True)

    def stop(self, error: BaseException) -> None:
        self.ask(lambda: self.probe.stop(error), None)

    def quiet(self) -> AbstractContextManager[None]:
        return self._quiet() if self._plugin else self.probe.quiet()

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        nothing: AbstractContextManager[None] = nullcontext()
        context = self.ask(self.probe.quiet, nothing)
        entered = self.ask(lambda: (context.__enter__(), True)[1], False)
        try:
            yield
        finally:
            if entered:
                self.ask(lambda: context.__exit__(None, None, None), None)


def _rows(found: Iterable[Summary]) -> list[Summary]:
    """Return rows as a list.  Raises TypeError, TimeoutError."""
    rows = listed(found)
    for row in rows:
        if not isinstance(row, Summary):
            raise TypeError(f"gave a {type(row).__name__}, not a row")
    return rows


class KeptPicture(Picture):
    """A picture whose rows may still fail."""

    def __init__(self, kept: KeptProbe, picture: Picture) -> None:
        if not isinstance(picture, Picture):
            raise TypeError(f"picture() gave a {type(picture).__name__}, not a Picture")
        self._kept, self._picture = kept, picture

    @property
    def names(self) -> Sequence[str]:  # type: ignore[override]
        nothing: Sequence[str] = ()
        names = self._kept.ask(self._own_names, nothing)
        told = [row.name for row in self._kept.failure_rows]
        return [*names, *told] if told else names

    def _own_names(self) -> Sequence[str]:
        names = self._picture.names
        if self._kept.foreign and not (
            isinstance(names, list | tuple) and all(type(one) is str for one in names)
        ):
            raise TypeError("the names of a picture are no list of texts")
        return names

    @property
    def parameters(self) -> Parameters | None:  # type: ignore[override]
        return self._kept.ask(self._own_parameters, None)

    def _own_parameters(self) -> Parameters | None:
        found = self._picture.parameters
        if found is None or not isinstance(found, Parameters):
            return None
        if not all(type(count) is int for count in msgspec.structs.astuple(found)):
            raise TypeError("the parameters of a picture are no whole numbers")
        return found

    @property
    def total(self) -> int:  # type: ignore[override]
        return self._kept.ask(self._own_total, 0)

    def _own_total(self) -> int:
        if type(self._picture.total) is not int:
            raise TypeError("the total of a picture is no whole number")
        return self._picture.total

    def ready(self) -> bool:
        return self._kept.ask(self._picture.ready, True)

    def rows(self) -> list[Summary]:
        rows = self._kept.call(lambda: _rows(self._picture.rows()))
        told = self._kept.failure_rows
        return [*rows, *told] if told else rows


class _Mute:
    """A stream that discards writes from one thread and passes on those of others."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._thread = stream, threading.get_ident()

    def write(self, text: str) -> int:
        return len(text) if threading.get_ident() == self._thread else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep a probe's prints out of the learner's output; the program's threads still print."""
    before = sys.stdout, sys.stderr
    mute = tuple(map(_Mute, before))
    sys.stdout, sys.stderr = mute
    try:
        yield
    finally:
        if sys.stdout is mute[0]:
            sys.stdout = before[0]
        if sys.stderr is mute[1]:
            sys.stderr = before[1]


def keep(probe: Probe) -> KeptProbe:
    """Return a probe with a wrapper."""
    return probe if isinstance(probe, KeptProbe) else KeptProbe(probe)
