"""Actions of plugins: entries of the palette, with a key if they want one, and what they may do to the window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from evoclass.i18n import Catalog
from evoclass.learner.session import Session
from evoclass.model import Course, Lesson
from evoclass.wording.printable import printable
from evoclass_tui.notice import Severity, Tell

__all__ = ["ActionContext", "ScreenAction"]


class ActionContext:
    """The window that an action was asked for in."""

    def __init__(self, session: Session, tell: Tell, show: Callable[[Screen[Any]], None]) -> None:
        self._session, self._tell, self._show = session, tell, show

    @property
    def lesson(self) -> Lesson:
        """The open lesson."""
        return self._session.lesson

    @property
    def course(self) -> Course:
        """Its course."""
        return self._session.course

    @property
    def catalog(self) -> Catalog:
        """Sentences in the language of the interface, those of plugins among them."""
        return self._session.catalog

    def tell(self, sentence: str, severity: Severity = "information") -> None:
        """Say something in the corner for some seconds."""
        self._tell(printable(str(sentence)), severity)

    def open(self, screen: Screen[Any]) -> None:
        """Show a screen of the plugin's own on top of the lesson until it is dismissed."""
        if not isinstance(screen, Screen):
            raise TypeError(f"{type(screen).__name__} is no Screen")
        self._show(screen)


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
