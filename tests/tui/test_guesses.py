"""Guesses on the page: made with keys or the mouse, kept, and shown beside what the run gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.learner.lessonend import lesson_end
from evoclass.protocol import Exit, Frame
from evoclass_tui.run_news import RunKept
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.fields.choice import ChoiceField
from evoclass_tui.widgets.fields.sketch import SketchField
from evoclass_tui.widgets.guess_card import GuessCard
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.question import Question
from tui.stage import OpenStage, Stage

NUMBER = ":lab: sum.py\n:value: total\n:range: 0..10\n\nHow much will it be?"
OPTIONS = ":lab: sum.py\n:when: total > 3\n\nHow will it be?\n\n- [ ] more than three\n- [ ] less"
EXPLAINED = NUMBER.replace("\n\n", "\n:solution: It was {live}`total`, since *two* and two are four.\n\n")
CURVE = ":lab: sum.py\n:curve: total\n:range: 0..8\n\nHow will it go?"


def put(course: Path, *bodies: str, below: str = "") -> None:
    """Put guesses before the lab of the first lesson."""
    for page in course.glob("*/01-*.md"):
        asked = "".join(f":::{{guess}} g{place}\n{body}\n:::\n\n" for place, body in enumerate(bodies))
        page.write_text(page.read_text().replace("```{lab}", f"{asked}```{{lab}}") + below)


async def card(stage: Stage, place: int = 0) -> GuessCard:
    """Go to a guess and put the cursor into its field."""
    stage.screen.reader.go_to(f"g{place}")
    found = list(stage.screen.query(GuessCard))[place]
    await stage.until(lambda: not stage.screen.reader.settling)
    found.focus_first()
    await stage.until(lambda: found.in_place and found.field.display)
    await stage.pilot.pause()
    return found


async def ran(stage: Stage, **frame: object) -> None:
    """Run the program, which ends with this last frame."""
    await stage.run()
    count = len(stage.session.state.runs.get("sum.py", ()))
    last = Frame(sequence=1, cause="end", **frame)  # type: ignore[arg-type]
    stage.runner.run.happens(last, Exit(reason="finished", code=0, seconds=1.0))
    await stage.until(lambda: len(stage.session.state.runs.get("sum.py", ())) > count)
    await stage.until(lambda: stage.said(RunKept))
    await stage.pilot.pause()


def texts(found: GuessCard) -> str:
    """Return the words of a card's comparison."""
    return "\n".join("".join(part.text for part in line.segments) for line in found.text.make_lines(90))


@pytest.mark.parametrize(
    ("language", "kept", "checked"),
    [("en", ("⏎ keep", "^S Keep"), "heck"), ("it", ("⏎ annota", "^S Annota"), "erifica")],
)
async def test_the_key_bar_says_that_a_guess_is_kept(
    language: str, kept: tuple[str, str], checked: str, course: Path, open_stage: OpenStage
) -> None:
    put(course, NUMBER)
    async with open_stage(language=language, size=(180, 40)) as stage:
        await card(stage)
        bar = str(stage.screen.query_one(KeyBar).render())
        assert all(label in bar for label in kept)
        assert checked not in bar
        await stage.press("1", "enter")
        assert checked in str(stage.screen.query_one(KeyBar).render())


async def test_a_number_is_kept_with_enter_and_stands_beside_what_came(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, NUMBER)
    async with open_stage() as stage:
        found = await card(stage)
        await stage.press("1", "2", "enter")
        assert "Type a number from 0 to 10." in screen_text(stage.screen)
        assert not stage.session.state.guess("g0").guesses
        await stage.press("backspace", "backspace", "1", ".", "5", "enter")
        assert stage.session.state.guess("g0").own is not None
        assert not found.field.display
        assert "You said 1.5. When sum.py has run" in texts(found)
        assert "float(total)" not in stage.session.lesson.live
        await ran(stage, live={"float(total)": "4.0", "total": "4"})
        assert "float(total)" in stage.runner.run.program.live
        assert "You said 1.5, it was 4: 2.5 more than you said." in texts(found).replace("\n", " ")
        assert any("You said 1.5, it was 4" in notice for notice in stage.notices)
        ruler = texts(found).splitlines()[-2:]
        assert ruler[0].index("┴") < ruler[0].index("┬")
        assert ruler[0].index("┬") == ruler[1].index("▲")
        # Nothing here counts: not as a question, not as an answer.
        assert stage.session.answers.total == 3
        assert "✓" not in texts(found)
        assert "✗" not in texts(found)


