"""What a translation must not change is found where it changed; what languages write differently is not."""

from __future__ import annotations

import pytest

from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.lint.drift import drift
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

PARSER = Parser(Plugins())

CHOICE = """:::{choice} q
:shuffle:
:last: 1
:tries: 2
Which, of 3?

- [x] Of 5
  > Yes, 5.
- [ ] None
  > No.

:hint: There are 4 of them.
:solution: Because of 7.
:::
"""
NUMBER = ":::{number} n\nHow many?\n:answer: 5\n:tolerance: 0.1\n:unit: kg\n:::\n"
DRAWN = (
    ":::{number} n\n:draw: k in [2, 3, 4]\n:let: m = k * 2\n:where: k != 9\n"
    "How many {{k}}?\n:answer: {{m}}\n:::\n"
)
SHAPE = ":::{shape} s\nShape?\n:answer: (N, 512)\n:accept: (512, N)\n:::\n"
TEXT = ":::{text} t\nWhich word?\n:answer: cat\n:fold: case accents\n:::\n"
BLANKS = ":::{blanks} b\nFill\n\n```python\nx.____(3)\n```\n\n:blank: foo | bar\n:why: In 2 steps.\n:::\n"
LINES = (
    ":::{order} o\nOrder\n\n```python\na = 1\nb = 2\n```\n\n```python distractors\nc = 3\n```\n\n"
    ":indent:\n:any: 1 2\n:::\n"
)
LIST = ":::{order} o\nOrder\n\n1. a\n2. b\n\n- c\n:::\n"
MATCH = ":::{match} m\nMatch\n\n| a | b | why |\n|-|-|-|\n| x | one | as 1 |\n| y | two | as 2 |\n:::\n"
PREDICT = ":::{predict} p\nPrints?\n\n```python\nprint('it', 2)\n```\n\n:seconds: 5\n:tolerance: 0.1\n:::\n"
CODE = (
    ":::{code} c\nWrite\n\n```python starter\nx = 0  # start\n```\n\n```python solution\nx = 1\n```\n\n"
    ":expect: x == 1 | Must be one.\n:seeds: 1 2\n:seconds: 5\n:pass: 1\n:::\n"
)
FIX = CODE.replace("{code}", "{fix}").replace(":seeds", ":lines: 1\n:seeds")
REFLECT = (
    ":::{reflect} r\nWhy?\n\n- [ ] a\n  > In 3 words.\n- [ ] b\n  > So.\n\n:words: 2\n:answer: one two\n:::\n"
)
CHALLENGE = f"::::{{challenge}} h\n:title: Part 3\nStory of 4.\n\n{NUMBER}\n{SHAPE}::::\n"
DRAWN_CHALLENGE = (
    "::::{challenge} h\n:draw: k in [2, 3]\nStory.\n\n:::{number} n\nWhat?\n:answer: {{k}}\n:::\n::::\n"
)
LAB = "```{lab} train.py\n:seconds: 5\n:watch: x\n:names: x = no, yes\nx = 1  # one\n```\n"
GREETING = LAB.replace(":watch:", ':arguments: --epochs 3 --name "good day"\n:watch:')


def lesson(text: str, language: str, **front: str):
    head = FRONT_MATTER.format(language=language)
    for key, value in front.items():
        head = head.replace("---\n", f"---\n{key}: {value}\n", 1)
    parsed = PARSER.lesson(f"{head}\n{text}")
    assert not [problem for problem in parsed.problems if problem.is_error], parsed.problems
    return parsed


def codes(english: str, italian: str) -> list[str]:
    return [problem.code for problem in drift(lesson(english, "en"), lesson(italian, "it"))]


