"""Markdown to blocks: what each construct becomes, with its id and its lines."""

from datetime import date
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from evoclass.contracts.lessons import sample_lesson
from evoclass.errors import PluginError
from evoclass.model import (
    Callout,
    ClassNames,
    CodeBlock,
    ExerciseBlock,
    Fault,
    Footnotes,
    Guess,
    Heading,
    Image,
    Lab,
    Lesson,
    LineBreak,
    ListBlock,
    Live,
    MathBlock,
    Paragraph,
    Quote,
    Span,
    Steps,
    Table,
    ThematicBreak,
    plain_text,
)
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.budget import A_CHARACTER, BASE, DEPTH, INLINE, MOST, Budget, TooMuch
from evoclass.reading.fences import MAX_DEPTH
from evoclass.reading.frontblock import MAX_KEYS, MAX_LENGTH
from evoclass.reading.markup import Parser
from evoclass.reading.options import is_option_list
from evoclass.reading.source import MAX_LINE

START = 7
"""Line of the first body line of a sample lesson (its front matter has six)."""


def only(lesson: Lesson):
    assert not lesson.problems, lesson.problems
    (block,) = lesson.blocks
    return block


def codes(lesson: Lesson) -> list[tuple[str, int]]:
    return [(problem.code, problem.line - START) for problem in lesson.problems]


def test_front_matter():
    source = """---
id: transfer-learning
number: 7
title: "Transfer learning: putting knowledge to work"
language: it
minutes: 45
objectives:
  - Freeze a base
  - Train a head
updated: 2026-01-31
---
Ciao.
"""
    lesson = Parser(Plugins()).lesson(source)
    assert not lesson.problems
    assert (lesson.id, lesson.number, lesson.language, lesson.minutes) == ("transfer-learning", 7, "it", 45)
    assert lesson.title == "Transfer learning: putting knowledge to work"
    assert lesson.objectives == ("Freeze a base", "Train a head")
    assert lesson.updated == date(2026, 1, 31)
    assert len(lesson.digest) == 64
    assert lesson.blocks[0].line == 12


def test_a_first_heading_that_repeats_the_title_is_not_shown_twice():
    front = "---\nid: a\nnumber: 1\ntitle: Two axes\nlanguage: en\n---\n\n"
    parser = Parser(Plugins())
    repeated = parser.lesson(front + "# Two axes\n\nText.\n\n# Two axes\n")
    assert [type(block) for block in repeated.blocks] == [Paragraph, Heading]
    other = parser.lesson(front + "# Three axes\n\nText.\n")
    assert [type(block) for block in other.blocks] == [Heading, Paragraph]


def test_inline_marks():
    block = only(sample_lesson("a **b *c* d** `e` ~~f~~ [g](h.html) $x_i^2$  \nnext"))
    assert block.text == (
        Span("a "),
        Span("b ", frozenset({"strong"})),
        Span("c", frozenset({"strong", "em"})),
        Span(" d", frozenset({"strong"})),
        Span(" "),
        Span("e", frozenset({"code"})),
        Span(" "),
        Span("f", frozenset({"strike"})),
        Span(" "),
        Span("g", frozenset({"link"}), "h.html"),
        Span(" "),
        Span("xᵢ²", frozenset({"math"}), tex="x_i^2"),
        LineBreak(),
        Span("next"),
    )


def test_live_values():
    block = only(sample_lesson("shape {live}`head.weight.shape`, accuracy **{live}`accuracy:.1%`**"))
    assert [item for item in block.text if isinstance(item, Live)] == [
        Live("head.weight.shape"),
        Live("accuracy:.1%", frozenset({"strong"})),
    ]


def test_brackets_and_markup_of_other_languages_are_text():
    block = only(sample_lesson(r"x[i] = y[j], [/foo], {curly} and \{live}`x`"))
    assert plain_text(block.text) == "x[i] = y[j], [/foo], {curly} and {live}x"


def test_prose_blocks_and_their_ids():
    lesson = sample_lesson(
        """\
        before

        ## First

        - one
        - two
          - deep

        3. three

        > quoted

        ### Second

        ```python
        x = 1
        ```

        | a | b |
        |:-:|--:|
        | 1 | 2 |

        ![a cat](cat.png "title")

        $$
        E = mc^2
        $$

        ***
        """
    )
    assert not lesson.problems
    shown = [(block.id, type(block)) for block in lesson.blocks]
    assert shown == [
        ("s0.1", Paragraph),
        ("s1", Heading),
        ("s1.1", ListBlock),
        ("s1.2", ListBlock),
        ("s1.3", Quote),
        ("s2", Heading),
        ("s2.1", CodeBlock),
        ("s2.2", Table),
        ("s2.3", Image),
        ("s2.4", MathBlock),
        ("s2.5", ThematicBreak),
    ]
    assert [block.line - START for block in lesson.blocks] == [1, 3, 5, 9, 11, 13, 15, 19, 23, 25, 29]
    assert lesson.blocks[6].end_line - START == 17
    numbered = lesson.blocks[3]
    assert (numbered.ordered, numbered.start) == (True, 3)
    assert lesson.blocks[7].align == ("center", "right")
    assert lesson.blocks[8] == Image(
        id="s2.3", line=START + 23, end_line=START + 23, source="cat.png", alt="a cat", title="title"
    )
    assert (lesson.blocks[9].tex, lesson.blocks[9].text) == ("E = mc^2", "E = mc²")


def test_ids_are_unique():
    lesson = sample_lesson("- a\n  > b\n- c\n\n## H\n\n> q\n\n:::{tip}\nx\n\n- y\n:::\n")
    ids = [block.id for block in lesson.walk()]
    assert len(ids) == len(set(ids))


