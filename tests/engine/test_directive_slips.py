"""What an author can get wrong around a directive: its name, its options, its indentation, its fences."""

import re

import pytest

from evoclass import lint
from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.i18n import Catalog
from evoclass.layout.page import layout
from evoclass.lint.fixes import apply_fixes as apply
from evoclass.model import Callout, CodeBlock, Fault, Heading, ListBlock, MathBlock, Paragraph, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from pseudo import EVERY

PLUGINS = Plugins()
PARSER = Parser(PLUGINS)
HEAD = FRONT_MATTER.format(language="en")
TOP = HEAD.count("\n")
NUMBER = ":::{{number}} n\nHow many?\n:answer: 5\n{}\n:::\n"


def check(body):
    return lint.check_lesson(PARSER.lesson(HEAD + body), PARSER)


def told(body):
    return [(problem.code, problem.line - TOP, problem.fields.get("variant", "")) for problem in check(body)]


def lesson(body):
    return PARSER.lesson(HEAD + body)


@pytest.mark.parametrize(
    "line",
    [
        ":hint Which",
        ": hint: x",
        ":hint:x",
        ":hint : x",
        ":hint= x",
        "::hint:: x",
        "\uff1ahint\uff1ax",
        "hint: x",
    ],
)
def test_a_line_that_was_meant_as_an_option(line):
    assert told(NUMBER.format(line)) == [("E027", 4, "")]


@pytest.mark.parametrize(
    "line",
    [
        "Hint: think.",
        "a:hint: b",
        ":-) smile",
        "\\:hint x",
        "`:hint x`",
        "12:30 o'clock",
        "```text\n:hint x\n```",
    ],
)
def test_what_only_looks_a_little_like_an_option(line):
    assert told(NUMBER.format(line)) == []


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        # The opening is indented, the rest is not, and the other way round.
        ("  :::{text} t\n  Which?\n:answer: five\n:::\n", [("E027", 3, "indent")]),
        (":::{text} t\nWhich?\n\n  :answer: five\n:::\n", [("E027", 4, "indent")]),
        # An indented option goes on the one above.
        (":::{number} n\nHow?\n:answer: 5\n  :hint: x\n:::\n", [("E027", 4, "indent")]),
        ("    :::{tip}\n    Text.\n:::\n", [("E016", 1, "code")]),
        ("\t:::{tip}\n\tText.\n:::\n", [("E016", 1, "code")]),
        ("    :::{tip}\n:::\n", [("E016", 1, "code")]),
        ("    :::{tip}\n    Text.\n    More.\n:::\n", [("E016", 1, "code")]),
        ("Text.\n\n:::\n", [("E016", 3, "")]),
        ("An example:\n\n    :::{tip}\n    Text.\n    :::\n", []),
        (":::{number} n\n---\nanswer: 5\nhint: x\n---\nHow?\n:::\n", [("E027", 2, "yaml")]),
        ("```{lab} a.py\n---\nseconds: 5\n---\nx = 1\n```\n", [("E027", 2, "yaml")]),
        ("```{lab} a.py\n:seconds 5\nx = 1\n```\n", [("E027", 2, "")]),
        (
            "::::{challenge} c\n:title Foo\n\n:::{number} n\nHow?\n:answer: 5\n:hint: h\n:::\n::::\n",
            [("E027", 2, "")],
        ),
        (":::{note}\n:class: x\nText.\n:::\n", [("E020", 2, "none")]),
        (":::{number} n\nHow?\n:answer: 5\n:solution: It is\nfive.\n:::\n", [("W038", 5, "")]),
        (":::{number} n\nHow?\n:answer: 5\n:solution: It is\n  five.\n\nMore.\n:::\n", []),
        (":::{number} n\n:hint: Think.\nHow?\n\n:answer: 5\n:::\n", []),
        ("> :::{number} n\n> How?\n> :answer: 5\n> :hint: x\n> :::\n", []),
        ("- a\n\n  :::{number} n\n  How?\n  :answer: 5\n  :hint: x\n  :::\n", []),
    ],
)
def test_options_and_indentation(body, wanted):
    assert told(body) == wanted