@pytest.mark.parametrize(
    ("english", "italian"),
    [
        ("8.967 of 8,967", "8,967 su 8.967"),
        ("1,281,167.5", "1.281.167,5"),
        ("8,967", "8967"),
        ("8,967", "8 967"),
        ("8,967", "8\u00a0967"),
        ("8,967", "8'967"),
        ("-1.5 degrees", "−1,5 gradi"),
        ("3.2%", "3,2 %"),
        ("3-5 runs", "da 3 a 5 volte"),
        ("the 1st and 2nd run", "la prima e la seconda volta"),
        ("conv1 and `x[1.5]`", "conv1 e `x[1.5]`"),
        ("$0.5 \\text{ of all}$ and $8{,}967$", "$0{,}5 \\text{ di tutti}$ e $8967$"),
        ("```text\nnine lives\n```", "```text\nnove vite\n```"),
        (
            '```mermaid\ngraph LR\n  accDescr: A leads to b.\n  a["A"] --> b\n```',
            '```mermaid\ngraph LR\n  accDescr: Da A si va a b.\n  a["La A"] --> b\n```',
        ),
        ("```bash\nls  # all 3\n```", "```bash\nls  # tutti\n```"),
        ("Call `step()` and `step()` again; a `word`.", "Chiama `step()`; una `parola`."),
        (CHOICE, CHOICE.replace("None", "Nessuna").replace(":last: 1\n:tries: 2\n", ":tries: 2\n:last: 1\n")),
        (NUMBER.replace("kg", "images"), NUMBER.replace("kg", "immagini")),
        (TEXT, TEXT.replace("cat", "gatto\n:accept: micio")),
        (PREDICT, PREDICT.replace("'it'", "'esso'")),
        (CODE, CODE.replace("# start", "# inizio").replace("Must be one", "Deve essere uno")),
        (DRAWN, DRAWN),
        (CHALLENGE, CHALLENGE.replace("Story of", "Storia di")),
        (DRAWN_CHALLENGE, DRAWN_CHALLENGE),
        (LAB, LAB.replace("# one", "# uno")),
        (GREETING, GREETING.replace("good day", "buon giorno")),
    ],
)
def test_what_languages_write_differently_is_no_drift(english: str, italian: str) -> None:
    assert codes(english, italian) == []