def test_footnotes_are_numbered_by_reference():
    lesson = sample_lesson("one[^b] two[^a] three[^b]\n\n[^a]: A.\n[^b]: B.\n")
    assert not lesson.problems
    paragraph, notes = lesson.blocks
    assert [item.text for item in paragraph.text if "footnote" in item.marks] == ["1", "2", "1"]
    assert isinstance(notes, Footnotes)
    assert [(label, plain_text(blocks[0].text)) for label, blocks in notes.notes] == [
        ("1", "B."),
        ("2", "A."),
    ]
    assert paragraph.text[1].href == "#fn-1"


def test_callout():
    block = only(sample_lesson(":::{tip} What you *save*\nTime.\n\nAnd data.\n:::\n"))
    assert isinstance(block, Callout)
    assert (block.kind, plain_text(block.title), len(block.children)) == ("tip", "What you save", 2)
    assert (block.line - START, block.end_line - START) == (1, 5)


def test_callout_between_backticks():
    block = only(sample_lesson("```{note}\nText with `code`.\n```\n"))
    assert isinstance(block, Callout)
    assert plain_text(block.children[0].text) == "Text with code."


def test_lab():
    block = only(
        sample_lesson(
            "```{lab} train.py\n:seconds: 20\n:watch: head.weight, features\n\nimport torch\n\nx = 1\n```\n"
        )
    )
    assert block == Lab(
        id="train.py",
        line=START + 1,
        end_line=START + 8,
        file="train.py",
        code="import torch\n\nx = 1\n",
        seconds=20.0,
        watch=("head.weight", "features"),
        code_line=START + 5,
    )


def test_names_of_classes_are_for_all_matrices_or_for_some_values():
    block = only(
        sample_lesson(
            "```{lab} train.py\n:names: pizza, hot dog\n:names: labels, head.weight = no, yes\n\nx = 1\n```\n"
        )
    )
    assert isinstance(block, Lab)
    assert block.names == (
        ClassNames(("pizza", "hot dog")),
        ClassNames(("no", "yes"), ("labels", "head.weight")),
    )


def test_a_key_in_the_name_of_a_value_is_quoted_as_the_inspector_quotes_it():
    guess = ':::{guess} down\n:lab: a.py\n:curve: logs["loss"]\n:range: 0..1\nHow?\n:::\n\n'
    lab = '```{lab} a.py\n:watch: logs["loss"], it[\'s\'], net[0].bias\n:names: logs["kind"] = a, b\nx = 1\n```\n'
    guessed, block = sample_lesson(guess + lab).blocks
    assert isinstance(guessed, Guess)
    assert isinstance(block, Lab)
    assert block.watch == ("logs['loss']", "it['s']", "net[0].bias")
    assert block.names == (ClassNames(("a", "b"), ("logs['kind']",)),)
    assert guessed.curve == "logs['loss']"


def test_names_of_nothing_are_a_fault():
    lesson = sample_lesson("```{lab} train.py\n:names: labels =\n\nx = 1\n```\n")
    assert [(problem.code, problem.line) for problem in lesson.problems] == [("E024", START + 2)]


def test_question_with_everything():
    block = only(
        sample_lesson(
            """\
            :::{choice} why-pretrained
            Why?

            - [x] **Less** data.
              > Right.
            - [ ] No data.
              > Wrong, and
              > here is why.
            - [ ] Neither.

            :hint: Think of `data`.
            :hint: Think
              again.
            :solution: Because.
            :::
            """
        )
    )
    assert isinstance(block, ExerciseBlock)
    assert (block.id, block.number, block.line - START, block.end_line - START) == (
        "why-pretrained",
        1,
        1,
        15,
    )
    assert [plain_text(part.text) for part in block.prompt] == ["Why?"]
    assert [plain_text(hint) for hint in block.hints] == ["Think of data.", "Think again."]
    assert [plain_text(part.text) for part in block.explanation] == ["Because."]
    items = block.exercise.items
    assert [(item.key, plain_text(item.text), item.checked) for item in items] == [
        ("a", "Less data.", True),
        ("b", "No data.", False),
        ("c", "Neither.", False),
    ]
    assert [plain_text(item.feedback) for item in items] == ["Right.", "Wrong, and here is why.", ""]


@pytest.mark.parametrize("fence", [":::", "```", "~~~"])
def test_options_may_stand_after_the_prose(fence):
    text = f"{fence}{{number}} in-features\nInput size?\n\n:answer: 512\n:solution: It is 512.\n{fence}\n"
    block = only(sample_lesson(text))
    assert block.exercise.target == 512
    assert plain_text(block.prompt[0].text) == "Input size?"


def test_option_with_code_in_it():
    lesson = sample_lesson(
        """\
        :::{choice} code
        Which?

        - [x] this

          ```python
          x = 1
          ```
        - [ ] that
        :::
        """
    )
    assert not lesson.problems
    assert lesson.exercises[0].exercise.items[0].text == (
        Span("this"),
        LineBreak(),
        Span("x = 1", frozenset({"code"})),
    )


CHALLENGE = """\
::::{challenge} adapt-the-head
:title: Adapt *the* head
The story.

:::{number} in-features
How many in?
:answer: 512
:::

:::{number} out-features
How many out?
:answer: 7
:::
::::
"""