async def test_each_run_measures_anew_and_a_guess_after_it_is_told_as_such(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, NUMBER)
    async with open_stage() as stage:
        found = await card(stage)
        await stage.press("2", "enter")
        await ran(stage, live={"float(total)": "4.0"})
        await ran(stage, live={"float(total)": "6.0"})
        assert "You said 2, it was 6" in texts(found)
        # The corner tells a guess once: whoever turns a knob would have it full of earlier runs.
        assert [notice for notice in stage.notices if "You said" in notice] == [
            "You said 2, it was 4: 2 more than you said."
        ]
        next(pill for pill in found.query(Pill) if pill.role == "again").action_press()
        await stage.until(lambda: found.field.display)
        await stage.pilot.pause()
        await stage.press("5", "enter")
        said = " ".join(texts(found).split())
        assert "You said 2, it was 6" in said
        assert "After the run: You said 5, it was 6" in said
        await ran(stage, live={"float(total)": "7.0"})
        assert sum("You said" in notice for notice in stage.notices) == 2
        assert [guess.late for guess in stage.session.state.guess("g0").guesses] == [False, True]


async def test_an_option_by_its_digit_and_the_check_key(course: Path, open_stage: OpenStage) -> None:
    put(course, OPTIONS)
    async with open_stage() as stage:
        found = await card(stage)
        await stage.press("ctrl+s")
        assert "Choose an option first." in screen_text(stage.screen)
        await stage.press("2", "ctrl+s")
        assert "You said “less”." in texts(found)
        await ran(stage, live={"'a' if (total > 3) else 'b'": "a"})
        said = texts(found)
        assert "You said “less”, it was “more than three”." in said
        assert "  ▲ more than three" in said
        assert "◆   less" in said