@pytest.mark.parametrize(
    ("english", "italian", "code"),
    [
        ("8.967", "8.967", "W094"),
        ("224x224 px", "224x225 px", "W094"),
        ("2x faster", "3x più veloce", "W094"),
        ("-5 degrees", "5 gradi", "W094"),
        ("2024-05-01", "2024-05-02", "W094"),
        ("## 1. A\n\nx", "## 2. A\n\nx", "W094"),
        ("a[^1]\n\n[^1]: In 1999.", "a[^1]\n\n[^1]: Nel 1998.", "W094"),
        ("| a | b |\n|-|-|\n| 1 | 2 |", "| a | b |\n|-|-|\n| 1 | 3 |", "W094"),
        ("| a | b |\n|-|-|\n| x | y |\n| z | w |", "| a | b |\n|-|-|\n| x | y |", "W095"),
        ("- a\n- b", "- a\n- b\n- c", "W095"),
        ("$x_i$", "$x_j$", "W093"),
        ("$0.5$", "$5{,}0$", "W093"),
        ("$$\nx\n$$", "$$\ny\n$$", "W093"),
        ("`requires_grad_`", "`requires_grad`", "W097"),
        ("{live}`x`", "{live}`y`", "E091"),
        ("```python\nx = 1\n```", "```python\nx = 2\n```", "E086"),
        ("```bash\npip install a\n```", "```bash\npip install b\n```", "E086"),
        ("```bash\nls\n```", "```python\nls\n```", "E086"),
        (CHOICE, CHOICE.replace("[x] Of", "[ ] Of").replace("[ ] None", "[x] None"), "E090"),
        (CHOICE, CHOICE.replace("\n:hint", "- [ ] c\n  > No.\n\n:hint"), "E090"),
        (CHOICE, CHOICE.replace("  > No.\n", ""), "E085"),
        (CHOICE, CHOICE.replace(":hint: There are 4", ":hint: Four\n:hint: And 4"), "E085"),
        (CHOICE, CHOICE.replace(":solution: Because of 7.\n", ""), "E085"),
        (CHOICE, CHOICE.replace(":shuffle:\n", ""), "E085"),
        (CHOICE, CHOICE.replace(":last: 1", ":last: 0"), "E085"),
        (CHOICE, CHOICE.replace(":tries: 2", ":tries: 3"), "E085"),
        (CHOICE, CHOICE.replace("of 3", "di 2"), "W094"),
        (CHOICE, CHOICE.replace("Of 5", "Di 6"), "W094"),
        (CHOICE, CHOICE.replace("Yes, 5", "Sì, 6"), "W094"),
        (CHOICE, CHOICE.replace("are 4", "sono 5"), "W094"),
        (CHOICE, CHOICE.replace("of 7", "di 8"), "W094"),
        (NUMBER, NUMBER.replace("answer: 5", "answer: 6"), "E090"),
        (NUMBER, NUMBER.replace(":unit: kg\n", ""), "E090"),
        (LAB, LAB.replace("x = no, yes", "x = no"), "E085"),
        (LAB, LAB.replace("x = no, yes", "y = no, yes"), "E085"),
        (NUMBER, NUMBER.replace("0.1", "0.2"), "E085"),
        (DRAWN, DRAWN.replace("[2, 3, 4]", "[2, 3, 5]"), "E085"),
        (DRAWN, DRAWN.replace("k * 2", "k * 3"), "E085"),
        (DRAWN, DRAWN.replace("k != 9", "k != 8"), "E085"),
        (DRAWN, DRAWN.replace("answer: {{m}}", "answer: {{m + 1}}"), "E090"),
        (DRAWN_CHALLENGE, DRAWN_CHALLENGE.replace("[2, 3]", "[2, 4]"), "E085"),
        (SHAPE, SHAPE.replace("(N, 512)", "(N, 256)"), "E085"),
        (SHAPE, SHAPE.replace("(512, N)", "(256, N)"), "E085"),
        (TEXT, TEXT.replace("case accents", "case"), "E085"),
        (BLANKS, BLANKS.replace("foo |", "baz |"), "E085"),
        (BLANKS, BLANKS.replace(":why: In 2 steps.\n", ""), "E085"),
        (BLANKS, BLANKS.replace("In 2", "In 3"), "W094"),
        (BLANKS, BLANKS.replace("(3)", "(4)"), "E086"),
        (LINES, LINES.replace("a = 1\nb = 2", "b = 2\na = 1"), "E086"),
        (LINES, LINES.replace("c = 3", "d = 3"), "E086"),
        (LINES, LINES.replace(":indent:\n", ""), "E085"),
        (LINES, LINES.replace(":any: 1 2\n", ""), "E085"),
        (LIST, LIST.replace("- c\n", ""), "E090"),
        (MATCH, MATCH.replace("as 2", "come 3"), "W094"),
        (MATCH, MATCH.replace("| as 2 |", "| |"), "E085"),
        (PREDICT, PREDICT.replace("2)", "3)"), "E086"),
        (PREDICT, PREDICT.replace("seconds: 5", "seconds: 6"), "E085"),
        (PREDICT, PREDICT.replace("0.1", "0.2"), "E085"),
        (CODE, CODE.replace("x = 1\n", "x = 2\n"), "E090"),
        (CODE, CODE.replace("x = 0", "x = 5"), "E090"),
        (CODE, CODE.replace("x == 1", "x == 2"), "E086"),
        (CODE, CODE.replace("seeds: 1 2", "seeds: 1 3"), "E085"),
        (CODE, CODE.replace("pass: 1", "pass: 2"), "E085"),
        (FIX, FIX.replace("lines: 1", "lines: 2"), "E085"),
        (REFLECT, REFLECT.replace("- [ ] b\n  > So.\n", ""), "E090"),
        (REFLECT, REFLECT.replace("words: 2", "words: 1"), "E085"),
        (REFLECT, REFLECT.replace("In 3", "In 4"), "W094"),
        (CHALLENGE, CHALLENGE.replace(SHAPE, ""), "E083"),
        (CHALLENGE, CHALLENGE.replace(f"{NUMBER}\n{SHAPE}", f"{SHAPE}\n{NUMBER}"), "E087"),
        (CHALLENGE, CHALLENGE.replace("Part 3", "Parte 4"), "W094"),
        (CHALLENGE, CHALLENGE.replace("of 4", "di 5"), "W094"),
        (LAB, LAB.replace("x = 1", "x = 2"), "E086"),
        (LAB, LAB.replace("seconds: 5", "seconds: 6"), "E085"),
        (LAB, LAB.replace("watch: x", "watch: y"), "E085"),
        (GREETING, GREETING.replace("--epochs 3", "--epochs 4"), "E085"),
        (GREETING, LAB, "E085"),
        (LAB, LAB.replace("train", "treno"), "E084"),
        (":::{tip}\nx\n:::", ":::{note}\nx\n:::", "W095"),
        ("a\n\nb", "a", "W091"),
        ("a", "a\n\nb", "W092"),
    ],
)
def test_drift_is_found(english: str, italian: str, code: str) -> None:
    assert code in codes(english, italian)


def test_the_line_is_that_of_the_option() -> None:
    (problem,) = drift(lesson(CHOICE, "en"), lesson(CHOICE.replace("tries: 2", "tries: 3"), "it"))
    text = lesson(CHOICE, "it")
    assert problem.line == text.exercises[0].line + 3
    assert problem.fields["option"] == "tries"


@pytest.mark.parametrize(
    ("front", "value", "other"), [("minutes", "5", "6"), ("objectives", "[a, b]", "[c]")]
)
def test_the_front_matter_is_compared(front: str, value: str, other: str) -> None:
    (problem,) = drift(lesson("a", "en", **{front: value}), lesson("a", "it", **{front: other}))
    assert (problem.code, problem.fields["key"]) == ("E088", front)
