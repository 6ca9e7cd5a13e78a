"""Exports, imports and translations of lessons that take in other files of their course."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from evoclass_author.units import units

LESSON = """---
id: menus
number: 1
title: Menus
language: en
---

Before.

:::{include} parts/setup.md
:::

```{lab} train.py
:file: labs/train.py
:data: data/menu.csv
```

After.
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    for name, text in {
        "en/01-menus.md": LESSON,
        "parts/setup.md": "Included *words*[^one].\n\n```{lab} look.py\nprint('look')\n```\n\n[^one]: The source.\n",
        "labs/train.py": "import plots\n\nplots.draw(open('menu.csv').read())\n",
        "shared/plots.py": "def draw(text):\n    print(text)\n",
        "shared/unused.py": "x = 1\n",
        "data/menu.csv": "soup,4\n",
    }.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "course" / "en" / "01-menus.md"


def sources(file: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(file, as_version=4).cells]


def test_a_notebook_has_all_of_it_and_its_data_beside(lesson, command, tmp_path):
    file = tmp_path / "out" / "lesson.ipynb"
    file.parent.mkdir()
    result = command("export", lesson, "--to", "notebook", "-o", file)
    assert sources(file) == [
        "# Menus",
        "Before.",
        "Included *words*\\[1\\].",
        "print('look')",
        "\\[1\\] The source.",
        "%%writefile plots.py\ndef draw(text):\n    print(text)",
        "import plots\n\nplots.draw(open('menu.csv').read())",
        "After.",
    ]
    assert (file.parent / "menu.csv").read_text() == "soup,4\n"
    assert "menu.csv" in result.output
    (file.parent / "menu.csv").write_text("mine")
    again = command("export", lesson, "--to", "notebook", "-o", file)
    assert (file.parent / "menu.csv").read_text() == "mine"
    assert str(lesson.parent.parent / "data" / "menu.csv") in again.output


def test_a_notebook_comes_back_as_the_lesson_it_was(lesson, command, tmp_path, parser):
    file = tmp_path / "lesson.ipynb"
    command("export", lesson, "--to", "notebook", "-o", file)
    command("import", file, "--in", tmp_path / "back" / "en")
    (made,) = (tmp_path / "back" / "en").iterdir()
    assert made.read_text() == LESSON


def test_a_program_changed_in_the_notebook_takes_the_place_of_its_file(lesson, command, tmp_path):
    file = tmp_path / "lesson.ipynb"
    command("export", lesson, "--to", "notebook", "-o", file)
    notebook = json.loads(file.read_text())
    for cell in notebook["cells"]:
        if "".join(cell["source"]).startswith("import plots"):
            cell["source"] = "print('changed')"
    file.write_text(json.dumps(notebook))
    command("import", file, "--in", tmp_path / "back" / "en")
    (made,) = (tmp_path / "back" / "en").iterdir()
    assert "```{lab} train.py\n:data: data/menu.csv\nprint('changed')\n```" in made.read_text()


def test_a_web_page_has_all_of_it_and_names_what_is_not_in_it(lesson, command, tmp_path):
    file = tmp_path / "lesson.html"
    result = command("export", lesson, "--to", "html", "-o", file)
    page = file.read_text()
    assert "Included <em>words</em>" in page
    assert "The source." in page
    assert "plots" in page
    assert "plots.py, menu.csv" in result.output


def test_a_fault_in_an_included_text_is_told_with_its_file(lesson, command, tmp_path):
    (lesson.parent.parent / "parts" / "setup.md").write_text(
        "Good.\n\n:::{text} q\nWhat?\n:::\n\n![no](no.png)\n"
    )
    result = command("export", lesson, "--to", "html", "-o", tmp_path / "x.html")
    assert "setup.md:3 (E022)" in result.output
    assert "setup.md:7" in result.output


def test_a_translation_is_marked_when_an_included_text_changes(lesson, command, parser):
    command("translate", lesson, "it")
    italian = lesson.parent.parent / "it" / lesson.name
    text = italian.read_text()
    assert text.count("<!-- translate -->\n:::{include} parts/setup.md\n:::") == 1
    for mark in ("<!-- translate -->\n", "<!-- translate: title in the front matter -->\n\n"):
        text = text.replace(mark, "")
    italian.write_text(text)
    command("translate", lesson, "it")
    assert italian.read_text() == text
    (lesson.parent.parent / "parts" / "setup.md").write_text("Other words.\n")
    command("translate", lesson, "it")
    assert (
        "<!-- translate: changed; the en file now says:\n:::{include} parts/setup.md" in italian.read_text()
    )


def test_an_included_text_is_one_unit(lesson, parser):
    found = units(lesson.read_text(), parser, lesson)
    assert [(unit.kind, unit.line) for unit in found] == [
        ("Paragraph", 8),
        ("include", 10),
        ("Lab:train.py", 13),
        ("Paragraph", 18),
    ]
    assert [type(block).__name__ for block in found[1].included] == ["Paragraph", "Lab"]


def test_data_of_any_name_is_told_of_by_a_page(lesson, command, tmp_path):
    data = lesson.parent.parent / "data"
    (data / "menu(1.py").write_text("price = 4\n")
    lesson.write_text(
        lesson.read_text().replace(":data: data/menu.csv", ":data: data/menu.csv data/menu(1.py")
    )
    assert "menu.csv" in command("export", lesson, "--to", "html", "-o", tmp_path / "page.html").output
