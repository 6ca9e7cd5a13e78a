"""The recording of a run: its events folded into one result, bounded in size."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import field

import msgspec

from evoclass.curves import Curve
from evoclass.disk.log import logger_of
from evoclass.events import RunEnded
from evoclass.frozen import mutable
from evoclass.learner.figurefolder import kept
from evoclass.learner.progress import RunRecord
from evoclass.protocol import (
    MAX_FIGURES,
    ErrorReport,
    Exit,
    Expected,
    Figure,
    Frame,
    Output,
    Parameters,
    RunEvent,
    Started,
    Step,
    Summary,
)
from evoclass.running.program import Program

logger = logger_of(__name__)

OUTPUT_KEPT = 20_000
"""Characters of output in a record."""
ROWS_KEPT = 500
"""Rows of the last frame in a record."""
POINTS_KEPT = 256
"""Most points of a watched value's curve in a record."""
FIGURE_BYTES_KEPT = 8 * 1024 * 1024
"""Bytes of the figures' pictures in a record; beyond that the oldest go."""


@mutable
class Recording:
    """Takes the events of one run as they arrive."""

    program: Program
    runner: str = ""
    output_limit: int | None = OUTPUT_KEPT
    """Characters of output to keep, the newest ones; None keeps all."""
    started: Started | None = None
    exit: Exit | None = None
    error: ErrorReport | None = None
    steps: int = 0
    live: dict[str, str] = field(default_factory=dict)
    expected: tuple[Expected, ...] = ()
    """What became of the lesson's conditions."""
    parameters: Parameters | None = None
    rows: dict[str, Summary] = field(default_factory=dict)
    """The newest summary of each value, by name."""
    curves: dict[str, Curve] = field(default_factory=dict)
    """The numbers of each watched value at every optimizer step."""
    figures: dict[int, Figure] = field(default_factory=dict)
    """What the program showed and saved, by number; the newest ones."""
    unseen: tuple[str, ...] = ()
    """Watched names that the inspector has never shown: no row, no part with a row, no curve."""
    frames: int = 0
    time: float = field(default_factory=time.time)
    _last: Frame | None = None
    _output: deque[str] = field(default_factory=deque)
    _length: int = 0

    def __post_init__(self) -> None:
        self.unseen = self.program.watch

    def take(self, event: RunEvent) -> None:
        """Apply one more event."""
        match event:
            case Output(text=text):
                self._write(text)
            case Frame():
                self._frame(event)
            case Figure():
                self._figure(event)
            case Step(count=count):
                self.steps = max(self.steps, count)
            case ErrorReport():
                self.error = event
            case Started():
                self.started = event
                logger.info("run of %s started by %s", self.program.file, self.runner)
            case Exit():
                self.exit = event
                logger.info(
                    "run of %s ended: %s, %.3f s, %d frames",
                    self.program.file,
                    event.reason,
                    event.seconds,
                    self.frames,
                )

    def _write(self, text: str) -> None:
        self._output.append(text)
        self._length += len(text)
        while self.output_limit is not None and self._length - len(self._output[0]) > self.output_limit:
            self._length -= len(self._output.popleft())

    def _frame(self, frame: Frame) -> None:
        self.frames += 1
        if frame.whole:
            self.rows.clear()
        for name in frame.gone:
            self.rows.pop(name, None)
        self.rows.update((row.name, row) for row in frame.rows)
        self.unseen = tuple(
            name
            for name in self.unseen
            if name not in frame.curves and not any(_shows(row, name) for row in frame.rows)
        )
        for name, points in frame.curves.items():
            self.curves.setdefault(name, Curve()).add(points)
        self.live = frame.live or self.live
        self.expected = frame.expected or self.expected
        self.parameters = frame.parameters or self.parameters
        self.steps = max(self.steps, frame.step)
        self._last = frame

    def _figure(self, figure: Figure) -> None:
        self.figures[figure.number] = figure
        size = sum(len(each.png) for each in self.figures.values())
        for number in sorted(self.figures):
            if len(self.figures) <= MAX_FIGURES and size <= FIGURE_BYTES_KEPT:
                break
            if number != figure.number:
                size -= len(self.figures.pop(number).png)

    @property
    def output(self) -> str:
        """The program's output; only the newest part if there was much."""
        text = "".join(self._output)
        return text if self.output_limit is None else text[-self.output_limit :]

    @property
    def metrics(self) -> dict[str, float]:
        """Finite scalars at the end of the program, by name."""
        found = {}
        for row in self.rows.values():
            if row.kind == "scalar":
                try:
                    number = float(row.text)
                except ValueError:
                    continue
                if math.isfinite(number):
                    found[row.name] = number
        return found

    def ended(self, course: str = "", lesson: str = "") -> RunEnded:
        """Return the form of the run that listeners get.  Raises ValueError before it has ended."""
        if self.exit is None:
            raise ValueError("the run has not ended")
        return RunEnded(
            course=course,
            lesson=lesson,
            file=self.program.file.name,
            runner=self.runner,
            exit=self.exit,
            steps=self.steps,
            metrics=self.metrics,
            error=self.error,
        )

    def record(self) -> RunRecord:
        """Return the record of the run.  Raises ValueError before it has ended."""
        if self.exit is None:
            raise ValueError("the run has not ended")
        frame = None
        if self._last is not None:
            rows = tuple(self.rows.values())[:ROWS_KEPT]
            curves = {
                name: tuple(Curve(curve.points, POINTS_KEPT).points) for name, curve in self.curves.items()
            }
            frame = msgspec.structs.replace(
                self._last,
                rows=rows,
                whole=True,
                gone=(),
                total=len(self.rows),
                curves=curves,
                thumbnails={},
            )
        return RunRecord(
            file=self.program.file.name,
            code=self.program.source,
            runner=self.runner,
            exit=self.exit,
            output=self.output,
            frame=frame,
            live=dict(self.live),
            time=self.time,
            metrics=self.metrics,
            error=self.error,
            figures=tuple(kept(self.figures[number]) for number in sorted(self.figures)),
        )


def _shows(row: Summary, name: str) -> bool:
    """Whether a row says something of a value, or of a part of it."""
    says = row.kind != "other" or bool(row.badge)
    return says and (row.name == name or row.name.startswith((f"{name}.", f"{name}[")))
