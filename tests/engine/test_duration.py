"""How long a lab takes here: from its own runs, or from the lesson's time and one measurement of the machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evoclass.contracts.bench import InterpreterBench
from evoclass.disk import paths
from evoclass.learner.duration import about, expected
from evoclass.learner.progress import RunRecord
from evoclass.model import Lab
from evoclass.protocol import Exit
from evoclass.running import speed

LAB = Lab(id="a.py", line=1, end_line=3, file="a.py", code="x = 1\n", takes=6.0)


def ran(
    seconds: float, code: str = LAB.code, reason: str = "finished", runner: str = "local-cpu"
) -> RunRecord:
    return RunRecord("a.py", code, runner, Exit(reason=reason, code=0, seconds=seconds), "")  # type: ignore[arg-type]


def test_own_runs_tell_more_than_the_lesson() -> None:
    assert expected(LAB, [], "local-cpu", None) is None
    assert expected(LAB, [], "local-cpu", 3.0) == 18.0
    assert expected(replace(LAB, takes=0.0), [], "local-cpu", 3.0) is None
    assert expected(LAB, [ran(50), ran(9), ran(8), ran(30)], "local-cpu", 3.0) == 9
    others = [ran(50, code="x = 2\n"), ran(50, reason="timeout"), ran(50, runner="local-cuda")]
    assert expected(LAB, others, "local-cpu", 3.0) == 18.0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 s"),
        (6.4, "6 s"),
        (9.9, "10 s"),
        (23, "25 s"),
        (56, "55 s"),
        (59, "1 min"),
        (89, "1,5 min"),
        (700, "12 min"),
    ],
)
def test_a_time_is_said_roundly(seconds: float, said: str) -> None:
    assert about(seconds, "it") == said


async def test_a_machine_is_measured_and_remembered() -> None:
    assert speed.kept("local-cpu") is None
    factor = speed.read((await InterpreterBench("en").run(speed.program(), seconds=60.0)).output)
    assert factor > 0
    speed.keep("local-cpu", factor)
    speed.keep("local-cuda", 2.0)
    assert speed.kept("local-cpu") == factor
    assert speed.kept("other") is None


@pytest.mark.parametrize("found", ["[1]", "{", '{"a": "b"}', "", "x" * 70_000])
def test_a_file_of_measurements_that_is_none_is_made_anew(found: str) -> None:
    (paths.cache_folder() / "speed.json").write_text(found)
    assert speed.kept("local-cpu") is None
    speed.keep("local-cpu", 2.0)
    assert speed.kept("local-cpu") == 2.0


@pytest.mark.parametrize("output", ["", "nan", "0", "1e9", "Killed"])
def test_what_is_no_measurement_is_refused(output: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        speed.read(output)
