"""The panel in a small app of its own, fed with real frames: asserted on messages, then on what is drawn."""

from __future__ import annotations

import asyncio
import math
import re
from types import SimpleNamespace
from typing import Any

import pytest
from textual.widgets import Input

from evoclass.protocol import Closed, Detail, ErrorReport, Exit, Frame, Parameters, Started, Step, Summary
from evoclass.timeline import Trouble
from evoclass_tensors.screen import tree
from evoclass_tensors.screen.colours import Scale
from evoclass_tensors.screen.detail import DetailView
from evoclass_tensors.screen.hints import Hints
from evoclass_tensors.screen.panel import TensorPanel
from evoclass_tensors.screen.rows_view import RowsView
from evoclass_tensors.screen.status import status
from evoclass_tensors.screen.subject import Subject
from evoclass_tensors.screen.table import TensorTable
from evoclass_tensors.screen.timebar import TimeBar
from evoclass_tui.panel import Panel
from pseudo import EVERY

from .panelbench import bench, catalog, recorded

# -------------------------------------------------------------------------------------------------------- table


async def test_says_what_to_do_while_there_is_nothing() -> None:
    async with bench(fed=False) as (app, _):
        assert "Run the program to see its tensors" in app.text(app.table)
    async with bench(fed=False, language="it") as (app, _):
        assert "Esegui il programma per vederne i tensori" in app.text(app.table)


async def test_shows_the_tree_with_pins_first_and_the_frozen_base_folded() -> None:
    async with bench() as (app, _):
        text = app.text(app.table)
        lines = text.splitlines()
        assert lines[1].startswith("◆  ") or lines[1].startswith("◆ ")
        assert "head.weight" in lines[1]
        base = next(line for line in lines if " base" in line)
        assert "▸" in base
        assert "❆" in base
        assert "336" in base
        assert "base.0" not in text
        assert "6×6" not in text


async def test_space_unfolds_and_folds() -> None:
    async with bench() as (app, pilot):
        names = [line.name for line in app.table.lines]
        app.table.move(names.index("base"))
        await pilot.press("space")
        assert "base.3.weight" in [line.name for line in app.table.lines]
        assert app.table.name_at_cursor == "base"
        await pilot.press("space")
        assert "base.3.weight" not in [line.name for line in app.table.lines]
        await pilot.press("f")
        assert not any(line.branch == "open" for line in app.table.lines)


async def test_nan_is_red_and_says_since_when() -> None:
    async with bench() as (app, _):
        line = next(y for y in range(app.table.size.height) if "broken" in app.table.render_line(y).text)
        strip = app.table.render_line(line)
        assert "NaN" in strip.text
        bad = app.table.get_component_rich_style("tensors--bad")
        words = [segment for segment in strip if segment.text.strip()]
        assert all(segment.style is not None and segment.style.bgcolor == bad.bgcolor for segment in words)
        assert "broken" in app.panel.journey.timeline.trouble


@pytest.mark.parametrize(
    ("trouble", "language", "words"),
    [
        (Trouble(216, 3.0, 9, 208), "en", "NaN or ∞, first seen at step 216; none yet at step 208"),
        (Trouble(216, 3.0, 9, 208), "it", "visti per la prima volta al passo 216; al passo 208 non c'erano"),
        (Trouble(216, 3.0, 9, 215), "en", "NaN or ∞ since step 216"),
        (Trouble(216, 3.0, 9), "en", "NaN or ∞ since step 216"),
        (Trouble(0, 3.0, 9), "en", "NaN or ∞, first seen at line 9"),
    ],
)
async def test_details_say_no_more_of_the_first_nan_than_was_seen(
    trouble: Trouble, language: str, words: str
) -> None:
    async with bench(language=language, fed=False) as (app, pilot):
        app.panel.add_class("-detail")
        await pilot.pause()
        row = Summary(name="w", kind="tensor", shape=(3,), nan=1)
        app.detail.show(Subject("w", row, trouble=trouble))
        assert words in app.text(app.detail)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "NaN or ∞ at step 31"), ("it", "NaN o ∞ al passo 31")]
)
async def test_a_value_that_is_finite_again_is_not_said_to_be_nan_since(language: str, words: str) -> None:
    async with bench(language=language, fed=False) as (app, pilot):
        app.panel.add_class("-detail")
        await pilot.pause()
        row = Summary(name="loss", kind="tensor", shape=(), mean=1.0, nan=0, inf=0)
        app.detail.show(Subject("loss", row, trouble=Trouble(31, 3.0, 9, 30)))
        assert words in app.text(app.detail)


async def test_the_size_of_a_complex_number_is_not_said_to_be_the_number() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.add_class("-detail")
        await pilot.pause()
        row = Summary(name="z", kind="tensor", shape=(), dtype="complex64", mean=5.0, badge="|z|")
        app.detail.show(Subject("z", row))
        assert "z · |z| = 5" in app.text(app.detail)


