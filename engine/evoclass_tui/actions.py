"""Actions of plugins: entries of the palette, with a key if they want one, and what they may do to the window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from textual.screen import Screen

from evoclass.i18n import Catalog
from evoclass.model import Course, Lesson
from evoclass.wording.printable import printable

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen

__all__ = ["ActionContext", "ScreenAction"]


class ActionContext:
    """The window that an action was asked for in."""

    def __init__(self, screen: LessonScreen, plugin: str) -> None:
        self._screen, self._plugin = screen, plugin

    @property
    def lesson(self) -> Lesson:
        """The open lesson."""
        return self._screen.session.lesson

    @property
    def course(self) -> Course:
        """Its course."""
        return self._screen.session.course

    @property
    def catalog(self) -> Catalog:
        """Sentences in the language of the interface, those of plugins among them."""
        return self._screen.session.catalog

    def tell(
        self, sentence: str, severity: Literal["information", "warning", "error"] = "information"
    ) -> None:
        """Say something in the corner for some seconds."""
        self._screen.tell(printable(str(sentence)), severity)

    def open(self, screen: Screen[Any]) -> None:
        """Show a screen of the plugin's own on top of the lesson until it is dismissed."""
        if not isinstance(screen, Screen):
            raise TypeError(f"{type(screen).__name__} is no Screen")
        self._screen.app.plugin_actions.open(screen, self._plugin)


@dataclass(frozen=True, slots=True)
class ScreenAction:
    """One thing that a plugin can do in the window.

    Its texts are the sentences `action.NAME.label` and `action.NAME.help` of the plugin's locale files.
    """

    name: str
    """Letters, digits, `_` and `-`; no other action has it."""
    run: Callable[[ActionContext], Awaitable[None] | None]
    key: str = ""
    """As Textual writes it, such as `ctrl+n`; one that EvoClass or another plugin uses stays theirs."""
