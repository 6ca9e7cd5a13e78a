"""A lesson with very many questions: a stretch of it is on the page, and what was done outside of it is kept."""

import pytest

from evoclass_tui.widgets.long_page import STRETCH
from evoclass_tui.widgets.question import Question
from tui.conftest import LONG
from tui.stage import OpenStage, Stage


def at_top(stage: Stage) -> str:
    reader = stage.screen.reader
    return reader.block_on(round(reader.scroll_y))[0]


def question(stage: Stage, name: str) -> Question:
    return stage.screen.reader.question(name)


async def test_the_page_holds_a_stretch_and_follows_the_reader(long_course, open_stage: OpenStage):
    async with open_stage(content=long_course, lesson="long") as stage:
        reader = stage.screen.reader
        assert len(list(reader.questions)) <= STRETCH
        reader.focus()
        seen = set()
        for _ in range(25):
            before = at_top(stage)
            await stage.press("pagedown")
            await stage.until(lambda: not reader._sliding)
            seen.add(at_top(stage))
            if at_top(stage) == before:
                break
        last = max(int(name[1:]) for name in seen if name.startswith("q"))
        assert last > STRETCH
        assert len(list(reader.questions)) <= STRETCH


async def test_turning_the_page_shows_every_question(long_course, open_stage: OpenStage):
    """Nothing is passed over where the stretch changes."""
    async with open_stage(content=long_course, lesson="long") as stage:
        reader = stage.screen.reader
        reader.focus()
        numbers = []
        for _ in range(14):
            bottom = reader.scroll_y + reader.size.height
            for leaf, region in list(reader.leaves()):
                if isinstance(leaf, Question) and reader.scroll_y <= region.y < bottom:
                    numbers.append(int(leaf.block.id[1:]))
            await stage.press("pagedown")
            await stage.until(lambda: not reader._sliding)
        assert sorted(set(numbers)) == list(range(max(numbers) + 1))


async def test_home_end_and_next_question_reach_all_of_it(long_course, open_stage: OpenStage):
    async with open_stage(content=long_course, lesson="long", size=(120, 40)) as stage:
        reader = stage.screen.reader
        reader.focus()
        await stage.press("end")
        await stage.until(lambda: any(q.block.id == f"q{LONG - 1}" for q in reader.questions))
        await stage.until(lambda: reader.scroll_y and reader.scroll_y == reader.max_scroll_y)
        await stage.press("home")
        await stage.until(lambda: any(q.block.id == "q0" for q in reader.questions))
        await stage.until(lambda: reader.scroll_y == 0)
        name = [q.block.id for q in reader.questions][-1]
        reader.go_to(name)
        await stage.pilot.pause()
        question(stage, name).build()
        question(stage, name).focus_first()
        await stage.until(lambda: (q := reader.focused_question) is not None and q.block.id == name)
        reader.action_next_question(1)
        following = f"q{int(name[1:]) + 1}"
        await stage.until(lambda: (q := reader.focused_question) is not None and q.block.id == following)
        reader.action_next_question(-1)
        await stage.until(lambda: (q := reader.focused_question) is not None and q.block.id == name)


async def test_the_next_question_has_the_cursor_also_where_the_stretch_changes(
    long_course, open_stage: OpenStage
):
    async with open_stage(content=long_course, lesson="long", size=(120, 40)) as stage:
        reader = stage.screen.reader
        reader.focus()
        reader.go_to("q45")
        await stage.until(lambda: at_top(stage) == "q45")
        for number in range(45, STRETCH + 3):
            reader.action_next_question(1)
            await stage.until(
                lambda name=f"q{number}": (q := reader.focused_question) is not None and q.block.id == name
            )
            await stage.until(lambda: not reader._sliding)


@pytest.mark.parametrize("leave", [False, True], ids=["in a field", "after Esc"])
async def test_the_next_question_is_found_before_the_stretch_has_settled(
    long_course, open_stage: OpenStage, leave: bool
):
    async with open_stage(content=long_course, lesson="long", size=(120, 40)) as stage:
        reader = stage.screen.reader
        reader.go_to("q50")
        await stage.until(lambda: at_top(stage) == "q50")
        question(stage, "q50").focus_first()
        await stage.until(lambda: (q := reader.focused_question) is not None and q.block.id == "q50")
        if leave:
            reader.action_leave()
        await stage.until(lambda: not reader._sliding)
        reader._slide(55)
        reader.scroll_to(y=reader.row_of("q50"), animate=False, immediate=True, force=True)
        reader.action_next_question(1)
        await stage.until(lambda: (q := reader.focused_question) is not None and q.block.id == "q51")
        await stage.until(lambda: not reader._sliding)


async def test_drafts_and_verdicts_outlive_the_stretch(long_course, open_stage: OpenStage):
    async with open_stage(content=long_course, lesson="long") as stage:
        reader = stage.screen.reader
        reader.action_next_question(1)
        await stage.until(lambda: reader.focused_question is not None)
        await stage.press("y", "e", "s", "enter")
        await stage.until(lambda: question(stage, "q0").done)
        reader.action_next_question(1)
        await stage.until(lambda: (q := reader.focused_question) is not None and q.block.id == "q1")
        await stage.press("n", "o")
        reader.go_to("q390")
        await stage.until(lambda: any(q.block.id == "q390" for q in reader.questions))
        assert not any(q.block.id == "q1" for q in reader.questions)
        await stage.pilot.pause()
        reader.go_to("q0")
        await stage.until(lambda: any(q.block.id == "q0" for q in reader.questions))
        assert question(stage, "q0").done
        assert list(question(stage, "q1").answer.values()) == ["no"]
        assert list(stage.session.state.exercise("q1").draft.values()) == ["no"]
