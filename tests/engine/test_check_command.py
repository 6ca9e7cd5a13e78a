"""`evoclass check` as it is called: which course, what it prints where, and `evoclass progress` beside it."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from evoclass.commands import check
from evoclass.contracts.lessons import sample_lesson
from evoclass.errors import Problem
from evoclass.learner.store import Store, Verb
from evoclass.learner.workspace import Workspace
from evoclass.reading.lessonfiles import course_around

pytestmark = pytest.mark.usefixtures("without_torch")


def evoclass(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=cwd)


@pytest.mark.parametrize("place", ["", "en", "it", "en/pictures/new"])
def test_the_course_around_the_current_folder(course: Path, place: str) -> None:
    (course / place).mkdir(parents=True, exist_ok=True)
    assert course_around(course / place) == course
    (course / "en" / "pictures").mkdir(exist_ok=True)
    (course / "en" / "pictures" / "notes.md").write_text("No lesson.\n")
    assert course_around(course / place) == course


@pytest.mark.parametrize("options", [("--seeds", "3"), ("--jobs", "2"), ("--runner", "local-cpu")])
def test_an_option_for_runs_does_not_pass_in_silence_when_nothing_runs(
    course: Path, options: tuple[str, str]
) -> None:
    ended = evoclass("check", course, *options)
    assert ended.returncode == 2
    assert f"without it, nothing runs, and {options[0]} would" in " ".join(ended.stderr.split())


def test_a_check_with_more_seeds_says_when_no_lab_has_any(course: Path) -> None:
    ended = evoclass("check", course / "en" / "01-adding.md", "--run", "--trust", "--seeds", "2")
    assert ended.returncode == 0, ended.stderr
    assert "no values of other seeds to show" in ended.stderr


def test_other_markdown_is_no_course(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A page\n")
    (tmp_path / "docs" / "README.md").write_text("---\nid: x\n---\n")
    assert course_around(tmp_path / "docs") is None
    (tmp_path / "docs" / "b.md").write_bytes(b"\xef\xbb\xbf---\r\nid: b\r\nnumber: 1\r\n---\r\n")
    assert course_around(tmp_path / "docs") == tmp_path / "docs"
    (tmp_path / "xy").mkdir()
    (tmp_path / "xy" / "01-a.md").write_text("---\nid: a\nnumber: 1\n---\n")
    (tmp_path / "other").mkdir()
    assert course_around(tmp_path / "other") is None


def test_check_without_a_path_checks_the_course_that_one_is_in(course: Path, tmp_path: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace("- [x] 4", "- [ ] 4"))
    for place in (course, course / "en", course / "it"):
        ended = evoclass("check", "--json", cwd=place)
        assert ended.returncode == 1
        assert [row["code"] for row in json.loads(ended.stdout)] == ["E040"]
        assert str(course) in ended.stderr
    ended = evoclass("check", "--json", cwd=tmp_path)
    assert (ended.returncode, json.loads(ended.stdout), ended.stderr) == (0, [], "")


def test_what_is_not_compared_is_said(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace("- [x] 4", "- [ ] 4"))
    ended = evoclass("check", course, cwd=course.parent)
    assert "Not compared" in ended.stderr
    assert "sums/it/01-adding.md" in ended.stderr
    assert "index.md" not in ended.stderr


def test_equal_messages_are_one_on_a_terminal_and_a_line_each_in_a_pipe(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text() + "\n<b>\n" * 20)
    piped = evoclass("check", course, cwd=course.parent)
    assert piped.stdout.count("W033") == 20
    reader, writer = pty.openpty()
    command = [sys.executable, "-m", "evoclass", "check", str(course)]
    subprocess.run(command, stdout=writer, stderr=subprocess.DEVNULL, timeout=120, cwd=course.parent)
    os.close(writer)
    shown = b""
    while True:
        try:
            piece = os.read(reader, 65536)
        except OSError:  # Linux ends a terminal that nobody holds with an error
            break
        if not piece:
            break
        shown += piece
    os.close(reader)
    assert shown.count(b"W033") == 1
    assert b"19 more lines" in shown


def test_a_starter_that_passes_is_told_once(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    question = """
:::{fix} same
Mend it.

```python starter
y = 1
```

```python solution
y = 1
```

:expect: y == 1 | One.
:::
"""
    lesson.write_text(lesson.read_text() + question)
    ended = evoclass("check", lesson, "--run", "--trust", "--json")
    assert [row["code"] for row in json.loads(ended.stdout)] == ["E074"]


def test_progress_counts_the_questions_that_there_are(course: Path, home: Path) -> None:
    home.mkdir()
    store = Store(home / "progress.db")
    for block in ("two-and-two", "gone-since"):
        store.append(
            Verb.ANSWERED,
            course="sums",
            lesson="adding",
            language="en",
            block=block,
            answer={"choice": "b"},
            score=1.0,
            passed=True,
        )
    store.close()
    document = json.loads(evoclass("progress", "--json", "--content", course).stdout)
    (row,) = document["lessons"]
    assert row["passed"] == 1
    assert set(row["exercises"]) == {"two-and-two", "gone-since"}


def test_as_many_lessons_run_at_a_time_as_there_are_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    both, running, most = asyncio.Barrier(2), 0, 0

    async def check_run(lesson: object, bench: object, *others: object, **settings: object) -> list[Problem]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.wait_for(both.wait(), 10)
        running -= 1
        return [Problem("E070", 1)]

    monkeypatch.setattr(check.lint, "check_run", check_run)
    lessons, space = [sample_lesson("Text.") for _ in range(4)], Workspace()
    problems, _ = asyncio.run(check._dynamic(space, lessons, space.runner(), seeds=1, jobs=2))
    assert (len(problems), most) == (4, 2)
