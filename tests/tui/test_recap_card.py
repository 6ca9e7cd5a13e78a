"""The page below the last question: what was done, and the ways on."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from evoclass.disk.regularfile import read_bytes
from evoclass.learner.event import Verb
from evoclass.learner.progress import RunRecord
from evoclass.protocol import Exit
from evoclass_tui.screens.review import ReviewScreen
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.recap_card import RecapCard
from evoclass_tui.widgets.recap_text import RecapText
from tui.stage import OpenStage, Stage

SHOWN = "\n    shown_by: [sum.py, two-and-two]\n    evidence: "


@pytest.fixture
def measured(course: Path) -> Path:
    """The small course with an objective that says what shows it."""
    for language, aim, said in (
        ("en", "Add two numbers", "The sum was"),
        ("it", "Sommare due numeri", "Fa"),
    ):
        file = course / language / "01-adding.md"
        shown = f"text: {aim}{SHOWN}{said} {{live}}`total / 2:.2f`."
        file.write_text(file.read_text().replace(f"- {aim}", f"- {shown}"))
    return course


async def pick(stage: Stage, key: str) -> None:
    name = stage.session.answers.exercise("two-and-two").exercise.form()[0].name
    await stage.session.answers.submit("two-and-two", {name: key})
    stage.screen.progress.show()
    await stage.pilot.pause()


def pill(stage: Stage, role: str) -> Pill:
    return stage.screen.query_one(f".role-{role}", Pill)


async def at_card(stage: Stage, *words: str) -> RecapCard:
    """Go to the card, and wait until it shows these words."""
    reader, card = stage.screen.reader, stage.screen.query_one(RecapCard)
    card.build()

    def shown() -> bool:
        reader.scroll_to_widget(card, animate=False, immediate=True, top=True)
        text = " ".join(screen_text(stage.app.screen).split())
        return bool(card.query(Pill)) and all(word in text for word in words)

    await stage.until(shown)
    return card


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_comes_with_the_first_answer_and_leads_to_what_is_open(
    open_stage: OpenStage, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        assert not stage.screen.query(RecapCard)
        await pick(stage, "b")
        await at_card(stage, "What you have done so far", "0 of 3 questions", "Still open: question 1;")
        pill(stage, "first-open").action_press()
        question = stage.screen.reader.question("two-and-two")
        await stage.until(lambda: stage.app.focused is not None and question in stage.app.focused.ancestors)


async def test_it_costs_nothing_before_the_learner_is_near(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("evoclass.learner.recap.recap", lambda *_: asked.append(1))
    async with open_stage(size=(60, 18)) as stage:
        await pick(stage, "b")
    async with open_stage(size=(60, 18)) as stage:
        assert stage.screen.query(RecapCard)
        assert asked == []


async def test_what_a_run_measured_is_told_in_the_readers_numerals(
    open_stage: OpenStage, measured: Path
) -> None:
    async with open_stage(size=(120, 50), content=measured, language="it") as stage:
        await pick(stage, "b")
        await at_card(stage, "Non hai ancora eseguito sum.py.")
        ended = Exit(reason="finished", code=0, seconds=0.1)
        record = RunRecord(
            file="sum.py", code="", runner="x", exit=ended, output="", live={"total / 2:.2f": "2.00"}
        )
        stage.session.log(Verb.ATTEMPTED, "sum.py", run=msgspec.to_builtins(record))
        await pick(stage, "a")
        await at_card(stage, "✓ Sommare due numeri", "Fa 2,00.", "La tua prima risposta: 5")


async def test_a_number_leads_to_its_question_and_there_is_a_way_back(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 20)) as stage:
        await pick(stage, "b")
        card = await at_card(stage, "What you have done so far", "Still open")
        reader = stage.screen.reader
        place = reader.block_on(round(reader.scroll_y))
        card.query_one(RecapText).post_message(Prose.LinkPressed("#two-and-two"))
        await stage.until(lambda: reader.block_on(round(reader.scroll_y))[0] == "two-and-two")
        await stage.press("ctrl+t")
        await stage.until(lambda: reader.block_on(round(reader.scroll_y)) == place)


async def test_it_is_kept_as_a_file(open_stage: OpenStage, home: Path) -> None:
    async with open_stage(size=(120, 40)) as stage:
        await stage.screen.action_command("recap")
        await stage.until(lambda: any("not done anything" in notice for notice in stage.notices))
        await pick(stage, "b")
        await at_card(stage, "Keep as a file")
        pill(stage, "keep").action_press()
        await stage.until(lambda: any("is written" in notice for notice in stage.notices))
        notice = next(notice for notice in stage.notices if "is written" in notice)
    kept = home / "recaps" / "adding-en.md"
    assert str(kept) in notice
    assert b"# 1 Adding: the first sum" in read_bytes(kept, 100_000)


async def test_it_says_what_comes_tomorrow_and_opens_the_review(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 40)) as stage:
        await pick(stage, "a")
        await at_card(stage, "Questions to review in", "This is the last lesson")
        assert pill(stage, "review").label == "Practise before that"
        pill(stage, "review").action_press()
        await stage.until(lambda: isinstance(stage.app.screen, ReviewScreen))
