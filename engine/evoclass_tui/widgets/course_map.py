"""The course at the side: its lessons, and the sections of the open one, with progress marks."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.learner.standing import MARKS, LessonMark, Standing, duration, numbered
from evoclass.model import LessonEntry
from evoclass_tui.outline import Section
from evoclass_tui.places import HasKeys, place_bindings
from evoclass_tui.widgets.choice_list import BAR, ChoiceList
from evoclass_tui.widgets.header import HeaderButton
from evoclass_tui.widgets.stretch import Stretch

COLOURS: dict[LessonMark, str] = {"new": "$text-muted", "started": "$accent", "done": "$success"}


def room_in(options: OptionList) -> int:
    """Return the columns for text in a list, beside the scrollbar that it may get once it is filled."""
    inside = options.scrollable_content_region.width - len(BAR)
    return (
        inside if options.show_vertical_scrollbar else max(0, inside - options.styles.scrollbar_size_vertical)
    )


def hang(lead: Content, text: Content, options: OptionList) -> Content:
    """Return text wrapped to the width of a list, with each further line indented like the first."""
    width = room_in(options)
    if not width:  # before the list has a size: it is filled again then
        return Content.assemble(lead, text)
    room = max(8, width - lead.cell_length)
    first, *others = text.wrap(room)
    blank = " " * lead.cell_length
    return Content("\n").join(
        [Content.assemble(lead, first), *(Content.assemble(blank, line) for line in others)]
    )


def sign(standing: Standing, entry: LessonEntry) -> tuple[str, str]:
    """Return the sign before a lesson, and its colour."""
    if standing.course.end is not None and entry.id == standing.course.end.id and entry.problem is None:
        return "◇", "$text-muted"  # it is no lesson, so it is never done
    mark = standing.mark(entry.id)
    return ("!", "$error") if entry.problem is not None else (MARKS[mark], COLOURS[mark])


class CourseMap(HasKeys, Vertical):
    """Lists lessons and sections; choosing one only sends a message."""

    place = "map"

    catalog: reactive[Catalog | None] = reactive(None)
    section: reactive[str] = reactive("", init=False)
    """Section that the reader shows."""

    @mutable
    class LessonChosen(Message):
        """The learner wants another lesson."""

        entry: LessonEntry

    @mutable
    class SectionChosen(Message):
        """The learner wants to read from this block on."""

        block_id: str

    class Left(Message):
        """The learner has left the map: Escape was pressed, or the focus went elsewhere."""

    BINDINGS = [*place_bindings(place), Binding("escape", "leave", show=False, id="leave")]

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._standing: Standing | None = None
        self._open = ""
        self._sections: list[Section] = []
        self._stretch = Stretch()

    def compose(self) -> ComposeResult:
        if self.display:
            yield from self._parts()

    def _parts(self) -> ComposeResult:
        yield HeaderButton(id="map-title", markup=False)
        yield ChoiceList(id="map-list")

    def build(self) -> None:
        """Make the list, if it does not exist yet: where the map is hidden, the first picture does without."""
        if not self.children:
            self.mount_all(self._parts())

    def show(self, standing: Standing, lesson_id: str, sections: list[Section]) -> None:
        """Show the learner's progress."""
        course = standing.course
        self._standing, self._open, self._sections = standing, lesson_id, sections
        self._stretch.around_page(course, lesson_id)
        self._fill()

    def watch_catalog(self) -> None:
        self._fill()

    def watch_section(self, old: str, new: str) -> None:
        if not self.children:
            return
        options = self.query_one(OptionList)
        for section in self._sections:
            if section.id in (old, new) and options.option_count:
                options.replace_option_prompt(f"section:{section.id}", self._section_line(section))

    def _fill(self) -> None:
        if self._standing is None or self.catalog is None or not self.is_mounted:
            return
        if not self.size.width or not self.children:
            return  # nobody sees it: it is filled when it gets a size
        course = self._standing.course
        title = " ".join(part for part in (course.code, course.title) if part)
        told = self._standing.said(self.catalog) if len(course.lessons) > 1 else ()
        self.query_one("#map-title", HeaderButton).update(
            Content.assemble((title, "bold"), *((f"\n{line}", "not bold") for line in told))
        )
        options = self.query_one(OptionList)
        kept = options.highlighted_option.id if options.highlighted_option else None
        stretch = self._stretch
        lines: list[Option] = []
        if stretch.first:
            lines.append(self._more("earlier", stretch.first))
        for entry in course.lessons[stretch.first : stretch.last]:
            lines += self._page_lines(entry)
        if stretch.last < stretch.total:
            lines.append(self._more("later", stretch.total - stretch.last))
        elif course.end is not None:
            lines += self._page_lines(course.end)
        options.set_options(lines)
        ids = [option.id for option in lines]
        wanted = kept if kept in ids else f"lesson:{self._open}"
        if wanted in ids:
            options.highlighted = ids.index(wanted)

    def _page_lines(self, entry: LessonEntry) -> Iterator[Option]:
        """Yield the line of a lesson, or of the course's end, and below the open one its sections."""
        yield Option(self._lesson_line(entry), id=f"lesson:{entry.id}")
        if entry.id == self._open:
            for section in self._sections:
                yield Option(self._section_line(section), id=f"section:{section.id}")

    def _more(self, key: str, count: int) -> Option:
        assert self.catalog is not None
        text = self.catalog(f"map.{key}", count=count)
        return Option(Content.styled(f"⋯ {text}", "$text-muted"), id=f"more:{key}")

    def _turn(self, key: str) -> None:
        """Show the lessons before or after the visible ones."""
        assert self._standing is not None
        before = self._stretch.first, self._stretch.last
        (self._stretch.earlier if key == "earlier" else self._stretch.later)()
        self._fill()
        place = before[0] - 1 if key == "earlier" else before[1]
        options = self.query_one(OptionList)
        lesson_id = self._standing.course.lessons[place].id
        options.highlighted = options.get_option_index(f"lesson:{lesson_id}")

    def _lesson_line(self, entry: LessonEntry) -> Content:
        assert self.catalog is not None
        assert self._standing is not None
        mark, colour = sign(self._standing, entry)
        weight = "bold" if entry.id == self._open else ""
        foreign = "" if entry.language == self.catalog.language else f"  {entry.language}"
        options = self.query_one(OptionList)
        lead = Content.styled(f"{mark} ", colour)
        room = room_in(options) - lead.cell_length
        title = Content.assemble((numbered(entry), weight), (foreign, "$text-muted italic"))
        told = duration(entry.minutes, self.catalog) if entry.minutes else ""
        if self._standing.mark(entry.id) != "done":
            # The lesson's own page says it in full, so that it need not take a third row here.
            brief = " · ".join(filter(None, (told, self._standing.brief(entry.needs, self.catalog))))
            told = brief if Content(brief).cell_length <= room else told
        between = "  " if title.cell_length + 2 + Content(told).cell_length <= room else "\n"
        return hang(lead, Content.assemble(title, (between + told if told else "", "$text-muted")), options)

    def _section_line(self, section: Section) -> Content:
        here = section.id == self.section
        bar = Content.styled("  ▎ " if here else "    ", "$accent")
        count: tuple[str, str] | str = ""
        if section.total:
            colour = "$success" if section.passed == section.total else "$text-muted"
            count = (f"  {section.passed}/{section.total}", colour)
        title = (section.title, "" if here else "$text-muted")
        return hang(bar, Content.assemble(title, count), self.query_one(OptionList))

    def on_resize(self) -> None:
        self.build()
        self._fill()

    def action_open(self) -> None:
        """Open what is under the cursor."""
        self.query_one(OptionList).action_select()

    def action_move(self, where: str) -> None:
        """Move the cursor up or down, or to the first or last line."""
        options = self.query_one(OptionList)
        moves = {"up": options.action_cursor_up, "down": options.action_cursor_down}
        (moves | {"first": options.action_first, "last": options.action_last})[where]()

    def action_leave(self) -> None:
        """Return the focus to the pane below or beside the map."""
        self.post_message(self.Left())

    def on_descendant_blur(self) -> None:
        if self.app.app_focus:  # else the whole window has lost the focus, and gets it back
            self.post_message(self.Left())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        kind, _, name = (event.option_id or "").partition(":")
        if kind == "more":
            self._turn(name)
        elif kind == "section":
            self.post_message(self.SectionChosen(name))
        elif kind == "lesson" and self._standing is not None:
            entry = self._standing.course.page(name)
            if entry is not None:
                self.post_message(self.LessonChosen(entry))
