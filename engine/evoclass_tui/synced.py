"""The synced folder in the window: looked into at the start, in pauses and when a file in it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from evoclass.learner.session import Session
from evoclass_tui.notice import Tell

if TYPE_CHECKING:
    from evoclass.learner.synced import Synced


class SyncedProgress:
    """Has the folder looked into, tells what is wrong with it, and has news taken in."""

    def __init__(self, session: Session, tell: Tell, take_in: Callable[[], object]) -> None:
        self._session, self._tell, self._take_in = session, tell, take_in

    async def begin(self) -> None:
        """Look for the first time, and from now on whenever something changes."""
        syncing, loop = self._session.syncing, asyncio.get_running_loop()

        def heard(outcome: Synced) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._heard, outcome)

        syncing.heard = heard
        await self.look()
        syncing.follow()

    async def look(self) -> None:
        """Look into the folder, and wait a few seconds at most."""
        if self._session.syncing.folder:
            await asyncio.to_thread(self._session.syncing.bring)

    def pause(self) -> None:
        """Look into the folder while the learner rests."""
        self._session.syncing.wish()
        self._session.syncing.follow()

    def _heard(self, outcome: Synced) -> None:
        for sentence in self._session.syncing.troubles(self._session.catalog):
            self._tell(sentence, "warning")
        if outcome.taken:
            self._take_in()
