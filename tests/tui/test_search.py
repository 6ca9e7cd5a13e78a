"""Search on the screen: in the open lesson, and over all lessons and notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from evoclass.layout import Line, Segment
from evoclass_tui.matching import matches
from evoclass_tui.screens.help import Help
from evoclass_tui.screens.search import SearchScreen
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.search_bar import SearchBar
from tui.stage import OpenStage, Stage

HEAD = "---\nformat: 1\nid: {id}\nnumber: {number}\ntitle: {title}\nlanguage: en\n---\n\n"
FILLER = "".join(f"Paragraph {n} about nothing in particular.\n\n" for n in range(30))
FIRST = HEAD.format(id="first", number=1, title="First") + (
    "An éclair [b]is[/b] a cake. No other Eclair here.\n\n"
    + FILLER
    + "> [!NOTE]\n> One more ECLAIR in a box.\n\n"
    + FILLER
    + ":::{choice} why\nWhich cake?\n\n- [x] the éclair\n- [ ] the bun\n:::\n"
)
SECOND = HEAD.format(id="second", number=2, title="Second") + f"{FILLER}## Cakes\n\nA croissant.\n\n{FILLER}"


@pytest.fixture
def cakes(tmp_path: Path) -> Path:
    folder = tmp_path / "cakes" / "en"
    folder.mkdir(parents=True)
    (folder / "01-first.md").write_text(FIRST, encoding="utf-8")
    (folder / "02-second.md").write_text(SECOND)
    return folder.parent


def count(stage: Stage) -> str:
    """Return what the bar says of the match."""
    return str(stage.screen.query_one(SearchBar).query(Static).last().content).partition(" ·")[0]


def marked(stage: Stage, style: str) -> list[str]:
    """Return the text that is marked on the page, row by row."""
    return [
        line.text[start:end]
        for view in stage.screen.reader.query(LineView)
        for y, line in enumerate(view.lines)
        for start, end, mark in view.marks_on(y)
        if mark == style
    ]


def in_view(stage: Stage, text: str) -> bool:
    """Whether a current match stands in the part of the page that is seen."""
    reader = stage.screen.reader
    for view in reader.query(LineView):
        for y in range(len(view.lines)):
            for start, end, mark in view.marks_on(y):
                row = view.content_region.y + y
                inside = reader.content_region.y <= row < reader.content_region.bottom
                if mark == "search.here" and view.lines[y].text[start:end] == text and inside:
                    return True
    return False


async def test_matches_are_marked_counted_and_gone_through(open_stage: OpenStage, cakes: Path) -> None:
    async with open_stage(content=cakes, lesson="1") as stage:
        reader = stage.screen.reader
        # A burst of keys: the first one opens the field for the others.
        for key in ("slash", *"eclair"):
            stage.app.simulate_key(key)
        await stage.until(lambda: stage.screen.query(SearchBar) and reader.sought == "eclair")
        assert count(stage) == "1 of 4"
        assert marked(stage, "search.here") == ["éclair"]
        assert "Eclair" in marked(stage, "search.match")
        await stage.press("enter")
        assert reader.has_focus
        await stage.press("n")
        assert count(stage) == "2 of 4"
        assert in_view(stage, "Eclair")
        await stage.press("n")
        await stage.until(lambda: in_view(stage, "ECLAIR"))
        await stage.press("n")
        await stage.until(lambda: in_view(stage, "éclair"))
        assert count(stage) == "4 of 4"
        await stage.press("n")
        assert count(stage) == "1 of 4"
        await stage.press("N")
        assert count(stage) == "4 of 4"
        await stage.press("slash", *"zz")
        assert count(stage) == "nothing"
        assert marked(stage, "search.here") == []
        await stage.press("escape")
        await stage.until(lambda: not stage.screen.query(SearchBar))
        assert reader.has_focus
        assert not reader.sought
        # The keys are those of the page again, and the start of the search is a place to go back to.
        await stage.press("backspace")
        assert reader.scroll_y <= 1
        await stage.press("n")
        assert reader.question_in_hand() == "why"


async def test_escape_on_the_page_ends_the_search(open_stage: OpenStage, cakes: Path) -> None:
    async with open_stage(content=cakes, lesson="1") as stage:
        await stage.press("slash", *"cake", "down", "enter", "escape")
        await stage.until(lambda: not stage.screen.query(SearchBar))
        assert marked(stage, "search.match") == []
        await stage.press("slash", *"cake")
        await stage.screen.action_next_lesson()
        await stage.until(lambda: not stage.screen.query(SearchBar))
        assert not stage.screen.reader.sought


async def test_keys_in_a_question_reach_the_window_while_the_search_is_open(
    open_stage: OpenStage, cakes: Path
) -> None:
    async with open_stage(content=cakes, lesson="1") as stage:
        await stage.press("slash", *"cake", "enter", "end")
        question = stage.screen.query(Question).last()
        question.focus_first()
        await stage.until(lambda: question in stage.app.focused.ancestors)
        await stage.press(
            "x"
        )  # nothing takes it, so it went round between the question and the page without end
        await stage.press("f1")
        assert isinstance(stage.app.screen, Help)
        await stage.press("escape")
        assert stage.screen.query(SearchBar)


async def test_a_long_lesson_is_searched_as_a_whole(open_stage: OpenStage, long_course: Path) -> None:
    async with open_stage(content=long_course) as stage:
        reader = stage.screen.reader
        await stage.press("slash", *"is 39")
        assert count(stage) == "1 of 11"
        await stage.press("enter", *["n"] * 3)
        await stage.until(lambda: reader.find_question("q392") is not None and not reader.settling)
        await stage.until(lambda: in_view(stage, "Is 39"))
        await stage.press("N", "N", "N")
        await stage.until(lambda: reader.find_question("q39") is not None and not reader.settling)
        await stage.until(lambda: in_view(stage, "Is 39"))


def test_a_match_may_be_wrapped_and_is_not_in_frames() -> None:
    lines = [
        Line((Segment("│ ", "quote.bar"), Segment("the learning"))),
        Line(
            (
                Segment("│ ", "quote.bar"),
                Segment("rate │"),
            ),
            joins=" ",
        ),
        Line((Segment("learning rate"),)),
    ]
    assert matches(lines, "learning rate") == [((0, 6, 14), (1, 2, 6)), ((2, 0, 13),)]
    assert matches(lines, "│") == [((1, 7, 8),)]


async def test_the_search_over_everything_leads_there(open_stage: OpenStage, cakes: Path) -> None:
    async with open_stage(content=cakes, lesson="1") as stage:
        await stage.press("a", *"Ask about croissants", "escape")
        await stage.press("alt+s")
        screen = stage.app.screen
        assert isinstance(screen, SearchScreen)
        await stage.press(*"CROISS")
        await stage.until(lambda: len(screen._found) == 2 and screen.last_typed == "CROISS")
        options = screen.query_one(OptionList)
        first, second = (str(options.get_option_at_index(number).prompt) for number in range(2))
        assert first.startswith("✎ 1 First")
        assert second == "2 Second · Cakes\nA croissant."
        await stage.press("down", "enter")
        await stage.until(lambda: stage.session.lesson.id == "second")
        await stage.until(lambda: stage.screen.reader.here.block == "s1.1")
        await stage.press("backspace")
        await stage.until(lambda: stage.session.lesson.id == "first")
        # The words are still there, and are replaced by the first letter.
        await stage.press("alt+s")
        again = stage.app.screen
        assert isinstance(again, SearchScreen)
        await stage.until(lambda: again.last_typed == "CROISS")
        await stage.press(*'"*(')
        await stage.until(lambda: again.last_typed == '"*(')
        assert again._found == []
        await stage.press("enter", "escape")
        assert stage.app.screen is stage.screen


async def test_an_enter_that_comes_before_the_answer_waits_for_it(open_stage: OpenStage, cakes: Path) -> None:
    async with open_stage(content=cakes, lesson="1") as stage:
        await stage.press("alt+s")
        await stage.until(lambda: not stage.screen.dialogs.finder.is_reading)
        for key in (*"croissant", "enter"):
            stage.app.simulate_key(key)
        await stage.until(lambda: stage.session.lesson.id == "second")


async def test_no_start_pays_for_the_search(open_stage: OpenStage, cakes: Path) -> None:
    from evoclass.disk import paths

    async with open_stage(content=cakes, lesson="1"):
        assert not list(paths.cache_folder().glob("search-*"))


async def test_other_courses_are_searched_and_the_way_leads_back(
    open_stage: OpenStage, tmp_path: Path
) -> None:
    for name in ("cakes", "breads"):
        folder = tmp_path / "shelf" / name / "en"
        folder.mkdir(parents=True)
        (folder / "index.md").write_text(f"---\nid: {name}\ntitle: The {name}\nlanguage: en\n---\n")
    # Two lessons of one name, and the same ids of blocks.
    (tmp_path / "shelf" / "cakes" / "en" / "01-first.md").write_text(FIRST, encoding="utf-8")
    (tmp_path / "shelf" / "breads" / "en" / "01-first.md").write_text(
        HEAD.format(id="first", number=1, title="Loaves")
        + f"{FILLER}## Crust\n\nA **baguette** has a crust.\n\n"
    )
    shelf = tmp_path / "shelf"
    async with open_stage(content=shelf / "cakes", also=(shelf / "breads",)) as stage:
        assert stage.session.course.id == "cakes"
        await stage.press("alt+s", *"baguette")
        screen = stage.app.screen
        assert isinstance(screen, SearchScreen)
        await stage.until(lambda: screen.query_one(OptionList).option_count)
        line = str(screen.query_one(OptionList).get_option_at_index(0).prompt)
        assert line.startswith("Term: The breads · 1 Loaves · Crust")
        await stage.press("enter")
        await stage.until(lambda: stage.session.course.id == "breads")
        await stage.until(lambda: in_page(stage, "A baguette has a crust."))
        await stage.press("a", *"Crisp", "escape")
        await stage.press("backspace")
        await stage.until(lambda: stage.session.course.id == "cakes")
        await stage.until(lambda: in_page(stage, "An éclair"))
        # A note in another course is found, too.
        await stage.press("alt+s", *"crisp")
        screen = stage.app.screen
        assert isinstance(screen, SearchScreen)
        await stage.until(lambda: screen.query_one(OptionList).option_count)
        assert "✎ The breads" in str(screen.query_one(OptionList).get_option_at_index(0).prompt)
        await stage.press("escape", "y")
        await stage.until(lambda: stage.session.course.id == "breads")


def in_page(stage: Stage, text: str) -> bool:
    """Whether a text stands in the part of the page that is seen."""
    return text in screen_text(stage.screen)
