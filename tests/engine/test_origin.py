"""Two courses with one id keep their work apart; a course that was moved takes its work along."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from course import opened, write_course
from evoclass.disk import paths
from evoclass.learner.config import Settings
from evoclass.learner.session import Session
from evoclass.learner.store import Store, Verb
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser


def marked(folder: Path, text: str) -> Session:
    """Open a course and leave an edit in it."""
    session = opened(folder)
    session.desk.edit("sum.py", text)
    return session


def test_two_folders_with_one_id_share_neither_progress_nor_files(tmp_path: Path) -> None:
    one, two = write_course(tmp_path / "one"), write_course(tmp_path / "two")
    first = marked(one, "one = 1\n")
    assert first.notices() == []
    second = opened(two)
    assert str(one) in " ".join(second.notices())
    assert not second.desk.edited("sum.py")
    assert second.desk.folder() != first.desk.folder()
    second.desk.edit("sum.py", "two = 2\n")
    assert opened(one).desk.code("sum.py") == "one = 1\n"
    again = opened(two)
    assert again.desk.code("sum.py") == "two = 2\n"
    assert again.notices() == []  # told once


def test_the_id_that_a_log_knows_the_second_folder_by_never_changes(tmp_path: Path) -> None:
    """Learners' logs and files are kept under it."""
    one, two = write_course(tmp_path / "one"), write_course(tmp_path / "two")
    opened(one)
    assert opened(two).course.id == f"sums@{hashlib.sha256(bytes(two)).hexdigest()[:8]}"


def test_a_moved_folder_takes_its_progress_along(tmp_path: Path) -> None:
    one = write_course(tmp_path / "one")
    marked(one, "one = 1\n")
    there = Path(shutil.move(one, tmp_path / "there"))
    session = opened(there)
    assert session.desk.code("sum.py") == "one = 1\n"
    assert str(one) in " ".join(session.notices())
    assert opened(there).notices() == []
    newcomer = opened(write_course(tmp_path / "one"))
    assert not newcomer.desk.edited("sum.py")


def test_both_keep_their_own_when_one_is_gone(tmp_path: Path) -> None:
    one, two = write_course(tmp_path / "one"), write_course(tmp_path / "two")
    marked(one, "one = 1\n")
    marked(two, "two = 2\n")
    shutil.rmtree(one)
    assert opened(two).desk.code("sum.py") == "two = 2\n"


def test_progress_from_before_folders_were_noted_goes_on(tmp_path: Path) -> None:
    one = write_course(tmp_path / "one")
    session = marked(one, "one = 1\n")
    for event in session.store.events_of(Verb.INITIALIZED, "sums"):
        event.payload.pop("origin")
        session.store._connection.execute(
            "UPDATE event SET payload = ? WHERE id = ?", (event.row()[-1], event.id)
        )
    assert opened(one).desk.code("sum.py") == "one = 1\n"


def test_the_id_of_a_bundled_course_belongs_to_it(tmp_path: Path) -> None:
    (bundled,) = Library([paths.content_folder()], Parser(Plugins())).courses("en")
    stranger = write_course(tmp_path / "stranger")
    for page in stranger.glob("*/index.md"):
        page.write_text(page.read_text().replace("id: sums", f"id: {bundled.id}"))
    session = opened(stranger)
    assert session.course.id != bundled.id
    assert str(paths.content_folder()) in " ".join(session.notices())
    ours = Session.open(
        Library([paths.content_folder()], Parser(Plugins())),
        Store(paths.progress_file()),
        Plugins(),
        Settings(),
        None,
        "en",
    )
    assert ours.course.id == bundled.id


def test_where_one_left_off_is_found_under_either_key(tmp_path: Path) -> None:
    one, two = write_course(tmp_path / "one"), write_course(tmp_path / "two")
    opened(one)
    marked(two, "two = 2\n")
    plugins = Plugins()
    library = Library([two], Parser(plugins))
    session = Session.open(library, Store(paths.progress_file()), plugins, Settings())
    assert session.desk.code("sum.py") == "two = 2\n"
    session.switch("it")
    assert session.lesson.language == "it"
    assert session.desk.code("sum.py") == "two = 2\n"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("a/b", "a-b"),
        ("x", "X/"),
        ("..", "."),
        ("é", "e"),
        ("file:/a/b.md", "file:/a-b.md"),
        (f"file:/one/{'d/' * 60}a.md", f"file:/two/{'d/' * 60}a.md"),
    ],
)
def test_two_ids_never_meet_in_one_folder(home: Path, one: str, two: str) -> None:
    assert paths.work_folder(one, "l") != paths.work_folder(two, "l")
    assert paths.work_folder(one, "l").is_relative_to(home / "work")


def test_what_was_left_beside_a_single_file_by_an_earlier_version_is_still_there(home: Path) -> None:
    earlier = home / "work" / "file--a-b.md" / "b"
    earlier.mkdir(parents=True)
    (earlier / "features.pt").touch()
    assert (paths.work_folder("file:/a/b.md", "b") / "features.pt").exists()
