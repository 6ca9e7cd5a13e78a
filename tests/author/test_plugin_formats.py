"""Formats by the door of plugins: the bundled ones keep the contract, a stranger's is kept in."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result

import broken
from evoclass.cli import cli
from evoclass.errors import EvoClassError
from evoclass.testing import ExporterContract
from evoclass_author.exporters import Anki, Html, Notebook, Qti

HEAD = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n"


class TestNotebook(ExporterContract):
    exporter = Notebook


class TestHtml(ExporterContract):
    exporter = Html


class TestQti(ExporterContract):
    exporter = Qti

    def content(self, target: Path) -> str:
        with zipfile.ZipFile(target) as package:
            assert package.testzip() is None
            names = package.namelist()
            return target.read_bytes().hex() + "".join(package.read(name).decode() for name in names)


class TestAnki(ExporterContract):
    exporter = Anki

    def content(self, target: Path) -> str:
        """Return the notes: the file around them tells when it was written, which Anki goes by."""
        with TemporaryDirectory() as folder, zipfile.ZipFile(target) as package:
            database = package.extract("collection.anki2", folder)
            rows = sqlite3.connect(database).execute("SELECT guid, flds FROM notes ORDER BY guid").fetchall()
            return str(rows)


EXPORTER = """
from evoclass import hookimpl
from evoclass.errors import ConfigError
from evoclass.exporter import Exporter
from evoclass.importer import Importer
class Out(Exporter):
    name, suffix = "brk", {suffix!r}
    def write(self, export, target):
        {write}
class In(Importer):
    name, suffixes = "brk", (".brk",)
    def read(self, file, made, catalog):
        {read}
@hookimpl
def register_exporters(): return [Out]
@hookimpl
def register_importers(): return [In]
"""

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Install a plugin with a format and call a command in an empty folder beside a lesson."""
    monkeypatch.setattr("evoclass.pluginhost.exchanging.SECONDS", 0.5)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "01-a.md").write_text(f"{HEAD}Text.\n")

    def called(*words: str, write: str = "pass", read: str = "pass", suffix: object = ".brk") -> Result:
        broken.forget()
        name = f"formats{len(list(tmp_path.iterdir()))}"
        broken.install(tmp_path / name, "brk", EXPORTER.format(write=write, read=read, suffix=suffix))
        monkeypatch.syspath_prepend(tmp_path / name)
        return CliRunner().invoke(cli, words)

    return called


@pytest.mark.parametrize(
    ("write", "words"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("return 3", "has written no file"),
        ("target.write_text('x'); return 'many'", "not how many parts"),
        ("target.unlink(); target.symlink_to('/etc/passwd'); return 1", "has written no file"),
        ("while True: pass", "took more than"),
        ("export.losses.add('lost', 3); return 1", "TypeError"),
        ("target.write_text('x'); export.beside['../x'] = target; return 1", "to be copied beside"),
        ("target.write_text('x'); export.beside['x'] = 'x'; return 1", "to be copied beside"),
        ("raise ConfigError('not\\x1b[2J this one')", "this one"),
    ],
)
def test_an_exporter_that_fails_leaves_what_was_there(
    call: Call, tmp_path: Path, write: str, words: str
) -> None:
    old = tmp_path / "work" / "a.brk"
    old.write_text("old")
    result = call("export", "../01-a.md", "--to", "brk", "-o", "a.brk", write=write)
    assert isinstance(result.exception, EvoClassError)
    assert words in str(result.exception)
    assert old.read_text() == "old"
    assert list(old.parent.iterdir()) == [old]


def test_a_file_is_named_after_the_lesson_and_losses_are_told(call: Call, tmp_path: Path) -> None:
    write = "export.losses.add('left out: everything', 'a\\x1b'); target.write_text('x'); return 1"
    result = call("export", "../01-a.md", "--to", "brk", write=write)
    assert result.exit_code == 0, result.output
    assert "left out: everything: a" in result.output
    assert "\x1b" not in result.output
    assert "a-en.brk: parts 1" in result.output
    assert (tmp_path / "work" / "a-en.brk").read_text() == "x"


@pytest.mark.parametrize("suffix", ["", "brk", "/../x", ".a/b", 3])
def test_a_format_without_a_usable_suffix_is_not_offered(call: Call, suffix: object) -> None:
    result = call("export", "../01-a.md", "--to", "brk", suffix=suffix)
    assert result.exit_code == 2
    assert "'brk' is not one of 'notebook', 'html', 'anki', 'qti'" in result.output


def test_help_lists_every_format(call: Call) -> None:
    assert "[notebook|html|anki|qti|brk]" in call("export", "--help").output


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("return None", "not how many parts"),
        ("made.body = 3; return 1", "as body"),
        ("made.pictures['../../x.png'] = b'\\x89PNG\\r\\n\\x1a\\n'; return 1", "a picture '../../x.png'"),
        ("made.pictures['x.png'] = b'#!/bin/sh'; return 1", "which is no picture"),
        ("while True: pass", "took more than"),
    ],
)
def test_an_importer_that_fails_writes_nothing(call: Call, tmp_path: Path, read: str, words: str) -> None:
    (tmp_path / "x.brk").write_text("")
    result = call("import", "../x.brk", read=read)
    assert isinstance(result.exception, EvoClassError), result.exception
    assert words in str(result.exception)
    assert list((tmp_path / "work").iterdir()) == []


def test_a_file_goes_to_the_importer_of_its_suffix_or_the_one_that_is_named(
    call: Call, tmp_path: Path
) -> None:
    read = "made.title, made.body = 'T', file.read_text(); return 2"
    for number, (name, more) in enumerate((("x.brk", ()), ("y.txt", ("--from", "brk"))), 1):
        (tmp_path / name).write_text("Words.")
        result = call("import", f"../{name}", *more, read=read)
        assert result.exit_code == 0, result.output
        (file,) = (tmp_path / "work").glob(f"0{number}-*.md")
        assert "Words." in file.read_text()
