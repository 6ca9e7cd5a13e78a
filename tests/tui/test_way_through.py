"""The way through a lesson: how it begins, how pages turn, where one is, how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.disk.paths import content_folder
from evoclass.model import Table
from evoclass.protocol import Exit, Frame, Prompt
from evoclass_tui.screens.course import CoursePage
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.hint_line import HintLine
from evoclass_tui.widgets.lesson_pane import LessonPane
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prompt import PromptInput
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.recap_card import RecapCard
from tui.reading import paragraph, reading
from tui.stage import OpenStage, Stage


def on_screen(stage: Stage) -> str:
    strips = stage.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def answer_all(stage: Stage) -> None:
    """Answer every question, as a learner does who is wrong once."""
    for name, answer in (
        ("two-and-two", {"choice": "b"}),
        ("two-and-two", {"choice": "a"}),
        ("bigger/ten", {"number": 10.0}),
        ("bigger/plus", {"text": "+"}),
    ):
        field = stage.session.answers.exercise(name).exercise.form()[0].name
        await stage.session.answers.submit(name, {field: next(iter(answer.values()))})
    stage.screen.progress.show()
    await stage.pilot.pause()


async def test_a_jump_into_a_hidden_lesson_shows_it_at_its_width(open_stage: OpenStage) -> None:
    async with open_stage(content=content_folder(), lesson="transfer-learning", size=(80, 24)) as stage:
        reader = stage.screen.reader
        await stage.run()
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended" and not reader.size.width)
        table = next(block.id for block in stage.session.lesson.walk() if isinstance(block, Table))
        stage.screen.panes.read_at(table)
        await stage.until(lambda: reader.size.width and not reader.settling)
        await stage.pilot.pause()
        assert reader.block_on(round(reader.scroll_y))[0] == table
        prose = [leaf for leaf, _ in reader.leaves() if isinstance(leaf, Prose)]
        assert {leaf._lines_width for leaf in prose} == {prose[0].size.width}


async def test_a_newcomer_meets_the_course_first_and_nobody_else_does(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 50), newcomer=True) as stage:
        assert "A course about sums." in screen_text(stage.app.screen)
        await stage.session.answers.submit("two-and-two", {"choice": "b"})
    async with open_stage(size=(120, 50), newcomer=True) as stage:
        assert "A course about sums." not in screen_text(stage.app.screen)


async def test_a_page_leaves_two_lines_in_view() -> None:
    async with reading(*(paragraph(f"p{n}", f"Paragraph {n}.") for n in range(90)), size=(60, 21)) as page:
        before = page.screen().splitlines()
        await page.press("space")
        after = page.screen().splitlines()
        assert before[-2:] == after[:2]
        await page.press("b")
        assert page.screen().splitlines() == before


async def test_the_place_in_the_lesson_is_told_at_every_width(open_stage: OpenStage) -> None:
    for size in ((60, 20), (80, 24), (120, 20), (200, 20)):
        async with open_stage(size=size) as stage:
            stage.screen.panes.read_at("bigger")
            bar = stage.screen.query_one(LessonPane).query_one(PaneTitle)
            await stage.until(lambda bar=bar: "Bigger sums" in bar.label)  # type: ignore[misc]
            assert bar.status.startswith("2/2")
            assert bar.region.height == 1
            await stage.pilot.resize_terminal(60, 12)
            await stage.until(lambda bar=bar: bar.status.endswith("%"))  # type: ignore[misc]


async def test_code_that_goes_on_beyond_the_edge_says_so(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert isinstance(editor, Editor)
        editor.load_text("short = 1\n" + "long = " + " + ".join(map(str, range(60))) + "\n")
        await stage.pilot.pause()
        width = editor.scrollable_content_region.width
        assert "›" not in editor.render_line(0).text
        assert editor.render_line(1).text[width - 1] == "›"
        editor.focus()
        await stage.press("down", "end")
        assert "›" not in editor.render_line(1).text
        assert "‹" in editor.render_line(1).text


async def test_a_lesson_that_is_done_says_what_was_done_and_what_is_next(
    open_stage: OpenStage, course: Path
) -> None:
    (course / "en" / "02-next.md").write_text(
        "---\nformat: 1\nid: next\nnumber: 2\ntitle: Taking away\nlanguage: en\n---\n\n# Taking away\n\nText.\n"
    )
    async with open_stage(size=(120, 50)) as stage:
        assert not stage.screen.query(RecapCard)
        await answer_all(stage)
        card = stage.screen.query_one(RecapCard)
        assert any("summary below" in notice for notice in stage.notices)
        for _ in range(4):
            stage.screen.reader.focus()
            await stage.press("n")
        text = on_screen(stage)
        for words in ("Lesson complete", "Add two numbers", "3 of 3 questions", "Next: 2 Taking away"):
            assert words in text
        await stage.until(lambda: stage.app.focused in card.query("Pill"))
        await stage.press("enter")
        await stage.until(lambda: stage.session.lesson.id == "next")
        assert not stage.screen.query(RecapCard)


async def test_the_last_lesson_ends_at_the_course(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 50), language="it") as stage:
        await answer_all(stage)
        stage.screen.query_one(RecapCard).focus_first()
        await stage.until(lambda: isinstance(stage.app.focused, Pill))
        await stage.press("enter")
        assert isinstance(stage.app.screen, CoursePage)
    async with open_stage(size=(120, 50)) as stage:
        assert stage.screen.query(RecapCard)
        assert not any("summary below" in notice for notice in stage.notices)


async def test_values_of_the_first_run_are_announced(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.happens(Frame(sequence=1, cause="end", live={"total": "4", "total / 2:.2f": "2.00"}))
        stage.runner.run.happens(Exit(reason="finished", code=0, seconds=0.1), Prompt())
        await stage.until(lambda: any("stand in the lesson now: 2" in notice for notice in stage.notices))


def add_lab_before(course: Path) -> None:
    """Give the first lesson a program that has to run before its own."""
    for page in course.glob("*/01-*.md"):
        text = page.read_text().replace(
            "```{lab} sum.py", "```{lab} makes.py\nmade = 1\n```\n\n```{lab} uses.py"
        )
        page.write_text(text.replace(":watch: total", ":watch: total\n:after: makes.py"))


@pytest.mark.parametrize("language", ["en", "it"])
async def test_what_runs_first_is_asked_for_until_it_has_run(
    open_stage: OpenStage, course: Path, language: str
) -> None:
    add_lab_before(course)
    async with open_stage(language=language, size=(160, 60)) as stage:
        wanted = stage.session.catalog("run.after", files="makes.py")[:30]
        done = stage.session.catalog("run.after_done", files="makes.py")[:30]
        await stage.until(lambda: wanted in on_screen(stage) and done not in on_screen(stage))
        await stage.run()
        stage.runner.run.finishes(code=1)
        await stage.until(lambda: not stage.screen.busy)
        assert wanted in on_screen(stage)
        await stage.run()
        stage.runner.run.finishes()
        await stage.until(lambda: done in on_screen(stage) and wanted not in on_screen(stage))


async def test_one_blank_line_ends_a_block_at_the_prompt(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.terminal.prompt)
        field = stage.lab.terminal.query_one(PromptInput)
        field.focus()
        await stage.press(*"for", "space", "x", ":", "enter")
        stage.runner.run.happens(Prompt(more=True))
        await stage.until(lambda: len(stage.runner.run.lines) == 1)
        await stage.press("y", "enter")
        stage.runner.run.happens(Prompt(more=True))
        await stage.until(lambda: len(stage.runner.run.lines) == 2)
        assert field.value == "    "
        await stage.press("enter")
        await stage.until(lambda: len(stage.runner.run.lines) == 3)
        assert stage.runner.run.lines == ["for x:", "    y", ""]


async def test_the_first_hint_names_keys_that_are_bound(open_stage: OpenStage) -> None:
    for language in ("en", "it"):
        async with open_stage(language=language) as stage:
            text = str(stage.screen.query_one(HintLine).render())
            for key in ("Space" if language == "en" else "Spazio", "F5", " n ", "F1"):
                assert key in text
            assert "\\x" not in text
            assert "\ue000" not in text