def test_challenge():
    block = only(sample_lesson(CHALLENGE))
    assert isinstance(block, Steps)
    assert (block.id, block.kind, plain_text(block.title)) == (
        "adapt-the-head",
        "challenge",
        "Adapt the head",
    )
    assert [plain_text(part.text) for part in block.intro] == ["The story."]
    assert [(step.id, step.number) for step in block.steps] == [
        ("adapt-the-head/in-features", 1),
        ("adapt-the-head/out-features", 2),
    ]


def test_questions_are_counted_outside_challenges():
    question = ":::{{number}} q{0}\nx?\n:answer: 1\n:::\n\n"
    lesson = sample_lesson(question.format(1) + CHALLENGE + "\n" + question.format(2))
    assert not lesson.problems
    assert [(block.id, block.number) for block in lesson.exercises] == [
        ("q1", 1),
        ("adapt-the-head/in-features", 1),
        ("adapt-the-head/out-features", 2),
        ("q2", 2),
    ]


def test_directive_in_a_list():
    lesson = sample_lesson("- item\n\n  :::{tip}\n  inside\n  :::\n- next\n")
    assert not lesson.problems
    (block,) = lesson.blocks
    assert isinstance(block.items[0][1], Callout)
    assert len(block.items) == 2


def test_comments_are_dropped():
    lesson = sample_lesson("a <!-- hidden --> b\n\n<!-- hidden\n\ntoo -->\n\nc\n")
    assert not lesson.problems
    assert [plain_text(block.text) for block in lesson.blocks] == ["a  b", "c"]


def test_code_in_colon_fence_is_not_cut_by_colons():
    lesson = sample_lesson(":::{tip}\n```python\nx = 1\n:::\ny = 2\n```\nafter\n:::\n")
    assert codes(lesson) == [("W015", 4)]
    (block,) = lesson.blocks
    assert block.children[0].code == "x = 1\n:::\ny = 2\n"


# --------------------------------------------------------------------------------------------------- the traps


def test_unclosed_directive_hides_nothing():
    lesson = sample_lesson("before\n\n:::{tip} Title\ninside\n\nafter\n\n## Heading\n")
    assert codes(lesson) == [("E013", 3)]
    assert [type(block) for block in lesson.blocks] == [Paragraph, Fault, Paragraph, Heading]
    assert lesson.blocks[1].source == ":::{tip} Title\ninside"


def test_unclosed_directive_leaves_later_questions_alone():
    lesson = sample_lesson(":::{tip}\nopen\n\n:::{number} q\nx?\n:answer: 1\n:::\n")
    assert codes(lesson) == [("E013", 1)]
    assert [block.id for block in lesson.exercises] == ["q"]


def test_unclosed_step_in_a_closed_challenge():
    lesson = sample_lesson(
        "::::{challenge} c\n:::{number} a\n:answer: 1\n\n:::{number} b\n:answer: 2\n:::\n::::\n"
    )
    assert ("E013", 2) in codes(lesson)
    assert [block.id for block in lesson.exercises] == ["c/b"]


def test_unclosed_code_in_a_directive_is_named():
    lesson = sample_lesson(":::{tip}\n```python\nx = 1\n:::\n\nafter\n")
    assert ("E014", 2) in codes(lesson)


def test_unclosed_code():
    lesson = sample_lesson("```python\nx = 1\n")
    assert codes(lesson) == [("E014", 1)]
    assert lesson.blocks[0].code == "x = 1\n"


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_closed_code_is_clean(fence):
    assert not sample_lesson(f"{fence}python\nx = 1\n{fence}\n").problems
    assert not sample_lesson(f"- item\n  {fence}\n  x\n  {fence}\n").problems
    assert not sample_lesson(f"> {fence}\n> x\n> {fence}\n").problems
    assert not sample_lesson(f"{fence}\n{fence}").problems


def test_nested_fences_in_a_drawn_question_are_reported_once_with_the_lines_of_the_file():
    lesson = sample_lesson(
        "Text.\n\n::::{number} n\n:draw: a in [1, 2]\n:answer: {{a}}\n\nHow much is {{a}}?\n\n"
        ":::{tip}\n:::{note}\nx {{a}}\n:::\n:::\n::::\n"
    )
    (problem,) = lesson.problems
    lines = problem.line, problem.fields["inner_line"], problem.fields["close"]
    assert (problem.code, lines) == ("E015", (START + 9, START + 10, START + 13))
    assert isinstance(lesson.blocks[1], ExerciseBlock)


def test_a_block_that_is_too_deep_ends_at_the_next_blank_line():
    lesson = sample_lesson(">" * 60 + " deep\n\nAfter it.\n\nAnd more.\n")
    assert codes(lesson) == [("E035", 1)]
    assert [plain_text(block.text) for block in lesson.blocks[1:]] == ["After it.", "And more."]


def test_a_note_in_the_text_has_the_line_where_it_stands():
    lesson = sample_lesson("One.\n\nTwo^[first\nnote] and\nthree^[{live}`x y`].\n")
    notes = lesson.blocks[-1]
    assert isinstance(notes, Footnotes)
    assert [blocks[0].line for _, blocks in notes.notes] == [START + 3, START + 5]
    assert codes(lesson) == [(lesson.problems[0].code, 5)]


def test_an_open_formula_is_looked_for_once_and_closed_ones_are_found_below():
    def formulas(body: str) -> list[str]:
        return [block.tex for block in sample_lesson(body).blocks if isinstance(block, MathBlock)]

    assert formulas("$$\na\n$$\n\n$$b$$\n\nText.\n") == ["a", "b"]
    assert formulas("> $$\n> a\n\n$$\nb\n$$\n") == ["b"]
    assert formulas("$$$$\n\nText.\n\n$$\nb\n$$\n") == ["", "b"]
    assert formulas("$$a$$\n\n$$\nopen\n\n$$b$$\n")[:1] == ["a"]


