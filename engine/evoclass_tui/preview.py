"""The author's look at an own lesson: it is shown again whenever its files are saved."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from textual.dom import DOMNode

from evoclass.disk.watching import saves
from evoclass.learner.session import Session


class Preview:
    """Watches the files that the open lesson is made from."""

    def __init__(
        self, session: Session, node: DOMNode, reload: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        self._session, self._node, self._reload = session, node, reload
        self.files: tuple[Path, ...] = ()
        """Files whose saves are followed."""

    def follow(self) -> None:
        """Follow the files of the open lesson, if they are not the ones that are followed already."""
        lesson = self._session.lesson
        files = (lesson.path, *lesson.files) if lesson.path is not None else ()
        if files != self.files:
            self.files = files
            self._node.run_worker(self._follow(), group="preview", exclusive=True)

    async def _follow(self) -> None:
        files = self.files
        if files:
            async for _ in saves(*files):
                # In a worker of its own: a lesson with other files ends this one while it is drawn.
                self._node.run_worker(self._reload(), group="saved")
