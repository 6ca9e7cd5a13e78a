"""What `evoclass check` sees only in a whole course, or in one that two people write."""

import pytest

from evoclass import lint
from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.lint.annotate import with_problems
from evoclass.lint.drift import drift
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

PARSER = Parser(Plugins())
HEAD = FRONT_MATTER.format(language="en")
TOP = HEAD.count("\n")


def told(body, head=HEAD):
    problems = lint.check_lesson(PARSER.lesson(head + body), PARSER)
    return [
        (problem.code, problem.line - head.count("\n"), problem.fields.get("variant", ""))
        for problem in problems
    ]


def put(folder, language, name, body="Text.\n", more="", number=1):
    path = folder / language / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"---\nid: n{number}\nnumber: {number}\ntitle: T\nlanguage: {language[:2]}\n{more}---\n{body}",
        encoding="utf-8",
    )
    return path


def stamp(path):
    return f"source: en {PARSER.lesson(path.read_bytes()).digest[:12]}\n"


def course(folder):
    checker = lint.Checker(PARSER)
    problems = checker.libraries([Library([folder], PARSER)])
    return [(p.code, str(p.path.relative_to(folder)), p.line) for p in problems], checker


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        # Conflicts.
        ("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n", [("E036", 2, "")]),
        (
            "```python\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n```\n",
            [("E036", 2, ""), ("W051", 2, "")],
        ),
        ("a << b <<<<<<< c\n\nText\n\n>>>>>>> no conflict\n", []),
        # Tables.
        ("| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n| 1 | 2 |\n", [("W042", 3, ""), ("W042", 4, "more")]),
        ("| a | b |\n|---|---|\n| `a|b` | 2 |\n| `a\\|b` | 2 |\n 1 | 2\n|  | |\n", [("W042", 3, "more")]),
        ("> | a | b |\n> |---|---|\n> | 1 | 2 |\n\n- | a |\n  |---|\n  | 1 |\n", []),
        # Headings.
        ("## A\n\n#### B\n", [("W041", 3, "")]),
        ("# A\n\n## B\n\n### C\n\n## D\n\n### C\n\n### E\n\n## F\n", []),
        ("## A\n\n### B\n\n## C\n\n## A\n", [("W041", 7, "twice")]),
        # Programs.
        ("```{lab} torch.py\nx = 1\n```\n", [("W043", 1, "")]),
        ("```{lab} types.py\nx = 1\n```\n", [("W043", 1, "")]),
        ("```{lab} train.py\nassert (1 > 2, 'm')\n```\n", [("W069", 2, "tuple")]),
        ("```{lab} train.py\nassert 1 < 2, 'm'\nassert []\nassert not x\n```\n", []),
        ("```{lab}\nx = 1\n```\n", [("E028", 1, "missing")]),
        # Links.
        ("[a](#sample), [b](#a), [c](#a-1)\n\n## A\n\n### A\n", []),
        ("[a](#sampel)\n\nText.\n", [("E055", 1, "anchor")]),
    ],
)
def test_one_file(body, wanted):
    assert told(body) == wanted


@pytest.mark.parametrize(
    ("body", "variant"),
    [
        ("See [the text][nope].\n", "reference"),
        ("Hello {{variable}}.\n", "variable"),
        ("{{#include a.md}}\n", "variable"),
        ("- [ ] todo\n", "task"),
        ("Term\n: What it means\n", "definition"),
        ("A ==marked== word.\n", "highlight"),
        ("Text{width=50%} here.\n", "attributes"),
        ("An open $x + y here.\n", "dollar"),
        ("Blanks in $ x + y $ here.\n", "dollar"),
        ("See :numref:`fig`.\n", "role"),
        ("> [!NOTE]\n> Text\n", "alert"),
        ("!!! note\n", "alert"),
        ("(label)=\n", "label"),
        ("% a comment\n", "comment"),
        ("x^2^ is a square.\n", "script"),
        ("See https://pytorch.org now.\n", "address"),
        ("[[Other page]]\n", "wiki"),
        ("As [@key] says.\n", "citation"),
        ("```dot\ngraph TD\n```\n", "diagram"),
        ("```mermaid\nno diagram\n```\n", "mermaid"),
        ("| a |\n|---|\n| {{x}} |\n", "variable"),
        (":::{number} n\nHow many {{n}}?\n:answer: 5\n:::\n", "variable"),
    ],
)
def test_marks_of_other_dialects_are_told(body, variant):
    ((code, _, found),) = told(body)
    assert (code, found) == ("W039", variant)