def test_a_list_counts_from_one_unless_it_says_otherwise():
    starts = [
        block.start
        for block in sample_lesson("1. a\n\nText.\n\n7. b\n").blocks
        if isinstance(block, ListBlock)
    ]
    assert starts == [1, 7]


def test_an_option_in_a_list_below_a_list_is_none_of_the_outer_one():
    markdown = MarkdownIt()
    for text, expected in (("- [x] a\n", True), ("- a\n  - [x] b\n", False), ("- a\n- [ ] b\n", True)):
        assert is_option_list(markdown.parse(text), 0) is expected


def test_nested_fence_of_the_same_length_is_read_and_reported():
    lesson = sample_lesson(":::{challenge} c\n:::{number} a\nx?\n:answer: 1\n:::\n:::\n\nafter\n")
    assert codes(lesson) == [("E015", 1)]
    assert lesson.problems[0].fields["fence"] == "::::"
    assert lesson.problems[0].fields["close"] == START + 6
    assert [type(block) for block in lesson.blocks] == [Steps, Paragraph]


def test_stray_closing_fence():
    lesson = sample_lesson("text\n:::\nmore\n")
    assert codes(lesson) == [("E016", 2)]
    assert [type(block) for block in lesson.blocks] == [Paragraph, Fault, Paragraph]


def test_unindented_feedback():
    lesson = sample_lesson(":::{choice} c\nx?\n\n- [x] a\n> for a\n- [ ] b\n> for b\n:::\n")
    assert codes(lesson) == [("E042", 5), ("E042", 7)]
    items = lesson.exercises[0].exercise.items
    assert [(plain_text(item.text), plain_text(item.feedback)) for item in items] == [
        ("a", "for a"),
        ("b", "for b"),
    ]


def test_line_absorbed_by_feedback():
    lesson = sample_lesson(":::{choice} c\nx?\n\n- [x] a\n  > for a\nlost\n- [ ] b\n:::\n")
    assert codes(lesson) == [("E043", 6)]


@pytest.mark.parametrize(
    ("item", "variant", "text", "checked"),
    [
        ("- [x](url)", "link", "url", False),
        ("- []  none", "box", "none", False),
        ("- [x]tight", "box", "tight", True),
        ("- plain", "none", "plain", False),
    ],
)
def test_items_that_are_no_options(item, variant, text, checked):
    lesson = sample_lesson(f":::{{choice}} c\nx?\n\n- [x] right\n{item}\n:::\n")
    problem = lesson.problems[0]
    assert (problem.code, problem.line - START, problem.fields["variant"]) == ("E044", 5, variant)


def test_capital_x_is_a_mark():
    lesson = sample_lesson(":::{choice} c\nx?\n\n- [X] a\n- [ ] b\n:::\n")
    assert not lesson.problems
    assert lesson.exercises[0].exercise.items[0].checked


def test_text_above_a_rule_is_no_heading():
    lesson = sample_lesson("text\n---\nmore\n")
    assert codes(lesson) == [("W034", 2)]
    assert [type(block) for block in lesson.blocks] == [Paragraph, ThematicBreak, Paragraph]


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (":::{tipp}\nx\n:::\n", "E012", 1),
        (":::tip\nx\n:::\n", "E025", 1),
        (":::{choice}\nx?\n\n- [x] a\n- [ ] b\n:::\n", "E017", 1),
        (":::{choice} A_b\nx?\n\n- [x] a\n- [ ] b\n:::\n", "E019", 1),
        (":::{choice} s2\nx?\n\n- [x] a\n- [ ] b\n:::\n", "E019", 1),
        (":::{choice} c\n- [ ] a\n- [ ] b\n:::\n", "E040", 1),
        (":::{choice} c\n- [x] a\n:::\n", "E041", 1),
        (":::{choice} c\n- [x] a\n- [x] b\n:::\n", "E046", 3),
        (":::{choice} c\n- [x] a\n- [ ]\n:::\n", "E047", 3),
        (":::{choice} c\n- [x] a\n- [ ] a\n:::\n", "E048", 3),
        (":::{number} n\nx?\n:::\n", "E022", 1),
        (":::{number} n\n:answer: many\n:::\n", "E023", 2),
        (":::{number} n\n:answer: 1\n:tolerence: 2\n:::\n", "E020", 3),
        (":::{number} n\n:answer: 1\n:answer: 2\n:::\n", "E021", 3),
        (":::{text} t\n:answer: a\n:fold: cases\n:::\n", "E024", 3),
        ("::::{challenge} c\nnothing\n::::\n", "E060", 1),
        ("::::{choice} c\n:::{number} n\n:answer: 1\n:::\n- [x] a\n- [ ] b\n::::\n", "E026", 2),
        ("```{lab} ../x.py\nx\n```\n", "E028", 1),
        ("```{lab}\nx\n```\n", "E028", 1),
        ("```{lab} x.py\n:seconds: 5\n```\n", "E029", 1),
        ("```{lab} x.py\n:seconds: -5\nx\n```\n", "E024", 2),
        ("```{lab} x.py\n:memory: 1 GB\nx\n```\n", "E024", 2),
        ("```{lab} x.py\n:processes: 0\nx\n```\n", "E024", 2),
        ("{lve}`x`\n", "E030", 1),
        ("{live}`a b`\n", "E032", 1),
        ("{live}`x}{y`\n", "E032", 1),
        ("a[^x]\n", "E033", 1),
        ("a[^x]\n\n[^x]: 1\n\n[^x]: 2\n", "E034", 5),
        ("[^x]: 1\n", "W036", 1),
        ("a <b>c</b>\n", "W033", 1),
        ("<div>\nx\n</div>\n", "W033", 1),
        ("- a\n\n  :::{tip}\n  x\n y\n  :::\n", "E013", 3),
    ],
)
def test_faults(body, code, line):
    lesson = sample_lesson(body)
    assert (code, line) in codes(lesson)