async def test_typing_a_filter_narrows_the_table_and_escape_lifts_it() -> None:
    async with bench() as (app, pilot):
        await pilot.press("slash", *"head")
        names = [line.name for line in app.table.lines]
        assert names
        assert all("head" in name for name in names)
        await pilot.press("enter")
        assert app.table.has_focus
        await pilot.press("escape")
        assert "x" in [line.name for line in app.table.lines]
        await pilot.press("slash", *"zzz")
        await pilot.pause()
        assert "Nothing matches “zzz”" in app.text(app.table)


async def test_sorting_goes_round_and_by_clicks_on_titles() -> None:
    async with bench() as (app, pilot):
        await pilot.press("s")
        assert app.panel.rows.view.order == "name"
        names = [line.name for line in app.table.lines if not line.pinned]
        assert names == sorted(names, key=str.lower)
        for _ in range(5):
            await pilot.press("s")
        assert app.panel.rows.view.order == "tree"
        header = app.table.render_line(0).text
        await pilot.click(TensorTable, offset=(header.index("∇ norm") + 2, 0))
        assert app.panel.rows.view.order == "gradient"
        assert "↓" in app.table.render_line(0).text


async def test_pinning_and_unpinning() -> None:
    async with bench() as (app, pilot):
        app.table.move([line.name for line in app.table.lines].index("x"))
        await pilot.press("p")
        assert [line.name for line in app.table.lines if line.pinned] == ["head.weight", "x"]
        await pilot.press("p")
        assert [line.name for line in app.table.lines if line.pinned] == ["head.weight"]


async def test_constants_hide() -> None:
    async with bench() as (app, pilot):
        await pilot.press("c")
        names = {line.name for line in app.table.lines}
        assert "loss" in names
        assert "photo" not in names


@pytest.mark.parametrize("size", [(40, 6), (40, 12), (60, 10), (90, 20), (200, 60), (20, 3), (12, 1)])
@pytest.mark.parametrize("language", ["en", "it"])
async def test_every_size_draws_and_no_line_is_too_long(size: tuple[int, int], language: str) -> None:
    async with bench(size, language) as (app, pilot):
        for widget in (app.table, app.panel.query_one(TimeBar), app.panel.query_one(Hints)):
            for y in range(widget.size.height):
                assert widget.render_line(y).cell_length <= size[0]
        if size[1] >= 6:
            assert "head.weight" in app.text(app.table)
        await pilot.press("enter")
        await pilot.pause()
        for y in range(app.detail.size.height):
            assert app.detail.render_line(y).cell_length <= size[0]


async def test_the_cursor_stays_on_its_row_when_others_come() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        rows = [Summary(name=name, kind="tensor", mean=1.0) for name in "abc"]
        app.panel.receive(Frame(sequence=1, cause="statement", rows=tuple(rows)))
        await pilot.pause()
        app.table.focus()
        await pilot.press("down")
        assert app.table.name_at_cursor == "b"
        more = [Summary(name="0first", kind="tensor", mean=1.0), *rows]
        app.panel.receive(Frame(sequence=2, cause="statement", rows=tuple(more)))
        await pilot.pause()
        assert app.table.name_at_cursor == "b"


async def test_the_cursor_is_on_its_row_again_when_a_run_has_brought_it() -> None:
    async with bench(size=(100, 30), fed=False) as (app, pilot):
        for _ in range(2):
            app.panel.begin(("loss",))
            for sequence, names in enumerate((("rate",), ("rate", "images"), ("rate", "images", "loss")), 1):
                rows = tuple(Summary(name=name, kind="tensor", shape=(2, 2), mean=1.0) for name in names)
                app.panel.receive(Frame(sequence=sequence, cause="pulse", rows=rows))
            await pilot.pause()
            if not app.table.roaming:
                await pilot.press("down", "down")
            assert app.table.name_at_cursor == "images"
            assert app.table.cursor == 2


async def test_the_key_line_names_only_what_does_something() -> None:
    async with bench(size=(160, 30), fed=False) as (app, pilot):
        app.panel.begin(())
        rows = (
            Summary(name="size", kind="scalar", mean=30.0, text="30"),
            Summary(name="w", kind="tensor", shape=(2, 3), mean=1.0),
            Summary(name="images", kind="tensor", shape=(9, 3, 4, 4), mean=1.0),
        )
        app.panel.receive(Frame(sequence=1, cause="pulse", rows=rows))
        said = {}
        for row in rows:
            app.panel.open(row.name)
            await pilot.pause()
            grid = ((1.0, 2.0),) * 2 if row.shape else ()
            app.panel.show_detail(Detail(request=1, expression=row.name, summary=row, grid=grid))
            await pilot.pause()
            said[row.name] = app.text(app.panel.query_one(Hints))
        assert "Slice" not in said["size"]
        assert "Cell" not in said["size"]
        assert "Slice +" not in said["w"]
        assert "Cell" in said["w"]
        assert "Slice −" in said["images"]
        assert "Slice +" in said["images"]


