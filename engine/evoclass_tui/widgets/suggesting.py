"""A text area that suggests: a list of names below the cursor, the signature of the call above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from evoclass_tui.signature import brief
from evoclass_tui.suggestions import Call, Spot, Suggestion, fitting, spot
from evoclass_tui.widgets.code_area import CodeArea
from evoclass_tui.widgets.suggestion_list import SignatureLine, SuggestionList

_STEPS = {"down": 1, "up": -1, "pagedown": 7, "pageup": -7}


class SuggestingArea(CodeArea):
    """Shows what could be typed.  It never waits: what is not known yet is asked for, and late answers are dropped."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # What terminals send for Control and the space bar, and a key for systems that use that one themselves.
        Binding("ctrl+space,ctrl+@,alt+slash", "suggest", show=False, id="editor.suggest")
    ]

    @dataclass
    class Wanted(Message):
        """Suggestions or a signature are wanted; `take` and `take_signature` take the answers."""

        area: SuggestingArea
        place: Spot
        row: int
        names: bool
        """Whether suggestions are wanted."""
        signature: bool
        """Whether the signature of the call is wanted."""
        asked: bool
        """Whether the learner has asked by a key."""

    _list: SuggestionList | None = None
    _line: SignatureLine | None = None
    _offered: Sequence[Suggestion] = ()
    _waits_for: tuple[str, bool] | None = None
    """The place whose suggestions are asked for or shown."""
    _by_key = False
    """Whether the learner has asked for them by a key."""
    _call: Call | None = None
    """The call whose signature is asked for or shown."""
    _signature = ""
    _key = ""
    """The key that was pressed last, or its letter; empty once its effect is known."""

    def on_mount(self) -> None:
        self.watch(self, "selection", self._moved, init=False)
        self.watch(self, "scroll_y", self._scrolled, init=False)

    def on_unmount(self) -> None:
        for widget in (self._list, self._line):
            if widget is not None and widget.is_attached:
                widget.remove()

    @property
    def _python(self) -> bool:
        return self.language == "python" and not self.read_only

    # ------------------------------------------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        if self.used_by_suggestions(event.key, event.character):
            event.stop()
            event.prevent_default()

    def used_by_suggestions(self, key: str, character: str | None) -> bool:
        """Use a key for the open list, or to close it; return whether it had this use."""
        self._key = character if character and character.isprintable() else key
        if key == "escape" and (self._signature or self._names):
            self.close_suggestions()
            return True
        names = self._names
        if names is None:
            return False
        if key in _STEPS and not (key == "up" and names.chosen is None):
            names.move(_STEPS[key])
            return True
        if key == "tab" or (key == "enter" and names.chosen is not None):
            self._insert(names.best)
            return True
        return False

    @property
    def _names(self) -> SuggestionList | None:
        """The list, while it is open."""
        return self._list if self._list is not None and self._list.names else None

    def action_suggest(self) -> None:
        """Show what could be typed here, and the signature of the call around it."""
        place = self._place() if self._python else None
        if place is not None:
            self._ask(place, names=place.nameable, signature=place.call is not None, asked=True)

    def _place(self) -> Spot | None:
        """Return the place at the cursor, unless it is in a comment or a selection."""
        return spot(self.get_text_range((0, 0), self.cursor_location)) if self.selection.is_empty else None

    # ------------------------------------------------------------------------------------------------ the cursor

    def _moved(self) -> None:
        waited_for = self._waits_for is not None or self._call is not None
        if waited_for or (self._key in (".", "(", ",") and self._python):
            self.call_next(self._look)

    def _scrolled(self) -> None:
        if self._waits_for is not None or self._call is not None:
            self.call_after_refresh(self._draw)

    def _look(self) -> None:
        """Ask for what belongs to the key that was pressed, and close what does not fit any more."""
        key, self._key = self._key, ""
        place = self._place() if self.has_focus else None
        if place is None:
            self.close_suggestions()
            return
        names = key == "." and place.nameable and place.dotted and not place.prefix
        call = place.call
        signature = call is not None and key in ("(", ",") and not _same(call, self._call)
        typed = key == "backspace" or (len(key) == 1 and (key.isalnum() or key == "_"))
        if place.key != self._waits_for or not (typed and place.nameable):
            self._close_list()
        if not _same(call, self._call):
            self._close_signature()
        if names or signature:
            self._ask(place, names=names, signature=signature, asked=False)
        self._draw(place)

    def _ask(self, place: Spot, *, names: bool, signature: bool, asked: bool) -> None:
        if names:
            self._close_list()
            self._waits_for, self._by_key = place.key, asked
        if signature:
            self._call, self._signature = place.call, ""
        row = self.cursor_location[0]
        self.post_message(self.Wanted(self, place, row, names, signature, asked))

    def take(self, place: Spot, found: Sequence[Suggestion]) -> None:
        """Take the suggestions that were asked for at a place."""
        if place.key == self._waits_for:
            self._offered = found
            self._draw()

    def take_signature(self, place: Spot, signature: str) -> None:
        """Take the signature that was asked for at a place."""
        if place.call is not None and _same(place.call, self._call):
            self._signature = brief(signature)
            self._draw()

    # --------------------------------------------------------------------------------------------------- drawing

    def _draw(self, place: Spot | None = None) -> None:
        """Show list and line for the text as it is now."""
        place = place or (self._place() if self.is_attached else None)
        cursor, room = self.cursor_screen_offset, self.content_region
        if place is None or not self.has_focus or not room.contains_point(cursor):
            self.close_suggestions()
            return
        found = (
            fitting(self._offered, place.prefix, whole=self._by_key) if place.key == self._waits_for else []
        )
        if found:
            if self._list is None:
                self._list = SuggestionList(self._insert)
                self.screen.mount(self._list)
            self._list.show(found, cursor, len(place.prefix))
        elif self._list is not None:
            self._list.close()
        if self._signature and self._call is not None and _same(place.call, self._call):
            if self._line is None:
                self._line = SignatureLine()
                self.screen.mount(self._line)
            free = [y for y in (cursor.y - 1, cursor.y + 1) if not found or y not in self._list_rows]
            self._line.show(place.call or self._call, self._signature, cursor, free, room)

    @property
    def _list_rows(self) -> range:
        return self._list.rows if self._list is not None else range(0)

    def _close_list(self) -> None:
        self._waits_for, self._offered, self._by_key = None, (), False
        if self._list is not None:
            self._list.close()

    def _close_signature(self) -> None:
        self._call, self._signature = None, ""
        if self._line is not None:
            self._line.close()

    def close_suggestions(self) -> None:
        """Show neither list nor signature."""
        self._close_list()
        self._close_signature()

    def on_blur(self) -> None:
        self.close_suggestions()

    def on_resize(self) -> None:
        self.close_suggestions()

    def _insert(self, chosen: Suggestion | None) -> None:
        """Put a name in place of its typed part."""
        place = self._place()
        if place is not None and chosen is not None:
            row, column = self.cursor_location
            self.history.checkpoint()
            self.replace(
                chosen.text, (row, column - len(place.prefix)), (row, column), maintain_selection_offset=False
            )
            self.history.checkpoint()
        self._close_list()
        self._key = ""


def _same(call: Call | None, other: Call | None) -> bool:
    return (
        call is not None
        and other is not None
        and (call.function, call.start) == (other.function, other.start)
    )