@pytest.mark.parametrize(
    "body",
    [
        "A call of f\\(\\) says nothing.\n",
        "It costs $5 and $10, US$ or \\$x, and $x + y$ is a formula.\n",
        "`$HOME`, `{{x}}`, `==`, `[a][b]`, `- [ ]`\n",
        "x[0][1] and a[i][j], [1][2], [N][C]; {'a': 1}, {a, b}; f(x)=y, a == b, x == y == z\n",
        "<https://x.org> and [https://y.org](https://y.org) and [a][b]\n\n[b]: https://x.org\n",
        "Text: `x`, 12:30: `y`, **strong**: `z`\n",
        ":::{choice} q\nWhich?\n\n- [x] a\n  > y\n- [ ] b\n  > n\n:::\n",
        ":::{number} n\n:draw: n in [1, 2]\nHow many {{n}}?\n:answer: {{n}}\n:::\n",
        "100% of it, 50 % more\n% of all\n",
    ],
)
def test_what_is_no_mark(body):
    assert told(body) == []


@pytest.mark.parametrize(
    ("identifier", "wanted"),
    [
        ("CC-BY-4.0", []),
        ("MIT OR Apache-2.0", []),
        ("LicenseRef-Mine", []),
        ("CC-BY-9.9", ["W044"]),
        ("CC BY", ["W044"]),
    ],
)
def test_licences(identifier, wanted):
    head = HEAD.replace("language: en", f"language: en\nlicense: {identifier}")
    assert [code for code, *_ in told("Text.\n", head)] == wanted


def test_links_to_places_in_other_lessons(tmp_path):
    links = "[a](02-b.md#part) [b](02-b.md#prat) [c](02-b.md#t) [d](02-b.md#q) [e](02-b.md) [f](x.txt#y)\n"
    put(tmp_path, "en", "01-a.md", links + "[g](../en/02-b.md#nowhere)\n")
    put(tmp_path, "en", "02-b.md", "## Part\n\n:::{number} q\nHow?\n:answer: 1\n:::\n", number=2)
    (tmp_path / "en" / "x.txt").touch()
    problems, _ = course(tmp_path)
    assert problems == [("E055", "en/01-a.md", 7), ("E055", "en/01-a.md", 8)]


def test_a_link_is_placed_where_it_stands(tmp_path):
    body = "Text [x](<gone file.md>) and\nmore [y]() and\n[z]() and [w][ref]\n\n[ref]: gone.md\n"
    path = put(tmp_path, "en", "01-a.md", body)
    found = [(p.line - 6, p.column) for p in lint.Checker(PARSER).file(path)]
    assert found == [(1, 6), (2, 6), (3, 1), (5, 1)]


def test_lines_are_counted_as_in_the_lesson(tmp_path):
    path = put(tmp_path, "en", "01-a.md", "a\u2028b\x0cc\x85d\n\n[x](gone.md)\n")
    assert [(p.code, p.line - 6) for p in lint.Checker(PARSER).file(path)] == [("W037", 1), ("E055", 3)]


def test_a_file_that_cannot_be_read_is_a_fault_in_its_preview(tmp_path):
    folder = tmp_path / "en" / "01-a.md"
    folder.mkdir(parents=True)
    library = Library([tmp_path], PARSER)
    [fault] = with_problems(library.open(folder), library).blocks
    assert fault.problem.code == "E000"


def test_lessons_in_sub_folders_are_told(tmp_path):
    put(tmp_path, "en", "01-a.md")
    put(tmp_path, "en/part1", "02-b.md", number=2)
    put(tmp_path, "en/part1/deep", "03-c.md", number=3)
    (tmp_path / "en" / "part1" / "README.md").write_text("# Not a lesson\n")
    put(tmp_path, "en/.git", "04-d.md", number=4)
    problems, checker = course(tmp_path)
    assert problems == [("W045", "en/part1/02-b.md", 1), ("W045", "en/part1/deep/03-c.md", 1)]
    assert [path.name for path in checker.checked] == ["01-a.md"]


def test_folders_of_languages_are_no_sub_folders(tmp_path):
    source = put(tmp_path, "en", "01-a.md")
    put(tmp_path, "it", "01-a.md", "Testo.\n", stamp(source))
    assert course(tmp_path)[0] == []