def test_duplicate_ids():
    question = ":::{number} q\n:answer: 1\n:::\n\n"
    lesson = sample_lesson(question + question)
    assert codes(lesson) == [("E018", 5)]
    assert lesson.problems[0].fields["first"] == START + 1
    assert [type(block) for block in lesson.blocks] == [ExerciseBlock, Fault]


def test_near_names_are_suggested():
    lesson = sample_lesson(":::{chioce} c\n:::\n\n{lve}`x`\n\n:::{number} n\n:anwser: 1\n:::\n")
    near = {problem.code: problem.fields.get("near") for problem in lesson.problems}
    assert near == {"E012": "choice", "E030": "live", "E020": "answer", "E022": None}


def test_fault_does_not_touch_the_rest():
    lesson = sample_lesson("a\n\n:::{number} x\nb\n:::\n\nc\n")
    assert [type(block) for block in lesson.blocks] == [Paragraph, Fault, Paragraph]
    assert lesson.blocks[1].source == ":::{number} x\nb\n:::"


def test_a_plugin_that_raises_is_a_fault():
    from evoclass.contracts.lessons import parser_for
    from evoclass.exercise import Exercise

    class Broken(Exercise):
        kind = "broken"

        @classmethod
        def parse(cls, block):
            raise ZeroDivisionError("oops")

        def form(self):
            return []

        async def grade(self, answer, bench):
            raise AssertionError

        def solution(self):
            return {}

    lesson = sample_lesson(":::{broken} b\n:::\n\nafter\n", parser_for(Broken))
    assert codes(lesson) == [("E101", 1)]
    assert [type(block) for block in lesson.blocks] == [Fault, Paragraph]

    class Tip(Broken):
        kind = "tip"

    with pytest.raises(PluginError, match="tip"):
        parser_for(Tip)


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        (b"\x00\x01", "E001", 1),
        (b"---\nid: \xff\n---\n", "E003", 2),
        (b"x" * (2 * 1024 * 1024 + 1), "E002", 1),
        (b"---\nid: a\n---\n\n" + b"x" * 100_001, "E004", 5),
        ("", "E005", 1),
        ("---\nid: a\n", "E006", 1),
        ("---\ntitle: Lesson 7: X\n---\n", "E007", 2),
        ("---\nid: [\n---\n", "E007", 2),
        ("---\n- a\n---\n", "E007", 2),
        ("---\nid: a\nid: b\n---\n", "E007", 3),
        ("---\nformat: 99\n---\n", "E011", 2),
    ],
)
def test_files_that_are_no_lesson(source, code, line):
    lesson = Parser(Plugins()).lesson(source)
    assert [(problem.code, problem.line) for problem in lesson.problems] == [(code, line)]
    (block,) = lesson.blocks
    assert isinstance(block, Fault)
    assert block.line == line
    # What cannot be shown is not: neither bytes nor a line of a hundred thousand letters.
    assert block.source == ("---\nformat: 99\n---\n" if code == "E011" else "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("numbr: 7", "E008"),
        ("minutes: many", "E010"),
        ("minutes: 1:30", "E010"),
        ("updated: yesterday", "E010"),
        ("updated: 2026-02-30", "E010"),
        ("objectives: one", "E010"),
        ("authors:", "E010"),
        ("minutes:", "E010"),
    ],
)
def test_front_matter_is_strict(line, code):
    source = f"---\nid: a\nnumber: 1\ntitle: T\nlanguage: en\n{line}\n---\nText.\n"
    lesson = Parser(Plugins()).lesson(source)
    assert [(problem.code, problem.line) for problem in lesson.problems] == [(code, 6)]
    assert isinstance(lesson.blocks[0], Paragraph)


def test_missing_keys_come_from_the_file_name(tmp_path):
    path = tmp_path / "it" / "07-transfer-learning.md"
    lesson = Parser(Plugins()).lesson("---\nminutes: 5\n---\nx\n", path)
    assert [problem.fields["key"] for problem in lesson.problems] == ["id", "number", "title", "language"]
    assert {problem.path for problem in lesson.problems} == {path}
    assert (lesson.id, lesson.number, lesson.language) == ("transfer-learning", 7, "it")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: 3.10", "3.10"),
        ("title: no", "no"),
        ("title: 1:30", "1:30"),
        ("title: 1e-3", "1e-3"),
        ("title: 'it''s'", "it's"),
        ('title: "a: b"', "a: b"),
        ("title: a #b", "a"),
        ("title: a#b", "a#b"),
        ("title: >\n  folded\n  text", "folded text\n"),
    ],
)
def test_yaml_never_guesses_types(line, title):
    source = f"---\nid: a\nnumber: 1\nlanguage: en\n{line}\n---\n"
    lesson = Parser(Plugins()).lesson(source)
    assert not lesson.problems
    assert lesson.title == title


def test_carriage_returns_and_byte_order_mark():
    lesson = Parser(Plugins()).lesson(
        b"\xef\xbb\xbf---\r\nid: a\r\nnumber: 1\r\ntitle: T\r\nlanguage: en\r\n---\r\nText.\r\n"
    )
    assert not lesson.problems
    assert plain_text(lesson.blocks[0].text) == "Text."


