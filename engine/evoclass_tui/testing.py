"""Kit for plugins that bring something to the screen: subclass a contract in your tests, and pytest does the rest.

class TestEvents(PanelContract):
    panel = Events

class TestSlider(FieldContract):
    field = Slider(name="rate", label="rate")
    widget = SliderWidget
    value = 0.5

The fixture `open_app` opens the whole interface on a lesson with your plugin:

async def test_slider(open_app):
    async with open_app(LESSON, my_plugin) as opened:
        await opened.press("n", "right", "enter")
        await opened.until("Right")
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from copy import copy
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widget import Widget

from evoclass.contracts.field import assert_read_back, assert_reads_anything, assert_signed, assert_told
from evoclass.exercise import Field, Value
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.protocol import (
    Closed,
    Detail,
    ErrorReport,
    Exit,
    Figure,
    Frame,
    Output,
    Prompt,
    RunEvent,
    Started,
    Step,
    Summary,
    Warned,
)
from evoclass_tui.fields import FieldWidget
from evoclass_tui.opened import OpenedApp, open_app
from evoclass_tui.panel import Panel

__all__ = ["EVENTS", "FieldContract", "OpenedApp", "PanelContract", "open_app"]

_ROW = Summary(
    name="w", kind="parameter", type="Parameter", shape=(2, 3), min=-1.0, max=1.0, mean=0.0, std=0.5
)

_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "54789c63382127070002b6010534a675aa0000000049454e44ae426082"
)
"""The smallest picture."""

EVENTS: tuple[RunEvent, ...] = (
    Started(pid=1, python="3.11", torch="2.9", device="cpu"),
    Output(text="[b]not bold[/b] \u202e\n"),
    Frame(sequence=1, cause="statement", step=0, line=3, seconds=0.1, rows=(_ROW,), whole=False),
    Step(count=1),
    Figure(number=1, png=_DOT, title="[red]Loss", line=2),
    Warned(type="UserWarning", text="[red]careful", line=2),
    ErrorReport(type="ValueError", text="[/] wrong", line=4),
    Frame(sequence=2, cause="end", step=1, line=0, seconds=0.2, rows=(_ROW,)),
    Exit(reason="error", code=1, seconds=0.2),
    Prompt(),
    Closed(),
)
"""One event of each kind, as a run would bring them."""


class _Stage(App[None]):
    """Shows one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.shown = widget
        self.messages: list[Any] = []

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield self.shown


def _on_stage(
    make: Callable[[], Widget],
    act: Callable[[_Stage, Pilot[None]], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
) -> None:
    """Show a widget, act on it, and let everything settle; an exception in it is raised here."""

    async def run() -> None:
        app = _Stage(make())
        async with app.run_test(size=size, message_hook=app.messages.append) as pilot:
            await pilot.pause()
            await act(app, pilot)
            await pilot.pause()

    asyncio.run(run())


class PanelContract:
    """Tests of one panel."""

    panel: ClassVar[type[Panel]]

    def test_it_is_shown_in_every_language_and_size(self) -> None:
        async def look(app: _Stage, pilot: Pilot[None]) -> None:
            assert app.shown.is_mounted

        for language in LANGUAGES:
            for size in ((80, 24), (20, 3), (200, 60)):
                _on_stage(lambda language=language: self.panel(Catalog(language)), look, size)  # type: ignore[misc]

    def test_it_takes_every_event_of_a_run_and_the_next_run(self) -> None:
        async def run(app: _Stage, pilot: Pilot[None]) -> None:
            panel = app.shown
            assert isinstance(panel, Panel)
            for _ in range(2):
                panel.begin(("w",))
                for event in EVENTS:
                    panel.receive(event)
                    await pilot.pause()

        _on_stage(lambda: self.panel(Catalog("en")), run)

    def test_it_takes_a_close_look_that_it_did_not_ask_for(self) -> None:
        async def look(app: _Stage, pilot: Pilot[None]) -> None:
            assert isinstance(app.shown, Panel)
            app.shown.show_detail(Detail(request=1, expression="w", summary=_ROW))
            app.shown.show_detail(Detail(request=2, expression="x", error="[b]gone"))

        _on_stage(lambda: self.panel(Catalog("en")), look)

    def test_its_language_can_be_changed(self) -> None:
        async def switch(app: _Stage, pilot: Pilot[None]) -> None:
            assert isinstance(app.shown, Panel)
            other = list(LANGUAGES)[1]
            app.shown.switch_language(Catalog(other))
            await pilot.pause()
            assert app.shown.catalog.language == other

        _on_stage(lambda: self.panel(Catalog("en")), switch)


class FieldContract:
    """Tests of one field widget."""

    field: ClassVar[Field]
    widget: ClassVar[Callable[[Field, Catalog], FieldWidget]]
    value: ClassVar[Value]
    """A value that a learner could fill in."""
    package: ClassVar[str] = ""
    """Package whose `locale` folder has the field's sentences."""

    def make(self) -> FieldWidget:
        """Return the widget."""
        return type(self).widget(self.field, Catalog("en"))

    def test_without_the_widget_it_is_told_typed_and_read(self) -> None:
        for language in LANGUAGES:
            catalog = Catalog(language, [self.package] if self.package else [])
            assert_told(self.field, self.value, catalog)
            assert_read_back(self.field, self.value, catalog)
            assert_reads_anything(self.field, catalog)

    def test_its_signature_is_the_same_for_the_same_field(self) -> None:
        assert_signed(self.field, copy(self.field), self.value)

    def test_it_shows_a_value_and_is_emptied_without_a_message(self) -> None:
        async def show(app: _Stage, pilot: Pilot[None]) -> None:
            widget = app.shown
            assert isinstance(widget, FieldWidget)
            empty = widget.value
            widget.show_value(self.value)
            await pilot.pause()
            assert widget.value == self.value
            widget.show_value(None)
            await pilot.pause()
            assert widget.value == empty
            assert not [message for message in app.messages if isinstance(message, FieldWidget.Changed)]

        _on_stage(self.make, show)

    def test_a_value_can_be_shown_before_it_is_mounted(self) -> None:
        widget = self.make()
        widget.show_value(self.value)
        assert widget.value == self.value

    def test_its_preview_takes_as_many_rows(self) -> None:
        async def measure(app: _Stage, pilot: Pilot[None]) -> None:
            widget = app.shown
            assert isinstance(widget, FieldWidget)
            assert widget.outer_size.height == len(self.make().preview(widget.size.width))

        _on_stage(self.make, measure)

    def test_a_locked_field_keeps_its_value_and_lets_go_of_the_keys(self) -> None:
        async def lock(app: _Stage, pilot: Pilot[None]) -> None:
            widget = app.shown
            assert isinstance(widget, FieldWidget)
            widget.show_value(self.value)
            widget.locked = True
            await pilot.pause()
            with contextlib.suppress(Exception):
                widget.focus_first()
            await pilot.press("1", "a", "space", "right", "backspace")
            assert widget.value == self.value

        _on_stage(self.make, lock)