async def test_a_value_has_no_figures_at_a_moment_before_it_was_there() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        old, new = (Summary(name=name, kind="tensor", mean=7.25) for name in ("old", "new"))
        app.panel.receive(Frame(sequence=1, cause="statement", rows=(old,)))
        app.panel.receive(Frame(sequence=2, cause="statement", rows=(old, new)))
        app.answers = False
        app.panel.inquiry.name = "new"
        app.panel.show_detail(Detail(request=1, expression="new", summary=new))
        await pilot.pause()
        assert "7.25" in app.text(app.detail)
        app.table.focus()
        await pilot.press("left")
        await pilot.pause()
        assert "did not exist" in app.text(app.detail)
        assert "7.25" not in app.text(app.detail)


async def test_a_run_without_values_does_not_wait_for_any() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        await pilot.pause()
        assert "no tensors yet" in app.text(app.table)
        app.panel.receive(Exit(reason="error", code=1, seconds=0.1))
        await pilot.pause()
        assert "no tensors yet" not in app.text(app.table)


async def test_changed_rows_glow_and_fade() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        app.panel.receive(Frame(sequence=1, cause="step", rows=(Summary(name="a", kind="tensor", mean=1.0),)))
        change = (Summary(name="a", kind="tensor", mean=2.0),)
        app.panel.receive(Frame(sequence=2, cause="step", rows=change, whole=False))
        await pilot.pause()
        assert app.table.changed == {"a"}
        app.panel._fade()
        assert app.table.changed == frozenset()


async def test_nothing_glows_where_nothing_should_move() -> None:
    async with bench(fed=False) as (app, pilot):
        app.animation_level = "none"
        app.panel.begin(())
        app.panel.receive(Frame(sequence=1, cause="step", rows=(Summary(name="a", kind="tensor", mean=1.0),)))
        change = (Summary(name="a", kind="tensor", mean=2.0),)
        app.panel.receive(Frame(sequence=2, cause="step", rows=change, whole=False))
        await pilot.pause()
        assert app.table.changed == frozenset()


async def test_the_run_is_told_which_rows_are_in_view() -> None:
    async with bench(size=(100, 14), fed=False) as (app, pilot):

        async def told(*names: str) -> None:
            async with asyncio.timeout(10):
                while not app.of(Panel.Attending) or app.of(Panel.Attending)[-1].names != names:
                    await pilot.pause(0.01)

        app.panel.begin(())
        rows = tuple(Summary(name=f"t{n}", kind="tensor", shape=(3,), mean=float(n)) for n in range(100))
        app.panel.receive(Frame(sequence=1, cause="statement", rows=rows))
        await pilot.pause()
        app.table.focus()
        height = app.table.size.height - 1
        await told(*(f"t{n}" for n in range(height)))
        await pilot.press("end")
        await told(*(f"t{n}" for n in range(100 - height, 100)))
        await pilot.press("enter")
        await told("t99", "t99.grad")
        await pilot.press("escape")
        await told(*(f"t{n}" for n in range(100 - height, 100)))
        before = len(app.of(Panel.Attending))
        app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
        await pilot.press("home")
        async with asyncio.timeout(10):
            while app.table.in_view[:1] != ("t0",):
                await pilot.pause(0.01)
        await pilot.pause()
        assert len(app.of(Panel.Attending)) == before


async def test_ten_thousand_rows_draw_only_what_is_seen() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        rows = tuple(Summary(name=f"t{n}", kind="tensor", shape=(3,), mean=float(n)) for n in range(10_000))
        app.panel.receive(Frame(sequence=1, cause="statement", rows=rows))
        await pilot.pause()
        app.table.focus()
        drawn: list[str] = []
        real = app.table._segments
        app.table._segments = lambda line, row: (drawn.append(line.name), real(line, row))[1]  # type: ignore[method-assign]
        await pilot.press("end")
        await pilot.pause()
        assert "t9999" in drawn
        assert len(set(drawn)) <= 2 * app.table.size.height
        assert "t9999" in app.text(app.table)


async def test_markup_in_names_is_drawn_as_it_is() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        row = Summary(name="batch['[red]x[/]']", kind="scalar", text="[bold]1[/bold]")
        app.panel.receive(Frame(sequence=1, cause="statement", rows=(row,)))
        await pilot.pause()
        assert "batch['[red]x[/]']" in app.text(app.table)
        app.panel.open("[red]x[/]")
        await pilot.pause()
        assert "[red]x[/]" in app.text(app.detail)


