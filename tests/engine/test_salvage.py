"""Files without a front matter, or with a broken one, are lessons all the same."""

import pytest

from evoclass import lint
from evoclass.lint.fixes import apply_fixes as apply
from evoclass.model import Fault, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.lessonfiles import read_head
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

PARSER = Parser(Plugins())
BODY = "# Head\n\nText.\n\n:::{tip}\nA tip.\n:::\n"


def front(line):
    return f"---\nid: sample\nnumber: 3\n{line}\nlanguage: en\n---\n\n{BODY}"


def kinds(lesson):
    return [type(block).__name__ for block in lesson.blocks]


@pytest.mark.parametrize("page", [False, True])
def test_a_file_without_front_matter_opens(tmp_path, page):
    path = tmp_path / "it" / ("index.md" if page else "07-transfer.md")
    path.parent.mkdir()
    path.write_text("Some *words*.\n\n```python\n# no heading\n```\n\n# The *first* `heading` #\n\nText.\n")
    if page:
        (course,) = Library([tmp_path], PARSER).courses("it")
        assert (course.title, course.language) == ("The first heading", "it")
        assert len(course.blocks) == 4
        return
    lesson = PARSER.lesson(path.read_bytes(), path)
    assert (lesson.title, lesson.number, lesson.language, lesson.id) == (
        "The first heading",
        7,
        "it",
        "transfer",
    )
    assert kinds(lesson) == ["Paragraph", "CodeBlock", "Heading", "Paragraph"]
    assert [problem.code for problem in lesson.problems] == ["E005"]
    entry = read_head(path)
    assert (entry.title, entry.number, entry.language, entry.problem) == ("The first heading", 7, "it", None)


def test_a_heading_that_gave_the_title_is_not_shown_twice():
    lesson = PARSER.lesson("# [A *link*](https://x.org) and `code`\n\nText.\n")
    assert kinds(lesson) == ["Paragraph"]


def test_a_folder_of_plain_markdown_is_a_course(tmp_path):
    for name, text in {"01-a.md": "# One\n\nA.\n", "02-b.md": "B.\n", "notes.md": "# Notes\n"}.items():
        (tmp_path / name).write_text(text)
    (course,) = Library([tmp_path], PARSER).courses("en")
    assert [(entry.number, entry.title) for entry in course.lessons] == [(0, "Notes"), (1, "One"), (2, "b")]
    problems = lint.Checker(PARSER).libraries([Library([tmp_path], PARSER)])
    assert [problem.code for problem in problems] == ["E005"] * 3


@pytest.mark.parametrize(
    ("line", "at", "variant", "title"),
    [
        ("\ttitle: T", 4, "tab", "Head"),
        ("title: T\nobjectives:\n\t- x", 6, "tab", "T"),
        ('title: "T', 4, "open", "T"),
        ("title: 'T", 4, "open", "T"),
        ('title: T\nlicense: "x\nauthors:\n  - "y"', 5, "open", "T"),
        ("title: T\ntitle: U", 5, "twice", "T"),
        ("title: T\nminutes: 5\nid: x", 6, "twice", "T"),
        ("title: Lesson 7: X", 4, "", "Lesson 7: X"),
        ("title: @home", 4, "", "@home"),
        ("title:T", 4, "space", "Head"),
        ("title T", 4, "pair", "Head"),
        ("title = T", 4, "pair", "Head"),
        ("  title: T", 4, "indent", "Head"),
        ('title: "say "hi" there"', 4, "inner", 'say "hi" there'),
        ("title: 'it's'", 4, "inner", "it's"),
        ("authors: [a, b\ntitle: T", 4, "bracket", "T"),
        ("title: T\nobjectives:\n  - a\n - b", 7, "list", "T"),
        ("title: T\nauthors: - a", 5, "list", "T"),
    ],
)
def test_a_slip_in_the_front_matter_is_told_at_its_line(line, at, variant, title):
    lesson = PARSER.lesson(front(line))
    (problem,) = lesson.problems
    assert (problem.code, problem.line, problem.fields["variant"]) == ("E007", at, variant)
    assert isinstance(lesson.blocks[0], Fault)
    assert kinds(lesson)[-2:] == ["Paragraph", "Callout"]
    assert (lesson.title, lesson.number) == (title, 3)


