"""What a lesson watches and the inspector cannot show says why, once the run has ended."""

from __future__ import annotations

import pytest

from evoclass.protocol import Closed, Exit, Frame, Started, Summary
from evoclass_tensors.screen.panel import TensorPanel

from .panelbench import bench
from .session import Session

WATCH = ("words", "never", "kept", "_hidden", "loss", "words.lr", "kept[0]['loss']", "_hidden.grad")


def frame() -> Frame:
    """Return the last frame of a program with a text, a list of dictionaries and a private number."""
    source = "words = 'a text'\nkept = [{'loss': 1.0}]\n_hidden = 2.0\n"
    return Session(source, watch=WATCH).run().frames[-1]


def ran(panel: TensorPanel, *, reason: str = "finished", started: bool = True) -> None:
    panel.begin(WATCH)
    if started:
        panel.receive(Started(pid=1, python="3", device="cpu"))
    row = Summary(name="loss", kind="scalar", type="float", text="1", mean=1.0)
    panel.receive(Frame(sequence=0, cause="step", step=1, rows=(row,), whole=True))
    panel.receive(frame())
    panel.receive(Exit(reason=reason, code=0, seconds=1.0))  # type: ignore[arg-type]


def test_the_class_of_what_has_no_row_is_known_at_the_end() -> None:
    rows = {row.name: row for row in frame().rows}
    assert (rows["words"].kind, rows["words"].type, rows["words"].text) == ("other", "str", "")
    assert rows["_hidden"].text == "2"
    assert (rows["words.lr"].kind, rows["words.lr"].type) == ("other", "str")
    assert not {"kept", "_hidden.grad"} & rows.keys()
    assert rows["kept[0]['loss']"].text == "1"


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ("str · nothing to watch", "in str · nothing to watch", "does not appear in this run")),
        (
            "it",
            ("str · non osservabile", "in str · non osservabile", "non compare in questa esecuzione"),
        ),
    ],
)
async def test_each_name_says_why_there_is_nothing(language: str, texts: tuple[str, str, str]) -> None:
    async with bench(size=(60, 20), language=language, fed=False) as (app, pilot):
        ran(app.panel)
        await pilot.pause()
        lines = [" ".join(line.split()) for line in app.text(app.table).splitlines()]
        assert f"◆ words {texts[0]}" in lines
        assert f"◆ words.lr {texts[1]}" in lines
        assert f"◆ never {texts[2]}" in lines
        # `loss` was there, and is gone; `kept` has its parts; a gradient comes and goes.
        assert [line.split()[1] for line in lines if texts[2] in line] == ["never", "_hidden.grad"]
        app.panel.go(0)
        await pilot.pause()
        assert "never" not in app.text(app.table)


@pytest.mark.parametrize("how", [{"reason": "error"}, {"started": False}])
async def test_a_run_that_was_not_followed_to_its_end_claims_nothing(how: dict[str, object]) -> None:
    async with bench(size=(60, 20), fed=False) as (app, pilot):
        ran(app.panel, **how)  # type: ignore[arg-type]
        app.panel.receive(Closed())
        await pilot.pause()
        assert "never" not in app.text(app.table)
        assert "nothing to watch" in app.text(app.table)


def test_a_dictionary_with_numbers_as_keys_has_rows_that_are_expressions() -> None:
    source = "losses = {0.5: 1.0, 2: 3.0, float('nan'): 4.0, 1e-07: 5.0, (1, 2): 6.0}\n"
    session = Session(source, watch=("losses",)).run()
    assert {name: row.text for name, row in session.rows.items()} == {
        "losses[0.5]": "1",
        "losses[2]": "3",
        "losses[1e-07]": "5",
    }
    assert session.look("losses[1e-07]").error == ""


def test_an_item_of_a_list_of_numbers_that_the_lesson_watches_has_its_row() -> None:
    source = "losses = [3.0, 2.0, 1.0]\nlogs = {'loss': 4.0, 'all': {'of': {'them': [5, 6]}}}\n"
    watch = ("losses[-1]", "losses[7]", "logs['loss']", "logs['all']['of']['them'][1]")
    session = Session(source, watch=watch).run()
    assert {name: row.text for name, row in session.rows.items() if name in watch} == {
        "losses[-1]": "1",
        "losses[7]": "",
        "logs['loss']": "4",
        "logs['all']['of']['them'][1]": "6",
    }
    assert [row.name for row in session.frames[-1].rows].count("logs['loss']") == 1
    assert session.look("losses[-1]").error == ""