async def test_control_characters_never_reach_the_terminal() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        evil = "a\x1b]52;c;aGk=\x07\x1b[2J\u202e"
        row = Summary(name=evil, kind="module", type=evil, text=evil, badge=evil)
        other = Summary(name=evil + "b", kind="scalar", text=evil, dtype=evil, device=evil)
        app.panel.receive(Frame(sequence=1, cause="statement", rows=(row, other)))
        await pilot.pause()
        app.panel.show_detail(Detail(request=1, expression=evil, error=evil, summary=row))
        for text in (app.text(app.table), app.text(app.detail)):
            assert not set(text) & set("\x1b\x07\u202e")
        app.panel.open(evil)
        await pilot.pause()
        assert not set(app.text(app.detail)) & set("\x1b\x07\u202e")


@pytest.mark.parametrize(
    "lie",
    [
        {"grid": ((1.0, 2.0), (3.0,)), "grid_shape": (2, 2)},
        {"grid": ((),), "grid_shape": (1, 0)},
        {"grid": ((1.0,),), "grid_shape": (0, 0)},
        {"grid": ((1.0,),), "grid_shape": (-5, 10**18), "grid_axes": (9, -3)},
        {"images": (b"abc",), "image_shape": (100, 100, 3)},
        {"images": (b"abc",), "image_shape": None},
        {"images": (b"",), "image_shape": (0, 0, 1)},
        {
            "summary": Summary(
                name="x", kind="tensor", shape=(-1,) * 9, histogram=(-5, 3), min=float("nan"), bytes=-4
            )
        },
        {"quantiles": ((float("nan"), float("inf")),)},
    ],
)
async def test_a_close_look_that_lies_does_no_harm(lie: dict[str, Any]) -> None:
    async with bench() as (app, pilot):
        app.answers = False
        app.panel.open("x")
        app.panel.show_detail(Detail(request=1, expression="x", **lie))
        await pilot.pause()
        assert "x" in app.text(app.detail)
        await pilot.press("ctrl+down", "right_square_bracket", "left")


# ------------------------------------------------------------------------------------------------------- detail


async def test_enter_asks_for_a_close_look_and_shows_it() -> None:
    async with bench() as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert app.of(Panel.LookWanted)[-1].expression == "head.weight"
        text = app.text(app.detail)
        assert "parameter · 3×6 · float32 · cpu" in text
        assert "trainable" in text
        assert "quantiles" in text
        assert "▀" in text
        assert "exact" in text
        await pilot.press("escape")
        assert app.table.has_focus
        assert not app.panel.inquiry.name


async def test_a_slice_typed_by_the_learner_and_its_error() -> None:
    async with bench() as (app, pilot):
        await pilot.press("colon")
        line = app.panel.query_one("#tensors-slice", Input)
        line.value = "cube[0, :, 2]"
        await pilot.press("enter")
        await pilot.pause()
        assert "cube[0, :, 2]" in app.text(app.detail)
        assert "tensor · 4" in app.text(app.detail)
        await pilot.press("colon")
        line.value = "cube[9]"
        await pilot.press("enter")
        await pilot.pause()
        assert "IndexError" in app.text(app.detail)


async def test_the_cursor_of_a_slice_stands_behind_the_name() -> None:
    async with bench() as (app, pilot):
        line = app.panel.query_one("#tensors-slice", Input)
        for name in ("x", "head.weight", "cube"):
            app.panel.open(name)
            await pilot.press("colon", "left_square_bracket", "0", "right_square_bracket")
            assert line.value == f"{name}[0]"
            await pilot.press("left", "left", "escape")