async def test_a_curve_is_drawn_with_the_arrow_keys_and_by_the_mouse(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, CURVE)
    async with open_stage() as stage:
        found = await card(stage)
        field = found.field
        assert isinstance(field, SketchField)
        await stage.press(*["up"] * 9, "right", "down", "right", "right", "right", "right", "down", "down")
        assert field.value == ["8", "3", "4", "4", "2"]
        left, tall = field._chart.margin, len(field._chart.lines) - 2
        await stage.pilot.click(field, offset=(left + field._chart.room // 2, tall - 1))
        await stage.pilot.pause()
        assert field.value == ["8", "3", "0", "4", "2"]
        await stage.press("enter")
        own = stage.session.state.guess("g0").own
        assert own is not None
        assert own.value == ["8", "3", "0", "4", "2"]
        points = ((step, 8.0) for step in range(40))
        await ran(stage, curves={"total": tuple(points)})
        said = " ".join(texts(found).split())
        assert "the run gave top, top, top, top, top." in said
        assert "◆ you" in said
        assert "▲ the run" in said


def explained(found: GuessCard) -> bool:
    """Whether a card shows what the author says of the outcome."""
    return found.explanation.display and "two and two are four" in screen_text(found.screen)


def pill(found: GuessCard, role: str) -> Pill:
    return next(pill for pill in found.query(Pill) if pill.role == role)


async def test_what_comes_is_hidden_until_the_run(course: Path, open_stage: OpenStage) -> None:
    put(course, EXPLAINED)
    async with open_stage() as stage:
        found = await card(stage)
        assert not explained(found)
        await stage.press("1", "enter")
        await stage.pilot.pause()
        assert not explained(found)
        assert pill(found, "look").display
        await ran(stage, live={"float(total)": "4.0", "total": "4"})
        await stage.until(lambda: explained(found))
        assert "It was 4," in screen_text(stage.screen)
        assert not pill(found, "look").display
        assert found.content_size.height == len(found.make_lines(found.content_size.width))
    async with open_stage() as stage:
        found = next(iter(stage.screen.query(GuessCard)))
        assert "since two and two" in "".join(
            part.text for line in found.make_lines(90) for part in line.segments
        )


async def test_who_asks_sees_what_comes_and_a_guess_from_then_on_does_not_count(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, EXPLAINED)
    async with open_stage() as stage:
        found = await card(stage)
        assert found.waits
        lines = found.make_lines(found.content_size.width)
        assert found.content_size.height == len(lines)
        await stage.press("enter", "tab", "tab", "enter")
        await stage.until(lambda: explained(found))
        assert not found.note.trouble  # of the empty field
        assert stage.screen.focused is stage.screen.reader
        assert not found.waits
        assert "You have seen the result." in texts(found)
        await card(stage)
        await stage.press("4", "enter")
        assert "After you had seen the result, you said 4." in texts(found)
        assert stage.session.state.guess("g0").own is None
    async with open_stage(language="it") as stage:
        found = next(iter(stage.screen.query(GuessCard)))
        assert "fatta dopo aver visto il risultato: 4." in texts(found)


async def test_what_is_read_below_a_guess_stays_in_place_when_a_run_makes_it_taller(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, EXPLAINED, below="".join(f"Paragraph {number}.\n\n" for number in range(60)))
    async with open_stage() as stage:
        found, reader = await card(stage), stage.screen.reader
        await stage.press("1", "enter")
        tall = found.content_size.height
        reader.scroll_to(y=found.virtual_region.bottom + 20, animate=False)
        await stage.until(lambda: reader.scroll_y == reader.scroll_target_y > 0)
        await stage.pilot.pause()
        before, row = reader.block_on(round(reader.scroll_y)), reader.scroll_y
        assert before[0] != "g0"
        await ran(stage, live={"float(total)": "4.0", "total": "4"})
        await stage.until(lambda: len(found.make_lines(found.content_size.width)) > tall)
        await stage.until(lambda: reader.scroll_y > row)
        assert reader.block_on(round(reader.scroll_y)) == before


async def test_a_guess_comes_back_with_the_lesson_in_the_other_language(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, NUMBER, CURVE)
    async with open_stage() as stage:
        await card(stage)
        await stage.press("2", "enter")
        await card(stage, 1)
        await stage.press("up", "enter")
        await ran(stage, live={"float(total)": "4.0"}, curves={"total": ((1, 2.0), (2, 3.0))})
    async with open_stage(language="it") as stage:
        cards = list(stage.screen.query(GuessCard))
        said = " ".join(texts(cards[0]).split())
        assert "La tua previsione: 2. Il risultato: 4, cioè 2 in più." in said
        assert "La tua curva:" in texts(cards[1])


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_lines_before_the_widgets_look_like_them(
    course: Path, open_stage: OpenStage, size: tuple[int, int]
) -> None:
    put(course, EXPLAINED, OPTIONS, CURVE)
    async with open_stage(size=size) as stage:
        for place in range(3):
            found = list(stage.screen.query(GuessCard))[place]
            drawn = len(found.make_lines(found.content_size.width))
            await card(stage, place)
            assert found.content_size.height == drawn, place
            if isinstance(found.field, ChoiceField):
                found.field.pick("a")
            found.keep()
            if place:
                await stage.until(
                    lambda card=found: (
                        card.content_size.height == len(card.make_lines(card.content_size.width))
                    )
                )


@pytest.mark.parametrize(
    ("body", "keys", "typed"),
    [
        (NUMBER, ("1", ".", "5"), 1.5),
        (OPTIONS, ("2",), "b"),
        (CURVE, ("up", "up"), ["6", "4", "4", "4", "4"]),
    ],
    ids=["number", "option", "curve"],
)
async def test_what_is_typed_and_not_kept_is_there_in_the_other_language_and_the_next_time(
    course: Path, open_stage: OpenStage, body: str, keys: tuple[str, ...], typed: object
) -> None:
    put(course, body)
    async with open_stage() as stage:
        before = await card(stage)
        await stage.press(*keys, "ctrl+l")
        await stage.until(lambda: stage.session.language == "it")
        await stage.until(lambda: before not in stage.screen.query(GuessCard))
        assert stage.screen.query_one(GuessCard).field.value == typed
        assert not stage.session.state.guess("g0").guesses
    async with open_stage() as stage:
        found = await card(stage)
        assert found.open
        assert found.field.value == typed
        await stage.press("ctrl+s")
        own = stage.session.state.guess("g0").own
        assert own is not None
        assert own.value == typed
        assert stage.session.state.guess("g0").draft is None
        # A guess over again that was not kept leaves the one that was.
        next(pill for pill in found.query(Pill) if pill.role == "again").action_press()
        await stage.until(lambda: found.field.display)
        await stage.pilot.pause()
        await stage.press(*(("7",) if body == NUMBER else ("1",) if body == OPTIONS else ("down",)))
        await stage.until(lambda: stage.session.state.guess("g0").draft is not None)
    async with open_stage() as stage:
        found = next(iter(stage.screen.query(GuessCard)))
        assert found.open
        assert found.field.value == {NUMBER: 7.0, OPTIONS: "a", CURVE: ["3", "4", "4", "4", "4"]}[body]
        own = stage.session.state.guess("g0").own
        assert own is not None
        assert own.value == typed


async def test_what_is_typed_is_saved_in_a_pause(course: Path, open_stage: OpenStage) -> None:
    put(course, NUMBER)
    async with open_stage() as stage:
        await card(stage)
        await stage.press("3")
        await stage.until(lambda: stage.session.state.guess("g0").draft == 3.0)
        await stage.press("backspace")
        await stage.until(lambda: stage.session.state.guess("g0").draft is None)


async def test_the_key_for_the_next_question_stops_at_a_guess_until_its_run(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, NUMBER, OPTIONS)

    def at() -> str:
        focused = stage.screen.focused
        nodes = focused.ancestors_with_self if focused is not None else ()
        return next((node.block.id for node in nodes if isinstance(node, GuessCard | Question)), "")

    async with open_stage() as stage:
        stage.screen.reader.scroll_home(animate=False)
        stage.screen.reader.focus()
        for key, wanted in (
            ("n", "g0"), ("ctrl+n", "g1"), ("n", "two-and-two"), ("p", "g1"), ("p", "g0"), ("ctrl+n", "g1"),
        ):  # fmt: skip
            await stage.press(key)
            await stage.until(lambda wanted=wanted: at() == wanted)
        await stage.press("escape", "p")
        await stage.until(lambda: at() == "g0")
        await stage.press("2", "enter")
        await stage.until(lambda: stage.session.state.guess("g0").own is not None)
        await stage.press("n")
        await stage.until(lambda: at() == "g1")
        await ran(stage, live={"'a' if (total > 3) else 'b'": "a"})
        # What the run has answered need not be asked any more.
        stage.screen.reader.scroll_home(animate=False)
        stage.screen.reader.focus()
        await stage.until(lambda: not stage.screen.reader.settling)
        await stage.press("n")
        await stage.until(lambda: at() == "two-and-two")


async def test_a_lesson_in_which_nothing_was_guessed_has_no_recap(
    course: Path, open_stage: OpenStage
) -> None:
    put(course, NUMBER)
    async with open_stage() as stage:
        stage.screen.progress.show()
        assert not lesson_end(stage.session).begun
        found = await card(stage)
        await stage.press("2", "enter")
        await stage.until(lambda: not found.open)
        assert lesson_end(stage.session).begun
