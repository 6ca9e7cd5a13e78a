"""Corrections that `evoclass check --fix` makes by itself."""

import pytest

from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.lint.fixes import apply_fixes as apply
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

PARSER = Parser(Plugins())
HEAD = FRONT_MATTER.format(language="en")


def fixed(text):
    """Correct again and again, as the command does."""
    codes = []
    for _ in range(5):
        text, mended = apply(text, PARSER.lesson(text).problems)
        codes += [problem.code for problem in mended]
        if not mended:
            break
    return text, codes


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        (":::{chioce} c\n- [x] a\n- [ ] b\n:::\n", ":::{choice} c\n- [x] a\n- [ ] b\n:::\n", ["E012"]),
        (":::tip Title\nx\n:::\n", ":::{tip} Title\nx\n:::\n", ["E025"]),
        (":::{number} n\n:anwser: 1\n:::\n", ":::{number} n\n:answer: 1\n:::\n", ["E020"]),
        ("{Live}`x`\n", "{live}`x`\n", ["E030"]),
        ("text\n---\nmore\n", "text\n\n---\nmore\n", ["W034"]),
        ("text\n\n:::\n\nmore\n", "text\n\n\nmore\n", ["E016"]),
        (
            ":::{challenge} c\n:::{number} a\n:answer: 1\n:::\n:::\n",
            "::::{challenge} c\n:::{number} a\n:answer: 1\n:::\n::::\n",
            ["E015"],
        ),
        (
            ":::{tip}\n```text\n:::::\n```\n:::\n",
            "::::::{tip}\n```text\n:::::\n```\n::::::\n",
            ["W015"],
        ),
        (
            ":::{choice} c\n- [x] a\n> yes\n> really\n- [ ] b\n> no\n:::\n",
            ":::{choice} c\n- [x] a\n  > yes\n  > really\n- [ ] b\n  > no\n:::\n",
            ["E042", "E042"],
        ),
        (
            ":::{choice} c\n- [x]a\n- []  b\n- [ ]c\n:::\n",
            ":::{choice} c\n- [x] a\n- [ ] b\n- [ ] c\n:::\n",
            ["E044", "E044", "E044"],
        ),
        (
            ":::{choice} c\n- [x]\u00a0a\n- [ ]\u200b b\n:::\n",
            ":::{choice} c\n- [x] a\n- [ ] b\n:::\n",
            ["E044", "E044"],
        ),
        (
            ":::{tips}\n:::{numbr} n\n:anser: 1\n:::\n:::\n",
            "::::{tip}\n:::{number} n\n:answer: 1\n:::\n::::\n",
            ["E012", "E015", "E012", "E020"],
        ),
    ],
)
def test_corrections(before, after, codes):
    text, made = fixed(HEAD + before)
    assert text == HEAD + after
    assert sorted(made) == sorted(codes)
    assert not PARSER.lesson(text).problems


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: Lesson 7: X", 'title: "Lesson 7: X"'),
        ('title: Say "hi": X', 'title: "Say \\"hi\\": X"'),
        ("title: @home", 'title: "@home"'),
        ("titel: T", "title: T"),
    ],
)
def test_front_matter(before, after):
    source = f"---\nid: a\nnumber: 1\n{before}\nlanguage: en\n---\n"
    text, _ = fixed(source)
    assert text == source.replace(before, after)
    assert not PARSER.lesson(text).problems


@pytest.mark.parametrize(
    "body",
    [
        ":::{xyz}\n:::\n",
        ":::{tip}\nnever closed\n",
        "- [x](url)\n",
        ":::{choice} c\n- [x](url)\n- [ ] b\n:::\n",
        ":::{number} n\n:answer: many\n:::\n",
    ],
)
def test_what_takes_an_author_stays(body):
    text, made = fixed(HEAD + body)
    assert (text, made) == (HEAD + body, [])


def test_line_ends_stay():
    text, _ = fixed((HEAD + "text\n---\nmore\n").replace("\n", "\r\n"))
    assert text == (HEAD + "text\n\n---\nmore\n").replace("\n", "\r\n")