async def test_a_tensor_of_one_number_says_it_when_it_is_not_finite() -> None:
    async with bench(fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(())
        for name, counts, said in (("a", {"nan": 1}, "NaN"), ("b", {"inf": 1}, "∞")):
            row = Summary(name=name, kind="tensor", shape=(), dtype="float32", **counts)
            app.panel.receive(Frame(sequence=1, cause="end", whole=False, rows=(row,)))
            app.panel.open(name)
            await pilot.pause()
            assert app.text(app.detail).splitlines()[0].strip() == f"{name} = {said}"
        row = Summary(name="b", kind="tensor", shape=(), dtype="float32", inf=1)
        app.panel.show_detail(Detail(request=1, expression="b", summary=row, plus_inf=0, minus_inf=1))
        assert "b = −∞" in app.text(app.detail)


async def test_brackets_go_through_the_slices() -> None:
    async with bench() as (app, pilot):
        app.panel.open("cube")
        await pilot.pause()
        assert "[0, :, :]" in app.text(app.detail)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert app.of(Panel.LookWanted)[-1].slice == (1,)
        assert "[1, :, :]" in app.text(app.detail)
        await pilot.press("left_square_bracket", "left_square_bracket")
        await pilot.pause()
        assert app.of(Panel.LookWanted)[-1].slice == (2,)


async def test_the_value_under_the_cursor() -> None:
    async with bench() as (app, pilot):
        app.panel.open("cube")
        await pilot.pause()
        await pilot.press("ctrl+down", "ctrl+right", "ctrl+right")
        assert "[0, 1, 2] = 7" in app.text(app.detail)
        place = app.detail._map
        left = place.x + app.detail.gutter.left
        await pilot.hover(DetailView, offset=(left + 4 * place.placed.wide, place.y))
        assert "[0, 0, 4] = 4" in app.text(app.detail)


async def test_a_narrow_panel_shows_the_slice_from_one_end_to_the_other() -> None:
    async with bench() as (app, pilot):
        grid = tuple(tuple(float(row * 64 + column) for column in range(64)) for row in range(8))
        wide = Detail(
            request=1,
            expression="wide",
            summary=Summary(name="wide", kind="tensor", shape=(8, 1280)),
            grid=grid,
            grid_shape=(8, 1280),
            grid_axes=(0, 1),
        )
        for columns, step in ((150, 20), (79, 40), (30, 60)):
            await pilot.resize_terminal(columns, 40)
            app.detail.show(Subject("wide", wide.summary, wide))
            app.panel.set_class(True, "-detail")
            await pilot.pause()
            app.detail.draw_lines()
            last = app.detail._map.placed.columns - 1
            app.detail.move_cell(0, 1000)
            text = app.text(app.detail)
            assert f"[0, {last * step}] = {last * step // 20}" in text
            assert 1280 - step <= last * step < 1280


async def test_columns_that_do_not_fit_beside_the_figures_get_the_whole_width() -> None:
    async with bench() as (app, pilot):
        grid = tuple(tuple(float(row * 45 + column) for column in range(45)) for row in range(18))
        sheet = Detail(
            request=1,
            expression="sheet",
            summary=Summary(name="sheet", kind="tensor", shape=(18, 45)),
            grid=grid,
            grid_shape=(18, 45),
            grid_axes=(0, 1),
        )
        app.panel.set_class(True, "-detail")
        for columns, lines, x, rows in ((150, 40, 48, 18), (80, 40, 0, 18), (80, 17, 0, 18), (80, 9, 0, 6)):
            await pilot.resize_terminal(columns, lines)
            app.detail.show(Subject("sheet", sheet.summary, sheet))
            await pilot.pause()
            app.detail.draw_lines()
            place = app.detail._map
            assert (place.placed.columns, place.placed.rows) == (45, rows)
            assert (place.x > 40) == (x > 40)
            assert all(line.cell_length <= columns for line in app.detail._lines)


@pytest.mark.parametrize(
    ("kind", "side", "heading"),
    [("tensor", 8, "As images"), ("parameter", 8, "Filters"), ("tensor", 3, "Filters")],
)
async def test_small_pictures_are_not_called_filters(kind: str, side: int, heading: str) -> None:
    async with bench() as (app, pilot):
        summary = Summary(name="road", kind=kind, shape=(5, 1, side, side))
        detail = Detail(
            request=1,
            expression="road",
            summary=summary,
            images=(bytes(side * side),) * 5,
            image_shape=(side, side, 1),
        )
        app.panel.set_class(True, "-detail")
        app.detail.show(Subject("road", summary, detail))
        await pilot.pause()
        assert heading in app.text(app.detail)


async def test_the_colours_of_the_heatmap_are_explained_from_the_lowest_to_the_highest() -> None:
    async with bench() as (app, pilot):
        app.panel.open("cube")
        await pilot.pause()
        dark = app.current_theme.dark
        low, high = app.detail.subject.detail.grid[0][0], app.detail.subject.detail.grid[-1][-1]
        line = next(line for line in app.detail._lines if f"{low:g} ████████████ {high:g}" in line.text)
        colours = [segment.style.color for segment in line if segment.text == "█"]
        scale = Scale(low, high, dark)
        assert (colours[0], colours[-1]) == (scale.colour(low), scale.colour(high))
        assert len(set(colours)) == len(colours)


async def test_an_error_at_the_prompt_is_not_the_run_s() -> None:
    async with bench() as (app, pilot):
        app.panel.receive(ErrorReport(type="ZeroDivisionError", text="division by zero"))
        app.panel.receive(Closed())
        await pilot.pause()
        assert app.of(Panel.StatusChanged)[-1].text.endswith("ended")


async def test_a_module_shows_what_it_holds() -> None:
    async with bench() as (app, pilot):
        app.panel.open("base")
        await pilot.pause()
        text = app.text(app.detail)
        assert "module · Sequential" in text
        assert "Inside" in text
        line = next(line for line in text.splitlines() if "weight" in line)
        assert "❆" in line
        assert "36" in line
        assert "6×6" in line


async def test_images_are_drawn() -> None:
    async with bench() as (app, pilot):
        app.panel.open("photo")
        await pilot.pause()
        assert "As images" in app.text(app.detail)


async def test_a_lost_answer_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("evoclass_tensors.screen.inquiry.monotonic", lambda: now[0])
    async with bench() as (app, pilot):
        app.answers = False
        app.panel.open("x")
        await pilot.pause()
        app.panel._look()
        await pilot.pause()
        assert len(app.of(Panel.LookWanted)) == 1
        now[0] += 60
        app.panel._look()
        await pilot.pause()
        assert len(app.of(Panel.LookWanted)) == 2


async def test_the_end_of_a_run_is_looked_at_even_if_an_earlier_answer_is_still_to_come() -> None:
    async with bench(fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(())
        app.panel.open("drawn")
        late = Detail(request=1, expression="drawn", error="NameError: name 'drawn' is not defined")
        row = Summary(name="drawn", kind="scalar", text="3", mean=3.0)
        app.panel.receive(Frame(sequence=1, cause="end", whole=True, rows=(row,)))
        app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
        app.panel.show_detail(late)
        await pilot.pause()
        assert [message.expression for message in app.of(Panel.LookWanted)] == ["drawn", "drawn"]
        app.panel.show_detail(Detail(request=2, expression="drawn", summary=row))
        assert "NameError" not in app.text(app.detail)


async def test_without_a_process_nothing_is_asked() -> None:
    async with bench() as (app, pilot):
        app.panel.receive(Closed())
        await pilot.press("enter")
        await pilot.pause()
        assert not app.of(Panel.LookWanted)
        assert "The program has ended" in app.text(app.detail)
        assert "3×6" in app.text(app.detail)


# -------------------------------------------------------------------------------------------------- time travel


async def test_left_and_right_step_through_the_run_and_the_prose_follows() -> None:
    async with bench() as (app, pilot):
        newest = len(app.panel.journey.timeline) - 1
        await pilot.press("left")
        assert (app.panel.journey.index, app.panel.journey.live) == (newest - 1, False)
        moment = app.panel.journey.timeline.moments[newest - 1]
        said = app.of(Panel.LiveChanged)[-1]
        assert said.values == dict(moment.live)
        assert said.line == moment.line
        assert app.of(Panel.StatusChanged)[-1].text.endswith("past moment")
        await pilot.press("right")
        assert app.panel.journey.live
        await pilot.press("b")
        assert app.panel.journey.index == 0
        assert app.table.rows == app.panel.journey.timeline.rows_at(0)
        await pilot.press("l")
        assert app.panel.journey.live


async def test_details_follow_the_moment() -> None:
    async with bench() as (app, pilot):
        app.panel.open("head.weight")
        await pilot.pause()
        steps = [index for index, moment in enumerate(app.panel.journey.timeline.moments) if moment.step == 2]
        app.panel.go(steps[0])
        row = app.panel.journey.timeline.rows_at(steps[0])["head.weight"]
        assert app.detail.subject.row == row
        assert not app.detail.subject.live
        assert "Values at this moment" in app.text(app.detail)


async def test_what_comes_meanwhile_does_not_pull_the_learner_back() -> None:
    async with bench() as (app, pilot):
        app.panel.go(1)
        more = Frame(
            sequence=10_000,
            cause="step",
            step=99,
            rows=(Summary(name="x", kind="tensor", mean=5.0),),
            whole=False,
        )
        app.panel.receive(more)
        await pilot.pause()
        assert app.panel.journey.index == 1
        assert app.table.rows == app.panel.journey.timeline.rows_at(1)


async def test_a_click_on_the_bar_goes_there() -> None:
    async with bench() as (app, pilot):
        await pilot.click(TimeBar, offset=(2, 0))
        assert app.panel.journey.index == 0


async def test_thinned_moments_are_marked() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        app.panel.journey.timeline.bound = 60_000
        for number in range(1, 300):
            row = Summary(name="a", kind="tensor", mean=float(number))
            app.panel.receive(
                Frame(sequence=number, cause="step", step=number, rows=(row,), whole=number == 1)
            )
        await pilot.pause()
        text = app.text(app.panel.query_one(TimeBar))
        assert "┅" in text or "┄" in text
        assert "older moments merged" in text
        assert app.panel.journey.index == len(app.panel.journey.timeline) - 1


# ---------------------------------------------------------------------------------------------- around the panel


async def test_the_title_tells_the_state() -> None:
    async with bench() as (app, pilot):
        text = app.of(Panel.StatusChanged)[-1].text.replace("\N{NO-BREAK SPACE}", " ")
        assert text == "21 trainable · 336 frozen · step 6 · ended"
        app.panel.begin(())
        app.panel.receive(Started(pid=1))
        app.panel.receive(Frame(sequence=1, cause="statement", rows=(Summary(name="a", kind="tensor"),)))
        app.panel.receive(Step(count=41))
        await pilot.pause()
        assert app.of(Panel.StatusChanged)[-1].text == "step 41 · Live"
        app.panel.receive(ErrorReport(type="ValueError", text="no"))
        app.panel.receive(Exit(reason="error", code=1, seconds=1.0))
        await pilot.pause()
        assert app.of(Panel.StatusChanged)[-1].text == "stopped by an error"
        app.panel.receive(Exit(reason="timeout", code=124, seconds=1.0))
        await pilot.pause()
        assert app.of(Panel.StatusChanged)[-1].text == "stopped"


async def test_the_language_changes_on_the_spot() -> None:
    async with bench() as (app, pilot):
        await pilot.press("left")
        app.panel.switch_language(catalog("it"))
        await pilot.pause()
        assert "forma" in app.table.render_line(0).text
        assert app.panel.journey.index == len(app.panel.journey.timeline) - 2
        shown = {binding.description for binding in app.panel.rows._bindings.get_bindings_for_key("s")}
        assert shown == {"Ordina"}
        assert "Dettagli" in app.text(app.panel.query_one(Hints))
        assert re.search(r"· \d+,\d s ·", app.text(app.panel.query_one(TimeBar)))


def test_the_filter_takes_the_words_of_the_language() -> None:
    rows = {name: Summary(name=name, kind="parameter", trainable=name == "w") for name in ("w", "b")}
    for language, word in (("en", "frozen"), ("it", "frozen"), ("it", "congelato")):
        view = RowsView(catalog(language)).view
        view.text = word
        assert [line.name for line in tree.lines(rows, view, {})] == ["b"]


@pytest.mark.usefixtures("third_language")
async def test_every_key_has_a_description_in_every_language() -> None:
    for language in EVERY:
        panel = TensorPanel(catalog(language))
        for keys in (panel._bindings, RowsView(catalog(language))._bindings):
            for key, binding in keys:
                assert binding.description, key
                assert not binding.description.startswith("tensors."), binding.description


async def test_the_key_line_works_by_mouse() -> None:
    async with bench() as (app, pilot):
        text = app.text(app.panel.query_one(Hints))
        await pilot.click(Hints, offset=(text.index("Sort"), 0))
        assert app.panel.rows.view.order == "name"


async def test_a_frame_kept_from_yesterday_is_shown_without_a_process() -> None:
    async with bench(fed=False) as (app, pilot):
        app.panel.begin(())
        app.panel.receive(recorded().frames[-1])
        app.panel.receive(Closed())
        await pilot.pause()
        assert "head" in app.text(app.table)
        assert app.of(Panel.StatusChanged)[-1].text.endswith("ended")


def test_both_languages_say_the_same_things() -> None:
    import string

    english, italian = catalog("en"), catalog("it")
    for key in english._sentences:
        if key.startswith(("tensors.", "panel.tensors")):
            assert italian.has(key), key
            fields = [
                {name for _, name, _, _ in string.Formatter().parse(own(key)) if name}
                for own in (english, italian)
            ]
            assert fields[0] == fields[1], key


def test_detail_errors_are_kept_apart_from_figures() -> None:
    detail = Detail(request=1, expression="x", error="NameError: x")
    assert detail.summary is None


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (80, "9 trainable · 0 frozen + 669,706 in models without a name · ended"),
        (63, "9 trainable · 0 frozen + 670k in models without a name · ended"),
        (40, "9 trainable · 0 frozen · ended"),
        (10, "ended"),
    ],
)
def test_models_without_a_name_are_told_where_there_is_room(room: int, text: str) -> None:
    moment = SimpleNamespace(step=0, parameters=Parameters(trainable=9, nameless=669_706))
    journey: Any = SimpleNamespace(moment=moment, live=True, optimizers=1, figures_step=None)
    shown = status(catalog("en"), journey, room, ended="finished")
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("language", "room", "text"),
    [
        ("en", 60, "9 trainable · 0 frozen · step 800 (2 optimizers) · ended"),
        ("en", 50, "9 trainable · 0 frozen · step 800 · ended"),
        ("en", 33, "step 800 (2 optimizers) · ended"),
        ("en", 20, "step 800 · ended"),
        ("it", 40, "passo 800 (2 ottimizzatori) · terminato"),
    ],
)
def test_with_several_optimizers_the_title_says_so(language: str, room: int, text: str) -> None:
    moment = SimpleNamespace(step=800, parameters=Parameters(trainable=9))
    journey: Any = SimpleNamespace(moment=moment, live=True, optimizers=2, figures_step=None)
    shown = status(catalog(language), journey, room, ended="finished")
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == text


