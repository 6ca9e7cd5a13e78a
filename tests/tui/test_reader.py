"""The reader's prose: drawn as written, gone through by keys, kept in place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.css.stylesheet import Stylesheet
from textual.geometry import Offset
from textual.selection import Selection

from evoclass.errors import Problem
from evoclass.exercise import Choice
from evoclass.learner.progress import LessonState
from evoclass.model import (
    Block,
    Callout,
    CodeBlock,
    Drawing,
    Fault,
    Footnotes,
    Lab,
    ListBlock,
    Live,
    Paragraph,
    Span,
)
from evoclass_tui.widgets.lab_card import LabCard, describe
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.split import split
from evoclass_tui.widgets.way_back import OVERLAP
from tui.reading import heading, lesson, option, paragraph, question, reading

ONE = Choice(name="o", options=(option("a", "Apple"), option("b", "Pear")))


def link(text: str, href: str) -> Span:
    return Span(text, frozenset({"link"}), href)


def long_page(count: int = 60) -> list[Block]:
    return [paragraph(f"p{n}", f"Paragraph {n}. " + "word " * 30) for n in range(count)]


def prose(page: object) -> Prose:
    """Return the prose below the lesson's head."""
    return list(page.app.query(Prose))[1]  # type: ignore[attr-defined]


async def test_text_is_shown_as_written_brackets_and_all() -> None:
    async with reading(paragraph("p", "x[i] = y[j] [/foo] [bold]b[/bold]")) as page:
        assert "x[i] = y[j] [/foo] [bold]b[/bold]" in page.screen()


async def test_the_head_of_a_lesson_in_the_readers_language() -> None:
    shown = replace(lesson(paragraph("p")), minutes=45, objectives=("Freeze a `base`",))
    async with reading(paragraph("p"), language="it") as page:
        page.reader.show(shown, LessonState())
        await page.pause()
        for words in ("Reading", "Lezione 7 · circa 45 minuti", "Che cosa imparerai", "• Freeze a base"):
            assert words in page.screen()


async def test_what_a_plugin_draws_stands_in_its_place_in_the_prose() -> None:
    inner = Drawing(
        id="d", line=2, kind="net", alt="Two layers.", text=("[red]4[/]──▶2",), narrower=(("4", "2"),)
    )
    box = Callout(id="c", line=1, kind="note", title=(), children=(inner, paragraph("q", "Below.")))
    (part,) = split((box,))
    assert part.prose == (box,)
    async with reading(paragraph("p", "Above."), box) as page:
        shown = page.screen()
        assert shown.index("Above.") < shown.index("[red]4[/]──▶2") < shown.index("Below.")
        assert page.reader.lesson is not None
        assert page.reader.lesson.find("d") == inner
    async with reading(box, size=(20, 30)) as page:
        assert "──▶" not in page.screen()


async def test_control_characters_never_reach_the_terminal() -> None:
    async with reading(paragraph("p", "a\x1b[31mb\u202ec")) as page:
        assert "\x1b" not in page.screen()
        assert "\u202e" not in page.screen()


async def test_live_values_appear_and_change_without_moving_anything() -> None:
    live = Paragraph(id="live", line=1, text=(Span("accuracy "), Live("accuracy:.1%")))
    async with reading(paragraph("p"), live, paragraph("q")) as page:
        assert "accuracy —" in page.screen()
        page.reader.live = {"accuracy:.1%": "91.2%"}
        await page.pause()
        assert "accuracy 91.2%" in page.screen()
        page.reader.live = {"accuracy:.1%": "a longer value " * 10}
        await page.pause()
        assert page.screen().index("a longer value") < page.screen().index("  q ")


async def test_live_values_reach_questions_too() -> None:
    prompt = (Paragraph(id="q.p", line=1, text=(Span("seen "), Live("n"))),)
    async with reading(question("q", ONE, prompt=prompt)) as page:
        page.reader.live = {"n": "42"}
        await page.pause()
        assert "seen 42" in page.screen()


async def test_going_to_a_block_puts_it_at_the_top() -> None:
    async with reading(*long_page(), size=(60, 20)) as page:
        page.reader.go_to("p30")
        await page.pause()
        assert page.screen().splitlines()[0].strip().startswith("Paragraph 30.")


async def test_opening_at_a_block() -> None:
    async with reading(*long_page(), question("q", ONE), *long_page(3), at="q", size=(60, 20)) as page:
        assert "Question 1" in "\n".join(page.screen().splitlines()[:3])


async def test_the_block_at_the_top_is_told_when_scrolling_rests() -> None:
    async with reading(*long_page(), size=(60, 20)) as page:
        page.reader.go_to("p12")
        await page.until(lambda: page.news(Reader.BlockReached))
        assert [message.block_id for message in page.news(Reader.BlockReached)] == ["p12"]


