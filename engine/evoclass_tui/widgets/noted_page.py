"""A page on which the learner writes notes and sets bookmarks, each at a block."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import ClassVar, Protocol

from textual import events
from textual.message import Message
from textual.widget import Widget

from evoclass.frozen import mutable
from evoclass.learner.annotations import Annotation, Notebook
from evoclass.reading.spots import quote_of, spots
from evoclass_tui.textual_bindings import bindings_for
from evoclass_tui.widgets.annotation_view import AnnotationView
from evoclass_tui.widgets.answered_page import AnsweredPage
from evoclass_tui.widgets.block_page import Holder
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.steps import StepsBox


class Writing(Protocol):
    """A note that is being written."""

    def keep(self) -> None: ...

    def action_close(self) -> None: ...


class NotedPage(AnsweredPage):
    """Shows notes and bookmarks at their blocks, and which block is at hand."""

    @mutable
    class BookmarkSet(Message, namespace="reader"):
        """A bookmark was set at a block, or taken away."""

        block_id: str
        wanted: bool

    OPENING: ClassVar[tuple[str, ...]] = ("note",)
    """Actions that open a field below the page."""
    notebook: Notebook | None = None
    """Keeps the notes; without one, the page has none."""
    write_at: Callable[[str], Awaitable[None]]
    """Opens what a note at a block is written in; the pane around the page sets it."""
    writing: Writing | None = None
    """The note that is being written."""
    _target = ""
    """Id of the block that a note is being written at."""
    _noted: dict[str, list[Annotation]] | None = None
    """The notes by their blocks, as they are shown."""

    # Blocks

    def spots_here(self) -> Iterator[tuple[str, int, int]]:
        """Yield each block on the page that can have a note, with its first row and the one below its last."""
        for leaf, region in self.leaves():
            if leaf.has_class("opening"):
                continue  # its ids are those of the first block
            if isinstance(leaf, Prose):
                for block_id, start, end in leaf.rows_of_blocks():
                    yield block_id, region.y + start, region.y + end
            elif isinstance(leaf, Holder):
                yield leaf.block.id, region.y, region.bottom

    def spot_at_hand(self) -> str:
        """Return the id of the block at hand: of the question in hand, or the first one that begins in view."""
        if self.lesson is None:
            return ""
        known = [spot.id for spot in spots(self.lesson)]
        focused = self.screen.focused
        around = focused.ancestors_with_self if focused is not None else ()
        for node in around:
            if isinstance(node, Holder) and node.block.id in known:
                return node.block.id
        if (question := self.question_in_hand()) in known:
            return question
        top = self.arrive()
        bottom = top + self.size.height
        here = [(name, first, last) for name, first, last in self.spots_here() if name in known]
        begins = next((name for name, first, _ in here if top <= first < bottom), "")
        return begins or next((name for name, first, last in here if first < top < last), "")

    def spot_beside(self, block_id: str, by: int) -> str:
        """Return the block so many places after one; at the ends of the lesson, the same."""
        ids = list(dict.fromkeys(spot.id for spot in spots(self.lesson))) if self.lesson is not None else []
        if block_id not in ids:
            return block_id
        return ids[max(0, min(len(ids) - 1, ids.index(block_id) + by))]

    def quote(self, block_id: str) -> str:
        """Return the beginning of a block's text."""
        block = self.lesson.find(block_id) if self.lesson is not None else None
        return quote_of(block) if block is not None else ""

    # What the learner does

    async def _on_key(self, event: events.Key) -> None:
        """Open a field before the next key of a burst is read, and hand on those that have come here meanwhile."""
        focused = self.screen.focused
        if self.has_field and focused is not None and self not in focused.ancestors_with_self:
            event.stop()
            event.prevent_default()
            focused.post_message(events.Key(event.key, event.character))
            return
        opens = [
            binding.action for binding in bindings_for(self, event.key) if binding.action in self.OPENING
        ]
        if opens and focused is self:
            event.stop()
            event.prevent_default()
            await self.run_action(opens[0])

    @property
    def has_field(self) -> bool:
        """Whether there is a field below the page, to which letters go."""
        return self.writing is not None

    async def action_note(self) -> None:
        """Write a note at the block at hand."""
        # It is awaited, so that the next letter goes into the note.
        if self.notebook is not None and (block_id := self.spot_at_hand()):
            await self.write_at(block_id)

    def action_bookmark(self) -> None:
        """Set a bookmark at the block at hand, or take it away."""
        if self.notebook is not None and (block_id := self.spot_at_hand()):
            wanted = self.notebook.bookmark(block_id)
            self.show_annotations()
            self.post_message(self.BookmarkSet(block_id, wanted))

    def keep_drafts(self) -> None:
        super().keep_drafts()
        if self.writing is not None:
            self.writing.keep()

    def close_note(self) -> bool:
        """Keep the note that is being written, and end that; return whether there was one."""
        if self.writing is None:
            return False
        self.writing.action_close()
        return True

    # On the page

    def show_annotations(self) -> None:
        """Show the notes and bookmarks as they are now."""
        if self.notebook is None:
            return
        here = self.notebook.here
        if not here and not self._noted:
            return  # most lessons have none, and a page has hundreds of widgets
        noted: dict[str, list[Annotation]] = {}
        self._noted = noted
        for one in here:
            noted.setdefault(one.block, []).append(one)
        left = dict(noted)
        for child in reversed(self._shown):  # a box that was cut in two has its notes below the second half
            if isinstance(child, Prose) and not child.has_class("opening"):
                mine = {name: left.pop(name) for name in child.own_ids if name in left}
                child.show_annotations(mine)
        self._show_below(noted)

    def _show_below(self, noted: dict[str, list[Annotation]]) -> None:
        """Show the notes at questions and labs in widgets of their own."""
        views = {view.found[0].block: view for view in self.query(AnnotationView) if view.found}
        for holder in self._holders():
            found, view = noted.get(holder.block.id, ()), views.pop(holder.block.id, None)
            if view is not None and found:
                view.show_found(found)
            elif view is not None:
                view.remove()
            elif found and isinstance(holder.parent, Widget):
                holder.parent.mount(AnnotationView(found, self.catalog), after=holder)
        for view in views.values():
            view.remove()

    def _holders(self) -> Iterator[Holder]:
        for child in self._shown:
            if isinstance(child, Holder):
                yield child
            if isinstance(child, StepsBox):
                yield from child.questions.values()

    def _open_steps(self) -> None:
        super()._open_steps()
        if self._noted:
            self.call_after_refresh(self.show_annotations)

    def point_at(self, block_id: str) -> None:
        """Mark the block that a note is being written at, and bring it into view; an empty id ends that."""
        self._target = block_id
        for child in self._shown:
            if isinstance(child, Prose) and not child.has_class("opening"):
                child.point_at(block_id)
        for holder in self._holders():
            holder.set_class(holder.block.id == block_id, "-target")
        if block_id:
            self.call_after_refresh(self.reveal, block_id)

    def reveal(self, block_id: str) -> None:
        """Bring a block into view, if its first rows are not."""
        row = self.row_of(block_id)
        if row is None:
            self.go_to(block_id)
            self.call_after_refresh(self.point_again)
        elif not self.scroll_y <= row < self.scroll_y + self.size.height - 1:
            self.scroll_to(y=max(0, row - 1), animate=False, immediate=True)

    def point_again(self) -> None:
        """Mark the block again whose widget was remade."""
        if self._target:
            self.point_at(self._target)