async def test_a_close_look_with_numbers_that_a_program_has_forged_is_drawn() -> None:
    async with bench() as (app, pilot):
        row = Summary(name="w", kind="tensor", shape=(1, 2), histogram=(0, -1), min=0.0, max=1.0)
        app.panel.open("w")
        await pilot.pause()
        grid = ((math.inf, 1.0),)
        app.panel.show_detail(Detail(request=1, expression="w", summary=row, grid=grid, grid_shape=(1, 2)))
        await pilot.pause()
        assert "[0, 0] = ∞" in app.text(app.detail)


async def test_brackets_where_the_shown_moment_has_another_shape() -> None:
    async with bench() as (app, pilot):
        panel = app.panel
        panel.begin(())
        for sequence, shape in ((1, (2, 2)), (2, (5, 1, 8, 8))):
            row = Summary(name="w", kind="tensor", shape=shape)
            panel.receive(Frame(sequence=sequence, cause="step", rows=(row,), whole=sequence == 1))
        panel.open("w")
        images = (bytes(64),) * 5
        panel.show_detail(
            Detail(request=1, expression="w", summary=row, images=images, image_shape=(8, 8, 1))
        )
        panel.go(0)
        panel.action_other_slice(1)
        await pilot.pause()
        assert len(app.of(Panel.LookWanted)[-1].slice) == 2