def test_a_translation_that_does_not_say_of_what(tmp_path):
    source = put(tmp_path, "en", "01-a.md")
    put(tmp_path, "it", "01-a.md", "Testo.\n")
    assert course(tmp_path)[0] == [("W047", "it/01-a.md", 5)]
    put(tmp_path, "it", "01-a.md", "Testo.\n", stamp(source))
    assert course(tmp_path)[0] == []


def test_the_comparison_waits_while_the_source_has_errors(tmp_path):
    body = "One.\n\n:::{nope}\nTwo.\n:::\n\n:::{number} n\nThree?\n:answer: 3\n:::\n\n- a\n"
    source = put(tmp_path, "en", "01-a.md", body)
    put(tmp_path, "it", "01-a.md", "Uno.\n\n:::{note}\nDue 2.\n:::\n\nAltro.\n", stamp(source))
    problems, checker = course(tmp_path)
    assert [code for code, *_ in problems] == ["E012"]
    assert [path.name for path in checker.paused] == ["01-a.md"]
    source.write_text(source.read_text().replace("nope", "note"))
    problems, checker = course(tmp_path)
    assert checker.paused == []
    assert {code for code, *_ in problems} >= {"W089", "E083", "W094"}


@pytest.mark.parametrize(
    ("english", "italian", "codes"),
    [
        ("Only the head of the network is new.", "Only the head of the network is new.", ["W046"]),
        ("- Only the head of the network is new.", "- Only the head of the network is new.", ["W046"]),
        ("Deep Learning with PyTorch Lightning", "Deep Learning with PyTorch Lightning", []),
        ("`x = 1` and `y = 2`", "`x = 1` and `y = 2`", []),
        (
            "[Deep residual learning for image recognition](a)",
            "[Deep residual learning for image recognition](a)",
            [],
        ),
        (
            "Text.[^1]\n\n[^1]: He and others, deep residual learning.",
            "T.[^1]\n\n[^1]: He and others, deep residual learning.",
            [],
        ),
        (
            ":::{number} n\nHow?\n:answer: 1\n:hint: Count the layers of the network.\n:::",
            ":::{number} n\nQuanti?\n:answer: 1\n:hint: Count the layers of the network.\n:::",
            ["W046"],
        ),
        # What waits for its translation is not compared yet.
        ("It has 4,816,896 weights.", "<!-- translate -->\nIt has 4,816,896 weights.", []),
        ("It has 4,816,896 weights.", "Ha 4.816.897 pesi.", ["W094"]),
        ("A.\n\nIt has 1,234 weights.", "<!-- translate -->\nA.\n\nHa 1.235 pesi.", ["W094"]),
    ],
)
def test_text_in_two_languages(english, italian, codes):
    source = PARSER.lesson(HEAD + english + "\n")
    translated = PARSER.lesson(FRONT_MATTER.format(language="it") + italian + "\n")
    assert [problem.code for problem in drift(source, translated)] == codes


@pytest.mark.parametrize(
    ("english", "italian", "wanted"),
    [
        ("## A\n\nText.", "### A\n\nTesto.", [("W095", 1, "kind")]),
        (":::{tip} A\nText.\n:::", ":::{note} A\nTesto.\n:::", [("W095", 1, "kind")]),
        (":::{tip} A\nText.\n:::", ":::{tip}\nTesto.\n:::", [("W095", 1, "title")]),
        (
            ":::{number} one\nHow?\n:answer: 1\n:::",
            "Testo.\n\n:::{number} uno\nQuanti?\n:answer: 1\n:::",
            [("W092", 1, ""), ("E084", 3, "renamed")],
        ),
        (
            "A.\n\n:::{number} a\nHow?\n:answer: 1\n:::\n\n:::{number} b\nHow?\n:answer: 1\n:::",
            "A.\n\n:::{number} b\nQuanti?\n:answer: 1\n:::",
            [("E083", 3, "")],
        ),
    ],
)
def test_a_translation_that_is_built_otherwise_is_told_once_and_where_it_is(english, italian, wanted):
    source = PARSER.lesson(HEAD + english + "\n")
    translated = PARSER.lesson(FRONT_MATTER.format(language="it") + italian + "\n")
    found = [(p.code, p.line - TOP, p.fields.get("variant", "")) for p in drift(source, translated)]
    assert sorted(found, key=lambda entry: entry[1]) == wanted
