"""Blocks to lines: nothing wider than the page, nothing lost, nothing that a terminal could take for a command."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoclass.errors import Problem
from evoclass.i18n import Catalog
from evoclass.layout import (
    MEASURE,
    PICTURE,
    Line,
    cell_width,
    copied,
    cut,
    gap,
    layout,
    layout_inlines,
    place_of,
)
from evoclass.model import (
    Block,
    Callout,
    CodeBlock,
    Drawing,
    Fault,
    Footnotes,
    Heading,
    Image,
    LineBreak,
    ListBlock,
    Live,
    MathBlock,
    Paragraph,
    Quote,
    Span,
    Table,
    ThematicBreak,
)

ENGLISH = Catalog("en")


def span(text: str, *marks: str, href: str = "") -> Span:
    return Span(text, frozenset(marks), href)  # type: ignore[arg-type]


def paragraph(*items: Span | Live | LineBreak | str, id: str = "p") -> Paragraph:
    text = tuple(Span(item) if isinstance(item, str) else item for item in items)
    return Paragraph(id=id, line=1, text=text)


def texts(lines: list[Line]) -> list[str]:
    return [line.text.rstrip() for line in lines]


def show(*blocks: Block, width: int = 40, **options: object) -> list[str]:
    return texts(layout(blocks, width, catalog=ENGLISH, **options))  # type: ignore[arg-type]


def test_prose_is_wrapped_at_words() -> None:
    assert show(paragraph("one two three four"), width=9) == ["one two", "three", "four"]


def test_a_word_takes_its_styles_across_spans() -> None:
    lines = layout((paragraph("a ", span("bold", "strong"), ", b"),), 40)
    assert [tuple(segment) for segment in lines[0].segments] == [
        ("a ", "", ""),
        ("bold", "strong", ""),
        (", b", "", ""),
    ]
    assert show(paragraph("aaaa ", span("bold", "strong"), ", b"), width=7) == ["aaaa", "bold, b"]


def test_a_long_word_is_broken_after_a_good_character() -> None:
    assert show(paragraph(span("torch.nn.Linear(in_features=512)", "code")), width=16) == [
        "torch.nn.Linear(",
        "in_features=512)",
    ]


def test_hard_breaks_stay_and_line_ends_in_the_source_do_not() -> None:
    assert show(paragraph("one\ntwo", LineBreak(), "three")) == ["one two", "three"]


def test_nothing_is_wider_than_the_measure() -> None:
    lines = layout((paragraph("word " * 100),), 300)
    assert max(line.width for line in lines) <= MEASURE


def test_live_values_show_a_dash_before_there_is_a_run() -> None:
    block = paragraph("shape ", Live("head.weight.shape"))
    assert show(block) == ["shape —"]
    assert show(block, live={"head.weight.shape": "7 × 1280"}) == ["shape 7 × 1280"]
    segment = layout((block,), 40, live={"head.weight.shape": "7 × 1280"})[0].segments[-1]
    assert segment.style == "live"


def test_a_live_value_cannot_bring_rows_or_control_characters() -> None:
    lines = layout((paragraph(Live("x")),), 40, live={"x": "a\n\x1b[31mb"})
    assert texts(lines) == ["a \ufffd[31mb"]


def test_links_keep_their_target_on_every_row() -> None:
    lines = layout((paragraph(span("a long link text", "link", href="https://x.org")),), 8)
    assert len(lines) > 1
    assert {segment.href for line in lines for segment in line.segments} == {"https://x.org"}


def test_lists_hang_and_nest() -> None:
    inner = ListBlock(
        id="i", line=1, ordered=True, start=9, items=((paragraph("nine"),), (paragraph("ten"),))
    )
    outer = ListBlock(
        id="o",
        line=1,
        ordered=False,
        start=1,
        items=((paragraph("one two three four"),), (paragraph("b"), inner)),
    )
    assert show(outer, width=18) == [" • one two three", "   four", " • b", "     9. nine", "    10. ten"]


def test_a_list_with_long_items_has_room_between_them() -> None:
    block = ListBlock(
        id="l", line=1, ordered=False, start=1, items=((paragraph("a"), paragraph("b")), (paragraph("c"),))
    )
    assert show(block) == [" • a", "", "   b", "", " • c"]


def test_a_callout_says_its_kind_in_the_readers_language() -> None:
    block = Callout(id="c", line=1, kind="tip", title=(Span("Save time"),), children=(paragraph("Freeze."),))
    lines = texts(layout((block,), 30, catalog=Catalog("it")))
    assert lines == [
        "╭─ Suggerimento · Save time ─╮",
        "│ Freeze.                    │",
        "╰────────────────────────────╯",
    ]


def test_a_callout_title_that_is_too_long_goes_inside() -> None:
    block = Callout(
        id="c", line=1, kind="note", title=(Span("a very long title indeed"),), children=(paragraph("x"),)
    )
    lines = show(block, width=20)
    assert lines[0] == "╭──────────────────╮"
    assert [line.strip("│ ") for line in lines[1:4]] == ["Note · a very", "long title", "indeed"]


def test_code_keeps_its_blanks_and_marks_rows_that_were_too_long() -> None:
    block = CodeBlock(id="k", line=1, language="python", code="if x:\n    call(aaaa, bbbb)\n\n")
    assert show(block, width=18) == [" if x:", "     call(aaaa,", " ↪ bbbb)"]


@pytest.mark.parametrize(
    ("code", "width", "rows"),
    [
        (
            "q, k, v = self.qkv(self.norm1(x)).chunk(3, 2)",
            40,
            ["q, k, v = self.qkv(self.norm1(x))", "↪ .chunk(3, 2)"],
        ),
        (
            "k = torch.tensor([[3.0, 5.0], [3.0, 5.0]])",
            39,
            ["k = torch.tensor([[3.0, 5.0], [3.0,", "↪ 5.0]])"],
        ),
        ("scores = scores.masked_fill(future, 0)", 31, ["scores = scores.masked_fill(", "↪ future, 0)"]),
        ("a_name_without_any_place_to_break", 22, ["a_name_without_any_p", "↪ lace_to_break"]),
        ("x = 'a_word_far_to_the_left_of_it'", 22, ["x = 'a_word_far_to_t", "↪ he_left_of_it'"]),
    ],
)
def test_code_that_is_too_long_is_broken_between_words(code: str, width: int, rows: list[str]) -> None:
    block = CodeBlock(id="k", line=1, language="python", code=code)
    for coloured in (False, True):
        assert [line.strip() for line in texts(layout((block,), width, highlight=coloured))] == rows


def test_code_has_the_same_rows_with_and_without_colours() -> None:
    block = CodeBlock(id="k", line=1, language="python", code='def f():\n    """x"""\n    return 1  # é\n')
    plain, coloured = (layout((block,), 30, highlight=flag) for flag in (False, True))
    assert texts(plain) == texts(coloured)
    assert {s.style for line in coloured for s in line.segments} >= {
        "code.block code.keyword",
        "code.block code.comment",
    }


def test_an_unknown_language_is_shown_plain() -> None:
    assert show(CodeBlock(id="k", line=1, language="klingon", code="qapla'")) == [" qapla'"]


def test_tables_shrink_and_wrap() -> None:
    block = Table(
        id="t",
        line=1,
        header=((Span("Layer"),), (Span("Values"),)),
        rows=(((Span("conv"),), (Span("1"),)), ((Span("a long name of it"),), (Span("22"),))),
        align=("left", "right"),
    )
    assert show(block, width=22) == [
        "┌───────────┬────────┐",
        "│ Layer     │ Values │",
        "├───────────┼────────┤",
        "│ conv      │      1 │",
        "├───────────┼────────┤",
        "│ a long    │     22 │",
        "│ name of   │        │",
        "│ it        │        │",
        "└───────────┴────────┘",
    ]


def test_a_table_without_room_becomes_records() -> None:
    block = Table(
        id="t",
        line=1,
        header=tuple((Span(name),) for name in "abcd"),
        rows=(tuple((Span(name),) for name in "1234"),),
        align=("left",) * 4,
    )
    assert show(block, width=20) == ["a: 1", "b: 2", "c: 3", "d: 4"]


def test_a_formula_of_several_rows_stays_aligned() -> None:
    block = MathBlock(id="m", line=1, tex="", text="y =  1\n     2")
    assert show(block) == ["    y =  1", "         2"]


def test_an_image_is_its_title_and_description_with_a_link_to_the_file() -> None:
    block = Image(id="i", line=1, source="a.png", alt="A frozen base", title="Base")
    lines = layout((block,), 30, catalog=ENGLISH)
    assert texts(lines)[0].startswith("╭─ Image · Base ─")
    assert "A frozen base" in texts(lines)[1]
    assert "a.png" in {segment.href for segment in lines[0].segments}


def test_notes_can_be_gone_to() -> None:
    reference = span("1", "footnote", href="#fn-1")
    notes = Footnotes(id="footnotes", line=9, notes=(("1", (paragraph("He, 2016."),)),))
    lines = layout((paragraph("see", reference), notes), 40, catalog=ENGLISH)
    assert texts(lines) == ["see¹", "", "Notes", "", " ¹ He, 2016. ↩"]
    assert [line.anchor for line in lines][-1] == "fn-1"


def test_two_notes_side_by_side_are_not_one_number() -> None:
    references = (span(number, "footnote", href=f"#fn-{number}") for number in ("8", "9"))
    assert texts(layout((paragraph("see", *references),), 40, catalog=ENGLISH)) == ["see⁸,⁹"]


@pytest.mark.parametrize("width", [1, 8, 12, 40])
def test_an_empty_note_has_its_way_back_at_any_width(width: int) -> None:
    notes = Footnotes(id="footnotes", line=9, notes=(("1", ()),))
    assert texts(layout((notes,), width, catalog=ENGLISH))[-1].endswith(" ↩")


def test_a_fault_names_line_and_way_out() -> None:
    problem = Problem("E999", 41, message="No right option.", fix="Mark one with [x].")
    lines = show(Fault(id="f", line=40, problem=problem, source=":::{choice} q\nWhy?\n:::"), width=44)
    assert lines[0].startswith("╭─ E999 · line 41 ─")
    assert "Mark one with [x]." in "\n".join(lines)
    assert "│ 41 Why?" in "\n".join(lines)


def test_headings_get_room_and_blocks_below_each_other_one_row() -> None:
    heading = Heading(id="h", line=1, level=2, text=(Span("Two"),))
    assert show(paragraph("a"), heading, paragraph("b")) == ["a", "", "", "Two", "───", "", "b"]
    assert gap(paragraph("a"), heading) == 2


def test_each_line_knows_its_block() -> None:
    lines = layout((paragraph("a b", id="s1.1"), paragraph("c", id="s1.2")), 2)
    assert [line.block for line in lines] == ["s1.1", "s1.1", "s1.1", "s1.2"]


def test_copied_text_has_no_frames_and_no_wrapping() -> None:
    callout = Callout(
        id="c", line=1, kind="note", title=(), children=(paragraph("one two three four five six"),)
    )
    lines = layout((callout,), 20, catalog=ENGLISH)
    assert copied(lines[1:-1]) == "one two three four five six"
    code = CodeBlock(id="k", line=1, language="", code="x = 1\n    y = call_of_something_long()")
    assert copied(layout((code,), 20)) == "x = 1\n    y = call_of_something_long()"
    long = paragraph(span("https://example.org/a/very/long/address", "link"))
    assert copied(layout((long,), 16)) == "https://example.org/a/very/long/address"


def test_labs_and_exercises_are_left_to_the_front_end() -> None:
    assert show(ThematicBreak(id="r", line=1)) == ["─" * 24]
    assert layout_inlines((), 10)[0].text == ""


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("è così", 6), ("日本", 4), ("x⁵", 2), ("e\u0301", 1), ("", 0)]
)
def test_cell_width(text: str, width: int) -> None:
    assert cell_width(text) == width


def test_cutting_never_parts_a_wide_character() -> None:
    assert cut("日本語", 3) == ("日", "本語")
    assert cut("ab", 5) == ("ab", "")


# Whatever an author writes

words = st.text(min_size=1, max_size=24)
plain = st.text("abc é日.,=()[]{}_/`*#<>", min_size=1, max_size=40)
marks = st.frozensets(st.sampled_from(["strong", "em", "code", "link", "math"]), max_size=2)
inline = st.one_of(
    st.builds(Span, st.one_of(words, plain), marks),
    st.builds(Live, st.sampled_from(["x", "y.shape"])),
    st.just(LineBreak()),
)
inlines = st.lists(inline, min_size=1, max_size=6).map(tuple)
leaves = st.one_of(
    st.builds(Paragraph, id=st.just("p"), line=st.just(1), text=inlines),
    st.builds(Heading, id=st.just("h"), line=st.just(1), level=st.integers(1, 6), text=inlines),
    st.builds(
        CodeBlock,
        id=st.just("k"),
        line=st.just(1),
        language=st.sampled_from(["", "python"]),
        code=plain | words,
    ),
    st.builds(MathBlock, id=st.just("m"), line=st.just(1), tex=st.just(""), text=plain),
    st.builds(
        Table,
        id=st.just("t"),
        line=st.just(1),
        header=st.lists(inlines, max_size=4).map(tuple),
        rows=st.lists(st.lists(inlines, max_size=4).map(tuple), max_size=3).map(tuple),
        align=st.just(()),
    ),
)


def nested(children: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Quote, id=st.just("q"), line=st.just(1), children=several),
        st.builds(
            Callout,
            id=st.just("c"),
            line=st.just(1),
            kind=st.sampled_from(["tip", "odd"]),
            title=inlines,
            children=several,
        ),
        st.builds(
            ListBlock,
            id=st.just("l"),
            line=st.just(1),
            ordered=st.booleans(),
            start=st.integers(0, 99),
            items=st.lists(several, min_size=1, max_size=3).map(tuple),
        ),
    )


anything = st.recursive(leaves, nested, max_leaves=8)


@settings(max_examples=80, deadline=None)
@given(st.lists(anything, min_size=1, max_size=4), st.integers(2, 100))
def test_no_line_is_wider_than_the_page(blocks: list[Block], width: int) -> None:
    for line in layout(tuple(blocks), width, catalog=ENGLISH):
        assert line.width <= width
        assert not any(character.isascii() and not character.isprintable() for character in line.text)


@settings(max_examples=80, deadline=None)
@given(inlines, st.integers(2, 90))
def test_wrapping_loses_nothing(text: tuple[Span | Live | LineBreak, ...], width: int) -> None:
    block = Paragraph(id="p", line=1, text=text)
    narrow = "".join("".join(line.text for line in layout((block,), width)).split())
    whole = "".join("".join(line.text for line in layout_inlines(block.text, 10_000)).split())
    assert narrow == whole


texty = st.one_of(
    st.builds(Paragraph, id=st.just("p"), line=st.just(1), text=inlines),
    st.builds(CodeBlock, id=st.just("k"), line=st.just(1), language=st.just("python"), code=plain),
)


@settings(max_examples=80, deadline=None)
@given(texty, st.integers(20, 90))
def test_copying_does_not_depend_on_the_width(block: Block, width: int) -> None:
    first, second = copied(layout((block,), width)), copied(layout((block,), 84))
    assert "".join(first.split()) == "".join(second.split())


def test_vowel_signs_count_with_the_letter_before_them() -> None:
    paragraph = Paragraph(id="p", line=1, text=(*[Span("0")] * 3, Span("\u093e0")))
    assert [line.text for line in layout((paragraph,), 2)] == ["00", "0\u093e", "0"]
    assert [line.text for line in layout((paragraph,), 3)] == ["00", "0\u093e0"]


def test_a_front_end_says_how_large_a_picture_is_and_draws_it_in_that_room() -> None:
    image = Image(id="net", line=1, source="net.png", alt="A small network.", title="The network")
    drawing = Drawing(id="own", line=2, kind="own", alt="A drawing.", svg="<svg/>")
    words = Drawing(id="words", line=3, kind="own", alt="In words.", svg="<svg/>", text=("drawn",))
    asked = []

    def room(block: Image | Drawing, width: int) -> tuple[int, int] | str:
        asked.append((block.id, width))
        return (20, 3) if block is image else (10, 2) if block is drawing else ""

    lines = layout((image, drawing, words), 60, room=room)
    assert asked == [("net", 60), ("own", 60)]  # what a terminal has as text needs no picture
    rows = [line.segments[0] for line in lines if line.segments and line.segments[0].style == PICTURE]
    assert [(len(row.text), place_of(row.href)) for row in rows] == [
        *[(20, ("net", row)) for row in range(3)],
        *[(10, ("own", row)) for row in range(2)],
    ]
    assert [line.text for line in lines if place_of(line.segments[0].href if line.segments else "")][
        3
    ] == "The network"
    assert "drawn" in "\n".join(line.text for line in lines)
    assert place_of("https://example.org/") is None
    why = layout((image,), 60, room=lambda *_: "It is too large.")
    assert "It is too large." in "\n".join(line.text for line in why)
