"""A question that is done gives the keys back to the page, and the page goes on."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from evoclass.exercise import Choice, Code, Field, Match, Number, Order, Text, Value, Verdict
from evoclass.i18n import Catalog
from evoclass.learner.progress import ExerciseState, LessonState
from evoclass.model import Block, Span, Steps
from evoclass_tui.places import PLACES
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.steps import StepsBox
from tui.reading import Reading, option, paragraph, question, reading

OPTIONS = (option("a", "Apple"), option("b", "Pear"))
FIELDS: dict[str, tuple[Field, Value]] = {
    "choice": (Choice(name="f", options=OPTIONS), "b"),
    "several": (Choice(name="f", options=OPTIONS, multiple=True), ["b"]),
    "number": (Number(name="f"), 512.0),
    "text": (Text(name="f"), "relu"),
    "lines": (Text(name="f", lines=4), "one\ntwo"),
    "code": (Code(name="f", starter="x = 1", language="python"), "x = 2"),
    "order": (Order(name="f", items=OPTIONS), ["b", "a"]),
    "match": (Match(name="f", left=OPTIONS, right=OPTIONS), {"a": "b", "b": "a"}),
}


def challenge(*fields: Field) -> Steps:
    steps = tuple(question(f"s{n}", field, number=n) for n, field in enumerate(fields, 1))
    return Steps(
        id="c",
        line=1,
        kind="challenge",
        title=(Span("Try"),),
        intro=(paragraph("c.i", "Read this."),),
        steps=steps,
    )


async def typed_into(page: Reading, name: str) -> Question:
    """Put the cursor into the question's field."""
    asked = page.reader.question(name)
    asked.build()
    asked.focus_first()
    await page.until(lambda: page.reader.focused_question is asked)
    return asked


def passed(answer: Value) -> ExerciseState:
    return ExerciseState(attempts=1, passed=True, answer={"f": answer})


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("how", ["passed", "seen"])
async def test_a_done_question_lets_go_of_the_keys(kind: str, how: str) -> None:
    field, answer = FIELDS[kind]
    after = [paragraph(f"p{n}") for n in range(60)]
    async with reading(question("q", field, right={"f": answer}), *after) as page:
        asked = await typed_into(page, "q")
        if how == "passed":
            page.verdict("q", Verdict.right(), passed(answer))
        else:
            page.solution("q", {"f": answer}, ExerciseState(revealed=True))
        assert page.app.focused is page.reader
        before = asked.answer
        await page.press("x", "7", "space")
        assert asked.answer == before
        assert page.reader.scroll_y > 0
        assert not page.drafts
        assert not page.news(Question.RetryWanted)


async def test_letters_on_their_way_to_a_field_that_is_locked_meanwhile_change_nothing() -> None:
    field, answer = FIELDS["text"]
    async with reading(question("q", field)) as page:
        asked = await typed_into(page, "q")
        await page.press(*"relu", "enter", *" and more")
        page.verdict("q", Verdict.right(), passed(answer))
        await page.pause()
        assert asked.answer == {"f": "relu"}
        assert asked.take_draft() is None
        entry = page.app.query_one(Input)
        entry.focus()
        page.app.screen.set_focus(entry)
        await page.press("x", "backspace", "ctrl+u", "ctrl+w")
        assert asked.answer == {"f": "relu"}


async def test_a_draft_behind_a_passed_answer_is_not_shown_as_passed() -> None:
    state = LessonState(exercises={"q": passed("relu")})
    state.exercise("q").draft = {"f": "nn.Linear(7, 512)"}
    async with reading(question("q", FIELDS["text"][0]), state=state) as page:
        assert "relu" in page.screen()
        assert "512" not in page.screen()
        assert "✓ passed" in page.screen()


async def test_a_passed_step_hands_the_cursor_to_the_next_one() -> None:
    async with reading(challenge(FIELDS["number"][0], FIELDS["text"][0])) as page:
        await page.press("n")
        await page.press(*"512", "enter")
        page.verdict("s1", Verdict.right(), passed(512.0))
        following = page.reader.question("s2")
        await page.until(lambda: page.reader.focused_question is following)
        await page.press(*"relu", "enter")
        assert [dict(news.answer) for news in page.news(Question.AnswerSubmitted)] == [
            {"f": 512.0},
            {"f": "relu"},
        ]


