"""A text area whose keys may be vim's: insert mode is the editor as it is without them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content

from evoclass_tui.finding import Match, Sought
from evoclass_tui.places import HasModes
from evoclass_tui.widgets.suggesting import SuggestingArea

if TYPE_CHECKING:
    from evoclass_tui.widgets.vim_keys import VimKeys


class ModalArea(HasModes, SuggestingArea):
    """Tells its mode in words, on its lower edge."""

    _vim: VimKeys | None = None
    _usual_subtitle = ""
    """What is told on the lower edge without vim's keys."""

    def on_mount(self) -> None:
        if hasattr(type(self.app), "vim"):
            self.watch(self.app, "vim", self._use_vim)
            self.watch(self.app, "catalog", self._tell_mode, init=False)
            self.watch(self, "selection", self._moved_by_others, init=False)

    def _use_vim(self, wanted: bool) -> None:
        if wanted and self._vim is None:
            # Late: whoever does without vim's keys need not wait for them.
            from evoclass_tui.widgets.vim_keys import VimKeys

            self._usual_subtitle = str(self.border_subtitle or "")
            self._vim = VimKeys(self, self)
        elif not wanted and self._vim is not None:
            self._vim = None
            self.border_subtitle = Content(self._usual_subtitle)
        self.set_class(wanted, "-vim")
        self._tell_mode()

    def used_by_vim(self, event: events.Key) -> bool:
        """Let vim's keys have a key, unless it types text."""
        if self._vim is None:
            return False
        inserting = self._vim.inserting
        used = self._vim.press(event.key, event.character)
        if used and inserting:
            self.close_suggestions()
        self._tell_mode()
        return used

    def _moved_by_others(self) -> None:
        if self._vim is not None:
            self._vim.stay_inside()
            self._tell_mode()

    async def _on_paste(self, event: events.Paste) -> None:
        if self._vim is not None and self._vim.paste(event.text):
            event.stop()
            event.prevent_default()
            self._tell_mode()

    def _tell_mode(self) -> None:
        place, say = "", getattr(self.app, "catalog", None)
        if self._vim is not None and say is not None:
            place = self._vim.place
            usual = self._usual_subtitle if place == "vim" else ""
            self.border_subtitle = Content(" · ".join(filter(None, (self._vim.status(say), usual))))
        self.take_mode(place)

    @property
    def sought(self) -> Sought:
        """What was searched for last, in any editor of the window."""
        found: Sought = getattr(self.app, "sought", Sought())
        return found

    @sought.setter
    def sought(self, sought: Sought) -> None:
        self.app.sought = sought  # type: ignore[attr-defined]

    def mark_matches(self, matches: Sequence[Match], *, block: bool = False) -> None:
        """Mark what a search has found, or a `block` that is selected."""

    def save(self) -> str:
        """Save the text, and return the name of its file; an answer has none, and is kept as it is typed."""
        return ""

    def leave(self) -> None:
        """Give the focus away, as Escape does."""
        self.screen.focus_next()
