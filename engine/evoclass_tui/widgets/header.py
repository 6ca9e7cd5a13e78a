"""The top line: course and lesson, language, device, study time, progress."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from evoclass.i18n import LANGUAGES, Catalog
from evoclass.model import Course, Lesson
from evoclass_tui.stopwatch import Stopwatch
from evoclass_tui.widgets.tab_strip import Tab, TabStrip
from evoclass_tui.widgets.timer import StudyTimer

WIDE = 110
"""Columns from which on the header shows everything in full."""


class HeaderButton(Static):
    """A word of the header that does something when clicked."""

    ALLOW_SELECT = False

    class Pressed(Message):
        """Clicked."""

        def __init__(self, button: HeaderButton) -> None:
            super().__init__()
            self.button = button

        @property
        def control(self) -> HeaderButton:
            """The button, for `on` with a selector."""
            return self.button

    def on_click(self) -> None:
        self.post_message(self.Pressed(self))


class LessonHeader(Horizontal):
    """Course code, lesson number and title; language switch; runner; study timer; progress."""

    catalog: reactive[Catalog | None] = reactive(None)
    device: reactive[str] = reactive("")
    """The device that code runs on, in words."""
    progress: reactive[tuple[int, int]] = reactive((0, 0))
    """Exercises passed, and their total."""

    STAGES: ClassVar[str] = "○◔◑◕●"

    def __init__(self, stopwatch: Stopwatch, id: str | None = None) -> None:
        super().__init__(id=id)
        self.timer = StudyTimer(stopwatch, id="study-timer")

    def compose(self) -> ComposeResult:
        yield HeaderButton("≡", id="menu-button", markup=False)
        yield Static(id="lesson-title", markup=False)
        yield TabStrip(id="language-switch")
        yield HeaderButton(id="runner-button", markup=False)
        yield self.timer.data_bind(LessonHeader.catalog)
        yield Static(id="lesson-progress", markup=False)

    def show(self, course: Course, lesson: Lesson) -> None:
        """Show which lesson is open."""
        place = " · ".join(part for part in (course.code, str(lesson.number or "")) if part)
        title = Content.assemble((f"{place}  " if place else "", "bold $accent"), (lesson.title, "bold"))
        self.query_one("#lesson-title", Static).update(title)
        self.query_one("#lesson-title").tooltip = Content(f"{course.title}\n{lesson.title}")

    def watch_catalog(self, catalog: Catalog | None) -> None:
        if catalog is None:
            return
        strip = self.query_one("#language-switch", TabStrip)
        strip.show(tuple(Tab(code, code) for code in LANGUAGES), catalog.language)
        strip.tooltip = Content(catalog("header.language"))
        self.query_one("#menu-button").tooltip = Content(catalog("command.palette.help"))
        self.query_one("#runner-button").tooltip = Content(catalog("command.runner.help"))
        self.watch_progress()

    def watch_device(self) -> None:
        self._show_device()

    def on_resize(self) -> None:
        self._show_device()

    def _show_device(self) -> None:
        """Show the device; without its details if there is little room."""
        device = self.device.split(" · ")[0] if self.size.width < WIDE else self.device
        self.query_one("#runner-button", HeaderButton).update(Content(f"{device} ▾" if device else ""))

    def watch_progress(self) -> None:
        passed, total = self.progress
        stage = self.STAGES[0 if not total else min(4, 4 * passed // total if passed < total else 4)]
        if passed and stage == "○":
            stage = "◔"
        colour = "$success" if total and passed == total else "$accent"
        widget = self.query_one("#lesson-progress", Static)
        widget.update(Content.assemble((f"{stage} ", colour), f"{passed}/{total}") if total else "")
        if self.catalog is not None:
            widget.tooltip = Content(self.catalog("header.progress", passed=passed, total=total))
