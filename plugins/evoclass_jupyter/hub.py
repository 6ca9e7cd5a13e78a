"""A JupyterHub, which starts a learner's server first."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import quote

import msgspec

from evoclass.errors import RunnerError
from evoclass.protocol import Waiting
from evoclass_jupyter.web import Web
from evoclass_remote.link import Tell

AGAIN = 1.0
"""Seconds until the progress of a start is asked for again."""

LISTENING = 300.0
"""Seconds for which one answer with news is listened to; the next one tells what is new."""

LONGEST = 64 * 1024
"""Most bytes of one piece of news."""


class Progress(msgspec.Struct, frozen=True):
    """One piece of news of a server that starts."""

    progress: float = 0
    message: str = ""
    ready: bool = False
    failed: bool = False


class Hub:
    """Starts the server of one user."""

    def __init__(self, web: Web, user: str) -> None:
        self._web, self._user = web, user
        self._path = f"/hub/api/users/{quote(user, safe='')}/server"

    async def start_server(self, tell: Tell) -> None:
        """Return when the server runs; `tell` hears what the Hub says until then.  Raises LinkError, RunnerError."""
        answer = await self._web.ask("POST", self._path)
        if answer.code == 201:
            return
        if answer.code not in (202, 400):  # it starts, or it runs already
            raise self._refused(answer.reason)
        while True:
            if await self._follow(tell):
                return
            await asyncio.sleep(AGAIN)

    async def _follow(self, tell: Tell) -> bool:
        """Return whether the server is ready."""
        listener = _Listener(tell)
        try:
            async with asyncio.timeout(LISTENING):
                answer = await self._web.ask("GET", f"{self._path}/progress", listen=listener.take, seconds=0)
        except TimeoutError:
            return False
        if answer.code != 200:
            raise self._refused(str(answer.code))
        if listener.last.failed:
            raise self._refused(listener.last.message[:500])
        return listener.last.ready

    def _refused(self, reason: str) -> RunnerError:
        return RunnerError(
            f"the Hub starts no server: {reason}",
            "jupyter.hub_refuses",
            url=self._web.url,
            user=self._user,
            reason=reason,
        )


class _Listener:
    """Reads a stream of news, line by line."""

    def __init__(self, tell: Tell) -> None:
        self.last = Progress()
        self._tell = tell
        self._begun = b""

    def take(self, data: bytes) -> None:
        *lines, self._begun = (self._begun + data).split(b"\n")
        self._begun = self._begun[:LONGEST]
        for line in lines:
            if line.startswith(b"data:"):
                with contextlib.suppress(msgspec.MsgspecError, UnicodeError):
                    self.last = msgspec.json.decode(line.removeprefix(b"data:"), type=Progress)
                    self._tell(Waiting(stage="queued", detail=self.last.message[:200]))
