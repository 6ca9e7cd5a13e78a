"""A runner that sends programs to a host elsewhere; how the host is reached is up to the subclasses."""

from __future__ import annotations

import asyncio
import secrets
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from evoclass.errors import RunnerError
from evoclass.protocol import Waiting
from evoclass.runner import Availability, Features, Limits, Program, Run, Runner
from evoclass.settings import Setting
from evoclass_remote.link import Link
from evoclass_remote.manifest import Manifest
from evoclass_remote.remembered import Remembered
from evoclass_remote.remoterun import RemoteRun
from evoclass_remote.session import Session
from evoclass_remote.wire import Begin

BROUGHT = 32 * 1024 * 1024
"""Bytes of new and changed files that come back by themselves after a run."""

LEASE = 600.0
"""Seconds that a host keeps the runs of a front end that has vanished."""

COMMON = (
    Setting("python", "python3"),
    Setting("device", "cpu", choices=("cpu", "cuda")),
    Setting("lease", LEASE, least=1, most=86_400),
    Setting("brought", BROUGHT // 2**20, least=0, most=1024),
)
"""Settings of every kind: the Python on the other side, its device, seconds, and megabytes of files that come back."""


def common(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a runner's class for the settings that all kinds have."""
    return {
        "name": name,
        "device": values["device"],
        "lease": values["lease"],
        "brought": values["brought"] * 2**20,
    }


class RemoteRunner(Runner):
    """Runs each program on a host; the session with it begins when it is first needed."""

    features = Features(terminal=True, limits=frozenset(Limits.__slots__))
    device: ClassVar[str] = "cpu"
    lease: ClassVar[float] = LEASE
    brought: ClassVar[int] = BROUGHT

    def __init__(self) -> None:
        self._session: Session | None = None
        self._remembered: Remembered | None = None
        self._left: list[RemoteRun] = []
        """Runs that an earlier front end left behind."""
        self._manifest = Manifest()
        self._closed = False
        self._ending: set[asyncio.Task[None]] = set()

    @abstractmethod
    def make_link(self) -> Link:
        """Return the way to the host.  Raises RunnerError."""

    @property
    def session(self) -> Session:
        """The session with the host; begun at the first call, and anew when its host was lost.  Raises RunnerError."""
        if self._closed:
            raise RunnerError("the runner is closed", "runner.closed")
        if self._session is not None and self._session.over:
            assert self._remembered is not None
            self._remembered.forget()
            self._session = None
        if self._session is None:
            try:
                remembered = self._remembered = Remembered.of(self.name)
            except OSError as error:
                raise RunnerError(str(error), "remote.no_memory", reason=error.strerror) from error
            session = self._session = Session(
                self.make_link(), remembered.key, remembered.token, device=self.device, lease=self.lease
            )
            session.contents.pieces = self._manifest.pieces
            session.on_waiting = self._waits
            for key, program in remembered.programs.items():
                run = self._new_run(key, program, session)
                run.goes_on()
                self._left.append(run)
            session.start()
        return self._session

    def _new_run(self, key: str, program: Program, session: Session) -> RemoteRun:
        run = RemoteRun(key, program, self.brought, session.order, session.heard)
        assert self._remembered is not None
        run.when_over = partial(self._run_is_over, key, session, self._remembered)
        session.add(run)
        return run

    def _run_is_over(self, key: str, session: Session, remembered: Remembered) -> None:
        """Forget the run; without it, nobody waits in the queue any more."""
        remembered.ends(key)
        waiting = session.waiting
        if waiting is not None and waiting.stage == "queued" and not remembered.programs:
            session.abandon()
            ending = asyncio.create_task(session.close())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    async def left_running(self) -> Sequence[tuple[Program, Run]]:
        await self.warm_up()
        left, self._left = self._left, []
        return [(run.program, run) for run in left if not run.over]

    def _waits(self, waiting: Waiting | None) -> None:
        if waiting is None and self._session is not None and self._session.welcome is not None:
            self.place = self._session.welcome.place
        self.on_waiting(waiting)

    async def warm_up(self) -> None:
        session = self.session
        warm = await asyncio.shield(session.warm)
        self.place_device = Availability(
            True, device=warm.device, device_key=warm.device_key, fields=warm.fields
        )

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
        files = await self._manifest.files(program)
        run = self._new_run(secrets.token_hex(16), program, session)
        assert self._remembered is not None
        self._remembered.begins(run.key, program)
        session.order(
            Begin(
                number=0,
                run=run.key,
                program=program,
                limits=limits,
                columns=columns,
                rows=rows,
                files=session.contents.along(files),
                brought=self.brought,
            )
        )
        if self.ready:
            try:
                await asyncio.shield(run.begun)
            except asyncio.CancelledError:
                run.let_go()
                raise
        return run

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            assert self._remembered is not None
            self._remembered.forget()  # first: whoever closes us may not wait to the end
            await asyncio.gather(*self._ending)
            await self._session.close()
