"""Actions of plugins: palette entries with an optional key, and the part of the window that an action may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, get_args

from textual.screen import Screen

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.learner.session import Session
from evoclass.model import Course, Lesson
from evoclass.wording.printable import printable
from evoclass_tui.notice import Severity, Tell

__all__ = ["ActionContext", "ScreenAction"]


class ActionContext:
    """The window in which the learner asked for an action."""

    def __init__(self, session: Session, tell: Tell, show: Callable[[Screen[Any]], None]) -> None:
        self._session, self._tell, self._show = session, tell, show

    @property
    def lesson(self) -> Lesson:
        """The open lesson."""
        return self._session.lesson

    @property
    def course(self) -> Course:
        """The course of the open lesson."""
        return self._session.course

    @property
    def catalog(self) -> Catalog:
        """Sentences in the language of the interface, including those of plugins."""
        return self._session.catalog

    def tell(self, sentence: str, severity: Severity = "information") -> None:
        """Show a sentence at the top, until a key is pressed after it could be read, or some seconds."""
        if severity not in get_args(Severity):
            raise ValueError(f"{severity!r} is none of {', '.join(get_args(Severity))}")
        self._tell(printable(str(sentence)), severity)

    def open(self, screen: Screen[Any]) -> None:
        """Show one of the plugin's screens on top of the lesson until it is dismissed."""
        if not isinstance(screen, Screen):
            raise TypeError(f"{type(screen).__name__} is no Screen")
        self._show(screen)


@frozen
class ScreenAction:
    """One thing that a plugin can do in the window.

    Its texts are the sentences `action.NAME.label` and `action.NAME.help` of the plugin's locale files.
    """

    name: str
    """Letters, digits, `_` and `-`; no other action has it."""
    run: Callable[[ActionContext], Awaitable[None] | None]
    key: str = ""
    """In Textual's notation, such as `alt+j`; a key that EvoClass or another plugin uses keeps its action."""
