"""`evoclass grade`: the course's own checks on what learners hand in, and on files that nobody should trust."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from classroom import RIGHT, Learner, answer, claim, solution, solved, typed, write_course
from evoclass.errors import NotFoundError, NotTrustedError, RunnerUnavailable
from evoclass.learner import submission
from evoclass.learner.reviewing import Review
from evoclass.learner.session import Session
from evoclass_local import sandboxtest

needs_sandbox = pytest.mark.skipif(bool(sandboxtest.hole()), reason=f"no sandbox here: {sandboxtest.hole()}")

pytestmark = pytest.mark.usefixtures("without_torch")

Class = Callable[..., Path]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_course(tmp_path / "course")


@pytest.fixture
def hand_in(tmp_path: Path, course: Path, monkeypatch: pytest.MonkeyPatch) -> Class:
    """Return what lets a learner work and hand in: `hand_in("anna", steps)`."""

    def handed(name: str, steps: Callable[[Session], Any], language: str = "en") -> Path:
        learner = Learner(tmp_path / f"home-{name}", course, monkeypatch)
        learner.work(steps, language)
        file = tmp_path / "hand-in" / f"{name}.evosubmission"
        file.parent.mkdir(exist_ok=True)
        result = learner("submit", "1", "--name", name, "-o", file)
        assert result.exit_code == 0
        monkeypatch.setenv("EVOCLASS_HOME", str(tmp_path / "teacher"))
        return file

    return handed


def grade(course: Path, *words: object) -> Result:
    return typed("grade", *words, "--trust", "--content", course)


def rows(result: Result) -> dict[tuple[str, str], dict[str, str]]:
    """Return the rows of the CSV by the name of the file and the question."""
    found = csv.DictReader(io.StringIO(result.stdout))
    return {(row["file"].partition(".")[0], row["question"]): row for row in found}


def sealed(file: Path, change: Callable[[list[Any]], object]) -> None:
    """Change the lines of a file and seal it anew, as somebody would who wants to cheat."""
    lines = [json.loads(line) for line in file.read_text().splitlines()[:-1]]
    change(lines)
    for row in lines[1:]:  # the rows go with the head
        row[3:5] = [lines[0]["course"], lines[0]["lesson"]]
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    seal = {"events": len(lines) - 1, "sha256": hashlib.sha256(text).hexdigest()}
    file.write_bytes(text + json.dumps(seal).encode() + b"\n")


@needs_sandbox
def test_every_answer_is_checked_with_the_learners_own_values(course: Path, hand_in: Class) -> None:
    def anna(session: Session) -> None:
        first = solution(session, "next")
        tries = 0
        while solution(session, "next") == first:  # a new draw may be the old one by chance
            session.answers.retry("next")
            assert (tries := tries + 1) < 10
        solved(session)

    hand_in("anna", anna)
    file = hand_in("luca", solved, "it")
    result = grade(course, file.parent)
    assert result.exit_code == 0
    assert "1 of 2: anna, Sums: 4 of 4 right.\n" in result.stderr
    found = rows(result)
    assert len(found) == 8
    assert {row["passed"] for row in found.values()} == {"1"}
    assert {row["score"] for row in found.values()} == {"1.0"}
    assert {row["claimed"] for row in found.values()} == {""}


@needs_sandbox
def test_an_answer_that_says_what_it_was_drawn_from_is_checked_with_that(
    course: Path, hand_in: Class
) -> None:
    file = hand_in("anna", lambda session: answer(session, "next", solution(session, "next")["number"]))

    def elsewhere(lines: list[Any]) -> None:
        before, lines[0]["draws"] = lines[0]["draws"], "another machine"
        for row in lines[1:]:
            if row[7] == "answered":
                row[8] = json.dumps({**json.loads(row[8]), "draw": f"{before}/0"})

    sealed(file, elsewhere)
    assert rows(grade(course, file))["anna", "next"]["passed"] == "1"


@needs_sandbox
def test_what_a_file_claims_is_not_believed(course: Path, hand_in: Class) -> None:
    def cheat(session: Session) -> None:
        claim(session, "double", "def double(x):\n    return 4\n", 1.0)
        claim(session, "even", "b", 1.0)
        claim(session, "next", 5.0, 1.0)
        claim(session, "word", "add", 0.0)

    def nearly(session: Session) -> None:
        claim(session, "double", "def double(x):\n    return 4\n", 0.9)

    nearly_file = hand_in("ada", nearly)
    assert rows(grade(course, nearly_file))["ada", "double"]["claimed"] == "0.9"
    found = rows(grade(course, hand_in("eve", cheat)))
    wrong = found["eve", "double"]
    assert (wrong["passed"], wrong["claimed"], wrong["score"]) == ("0", "1.0", "0.5")
    assert wrong["note"] == "Twice minus one is minus two."
    assert (found["eve", "even"]["passed"], found["eve", "even"]["claimed"]) == ("0", "1.0")
    assert found["eve", "even"]["note"] == "Odd."
    assert (found["eve", "next"]["passed"], found["eve", "next"]["claimed"]) == ("0", "1.0")
    assert (found["eve", "word"]["passed"], found["eve", "word"]["claimed"]) == ("1", "0.0")


@needs_sandbox
def test_programs_that_loop_crash_flood_or_write_cost_their_own_row(
    course: Path, hand_in: Class, tmp_path: Path
) -> None:
    target = Path("/var/tmp") / f"evoclass-{os.getpid()}-was-here"
    bad = {
        "loops": "while True: pass\n",
        "leaves": "import os\nos._exit(0)\n",
        "floods": "while True: print('x' * 10_000)\n",
        "writes": f"open({str(target)!r}, 'w').write('x')\n{RIGHT}",
        "syntax": "def double(x:\n",
    }
    for name, code in bad.items():
        hand_in(name, lambda session, code=code: claim(session, "double", code, 1.0))
    file = hand_in("zoe", lambda session: claim(session, "double", RIGHT, 1.0))
    result = grade(course, file.parent, "--jobs", "2")
    found = rows(result)
    for name in bad:
        row = found[name, "double"]
        assert (row["passed"], row["claimed"]) == ("0", "1.0")
        assert row["note"]
    assert found["zoe", "double"]["passed"] == "1"
    assert not target.exists()
    assert result.exit_code == 0


@needs_sandbox
def test_files_that_cannot_be_used_are_one_row_each(course: Path, hand_in: Class, tmp_path: Path) -> None:
    (course / "en" / "01-sums.md").write_text(
        (course / "en" / "01-sums.md").read_text().partition("::::{code}")[0]
    )
    good = hand_in("good", lambda session: answer(session, "even", "a"))
    data = good.read_bytes()
    folder = good.parent
    (folder / "cut.evosubmission").write_bytes(data[: len(data) // 2])
    (folder / "flipped.evosubmission").write_bytes(data.replace(b'"good"', b'"gold"', 1))
    (folder / "empty.evosubmission").write_bytes(b"")
    (folder / "noise.evosubmission").write_bytes(os.urandom(5000))
    (folder / "deep.evosubmission").write_bytes(b"[" * 100_000 + b"\n")
    (folder / "folder.evosubmission").mkdir()
    os.mkfifo(folder / "pipe.evosubmission")
    for name, changes in {
        "newer": {"version": 99},
        "elsewhere": {"course": "other"},
        "unknown": {"lesson": "nowhere"},
        "headless": {"draws": 7},
    }.items():
        file = folder / f"{name}.evosubmission"
        file.write_bytes(data)
        sealed(file, lambda lines, changes=changes: lines[0].update(changes))
    result = grade(course, folder)
    assert result.exit_code == 1
    found = rows(result)
    assert found["good", "even"]["passed"] == "1"
    problems = {name: row["note"] for (name, question), row in found.items() if not question}
    assert set(problems) == {
        *("cut", "flipped", "empty", "noise", "deep", "pipe", "folder"),
        *("newer", "elsewhere", "unknown", "headless"),
    }
    assert "damaged" in problems["flipped"]
    assert "newer EvoClass" in problems["newer"]
    assert "course other is not here" in problems["elsewhere"]
    assert "lesson nowhere" in problems["unknown"]


@needs_sandbox
def test_hostile_values_cost_their_own_rows(course: Path, hand_in: Class) -> None:
    def hostile(lines: list[Any]) -> None:
        lines[0]["learner"] = "=cmd('x')\x1b[31m\nevil"
        answers: list[Any] = [
            {"choice": {"a": "b"}},
            {"choice": ["a"] * 100_000},
            {"choice": 10**400},
            {"number": {"deep": "x"}},
            {"number": "9" * 1_000_000},
            {"word": 3},
            {},
        ]
        blocks = ["even", "even", "even", "next", "next", "word", "@gone\x1b[2J"]
        template = next(row for row in lines[1:] if row[7] == "answered")
        for row in lines[1:]:
            row[2] = lines[0]["learner"]
        for number, (block, given) in enumerate(zip(blocks, answers, strict=True)):
            row = list(template)
            row[0] = f"{row[0][:-12]}{number:012x}"
            row[6], row[8] = block, json.dumps({"answer": given, "score": 10**400, "passed": False})
            lines.append(row)

    file = hand_in("eve", lambda session: claim(session, "word", "add", 1.0))
    sealed(file, hostile)
    result = grade(course, file)
    assert "\x1b" not in result.stdout + result.stderr
    assert len(result.stderr.splitlines()) == 1
    found = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["learner"] for row in found} == {"'=cmd('x')\\x1b[31m evil"}
    by = {row["question"]: row for row in found}
    assert {key for key in by} == {"even", "next", "word", "double", "'@gone\\x1b[2J"}
    assert by["word"]["passed"] == "1"
    assert by["even"]["passed"] == by["next"]["passed"] == "0"
    assert by["next"]["note"] == "The answer is too large to be graded."
    assert by["'@gone\\x1b[2J"]["note"] == "This question is no longer in the lesson."
    told = grade(course, file, "--json").stdout
    assert "\x1b" not in told
    (document,) = json.loads(told)
    assert len(document["questions"]) == 5


@needs_sandbox
def test_a_draft_is_graded_and_a_solution_seen_is_told(course: Path, hand_in: Class) -> None:
    def steps(session: Session) -> None:
        session.answers.draft("even", {"choice": "a"})
        session.answers.reveal("word")
        answer(session, "word", "add")

    found = rows(grade(course, hand_in("anna", steps)))
    assert (found["anna", "even"]["passed"], found["anna", "even"]["tries"]) == ("1", "0")
    word = found["anna", "word"]
    assert (word["passed"], word["solution_seen"]) == ("0", "1")
    assert word["note"] == "No answer before the solution was shown."
    assert found["anna", "next"]["note"] == "Not answered."


@needs_sandbox
def test_a_lesson_that_has_changed_is_told(course: Path, hand_in: Class) -> None:
    file = hand_in("anna", lambda session: answer(session, "even", "a"))
    lesson = course / "en" / "01-sums.md"
    lesson.write_text(lesson.read_text().replace("- [x] 4", "- [ ] 4").replace("- [ ] 7", "- [x] 7"))
    result = grade(course, file, "--lang", "it")
    assert "un testo diverso della lezione" in result.stderr
    assert rows(result)["anna", "even"]["claimed"] == "1.0"


@needs_sandbox
def test_the_programs_of_a_learner_are_there_to_read(course: Path, hand_in: Class) -> None:
    file = hand_in("anna", lambda session: session.desk.edit("sum.py", "total = 7\n"))
    (document,) = json.loads(grade(course, file, "--json").stdout)
    assert document["programs"] == {"sum.py": "total = 7\n"}
    assert document["learner"] == "anna"


def test_without_a_sandbox_nothing_runs_unless_told(
    course: Path, hand_in: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = hand_in("anna", lambda session: claim(session, "double", RIGHT, 1.0))
    monkeypatch.setattr(sandboxtest, "hole", lambda: "bwrap")
    with pytest.raises(RunnerUnavailable, match=r"nothing was run.*--runner local-cpu"):
        grade(course, file)
    assert rows(grade(course, file, "--runner", "local-cpu"))["anna", "double"]["passed"] == "1"
    with pytest.raises(NotFoundError):
        grade(course, file, "--runner", "nowhere")


@needs_sandbox
def test_code_of_a_course_from_elsewhere_needs_a_yes(course: Path, hand_in: Class, tmp_path: Path) -> None:
    file = hand_in("anna", lambda session: claim(session, "double", RIGHT, 1.0))
    with pytest.raises(NotTrustedError):
        typed("grade", file, "--content", course)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(NotFoundError):
        grade(course, tmp_path / "nothing")


@needs_sandbox
def test_what_is_graded_is_not_lost_when_the_teacher_stops(
    course: Path, hand_in: Class, tmp_path: Path
) -> None:
    lesson = course / "en" / "01-sums.md"
    lesson.write_text(lesson.read_text().replace(":seconds: 3", ":seconds: 300"))
    hand_in("anna", lambda session: answer(session, "even", "a"))
    file = hand_in("zoe", lambda session: claim(session, "double", "while True: pass", 1.0))
    for form in ((), ("--json",)):
        grading = subprocess.Popen(
            [
                *(sys.executable, "-m", "evoclass", "grade", str(file.parent), "--jobs", "1"),
                *("--trust", "--content", str(course), *form),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LANG": "en_US.UTF-8"},
            # Who starts the tests in the background has this signal ignored, in all that they start.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        assert grading.stderr is not None
        assert grading.stderr.readline().startswith("1 of 2: anna")
        grading.send_signal(signal.SIGINT)
        out, err = grading.communicate(timeout=60)
        assert grading.returncode != 0
        assert "Traceback" not in err
        if form:
            assert [one["learner"] for one in json.loads(out)] == ["anna"]
        else:
            assert out.count("anna.evosubmission") == 4


@needs_sandbox
def test_a_seen_solution_that_was_earned_back_in_a_review_counts(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = Learner(tmp_path / "anna", course, monkeypatch)

    def looked_up(session: Session) -> None:
        for block in ("next", "word"):
            session.answers.reveal(block)
        claim(session, "even", "b", 0.0)

    anna.work(looked_up, days_ago=3)

    def earned_back(review: Review) -> None:
        while (block := review.next()) is not None:
            solution = review.answers.exercise(block.id).exercise.solution()
            answer(review, block.id, "b" if block.id == "even" else next(iter(solution.values())))
            review.settle()

    anna.review(earned_back)
    file = tmp_path / "anna.evosubmission"
    said = anna("submit", "1", "--name", "Anna", "-o", file).stdout
    assert "answers to 3 of 4 questions, 2 of them right" in said
    assert "solution before" not in said
    assert "Not answered: 4 (double)." in said
    reviewed = [event for event in submission.read(file).events if "review" in event.payload]
    assert sorted(event.block for event in reviewed) == ["next", "word"]  # what was missed stays with her
    monkeypatch.setenv("EVOCLASS_HOME", str(tmp_path / "teacher"))
    found = rows(grade(course, file))
    assert [found["anna", block]["passed"] for block in ("next", "word", "even")] == ["1", "1", "0"]
    assert found["anna", "next"]["solution_seen"] == "1"
    assert {row["claimed"] for row in found.values()} == {""}
    document = json.loads(typed("report", file, "--json", "--content", course).stdout)
    shown = {row["question"]: (row["right_at_once"], row["passed"]) for row in document["questions"]}
    assert shown == {"even": (0, 0), "next": (0, 1), "word": (0, 1)}