async def test_the_last_page_of_images_is_the_last() -> None:
    async with bench(fed=False) as (app, _):
        inquiry = app.panel.inquiry
        row = Summary(name="many", kind="tensor", shape=(150, 1, 8, 8), dtype="float32")
        detail = Detail(
            request=1, expression="many", summary=row, images=(bytes(64),) * 64, image_shape=(8, 8, 1)
        )
        journey: Any = SimpleNamespace(closeup=lambda name: SimpleNamespace(detail=detail))
        inquiry.turn_to("many")
        pages = []
        for by in (1, 1, 1, 1, -1, -1, -1):
            assert inquiry.turn_slice(journey, by, 64)
            pages.append(inquiry.slice[0])
        assert pages == [64, 128, 128, 128, 64, 0, 0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Summary(name="x", kind="tensor", shape=(), dtype="bool", mean=1.0, min=1.0, max=1.0), "x = True"),
        (Summary(name="x", kind="tensor", shape=(3, 0, 4), dtype="float32"), "It has no elements."),
        (
            Summary(name="x", kind="tensor", shape=(2, 2), dtype="float32", nan=1, mean=1.0),
            "NaN or ∞, first seen at the end of the run",
        ),
    ],
)
async def test_what_a_close_look_says_of_odd_values(row: Summary, said: str) -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        app.panel.receive(Frame(sequence=1, cause="end", rows=(row,)))
        app.panel.open("x")
        await pilot.pause()
        assert said in app.text(app.detail)


