"""Lab files in the working folder, where another editor may change them too."""

from __future__ import annotations

from pathlib import Path

from evoclass.workfiles import RECORD, OutsideEdit, WorkFiles


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
