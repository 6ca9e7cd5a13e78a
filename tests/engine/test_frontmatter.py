"""The quick reader of front matters must read what YAML 1.2 reads, or pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoclass.errors import LessonError
from evoclass.i18n import Catalog
from evoclass.lint.describe import describe
from evoclass.model import Paragraph
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.frontblock import MAX_KEYS, MAX_LENGTH
from evoclass.reading.markup import Parser
from evoclass.reading.plainfront import read_plain
from evoclass.reading.yamlfront import read_yaml

WORDS = st.text(alphabet="ab1É :#'\"-[]{}>|&*!%@`,?\\\t~.=", max_size=12)
LINE = st.one_of(
    st.builds("{}: {}".format, st.sampled_from(["id", "title", "x-y"]), WORDS),
    st.builds("  - {}".format, WORDS),
    st.builds(" - {}".format, WORDS),
    st.builds("  - text: {}".format, WORDS),
    st.builds("{}shown_by: {}".format, st.sampled_from(["    ", "   ", "  "]), WORDS),
    st.builds(
        "    evidence: [{}]".format,
        st.lists(st.sampled_from(["a", "b-c", "d/e.py", "null", ""])).map(", ".join),
    ),
    st.sampled_from(
        ["id:", "title:  ", "", "  ", "# note", "objectives:", "- a", "a", "null: null", "minutes: ~"]
    ),
)


@given(st.lists(LINE, max_size=5))
def test_the_quick_reader_agrees_with_yaml(lines):
    block = "".join(f"{line}\n" for line in lines)
    quick = read_plain(block)
    if quick is None:
        return
    try:
        slow = read_yaml(block)
    except LessonError as error:
        raise AssertionError(f"YAML refuses what the quick reader takes: {error}") from error
    assert {key: (node.value, node.key_line) for key, node in quick.items()} == {
        key: (node.value, node.key_line) for key, node in slow.items()
    }


def test_the_quick_reader_reads_everyday_front_matter():
    block = 'id: transfer-learning\n\nnumber: 7\ntitle: "Seven: a tale"\nobjectives:\n  - Freeze a base\n  - Train\n'
    assert read_plain(block) is not None
    translated = (
        "source: en 1ee64797cb36\nsource_blocks: ~9d5a6b 8be4cb 27b859\n"  # as `evoclass translate` writes it
    )
    assert read_plain(translated) is not None


def test_an_entry_with_a_colon_is_pointed_at_and_told_to_be_quoted():
    head = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n"
    text = head + "objectives:\n  - Learn\n  - Fine-tune: what it changes\n---\n"
    (problem,) = Parser(Plugins()).lesson(text).problems
    assert (problem.code, problem.line) == ("E010", 8)
    message, fix = describe(problem, Catalog("en"))
    assert "before a colon" in message
    assert "double quotes" in fix


HEAD = "---\nid: a\nnumber: 1\ntitle: T\nlanguage: en\n"


@pytest.mark.parametrize(
    ("text", "wanted", "body"),
    [
        ("\n \n+++\ntitle: X\n+++\nText.\n", ("E005", 3, 1, "toml"), 6),
        (HEAD + "x: {a: b\n---\nText.\n", ("E007", 7, 1, ""), 8),
        (HEAD + 'x: "\\q"\n---\nText.\n', ("E007", 6, 6, ""), 8),
        (HEAD + 'x: "\\UFFFFFFFF"\n---\nText.\n', ("E007", 2, 1, None), 8),
        (HEAD + 'x: "\\U00110000"\n---\nText.\n', ("E007", 2, 1, None), 8),
        ("\n---\ntitle: T\n---\nText.\n", ("E005", 2, 1, "late"), 5),
        (HEAD + "license: [a]\n---\nText.\n", ("E010", 6, 1, "brackets"), 8),
        (HEAD + "license:\n---\nText.\n", ("E010", 6, 1, ""), 8),
        (HEAD + "license:\n  - a\n---\nText.\n", ("E010", 6, 1, "brackets"), 9),
        (HEAD + "minutes: [5]\n---\nText.\n", ("E010", 6, 1, None), 8),
        (HEAD + "x: &a b\n---\nText.\n", ("E007", 6, 1, "alias"), 8),
        (HEAD + "<<: x\n---\nText.\n", ("E007", 6, 1, "alias"), 8),
        (HEAD + "x: [[[[[a]]]]]\n---\nText.\n", ("E007", 6, 1, None), 8),
        (HEAD + "x: [[a], [b], [c], [d], [e]]\n---\nText.\n", ("E008", 6, 1, None), 8),
        ("---\n\n- a\n---\nText.\n", ("E007", 3, 1, None), 5),
        ("---\n? [a]\n: b\n---\nText.\n", ("E007", 2, 1, None), 5),
        (HEAD + "\n\nText.\n", ("E006", 1, 1, None), 8),
        ("---\nid: a\nid: b\n\n# Big\n---\nText.\n", ("E007", 3, 1, "twice"), 7),
        (HEAD + "x:\n  - y\nx:\n  - z\n---\nText.\n", ("E007", 8, 1, "twice"), 11),
        ("---\ntitle: T\nnumber: 2\n....\nText.\n", ("E006", 1, 1, None), 5),
        ("----\ntitle: T\n----\n\nText.\n", ("E005", 1, 1, "hyphens"), 5),
        (
            "---\n<<<<<<< a\nid: x\n=======\nid: y\n>>>>>>> b\nnumber: 1\n---\nText.\n",
            ("E036", 2, 1, None),
            9,
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place_and_the_text_is_read(text, wanted, body):
    lesson = Parser(Plugins()).lesson(text)
    (problem,) = lesson.problems
    assert (problem.code, problem.line, problem.column, problem.fields.get("variant")) == wanted
    assert (type(lesson.blocks[-1]), lesson.blocks[-1].line) == (Paragraph, body)


@pytest.mark.parametrize(
    "large", ["authors:\n" + "  - x\n" * 30_000, "".join(f"k{n}: x\n" for n in range(120))]
)
def test_a_front_matter_that_is_too_large_is_told_with_what_it_may_have(large):
    lesson = Parser(Plugins()).lesson(f"{HEAD}{large}---\nText.\n")
    (problem,) = lesson.problems
    assert (problem.code, problem.line) == ("E039", 1)
    assert problem.fields == {"limit": MAX_LENGTH // 1000, "keys": MAX_KEYS}
    assert f"{MAX_LENGTH // 1000},000 characters" in describe(problem, Catalog("en"))[0]
    assert (lesson.title, type(lesson.blocks[-1])) == ("T", Paragraph)


def test_the_most_keys_are_read():
    keys = "".join(f"k{n}: x\n" for n in range(MAX_KEYS - 4))
    codes = [problem.code for problem in Parser(Plugins()).lesson(f"{HEAD}{keys}---\nText.\n").problems]
    assert codes == ["E008"] * (MAX_KEYS - 4)


def test_characters_that_act_on_a_terminal_are_told_at_their_first_place_in_a_line():
    lesson = Parser(Plugins()).lesson(HEAD + "license: b\x07c\n---\nA \x1b b\x1b\n\nx\x9b\n")
    assert [(problem.code, problem.line, problem.column) for problem in lesson.problems] == [
        ("W037", 6, 11),
        ("W037", 8, 3),
        ("W037", 10, 2),
    ]


def test_an_empty_front_matter_lacks_what_a_lesson_needs():
    lesson = Parser(Plugins()).lesson("--- \n---\t\nText.\n")
    assert [(problem.code, problem.fields["key"]) for problem in lesson.problems] == [
        ("E009", key) for key in ("id", "number", "title", "language")
    ]
    assert lesson.blocks[0].line == 3


def test_no_escape_of_yaml_brings_a_character_that_acts_on_a_terminal():
    lesson = Parser(Plugins()).lesson(
        '---\nid: a\nnumber: 1\ntitle: "\\e[31mT"\nlanguage: en\n"\\x9bk": 1\n---\n'
    )
    assert lesson.title == "\ufffd[31mT"
    assert [problem.fields["key"] for problem in lesson.problems] == ["\ufffdk"]
    authors = HEAD + 'objectives: ["\\ud800", "\\u202e"]\n---\n'
    assert Parser(Plugins()).lesson(authors).objectives == ("\ufffd", "\ufffd")


def test_the_keys_of_a_broken_front_matter_have_their_lines():
    lesson = Parser(Plugins()).lesson(HEAD + "x: {a: b\n---\nText.\n")
    assert lesson.keys == {"id": 2, "number": 3, "title": 4, "language": 5}
