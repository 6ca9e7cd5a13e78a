"""Code of a course from elsewhere runs only after a yes for that folder with that content."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from course import opened
from evoclass.disk import paths
from evoclass.errors import ConfigError, NotTrustedError
from evoclass.learner.config import Settings
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.learner.trust import Trust
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

pytestmark = pytest.mark.usefixtures("without_torch")


def test_a_yes_holds_until_the_content_changes(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    assert not trust.holds(course)
    trust.grant(course)
    assert trust.holds(course)
    assert Trust([], tmp_path / "trusted.json").holds(course)
    (course / "helper.py").write_text("import os\n")
    assert not trust.holds(course)
    (course / "helper.py").unlink()
    assert trust.holds(course)
    (course / "en" / "01-adding.md").rename(course / "en" / "02-adding.md")
    assert not trust.holds(course)


def test_no_change_goes_unnoticed(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lesson.md").write_text("one")
    (course / "more").symlink_to(elsewhere)
    (course / "loop").symlink_to(course)
    trust.grant(course)
    assert trust.holds(course)
    (course / ".hidden.py").write_text("print(1)")
    assert not trust.holds(course)
    (course / ".hidden.py").unlink()
    assert trust.holds(course)
    page = course / "en" / "01-adding.md"
    before, status = page.read_bytes(), page.stat()
    page.write_bytes(before.replace(b"2 + 2", b"3 + 3"))
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not trust.holds(course)
    page.write_bytes(before)
    assert trust.holds(course)
    (course / "more").unlink()
    (course / "more").symlink_to(course)
    assert not trust.holds(course)


def test_a_lesson_behind_a_link_is_asked_about_by_itself(course: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared.md"
    (course / "en" / "01-adding.md").rename(shared)
    (course / "en" / "01-adding.md").symlink_to(shared)
    session = opened(course)
    session.permission.give()
    session.desk.program("sum.py")
    assert opened(course).desk.program("sum.py")
    shared.write_text(shared.read_text().replace("2 + 2", "3 + 3"))
    with pytest.raises(NotTrustedError):
        opened(course).desk.program("sum.py")


def test_a_yes_is_for_what_was_shown_not_for_what_the_disk_holds_by_then(course: Path) -> None:
    page = course / "en" / "01-adding.md"
    good, bad = page.read_bytes(), page.read_bytes().replace(b"2 + 2", b"6 * 7")
    session = opened(course)
    with pytest.raises(NotTrustedError) as asked:
        session.desk.program("sum.py")
    page.write_bytes(bad)
    session.permission.give(asked.value.digest)
    assert "2 + 2" in session.desk.program("sum.py").source  # what was shown runs
    with pytest.raises(NotTrustedError):
        opened(course).desk.program("sum.py")  # what was never shown is asked about
    page.write_bytes(good)
    assert opened(course).desk.program("sum.py")


def test_what_was_read_is_asked_about_though_the_disk_holds_what_is_trusted(course: Path) -> None:
    page = course / "en" / "01-adding.md"
    good, bad = page.read_bytes(), page.read_bytes().replace(b"2 + 2", b"6 * 7")
    opened(course).permission.give()
    page.write_bytes(bad)
    session = opened(course)
    page.write_bytes(good)
    with pytest.raises(NotTrustedError):
        session.desk.program("sum.py")


def test_a_course_of_any_shape_is_looked_at_or_refused_within_bounds(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    os.mkfifo(course / "pipe")
    (course / "zero").symlink_to("/dev/zero")
    (course / "all").symlink_to("/")
    (course / "mem").symlink_to("/proc/self/mem")
    (course / "gone").symlink_to("nowhere")
    (course / "round").symlink_to("round")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(course)
        server.bind("socket")
    Path(os.fsdecode(b"caf\xe9.md")).write_text("odd")
    Path("line\nfeed").write_text("odd")
    trust.grant(course)
    assert trust.holds(course)
    Path(os.fsdecode(b"caf\xe9.md")).write_text("other")
    assert not trust.holds(course)
    with (course / "huge").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(ConfigError) as refused:
        trust.digest(course)
    assert (refused.value.key, refused.value.fields["limit"]) == ("trust.too_large", "2")
    (course / "huge").unlink()
    monkeypatch.setattr("evoclass.learner.coursedigest.MOST_FILES", 5)
    with pytest.raises(ConfigError) as refused:
        trust.digest(course)
    assert refused.value.key == "trust.too_many"


@pytest.mark.parametrize(
    ("limit", "most", "key"),
    [("MOST_FILES", 4, "trust.too_many"), ("MOST_BYTES", 30, "trust.too_large")],
)
def test_the_largest_course_is_one_of_the_limits_own_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, key: str
) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    folder = tmp_path / "course"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.py").write_bytes(b"0123456789")
    (folder / "empty").mkdir()
    monkeypatch.setattr(f"evoclass.learner.coursedigest.{limit}", most)
    assert trust.digest(folder)
    monkeypatch.setattr(f"evoclass.learner.coursedigest.{limit}", most - 1)
    with pytest.raises(ConfigError) as refused:
        trust.digest(folder)
    assert refused.value.key == key


@pytest.mark.filterwarnings("error")
def test_a_system_without_unix_ways_to_open_files_reads_the_same_without_a_warning(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = Trust([], tmp_path / "trusted.json").digest(course)
    for flag in ("O_NONBLOCK", "O_NOFOLLOW"):
        monkeypatch.delattr(os, flag)
    assert Trust([], tmp_path / "trusted.json").digest(course) == digest


@pytest.mark.parametrize("named", [True, False])
def test_what_cannot_be_read_is_named_or_else_its_folder(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    page = course / "en" / "01-adding.md"

    def broken(path: bytes, most: int) -> str:
        raise OSError(errno.EIO, "Input/output error", *([os.fsencode(page)] if named else []))

    monkeypatch.setattr("evoclass.learner.coursedigest._hash", broken)
    with pytest.raises(ConfigError) as refused:
        Trust([], tmp_path / "trusted.json").digest(course)
    assert refused.value.key == "trust.unreadable"
    assert refused.value.fields["file"] == str(page if named else course)


@pytest.mark.parametrize(("megabytes", "trusted"), [(3, True), (20, False)])
def test_decisions_of_very_many_courses_are_kept_within_bounds(
    course: Path, tmp_path: Path, megabytes: int, trusted: bool
) -> None:
    file = tmp_path / "trusted.json"
    Trust([], file).grant(course)
    file.write_bytes(file.read_bytes() + b" " * megabytes * 2**20)
    assert Trust([], file).holds(course) is trusted


def test_a_yes_to_each_content_is_kept_once(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    for digest in ("a", "b", "a"):
        trust.grant(course, digest)
    (kept,) = json.loads((tmp_path / "trusted.json").read_bytes()).values()
    assert kept == ["b", "a"]


def test_a_file_that_has_not_changed_is_not_read_again(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    trust.grant(course)
    monkeypatch.setattr(
        "evoclass.learner.coursedigest._hash", lambda path, most: pytest.fail(f"read again: {path!r}")
    )
    assert trust.holds(course)


def test_what_runs_is_not_looked_at_again(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened(course)
    session.permission.give()
    monkeypatch.setattr(session.permission, "digest", lambda: pytest.fail("looked again"))
    assert session.desk.program("sum.py")


def test_grants_at_once_are_all_kept(tmp_path: Path) -> None:
    folders = [tmp_path / f"course-{number}" for number in range(16)]
    for folder in folders:
        folder.mkdir()
        (folder / "a.md").write_text(folder.name)
    file = tmp_path / "trusted.json"
    threads = [threading.Thread(target=lambda place=place: Trust([], file).grant(place)) for place in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(Trust([], file).holds(folder) for folder in folders)


@pytest.mark.parametrize(
    "content",
    [b"[" * 100_000, b"\xff\xfe", b'{"a": 3}', b"", b'["everything"]', b'{"\\ud800": "x"}'],
    ids=["list", "bytes", "number", "empty", "array", "half"],
)
def test_a_damaged_file_of_decisions_trusts_nobody_and_is_kept(
    course: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "trusted.json"
    file.write_bytes(content)
    trust = Trust([], file)
    assert not trust.holds(course)
    assert file.read_bytes() == content, "who only asks moves nothing"
    trust.grant(course)
    assert Trust([], file).holds(course)
    assert [kept.read_bytes() for kept in tmp_path.glob("*.set-aside.json")] == [content]


@pytest.mark.parametrize("kind", ["folder", "fifo", "device", "circle"])
def test_decisions_that_are_no_file_hold_nobody_up(course: Path, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "trusted.json"
    match kind:
        case "folder":
            file.mkdir()
        case "fifo":
            os.mkfifo(file)
        case "device":
            file.symlink_to("/dev/zero")
        case _:
            file.symlink_to(file)
    trust = Trust([], file)
    assert not trust.holds(course)
    trust.grant(course)
    assert Trust([], file).holds(course)


def test_a_yes_that_cannot_be_written_down_holds_for_now(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "nowhere" / "trusted.json")
    with pytest.raises(ConfigError):
        trust.grant(course)
    assert trust.holds(course)


@pytest.mark.parametrize("name", ["lesson.markdown", "lesson.MD", "LESSON.Markdown"])
def test_a_lesson_of_any_suffix_is_no_program(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("print('ran')\n")
    ended = evoclass("run", tmp_path / name)
    assert ended.returncode == 2
    assert "ran" not in ended.stdout


def test_what_changes_by_itself_asks_nobody(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    trust.grant(course)
    for name in (".git/index", "__pycache__/helper.cpython-311.pyc", ".DS_Store"):
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).write_text("noise")
    assert trust.holds(course)


def test_what_came_with_evoclass_runs_at_once(tmp_path: Path) -> None:
    trust = Trust([paths.content_folder()], tmp_path / "trusted.json")
    assert trust.holds(paths.content_folder() / "en" / "07-transfer-learning.md")
    assert not trust.holds(paths.content_folder().parent)


def test_a_damaged_file_trusts_nobody(course: Path, tmp_path: Path) -> None:
    (tmp_path / "trusted.json").write_text('["everything"]')
    assert not Trust([], tmp_path / "trusted.json").holds(course)


def test_for_now_survives_changes_but_not_the_process(course: Path, tmp_path: Path) -> None:
    trust = Trust([], tmp_path / "trusted.json")
    trust.grant_for_now(course)
    (course / "new.py").write_text("")
    assert trust.holds(course)
    assert not Trust([], tmp_path / "trusted.json").holds(course)


def test_no_program_and_no_file_without_a_yes(course: Path) -> None:
    plugins = Plugins()
    library = Library([course], Parser(plugins))
    session = Session.open(library, Store(paths.progress_file()), plugins, Settings(), "1", "en")
    with pytest.raises(NotTrustedError, match="sums"):
        session.desk.program("sum.py")
    assert not (session.desk.folder() / "sum.py").exists()
    session.trust.grant(session.place)
    assert session.desk.program("sum.py").file.is_file()


def evoclass(*arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", *map(str, arguments)]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)


def test_scripts_say_trust_once(course: Path) -> None:
    for command in (("run", "1"), ("check", "--run")):
        refused = evoclass(*command, "--content", course)
        assert refused.returncode == 2
        assert "--trust" in refused.stderr
        assert "total" not in refused.stdout
    assert evoclass("run", "1", "--content", course, "--trust").stdout == "total 4\n"
    assert evoclass("run", "1", "--content", course).stdout == "total 4\n"


def test_plain_mode_asks(course: Path) -> None:
    no = evoclass("learn", "1", "--plain", "--content", course, typed="\nn\nq\n")
    assert "total 4" not in no.stdout
    yes = evoclass("learn", "1", "--plain", "--content", course, typed="\ny\nq\n")
    assert "total 4" in yes.stdout
    again = evoclass("learn", "1", "--plain", "--content", course, typed="\nq\n")
    assert "total 4" in again.stdout
