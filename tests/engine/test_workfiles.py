"""Lab files in the working folder, where another editor may change them too."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from course import make_strange, opened
from evoclass.learner.workfiles import RECORD, OutsideEdit, WorkFiles


def test_what_was_written_from_here_is_no_outside_edit(tmp_path: Path) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "1\n"})
    assert files.changed({"a.py": "1\n"}) == []
    assert files.changed({"a.py": "2\n"}) == []


def test_an_outside_edit_is_told_apart_from_one_on_both_sides(tmp_path: Path) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "1\n", "b.py": "1\n"})
    (tmp_path / "a.py").write_text("out\n", encoding="utf-8")
    (tmp_path / "b.py").write_text("out\n", encoding="utf-8")
    assert files.changed({"a.py": "1\n", "b.py": "2\n"}) == [
        OutsideEdit("a.py", "out\n", both=False),
        OutsideEdit("b.py", "out\n", both=True),
    ]


def test_a_file_that_is_the_same_or_gone_counts_as_unchanged(tmp_path: Path) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "1\n"})
    (tmp_path / "a.py").write_text("2\n", encoding="utf-8")
    assert files.changed({"a.py": "2\n"}) == []
    (tmp_path / "a.py").unlink()
    assert files.changed({"a.py": "1\n"}) == []


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (b'x = "caff\xe8"\n', True),
        (b'# coding: latin-1\nx = "caff\xe8"\n', False),
        ('x = "caffè �"\n'.encode(), False),
    ],
)
def test_bytes_that_are_no_text_are_kept(tmp_path: Path, data: bytes, kept: bool) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "1\n"})
    (tmp_path / "a.py").write_bytes(data)
    assert files.keep_unread("a.py") == ("a.other-1.py" if kept else "")
    assert not kept or (tmp_path / "a.other-1.py").read_bytes() == data


def test_versions_set_aside_never_replace_each_other(tmp_path: Path) -> None:
    files = WorkFiles(tmp_path)
    assert files.set_aside("a.py", "mine") == "a.mine-1.py"
    assert files.set_aside("a.py", "mine") == "a.mine-1.py"
    assert files.set_aside("a.py", "other") == "a.mine-2.py"
    assert (tmp_path / "a.mine-1.py").read_text(encoding="utf-8") == "mine"


def test_a_damaged_record_makes_every_difference_an_outside_edit(tmp_path: Path) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "1\n"})
    (tmp_path / RECORD).write_text("{", encoding="utf-8")
    assert [edit.file for edit in files.changed({"a.py": "2\n"})] == ["a.py"]
    files.write({"a.py": "2\n"})
    assert files.changed({"a.py": "3\n"}) == []


def test_files_that_do_not_change_keep_their_time(tmp_path: Path) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "1\n"})
    before = (tmp_path / "a.py").stat().st_ino, (tmp_path / RECORD).stat().st_ino
    files.write({"a.py": "1\n"})
    assert before == ((tmp_path / "a.py").stat().st_ino, (tmp_path / RECORD).stat().st_ino)


STRANGE = ("fifo", "folder", "device", "circle", "huge")


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("name", ["a.py", RECORD, "a.mine-1.py"])
def test_what_is_no_ordinary_file_is_moved_out_of_the_way_and_never_opened(
    tmp_path: Path, name: str, kind: str
) -> None:
    files = WorkFiles(tmp_path)
    make_strange(tmp_path / name, kind)
    before = os.lstat(tmp_path / name).st_ino
    assert files.changed({"a.py": "1\n"}) == []
    moved = files.write({"a.py": "1\n"})
    assert files.set_aside("a.py", "mine") == ("a.mine-2.py" if name == "a.mine-1.py" else "a.mine-1.py")
    assert (tmp_path / "a.py").read_text() == "1\n"
    assert files.changed({"a.py": "2\n"}) == []
    assert before in {os.lstat(entry).st_ino for entry in tmp_path.iterdir()}  # nothing is lost
    assert moved == ({"a.py": "a.other-1.py"} if name == "a.py" else {})


@pytest.mark.parametrize(
    "record", ["[" * 200_000, '{"a.py": 3}', "[]", "nul", '{"a.py": ' * 50_000, "\ud800"]
)
def test_a_record_of_any_shape_is_taken_for_none(tmp_path: Path, record: str) -> None:
    (tmp_path / RECORD).write_text(record, encoding="utf-8", errors="surrogatepass")
    (tmp_path / "a.py").write_text("theirs\n")
    files = WorkFiles(tmp_path)
    assert [edit.text for edit in files.changed({"a.py": "ours\n"})] == ["theirs\n"]
    files.write({"a.py": "theirs\n"})
    assert files.changed({"a.py": "theirs\n"}) == []


def test_a_link_to_a_program_is_read_and_never_written_through(tmp_path: Path) -> None:
    folder, target = tmp_path / "work", tmp_path / "mine.py"
    folder.mkdir()
    target.write_text("linked\n")
    (folder / "a.py").symlink_to(target)
    files = WorkFiles(folder)
    assert [edit.text for edit in files.changed({"a.py": "1\n"})] == ["linked\n"]
    assert files.write({"a.py": "linked\n"}) == {}
    assert (folder / "a.py").is_symlink()
    assert files.write({"a.py": "2\n"}) == {"a.py": "a.other-1.py"}
    assert target.read_text() == "linked\n"
    assert (folder / "a.py").read_text() == "2\n"


def test_text_with_halves_of_characters_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "x = '\ud83d'\n"})
    assert files.changed({"a.py": "x = '\ud83d'\n"}) == []
    (tmp_path / "a.py").write_bytes(b"# caf\xe9\n")
    (edit,) = files.changed({"a.py": "1\n"})
    assert "caf" in edit.text


def test_an_edit_that_a_run_takes_in_is_still_told(course: Path) -> None:
    session = opened(course)
    session.permission.give()
    program = session.desk.program("sum.py")
    program.file.write_text("total = 9\n")
    assert session.desk.program("sum.py").source == "total = 9\n"
    assert session.desk.program("sum.py").source == "total = 9\n"
    assert [(edit.file, edit.text) for edit in session.desk.take_outside_edits()] == [
        ("sum.py", "total = 9\n")
    ]
    assert session.desk.take_outside_edits() == []


@pytest.mark.parametrize("kind", STRANGE)
def test_a_run_goes_on_whatever_the_last_one_made_of_its_file(course: Path, kind: str) -> None:
    session = opened(course)
    session.permission.give()
    told: list[str] = []
    session.on_notice = told.append
    program = session.desk.program("sum.py")
    program.file.unlink()
    make_strange(program.file, kind)
    again = session.desk.program("sum.py")
    assert again.file.read_text() == program.source
    assert len(told) == 1
    assert "sum.other-1.py" in told[0]


def test_where_no_folder_can_be_written_a_program_runs_in_one_for_now(
    course: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(course)
    session.permission.give()
    troubles: list[str] = []
    session.on_trouble = lambda: troubles.append(session.unkept)
    full = OSError(errno.ENOSPC, "No space left on device")

    def refuse(self: WorkFiles, *_: object) -> None:
        if self.folder.is_relative_to(home):
            raise full

    before = WorkFiles.write
    monkeypatch.setattr(
        WorkFiles,
        "write",
        lambda self, texts: refuse(self) or before(self, texts),  # type: ignore[func-returns-value]
    )
    program = session.desk.program("sum.py")
    assert program.file.read_text() == program.source
    assert not program.folder.is_relative_to(home)
    assert len(troubles) == 1
    assert troubles[0]


LATIN = "# -*- coding: latin-1 -*-\nprint('caff\xe8')\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfprint('caff\xc3\xa8')\n", "print('caff\xe8')\n"),
        (b"\xef\xbb\xbfprint(1)\r\n", "print(1)\r\n"),
        (LATIN.encode("latin-1"), LATIN),
        ("# coding: cp1252\nprint('\u20ac')\n".encode("cp1252"), "# coding: cp1252\nprint('\u20ac')\n"),
        (b"print('caff\xe8')\n", "print('caff\ufffd')\n"),
        (b"# coding: klingon\nprint(1)\n", "# coding: klingon\nprint(1)\n"),
    ],
)
def test_what_another_editor_saved_is_read_as_python_reads_it(tmp_path: Path, data: bytes, text: str) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "1\n"})
    (tmp_path / "a.py").write_bytes(data)
    assert files.changed({"a.py": "1\n"}) == [OutsideEdit("a.py", text, both=False)]
    files.write({"a.py": text})
    assert files.changed({"a.py": text}) == []


@pytest.mark.parametrize("added", ["", "x = 2\n", "y = '\xfc'\n", "z = '\u4e16'\n"])
def test_a_program_is_written_in_the_encoding_that_it_declares(tmp_path: Path, added: str) -> None:
    files = WorkFiles(tmp_path)
    (tmp_path / "a.py").write_bytes(LATIN.encode("latin-1"))
    files.write({"a.py": LATIN + added})
    assert files.changed({"a.py": LATIN + added}) == []
    assert files.changed({"a.py": "other"}) == []
    fits = "\u4e16" not in added
    assert (tmp_path / "a.py").read_bytes() == (LATIN + added).encode("latin-1" if fits else "utf-8")


@pytest.mark.parametrize("encoding", ["utf-16", "rot13", "hex", "utf-7", "idna", "undefined", "utf-8-sig"])
def test_no_declared_encoding_loses_a_text(tmp_path: Path, encoding: str) -> None:
    files, text = WorkFiles(tmp_path), f"# coding: {encoding}\nprint('caff\xe8 + 1')\n"
    files.write({"a.py": text})
    assert files.changed({"a.py": text}) == []
    assert (tmp_path / "a.py").read_text("utf-8" if encoding != "utf-7" else encoding) == text


def test_bytes_with_a_mark_are_no_edit_of_the_same_text(tmp_path: Path) -> None:
    files = WorkFiles(tmp_path)
    files.write({"a.py": "print(1)\n"})
    (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbfprint(1)\n")
    assert files.changed({"a.py": "print(1)\n"}) == []
