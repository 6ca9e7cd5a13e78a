"""What `check` says is what is wrong: the right reason, said once, where it is."""

import re

import pytest

from evoclass import lint
from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.i18n import Catalog
from evoclass.lint.drift import drift
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from pseudo import EVERY

PARSER = Parser(Plugins())
HEAD = FRONT_MATTER.format(language="en")
TOP = HEAD.count("\n")


def check(body):
    return lint.check_lesson(PARSER.lesson(HEAD + body), PARSER)


def told(body):
    return [(problem.code, problem.line - TOP, problem.fields.get("variant", "")) for problem in check(body)]


def said(body, language="en"):
    (problem,) = check(body)
    return lint.describe(problem, Catalog(language))


def lab(code, options="", file="train.py"):
    return f"```{{lab}} {file}\n{options}{code}\n```\n"


def predict(code, options=""):
    return f":::{{predict}} p\nWhat?\n\n```python\n{code}\n```\n\n{options}:::\n"


def code(part, text):
    parts = {"solution": "x = 1", "checks": "assert x == 1"} | {part: text}
    fences = "".join(f"```python {role}\n{body}\n```\n\n" for role, body in parts.items())
    return f":::{{code}} c\nWrite.\n\n{fences}:::\n"


NUMBER = ":::{{number}} n\nHow many?\n{}\n:::\n"
DRAWN = ":::{{number}} n\n:draw: width in 2..5\nHow wide is {}?\n:answer: {{{{width}}}}\n{}:::\n"
CHOICE = ":::{{choice}} c\nWhich?\n\n- [x] This\n  > Yes.\n- [ ] That\n  > No.\n\n{}:::\n"


@pytest.mark.parametrize("line", ["return 1", "await f()", "break", "continue", "yield 1", "nonlocal x"])
def test_what_only_the_compiler_refuses_is_not_valid_python(line):
    assert told(lab(f"x = 1\n{line}")) == [("E050", 3, "")]
    assert told(predict(f"print(1)\n{line}")) == [("E079", 6, "program")]
    assert told(code("solution", f"x = 1\n{line}")) == [("E079", 6, "")]
    assert told(code("checks", f"assert x\n{line}")) == [("E079", 10, "")]


def test_a_piece_of_a_function_may_be_shown_and_odd_code_warns_nobody(recwarn):
    assert told("```python\nreturn x\n```\n") == []
    assert told(lab("x = 1\nprint(x is 1)")) == []
    assert told(predict("print(1 is 1)")) == []
    assert not list(recwarn)