def test_deep_nesting_ends():
    lesson = sample_lesson("".join(f"{':' * (40 - n)}{{tip}}\n" for n in range(30)) + "x\n")
    assert lesson.problems
    lesson = sample_lesson(":::{tip}\n" * 2000)
    assert len(lesson.problems) == 2000
    assert [problem.code for problem in sample_lesson("> " * 300 + "x").problems] == ["E035"]
    assert not sample_lesson("> " * 30 + "x").problems


# --------------------------------------------------------------------------------- where each thing is told to be


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Two words\n= = =\n====\n", [("W034", 3, 1)]),
        ("a `b\nc` $d\ne$\nf {lve}`x`\n", [("E030", 4, 1)]),
        ("a  \nb\\\n{live}`1 +`\n", [("E032", 3, 1)]),
        ("Text\n![](dog.png)\n", [("E053", 2, 1)]),
        ("A \\(x\\) and \\begin{y}\n", [("W039", 1, 1), ("W039", 1, 1)]),
        ("A \\(x\n", []),
        ("A \\{x\\}, \\\\(x\\\\) and b\\egin{y}\n", []),
        ("| a | b |\n|---|:-:|\n| *1* |\n| 1 | 2 | 3 |\n| `a\\|b` | c |\n", [("W042", 3, 1), ("W042", 4, 1)]),
        ("> | a | b |\n> |---|---|\n> | {lve}`x` | 2 |\n", [("E030", 3, 1)]),
        ("- a\n\n  b {lve}`x`\n\n  > c\n  > {lve}`y`\n", [("E030", 3, 1), ("E030", 6, 1)]),
        ("## Head\n\n## {lve}`x`\n", [("E030", 3, 1)]),
        (":::{tip} {lve}`x`\na\n\n> {lve}`x`\n:::\n", [("E030", 1, 1), ("E030", 4, 1)]),
        ("a[^x]\n\n- b[^y]\n", [("E033", 1, 1), ("E033", 3, 1)]),
        ("a[^x]\n\n[^x]: One\n    {lve}`x`\n\n[^y]: Two\n", [("E030", 4, 1), ("W036", 6, 1)]),
        ("  :::{tipp}\nx\n  :::\n", [("E012", 1, 7)]),
        ("- :::{tipp} {lve}`x`\n  x\n  :::\n", [("E030", 1, 1), ("E012", 1, 7)]),
        (
            ":::{number} n\n:answer: 1\n:hint: {lve}`h`\n:solution: {lve}`s`\nx?\n:::\n",
            [("E030", 3, 1), ("E030", 4, 1)],
        ),
        (":::{choice} c\nx?\n\n1. [x] a\n2. [ ] b\n:::\n", [("E044", 4, 1)]),
        (
            ":::{choice} c\nx?\n\n- [x] a\n  {lve}`x`\n\n  | t |\n  |---|\n\n  {lve}`y`\n- [ ] b\n:::\n",
            [("E030", 5, 1), ("E045", 7, 1), ("E030", 10, 1)],
        ),
        (
            ":::{choice} c\nx?\n\n- [x] a\n- [ ] b\n  > c\n  > {lve}`x`\n  >\n  > - l\n  >\n  > {lve}`y`\n:::\n",
            [("E030", 7, 1), ("E045", 9, 1), ("E030", 11, 1)],
        ),
        (
            ":::{number} n\n:draw: a in 1..1\n:answer: {{a}}\n\nWhat is {{a}}? {lve}`x`\n:::\n",
            [("E030", 5, 1)],
        ),
        (":::{tip}\n:::{note}\nx\n:::\n", [("E013", 1, 1)]),
        (":::{number} n\n:draw: a in 1..1\n:answer: {{a}}\n\nWhat is {{a}} and {{b}}?\n:::\n", [("E111", 5, 19)]),
        ("::::{number} n\n  :::{number} m\n  :answer: 1\n  :::\n:answer: 1\n::::\n", [("E026", 2, 3)]),
        ("```\na\n`````\n\n~~~ py extra\nb\n", [("E014", 5, 1)]),
        ("> ```\n> a\n\n- ~~~\n  b\n\nc\n", [("E014", 1, 1), ("E014", 4, 1)]),
        ("<!-- translate: was x -->\n\n<!-- translated -->\n\n<!-- open\n", [("W096", 1, 1), ("W035", 5, 1)]),
        ("Text\n\n$$\n\\frca{1}{2}\n$$\n", [("W048", 3, 1)]),
    ],
)  # fmt: skip
def test_a_problem_is_told_at_its_line_and_column(body, wanted):
    found = [(problem.code, problem.line - START, problem.column) for problem in sample_lesson(body).problems]
    assert found == wanted