@pytest.mark.parametrize(
    ("opening", "variant", "near"),
    [
        ("admonition", "renamed", "note"),
        ("hint", "renamed", "tip"),
        ("danger", "renamed", "caution"),
        ("seealso", "renamed", "note"),
        ("literalinclude", "text", ""),
        ("math", "formula", ""),
        ("tab-set", "headings", ""),
        ("dropdown", "box", ""),
        (".callout-note", "box", ""),
        ("prf:theorem", "box", ""),
        ("figure", "image", ""),
        ("list-table", "table", ""),
        ("toctree", "order", ""),
        ("exercise", "solution", ""),
        ("bibliography", "notes", ""),
        ("mermaid", "picture", ""),
        ("iframe", "link", ""),
        ("chioce", "", "choice"),
        ("Note", "", "note"),
        ("xyz", "", ""),
    ],
)
@pytest.mark.usefixtures("third_language")
def test_a_name_of_another_tool_gets_what_to_write_instead(opening, variant, near):
    (problem,) = [p for p in check(f":::{{{opening}}}\nText.\n:::\n") if p.code == "E012"]
    assert (problem.fields.get("variant", ""), problem.fields["near"]) == (variant, near)
    for language in EVERY:
        message, fix = lint.describe(problem, Catalog(language))
        assert opening in message
        assert fix
        if variant:
            assert near in fix
            assert (
                fix
                != lint.describe(problem.__class__("E012", 1, fields={"known": "x"}), Catalog(language))[1]
            )


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (":::{xyz} A title\nText *here*.\n\n- a\n:::\n", [Fault, Paragraph, Paragraph, ListBlock]),
        ("```{admonition} A title\nText.\n```\n", [Fault, Paragraph, Paragraph]),
        ("```{code-block} python\nx = 1\n```\n", [Fault, CodeBlock]),
        ("```{.python .input}\nx = 1\n```\n", [Fault, CodeBlock]),
        ("```{r, echo=FALSE}\nx <- 1\n```\n", [Fault, CodeBlock]),
        ("```{xyz}\nx\n```\n", [Fault, CodeBlock]),
        ("```{math}\n\\frac{a}{b}\n```\n", [Fault, MathBlock]),
        (":::tip Title\nText.\n:::\n", [Fault, Paragraph]),
        ("::: {.panel-tabset}\n## A\nText.\n:::\n", [Fault, Heading, Paragraph]),
        ("::::{tab-set}\n:::{tab-item} A\nText.\n:::\n::::\n", [Fault, Fault, Paragraph, Paragraph]),
        (":::::{xyz}\n::::{tip}\nText.\n::::\n:::::\n", [Fault, Callout]),
    ],
)
def test_what_stands_in_an_unknown_directive_is_shown(body, kinds):
    blocks = lesson(body + "\nLast.\n").blocks
    assert [type(block) for block in blocks] == [*kinds, Paragraph]
    assert plain_text(blocks[-1].text) == "Last."
    assert len({block.id for block in blocks}) == len(blocks)
    shown = "\n".join(line.text for line in layout(blocks, 80))
    assert shown.count("x = 1") == body.count("x = 1")
    assert shown.count("Text") == body.count("Text")


def test_the_language_of_attributes_is_kept():
    assert lesson("```{.python .input}\nx\n```\n").blocks[1].language == "python"
    assert lesson("```{r, echo=FALSE}\nx\n```\n").blocks[1].language == "r"
    problem = check("```{.python .input}\nx = 1\n```\n")[0]
    message, fix = lint.describe(problem, Catalog("en"))
    assert "{.python .input}" in message
    assert "```python" in fix
    assert "{{" not in fix


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("```{.python .input}\nx = 1\n```\n", "```python\nx = 1\n```\n"),
        ("```{python}\nx = 1\n```\n", "```{python}\nx = 1\n```\n"),
        ("```{r, echo=FALSE}\nx\n```\n", "```{r, echo=FALSE}\nx\n```\n"),
        (":::{ tip }\nx\n:::\n", ":::{tip}\nx\n:::\n"),
        (":::{hint}\nx\n:::\n", ":::{hint}\nx\n:::\n"),
    ],
)
def test_what_is_corrected_without_asking(body, wanted):
    text, _ = apply(HEAD + body, lesson(body).problems)
    assert text == HEAD + wanted


