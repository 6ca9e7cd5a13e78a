"""The course at a glance: what it is about, its lessons, and how far the learner is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from evoclass.i18n import Catalog
from evoclass.model import Block, Course, Heading, LessonEntry, plain_text
from evoclass.session import LessonMark
from evoclass_tui.widgets.course_map import MARKS
from evoclass_tui.widgets.page import Page
from evoclass_tui.widgets.prose import Prose


class CoursePage(ModalScreen[LessonEntry | str | None]):
    """Returns the lesson that was chosen, or the address of a link that was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+o", "dismiss(None)", show=False)]

    def __init__(self, catalog: Catalog, course: Course, marks: dict[str, LessonMark], open_id: str) -> None:
        super().__init__()
        self._catalog, self._course = catalog, course
        self._marks, self._open = marks, open_id

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog course"):
            yield Static(self._head(), classes="dialog-title")
            with Container(classes="halves"):
                yield OptionList(*(Option(self._line(entry), id=entry.id) for entry in self._course.lessons))
                with Page():
                    yield Prose(self._prose(), self._catalog)

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        ids = [entry.id for entry in self._course.lessons]
        options.highlighted = ids.index(self._open) if self._open in ids else 0
        options.focus()

    def _head(self) -> Content:
        done = sum(mark == "done" for mark in self._marks.values())
        count = self._catalog("course.done", done=done, total=len(self._course.lessons))
        return Content.assemble(
            (f"{self._course.code}  " if self._course.code else "", "bold $accent"),
            self._course.title,
            (f"   {count} · {self._catalog('help.close')}", "$foreground 60%"),
        )

    def _line(self, entry: LessonEntry) -> Content:
        mark, colour = MARKS[self._marks.get(entry.id, "new")]
        if entry.problem is not None:
            mark, colour = "!", "$error"
        title = f"{entry.number}  {entry.title}" if entry.number else entry.title
        facts = [self._catalog("course.minutes", minutes=entry.minutes)] if entry.minutes else []
        facts += ["/".join(entry.languages)] if entry.languages else []
        weight = "bold" if entry.id == self._open else ""
        return Content.assemble(
            (f"{mark} ", colour),
            (title, weight),
            (f"\n  {' · '.join(facts)}" if facts else "", "$foreground 60%"),
        )

    def _prose(self) -> tuple[Block, ...]:
        """Return the course's page without a first heading that only repeats its title."""
        blocks = self._course.blocks
        if blocks and isinstance(blocks[0], Heading) and plain_text(blocks[0].text) == self._course.title:
            return blocks[1:]
        return blocks

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._course.lessons[event.option_index])

    def on_prose_link_pressed(self, event: Prose.LinkPressed) -> None:
        self.dismiss(event.href)
