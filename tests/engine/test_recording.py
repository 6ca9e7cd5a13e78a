"""A run leaves a record that is bounded, whatever the run did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evoclass.protocol import (
    ErrorReport,
    Exit,
    Frame,
    Output,
    Parameters,
    RunEvent,
    Started,
    Step,
    Summary,
)
from evoclass.runner import Limits, Program, Run
from evoclass.running.record import record, run_through
from evoclass.running.recording import OUTPUT_KEPT, POINTS_KEPT, ROWS_KEPT, Recording
from tui.fakes import FakeRun, FakeRunner

PROGRAM = Program(source="x = 1", file=Path("/f/x.py"), folder=Path("/f"))
STOPPED = Exit(reason="stopped", code=130, seconds=1.0)


def scalar(name: str, text: str) -> Summary:
    return Summary(name=name, kind="scalar", text=text)


def recorded(*events: RunEvent, **settings: int | None) -> Recording:
    recording = Recording(PROGRAM, "local-cpu", **settings)  # type: ignore[arg-type]
    for event in events:
        recording.take(event)
    return recording


def test_a_run_that_has_not_ended_has_no_record() -> None:
    with pytest.raises(ValueError, match="not ended"):
        recorded(Started(pid=1), Output(text="x")).record()


def test_the_record_names_program_runner_end_and_error() -> None:
    error = ErrorReport(type="ValueError", text="no")
    record = recorded(error, STOPPED).record()
    assert (record.file, record.code, record.runner) == ("x.py", "x = 1", "local-cpu")
    assert (record.exit, record.error) == (STOPPED, error)


def test_the_end_of_the_output_is_kept() -> None:
    pieces = [Output(text=f"{number:06}\n") for number in range(20_000)]
    record = recorded(*pieces, STOPPED).record()
    assert len(record.output) == OUTPUT_KEPT
    assert record.output.endswith("019998\n019999\n")
    assert len(recorded(Output(text="x" * 10 * OUTPUT_KEPT), STOPPED).record().output) == OUTPUT_KEPT
    assert len(recorded(*pieces, output_limit=None).output) == 140_000


def test_frames_are_folded_into_one() -> None:
    recording = recorded(
        Frame(sequence=1, cause="step", rows=(scalar("a", "1"), scalar("b", "2"), scalar("c", "3"))),
        Frame(sequence=2, cause="step", rows=(scalar("b", "5"),), whole=False, gone=("c",), step=7),
        Step(count=9),
        STOPPED,
    )
    frame = recording.record().frame
    assert frame is not None
    assert [(row.name, row.text) for row in frame.rows] == [("a", "1"), ("b", "5")]
    assert (frame.whole, frame.gone, frame.total) == (True, (), 2)
    assert (recording.steps, recording.frames) == (9, 2)


def test_only_so_many_rows_are_kept() -> None:
    rows = tuple(scalar(f"x{number}", "1") for number in range(2 * ROWS_KEPT))
    frame = recorded(Frame(sequence=1, cause="end", rows=rows), STOPPED).record().frame
    assert frame is not None
    assert (len(frame.rows), frame.total) == (ROWS_KEPT, 2 * ROWS_KEPT)


def test_metrics_are_finite_scalars() -> None:
    rows = (
        scalar("loss", "0.25"),
        scalar("epochs", "3"),
        scalar("broken", "nan"),
        scalar("endless", "inf"),
        scalar("name", "'resnet'"),
        Summary(name="w", kind="tensor", text="1.0"),
    )
    metrics = recorded(Frame(sequence=1, cause="end", rows=rows), STOPPED).record().metrics
    assert metrics == {"loss": 0.25, "epochs": 3.0}


def test_live_values_and_parameters_stay_when_a_later_frame_has_none() -> None:
    counts = Parameters(trainable=3)
    recording = recorded(
        Frame(sequence=1, cause="step", live={"x": "1"}, parameters=counts),
        Frame(sequence=2, cause="end", whole=False),
        STOPPED,
    )
    assert (recording.record().live, recording.parameters) == ({"x": "1"}, counts)


async def test_a_run_is_taken_to_its_exit_and_closed() -> None:
    class Quick(FakeRunner):
        async def start(self, *program: Any, **size: Any) -> Run:
            run = await super().start(*program, **size)
            self.run.finishes("hi\n")
            return run

    runner = Quick()
    recording = await run_through(runner, PROGRAM, Limits())
    assert recording.exit is not None
    assert (recording.exit.reason, recording.output, recording.runner) == ("finished", "hi\n", "local-cpu")
    assert runner.run.closed


async def test_a_run_is_closed_when_who_is_told_fails() -> None:
    run = FakeRun(PROGRAM)
    run.happens(Started(pid=1), Output(text="a"), Output(text="b"))

    def tell(event: RunEvent) -> None:
        if isinstance(event, Output):
            raise BrokenPipeError

    recording = Recording(PROGRAM)
    with pytest.raises(BrokenPipeError):
        await record(run, recording, tell)
    assert (recording.output, run.closed) == ("a", True)


def test_curves_are_kept_whole_in_the_recording_and_thinned_in_the_record() -> None:
    frames = [
        Frame(
            sequence=number,
            cause="step",
            step=1000 * number,
            curves={
                "loss": tuple((step, float(-step)) for step in range(1000 * number - 999, 1000 * number + 1))
            },
        )
        for number in (1, 2)
    ]
    recording = recorded(*frames, STOPPED)
    assert len(recording.curves["loss"].points) == 2000
    kept = recording.record()
    assert kept.frame is not None
    points = kept.frame.curves["loss"]
    assert 100 < len(points) <= POINTS_KEPT
    assert (points[0], points[-1]) == ((1, -1.0), (2000, -2000.0))