@pytest.mark.parametrize("ticks", [3, 5])
def test_the_fence_that_is_missing_is_shown_as_it_is(ticks):
    (problem,) = check("`" * ticks + "{lab} a.py\nx = 1\n")
    _, fix = lint.describe(problem, Catalog("en"))
    assert f" {'`' * ticks} " in fix


@pytest.mark.parametrize(
    ("body", "line", "inside"),
    [
        ("```{lab} a.py\nx = 1\n\n## Next\n\nText.\n\n```python\ny = 2\n```\n\nEnd.\n", 1, 4),
        (
            "```{lab} a.py\nx = 1\n\nNow we look at what it does.\n\n:::{number} n\nHow?\n\n```python\ny = 2\n```\n"
            "\n:answer: 5\n:::\n",
            1,
            4,
        ),
        ("```python\nx = 1\n\nNow we look at what it does.\n\n```\nout\n```\n\nEnd\n", 1, 4),
        ("```text\nout\n\n:::{tip}\nfoo\n:::\n\n```python\nx\n```\n", 1, 4),
        ("```\n$ ls\n\n```{lab} a.py\nx = 1\n```\n", 1, 4),
        ("```{lab} a.py\nx = 1\n``\n\nMore text.\n\n```{lab} b.py\nx=2\n```\n", 1, 7),
        ("~~~python\nx=1\n```\n\nText.\n\n~~~\n", 1, 3),
    ],
)
def test_a_code_fence_that_was_left_open_is_told_alone_and_at_its_opening(body, line, inside):
    (problem,) = check(body)
    assert (problem.code, problem.fields["variant"]) == ("E014", "open")
    assert (problem.line - TOP, problem.fields["inside"] - TOP) == (line, inside)


@pytest.mark.parametrize(
    "body",
    [
        "````markdown\n```python\nx\n```\n````\n",
        "```markdown\n:::{tip}\nx\n:::\n```\n",
        "```python\nx = 1\n\n## A comment\ny = 2\n```\n",
        "```text\nA line of prose, which is no code at all.\n```\n",
        "```python\n>>> x = 1\n>>> for i in x:\n...     print(i)\n...\n1\nTraceback (most recent call last):\n```\n",
    ],
)
def test_code_that_is_as_it_should_be(body):
    assert told(body) == []


def test_an_error_in_a_program_stays_one():
    assert told("```python\nx = 1\n\n## A comment\ny = (\n```\n") == [("W051", 5, "")]
    assert told("```python\n>>> x = 1\n>>> y = = 1\n```\n") == [("W051", 3, "")]


