"""Blocks of a lesson as they are read aloud: whatever one hears must say where it begins and ends."""

from __future__ import annotations

import pytest

from evoclass.contracts.lessons import sample_lesson
from evoclass.exercise import Code, Text
from evoclass.i18n import Catalog
from evoclass.plain import forms
from evoclass.plain.console import Console
from evoclass.plain.speech import lesson_title, spoken
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

PARSER = Parser(Plugins())


def said(text: str, language: str = "en") -> list[str]:
    lesson = sample_lesson(text, PARSER)
    return [line for line in spoken(lesson.blocks, {}, Catalog(language)) if line]


def test_an_item_after_an_inner_list_is_not_heard_as_part_of_it() -> None:
    outer = "- knead\n- wait\n  - an hour\n  - a night\n- bake\n"
    assert said(outer) == [
        "List of 3 items:",
        "1. knead",
        "2. wait",
        "List of 2 items:",
        "1. an hour",
        "2. a night",
        "End of the inner list.",
        "3. bake",
    ]
    assert "Fine dell'elenco interno." in said(outer, "it")
    assert "End of the inner list." not in said("- knead\n- wait\n  - an hour\n")


def test_a_box_of_several_paragraphs_says_where_it_ends() -> None:
    box = ":::{tip} Weigh it\nNever use cups.\n\nAnd never spoons.\n:::\n\nThe text goes on.\n"
    assert said(box) == [
        "Tip: Weigh it. Never use cups.",
        "And never spoons.",
        "End of the box.",
        "The text goes on.",
    ]
    assert "End of the box." not in said(":::{tip} Weigh it\nNever use cups.\n:::\n")
    assert said("> One.\n>\n> Two.\n", "it")[-1] == "Fine del riquadro."


def test_a_table_whose_only_name_is_its_title_repeats_it_not_in_each_row() -> None:
    table = "| In your run | |\n|---|---|\n| Accuracy | 18 % |\n| Chance | |\n"
    assert said(table) == ["Table with 2 rows: In your run.", "Row 1. Accuracy: 18 %.", "Row 2. Chance: —."]
    assert said("| In your run | |\n|---|---|\n| a | 1 |\n")[0] == "Table with one row: In your run."


@pytest.mark.parametrize("fence", ["```", "```text"])
def test_a_block_of_text_is_no_code_and_its_rules_are_not_read(fence: str) -> None:
    block = f"{fence}\na   (280, 1)\n    --------\nb   (280, 7)\n```\n"
    assert said(block) == [
        "A block of text, 2 lines:",
        "    a   (280, 1)",
        "    b   (280, 7)",
        "End of the block.",
    ]
    assert said(f"{fence}\none\n```\n", "it") == [
        "Un blocco di testo, una riga:",
        "    one",
        "Fine del blocco.",
    ]


def test_arrowheads_of_a_drawing_are_not_read() -> None:
    assert said("```text\n┌─────┐\n│flour│──▶ dough ◀──\n└─────┘\n```\n") == [
        "A drawing of signs; its one line of words:",
        "     flour     dough",
        "End of the drawing.",
    ]


def test_a_lesson_is_named_as_one_says_it() -> None:
    lesson = sample_lesson("Text.\n", PARSER)
    assert lesson_title(lesson, Catalog("it")) == f"Lezione {lesson.number}, {lesson.title}"


class Heard(Console):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def say(self, *lines: str) -> None:
        self.lines += [line for line in lines if line]


def test_the_program_of_a_question_is_announced_and_a_label_without_options_is_said_once() -> None:
    heard = Heard()
    forms.show(Code(name="code", starter="def f(x):\n    ..."), heard, Catalog("en"))
    assert heard.lines == ["Code in python, 2 lines:", "    def f(x):", "        ...", "End of the code."]
    heard.lines.clear()
    forms.show(Text(name="gap", label="__1__"), heard, Catalog("en"))
    assert heard.lines == []
