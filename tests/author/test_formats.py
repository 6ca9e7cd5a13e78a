"""The front matter as a schema, older formats, pages on problems."""

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from evoclass import lint
from evoclass.errors import ConfigError, NotFoundError
from evoclass.lint.pages import examples
from evoclass.reading.frontblock import split
from evoclass.reading.frontmatter import COURSE_KEYS, LESSON_KEYS
from evoclass_author.migrations import migrated

CONTENT = Path(__file__).parents[2] / "content"

OLD = """---
format: 0
id: old
lesson: 3
title: An old draft
lang: en
duration: 20
goals:
  - Learn
---

:::{admonition} Mind this
:class: warning
Text.
:::

````{admonition} Plain
```{code-block} python
:linenos:
x = 1
```
````

:::{hint} A hint
Text.
:::
"""


def test_an_old_draft_is_lifted(tmp_path, command, parser):
    file = tmp_path / "03-old.md"
    file.write_text(OLD)
    assert "converted from format 0 to 1" in command("migrate", file).output
    lesson = parser.lesson(file.read_bytes(), file)
    assert lint.check_lesson(lesson, parser) == []
    assert (lesson.number, lesson.language, lesson.minutes, lesson.objectives) == (3, "en", 20, ("Learn",))
    assert [block.kind for block in lesson.blocks] == ["warning", "note", "tip"]
    assert "already in format 1" in command("migrate", tmp_path).output


def test_a_dry_run_changes_nothing(tmp_path, command):
    file = tmp_path / "old.md"
    file.write_text(OLD)
    assert "converted from" in command("migrate", "--dry-run", file).output
    assert file.read_text() == OLD


def test_line_ends_and_present_files_stay():
    text = OLD.replace("\n", "\r\n")
    assert migrated(text) == migrated(OLD).replace("\n", "\r\n")
    assert migrated(migrated(OLD)) == migrated(OLD)


def test_what_cannot_be_lifted_stays(tmp_path, command):
    for name, content in (("new.md", "---\nformat: 7\n---\n"), ("none.md", "text"), ("bytes.md", "\x00")):
        (tmp_path / name).write_text(content)
    result = command("migrate", tmp_path)
    assert result.exit_code == 1
    assert result.output.count("left unchanged") == 3


@pytest.mark.parametrize(("kind", "keys"), [("lesson", LESSON_KEYS), ("course", COURSE_KEYS)])
def test_the_schema_knows_all_keys(command, kind, keys):
    schema = json.loads(command("schema", kind).output)
    assert schema["properties"].keys() == keys.keys()
    assert schema["required"] == [name for name, key in keys.items() if key.required]
    assert schema["additionalProperties"] is False
    assert all(entry["description"] for entry in schema["properties"].values())
    slug = schema["properties"]["id"]["pattern"]
    assert re.search(slug, "transfer-learning")
    assert not re.search(slug, "Transfer")


def test_every_code_is_explained(command):
    listed = command("explain").output
    assert all(code in listed for code in examples())
    page = command("explain", "e012", "--lang", "it").output
    assert page.startswith("# E012\n")
    assert "Intendevi `tip`?" in page
    with pytest.raises(NotFoundError, match="E999"):
        command("explain", "E999")


VALID = {"id": "a", "number": "1", "title": "A", "language": "en"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "3.10"),
        ("title", '"Lesson 7: X"'),
        ("title", '""'),
        ("title", "[a]"),
        ("language", "no"),
        ("language", "EN"),
        ("language", "pt-BR"),
        ("number", "07"),
        ("number", "1.5"),
        ("number", "-1"),
        ("number", "1:30"),
        ("minutes", "20"),
        ("minutes", "twenty"),
        ("objectives", "[a, b]"),
        ("objectives", "[]"),
        ("objectives", "a"),
        ("objectives", '["", b]'),
        ("authors", "[Ada, 3.10]"),
        ("updated", "2026-01-31"),
        ("updated", "2026-1-31"),
        ("id", "transfer-learning"),
        ("id", "Transfer"),
        ("format", "1"),
        ("format", "2"),
        ("autor", "Ada"),
    ],
)
def test_the_schema_and_the_parser_agree(command, parser, key, value):
    front = {**VALID, key: value}
    text = "".join(f"{name}: {content}\n" for name, content in front.items())
    refused = [problem.code for problem in parser.lesson(f"---\n{text}---\n\nText.\n").problems]
    assert errors(command, "lesson", text) == bool(refused), (text, refused)


def errors(command, kind: str, text: str) -> bool:
    """Return whether an editor with our schema would complain."""
    schema = json.loads(command("schema", kind).stdout)
    loaded = YAML(typ="safe", pure=True).load(text)
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in loaded.items()}
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return any(True for _ in checker.iter_errors(plain))


def test_the_bundled_files_fit_the_schema(command, tmp_path):
    command("new", "course", tmp_path / "c", "--title", "A course", "--languages", "en,it")
    files = [*CONTENT.glob("*/*.md"), *(tmp_path / "c").glob("*/*.md")]
    assert len(files) >= 8
    for path in files:
        kind = {"index.md": "course", "end.md": "end"}.get(path.name, "lesson")
        assert not errors(command, kind, split(path.read_text(encoding="utf-8"))[0]), path


def test_a_draft_that_does_not_say_its_format_is_known_by_its_looks():
    draft = OLD.replace("format: 0\n", "")
    assert migrated(draft).split("---")[1].split() == migrated(OLD).split("---")[1].split()


def test_code_blocks_between_colons_become_fences_and_examples_stay():
    text = (
        "---\nformat: 0\nid: a\n---\n\n:::{code-block} python\n:linenos:\nx = 1\n:::\n\n"
        "````markdown\n:::{code-block} python\nx = 1\n:::\n````\n\n```{code-block} text\ny\n```\n"
    )
    body = migrated(text).split("---\n", 2)[2]
    assert body == (
        "\n```python\nx = 1\n```\n\n````markdown\n:::{code-block} python\nx = 1\n:::\n````\n\n```text\ny\n```\n"
    )


def test_a_file_of_a_newer_format_is_left_alone_with_a_sentence(tmp_path, command):
    file = tmp_path / "01-a.md"
    file.write_text("---\nformat: 7\nid: a\n---\n")
    result = command("migrate", file)
    assert result.exit_code == 1
    assert "{" not in result.output
    assert "7" in result.output


@pytest.mark.usefixtures("without_torch")
def test_a_full_disk_leaves_a_lesson_that_is_corrected_as_it_was(tmp_path, command, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    file = tmp_path / "01-old.md"
    file.write_text(OLD + "\n:::{tipp} x\ny\n:::\n")
    before = file.read_text()
    monkeypatch.setattr("os.replace", full)
    result = command("migrate", file)
    assert result.exit_code == 1
    assert "No space left" in result.output
    with pytest.raises(ConfigError, match="No space left"):
        command("check", file, "--fix", "--no-cache")
    assert file.read_text() == before
    assert list(tmp_path.iterdir()) == [file]
