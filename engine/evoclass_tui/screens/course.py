"""The course page: its description, its lessons, and the learner's progress."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from evoclass.i18n import Catalog
from evoclass.learner.standing import Standing, numbered
from evoclass.model import AnyBlock, Heading, LessonEntry, plain_text
from evoclass.reading.filenames import COURSE_PAGE
from evoclass_tui.pictures.gallery import Gallery
from evoclass_tui.pictures.graphics import graphics_of
from evoclass_tui.screens.dialog import CLOSE, Dialog, DialogKey
from evoclass_tui.widgets.choice_list import ChoiceList
from evoclass_tui.widgets.course_map import hang, sign
from evoclass_tui.widgets.page import Page
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.stretch import Stretch


class CoursePage(Dialog[LessonEntry | str | None]):
    """Returns the chosen lesson, or the address of an opened link."""

    KEYS = (DialogKey("enter", "open"), DialogKey("space", "page"), CLOSE)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("ctrl+o", "dismiss(None)", show=False, id="course"),
        Binding("space", "read(1)", show=False),
        Binding("b", "read(-1)", show=False),
    ]

    def __init__(
        self, catalog: Catalog, standing: Standing, open_id: str, *, begins: bool = False, due: str = ""
    ) -> None:
        """With `begins`, the learner sees the course for the first time; `due` says what should be reviewed."""
        super().__init__()
        self._catalog, self._standing = catalog, standing
        self._course = standing.course
        self._open, self._begins, self._due = open_id, begins, due
        self._stretch = Stretch()
        self._stretch.around_page(self._course, open_id)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog course -new" if self._begins else "dialog course"):
            yield Static(self._head(), classes="dialog-title")
            with Container(classes="halves"):
                yield ChoiceList()
                with Page() as page:
                    course = self._course
                    file = course.folder / course.language / COURSE_PAGE if course.folder else None
                    page.gallery = Gallery(file, graphics_of(self.app), self._catalog)
                    yield Prose(self._prose(), self._catalog)
            if self._begins:
                yield Static(self._foot(self._course.page(self._open)), classes="dialog-foot")

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        self._fill()
        ids = [option.id for option in options.options]
        options.highlighted = ids.index(f"lesson:{self._open}") if f"lesson:{self._open}" in ids else 0
        options.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        """List the lessons, each wrapped to the width of the list."""
        options = self.query_one(OptionList)
        kept = options.highlighted
        options.set_options(self._options())
        options.highlighted = kept

    def _options(self) -> list[Option]:
        stretch = self._stretch
        entries = self._course.lessons[stretch.first : stretch.last]
        options = [Option(self._line(entry), id=f"lesson:{entry.id}") for entry in entries]
        if stretch.first:
            options.insert(0, self._more("earlier", stretch.first))
        if stretch.last < stretch.total:
            options.append(self._more("later", stretch.total - stretch.last))
        elif self._course.end is not None:
            options.append(Option(self._line(self._course.end), id=f"lesson:{self._course.end.id}"))
        return options

    def _more(self, key: str, count: int) -> Option:
        text = self._catalog(f"map.{key}", count=count)
        return Option(Content.styled(f"⋯ {text}", "$text-muted"), id=f"more:{key}")

    def _turn(self, key: str) -> None:
        """Show the lessons before or after the visible ones."""
        before = self._stretch.first, self._stretch.last
        (self._stretch.earlier if key == "earlier" else self._stretch.later)()
        options = self.query_one(OptionList)
        self._fill()
        place = before[0] - 1 if key == "earlier" else before[1]
        options.highlighted = options.get_option_index(f"lesson:{self._course.lessons[place].id}")

    def _head(self) -> Content:
        return Content.assemble(
            (f"{self._course.code}  " if self._course.code else "", "bold $accent"),
            self._course.title,
            (f"\n{' · '.join(self._standing.said(self._catalog))}", "not bold $text-muted"),
            (f"\n{self._due}" if self._due else "", "not bold $accent"),
        )

    def _foot(self, entry: LessonEntry | None) -> Content:
        """Show a newcomer the key that begins."""
        if entry is None:
            return Content()
        key = "course.begin" if entry.number else "course.begin_first"
        said = self._catalog(key, number=entry.number, title=entry.title)
        return Content.styled(said, "bold $accent")

    def action_read(self, pages: int) -> None:
        """Scroll the course's text while the list keeps the focus."""
        page = self.query_one(Page)
        page.scroll_relative(y=pages * max(1, page.size.height - 2), animate=False)

    def _line(self, entry: LessonEntry) -> Content:
        mark, colour = sign(self._standing, entry)
        facts = [self._catalog("course.minutes", minutes=entry.minutes)] if entry.minutes else []
        facts += [brief] if (brief := self._standing.brief(entry.needs, self._catalog)) else []
        facts += ["/".join(entry.languages)] if entry.languages else []
        weight = "bold" if entry.id == self._open else ""
        text = Content.assemble(
            (numbered(entry), weight), (f"\n{' · '.join(facts)}" if facts else "", "$text-muted")
        )
        return hang(Content.styled(f"{mark} ", colour), text, self.query_one(OptionList))

    def _prose(self) -> tuple[AnyBlock, ...]:
        """Return the course's page without a first heading that only repeats its title."""
        blocks = self._course.blocks
        if blocks and isinstance(blocks[0], Heading) and plain_text(blocks[0].text) == self._course.title:
            return blocks[1:]
        return blocks

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        name = (event.option_id or "").removeprefix("lesson:")
        for foot in self.query(".dialog-foot").results(Static):
            foot.update(self._foot(self._course.page(name)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        kind, _, name = (event.option_id or "").partition(":")
        if kind == "more":
            self._turn(name)
            return
        self.dismiss(self._course.page(name))

    def on_prose_link_pressed(self, event: Prose.LinkPressed) -> None:
        self.dismiss(event.href)