def spans(blocks) -> list[tuple[str, int, int]]:
    """Return the kind and the lines of each block, and of those that stand in it."""
    found = []
    for block in blocks:
        found.append((type(block).__name__, block.line - START, block.end_line - START))
        match block:
            case ListBlock(items=items):
                found += spans(inner for item in items for inner in item)
            case Quote(children=inner) | Callout(children=inner):
                found += spans(inner)
            case Steps(intro=intro, steps=steps):
                found += spans((*intro, *steps))
            case ExerciseBlock(prompt=prompt, explanation=explanation):
                found += spans((*prompt, *explanation))
            case Footnotes(notes=notes):
                found += spans(inner for _, note in notes for inner in note)
    return found


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            "- a\n  b\n\n  > c\n- d\n",
            [("ListBlock", 1, 5), ("Paragraph", 1, 2), ("Quote", 4, 4), ("Paragraph", 4, 4), ("Paragraph", 5, 5)],
        ),
        (
            "Text.[^a]\n\n[^a]: One\n    two.\n\n    Three.\n\nEnd.\n",
            [("Paragraph", 1, 1), ("Paragraph", 8, 8), ("Footnotes", 3, 3), ("Paragraph", 3, 4), ("Paragraph", 6, 6)],
        ),
        (
            ":::{foo} Title\nInside.\n:::\nEnd.\n",
            [("Fault", 1, 1), ("Paragraph", 1, 1), ("Paragraph", 2, 2), ("Paragraph", 4, 4)],
        ),
        (
            "```{foo} x\ncode\n```\n\n```{math} x\na^2\n```\n\n```{bar}\n```\n",
            [("Fault", 1, 1), ("CodeBlock", 1, 3), ("Fault", 5, 5), ("MathBlock", 5, 7), ("Fault", 9, 9)],
        ),
        (
            ":::{number} n\n:answer: 1\n:solution: One\n:solution: Two\nx?\n:::\n",
            [("ExerciseBlock", 1, 6), ("Paragraph", 5, 5), ("Paragraph", 3, 3), ("Paragraph", 4, 4)],
        ),
        (
            "::::{challenge} ch\n:::{tip} T\nx\n:::\n:::{number} n\n:answer: 1\n:::\n::::\nEnd.\n",
            [("Steps", 1, 8), ("Callout", 2, 4), ("Paragraph", 3, 3), ("ExerciseBlock", 5, 7), ("Paragraph", 9, 9)],
        ),
        (
            "- item\n\n  :::{number} n\n  :draw: a in 1..1\n  :answer: {{a}}\n  What is {{a}}?\n  :::\n- end\n",
            [
                ("ListBlock", 1, 8),
                ("Paragraph", 1, 1),
                ("ExerciseBlock", 3, 7),
                ("Paragraph", 6, 6),
                ("Paragraph", 8, 8),
            ],
        ),
        (
            "  :::{choice}  A b  \n  x\n  :::\nEnd.\n",
            [("Fault", 1, 3), ("Paragraph", 4, 4)],
        ),
        (
            "> :::{number} q\n> :answer: 1\n> x\n> :::\n",
            [("Quote", 1, 4), ("ExerciseBlock", 1, 4), ("Paragraph", 3, 3)],
        ),
        ("```\na\n```\n~~~\nb\n~~~\n", [("CodeBlock", 1, 3), ("CodeBlock", 4, 6)]),
        (
            "a\n:::{tip}\nb\n:::\nc\n",
            [("Paragraph", 1, 1), ("Callout", 2, 4), ("Paragraph", 3, 3), ("Paragraph", 5, 5)],
        ),
        ("a\n~~~{tip}\nb `c`\n~~~\n", [("Paragraph", 1, 1), ("Callout", 2, 4), ("Paragraph", 3, 3)]),
        (
            "Text ```{tip} x``` more\n\n```{tip} x```\n\nb\n",
            [("Paragraph", 1, 1), ("Paragraph", 3, 3), ("Paragraph", 5, 5)],
        ),
        ("~~~{tip} a `b`\nc\n~~~\n", [("Callout", 1, 3), ("Paragraph", 2, 2)]),
    ],
)  # fmt: skip
def test_a_block_knows_its_lines(body, wanted):
    assert spans(sample_lesson(body).blocks) == wanted


@pytest.mark.parametrize(
    ("body", "last"),
    [
        ("::::{number} n\nx\n:::{tip}\ny\n:::\n:::{number} m\n:answer: 1\n:::\n:answer: 1\n::::\nEnd.\n", 11),
        (":::{number} n\n```{lab} x.py\ny\n```\n:answer: 1\n:::\nEnd.\n", 7),
    ],
)
def test_a_question_in_a_question_is_a_fault_of_its_own_lines(body, last):
    lesson = sample_lesson(body)
    (problem,) = [problem for problem in lesson.problems if problem.code == "E026"]
    faults = [block for block in lesson.walk() if isinstance(block, Fault) and block.problem == problem]
    assert all(fault.source.count("\n") == 2 for fault in faults)
    assert (plain_text(lesson.blocks[-1].text), lesson.blocks[-1].line - START) == ("End.", last)


def test_what_stands_beside_each_other_is_not_nested():
    labs = "".join(f"```{{lab}} a{n}.py\nx\n```\n\n:::\n\n- :::{{tip}}\n  x\n\n" for n in range(60))
    lesson = sample_lesson(labs + "> > > End.\n")
    assert {problem.code for problem in lesson.problems} == {"E013", "E016"}
    assert sum(isinstance(block, Lab) for block in lesson.blocks) == 60
    assert isinstance(lesson.blocks[-1], Quote)


def test_a_block_that_takes_more_than_half_of_the_steps_is_a_fault(monkeypatch):
    deep = ("> " * 10 + "x\n") * 1000
    for steps in (20_500, 22_000):
        monkeypatch.setattr("evoclass.reading.markup.Budget", lambda size, steps=steps: Budget.of(steps))
        lesson = sample_lesson(f"a\n\n{deep}\nb\n")
        assert codes(lesson) == [("E035", 3), ("E035", 1004)]
        assert spans(lesson.blocks) == [("Paragraph", 1, 1), ("Fault", 3, 1002), ("Fault", 1004, 1005)]
    lesson = sample_lesson("a\n\n" + deep[:12600] + "\nb\n")
    assert not lesson.problems
    lesson = sample_lesson(f"a\n\n{deep * 3}\nb\n")  # too much before it is known what stands in it
    assert codes(lesson) == [("E035", 3)]


