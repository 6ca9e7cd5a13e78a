"""A run of prose blocks, drawn lazily: one widget, however long the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.layout import MEASURE, PICTURE, Line, Segment, cell_width, gap, layout, place_of
from evoclass.model import AnyBlock, CodeBlock, Live, inlines, walk
from evoclass_tui.matching import Match
from evoclass_tui.trying import is_program
from evoclass_tui.widgets.annotation_lines import annotation_lines
from evoclass_tui.widgets.lines import LineView

if TYPE_CHECKING:
    from evoclass.learner.annotations import Annotation

TRY = "try:"
"""Beginning of a link that tries a program of the lesson; the block's id follows."""

_BESIDE_CODE = "code.block code.wrap.pad"


@mutable
class _Part:
    """The rows of one top-level block."""

    block: AnyBlock
    start: int
    end: int
    coloured: bool
    """Whether its code is already coloured."""
    live: frozenset[str]
    """Expressions whose values it shows."""


class Prose(LineView):
    """Shows blocks; links can be clicked, or reached with Tab and opened with Enter."""

    BINDINGS = [
        Binding("tab", "next_link(1)", show=False),
        Binding("shift+tab", "next_link(-1)", show=False),
        Binding("enter", "open_link", show=False),
    ]

    @mutable
    class LinkPressed(Message):
        """A link was clicked or opened by key."""

        href: str

    def __init__(
        self,
        blocks: Sequence[AnyBlock],
        catalog: Catalog,
        live: Mapping[str, str] | None = None,
        *,
        tries: bool = False,
        classes: str | None = None,
    ) -> None:
        """With `tries`, each program has a link that tries it."""
        super().__init__(classes=classes)
        self._tries = tries
        self.blocks = tuple(blocks)
        self.catalog = catalog
        self.live = dict(live or {})
        self._names = live_names(self.blocks)
        self._parts: list[_Part] = []
        self._starts: list[int] = []
        self._places: dict[str, int] = {}
        self._links: list[tuple[int, str]] = []
        self._link = -1
        self._annotations: Mapping[str, Sequence[Annotation]] = {}
        """The learner's notes and bookmarks, by their blocks."""
        self._target = ""
        """Id of the block that a note is being written at."""
        self.can_focus = any(self._tried(self.blocks)) or any(
            getattr(item, "href", "") for block in walk(self.blocks) for item in inlines(block)
        )

    def make_lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        parts: list[_Part] = []
        above: AnyBlock | None = None
        for block in self.blocks:
            drawn = self._draw(block, width, highlight=False)
            if not drawn:
                continue
            if above is not None:
                room = 1 if self.app.has_class("-compact") else gap(above, block)
                lines.extend([Line((), lines[-1].block)] * room)
            inner = tuple(walk((block,)))
            plain = not any(isinstance(b, CodeBlock) and b.language for b in inner)
            parts.append(_Part(block, len(lines), len(lines) + len(drawn), plain, live_names((block,))))
            lines.extend(drawn)
            if found := self._annotations.get(block.id):
                lines.extend(annotation_lines(found, min(width, MEASURE), self.catalog))
            above = block
        self._parts, self._starts = parts, [part.start for part in parts]
        self._index(lines)
        return lines

    def _draw(self, block: AnyBlock, width: int, *, highlight: bool) -> list[Line]:
        lines = layout(
            (block,), width, live=self.live, catalog=self.catalog, highlight=highlight, room=self.room
        )
        for program in self._tried((block,)):
            self._offer(program, lines)
        return lines

    def _tried(self, blocks: tuple[AnyBlock, ...]) -> Iterator[CodeBlock]:
        return (block for block in walk(blocks) if self._tries and is_program(block))

    def _offer(self, program: CodeBlock, lines: list[Line]) -> None:
        """Put the link that tries a program at the right end of its first row that has room."""
        label = self.catalog("reader.try")
        for y, line in enumerate(lines):
            if line.block != program.id:
                continue
            for number, segment in enumerate(line.segments):
                room = cell_width(segment.text) - cell_width(label) - 1
                if segment.style == _BESIDE_CODE and not segment.text.strip() and room > 0:
                    link = Segment(label, f"link {_BESIDE_CODE}", TRY + program.id)
                    pads = (segment._replace(text=" " * room), link, segment._replace(text=" "))
                    before, after = line.segments[:number], line.segments[number + 1 :]
                    lines[y] = line._replace(segments=(*before, *pads, *after))
                    return

    def programs(self) -> Iterator[tuple[int, CodeBlock]]:
        """Yield each program that can be tried, with its row."""
        for program in self._tried(self.blocks):
            yield self.place_of(program.id) or 0, program

    def _index(self, lines: Sequence[Line]) -> None:
        """Note on which row each block and each link starts."""
        self._places, self._links = {}, []
        last = ""
        for y, line in enumerate(lines):
            self._places.setdefault(line.block, y)
            if line.anchor:
                self._places.setdefault(line.anchor, y)
            for segment in line.segments:
                if segment.style == PICTURE:
                    continue  # the caption is the link
                if segment.href and not (segment.href == last and line.joins is not None):
                    self._links.append((y, segment.href))
                last = segment.href or ("" if segment.text.strip() else last)
        self.can_focus = self.can_focus or bool(self._links)

    def render_line(self, y: int) -> Strip:
        if y < len(self.lines):
            self._colour(y)
        return super().render_line(y)

    def _colour(self, y: int) -> None:
        """Colour the code around row `y`; this changes no row's length."""
        index = bisect_right(self._starts, y) - 1
        if index < 0 or self._parts[index].coloured or y >= self._parts[index].end:
            return
        if (page := self.page) is not None and page.in_haste:
            return
        part = self._parts[index]
        self._lines[part.start : part.end] = self._draw(part.block, self._lines_width, highlight=True)
        part.coloured = True

    def show_live(self, live: Mapping[str, str]) -> None:
        """Take the values of the run; only the rows that show them are drawn again."""
        changed = {name for name in live.keys() | self.live.keys() if live.get(name) != self.live.get(name)}
        self.live = dict(live)
        if not self._names & changed:
            return
        if not self._parts:
            self.changed()
        parts = [part for part in self._parts if part.live & changed]
        for part in parts:
            drawn = self._draw(part.block, self._lines_width, highlight=part.coloured)
            if len(drawn) != part.end - part.start:
                self.changed()
                return
            self._lines[part.start : part.end] = drawn
            for y in range(part.start, part.end):
                self._strips.pop(y, None)
            self.refresh(self.row_region(part.start, part.end - part.start))

    def place_of(self, block_id: str) -> int | None:
        """Return the row where a block, or a place inside one, starts; None if it is not here."""
        self.lines_at(self._lines_width or self.content_size.width)
        if block_id in self._places:
            return self._places[block_id]
        for part in self._parts:
            if any(block.id == block_id for block in walk((part.block,))):
                return part.start
        return None

    @property
    def own_ids(self) -> Iterator[str]:
        """Ids of the blocks that it shows, without those inside them."""
        return (block.id for block in self.blocks)

    def rows_of_blocks(self) -> Iterator[tuple[str, int, int]]:
        """Yield the id of each block with its first row and the one below its last."""
        self.lines_at(self._lines_width or self.content_size.width)
        return ((part.block.id, part.start, part.end) for part in self._parts)

    def show_annotations(self, found: Mapping[str, Sequence[Annotation]]) -> None:
        """Show the learner's notes and bookmarks below their blocks."""
        if found != self._annotations:
            self._annotations = found
            self.changed()

    def point_at(self, block_id: str) -> None:
        """Mark a block; an id that is not here ends that."""
        block_id = block_id if block_id in self.own_ids else ""
        if block_id != self._target:
            self._target = block_id
            self.recolour()

    def line_ink(self, y: int) -> str:
        if not self._target:
            return super().line_ink(y)
        index = bisect_right(self._starts, y) - 1
        marked = index >= 0 and self._parts[index].block.id == self._target and y < self._parts[index].end
        return "note.target" if marked else ""

    def is_current(self, match: Match) -> bool:
        page = self.page
        if page is None or not any(block.id == page.sought_at[0] for block in self.blocks):
            return super().is_current(match)
        return match in self._matches_of(page.sought_at[0])[page.sought_at[1] : page.sought_at[1] + 1]

    def _matches_of(self, block_id: str) -> list[Match]:
        rows = [range(part.start, part.end) for part in self._parts if part.block.id == block_id]
        return [match for match in self._matched[2] if any(match[0][0] in row for row in rows)]

    def row_of_match(self, block_id: str, number: int) -> int | None:
        """Return the row of a block's match, or of its last one; None if there is none."""
        self.marks_on(0)
        found = self._matches_of(block_id)
        return found[min(number, len(found) - 1)][0][0] if found else None

    def block_at(self, y: int) -> str:
        """Return the id of the block on row `y`."""
        lines = self._lines
        return lines[min(max(y, 0), len(lines) - 1)].block if lines else ""

    # Links

    def segment_ink(self, segment: Segment, y: int) -> Style:
        look = super().segment_ink(segment, y)
        if (
            self.has_focus
            and 0 <= self._link < len(self._links)
            and self._links[self._link] == (y, segment.href)
        ):
            look += self.ink("link.focused")
        return look

    def on_click(self, event: events.Click) -> None:
        href = event.style.meta.get("href")
        if href and place_of(href) is None:
            event.stop()
            self.post_message(self.LinkPressed(href))

    def on_focus(self) -> None:
        self._choose_link()
        self.recolour()

    def on_blur(self) -> None:
        self._link = -1
        self.recolour()

    def _choose_link(self) -> None:
        """Put the cursor on the first link in view, or on the nearest one before."""
        if self._link >= 0:
            return
        page = self.page
        top = page.content_region.y - self.content_region.y if page is not None else 0
        self._link = next((n for n, (y, _) in enumerate(self._links) if y >= top), len(self._links) - 1)

    def links_from(self, row: int) -> bool:
        """Whether there is a link in this row or below."""
        return any(y >= row for y, _ in self._links)

    def action_next_link(self, direction: int) -> None:
        """Go to the next link, or leave the prose after the last one."""
        index = self._link + direction
        if 0 <= index < len(self._links):
            self._link = index
            self.recolour()
            self.screen.scroll_to_widget(self, animate=False)
        elif direction > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def action_open_link(self) -> None:
        """Open the link under the cursor."""
        if 0 <= self._link < len(self._links):
            href = self._links[self._link][1]
            if (place := place_of(href)) is not None:
                self.open_picture(place.block)
            else:
                self.post_message(self.LinkPressed(href))

    @property
    def virtual_region_with_margin(self) -> Region:
        """The rows of the focused link, so that scrolling to this widget shows it and not the prose's first row."""
        region = super().virtual_region_with_margin
        if self.screen.focused is not self:
            return region
        self._choose_link()
        if not 0 <= self._link < len(self._links):
            return region
        y, href = self._links[self._link]
        # A picture is shown with its caption.
        place = place_of(href)
        top = self._places.get(place.block, y) if place is not None else y
        return Region(region.x, region.y + top, region.width, y - top + 1)


def live_names(blocks: Sequence[AnyBlock]) -> frozenset[str]:
    """Return the expressions of the learner's run whose values appear in blocks."""
    return frozenset(
        item.expression for b in walk(tuple(blocks)) for item in inlines(b) if isinstance(item, Live)
    )
