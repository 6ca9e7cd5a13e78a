"""A runner that sends programs to a host elsewhere; how the host is reached is up to the subclasses."""

from __future__ import annotations

import asyncio
import secrets
from abc import abstractmethod
from typing import ClassVar

from evoclass.errors import RunnerError
from evoclass.runner import Features, Limits, Program, Run, Runner
from evoclass_remote.link import Link
from evoclass_remote.manifest import Manifest
from evoclass_remote.remoterun import RemoteRun
from evoclass_remote.session import Session
from evoclass_remote.wire import Begin

BROUGHT = 32 * 1024 * 1024
"""Bytes of new and changed files that come back by themselves after a run."""

LEASE = 600.0
"""Seconds that a host keeps the runs of a front end that has vanished."""


class RemoteRunner(Runner):
    """Runs each program on a host; the session with it begins when it is first needed."""

    features = Features(terminal=True, limits=frozenset(Limits.__slots__))
    device: ClassVar[str] = "cpu"
    lease: ClassVar[float] = LEASE
    brought: ClassVar[int] = BROUGHT

    def __init__(self) -> None:
        self._session: Session | None = None
        self._manifest = Manifest()
        self._closed = False

    @abstractmethod
    def make_link(self) -> Link:
        """Return the way to the host.  Raises RunnerError."""

    @property
    def session(self) -> Session:
        """The session with the host; begun at the first call.  Raises RunnerError."""
        if self._closed:
            raise RunnerError("the runner is closed", "runner.closed")
        if self._session is None:
            self._session = Session(self.make_link(), device=self.device, lease=self.lease)
            self._session.place_of = self._manifest.place
            self._session.start()
        return self._session

    async def warm_up(self) -> None:
        await asyncio.shield(self.session.warm)

    @property
    def ready(self) -> bool:
        session = self._session
        return (
            session is not None
            and session.connected
            and session.warm.done()
            and session.warm.exception() is None
        )

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        session = self.session
        files = await asyncio.to_thread(self._manifest.files, program)
        run = RemoteRun(secrets.token_hex(16), program, self.brought, session.order, session.heard)
        session.add(run)
        session.order(
            Begin(
                number=0,
                run=run.key,
                program=program,
                limits=limits,
                columns=columns,
                rows=rows,
                files=files,
                brought=self.brought,
            )
        )
        if self.ready:
            try:
                await asyncio.shield(run.begun)
            except asyncio.CancelledError:
                asyncio.ensure_future(run.close())
                raise
        return run

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()