CHOICE = ":::{choice} q\nWhich?\n\n- [x] a\n  > y\n- [ ] b\n  > n\n\n:hint: Think.\n:::\n"
ORDER = ":::{order} o\nOrder.\n\n1. a\n2. b\n3. c\n\n"
CODE = ":::{code} c\nWrite.\n\n```python solution\nx = 1\n```\n\n"
BLANKS = ":::{blanks} b\nFill.\n\n```python\nx = ____\n```\n\n"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (CHOICE, []),
        (
            CHOICE.replace("- [x] a", "1. [x] a").replace("- [ ] b", "2. [ ] b"),
            [("E044", 4, "numbered"), ("E044", 6, "numbered")],
        ),
        (CHOICE.replace("{choice} q", "{choice q}"), [("E025", 1, "inside")]),
        (CHOICE.replace("\n:::\n", "\n::\n"), [("E013", 1, "")]),
        (CHOICE.replace("\n:::\n", "\n::: end\n"), [("E016", 10, "words")]),
        (CHOICE.replace(":hint: Think.", ":shuffle: no"), []),
        (CHOICE.replace(":hint: Think.", ":shuffle: maybe"), [("E024", 9, "")]),
        (CHOICE.replace("Which?\n\n", ""), [("W055", 1, "")]),
        (":::(tip)\nText.\n:::\n", [("E025", 1, "")]),
        (":::{tip\nText.\n:::\n", [("E025", 1, "")]),
        ("::{tip}\nText.\n::\n", [("W039", 1, "colons")]),
        ("```tip\nText.\n```\n", [("W053", 1, "directive")]),
        (
            ":::::{challenge} c\n::::{challenge} d\n:::{number} n\nHow?\n:answer: 1\n:::\n::::\n:::::\n",
            [("E026", 2, "")],
        ),
        # Numbers.
        (":::{number} n\nHow?\n:answer: 5 MB\n:::\n", [("E023", 3, "unit")]),
        (":::{number} n\nHow?\n:answer: 4,816,896\n:::\n", [("E023", 3, "groups")]),
        (":::{number} n\nHow?\n:answer: `5`\n:::\n", [("E023", 3, "code")]),
        (":::{number} n\nHow?\n:answer: 2**10\n:::\n", [("E023", 3, "sum")]),
        (":::{number} n\nHow?\n:answer: 3,14\n:::\n", [("E023", 3, "")]),
        (":::{number} n\nHow?\n:answer: 5\n:tolerance: 200%\n:::\n", [("W070", 4, "wide")]),
        (
            ":::{number} n\nHow?\n:answer: 5\n:tolerance: 1\n:reply: 5.5 | Nearly.\n:::\n",
            [("W070", 5, "reply")],
        ),
        ("```{lab} a.py\n:seconds: 30s\nx = 1\n```\n", [("E023", 2, "unit")]),
        ("```{lab} a.py\n:takes: 6 s\nx = 1\n```\n", [("E023", 2, "unit")]),
        ("```{lab} a.py\n:takes: -6\nx = 1\n```\n", [("E024", 2, "")]),
        # Drawn values.
        (":::{number} n\n:draw: a in [1, 2]\nHow {a}?\n:answer: {{a}}\n:::\n", [("W039", 3, "brace")]),
        (
            ":::{choice} q\n:draw: a in [1, 2]\n:draw: b in [1, 2, 3]\nWhich?\n\n- [x] {{a}}\n  > y\n"
            "- [ ] {{b}}\n  > n\n:::\n",
            [("E048", 8, "drawn")],
        ),
        # Labs and code.
        ("```{lab} a.py\nx = 1\n:seconds: 5\n```\n", [("E027", 3, "late")]),
        ("```{lab} a.py\n%matplotlib inline\nx = 1\n```\n", [("E050", 2, "magic")]),
        ("```python\n!pip install torch\n```\n", [("W051", 2, "magic")]),
        ("```{lab} a.py\n:watch: x, y.shape\nx = 1\n```\n", [("W054", 1, "")]),
        ("```pyton\nx = 1\n```\n", [("W053", 1, "")]),
        ("```Python\nx = 1\n```\n", [("W053", 1, "")]),
        ("```math\nx\n```\n", [("W039", 1, "formula")]),
        ("```haskell\nx = 1\n```\n\n```nonesuch\nx\n```\n", []),
        # Question types.
        (BLANKS.replace("____", "___") + ":blank: 1\n:::\n", [("E061", 4, "gap")]),
        (BLANKS + ":why: w\n:blank: 1\n:::\n", [("E062", 8, "why")]),
        (BLANKS + ":blank: 1 |\n:::\n", [("E062", 8, "")]),
        (BLANKS + ":blank: 1 +\n:::\n", [("E079", 8, "blank")]),
        (ORDER + ":any: 1 3\n:::\n", [("E024", 8, "")]),
        (ORDER + ":any: 2 3\n:::\n", []),
        (ORDER + "- a\n:::\n", [("E048", 1, "distractor")]),
        (
            ":::{order} o\nO.\n\n```python\na\nb\n```\n\n```python distractor\nc\n```\n:::\n",
            [("E077", 9, "")],
        ),
        (CODE + ":expect: x == 1| Say it.\n:::\n", [("E024", 8, "bar")]),
        (CODE + ":expect: x = 1\n:::\n", [("E024", 8, "assigns")]),
        (CODE + ":expect: x = | No.\n:::\n", [("E024", 8, "expression")]),
        (CODE + ":expect: x = 1 | No.\n:::\n", [("E024", 8, "assigns")]),
        (CODE + ":expect: await x | No.\n:::\n", [("E024", 8, "expression")]),
        ("```{code} python\nx = 1\n```\n", [("E068", 1, "language")]),
        (":::{predict} p\nWhat?\n\n```python\nx = 1  # print\n```\n:::\n", [("E059", 1, "")]),
        (":::{predict} p\nWhat?\n\n```python\nx = 1\n```\n\n:value: x +\n:::\n", [("E024", 8, "")]),
        (
            ":::{predict} p\nWhat?\n\n```python\nprint(1)\n```\n\n```python\nprint(2)\n```\n:::\n",
            [("E061", 1, "program")],
        ),
        (
            ":::{match} m\nM.\n\n| a | b |\n|---|---|\n| x | 1 |\n| y | 2 |\n| x | 3 |\n:::\n",
            [("E048", 8, "")],
        ),
        (":::{match} m\nM.\n\n| a | b |\n| x | 1 |\n:::\n", [("E066", 1, ""), ("W039", 4, "table")]),
    ],
)
@pytest.mark.usefixtures("third_language")
def test_slips_in_every_kind_of_question(body, wanted):
    assert told(body) == wanted
    for problem in check(body):
        for language in EVERY:
            words = " ".join(lint.describe(problem, Catalog(language, PLUGINS.packages)))
            assert not re.search(
                r"(?<!\{)\{(?:value|text|name|argument|allowed|language|near|file|answer)\}", words
            )


