"""The lesson's column: the reader, and a title with the current place in the lesson."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from evoclass_tui.outline import Section
from evoclass_tui.widgets.ground import Ground
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.reader import Reader


class LessonPane(Ground, Vertical):
    """Shows the section, its number and how much of the text is above, at every width of the window."""

    DEFAULT_CSS = """
    LessonPane { width: 1fr; height: 1fr; }
    """

    def __init__(self, reader: Reader, id: str | None = None) -> None:
        super().__init__(id=id)
        self.reader = reader
        self._place = ""

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="lesson-bar")
        yield self.reader

    async def write_note(self, block_id: str) -> None:
        """Open the box for a note at a block, or turn the open one to it."""
        from evoclass_tui.widgets.note_box import NoteBox

        box = next(iter(self.query(NoteBox)), None)
        if box is None:
            box = NoteBox(self.reader, block_id, self.reader.catalog)
            await self.mount(box)
        else:
            box.turn_to(block_id)
        box.enter()

    async def open_search(self) -> None:
        """Open the field for a search in the lesson, or go to it."""
        from evoclass_tui.widgets.search_bar import SearchBar

        bar = next(iter(self.query(SearchBar)), None)
        if bar is None:
            bar = SearchBar(self.reader, "", self.reader.catalog)
            await self.mount(bar)
        bar.enter()

    def on_mount(self) -> None:
        self.watch(self.reader, "scroll_y", self._tell, init=False)
        self.watch(self.reader, "virtual_size", self._tell, init=False)

    def show(self, lesson_title: str, sections: Sequence[Section], here: str) -> None:
        """Show which of the sections is being read; `here` is its id, empty above the first one."""
        ids = [section.id for section in sections]
        at = ids.index(here) if here in ids else -1
        self.query_one(PaneTitle).label = sections[at].title if at >= 0 else lesson_title
        self._place = f"{at + 1}/{len(ids)}" if at >= 0 else ""
        self._tell()

    def _tell(self) -> None:
        end = self.reader.max_scroll_y
        share = f"{min(100, round(100 * self.reader.scroll_y / end))}%" if end > 0 else ""
        self.query_one(PaneTitle).status = " · ".join(part for part in (self._place, share) if part)