async def test_a_page_that_was_hidden_before_scrolling_came_to_rest_tells_its_block_when_it_is_back() -> None:
    async with reading(*long_page(), size=(60, 20)) as page:
        page.reader.scroll_to(y=20, animate=False, immediate=True)
        page.reader.display = False
        await page.until(lambda: page.reader._settle_timer is None)
        assert not page.news(Reader.BlockReached)
        page.reader.display = True
        await page.until(lambda: page.news(Reader.BlockReached))
        [told] = page.news(Reader.BlockReached)
        assert told.block_id == page.reader.block_on(20)[0] != ""


async def test_a_new_width_keeps_the_block_that_was_being_read() -> None:
    async with reading(*long_page(), size=(90, 20)) as page:
        page.reader.go_to("p30")
        await page.until(lambda: page.news(Reader.BlockReached))
        await page.pilot.resize_terminal(50, 20)
        await page.pause()
        assert page.screen().splitlines()[0].strip().startswith("Paragraph 30.")


async def test_the_page_begins_as_it_began_when_one_comes_back_to_its_first_block() -> None:
    async with reading(*long_page(), size=(90, 20)) as page:
        before = page.screen().splitlines()[:2]
        assert not before[0].strip()
        page.reader.go_to("p12")
        await page.until(lambda: page.reader.scroll_y > 10)
        page.reader.go_to("p0")
        await page.until(lambda: page.reader.scroll_y < 10)
        assert page.screen().splitlines()[:2] == before


async def test_another_language_keeps_the_block_too() -> None:
    async with reading(*long_page(), size=(60, 20)) as page:
        translated = [paragraph(f"p{n}", f"Paragrafo {n}. " + "parola " * 45) for n in range(60)]
        page.reader.show(lesson(*translated), LessonState(), at="p30")
        await page.pause()
        await page.pause()
        assert page.screen().splitlines()[0].strip().startswith("Paragrafo 30.")


async def test_links_by_mouse_and_by_keyboard() -> None:
    text = (Span("See "), link("the paper", "https://x.org/a"), Span(" and "), link("the code", "code.html"))
    async with reading(*long_page(3), Paragraph(id="l", line=1, text=text)) as page:
        view = prose(page)
        row = view.place_of("l")
        assert row is not None
        await page.pilot.click(view, offset=(6, row))
        await page.pause()
        await page.press("enter", "tab", "enter")
        opened = [message.href for message in page.news(Reader.LinkOpened)]
        assert opened == ["https://x.org/a", "https://x.org/a", "code.html"]


async def test_keys_scroll_before_the_next_picture_so_that_two_at_once_are_two() -> None:
    async with reading(*long_page()) as page:
        reader = page.reader
        with reader.app.batch_update():  # no picture in here
            reader.action_scroll_down()
            reader.action_scroll_down()
            assert reader.scroll_y == 2
            reader.action_scroll_up()
            assert reader.scroll_y == 1
            for _ in range(2):
                reader.action_page_down()
            assert reader.scroll_y == 1 + 2 * (reader.size.height - OVERLAP)
            reader.action_page_up()
            assert reader.scroll_y == 1 + reader.size.height - OVERLAP


async def test_a_link_far_down_is_brought_into_view() -> None:
    blocks = [*long_page(20), Paragraph(id="l", line=1, text=(link("the paper", "https://x.org"),))]
    async with reading(*blocks, size=(60, 20)) as page:
        await page.press("tab")
        assert "the paper" in page.screen()


async def test_a_footnote_is_gone_to() -> None:
    note = Footnotes(id="footnotes", line=1, notes=(("1", (paragraph("n", "He et al."),)),))
    mark = Span("1", frozenset({"footnote"}), "#fn-1")
    async with reading(
        Paragraph(id="p", line=1, text=(Span("see"), mark)), *long_page(40), note, size=(60, 20)
    ) as page:
        await page.press("tab", "enter")
        assert "¹ He et al." in page.screen()
        assert not page.news(Reader.LinkOpened)


async def test_selected_text_comes_without_frames() -> None:
    callout = Callout(
        id="c",
        line=1,
        kind="tip",
        title=(Span("Save"),),
        children=(paragraph("t", "one two three four " * 5),),
    )
    async with reading(paragraph("p"), callout, size=(50, 30)) as page:
        view = prose(page)
        last = len(view.lines) - 2
        selected = view.get_selection(Selection(Offset(0, 3), Offset(48, last)))
        assert selected is not None
        assert selected[0] == ("one two three four " * 5).strip()
        assert view.get_selection(Selection(None, None)) is not None


async def test_dragging_the_mouse_selects() -> None:
    async with reading(paragraph("p", "some words to take along")) as page:
        view = prose(page)
        await page.pilot.mouse_down(view, offset=(5, 0))
        await page.pilot.hover(view, offset=(10, 0))
        await page.pilot.mouse_up(view, offset=(10, 0))
        await page.pause()
        assert page.app.screen.get_selected_text() == "words"


async def test_code_gets_its_colours_when_it_comes_into_view() -> None:
    code = CodeBlock(id="k", line=1, language="python", code="import torch\n")
    async with reading(*long_page(), code, size=(60, 20)) as page:
        row = prose(page).place_of("k")
        assert row is not None
        assert {segment.style for segment in prose(page).lines[row].segments} == {
            "code.block",
            "code.block code.wrap.pad",
        }
        page.reader.go_to("k")
        await page.pause()
        assert "code.block code.keyword" in {segment.style for segment in prose(page).lines[row].segments}