async def test_a_step_that_got_the_cursor_by_itself_is_still_the_next_one() -> None:
    fields = (FIELDS["number"][0], FIELDS["text"][0])
    async with reading(challenge(*fields), question("q", FIELDS["text"][0])) as page:
        await page.press("n")
        await page.press(*"512", "enter")
        page.verdict("s1", Verdict.right(), passed(512.0))
        following = page.reader.question("s2")
        await page.until(lambda: page.reader.focused_question is following)
        await page.press("escape", "n")
        await page.until(lambda: page.reader.focused_question is following)
        await page.press("escape", "n")
        await page.until(lambda: page.reader.focused_question is page.reader.question("q"))


@pytest.mark.parametrize("kind", ["text", "code"])
async def test_where_letters_are_typed_another_key_goes_on(kind: str) -> None:
    field, _ = FIELDS[kind]
    async with reading(question("q1", field), question("q2", field)) as page:
        await page.press("n", "n", "ctrl+n")
        await page.until(lambda: page.reader.focused_question is page.reader.question("q2"))
        assert "n" in str(page.reader.question("q1").answer["f"])
        assert any(key.bar and "ctrl+n" in key.keys for key in PLACES[kind])


@pytest.mark.parametrize("kind", FIELDS)
async def test_n_and_p_reach_every_question_whatever_is_done(kind: str) -> None:
    field, answer = FIELDS[kind]
    state = LessonState(exercises={"q1": passed(answer), "q2": passed(answer)})
    blocks: list[Block] = []
    for name in ("q0", "q1", "q2", "q3"):
        blocks += [question(name, field), paragraph(f"p-{name}")]
    # Little below them: the last ones cannot be scrolled to the top.
    async with reading(*blocks, state=state, size=(70, 24)) as page:
        visited = []
        for key in ("n", "n", "n", "n", "n", "p", "p", "p", "p"):
            page.reader.focus()
            await page.press(key)
            await page.pause()
            visited.append(page.reader._visited and page.reader._visited.block.id)
            assert page.app.focused is page.reader or page.reader.focused_question is page.reader._visited
        assert visited == ["q0", "q1", "q2", "q3", "q3", "q2", "q1", "q0", "q0"]


async def test_after_a_passed_question_n_goes_on() -> None:
    blocks = [question("q1", FIELDS["text"][0]), paragraph("p"), question("q2", FIELDS["text"][0])]
    async with reading(*blocks) as page:
        await page.press("n")
        page.verdict("q1", Verdict.right(), passed(""))
        await page.pause()
        await page.press("n")
        await page.until(lambda: page.reader.focused_question is page.reader.question("q2"))


async def test_the_way_to_a_challenge_shows_what_it_asks_about() -> None:
    before = [paragraph(f"p{n}") for n in range(60)]
    async with reading(*before, challenge(FIELDS["number"][0], FIELDS["text"][0]), size=(70, 24)) as page:
        await page.press("n")
        await page.until(lambda: page.reader.focused_question is not None)
        assert "Read this." in page.screen()
        assert "Check" in page.screen()


@pytest.mark.parametrize("kind", FIELDS)
async def test_escape_leaves_every_field_and_every_button(kind: str) -> None:
    async with reading(question("q", FIELDS[kind][0])) as page:
        asked = await typed_into(page, "q")
        await page.press("escape", "escape")
        assert page.app.focused is page.reader
        for pill in asked.buttons.pills.values():
            pill.focus()
            await page.pause()
            await page.press("escape")
            assert page.app.focused is page.reader


def test_a_step_may_open_before_its_box_is_on_the_page() -> None:
    block, state = challenge(Number(name="f"), Text(name="f")), LessonState()
    box = StepsBox(block, state, Catalog("en"), {})
    state.exercises["s1"] = ExerciseState(passed=True)
    box.open_steps()
    assert list(box.questions) == ["s1", "s2"]