def test_steps_grow_with_the_text_up_to_the_most():
    assert Budget(0).left == BASE
    assert Budget(1000).left - Budget(0).left == 1000 * A_CHARACTER
    assert Budget(10**9).left == MOST
    budget = Budget.of(100)
    budget.begin()
    budget.spend(50)
    assert not budget.over
    with pytest.raises(TooMuch):
        budget.spend(1)
    budget = Budget.of(100)
    with budget.share(10):
        budget.spend(10)
        with pytest.raises(TooMuch):
            budget.spend(1)
    budget.spend(89)
    assert (budget.left, budget.over) == (0, False)


def test_the_limits_are_those_of_the_documentation():
    page = Path(__file__).parents[2] / "docs" / "lesson-format.md"
    told = " ".join(page.read_text(encoding="utf-8").split())
    for limit in (
        f"a line at most {MAX_LINE:,} characters",
        f"front matter {MAX_LENGTH:,} characters and {MAX_KEYS} keys",
        f"at most {INLINE:,} characters; directives can be nested {MAX_DEPTH} deep, and {DEPTH} together",
    ):
        assert limit in told


def test_questions_with_drawn_values_are_counted_with_the_others():
    drawn = ":::{number} n\n:draw: a in 1..1\n:answer: {{a}}\n:::\n"
    plain = ":::{number} m\n:answer: 2\n:::\n"
    lesson = sample_lesson(f"{drawn}\n::::{{challenge}} ch\n{drawn}\n{plain}::::\n\n{plain}")
    assert not lesson.problems
    assert [(block.id, block.number) for block in lesson.exercises] == [
        ("n", 1),
        ("ch/n", 1),
        ("ch/m", 2),
        ("m", 2),
    ]


def test_notes_without_a_text_keep_their_numbers():
    lesson = sample_lesson("Text[^b] and[^c] and ^[an *inline* note].\n\n[^c]: C.\n")
    assert codes(lesson) == [("E033", 1)]
    notes = lesson.blocks[-1]
    assert [(number, plain_text(blocks[0].text)) for number, blocks in notes.notes] == [
        ("2", "C."),
        ("3", "an inline note"),
    ]


def test_what_a_translator_still_has_to_do_is_shown():
    for comment in ("<!-- translate: was x\n\nmore -->", "<!--translate: was x-->"):
        (problem,) = sample_lesson(f"{comment}\n").problems
        assert (problem.code, problem.fields["note"]) == ("W096", "translate: was x")


def test_a_question_gets_its_code_with_its_lines():
    from evoclass.contracts.lessons import parser_for
    from evoclass.exercise import Exercise

    given = []

    class Keeps(Exercise):
        kind = "keeps"
        takes_code = True

        @classmethod
        def parse(cls, block):
            given.append(block)
            raise ValueError

        def form(self):
            return []

        async def grade(self, answer, bench):
            raise AssertionError

        def solution(self):
            return {}

    fences = "```text\na\n```\n\n```python\nb\n```\n\n```py\nc\n```\n"
    sample_lesson(f":::{{keeps}} k\n{fences}:::\n", parser_for(Keeps))
    (prose,) = given
    assert (prose.code, prose.code_line - START) == ("b\n", 7)
    assert [(info, code, line - START) for info, code, line in prose.codes] == [
        ("text", "a\n", 3),
        ("python", "b\n", 7),
        ("py", "c\n", 11),
    ]
    assert [type(block) for block in prose.body] == [CodeBlock]


def test_more_options_than_letters():
    lesson = sample_lesson(
        ":::{choice} c\nx?\n\n- [x] o\n" + "".join(f"- [ ] o{n}\n" for n in range(53)) + ":::\n"
    )
    keys = [item.key for item in lesson.exercises[0].exercise.items]
    assert (keys[0], keys[25:28], keys[51:]) == ("a", ["z", "aa", "ab"], ["az", "ba", "bb"])


def test_a_question_with_drawn_values_may_be_the_first_line_of_a_file():
    lesson = Parser(Plugins()).lesson(":::{number} n\n:draw: a in 1..1\n:answer: {{a}}\nx\n:::\n")
    assert [problem.code for problem in lesson.problems] == ["E005"]
    assert [(block.id, block.line, block.end_line) for block in lesson.exercises] == [("n", 1, 5)]


@pytest.mark.parametrize(
    ("folder", "language"),
    [
        ("it", "it"),
        ("de", "de"),
        ("07", "en"),
        ("IT", "en"),
        ("ita", "en"),
        ("it-CH", "en"),
        ("lessons", "en"),
    ],
)
def test_the_folder_tells_the_language(tmp_path, folder, language):
    assert Parser(Plugins()).lesson("Text.\n", tmp_path / folder / "01-a.md").language == language


@pytest.mark.parametrize(
    ("name", "number", "slug"),
    [
        ("07-a-b", 7, "a-b"),
        ("7", 7, "7"),
        ("a-7", 0, "a-7"),
        ("999999999-a", 999999999, "a"),
        ("1234567890-a", 0, "1234567890-a"),
        ("²-a", 0, "²-a"),
    ],
)
def test_the_file_name_tells_number_and_name(tmp_path, name, number, slug):
    lesson = Parser(Plugins()).lesson("Text.\n", tmp_path / f"{name}.md")
    assert (lesson.number, lesson.id) == (number, slug)