def test_a_fence_inside_a_string_of_a_lab():
    body = lab('TEXT = """\n```\n"""')
    (first,) = check(f"{body}\nAfter.\n")
    assert (first.code, first.fields["variant"], first.fields["end"]) == ("E050", "fence", str(TOP + 3))
    assert "````" in lint.describe(first, Catalog("en"))[1]
    assert ("E079", 5, "fence") in told(code("solution", 'x = """\n```\n"""'))


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        # `fix` whose starter is the solution.
        (
            ":::{fix} f\nMend.\n\n```python starter\nx = 2\n```\n\n```python solution\nx = 2\n```\n\n"
            ":expect: x == 1 | One.\n:::\n",
            [("E074", 1, "same")],
        ),
        (":::{order} o\nOrder.\n\n- a\n- b\n- c\n:::\n", [("E064", 1, "bullets")]),
        (":::{order} o\nOrder.\n\n1. a\n:::\n", [("E064", 1, "")]),
        # What nobody sees.
        (NUMBER.format(":answer:\u00a03"), [("E027", 3, "invisible")]),
        (NUMBER.format(":answer:\u200b 3"), [("E027", 3, "invisible")]),
        (NUMBER.format(":ans\u200bwer: 3"), [("E027", 3, "invisible")]),
        (NUMBER.format("\u00a0:answer: 3"), [("E027", 3, "invisible")]),
        (NUMBER.format("\u200b:answer: 3"), [("E027", 3, "invisible")]),
        (NUMBER.format(":answer: 3\u200b"), [("E023", 3, "invisible")]),
        (NUMBER.format(":answer: 3\n:hint: Think\u00a0twice\u200b."), []),
        (CHOICE.format("").replace("[x] This", "[x]\u00a0This"), [("E044", 4, "invisible")]),
        # Two codes for one slip.
        ("```{mermaid}\ngraph TD\nA --> B\n```\n", [("E012", 1, "picture")]),
        ("```{math}\nx\n```\n", [("E012", 1, "formula")]),
        # What was missed.
        (NUMBER.format(":answer: 3\n:hint:"), [("W071", 4, "")]),
        (NUMBER.format(":answer: 3\n:solution:"), [("W071", 4, "")]),
        (lab("x = y = 1", ":watch: x y; z\n"), [("W054", 1, "expression")]),
        (lab("x = y = 1", ":watch: x, y.grad\n"), []),
        (DRAWN.format("{{ width }", ""), [("W039", 3, "brace")]),
        (DRAWN.format("{ width }}", ""), [("W039", 3, "brace")]),
        (DRAWN.format("it", ":hint: Not {width}.\n"), [("W039", 5, "brace")]),
        (DRAWN.format("{{ width }}", ""), []),
        (CHOICE.format(":last: 1\n:shuffle: no\n"), [("W073", 9, "")]),
        (CHOICE.format(":last: 1\n"), []),
        (CHOICE.format(":last: 1\n:shuffle:\n"), []),
        (NUMBER.format(":answer: 3\n:reply: 6 | No.\n:reply: 6.0 | Never."), [("W070", 5, "twice")]),
        (NUMBER.format(":answer: 3\n:reply: 6 | No.\n:reply: 7 | Never."), []),
        (NUMBER.format(":answer: 0\n:tolerance: 5%"), [("W070", 4, "zero")]),
        # With drawn values these may come by chance.
        (NUMBER.format(":draw: a in 0..1\n:answer: {{a}}\n:tolerance: 5%"), []),
        (NUMBER.format(":draw: a in 1..2\n:answer: {{a + 9}}\n:reply: {{a}} | No.\n:reply: 2 | No."), []),
        (NUMBER.format(":answer: 0\n:tolerance: 0.5"), []),
        (":::{text} t\nWhich?\n:answer: f(1\n:fold: code\n:::\n", [("W051", 3, "fold")]),
        (":::{text} t\nWhich?\n:answer: f(1)\n:accept: f 1\n:fold: code\n:::\n", [("W051", 4, "fold")]),
        (":::{text} t\nWhich?\n:answer: for x in y:\n:fold: code\n:::\n", []),
        (":::{text} t\nWhich?\n:answer: f 1\n:::\n", []),
        (DRAWN.format("it", ":draw: idle in 1..3\n"), [("W072", 5, "")]),
        (DRAWN.format("it", ":let: idle = width + 1\n"), [("W072", 5, "")]),
        (DRAWN.format("it", ":draw: other in 1..3\n:where: other != width\n"), []),
        (DRAWN.format("{{more}}", ":let: more = width + 1\n"), []),
        (
            "::::{challenge} h\n:draw: k in 2..3\n\n:::{number} n\nWhat?\n:answer: {{k}}\n:::\n::::\n",
            [],
        ),
        (lab("x = 1", file=f"{'a' * 230}.py"), [("E028", 1, "long")]),
        (lab("x = 1", file=f"{'a' * 190}.py"), []),
        (NUMBER.format(":answer: 3").replace("} n", "} " + "n" * 101), [("E019", 1, "long")]),
        (NUMBER.format(":answer: 3").replace("} n", "} " + "n" * 100), []),
    ],
)
@pytest.mark.usefixtures("third_language")
def test_what_is_told_of_it(body, wanted):
    assert told(body) == wanted
    for problem in check(body):
        for language in EVERY:
            message, fix = lint.describe(problem, Catalog(language))
            assert message
            assert fix
            assert not re.search(r"\{(?!width)[a-z]+\}", message + fix.replace("{{", "")), message


def test_the_id_of_a_lesson_has_a_length():
    text = HEAD.replace("id: ", "id: " + "a" * 100, 1)
    assert [problem.code for problem in PARSER.lesson(text).problems] == ["E010"]


def test_the_character_is_named():
    assert "U+00A0 NO-BREAK SPACE" in said(NUMBER.format(":answer:\u00a03"))[0]
    assert "U+200B ZERO WIDTH SPACE" in said(NUMBER.format(":answer: 3\u200b"), "it")[0]


@pytest.mark.usefixtures("third_language")
def test_a_number_in_groups_is_suggested_without_them():
    for language in EVERY:
        assert "8967" in said(NUMBER.format(":answer: 8,967"), language)[1]
    assert "-1234567.5" in said(NUMBER.format(":answer: -1,234,567.5"))[1]


def test_an_expectation_that_assigns_is_told_as_that():
    body = ":::{code} c\nWrite.\n\n```python solution\nx = 1\n```\n\n:expect: x = 1 | no\n:::\n"
    message, fix = said(body)
    assert "`x = 1`" in message
    assert "`x == 1`" in fix


def test_what_takes_too_much_work_has_a_line():
    where = " + ".join(["a"] * 150)
    question = (
        ":::{number} n%d\n:draw: a in 1..2\n:where: " + where + " < 0\nHow many {{a}}?\n:answer: 1\n:::\n\n"
    )
    problems = check("".join(question % number for number in range(200)))
    assert "E035" in {problem.code for problem in problems}
    assert all(problem.line > TOP for problem in problems)


def test_a_translation_keeps_replies_and_the_title_of_a_challenge():
    def codes(english, italian):
        left, right = (
            PARSER.lesson(FRONT_MATTER.format(language=language) + body)
            for language, body in (("en", english), ("it", italian))
        )
        assert not [*left.problems, *right.problems]
        return [(problem.code, problem.fields.get("option")) for problem in drift(left, right)]

    number = NUMBER.format(":answer: 2\n:reply: 3 | No.")
    assert codes(number, number.replace("| No", "| Macché")) == []
    assert codes(number, number.replace("reply: 3", "reply: 4")) == [("E085", "reply")]
    steps = f"::::{{challenge}} h\n:title: Heads\n\n{number}::::\n"
    assert codes(steps, steps.replace("Heads", "Teste")) == []
    assert codes(steps, steps.replace(":title: Heads\n", "")) == [("E085", "title")]
