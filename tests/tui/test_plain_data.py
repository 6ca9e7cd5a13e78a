"""What the screen keeps outside of widgets: stopwatch, outline, comparison."""

from __future__ import annotations

import pytest

from evoclass.learner.progress import LessonState, RunRecord
from evoclass.model import Heading, Paragraph, Span
from evoclass.protocol import Exit
from evoclass.testing import sample_lesson
from evoclass_tui.comparison import diff, metrics, output_end
from evoclass_tui.outline import outline, section_of
from evoclass_tui.stopwatch import Stopwatch


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_stopwatch_counts_between_signs_of_life() -> None:
    clock = Clock()
    watch = Stopwatch(30.0, idle=60.0, clock=clock)
    assert watch.paused
    watch.touch()
    clock.now += 40
    watch.touch()
    clock.now += 20
    assert watch.seconds == 90.0
    assert not watch.paused


def test_the_stopwatch_stops_at_the_end_of_the_idle_time() -> None:
    clock = Clock()
    watch = Stopwatch(idle=60.0, clock=clock)
    watch.touch()
    clock.now += 3600
    assert watch.paused
    assert watch.seconds == 60.0
    watch.touch()
    clock.now += 1
    assert watch.seconds == 61.0


def test_the_stopwatch_tells_its_news_once() -> None:
    clock = Clock()
    watch = Stopwatch(10.0, clock=clock)
    watch.touch()
    clock.now += 5
    assert watch.take_news() == 5.0
    assert watch.take_news() == 0.0


LESSON = """\
Before any heading.

# The lesson

## 1. First

Text.

:::{choice} one
Which?

- [x] a
- [ ] b
:::

### Deeper

:::{choice} two
Which?

- [x] a
- [ ] b
:::

## 2. Second

Text.
"""


def test_the_outline_counts_the_exercises_below_each_heading() -> None:
    lesson = sample_lesson(LESSON)
    state = LessonState()
    state.exercise("one").passed = True
    state.exercise("two").revealed = True
    sections = outline(lesson, state)
    assert [section.title for section in sections] == ["The lesson", "1. First", "2. Second"]
    first = sections[1]
    assert (first.passed, first.seen, first.total) == (1, 2, 2)


def test_a_block_belongs_to_the_heading_above_it() -> None:
    lesson = sample_lesson(LESSON)
    second = next(block for block in lesson.blocks if isinstance(block, Heading) and "2." in str(block.text))
    last = next(block for block in reversed(lesson.blocks) if isinstance(block, Paragraph))
    assert section_of(lesson, last.id) == second.id
    assert section_of(lesson, lesson.blocks[0].id) == ""
    assert isinstance(second.text[0], Span)


def record(code: str, output: str = "", **metrics: float) -> RunRecord:
    return RunRecord(
        file="a.py",
        code=code,
        runner="local-cpu",
        exit=Exit(reason="finished", code=0, seconds=1.0),
        output=output,
        metrics=metrics,
    )


def test_the_difference_of_two_programs_shows_changes_with_some_context() -> None:
    old = "\n".join(f"line {number}" for number in range(1, 21))
    new = old.replace("line 10", "line ten").replace("line 20", "line 20\nline 21")
    lines = diff(old, new)
    assert [(line.kind, line.text, line.number) for line in lines if line.kind in ("added", "removed")] == [
        ("removed", "line 10", 10),
        ("added", "line ten", 10),
        ("added", "line 21", 21),
    ]
    assert sum(line.kind == "same" for line in lines) == 6
    assert sum(line.kind == "gap" for line in lines) == 1
    assert diff(old, old) == []


def test_figures_that_differ_come_first() -> None:
    left = record('print(f"{loss:.2f} after {epochs}")', loss=0.5, epochs=3.0)
    right = record("print(loss, epochs, extra)", loss=0.25, epochs=3.0, extra=1.0)
    rows = metrics(left, right)
    assert [(row.name, row.change) for row in rows] == [("loss", -0.25), ("extra", None), ("epochs", 0.0)]


def test_only_numbers_that_a_program_prints_are_compared() -> None:
    code = "start = clock()\nfor i in range(3):\n    log(i)\nprint('took', clock() - start, end=tail)"
    rows = metrics(record(code, start=1.0, i=2.0, tail=0.0), record("def", start=2.0, i=2.0))
    assert [row.name for row in rows] == ["start", "tail"]


def test_only_the_end_of_the_output_is_compared() -> None:
    assert output_end(record("", "".join(f"{number}\n" for number in range(50)))) == [
        str(n) for n in range(38, 50)
    ]


def test_a_progress_bar_is_one_line_of_the_output() -> None:
    assert output_end(record("", "10%\r50%\r99%\r\ndone\r\n")) == ["99%", "done"]


@pytest.mark.parametrize("output", ["", "\n\n"])
def test_no_output_is_no_lines(output: str) -> None:
    assert output_end(record("", output)) == []
