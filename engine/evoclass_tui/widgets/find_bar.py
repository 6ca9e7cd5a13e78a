"""Find and replace: a bar below the editor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Input, Static
from textual.widgets.text_area import Selection

from evoclass.i18n import Catalog
from evoclass.layout import cell_width
from evoclass_tui.finding import Match, PatternError, Sought, find, nearest, replaced
from evoclass_tui.places import place_bindings
from evoclass_tui.widgets.bottom_bar import BarField
from evoclass_tui.widgets.editor_bar import EditorBar
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.program_area import ProgramArea

Way = Literal["regex", "whole"]

_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")
"""Signs that mean something in a pattern."""


class FindField(BarField):
    """What to find."""

    place = "find"
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(place)
    bar: FindBar

    def action_next(self, by: int) -> None:
        """Go to the next match, or to the one before."""
        self.bar.go(by)

    def action_turn(self, way: Way) -> None:
        """Search in another way, or not in this way any more."""
        self.bar.turn(way)


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


class WayPill(Pill, can_focus=False):
    """A way to search, for the mouse; a sign says whether it is in use."""

    DEFAULT_CSS = """
    WayPill { padding: 0 0 0 1; }
    """

    def __init__(self, sign: str, way: Way) -> None:
        super().__init__(f"□ {sign}", way)
        self._sign = sign

    def show(self, used: bool) -> None:
        """Say whether the search goes this way."""
        self.label = f"{'■' if used else '□'} {self._sign}"

    def render(self) -> Content:
        return Content(self.label)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return cell_width(self.label)


class FindBar(EditorBar):
    """Marks what it finds in the editor; the selection is the match at the cursor."""

    DEFAULT_CSS = """
    FindBar {
        & > #note { padding: 0 1 0 2; }
        &.-wrong > .replacing { display: none; }
        &.-wrong > #note { color: $text-error; }
    }
    """

    def __init__(self, editor: ProgramArea, catalog: Catalog) -> None:
        super().__init__(editor, catalog)
        selected, last = editor.selected_text, editor.sought
        if selected and "\n" not in selected:
            last = last._replace(text=_SPECIAL.sub(r"\\\g<0>", selected) if last.regex else selected)
            editor.sought = last
        self._find = FindField(self, last.text, catalog("find.find"))
        self._by = ReplaceField(self, "", catalog("find.by"))
        self._by.add_class("replacing")
        self._ways = {
            "regex": WayPill(catalog("find.regex"), "regex"),
            "whole": WayPill(catalog("find.whole"), "whole"),
        }
        self._origin = min(editor.selection)
        """Where the search begins while its text is being typed."""
        self._matches: list[Match] = []
        self._replaced: int | None = None
        """How many matches have just been replaced together."""
        self._wrong: PatternError | None = None
        """What is wrong with the pattern, or with what is to be put in its place."""

    def compose(self) -> ComposeResult:
        self._note.id = "note"
        yield self._find
        yield from self._ways.values()
        yield self._note
        yield Static("→", classes="replacing")
        yield self._by
        yield Pill(self.catalog("find.all"), "all", classes="replacing")

    def turn_to(self, editor: ProgramArea) -> None:
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
        self.editor.sought = sought = self.editor.sought._replace(text=self._find.value)
        exact = self.screen.focused is self._by
        self._wrong = None
        try:
            self._matches = find(self.editor.document.lines, sought, exact=exact)
        except PatternError as error:
            self._matches, self._wrong = [], error
        self.set_class(self._wrong is not None, "-wrong")
        self.editor.mark_matches(self._matches)
        self._count()

    def turn(self, way: Way) -> None:
        """Search in another way, or not in this way any more; the next search does so, too."""
        text, regex, whole = self.editor.sought
        self.editor.sought = Sought(text, regex != (way == "regex"), whole != (way == "whole"))
        self._find_as_typed()

    @property
    def _here(self) -> Match | None:
        """The match that is selected."""
        (row, start), (end_row, end) = sorted(self.editor.selection)
        here = Match(row, start, end)
        return here if row == end_row and here in self._matches else None

    def _count(self) -> None:
        for way, pill in self._ways.items():
            pill.show(getattr(self.editor.sought, way))
        here, total = self._here, len(self._matches)
        if self._wrong is not None:
            self.note(self.catalog(self._wrong.key, **self._wrong.fields))
        elif self._replaced is not None:
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
        if event.input is self._find:
            self._find_as_typed()
        elif self._wrong is not None:
            self._search()

    def _find_as_typed(self) -> None:
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
        if (here := self._here) is not None:
            number = (self._matches.index(here) + by) % len(self._matches)
        else:
            number = nearest(self._matches, bottom if by > 0 else top, 0 if by > 0 else -1)
        self._select(self._matches[number])
        self._origin = min(self.editor.selection)

    def replace_one(self) -> None:
        """Replace the match that is selected, and go to the next one."""
        self._search()
        here = self._here
        lines = self._changed((here,)) if here is not None else None
        if here is None or lines is None:
            self.go(1)
            return
        old, line = self.editor.document.get_line(here.row), lines[here.row]
        new = line[here.start : len(line) - (len(old) - here.end)]
        self.editor.history.checkpoint()
        at = self.editor.replace(new, (here.row, here.start), (here.row, here.end)).end_location
        self.editor.history.checkpoint()
        self.editor.move_cursor(at)
        self._search()
        if self._matches:
            number = nearest(self._matches, at)
            # An empty match there, such as the end of the line, is the one that was replaced.
            number += here.start == here.end and self._matches[number] == (*at, at[1])
            self._select(self._matches[number % len(self._matches)])
            self._origin = min(self.editor.selection)

    def replace_all(self) -> None:
        """Replace every match; one undo brings them all back."""
        self._search()
        if (lines := self._changed()) is None:
            return
        editor, count = self.editor, len(find(self.editor.document.lines, self.editor.sought, exact=True))
        changed = [row for row, line in enumerate(lines) if line != editor.document.get_line(row)]
        if changed:
            (top, bottom), cursor = (changed[0], changed[-1]), editor.cursor_location
            editor.history.checkpoint()
            editor.replace(
                "\n".join(lines[top : bottom + 1]),
                (top, 0),
                (bottom, len(editor.document.get_line(bottom))),
                maintain_selection_offset=False,
            )
            editor.history.checkpoint()
            row = min(cursor[0], editor.document.line_count - 1)
            editor.move_cursor((row, min(cursor[1], len(editor.document.get_line(row)))))
        self._replaced = count
        self._search()

    def _changed(self, only: Sequence[Match] | None = None) -> list[str] | None:
        """Return the lines with matches replaced; None if that cannot be, which the bar then says."""
        if self._wrong is not None or self.editor.read_only:
            return None
        try:
            return replaced(self.editor.document.lines, self.editor.sought, self._by.value, only)
        except PatternError as error:
            self._wrong = error
            self._count()
            return None

    @on(Pill.Pressed, ".role-all")
    def _all_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.replace_all()

    @on(Pill.Pressed, ".role-regex, .role-whole")
    def _way_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.turn("regex" if event.pill.role == "regex" else "whole")
        if event.clicked:
            self.screen.set_focus(self._find)
