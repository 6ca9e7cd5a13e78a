"""Courses and lessons on disk."""

import os
from pathlib import Path

import pytest

from evoclass.errors import NotFoundError
from evoclass.model import Fault
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser


@pytest.fixture(scope="module")
def parser():
    return Parser(Plugins())


def write(folder: Path, name: str, language: str, number: int, slug: str, title: str) -> Path:
    path = folder / language / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"---\nid: {slug}\nnumber: {number}\ntitle: {title}\nlanguage: {language}\nminutes: 5\n---\n\n# {title}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, "07-transfer.md", "en", 7, "transfer", "Transfer learning")
    write(tmp_path, "07-transfer.md", "it", 7, "transfer", "Apprendimento per trasferimento")
    write(tmp_path, "06-data.md", "en", 6, "data", "Data")
    write(tmp_path, "10-solo.md", "it", 10, "solo", "Solo in italiano")
    for language, title in (("en", "Deep learning"), ("it", "Apprendimento profondo")):
        page = tmp_path / language / "index.md"
        page.write_text(
            f"---\nid: ai002\ncode: AI002\ntitle: {title}\nlanguage: {language}\ndescription: D.\n---\n\nHello.\n",
            encoding="utf-8",
        )
    return tmp_path


def test_course_map_in_each_language(folder, parser):
    library = Library([folder], parser)
    (course,) = library.courses("it")
    assert (course.id, course.code, course.title, course.language) == (
        "ai002",
        "AI002",
        "Apprendimento profondo",
        "it",
    )
    assert course.languages == ("en", "it")
    assert course.folder == folder
    assert [(entry.number, entry.title, entry.language, entry.languages) for entry in course.lessons] == [
        (6, "Data", "en", ("en",)),
        (7, "Apprendimento per trasferimento", "it", ("en", "it")),
        (10, "Solo in italiano", "it", ("it",)),
    ]
    (course,) = library.courses("en")
    assert [entry.language for entry in course.lessons] == ["en", "en", "it"]
    assert library.languages == ("en", "it")


@pytest.mark.parametrize("reference", ["7", "07", "transfer", "TRANSFER", "07-transfer"])
def test_lesson_by_number_and_name(folder, parser, reference):
    lesson = Library([folder], parser).lesson(reference, "it")
    assert (lesson.id, lesson.language) == ("transfer", "it")


def test_lesson_by_path(folder, parser):
    library = Library([folder], parser)
    path = folder / "en" / "07-transfer.md"
    assert library.lesson(path, "it").language == "en"
    assert library.lesson(str(path), "it").path == path


def test_missing_lessons_list_what_there_is(folder, parser):
    library = Library([folder], parser)
    with pytest.raises(NotFoundError, match="Did you mean transfer") as raised:
        library.lesson("tranfser", "en")
    assert raised.value.key == "library.no_lesson_near"
    with pytest.raises(NotFoundError, match="6 data"):
        library.lesson("99", "en")
    with pytest.raises(NotFoundError, match="no file"):
        library.lesson("nowhere.md", "en")


def test_translation(folder, parser):
    library = Library([folder], parser)
    lesson = library.lesson("7", "en")
    assert library.translation(lesson, "it").title == "Apprendimento per trasferimento"
    assert library.translation(library.lesson("6", "en"), "it") is None


def test_broken_files_are_entries(folder, parser):
    (folder / "en" / "08-broken.md").write_text("no front matter\n")
    (folder / "en" / "09-binary.md").write_bytes(b"\x00\x01")
    with (folder / "en" / "11-huge.md").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    os.mkfifo(folder / "en" / "12-pipe.md")
    (folder / "en" / "13-gone.md").symlink_to(folder / "nowhere")
    (folder / "en" / "14-round.md").symlink_to("14-round.md")
    library = Library([folder], parser)
    (course,) = library.courses("en")
    problems = {entry.number: entry.problem.code for entry in course.lessons if entry.problem}
    assert problems == {9: "E001", 11: "E002", 12: "E000", 13: "E000", 14: "E000"}
    for number, code in problems.items():
        lesson = library.lesson(str(number), "en")
        assert [problem.code for problem in lesson.problems] == [code]
        assert isinstance(lesson.blocks[0], Fault)
    assert library.lesson("7", "en").title == "Transfer learning"


