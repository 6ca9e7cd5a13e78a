"""Courses and lessons to start from."""

from pathlib import Path
from typing import get_args

import pytest

from evoclass import lint
from evoclass.errors import ConfigError
from evoclass.model import AnyBlock, walk
from evoclass.reading.library import Library
from evoclass_author.scaffold import slug


def problems(folder, parser):
    return lint.check_course(Library([folder], parser))


@pytest.mark.parametrize("languages", ["en", "it", "en,it"])
def test_a_new_course_passes_the_check(tmp_path, command, parser, languages):
    folder = tmp_path / "my-course"
    result = command("new", "course", folder, "--title", 'Say "hi": a course', "--languages", languages)
    assert result.exit_code == 0
    assert problems(folder, parser) == []
    (course,) = Library([folder], parser).courses(languages[:2])
    assert (course.title, [entry.number for entry in course.lessons]) == ('Say "hi": a course', [1])
    assert course.languages == tuple(languages.split(","))


def test_a_new_lesson_shows_one_of_each_block(tmp_path, command, parser):
    command("new", "course", tmp_path / "c", "--languages", "en,it")
    result = command("new", "lesson", "Über-Tensoren: l’inizio!", "--in", tmp_path / "c")
    assert [line.split("/c/")[1] for line in result.stdout.split()] == [
        "en/02-uber-tensoren-linizio.md",
        "it/02-uber-tensoren-linizio.md",
    ]
    assert problems(tmp_path / "c", parser) == []
    lesson = parser.lesson((tmp_path / "c" / "en" / "02-uber-tensoren-linizio.md").read_bytes())
    shown = {type(block).__name__ for block in walk(lesson.blocks)}
    assert {cls.__name__ for cls in get_args(AnyBlock)} - {"Fault", "Drawing"} <= shown
    assert {block.exercise.kind for block in lesson.exercises} == set(parser._exercises)


def test_numbers_and_names_that_are_taken(tmp_path, command, parser):
    command("new", "course", tmp_path / "c", "--title", "Tensors")
    result = command("new", "lesson", "Tensors", "--in", tmp_path / "c")
    assert result.stdout.strip().endswith("02-tensors-2.md")
    with pytest.raises(ConfigError, match="number 2"):
        command("new", "lesson", "Other", "--in", tmp_path / "c", "--number", "2")
    with pytest.raises(ConfigError, match="already exists"):
        command("new", "course", tmp_path / "c", "--title", "Tensors")
    assert problems(tmp_path / "c", parser) == []


def test_a_folder_without_languages(tmp_path, command, parser):
    result = command("new", "lesson", "Lezione", "--in", tmp_path, "--lang", "it")
    assert result.stdout.split()[0].endswith("01-lezione.md")
    (entry,) = Library([tmp_path], parser).courses("it")[0].lessons
    assert entry.language == "it"


def test_unknown_languages_are_refused(tmp_path, command):
    result = command("new", "course", tmp_path / "c", "--languages", "en,xx")
    assert result.exit_code == 2
    assert "'xx'" in result.output


@pytest.mark.parametrize(
    ("text", "name"), [("Ciao, mondo!", "ciao-mondo"), ("Perché?", "perche"), ("中文", "lesson")]
)
def test_slugs(text, name):
    assert slug(text) == name


def test_a_very_large_number_is_not_counted_on(tmp_path, command, parser):
    command("new", "course", tmp_path / "c", "--title", "Tensors")
    last = tmp_path / "c" / "en" / "999999999-last.md"
    first = (tmp_path / "c" / "en" / "01-tensors.md").read_text()
    last.write_text(first.replace("number: 1", "number: 999999999").replace("id: tensors", "id: last"))
    result = command("new", "lesson", "Foo", "--in", tmp_path / "c")
    assert result.stdout.strip().endswith("/02-foo.md")
    assert problems(tmp_path / "c", parser) == []


@pytest.mark.parametrize("languages", ["en", "it", "it,en"])
def test_the_hint_leads_to_a_file_that_is_there(tmp_path, command, languages):
    told = command("new", "course", tmp_path / "c", "--languages", languages).stderr
    pattern = Path(told.split("evoclass preview ")[1].split()[0])
    assert list(pattern.parent.glob(pattern.name))


@pytest.mark.parametrize("odd", ["\udcff", 'a\udcffb: "c"', "\x1b[31m", " ", "a\nb"])
def test_words_that_are_no_text_give_files_that_pass_the_check(tmp_path, command, parser, odd):
    command("new", "course", tmp_path / "c", "--title", odd, "--code", odd.strip() and odd)
    command("new", "lesson", odd, "--in", tmp_path / "c")
    assert problems(tmp_path / "c", parser) == []
    assert len(list((tmp_path / "c" / "en").glob("0*.md"))) == 2


def test_a_folder_whose_name_is_no_text(tmp_path, command, parser):
    command("new", "course", tmp_path / "\udcff")
    assert problems(tmp_path / "\udcff", parser) == []