async def test_a_close_look_goes_when_another_program_has_no_such_value() -> None:
    async with bench() as (app, pilot):

        async def runs(file: str, name: str) -> None:
            app.panel.prepare(file, {})
            app.panel.begin(())
            app.panel.receive(Started(pid=1))
            row = Summary(name=name, kind="tensor", mean=1.0)
            app.panel.receive(Frame(sequence=1, cause="end", rows=(row,)))
            app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
            await pilot.pause()

        await runs("one.py", "head.weight")
        app.panel.open("head.weight[0]")
        await runs("one.py", "other")
        assert app.panel.inquiry.name  # the same program: an error there is told
        await runs("two.py", "head.bias")
        assert app.panel.inquiry.name  # it has a `head`
        await runs("two.py", "header")
        assert not app.panel.inquiry.name
        assert app.table.has_focus


async def test_a_local_variable_of_a_function_that_has_returned_is_no_error() -> None:
    async with bench(fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(())
        app.panel.receive(Started(pid=1))
        row = Summary(
            name="batch", kind="tensor", shape=(2, 3), dtype="float32", mean=0.25, min=-1.0, max=1.0
        )
        app.panel.receive(Frame(sequence=1, cause="end", rows=(row,)))
        app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
        for name in ("batch", "batch + 1"):
            app.panel.open(name)
            error = "NameError: name 'batch' is not defined"
            app.panel.show_detail(Detail(request=1, expression=name, error=error))
            await pilot.pause()
            text = app.text(app.detail)
            assert ("NameError" in text) == (name != "batch")  # what was typed is answered in Python's words
            assert ("a function that has returned" in text) == (name == "batch")
            assert ("0.25" in text) == (name == "batch")
        number = Summary(name="loss", kind="scalar", type="float", text="0.5", mean=0.5)
        app.panel.receive(Frame(sequence=2, cause="end", rows=(row, number)))
        app.panel.open("loss")
        app.panel.show_detail(Detail(request=2, expression="loss", error=error))
        await pilot.pause()
        assert "loss = 0.5" in app.text(app.detail)
        assert "returned" not in app.text(app.detail)  # its number is all that there is of it
