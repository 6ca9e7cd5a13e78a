"""Which blocks of a translation belong together: the right one is told, and the work has an end."""

from __future__ import annotations

import pytest

from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.lint import alignment
from evoclass.lint.alignment import Fingerprint, aligned
from evoclass.lint.drift import drift
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

PARSER = Parser(Plugins())


def lesson(text: str, language: str):
    return PARSER.lesson(f"{FRONT_MATTER.format(language=language)}\n{text}")


def told(english: str, italian: str) -> list[tuple[str, int, int]]:
    """Return code, line and line in the source of each difference, counted from the first line of the text."""
    source, translated = lesson(english, "en"), lesson(italian, "it")
    top = source.blocks[0].line - 1
    return [
        (problem.code, problem.line - top, problem.fields.get("line", top) - top)
        for problem in drift(source, translated)
    ]


@pytest.mark.parametrize(
    ("english", "italian", "wanted"),
    [
        # One more paragraph below, above and between, with numbers of its own.
        ("It has 5 layers.", "Ha 5 strati.\n\nNe bastano 9.", [("W092", 3, 0)]),
        ("It has 5 layers.", "Ne bastano 9.\n\nHa 5 strati.", [("W092", 1, 0)]),
        ("Of 1.\n\nOf 2.", "Di 1.\n\nDi 7.\n\nDi 2.", [("W092", 3, 0)]),
        # Two in different places.
        (
            "Of 1.\n\nOf 2.\n\nOf 3.",
            "Di 1.\n\nDi 7.\n\nDi 2.\n\nDi 8.\n\nDi 3.",
            [("W092", 3, 0), ("W092", 7, 0)],
        ),
        # What is new in English.
        ("It has 5.\n\nNine are 9.", "Ha 5.", [("W091", 1, 3)]),
        ("Nine are 9.\n\nIt has 5.", "Ha 5.", [("W091", 1, 1)]),
        ("A.\n\nOf 1.\n\nOf 7.\n\nOf 2.", "A.\n\nDi 1.\n\nDi 2.", [("W091", 5, 5)]),
        # Without numbers, what is as long as the original.
        (
            "A network is a function with many parameters.",
            "Una rete è una funzione con molti parametri.\n\nE così via.",
            [("W092", 3, 0)],
        ),
        # A number that is wrong beside a paragraph that is too many.
        ("Call `fit()` 5 times.", "Chiama `fit()` 6 volte.\n\nPer 9 anni.", [("W092", 3, 0), ("W094", 1, 1)]),
        ("- a\n\nb\n\n## c", "## c\n\n- a\n\nb", [("W092", 1, 0), ("W091", 5, 5)]),
    ],
)
def test_the_block_that_is_too_many_or_missing_is_told(english, italian, wanted) -> None:
    assert sorted(told(english, italian)) == sorted(wanted)


def test_a_directive_that_does_not_exist_is_told_once() -> None:
    english = "Before 1.\n\n:::{tip} A title\nOne.\n\nTwo.\n:::\n\nAfter 2."
    broken = "Prima 1.\n\n:::{tipp} Un titolo\nUno.\n\nDue.\n:::\n\nDopo 2."
    italian = lesson(broken, "it")
    assert [problem.code for problem in italian.problems] == ["E012"]
    assert list(drift(lesson(english, "en"), italian)) == []


KINDS = ("Paragraph", "ListBlock", "Heading2", "Quote", "CodeBlock")


def work(left: list[Fingerprint], right: list[Fingerprint], monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many pairs of blocks are weighed."""
    count = 0
    real = alignment.likeness

    def counted(theirs: Fingerprint, ours: Fingerprint) -> float:
        nonlocal count
        count += 1
        return real(theirs, ours)

    with monkeypatch.context() as patch:
        patch.setattr(alignment, "likeness", counted)
        assert aligned(left, right)
    return count


def items(kinds: list[str]) -> list[Fingerprint]:
    return [Fingerprint(kind, heading=kind.startswith("Heading")) for kind in kinds]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["Heading2"], KINDS),
        (["Paragraph"], KINDS),
        (KINDS, KINDS[::-1]),
        (["Paragraph", "ListBlock"], ["ListBlock", "Paragraph", "Quote"]),
        (["Heading2", *["Paragraph"] * 30], ["Heading2", *["Paragraph"] * 29, "Quote"]),
    ],
)
def test_the_work_does_not_grow_with_the_square_of_the_size(left, right, monkeypatch) -> None:
    def of(size: int) -> int:
        return work(items((list(left) * size)[:size]), items((list(right) * size)[: size - 1]), monkeypatch)

    small, large = of(300), of(20_000)
    assert large <= alignment.WORK + 40_000
    assert small <= 300 * 300 * 2


def test_the_blocks_of_a_long_lesson_are_compared_section_by_section(monkeypatch) -> None:
    section = ["Heading2", *["Paragraph"] * 50]
    left = items(section * 100)
    right = items([*section, "Quote", *section * 98, "ListBlock", *section, "Quote"])
    found = [stretch for stretch in aligned(left, right) if stretch.how == "other"]
    assert [stretch.last - stretch.first for stretch in found] == [1, 1, 1]
    assert [right[stretch.first].kind for stretch in found] == ["Quote", "ListBlock", "Quote"]


def test_of_a_stretch_that_is_too_long_the_surplus_is_told() -> None:
    left, right = items(["Paragraph", "Quote"] * 1000), items(["Quote", "Paragraph"] * 1001)
    found = [stretch for stretch in aligned(left, right) if stretch.how == "other"]
    assert sum(stretch.last - stretch.first for stretch in found) == 2
    moved = aligned(left, items(["Quote", "Paragraph"] * 1000))
    assert "moved" in [stretch.how for stretch in moved]


def test_a_question_that_is_missing_is_told_where_the_next_one_stands() -> None:
    def labs(*names: str) -> str:
        return "\n".join(f"```{{lab}} {name}.py\nx = 1\n```\n" for name in names)

    assert told(labs("a", "b", "c"), labs("a", "c")) == [("E083", 5, 5)]
    assert told(labs("a", "b", "c"), labs("a", "b")) == [("E083", 7, 9)]
    problems = drift(lesson(labs("a", "b"), "en"), lesson("Niente.", "it"))
    assert [problem.line for problem in problems if problem.code == "E083"] == [1, 1]