@pytest.mark.parametrize(
    ("body", "code", "variant"),
    [
        ("##Heading\n", "W039", "heading"),
        ("####### Heading\n", "W039", "heading"),
        ("##\n\nText.\n", "W041", "empty"),
        ("See [a] (b.md).\n", "W039", "link"),
        ("See [a](b.md and more\n", "W039", "link"),
        ("See [a](my file.md).\n", "W039", "link"),
        ("See (a)[b.md].\n", "W039", "link"),
        ("![a](my picture.png)\n", "W039", "link"),
        ("![a]()\n", "E054", "empty"),
        ("[a](htp://x.org)\n", "E055", "scheme"),
        ("** strong** text\n", "W039", "stars"),
        ("**strong text\n", "W039", "stars"),
        ("some `code text\n", "W039", "tick"),
        ("-item\n", "W039", "list"),
        ("1.Item\n", "W039", "list"),
        ("\u2022 item\n", "W039", "list"),
        ("$$\nx\n\nText.\n", "W039", "dollar"),
        ("Text \\(x\\) text.\n", "W039", "tex"),
        ("\\begin{equation}\nx\n\\end{equation}\n", "W039", "tex"),
        ("<!- todo ->\n", "W039", "comment"),
        ("| a | b |\n|---|\n| 1 | 2 |\n", "W039", "table"),
    ],
)
def test_marks_that_markdown_did_not_take(body, code, variant):
    assert (code, variant) in {(found, word) for found, _, word in told(body)}


@pytest.mark.parametrize(
    "body",
    [
        "2**3 is 8, x**-1, f(x)**2, and `**` alone; -5 degrees, 1.5 metres, -x; #1 of 3, C#\n",
        "Call f[i](x.y) or `a[0] (b.c)`; see (a) [b](https://x.org), and \\[brackets\\].\n",
        "A | b, a \\| b, |x| < 1, 3 < 4 <= 5 and <https://x.org>.\n",
        "1) one\n2) two\n\n- a\n\n* b\n",
    ],
)
def test_text_that_has_such_signs_and_means_them(body):
    assert told(body) == []


def test_numbered_options_are_corrected():
    text = HEAD + CHOICE.replace("- [x] a", "1. [x] a").replace("- [ ] b", "2. [ ] b")
    for _ in range(5):
        text, mended = apply(text, PARSER.lesson(text).problems)
    assert text == HEAD + CHOICE
    assert not mended