def test_folder_without_language_folders(tmp_path, parser):
    (tmp_path / "01-a.md").write_text("---\nid: a\nnumber: 1\ntitle: A\nlanguage: it\n---\n")
    (tmp_path / "README.md").write_text("not a lesson")
    (course,) = Library([tmp_path], parser).courses("en")
    assert [(entry.id, entry.language) for entry in course.lessons] == [("a", "it")]
    assert course.title == tmp_path.name


def test_empty_and_missing_folders(tmp_path, parser):
    assert Library([tmp_path, tmp_path / "nowhere"], parser).courses("en") == ()


def test_a_changed_file_is_read_again(folder, parser):
    library = Library([folder], parser)
    library.courses("en")
    path = write(folder, "06-data.md", "en", 6, "data", "Data, and more of it")
    os.utime(path, ns=(1, 1))
    library.refresh()
    assert library.courses("en")[0].lessons[0].title == "Data, and more of it"


def test_a_long_front_matter_is_read_whole(folder, parser):
    authors = "".join(f"  - Author number {number}\n" for number in range(2000))
    path = folder / "en" / "14-long.md"
    path.write_text(f"---\nid: long\nnumber: 14\nlanguage: en\nauthors:\n{authors}title: Long\n---\n")
    assert Library([folder], parser).courses("en")[0].lessons[-1].title == "Long"


def test_a_front_matter_may_end_with_the_file(tmp_path, parser):
    file = write(tmp_path, "01-a.md", "en", 1, "a", "A")
    file.write_text("---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\nneeds: [b]\n---")
    (course,) = Library([tmp_path], parser).courses("en")
    assert course.lessons[0].needs == ("b",)


def test_the_index_survives_and_notices_changes(folder, parser, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    first = Library([folder], parser, cache).courses("it")
    assert Library([folder], parser, cache).courses("it") == first
    write(folder, "06-data.md", "en", 6, "data", "Data, and much more of it")
    (folder / "it" / "10-solo.md").unlink()
    (course,) = Library([folder], parser, cache).courses("it")
    assert [entry.title for entry in course.lessons] == [
        "Data, and much more of it",
        "Apprendimento per trasferimento",
    ]


def test_a_damaged_index_costs_nothing_but_time(folder, parser, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    first = Library([folder], parser, cache).courses("en")
    (file,) = cache.glob("lessons-*")
    for damage in (b"", b"\xff" * 100, file.read_bytes()[:20]):
        file.write_bytes(damage)
        assert Library([folder], parser, cache).courses("en") == first
    assert Library([folder], parser, cache / "nowhere").courses("en") == first


def test_the_index_is_used(folder, parser, tmp_path_factory, monkeypatch):
    cache = tmp_path_factory.mktemp("cache")
    first = Library([folder], parser, cache).courses("en")
    (file,) = cache.glob("lessons-*")
    written = file.stat().st_ino
    monkeypatch.setattr(
        "evoclass.reading.library.read_head", lambda path: pytest.fail(f"{path} was read again")
    )
    assert Library([folder], parser, cache).courses("en") == first
    assert (file.stat().st_ino, list(cache.glob("lessons-*"))) == (written, [file])  # and not written again


def test_an_index_is_written_once_for_what_is_new(folder, parser, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    library = Library([folder], parser, cache)
    library.courses("en")
    (file,) = cache.glob("lessons-*")
    written = file.stat().st_ino
    library.refresh()
    library.courses("en")
    assert file.stat().st_ino == written
