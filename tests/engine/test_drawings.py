"""What a plugin draws in its own way is drawn everywhere, and a hostile one is a fault in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from evoclass import hookimpl
from evoclass.directive import Directive
from evoclass.i18n import Catalog
from evoclass.layout import layout
from evoclass.lint.drift import drift
from evoclass.lint.lesson import check_text
from evoclass.model import AnyBlock, Callout, CodeBlock, Drawing, Fault, Lab, Lesson, Paragraph, Span, walk
from evoclass.plain.speech import spoken
from evoclass.testing import parser_for, sample_lesson

WIDE = ("+---+   +---+", "| 4 |-->| 2 |", "+---+   +---+")
TALL = ("4", "|", "2")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'


def paragraph(text: str, id: str = "n.1") -> Paragraph:
    return Paragraph(id=id, line=1, text=(Span(text),))


def drawing(**parts: Any) -> Drawing:
    return Drawing(**{"id": "n", "line": 1, "kind": "network", "alt": "Two layers.", **parts})


def lines(block: AnyBlock, width: int) -> list[str]:
    return [line.text.strip() for line in layout((block,), width, catalog=Catalog("en"))]


def said(block: AnyBlock, language: str = "en") -> list[str]:
    return list(spoken((block,), {}, Catalog(language)))


def test_a_terminal_takes_the_widest_text_that_fits() -> None:
    block = drawing(text=WIDE, narrower=(TALL,), svg=SVG, blocks=(paragraph("4, 2"),))
    assert lines(block, 40) == lines(block, len(WIDE[0]) + 2) == list(WIDE)
    assert lines(block, len(WIDE[0]) + 1) == list(TALL)


def test_text_without_room_is_wrapped_as_code_is() -> None:
    code = CodeBlock(id="n", line=1, language="", code="\n".join(WIDE))
    assert layout((drawing(text=WIDE),), 10) == layout((code,), 10)


def test_without_text_a_terminal_shows_the_blocks_and_without_these_the_sentence() -> None:
    assert lines(drawing(svg=SVG, blocks=(paragraph("4, then 2"),)), 40) == ["4, then 2"]
    shown = " ".join(lines(drawing(svg=SVG), 40))
    assert "Drawing" in shown
    assert "Two layers." in shown


def test_plain_mode_says_the_sentence_and_then_the_text_or_the_blocks() -> None:
    block = drawing(text=TALL, blocks=(paragraph("4, then 2"),))
    assert said(block) == ["Drawing: Two layers.", "    4", "    |", "    2", "End of the drawing.", ""]
    assert said(replace(block, text=()), "it") == ["Disegno: Two layers.", "4, then 2", ""]
    assert said(drawing(svg=SVG)) == ["Drawing: Two layers.", ""]


def test_what_stands_for_a_drawing_is_part_of_the_lesson() -> None:
    inner = paragraph("4, then 2")
    assert list(walk((drawing(blocks=(inner,)),)))[1:] == [inner]


# ------------------------------------------------------------------------------------------- out of a plugin


def lesson(body: Any, source: str = ":::{network} n\nx\n:::\n", language: str = "en") -> Lesson:
    """Return a lesson with a directive whose plugin gives what `body` makes of it."""

    class Network:
        name = "network"
        options: ClassVar[dict[str, str]] = {}

        @classmethod
        def expand(cls, directive: Directive, block_id: str) -> Sequence[AnyBlock]:
            found: Sequence[AnyBlock] = body(directive, block_id)
            return found

    plugin = SimpleNamespace(register_directives=hookimpl(lambda: [Network]))
    parser = parser_for(plugins=[("demo", plugin)])
    return sample_lesson(f"Before.\n\n{source}\nAfter.\n", parser, language)


def one(**parts: Any) -> Lesson:
    return lesson(lambda directive, block_id: [drawing(**{"line": directive.line, "id": block_id, **parts})])


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"alt": " ", "text": WIDE}, "alt is empty"),
        ({"alt": "x" * 2000, "text": WIDE}, "alt has more than 1,000"),
        ({}, "neither text nor svg nor blocks"),
        ({"text": "abc"}, "text is 'abc'"),
        ({"text": (WIDE,)}, "not str"),
        ({"text": ("x" * 5000,)}, "more than 1,000 characters"),
        ({"text": ("x",) * 5000}, "more than 400 lines"),
        ({"text": ("x",) * 1_000_000}, "more than 10,000 items"),
        ({"text": WIDE, "narrower": (("x",) * 5000,)}, "more than 400 lines"),
        ({"text": WIDE, "narrower": (TALL,) * 50}, "more than 8 versions"),
        ({"text": ("a\nb",)}, "line end inside"),
        ({"svg": 7}, "svg is 7"),
        ({"svg": f"<svg>{'<g/>' * 200_000}</svg>"}, "svg has more than 500,000"),
        ({"blocks": (Lab(id="l", line=1, file="a.py", code=""),)}, "Lab, which has to stand by itself"),
        (
            {
                "blocks": (
                    Callout(
                        id="c",
                        line=1,
                        kind="note",
                        title=(),
                        children=(Lab(id="l", line=1, file="a.py", code=""),),
                    ),
                )
            },
            "Lab, which has to stand by itself",
        ),
        ({"blocks": ("x",)}, "not a block"),
    ],
)
def test_a_drawing_without_bounds_is_a_fault_in_its_place(parts: dict[str, Any], told: str) -> None:
    found = one(**parts)
    assert [type(block) for block in found.blocks] == [Paragraph, Fault, Paragraph]
    (problem,) = found.problems
    assert problem.code == "E101"
    assert "plugin demo, network.expand(): " in str(problem.fields["error"])
    assert told in str(problem.fields["error"])


def test_drawings_in_drawings_have_an_end() -> None:
    block = drawing(text=WIDE)
    for number in range(200):
        block = drawing(id=f"n{number}", blocks=(block,))
    found = one(blocks=(block,))
    assert isinstance(found.blocks[1], Fault)


def test_nothing_in_a_drawing_acts_on_the_terminal() -> None:
    hostile = "\x1b[2J\x9b31m\x07\x1b]52;c;eA==\x07\u202eabc\r"
    found = one(alt=hostile, text=(hostile,), narrower=((hostile,),), svg=f"<svg>{hostile}</svg>")
    (block,) = [block for block in found.blocks if isinstance(block, Drawing)]
    for width in (10, 80):
        shown = "\n".join(lines(block, width) + said(block) + [block.svg])
        assert not set("\x1b\x9b\x07\u202e\r") & set(shown)
    assert "\\x1b[2J" in said(block)[0]


def test_a_good_drawing_is_a_block_of_the_lesson() -> None:
    found = one(text=WIDE, svg=SVG)
    assert found.problems == ()
    assert not [problem for problem in check_text(found) if problem.is_error]
    assert found.find("n") == drawing(line=found.blocks[1].line, text=WIDE, svg=SVG)


@pytest.mark.parametrize(
    ("theirs", "codes"),
    [
        ({}, set()),
        ({"text": TALL}, set()),
        ({"svg": SVG}, {"W095"}),
        ({"narrower": (TALL,)}, {"W095"}),
        ({"kind": "graph"}, {"W095"}),
        ({"alt": "Tre strati, 9 in tutto."}, {"W094"}),
        ({"blocks": (paragraph("4"),)}, {"W095"}),
    ],
)
def test_a_translation_keeps_what_is_no_words(theirs: dict[str, Any], codes: set[str]) -> None:
    english = one(text=WIDE, alt="Two layers.")
    italian = replace(one(**{"text": WIDE, "alt": "Due strati.", **theirs}), language="it")
    found = {problem.code for problem in drift(english, italian)}
    assert found - {"W046"} == codes


def test_a_sentence_that_was_not_translated_is_told() -> None:
    english = one(text=WIDE, alt="Here are two layers in a row.")
    found = [problem for problem in drift(english, replace(english, language="it")) if problem.code == "W046"]
    assert english.blocks[1].line in [problem.line for problem in found]


def test_a_drawing_of_signs_is_told_by_its_words() -> None:
    code = "w = 2 ──┐\n        × ── 6\nx = 3 ──┘\n   │\n"
    told = said(CodeBlock(id="c", line=1, language="text", code=code))
    assert told == [
        "A drawing of signs; its 3 lines of words:",
        "    w = 2",
        "            ×    6",
        "    x = 3",
        "End of the drawing.",
        "",
    ]
    # A program is a program, whatever it prints.
    program = said(CodeBlock(id="c", line=1, language="python", code='print("──")'))
    assert program[1] == '    print("──")'
    assert said(drawing(text=("┌─┐", "│4│", "└─┘")))[1:-1] == ["     4", "End of the drawing."]