@pytest.mark.parametrize(
    ("text", "code", "line", "variant"),
    [
        ("\n\n" + front("title: T"), "E005", 3, "late"),
        ("----\n" + front("title: T")[4:], "E005", 1, "hyphens"),
        ("\u2014\u2014\n" + front("title: T")[4:], "E005", 1, "hyphens"),
        ("+++\ntitle: T\n+++\n\n" + BODY, "E005", 1, "toml"),
        (front("title: T").replace("\n---\n", "\n"), "E006", 1, None),
        (front("title: T").replace("\n---\n", "\n--\n"), "E006", 1, None),
        (front("title: T").replace("\n---\n", "\n") + "\n---\n\nMore.\n", "E006", 1, None),
    ],
)
def test_a_front_matter_that_does_not_begin_or_end_as_it_should(text, code, line, variant):
    lesson = PARSER.lesson(text)
    (problem,) = lesson.problems
    assert (problem.code, problem.line, problem.fields.get("variant")) == (code, line, variant)
    assert lesson.title == "T"
    words = [plain_text(block.text) for block in lesson.blocks if hasattr(block, "text")]
    assert "Text." in words
    assert not any("language" in text for text in words)


def test_a_misspelt_key_is_told_once():
    lesson = PARSER.lesson(front("Titel: T"))
    assert [(problem.code, problem.fields["near"]) for problem in lesson.problems] == [("E008", "title")]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("title:T", "title: T"),
        ("title: T\nobjectives:\n\t- x", "title: T\nobjectives:\n  - x"),
        ('title: "T', 'title: "T'),
        ("title: T\ntitle: U", "title: T\ntitle: U"),
        ('title: "say "hi" there"', 'title: "say "hi" there"'),
    ],
)
def test_what_is_corrected_without_asking(line, after):
    text, _ = apply(front(line), PARSER.lesson(front(line)).problems)
    assert text == front(after)


def test_two_lessons_of_one_number_or_id_are_told_at_the_key(tmp_path):
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "01-a.md").write_text("---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\nA.\n")
    (folder / "02-b.md").write_text("---\ntitle: B\nlanguage: it\nnumber: 1\nid: a\n---\nB.\n")
    problems = lint.Checker(PARSER).libraries([Library([tmp_path], PARSER)])
    assert {problem.code: problem.line for problem in problems} == {
        "E058": 3,
        "W057": 4,
        "E081": 4,
        "E080": 5,
    }


def test_the_reader_is_told_of_each_mistake_once_and_of_no_missing_front_matter(tmp_path):
    from evoclass.i18n import Catalog
    from evoclass_tui.widgets.opening import opening

    path = tmp_path / "en" / "01-a.md"
    path.parent.mkdir()
    path.write_text("# Title\n\n:::{xyz}\nText.\n:::\n\n<b>\n")
    lesson = PARSER.lesson(path.read_bytes(), path)
    assert [problem.code for problem in lesson.problems] == ["E005", "E012", "W033"]
    assert not any(isinstance(block, Fault) for block in opening(lesson, Catalog("en")))
    path.write_text(front("numbr: 1\ntitle: T"))
    lesson = PARSER.lesson(path.read_bytes(), path)
    (fault,) = [block for block in opening(lesson, Catalog("en")) if isinstance(block, Fault)]
    assert fault.problem.code == "E008"


def test_the_last_key_of_a_front_matter_without_an_end_counts():
    lesson = PARSER.lesson("---\nnumber: 3\ntitle: Last\n\nText.\n")
    assert (lesson.number, lesson.title) == (3, "Last")


@pytest.mark.parametrize(("blank", "title"), [(298, "Here"), (299, "Here"), (300, "lesson")])
def test_a_first_heading_is_looked_for_as_far_as_it_may_be(blank, title):
    assert PARSER.lesson("Text.\n" + "\n" * (blank - 1) + "# Here\n").title == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("```\n# No\n~~~\n# No\n````\n\n# Yes\n", "Yes"),
        ("~~~~\n# No\n~~~\n# No\n~~~~\n# Yes\n", "Yes"),
        ("    # No\n\n   # a_b and **c** ##\n", "a_b and c"),
        ("# **_The_** __last__ `hidden_state` #\n", "The last hidden_state"),
        ("## No\n\n#No\n\n# *Yes*\n", "Yes"),
    ],
)
def test_what_is_a_first_heading(text, title):
    assert PARSER.lesson(text).title == title
