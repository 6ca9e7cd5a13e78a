"""Find and replace: a bar below the editor."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input, Static
from textual.widgets.text_area import Selection

from evoclass.i18n import Catalog
from evoclass_tui.finding import Match, find, nearest, replaced
from evoclass_tui.places import place_bindings
from evoclass_tui.widgets.bottom_bar import BarField
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.editor_bar import EditorBar
from evoclass_tui.widgets.pill import Pill


class FindField(BarField):
    """What to find."""

    place = "find"
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(place)
    bar: FindBar

    def action_next(self, by: int) -> None:
        """Go to the next match, or to the one before."""
        self.bar.go(by)


class ReplaceField(FindField):
    """What to put in its place."""

    place = "replace"
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(place)

    def action_replace(self) -> None:
        """Replace the match at the cursor and go to the next one."""
        self.bar.replace_one()

    def action_replace_all(self) -> None:
        """Replace every match."""
        self.bar.replace_all()


class FindBar(EditorBar):
    """Marks what it finds in the editor; the selection is the match at the cursor."""

    def __init__(self, editor: Editor, catalog: Catalog) -> None:
        super().__init__(editor, catalog)
        selected = editor.selected_text
        text = selected if selected and "\n" not in selected else editor.sought
        self._find = FindField(self, text, catalog("find.find"))
        self._by = ReplaceField(self, "", catalog("find.by"))
        self._origin = min(editor.selection)
        """Where the search begins while its text is being typed."""
        self._matches: list[Match] = []
        self._replaced: int | None = None
        """How many matches have just been replaced together."""

    def compose(self) -> ComposeResult:
        yield self._find
        yield self._note
        yield Static("→")
        yield self._by
        yield Pill(self.catalog("find.all"), "all")

    def turn_to(self, editor: Editor) -> None:
        self.editor.mark_matches(())
        self._origin = (0, 0)
        super().turn_to(editor)

    def text_changed(self) -> None:
        self._search()

    def action_close(self) -> None:
        self.editor.mark_matches(())
        super().action_close()

    def _search(self) -> None:
        """Find and mark the matches; capitals always count for who is about to replace: `x` and `X` are two names."""
        self.editor.sought = self._find.value
        exact = self.screen.focused is self._by
        self._matches = find(self.editor.document.lines, self._find.value, exact=exact)
        self.editor.mark_matches(self._matches)
        self._count()

    @property
    def _here(self) -> Match | None:
        """The match that is selected."""
        (row, start), (end_row, end) = sorted(self.editor.selection)
        here = Match(row, start, end)
        return here if row == end_row and here in self._matches else None

    def _count(self) -> None:
        here, total = self._here, len(self._matches)
        if self._replaced is not None:
            self.note(self.catalog("find.replaced", count=self._replaced))
        elif not self._find.value:
            self.note("")
        elif here is None:
            self.note(self.catalog("find.total", total=total))
        else:
            self.note(self.catalog("find.count", number=self._matches.index(here) + 1, total=total))

    def _select(self, match: Match) -> None:
        self.editor.selection = Selection((match.row, match.start), (match.row, match.end))
        self._count()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input is not self._find:
            return
        self._replaced = None
        self._search()
        if self._matches:
            self._select(self._matches[nearest(self._matches, self._origin)])

    def on_descendant_focus(self) -> None:
        self._search()

    def go(self, by: int) -> None:
        """Go to the next match, or with -1 to the one before."""
        self._replaced = None
        self._search()
        if not self._matches:
            return
        top, bottom = sorted(self.editor.selection)
        number = nearest(self._matches, bottom if by > 0 else top, 0 if by > 0 else -1)
        self._select(self._matches[number])
        self._origin = min(self.editor.selection)

    def replace_one(self) -> None:
        """Replace the match that is selected, and go to the next one."""
        self._search()
        if (here := self._here) is not None:
            editor = self.editor
            editor.history.checkpoint()
            editor.replace(self._by.value, (here.row, here.start), (here.row, here.end))
            editor.history.checkpoint()
            editor.move_cursor((here.row, here.start + len(self._by.value)))
        self.go(1)

    def replace_all(self) -> None:
        """Replace every match; one undo brings them all back."""
        exact = find(self.editor.document.lines, self._find.value, exact=True)
        lines = replaced(self.editor.document.lines, exact, self._by.value)
        self.editor.replace_all("\n".join(lines), keep_cursor=True)
        self._replaced = len(exact)
        self._search()

    @on(Pill.Pressed, ".role-all")
    def _all_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.replace_all()