async def test_a_theme_recolours_the_page() -> None:
    async with reading(heading("h", "Title")) as page:
        before = page.rows()[6]
        page.app.theme = "evoclass-light"
        await page.pause()
        after = page.rows()[6]
        assert before.text == after.text
        assert {s.style.color for s in before if s.style} != {s.style.color for s in after if s.style}


async def test_a_lab_is_a_card_that_leads_to_the_editor() -> None:
    lab = Lab(
        id="lab", line=1, file="train.py", code='"""Train a new head.\n\nLong story."""\nimport torch\n'
    )
    async with reading(lab) as page:
        for words in ("▸ train.py", "Train a new head.", "Once open, F5 runs it."):
            assert words in page.screen()
        assert "Long story" not in page.screen()
        await page.press("tab", "enter")
        assert [message.file for message in page.news(LabCard.LabWanted)] == ["train.py"]


def test_what_a_program_says_of_itself() -> None:
    assert describe("#!/usr/bin/env python\n# Count things.\nx = 1\n") == "Count things."
    assert describe("x = 1  # one\n") == ""
    assert describe("def broken(:\n") == ""


async def test_a_fault_stands_where_its_block_would() -> None:
    problem = Problem("E999", 12, message="This is wrong.", fix="Do that.")
    async with reading(
        paragraph("a"), Fault(id="f", line=11, problem=problem, source=":::{x}\n:::"), paragraph("b")
    ) as page:
        for words in ("E999 · line 12", "This is wrong.", "Do that.", "12 :::"):
            assert words in page.screen()


async def test_questions_are_built_when_they_come_into_view() -> None:
    blocks = [*long_page(), *(question(f"q{n}", ONE) for n in range(20))]
    async with reading(*blocks, size=(60, 20)) as page:
        assert not any(question.built for question in page.reader.questions)
        page.reader.go_to("q10")
        await page.pause()
        await page.pause()
        built = [question.block.id for question in page.reader.questions if question.built]
        assert "q10" in built
        assert "q0" not in built


async def test_tab_reaches_questions_that_were_never_seen() -> None:
    async with reading(*long_page(), question("q", ONE), size=(60, 20)) as page:
        await page.press("tab", "2")
        assert page.drafts == [{"o": "b"}]
        assert "Pear" in page.screen()


async def test_n_and_p_go_from_question_to_question() -> None:
    blocks = [*long_page(20), question("q1", ONE), *long_page(20), question("q2", ONE)]
    async with reading(*blocks, size=(60, 24)) as page:
        for key, expected in (("n", "q1"), ("n", "q2"), ("p", "q1")):
            await page.press(key)
            await page.pause()
            focused = page.reader.focused_question
            assert focused is not None
            assert focused.block.id == expected


async def test_a_verdict_for_a_question_out_of_view_changes_no_height_but_its_own() -> None:
    async with reading(*long_page(), question("q", ONE), size=(60, 20)) as page:
        from evoclass.exercise import Verdict
        from evoclass.learner.progress import ExerciseState

        page.verdict("q", Verdict.right(), ExerciseState(attempts=1, passed=True, answer={"o": "a"}))
        await page.pause()
        assert not page.reader.question("q").built
        page.reader.go_to("q")
        await page.pause()
        assert "✓ passed" in page.screen()


async def test_another_lesson_replaces_the_first() -> None:
    async with reading(question("q", ONE), *long_page(3)) as page:
        page.reader.show(lesson(paragraph("new", "Quite another lesson.")), LessonState())
        await page.pause()
        assert "Quite another lesson." in page.screen()
        assert not page.app.query(Question)
        with pytest.raises(KeyError):
            page.reader.question("q")


def test_what_is_acted_on_is_lifted_out_of_boxes() -> None:
    asked = question("q", ONE)
    box = Callout(id="c", line=1, kind="tip", title=(), children=(paragraph("a"), asked, paragraph("b")))
    items = ListBlock(
        id="l", line=1, ordered=True, start=1, items=((paragraph("1"), question("r", ONE)), (paragraph("2"),))
    )
    parts = list(split((paragraph("p"), box, items)))
    shape = [part.active.id if part.active else [block.id for block in part.prose] for part in parts]
    assert shape == [["p", "c"], "q", ["c", "l"], "r", ["l"]]
    last = parts[-1].prose[0]
    assert isinstance(last, ListBlock)
    assert last.start == 2


async def test_the_focus_on_the_page_styles_nothing_that_is_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(*long_page(3), question("o", ONE)) as page:
        styled: list[object] = []
        apply = Stylesheet.apply
        monkeypatch.setattr(
            Stylesheet, "apply", lambda sheet, node, **how: (styled.append(node), apply(sheet, node, **how))
        )
        page.reader.focus()
        await page.pause()
        page.app.set_focus(None)
        await page.pause()
        assert page.reader in styled
        assert not {*styled} & {*page.reader.children}
