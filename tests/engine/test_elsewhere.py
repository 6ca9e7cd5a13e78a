"""What was done on another machine comes into an open session, in its place in time, and no text is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from course import opened
from evoclass.disk import paths
from evoclass.learner.event import Event
from evoclass.learner.session import Session
from evoclass.learner.store import Store, Verb


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, course: Path) -> Callable[[], Session]:
    """Open the course on another machine."""

    def opened_there() -> Session:
        with monkeypatch.context() as patched:
            patched.setenv("EVOCLASS_HOME", str(tmp_path / "there"))
            return opened(course)

    return opened_there


def bring(events: list[Event]) -> None:
    """Merge events as another process does, or a thread."""
    store = Store(paths.progress_file())
    store.merge(events)
    store.close()


async def test_what_is_older_than_the_last_entry_here_is_noticed(
    course: Path, there: Callable[[], Session]
) -> None:
    theirs = there()
    right = dict(theirs.answers.exercise("two-and-two").exercise.solution())
    assert (await theirs.answers.submit("two-and-two", right)).passed
    theirs.store.append(Verb.ATTENDED, course=theirs.course.id, lesson="adding", seconds=60.0)
    ours = opened(course)
    state = ours.state
    ours.answers.draft("bigger/ten", {"value": 1.0})
    bring([event for event in theirs.store.events() if event.verb != Verb.INITIALIZED])
    ours.catch_up()
    assert ours.state is state
    assert ours.answers.done == 1
    assert ours.state.seconds == 60.0
    assert ours.state.exercises["bigger/ten"].draft == {"value": 1.0}
    assert ours.outdated
    assert ours.take_in()
    assert not ours.take_in()
    ours.catch_up()
    assert not ours.outdated
    assert ours.store.news(ours.course.id) == []


def test_in_time_the_later_text_wins_and_the_other_is_kept(
    course: Path, there: Callable[[], Session]
) -> None:
    theirs, ours = there(), opened(course)
    theirs.desk.edit("sum.py", "theirs = 1\n")
    theirs.desk.edit("sum.py", "theirs = 2\n")
    ours.desk.edit("sum.py", "ours = 1\n")
    bring(theirs.store.events())
    (edit,) = ours.desk.take_outside_edits()
    assert (edit.text, edit.both) == ("ours = 1\n", True)
    assert (ours.desk.folder() / edit.aside).read_text() == "theirs = 2\n"
    assert ours.desk.take_outside_edits() == []
    (ours.desk.folder() / edit.aside).unlink()
    assert opened(course).desk.take_outside_edits() == []  # it is told once
    assert ours.desk.code("sum.py") == "ours = 1\n"


def test_the_earlier_text_is_kept_where_it_was_written_too(
    course: Path, there: Callable[[], Session]
) -> None:
    ours = opened(course)
    ours.desk.edit("sum.py", "ours = 1\n")
    theirs = there()
    theirs.desk.edit("sum.py", "theirs = 1\n")
    bring(theirs.store.events())
    (edit,) = ours.desk.take_outside_edits()
    assert edit.text == "theirs = 1\n"
    assert (ours.desk.folder() / edit.aside).read_text() == "ours = 1\n"


def test_a_text_that_was_only_carried_on_is_no_other_version(
    course: Path, there: Callable[[], Session], tmp_path: Path
) -> None:
    ours = opened(course)
    ours.desk.edit("sum.py", "first = 1\n")
    theirs = there()
    theirs.store.merge(ours.store.events())
    theirs.catch_up()
    theirs.desk.take_outside_edits()
    theirs.desk.edit("sum.py", "first = 1\nsecond = 2\n")
    bring(theirs.store.events())
    (edit,) = ours.desk.take_outside_edits()
    assert (edit.text, edit.aside) == ("first = 1\nsecond = 2\n", "")
    assert not list(ours.desk.folder().glob("sum.*-*"))
