"""Questions by keyboard and by mouse: what they send up, what they show, what they keep."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.widgets import Input, Switch, TextArea

from evoclass.errors import PluginError
from evoclass.exercise import (
    Answer,
    Choice,
    Code,
    Feedback,
    Field,
    Match,
    Number,
    Order,
    Text,
    Value,
    Verdict,
)
from evoclass.i18n import Catalog
from evoclass.learner.progress import ExerciseState, LessonState
from evoclass.model import Span, Steps
from evoclass_tui.widgets.fields import FieldWidget
from evoclass_tui.widgets.fields.choice import ChoiceField
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.reader import Reader
from pseudo import EVERY
from tui.reading import Form, Reading, option, paragraph, question, reading

ONE = Choice(name="o", options=(option("a", "Apple"), option("b", "Pear"), option("c", "Plum")))
SEVERAL = Choice(name="o", options=ONE.options, multiple=True)


def on_pear(good: bool) -> Feedback:
    return Feedback((Span("About pears."),), good, "o", "b")


def answers(page: Reading) -> list[dict[str, object]]:
    return [dict(message.answer) for message in page.news(Question.AnswerSubmitted)]


async def test_a_choice_by_keyboard_alone() -> None:
    async with reading(question("q", ONE)) as page:
        await page.press("tab", "down", "space")
        assert page.drafts == [{"o": "b"}]
        await page.press("enter")
        assert answers(page) == [{"o": "b"}]
        assert page.news(Question.AnswerSubmitted)[0].block_id == "q"


async def test_digits_choose_too() -> None:
    async with reading(question("q", ONE)) as page:
        await page.press("tab", "3")
        assert page.drafts == [{"o": "c"}]


async def test_several_options_come_as_a_list_in_the_order_of_the_question() -> None:
    async with reading(question("q", SEVERAL)) as page:
        await page.press("tab", "3", "1", "2", "2")
        assert page.drafts[-1] == {"o": ["a", "c"]}


async def test_a_choice_by_mouse() -> None:
    async with reading(question("q", ONE)) as page:
        field = page.app.query_one(ChoiceField)
        await page.pilot.click(field, offset=(8, 1))
        await page.pilot.click(".role-check")
        await page.pause()
        assert answers(page) == [{"o": "b"}]


@pytest.mark.parametrize("built_first", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 2, 3, 5, 8, 13, 21, 34])
async def test_a_click_counts_while_the_question_is_still_being_made(turns: int, built_first: bool) -> None:
    """A busy machine takes its time between showing a question and having its widgets in place."""
    async with reading(*(paragraph(f"p{n}") for n in range(60)), question("q", ONE), size=(60, 20)) as page:
        box = page.app.query_one(Question)
        page.reader.scroll_end(animate=False, immediate=True)
        await page.until(lambda: "Pear" in page.screen())
        y, row = next((y, row) for y, row in enumerate(page.screen().splitlines()) if "Pear" in row)
        if built_first:
            box.build()
        for _ in range(turns):
            await asyncio.sleep(0)
        where: dict[str, Any] = dict.fromkeys(("shift", "meta", "ctrl"), False)
        where |= {"x": row.index("Pear"), "y": y, "delta_x": 0, "delta_y": 0}
        for kind in (events.MouseDown, events.MouseUp):
            page.app.post_message(kind(None, button=1, **where))
        await page.until(lambda: "(•) Pear" in page.screen())
        await page.until(lambda: page.drafts == [{"o": "b"}])


async def test_at_the_edge_of_a_field_the_page_scrolls() -> None:
    blocks = [question("q", ONE), *(paragraph(f"p{n}") for n in range(60))]
    async with reading(*blocks, size=(60, 20)) as page:
        await page.press("tab", "end", "down")
        assert page.reader.scroll_y > 0


async def test_a_wrong_answer_shows_feedback_under_the_chosen_option_only() -> None:
    async with reading(question("q", ONE)) as page:
        await page.press("tab", "2")
        verdict = Verdict.wrong(on_pear(False), Feedback((Span("About apples."),), True, "o", "a"))
        page.verdict("q", verdict, ExerciseState(attempts=1, answer={"o": "b"}))
        await page.pause()
        assert "✗ About pears." in page.screen()
        assert "About apples." not in page.screen()
        assert "Not yet." in page.screen()
        assert page.app.query_one(Question).has_class("-failed")
        await page.press("1")
        assert "About pears." not in page.screen()
        assert not page.app.query_one(Question).has_class("-failed")


async def test_a_right_answer_locks_the_question_and_shows_the_rest() -> None:
    async with reading(question("q", ONE, right={"o": "b"})) as page:
        await page.press("tab", "2")
        verdict = Verdict.right(on_pear(True), Feedback((Span("About apples."),), False, "o", "a"))
        page.verdict("q", verdict, ExerciseState(attempts=1, passed=True, answer={"o": "b"}))
        await page.pause()
        for words in ("✓ passed", "✓ About pears.", "· About apples.", "That is why.", "Try again"):
            assert words in page.screen()
        assert "Check" not in page.screen()
        await page.press("1")
        assert page.app.query_one(ChoiceField).value == "b"


async def test_partial_credit_and_answers_that_cannot_be_graded() -> None:
    async with reading(question("q", SEVERAL)) as page:
        page.verdict("q", Verdict.wrong(score=0.5), ExerciseState(attempts=1, answer={"o": ["a"]}))
        await page.pause()
        assert "Partly right: 50%" in page.screen()
        page.verdict("q", Verdict.incomplete(), ExerciseState())
        await page.pause()
        assert "Answer first" in page.screen()
        assert "Partly" not in page.screen()


async def test_hints_come_one_at_a_time() -> None:
    async with reading(question("q", ONE)) as page:
        await page.press("tab", "tab", "tab", "enter")
        assert [message.block_id for message in page.news(Question.HintWanted)] == ["q"]
        hints = page.app.query_one(Question).block.hints
        page.reader.question("q").show_hint(hints[:1], ExerciseState(hints=1))
        await page.pause()
        assert "Hint 1  First hint." in page.screen()
        assert "Second hint." not in page.screen()
        assert "Hint (1)" in page.screen()
        page.reader.question("q").show_hint(hints, ExerciseState(hints=2))
        await page.pause()
        assert "Hint 2  Second hint." in page.screen()
        assert "Hint (" not in page.screen()


async def test_after_a_hint_the_focus_is_where_the_answer_is_given() -> None:
    async with reading(question("q", ONE)) as page:
        await page.press("tab")
        asked = page.app.query_one(Question)
        field = page.app.focused
        assert isinstance(field, ChoiceField)
        hints, buttons = asked.block.hints, asked.buttons.pills
        await page.press("tab", "tab", "enter")
        asked.show_hint(hints[:1], ExerciseState(hints=1))
        await page.pause()
        assert page.app.focused is buttons["hint"]  # Enter brings the next one
        await page.press("enter")
        asked.show_hint(hints, ExerciseState(hints=2))
        await page.pause()
        assert page.app.focused is field
    async with reading(question("q", ONE)) as page:
        await page.press("tab")
        asked = page.app.query_one(Question)
        field = page.app.focused
        await page.pilot.click(asked.buttons.pills["hint"])
        asked.show_hint(asked.block.hints[:1], ExerciseState(hints=1))
        await page.pause()
        assert page.app.focused is field


async def test_the_solution_is_shown_only_when_the_learner_insists() -> None:
    async with reading(question("q", ONE, right={"o": "b"})) as page:
        page.app.query_one(Question).buttons.pills["reveal"].focus()
        await page.press("enter")
        assert not page.news(Question.RevealWanted)
        assert "on another day" in page.screen()
        await page.press("enter")
        assert [message.block_id for message in page.news(Question.RevealWanted)] == ["q"]
        page.solution("q", {"o": "b"}, ExerciseState(revealed=True))
        await page.pause()
        for words in ("Solution  Pear", "solution seen", "That is why.", "Try again"):
            assert words in page.screen()


async def test_what_a_press_says_comes_into_view() -> None:
    before, after = [paragraph(f"p{n}") for n in range(12)], [paragraph(f"x{n}") for n in range(12)]
    asked = question("q", ONE, right={"o": "b"})
    async with reading(*before, asked, *after, size=(60, 16), at="q") as page:
        reveal = page.app.query_one(Question).buttons.pills["reveal"]
        reveal.focus()
        await page.pause()
        # The buttons on the last row: what is said stands below them.
        page.reader.scroll_relative(y=reveal.region.bottom - page.reader.region.bottom, animate=False)
        await page.pause()
        assert reveal.region.bottom == page.reader.region.bottom
        await page.press("enter")
        await page.pause()
        assert "another day. Show it?" in page.screen()


async def test_trying_again_empties_the_question_and_keeps_what_was_reached() -> None:
    state = LessonState(exercises={"q": ExerciseState(attempts=1, passed=True, answer={"o": "b"})})
    async with reading(question("q", ONE), state=state) as page:
        page.app.query_one(Question).buttons.pills["retry"].focus()
        await page.press("enter")
        assert [message.block_id for message in page.news(Question.RetryWanted)] == ["q"]
        page.reader.question("q").reset(ExerciseState(attempts=1, passed=True, retries=1))
        await page.pause()
        assert page.app.query_one(ChoiceField).value is None
        assert "✓ passed" in page.screen()
        await page.press("1", "enter")
        assert answers(page) == [{"o": "a"}]
        page.verdict(
            "q", Verdict.wrong(), ExerciseState(attempts=2, passed=True, retries=1, answer={"o": "a"})
        )
        await page.pause()
        assert "Not yet." in page.screen()
        assert "Check" in page.screen()


@pytest.mark.parametrize(
    ("field", "given", "typed"),
    [
        (Number(name="n"), 12.0, "345"),
        (Text(name="n"), "old", "345"),
        (Code(name="n", starter=""), "x = 1", "345"),
    ],
    ids=["number", "text", "code"],
)
async def test_who_tries_again_can_type_again(field: Field, given: Value, typed: str) -> None:
    state = LessonState(exercises={"q": ExerciseState(attempts=1, passed=True, answer={"n": given})})
    async with reading(question("q", field), state=state) as page:
        page.app.query_one(Question).buttons.pills["retry"].focus()
        await page.press("enter")
        page.reader.question("q").reset(ExerciseState(attempts=1, passed=True, retries=1))
        await page.pause()
        await page.press(*typed)
        assert str(page.reader.question("q").answer["n"]).removesuffix(".0") == typed


async def test_a_wrong_second_answer_is_not_called_right_on_the_next_visit() -> None:
    again = ExerciseState(attempts=2, passed=True, retries=1, retrying=True, answer={"o": "a"})
    async with reading(question("q", ONE), state=LessonState(exercises={"q": again})) as page:
        assert page.reader.question("q").answer == {"o": "a"}
        assert "✓ passed" in page.screen()
        assert "Right." not in page.screen()
        assert "Check" in page.screen()


class OwnForm(Form):
    reviewed = False


async def test_what_only_the_learner_can_judge_is_not_called_right() -> None:
    block = replace(question("q", ONE), exercise=OwnForm((ONE,), {}))
    passed = ExerciseState(attempts=1, passed=True, answer={"o": "a"})
    for shown, said in ((block, "Done. You alone judge your answer."), (question("q", ONE), "✓ Right.")):
        async with reading(shown, state=LessonState(exercises={"q": passed})) as page:
            assert said in page.screen()
            page.verdict("q", Verdict.right(), passed)
            await page.pause()
            assert said in page.screen()


async def test_values_drawn_anew_bring_a_new_question() -> None:
    old = question("q", ONE)
    new = question("q", ONE, prompt=(paragraph("q.prompt", "What about 12?"),))
    async with reading(paragraph("p"), old) as page:
        from tui.reading import lesson

        page.reader.renew(lesson(paragraph("p"), new))
        await page.pause()
        assert "What about 12?" in page.screen()
        assert "What about q?" not in page.screen()
        assert len(page.app.query(Question)) == 1


async def test_what_was_filled_in_is_there_on_the_next_visit() -> None:
    state = LessonState(
        exercises={
            "draft": ExerciseState(attempts=1, answer={"o": "a"}, draft={"o": "c"}),
            "failed": ExerciseState(attempts=1, answer={"o": "a"}, hints=1),
            "seen": ExerciseState(revealed=True),
        }
    )
    blocks = (question("draft", ONE), question("failed", ONE), question("seen", ONE, right={"o": "b"}))
    async with reading(*blocks, state=state, size=(80, 70)) as page:
        assert page.reader.question("draft").answer == {"o": "c"}
        assert not page.reader.question("draft").has_class("-failed")
        assert page.reader.question("failed").has_class("-failed")
        assert "First hint." in page.screen()
        assert "Solution  Pear" in page.screen()
        page.verdict("draft", Verdict.wrong(on_pear(False)), state.exercises["draft"])
        await page.pause()
        assert page.reader.question("draft").answer == {"o": "c"}
        assert not page.reader.question("draft").has_class("-failed")


async def test_an_unfinished_check_says_so_and_trouble_is_told() -> None:
    async with reading(question("q", ONE)) as page:
        await page.press("tab", "1", "enter")
        assert "Checking…" in page.screen()
        await page.press("enter")
        assert len(answers(page)) == 1
        page.reader.question("q").show_trouble("There is no runner.")
        await page.pause()
        assert "There is no runner." in page.screen()
        await page.press("enter")
        assert len(answers(page)) == 2


async def test_an_answer_that_cannot_be_graded_stays_a_draft_and_says_why() -> None:
    async with reading(question("q", Number(name="n"))) as page:
        await page.press("tab", "x", "enter")
        verdict = Verdict.incomplete(Feedback((Span("That is no number."),), False, "n"))
        page.verdict("q", verdict, ExerciseState(draft={"n": "x"}))
        await page.pause()
        assert "◇ That is no number." in page.screen()


async def test_check_focused() -> None:
    async with reading(paragraph("p"), question("q", ONE)) as page:
        assert page.reader.check_focused() is False
        await page.press("tab", "1")
        assert page.reader.check_focused() is True
        await page.pause()
        assert answers(page) == [{"o": "a"}]


async def test_a_number_is_sent_as_one_and_the_rest_as_typed() -> None:
    async with reading(question("q", Number(name="n", unit="rows"))) as page:
        await page.press("tab", *"5", "comma", "5", "enter")
        assert answers(page) == [{"n": 5.5}]
        assert "rows" in page.screen()
        field = Number(name="n", unit="rows")
        assert field.read(" 512 ", Catalog("en")) == 512.0
        assert field.read("1,000.5 rows", Catalog("en")) == 1000.5
        assert field.read("many", Catalog("en")) == "many"


async def test_typed_drafts_wait_for_a_pause_and_can_be_hurried() -> None:
    async with reading(question("q", Text(name="t"))) as page:
        await page.press("tab", "a", "b")
        assert page.drafts == []
        page.reader.keep_drafts()
        assert page.app.state.exercise("q").draft == {"t": "ab"}


async def test_a_letter_whose_news_is_on_its_way_is_saved_too() -> None:
    async with reading(question("q", Text(name="t"))) as page:
        await page.press("tab", "a")
        page.reader.keep_drafts()
        page.app.query_one(Input).value = "ab"
        page.reader.keep_drafts()
        assert page.app.state.exercise("q").draft == {"t": "ab"}


async def test_showing_an_answer_again_is_no_draft() -> None:
    state = LessonState(exercises={"q": ExerciseState(attempts=1, answer={"t": "old", "c": "x = 1"})})
    async with reading(question("q", Text(name="t"), Code(name="c", starter="")), state=state) as page:
        assert page.app.query_one(Input).value == "old"
        assert page.app.query_one(TextArea).text == "x = 1"
        page.reader.keep_drafts()
        await page.pause()
        assert page.drafts == []
        assert page.app.state.exercise("q").draft is None


async def test_a_program_is_typed_as_in_the_lab() -> None:
    async with reading(question("q", Code(name="c", language="python", starter=""))) as page:
        await page.press("tab", *"if x:", "enter", *"print(", "a", "escape")
        assert page.reader.question("q").answer == {"c": "if x:\n    print(a)"}
        assert page.app.focused is not page.app.query_one(TextArea)


async def test_enter_goes_from_field_to_field_and_then_checks() -> None:
    async with reading(
        question("q", Number(name="x", label="Rows"), Number(name="y", label="Columns"))
    ) as page:
        assert "Rows" in page.screen()
        await page.press("tab", "1", "enter", "2")
        assert answers(page) == []
        await page.press("enter")
        assert answers(page) == [{"x": 1.0, "y": 2.0}]
        feedback = Feedback((Span("Too many."),), False, "y")
        page.verdict("q", Verdict.wrong(feedback), ExerciseState(attempts=1, answer={}))
        await page.pause()
        assert "Columns: Too many." in page.screen()


async def test_code_keeps_its_starter_and_is_left_by_escape() -> None:
    async with reading(question("q", Code(name="c", starter="x = ____\n"))) as page:
        await page.press("tab")
        area = page.app.query_one(TextArea)
        assert area.has_focus
        assert area.text == "x = ____\n"
        await page.press("a", "escape")
        assert page.reader.check_focused() is True
        await page.pause()
        assert answers(page) == [{"c": "ax = ____\n"}]


LINES = Order(
    name="o",
    items=(option("a", "for p in ps:"), option("b", "p.stop()"), option("c", "p.go()")),
    indent=True,
    optional=True,
)


async def test_lines_are_ordered_indented_and_left_out_by_keyboard() -> None:
    async with reading(question("q", LINES)) as page:
        await page.press("tab", "down", "right", "space", "down", "space", "up", "x")
        assert page.drafts[-1] == {"o": ["a:0", "b:1"]}
        assert "Left out" in page.screen()
        await page.press("down", "down", "x", "shift+up")
        assert page.drafts[-1] == {"o": ["a:0", "c:0", "b:1"]}


async def test_lines_are_ordered_by_mouse() -> None:
    async with reading(question("q", LINES)) as page:
        field = page.app.query_one("OrderField")
        row = next(line for line in field.lines if line.block == "c")  # type: ignore[attr-defined]
        x = row.text.index("▲")
        await page.pilot.click(field, offset=(x, 2))
        await page.pause()
        assert page.drafts[-1] == {"o": ["a:0", "c:0", "b:0"]}


async def test_an_order_is_restored_with_its_levels() -> None:
    state = LessonState(exercises={"q": ExerciseState(draft={"o": ["c:0", "b:2"]})})
    async with reading(question("q", LINES), state=state) as page:
        assert page.reader.question("q").answer == {"o": ["c:0", "b:2"]}


PAIRS = Match(
    name="m",
    left=(option("l1", "Base"), option("l2", "Head")),
    right=(option("r1", "scores"), option("r2", "features"), option("r3", "loss")),
)


async def test_partners_are_chosen_by_letter_arrow_and_mouse() -> None:
    async with reading(question("q", PAIRS)) as page:
        await page.press("tab", "b", "a")
        assert page.drafts[-1] == {"m": {"l1": "r2", "l2": "r1"}}
        await page.press("up", "right")
        assert page.drafts[-1] == {"m": {"l1": "r3", "l2": "r1"}}
        await page.press("backspace")
        assert page.drafts[-1] == {"m": {"l2": "r1"}}
        field = page.app.query_one("MatchField")
        await page.pilot.click(field, offset=(8, 3))
        await page.pause()
        assert page.drafts[-1] == {"m": {"l2": "r1", "l1": "r1"}}


@pytest.mark.parametrize(
    ("field", "answer", "option", "row"),
    [
        (PAIRS, {"l1": "r3", "l2": "r1"}, "l1", "Base"),
        (Order(name="m", items=(option("a", "first"), option("b", "second"))), ["b", "a"], "b", "second"),
    ],
)
async def test_a_remark_on_a_row_is_below_it(field: Field, answer: Answer, option: str, row: str) -> None:
    async with reading(question("q", field)) as page:
        said = Feedback((Span("Not this one."),), False, "m", option)
        state = ExerciseState(attempts=1, answer={"m": answer})
        page.verdict("q", Verdict.wrong(said, score=0.5), state)
        await page.pause()
        lines = [line.strip("▌ ") for line in page.screen().splitlines()]
        below = lines[next(place for place, line in enumerate(lines) if row in line) + 1]
        assert below == "✗ Not this one."
        await page.press("tab", "space", "down")
        assert "Not this one." not in page.screen()


async def test_the_partner_after_the_twenty_sixth_has_letters_of_its_own() -> None:
    many = Match(name="m", left=PAIRS.left, right=tuple(option(f"r{n}", f"number {n}") for n in range(27)))
    async with reading(question("q", many), size=(80, 60)) as page:
        await page.press("tab", "left")
        assert page.drafts[-1] == {"m": {"l1": "r26"}}
        assert "[AA] Base" in page.screen()
        assert page.screen().count("  A  ") == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (Number(name="x", unit="rows"), 512.0, "Solution  512 rows"),
        (Text(name="x", language="python"), "a = b[0]", "a = b[0]"),
        (SEVERAL, ["a", "c"], "• Plum"),
        (LINES, ["a:0", "b:1"], "1. for p in ps:"),
        (PAIRS, {"l1": "r2"}, "Solution  Base → features"),
    ],
)
async def test_every_kind_of_solution_is_shown_in_words(field: Field, value: object, words: str) -> None:
    async with reading(question("q", field, right={field.name: value})) as page:
        page.solution("q", {field.name: value}, ExerciseState(revealed=True))
        await page.pause()
        assert words in page.screen()


class Slider(Field):
    """A kind that only a plugin knows."""


async def test_a_plugin_draws_its_own_field_with_any_widget_that_has_a_value() -> None:
    async with reading(question("q", Slider(name="s")), field_widget=lambda field, catalog: Switch()) as page:
        await page.press("tab", "enter")
        assert page.drafts == [{"s": True}]
        assert page.reader.check_focused()
        await page.pause()
        assert answers(page) == [{"s": True}]


async def test_a_field_that_nobody_can_draw_is_answered_by_typing() -> None:
    async with reading(question("q", Slider(name="s"))) as page:
        assert "Your answer" in page.screen()
        await page.press("tab", *"half", "enter")
        assert answers(page) == [{"s": "half"}]


async def test_a_long_field_that_nobody_can_draw_is_answered_in_an_editor() -> None:
    class Essay(Slider):
        several_lines = True

    async with reading(question("q", Essay(name="s"))) as page:
        assert "Your answer" in page.screen()
        await page.press("tab", "a", "enter", "b")
        assert page.reader.check_focused()
        await page.pause()
        assert answers(page) == [{"s": "a\nb"}]


async def test_a_widget_that_cannot_be_made_is_told_and_the_question_is_answered_by_typing() -> None:
    def broken(field: Field, catalog: Catalog) -> None:
        raise PluginError("plugin x: no slider today")

    async with reading(question("q", Slider(name="s")), field_widget=broken) as page:
        assert "plugin x: no slider today" in page.screen()
        await page.press("tab", "1", "enter")
        assert answers(page) == [{"s": "1"}]


async def test_a_plugin_with_a_fault_costs_only_its_question() -> None:
    def broken(field: Field, catalog: Catalog) -> None:
        raise RuntimeError("no slider today")

    async with reading(question("q", Slider(name="s")), paragraph("after"), field_widget=broken) as page:
        assert "no slider today" in page.screen()
        assert "after" in page.screen()


class RaisesInRender(FieldWidget):
    value = 0.0

    def render(self) -> str:
        raise RuntimeError("render went wrong")


class RaisesInValue(FieldWidget, can_focus=True):
    @property
    def value(self) -> Value:
        raise RuntimeError("value went wrong")


@pytest.mark.parametrize("widget", [RaisesInRender, RaisesInValue])
async def test_a_field_that_raises_later_costs_only_its_question(widget: type[FieldWidget]) -> None:
    blocks = (question("q", Slider(name="s")), question("r", ONE))
    async with reading(*blocks, field_widget=widget) as page:
        await page.press("tab")
        page.reader.check_focused()
        await page.until(lambda: "went wrong" in page.screen())
        page.reader.question("r").focus_first()
        await page.press("2")
        assert page.drafts == [{"o": "b"}]


def challenge() -> Steps:
    steps = tuple(question(f"s{n}", Number(name="n"), number=n) for n in (1, 2, 3))
    intro = (paragraph("intro", "Adapt the head."),)
    return Steps(id="ch", line=1, kind="challenge", title=(Span("The head"),), intro=intro, steps=steps)


async def test_steps_open_one_after_the_other() -> None:
    state = LessonState()
    async with reading(challenge(), state=state, size=(80, 80)) as page:
        for words in ("Challenge · The head", "Step 1", "0 of 3 steps", "Step 2 opens after step 1."):
            assert words in page.screen()
        page.verdict("s1", Verdict.right(), ExerciseState(attempts=1, passed=True, answer={"n": 1.0}))
        await page.pause()
        assert "What about s2?" in page.screen()
        assert "1 of 3 steps" in page.screen()
        page.solution("s2", {"n": 2.0}, ExerciseState(revealed=True))
        await page.pause()
        assert "What about s3?" in page.screen()
        assert "opens after" not in page.screen()


async def test_of_two_checks_the_newer_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Answer] = []
    ended: list[int] = []
    gates = [asyncio.Event(), asyncio.Event()]

    async def submit(block_id: str, answer: Answer) -> Verdict:
        number = len(given)
        given.append(answer)
        try:
            await gates[number].wait()
        finally:
            ended.append(number)
        return Verdict.wrong(Feedback((Span(f"Verdict {number}."),), False))

    async with reading(question("q", Code(name="f", starter="x", language="python"))) as page:
        monkeypatch.setattr(page.reader._answers, "submit", submit)
        asked = page.reader.question("q")
        asked.build()
        asked.focus_first()
        await page.until(lambda: page.reader.focused_question is asked)
        asked.check()
        await page.until(lambda: len(given) == 1)
        asked.check()  # the same answer: there is nothing new to check
        await page.press("y")
        asked.check()
        await page.until(lambda: len(given) == 2 and ended == [0])
        assert [answer["f"] for answer in given] == ["x", "yx"]
        gates[0].set()
        gates[1].set()
        await page.until(lambda: not asked.busy)
        assert "Verdict 1." in page.screen()
        assert "Verdict 0." not in page.screen()


@pytest.mark.parametrize("verdict", [Verdict.wrong(), Verdict.right()])
async def test_a_checked_program_is_read_from_its_left_edge(verdict: Verdict) -> None:
    async with reading(question("q", Code(name="f", starter="x = 1", language="python"))) as page:
        asked = page.reader.question("q")
        asked.build()
        asked.focus_first()
        await page.until(lambda: page.reader.focused_question is asked)
        await page.press("end", *"+ 1" * 30)
        area = page.app.query_one(TextArea)
        assert area.scroll_offset.x > 0
        answer = {"f": area.text}
        page.verdict("q", verdict, ExerciseState(attempts=1, passed=verdict.passed, answer=answer))
        await page.until(lambda: area.scroll_offset.x == 0)


@pytest.mark.parametrize("verdict", [Verdict.wrong(), Verdict.right()])
async def test_a_checked_line_is_read_from_its_left_edge(verdict: Verdict) -> None:
    async with reading(question("q", Text(name="f"))) as page:
        asked = page.reader.question("q")
        asked.build()
        asked.focus_first()
        await page.until(lambda: page.reader.focused_question is asked)
        await page.press(*"+ 1" * 40)
        entry = page.app.query_one(Input)
        await page.until(lambda: entry.scroll_offset.x > 0)
        page.verdict(
            "q", verdict, ExerciseState(attempts=1, passed=verdict.passed, answer={"f": entry.value})
        )
        await page.until(lambda: entry.scroll_offset.x == 0)


async def test_a_step_that_is_passed_is_so_in_its_own_gender() -> None:
    passed = ExerciseState(attempts=1, passed=True, answer={"n": 1.0})
    state = LessonState(exercises={"s1": passed, "q": passed})
    blocks = (question("q", Number(name="n")), challenge())
    async with reading(*blocks, state=state, language="it", size=(80, 60)) as page:
        lines = page.screen().splitlines()
        assert any("Domanda 1" in line and "✓ superata" in line for line in lines)
        assert any("Passo 1" in line and "✓ superato" in line for line in lines)


@pytest.mark.usefixtures("third_language")
async def test_a_preview_looks_like_the_question_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = (ONE, SEVERAL, Number(name="n", unit="rows"), Text(name="t", placeholder="x = …"), LINES, PAIRS)
    blocks = [question(f"q{n}", f) for n, f in enumerate(fields)]
    blocks += [
        question("code", Code(name="c", starter="import torch\nx = 1\n")),
        question("two", *fields[2:4]),
    ]
    state = LessonState(
        exercises={
            "q0": ExerciseState(attempts=1, passed=True, answer={"o": "a"}, hints=1),
            "q1": ExerciseState(attempts=1, answer={"o": ["b"]}),
            "q2": ExerciseState(revealed=True, hints=2),
        }
    )
    for language in EVERY:
        for width in (40, 90):
            async with reading(
                *blocks, challenge(), state=state, size=(width, 300), language=language
            ) as page:
                built = page.screen()
                assert all(question.built for question in page.reader.questions)
            with monkeypatch.context() as patch:
                patch.setattr(Reader, "build_seen", lambda self: None)
                async with reading(
                    *blocks, challenge(), state=state, size=(width, 300), language=language
                ) as page:
                    assert not any(question.built for question in page.reader.questions)
                    assert page.screen() == built
