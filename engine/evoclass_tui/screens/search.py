"""Search over everything: type, and go to what is found."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from evoclass.i18n import Catalog
from evoclass.learner.searching import Found
from evoclass.wording.printable import printable
from evoclass_tui.finder import Finder
from evoclass_tui.screens.dialog import CLOSE, Dialog, DialogKey
from evoclass_tui.widgets.choice_list import ChoiceList
from evoclass_tui.widgets.entry import Entry


class SearchScreen(Dialog[Found | None]):
    """Returns the chosen place."""

    KEYS = (DialogKey("enter", "go"), CLOSE)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(8)", show=False, priority=True),
        Binding("pageup", "move(-8)", show=False, priority=True),
    ]

    def __init__(self, finder: Finder, typed: str, catalog: Catalog, here: str) -> None:
        """`here` is the id of the open course: places in it are listed without its name."""
        super().__init__()
        self._here = here
        self._finder, self._typed_before, self._catalog = finder, typed, catalog
        self._found: list[Found] = []
        self._looked_for = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog palette search"):
            yield Entry(self._typed_before, placeholder=self._catalog("search.everything"), compact=True)
            options = ChoiceList()
            options.can_focus = False  # the field keeps the keys, so that one can go on typing
            yield options
            yield Static(classes="dialog-foot")

    def on_mount(self) -> None:
        self.query_one(Entry).select_all()
        self._finder.news = self._more_read
        self._finder.begin()
        self._search()

    def on_unmount(self) -> None:
        self._finder.news = lambda: None

    @property
    def typed(self) -> str:
        """What is searched for."""
        return self.query_one(Entry).value

    @property
    def last_typed(self) -> str:
        """What was searched for last, for the next time."""
        return self._looked_for

    def _more_read(self) -> None:
        self._say()
        if not self._finder.is_reading or len(self._found) == 0:
            self._search()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._search()

    @work(exclusive=True, group="search")
    async def _search(self) -> None:
        await self._find(self.typed)

    async def _find(self, typed: str) -> None:
        found = await self._finder.find(typed)
        kept = typed == self._looked_for
        self._found, self._looked_for = found, typed
        options = self.query_one(OptionList)
        before = options.highlighted
        options.set_options(Option(self._line(one), id=str(number)) for number, one in enumerate(found))
        if found:
            options.highlighted = min(before or 0, len(found) - 1) if kept else 0
        self._say()

    def _say(self) -> None:
        finder, say = self._finder, self._catalog
        if finder.is_reading and finder.total:
            text = say("search.reading", done=finder.done, total=finder.total)
        elif self._looked_for.strip() and not self._found:
            text = say("search.none", words=printable(self._looked_for.strip()))
        else:
            text = say("search.keys")
        self.query_one(".dialog-foot", Static).update(Content.styled(text, "$text-muted"))

    def _line(self, one: Found) -> Content:
        course = "" if one.course.id == self._here else one.course.code or one.course.title
        heading = "" if one.heading == one.entry.title else one.heading
        head = " · ".join(filter(None, (course, one.title, heading)))
        sign = "✎ " if one.is_note else f"{self._catalog('search.term')}: " if one.is_term else ""
        first = Content.assemble((sign, "$text-accent"), (printable(head), "$text-primary"))
        text = Content.assemble(
            *((printable(piece), "bold $text-warning" if sought else "") for piece, sought in one.pieces)
        )
        return Content("\n").join([first, text])

    def action_move(self, by: int) -> None:
        """Go up or down in the list while the cursor stays in the field."""
        options = self.query_one(OptionList)
        if self._found:
            options.highlighted = max(0, min(len(self._found) - 1, (options.highlighted or 0) + by))

    @on(Input.Submitted)
    async def _entered(self) -> None:
        if self.typed != self._looked_for:  # Enter came before what was typed had been searched
            await self._find(self.typed)
        highlighted = self.query_one(OptionList).highlighted
        if highlighted is not None and self._found:
            self.dismiss(self._found[highlighted])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])
