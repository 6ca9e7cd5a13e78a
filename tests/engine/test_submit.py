"""`evoclass submit`: what is in the file, what is not, and what is said of both."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pexpect
import pytest

from classroom import Learner, answer, claim, solved, typed, write_course
from evoclass.errors import NotFoundError, ProgressError
from evoclass.learner import submission
from evoclass.learner.session import Session
from evoclass.learner.store import Verb


@pytest.fixture
def anna(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Learner:
    return Learner(tmp_path / "anna", write_course(tmp_path / "course"), monkeypatch)


def half(session: Session) -> None:
    """Leave each question in another state."""
    answer(session, "even", "b")
    session.answers.draft("next", {"number": "12"})
    session.answers.reveal("word")
    session.desk.edit("sum.py", f"# {Path.home()}/secret\ntotal = 5\n")
    session.desk.edit("sum.py", f"# {Path.home()}/secret\ntotal = 6\n")


def test_it_says_what_is_in_the_file_and_what_is_open(anna: Learner, tmp_path: Path) -> None:
    anna.work(half)
    said = anna("submit", "1", "-o", tmp_path / "a.evosubmission", "--name", "Anna Rossi").stdout
    assert "answers to 1 of 4 questions, 0 of them right" in said
    assert "sum.py" in said
    assert "Not answered: 4 (double)." in said
    assert "Typed, but not checked: 2 (next)." in said
    assert "Not right yet: 1 (even)." in said
    assert "seen the solution before a right answer: 3 (word)." in said
    found = submission.read(tmp_path / "a.evosubmission")
    assert found.head.learner == "Anna Rossi"
    assert found.programs == {"sum.py": "# ~/secret\ntotal = 6\n"}
    italian = anna("submit", "1", "-o", tmp_path / "i.evosubmission", "--lang", "it").stdout
    assert "Senza risposta: 4 (double)." in italian


def test_nothing_else_is_in_it(anna: Learner, tmp_path: Path) -> None:
    anna.work(half)
    anna.work(lambda session: session.log(Verb.COMMENTED, "even", note="a private note"))
    anna.work(lambda session: session.log(Verb.ATTEMPTED, "sum.py", run={"output": "what was printed"}))
    anna("submit", "1", "-o", tmp_path / "a.evosubmission")
    text = (tmp_path / "a.evosubmission").read_text()
    for word in ("private", "printed", str(Path.home()), str(tmp_path), "origin", "total = 5"):
        assert word not in text
    assert (tmp_path / "a.evosubmission").stat().st_mode & 0o077 == 0


def test_what_was_begun_anew_is_left_out(anna: Learner, tmp_path: Path) -> None:
    anna.work(solved)
    anna("progress", "reset", "1")
    anna.work(lambda session: answer(session, "even", "c"))
    said = anna("submit", "1", "-o", tmp_path / "a.evosubmission").stdout
    assert "answers to 1 of 4 questions, 0 of them right" in said


def test_a_pseudonym_stays_the_same_and_the_name_is_nowhere(anna: Learner, tmp_path: Path) -> None:
    anna.home.mkdir()
    (anna.home / "config.toml").write_text('learner = "Annalisa"\n')
    anna("learn", "1", "--plain")
    anna("submit", "1", "--pseudonym", "-o", tmp_path)
    (file,) = tmp_path.glob("*.evosubmission")
    assert file.name.startswith("01-sums-learner-")
    assert "Annalisa" not in file.read_text()
    exported = tmp_path / "p.evoprogress"
    typed("progress", "export", "--pseudonym", exported)
    assert json.loads(exported.read_text().splitlines()[0])["learner"] == submission.read(file).head.learner
    assert anna("submit", "1", "--pseudonym", "--name", "A").exit_code == 2
    anna("submit", "1", "-o", tmp_path)
    assert (tmp_path / "01-sums-Annalisa.evosubmission").exists()


def test_what_cannot_be_handed_in_is_refused(anna: Learner, tmp_path: Path) -> None:
    with pytest.raises(ProgressError, match="not opened"):
        anna("submit", "1")
    with pytest.raises(NotFoundError):
        anna("submit", "9")
    anna.work(half)
    thesis = tmp_path / "thesis.md"
    thesis.write_text("years of work")
    with pytest.raises(ProgressError) as raised:
        anna("submit", "1", "-o", thesis)
    assert raised.value.key == "submission.in_the_way"
    with pytest.raises(ProgressError, match="cannot be written"):
        anna("submit", "1", "-o", tmp_path / "no" / "where")
    assert thesis.read_text() == "years of work"


def test_a_file_that_is_there_stays_unless_a_person_says_yes(anna: Learner, tmp_path: Path) -> None:
    anna.work(half)
    file = tmp_path / "a.evosubmission"
    anna("submit", "1", "-o", file)
    before = file.read_bytes()
    anna.work(lambda session: claim(session, "double", "x", 0.0))
    with pytest.raises(ProgressError, match="already"):
        anna("submit", "1", "-o", file)
    for word, replaced in (("n", False), ("y", True)):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "evoclass", "submit", "1", "-o", str(file), "--content", str(tmp_path / "course")],
            env={**os.environ, "EVOCLASS_HOME": str(anna.home), "LANG": "en_US.UTF-8"},
            dimensions=(24, 300),
            timeout=60,
        )
        child.expect_exact("Replace it? [y/N] ")
        child.sendline(word)
        child.expect(pexpect.EOF)
        child.close()
        assert (file.read_bytes() != before) == replaced
        assert child.exitstatus == (0 if replaced else 2)
