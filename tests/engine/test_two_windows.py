"""Two windows on one home: each learns what the other did, and no text is lost."""

from __future__ import annotations

from pathlib import Path

from course import opened


def test_a_file_that_only_the_other_window_changed_is_taken_in(course: Path) -> None:
    ours, theirs = opened(course), opened(course)
    before = ours.desk.code("sum.py")
    theirs.desk.edit("sum.py", "theirs = 1\n")
    edit = ours.desk.edit("sum.py", before)  # what stands in our editor, untouched
    assert edit is not None
    assert (edit.text, edit.both, edit.window) == ("theirs = 1\n", False, True)
    assert ours.desk.code("sum.py") == "theirs = 1\n"
    assert ours.desk.edit("sum.py", "theirs = 1\n") is None


def test_a_file_that_both_changed_keeps_both_texts(course: Path) -> None:
    ours, theirs = opened(course), opened(course)
    theirs.desk.edit("sum.py", "theirs = 1\n")
    edit = ours.desk.edit("sum.py", "ours = 1\n")
    assert edit is not None
    assert edit.both
    assert (ours.desk.folder() / edit.aside).read_text() == "theirs = 1\n"
    assert ours.desk.code("sum.py") == "ours = 1\n"
    answer = theirs.desk.edit("sum.py", "theirs = 2\n")
    assert answer is not None
    assert (theirs.desk.folder() / answer.aside).read_text() == "ours = 1\n"


def test_news_that_came_in_with_something_else_are_not_lost(course: Path) -> None:
    ours, theirs = opened(course), opened(course)
    theirs.desk.edit("sum.py", "theirs = 1\n")
    ours.answers.draft("two-and-two", {"choice": ["4"]})  # takes the news in
    edit = ours.desk.edit("sum.py", "ours = 1\n")
    assert edit is not None
    assert (ours.desk.folder() / edit.aside).read_text() == "theirs = 1\n"


def test_looking_shows_what_the_other_window_wrote(course: Path) -> None:
    ours, theirs = opened(course), opened(course)
    theirs.desk.edit("sum.py", "theirs = 1\n")
    (edit,) = ours.desk.take_outside_edits()
    assert (edit.file, edit.text, edit.window) == ("sum.py", "theirs = 1\n", True)
    assert ours.desk.take_outside_edits() == []


def test_an_answer_that_both_changed_is_told(course: Path) -> None:
    ours, theirs = opened(course), opened(course)
    told: list[str] = []
    ours.on_notice = told.append
    ours.answers.draft("two-and-two", {"choice": ["5"]})
    assert told == []
    theirs.answers.draft("two-and-two", {"choice": ["22"]})
    ours.answers.draft("two-and-two", {"choice": ["4"]})
    assert len(told) == 1
    assert "1" in told[0]
    ours.answers.draft("two-and-two", {"choice": ["5"]})
    assert len(told) == 1


def test_an_edit_stands_in_the_folder_at_once_when_the_course_is_trusted(course: Path) -> None:
    session = opened(course)
    session.desk.edit("sum.py", "kept = 1\n")
    assert not (session.desk.folder() / "sum.py").exists()
    session.permission.give()
    session.desk.edit("sum.py", "kept = 2\n")
    assert (session.desk.folder() / "sum.py").read_text() == "kept = 2\n"
    (session.desk.folder() / "sum.py").write_text("vim = 1\n")
    session.desk.edit("sum.py", "kept = 3\n")
    assert (session.desk.folder() / "sum.py").read_text() == "vim = 1\n"
    (edit,) = session.desk.take_outside_edits()
    assert (session.desk.folder() / edit.aside).read_text() == "kept = 3\n"
