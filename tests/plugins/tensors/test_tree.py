"""Which rows the table shows, and in what order."""

from __future__ import annotations

from evoclass.i18n import Catalog
from evoclass.protocol import Summary
from evoclass_tensors.screen.rows_view import RowsView
from evoclass_tensors.screen.tree import PARTS, SMALL, View, lines

Rows = dict[str, Summary]


def row(name: str, kind: str = "tensor", parent: str = "", **more: object) -> Summary:
    return Summary(name=name, kind=kind, parent=parent, **more)  # type: ignore[arg-type]


def model(layers: int) -> Rows:
    rows = [row("x"), row("model", "module"), row("lr", "scalar"), row("loss", "scalar")]
    for number in range(layers):
        rows += [
            row(f"model.{number}", "module", "model"),
            row(
                f"model.{number}.weight",
                "parameter",
                f"model.{number}",
                shape=(2, 3),
                bytes=number,
                trainable=True,
            ),
            row(f"model.{number}.weight.grad", "gradient", f"model.{number}.weight"),
        ]
    return {own.name: own for own in rows}


def shown(rows: Rows, view: View | None = None, changes: dict[str, int] | None = None) -> list[str]:
    return [line.name for line in lines(rows, view or View(), {"loss": 3} if changes is None else changes)]


def test_small_modules_start_open_and_gradients_shut() -> None:
    rows = model(2)
    assert shown(rows) == [
        "x",
        "model",
        "model.0",
        "model.0.weight",
        "model.1",
        "model.1.weight",
        "loss",
        "lr",
    ]
    found = {line.name: line for line in lines(rows, View(), {})}
    assert found["model"].branch == "open"
    assert found["model.0.weight"].branch == "shut"
    assert found["model.0.weight"].label == "weight"
    assert found["model.0.weight"].depth == 2
    assert found["x"].branch == ""


def test_the_parts_of_a_pinned_dictionary_are_first() -> None:
    rows = {name: row(name) for name in ("x", "loss", "shares['a']", "shares['b']", "shared", "runs[0]")}
    found = lines(rows, View(pins=["loss", "shares", "shares['b']", "nothing"]), {})
    assert [line.name for line in found] == ["loss", "shares['a']", "shares['b']", "x", "shared", "runs[0]"]
    assert [line.pinned for line in found] == [True] * 3 + [False] * 3
    many = {name: row(name) for name in (f"runs[{index}]" for index in range(PARTS + 2))}
    assert [line.pinned for line in lines(many, View(pins=["runs"]), {})] == [True] * PARTS + [False] * 2


def test_large_modules_start_shut() -> None:
    assert shown(model(SMALL)) == ["x", "model", "loss", "lr"]


def test_folding_by_hand_stays() -> None:
    rows = model(SMALL)
    assert "model.0" in shown(rows, View(folds={"model": False}))
    assert "model.0.weight.grad" in shown(model(1), View(folds={"model.0.weight": False}))
    assert "model.0" not in shown(model(1), View(folds={"model": True}))


def test_settings_stand_below_what_changes() -> None:
    assert shown(model(1), changes={"lr": 1, "loss": 2})[-2:] == ["lr", "loss"]
    assert shown(model(1), changes={})[-2:] == ["lr", "loss"]
    assert shown(model(1), changes={"loss": 2})[-2:] == ["loss", "lr"]


def test_pins_come_first_in_their_order_and_parts_of_a_model_stay_in_it() -> None:
    names = shown(model(1), View(pins=["loss", "model.0.weight", "not there", "loss"]))
    assert names[:2] == ["loss", "model.0.weight"]
    assert names.count("loss") == 1
    assert names.count("model.0.weight") == 2
    assert shown(model(1), View(pins=["model"])).count("model") == 2  # there it can be unfolded


def test_the_filter_looks_at_name_kind_type_and_shape() -> None:
    rows = model(3)
    assert shown(rows, View(text="1 weight")) == ["model.1.weight", "model.1.weight.grad"]
    assert shown(rows, View(text="PARAMETER 2×3")) == [f"model.{number}.weight" for number in range(3)]
    assert shown(rows, View(text="trainable")) == [f"model.{number}.weight" for number in range(3)]
    assert shown(rows, View(text="nothing like it")) == []
    rows["x"] = row("x", nan=2)
    assert shown(rows, View(text="nan")) == ["x"]


def test_sorting_by_figures_puts_the_largest_first() -> None:
    rows = {
        name: row(name, bytes=size, norm=norm, change=change)
        for name, size, norm, change in (("a", 1, 5.0, None), ("b", 3, None, 0.5), ("c", 2, 9.0, 0.1))
    }
    assert shown(rows, View(order="size")) == ["b", "c", "a"]
    assert shown(rows, View(order="norm")) == ["c", "a", "b"]
    assert shown(rows, View(order="change")) == ["b", "c", "a"]
    assert shown(rows, View(order="name")) == ["a", "b", "c"]


def test_constants_can_be_hidden() -> None:
    rows = {name: row(name, "scalar") for name in ("a", "b")}
    assert shown(rows, View(hide_constant=True), {"b": 2}) == ["b"]


def test_rows_that_are_each_others_parents_do_not_hang() -> None:
    rows = {"a": row("a", parent="b"), "b": row("b", parent="a"), "c": row("c", parent="c"), "d": row("d")}
    assert set(shown(rows)) == {"c", "d"}


def test_what_the_last_lab_watched_is_not_pinned_in_the_next() -> None:
    rows = RowsView(Catalog("en", ["evoclass_tensors"]))
    rows.watch_for(("loss", "model.0.weight"))
    rows.view.pins.append("mine")
    rows.watch_for(("accuracy", "loss"))
    assert rows.view.pins == ["accuracy", "loss", "mine"]
