"""The course page: its description, its lessons, and the learner's progress."""

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
from evoclass.learner.session import LessonMark
from evoclass.model import AnyBlock, Course, Heading, LessonEntry, plain_text
from evoclass_tui.widgets.course_map import MARKS
from evoclass_tui.widgets.page import Page
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.stretch import Stretch


class CoursePage(ModalScreen[LessonEntry | str | None]):
    """Returns the chosen lesson, or the address of an opened link."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+o", "dismiss(None)", show=False)]

    def __init__(self, catalog: Catalog, course: Course, marks: dict[str, LessonMark], open_id: str) -> None:
        super().__init__()
        self._catalog, self._course = catalog, course
        self._marks, self._open = marks, open_id
        self._stretch = Stretch()
        self._stretch.around(course.place(open_id) or 0, len(course.lessons))

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog course"):
            yield Static(self._head(), classes="dialog-title")
            with Container(classes="halves"):
                yield OptionList(*self._options())
                with Page():
                    yield Prose(self._prose(), self._catalog)

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        ids = [option.id for option in options.options]
        options.highlighted = ids.index(f"lesson:{self._open}") if f"lesson:{self._open}" in ids else 0
        options.focus()

    def _options(self) -> list[Option]:
        stretch = self._stretch
        entries = self._course.lessons[stretch.first : stretch.last]
        options = [Option(self._line(entry), id=f"lesson:{entry.id}") for entry in entries]
        if stretch.first:
            options.insert(0, self._more("earlier", stretch.first))
        if stretch.last < stretch.total:
            options.append(self._more("later", stretch.total - stretch.last))
        return options

    def _more(self, key: str, count: int) -> Option:
        text = self._catalog(f"map.{key}", count=count)
        return Option(Content.styled(f"⋯ {text}", "$text-muted"), id=f"more:{key}")

    def _turn(self, key: str) -> None:
        """Show the lessons before or after the visible ones."""
        before = self._stretch.first, self._stretch.last
        (self._stretch.earlier if key == "earlier" else self._stretch.later)()
        options = self.query_one(OptionList)
        options.set_options(self._options())
        place = before[0] - 1 if key == "earlier" else before[1]
        options.highlighted = options.get_option_index(f"lesson:{self._course.lessons[place].id}")

    def _head(self) -> Content:
        done = sum(mark == "done" for mark in self._marks.values())
        count = self._catalog("course.done", done=done, total=len(self._course.lessons))
        return Content.assemble(
            (f"{self._course.code}  " if self._course.code else "", "bold $accent"),
            self._course.title,
            (f"   {count} · {self._catalog('help.close')}", "$text-muted"),
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
            (f"\n  {' · '.join(facts)}" if facts else "", "$text-muted"),
        )

    def _prose(self) -> tuple[AnyBlock, ...]:
        """Return the course's page without a first heading that only repeats its title."""
        blocks = self._course.blocks
        if blocks and isinstance(blocks[0], Heading) and plain_text(blocks[0].text) == self._course.title:
            return blocks[1:]
        return blocks

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        kind, _, name = (event.option_id or "").partition(":")
        if kind == "more":
            self._turn(name)
            return
        self.dismiss(self._course.entry(name))

    def on_prose_link_pressed(self, event: Prose.LinkPressed) -> None:
        self.dismiss(event.href)
