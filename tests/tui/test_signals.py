"""Nothing is told by colours alone: what two states show differs in its signs too."""

from __future__ import annotations

from rich.style import Style

from evoclass.exercise import Choice, Feedback, Field, Order
from evoclass.model import Span
from evoclass_tensors.screen import heatmap
from evoclass_tensors.screen.colours import Scale
from evoclass_tensors.screen.curve import Comparison, Curve, picture
from evoclass_tui.chart import SIGNS, Axes, Line, draw
from evoclass_tui.widgets.fields.choice import ChoiceField
from evoclass_tui.widgets.fields.order import OrderField
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.tab_strip import TabStrip
from tui.contrast import MARK, contrast
from tui.reading import option, question, reading
from tui.stage import OpenStage

RED, BLUE, GREY = Style(color="red"), Style(color="blue"), Style(color="grey50")


def text(lines: list[list[object]]) -> str:
    return "\n".join("".join(getattr(segment, "text", "") for segment in line) for line in lines)


def test_each_of_several_curves_has_a_sign() -> None:
    points = [(float(step), float(step)) for step in range(60)]
    falling = [(x, 60 - y) for x, y in points]
    axes = Axes(GREY, str, str)
    lines = [Line(points, RED, mark=SIGNS[0]), Line(falling, BLUE, mark=SIGNS[1])]
    drawn = text(draw(lines, 80, 12, axes).lines)
    assert drawn.count(SIGNS[0]) > 1
    assert drawn.count(SIGNS[1]) > 1
    # Who is alone can be taken for no other.
    one = picture([Curve(points)], Comparison(), (80, 12), [RED], GREY, GREY, str)
    assert not any(sign in text(one.lines) for sign in SIGNS)
    before = picture([Curve(points), Curve(falling, back=1)], Comparison(), (80, 12), [RED], GREY, GREY, str)
    assert not any(sign in text(before.lines) for sign in SIGNS)
    both = picture([Curve(points), Curve(falling)], Comparison(), (80, 12), [RED, BLUE], GREY, GREY, str)
    assert all(sign in text(both.lines) for sign in SIGNS[:2])


def test_without_colours_negative_values_are_dark_and_positive_ones_bright() -> None:
    for dark in (True, False):
        scale = Scale(-2.0, 2.0, dark, grey=True)
        low, middle, high = (scale.colour(value) for value in (-2.0, 0.0, 2.0))
        assert contrast(low, middle) >= MARK
        assert contrast(middle, high) >= MARK
        assert low.get_truecolor().red < middle.get_truecolor().red < high.get_truecolor().red


def test_a_value_that_is_not_finite_has_a_sign() -> None:
    grid = [[0.0, None], [1.0, 2.0]]
    placed = heatmap.place(grid, 20, 10)
    drawn = text(heatmap.draw(grid, placed, Scale(0.0, 2.0, True)))
    assert heatmap.BAD in drawn
    assert heatmap.BAD not in text(heatmap.draw([[0.0, 1.0]] * 2, placed, Scale(0.0, 1.0, True)))


CHOICE = Choice(name="choice", options=(option("a", "one"), option("b", "two")), multiple=True)


async def test_right_and_wrong_options_have_signs() -> None:
    async with reading(question("q", CHOICE, right={"choice": ["a"]})) as page:
        widget = page.reader.query_one(ChoiceField)
        widget.show_value(["a", "b"])
        before = page.text_of(widget)
        said = (("Yes.", True, "a"), ("No.", False, "b"))
        remarks = [Feedback((Span(word),), good, option=key) for word, good, key in said]
        widget.show_marks(remarks, passed=False, everything=True)
        rows = page.text_of(widget).splitlines()
        assert next(row for row in rows if "one" in row).startswith("✓")
        assert next(row for row in rows if "two" in row).startswith("✗")
        assert "✓" not in before
        widget.clear_marks()
        widget.show_solution(["b"])
        assert next(row for row in page.text_of(widget).splitlines() if "two" in row).startswith("✓")


async def test_an_item_that_is_carried_has_a_sign() -> None:
    field: Field = Order(name="order", items=(option("a", "one"), option("b", "two")))
    async with reading(question("q", field, right={"order": ["a", "b"]})) as page:
        widget = page.reader.query_one(OrderField)
        widget.focus()
        await page.pause()
        before = page.text_of(widget)
        await page.press("space")
        assert widget.grabbed
        assert page.text_of(widget) != before
        await page.press("escape")
        assert page.text_of(page.reader.query_one(OrderField)) == before
        assert page.reader.query_one(Question)


async def test_the_open_tab_is_underlined(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 40)) as stage:
        for strip in stage.screen.query(TabStrip):
            assert strip.get_component_rich_style("tab-strip--active").underline, strip
