"""A kernel of a Jupyter server: Jupyter Server, Kernel Gateway, Enterprise Gateway, a server that a Hub has started."""

from __future__ import annotations

import asyncio
import contextlib
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError

from evoclass.errors import ProtocolError, RunnerError
from evoclass.protocol import Waiting
from evoclass_jupyter.channels import LARGEST, Channels, KernelMessage
from evoclass_jupyter.hub import Hub
from evoclass_jupyter.kernels import Kernels
from evoclass_jupyter.packed import PROTOCOL, pack, unpack
from evoclass_jupyter.web import Answer, Web
from evoclass_remote.link import LinkError, Tell

LEAVING = 5.0
"""Seconds in which a server has to shut a kernel down."""

DEAD = "dead"
"""State of a kernel that its server no longer starts anew."""

LOOK = 1.0
"""Seconds between two looks whether a kernel still starts."""

PONG = b"\x8a\x80\0\0\0\0"
"""A frame that needs no answer, sent for each message.  A server holds back the second of two small messages until the
first is acknowledged; the proxy before it takes 40 ms for that, unless something goes the other way."""

_ID = re.compile(r"[0-9A-Za-z_-]{1,100}\Z")


class Spec(msgspec.Struct, frozen=True):
    """What a kernel can do."""

    language: str = ""


class Named(msgspec.Struct, frozen=True):
    """A kernel that can be started."""

    spec: Spec = Spec()


class Specs(msgspec.Struct, frozen=True):
    """The kernels that can be started, by name."""

    kernelspecs: dict[str, Named]


class Running(msgspec.Struct, frozen=True):
    """A kernel that runs."""

    id: str
    execution_state: str = ""


class ServerKernels(Kernels):
    """Has a server start a kernel, and comes back to it."""

    def __init__(
        self, web: Web, kernel: str, hub: Hub | None, known: str, keep: Callable[[str], object]
    ) -> None:
        """`known` is the id of a kernel that an earlier front end left; `keep` remembers one, or none."""
        self._web, self._kernel, self._hub = web, kernel, hub
        self._id, self._keep = known, keep
        self._reached = False
        self._starting: asyncio.Task[Answer] | None = None

    async def connect(self, tell: Tell) -> Channels:
        try:
            if self._hub is not None:
                await self._hub.start_server(tell)
            fresh = not await self._still_runs()
            if fresh:
                tell(Waiting(stage="starting", detail=self._kernel))
                await self._check_name()
                await self._start()
            session = uuid.uuid4().hex
            connection = await self._connection(session, fresh)
        except LinkError as error:
            if self._reached:
                raise  # it may come back
            raise RunnerError(str(error), "jupyter.no_server", reason=str(error)) from error
        self._reached = True
        return ServerChannels(connection, session)

    async def _still_runs(self) -> bool:
        if not self._id:
            return False
        path = f"/api/kernels/{quote(self._id)}"
        answer = await self._web.ask("GET", path)
        if answer.code == 200 and answer.as_(Running).execution_state != DEAD:
            return True
        if answer.code == 200:
            await self._web.ask("DELETE", path)
        elif answer.code != 404:
            raise LinkError(answer.reason)
        self._know("")
        return False

    async def _check_name(self) -> None:
        answer = await self._web.ask("GET", "/api/kernelspecs")
        if answer.code == 404:
            raise RunnerError(
                f"{self._web.url} is no Jupyter server", "jupyter.no_jupyter", url=self._web.url
            )
        if answer.code != 200:
            raise LinkError(answer.reason)
        specs = answer.as_(Specs).kernelspecs
        if self._kernel not in specs:
            known = ", ".join(sorted(specs))[:500] or "-"
            raise RunnerError(
                f"no kernel {self._kernel}",
                "jupyter.no_kernel",
                kernel=self._kernel,
                url=self._web.url,
                known=known,
            )
        language = specs[self._kernel].spec.language
        if language.lower() != "python":
            raise RunnerError(
                f"{self._kernel} speaks {language}",
                "jupyter.no_python",
                kernel=self._kernel,
                language=language[:100],
            )

    async def _start(self) -> None:
        # Shielded, because a kernel that nobody hears of would stay for ever.
        self._starting = asyncio.create_task(self._web.ask("POST", "/api/kernels", {"name": self._kernel}))
        answer = await asyncio.shield(self._starting)
        self._started(answer)

    def _started(self, answer: Answer) -> None:
        self._starting = None
        if answer.code != 201:
            raise self._failed(answer.reason)
        found = answer.as_(Running).id
        if not _ID.match(found):
            raise ProtocolError("a kernel with an odd id")
        self._know(found)

    async def _connection(self, session: str, fresh: bool) -> WebSocketClientConnection:
        """Return a web socket, which a server gives once the kernel answers; it may die before.

        Raises LinkError, so that another one is started, or RunnerError for a kernel that is `fresh` itself.
        """
        path = f"/api/kernels/{quote(self._id)}"
        connecting = asyncio.ensure_future(
            self._web.websocket(f"{path}/channels?session_id={session}", PROTOCOL, LARGEST)
        )
        try:
            while not (await asyncio.wait([connecting], timeout=LOOK))[0]:
                answer = await self._web.ask("GET", path)
                if answer.code == 404 or answer.as_(Running).execution_state == DEAD:
                    raise self._failed("it has ended") if fresh else LinkError("the kernel has ended")
            return await connecting
        finally:
            connecting.cancel()

    def _failed(self, reason: str) -> RunnerError:
        return RunnerError(
            f"{self._kernel}: {reason}", "jupyter.kernel_failed", kernel=self._kernel, reason=reason
        )

    def _know(self, found: str) -> None:
        self._id = found
        self._keep(found)

    async def close(self) -> None:
        with contextlib.suppress(LinkError, RunnerError, TimeoutError):
            async with asyncio.timeout(LEAVING):
                if self._starting is not None:
                    self._started(await self._starting)
                if self._id:
                    await self._web.ask("DELETE", f"/api/kernels/{quote(self._id)}")
        self._know("")


class ServerChannels(Channels):
    """The web socket of a kernel."""

    def __init__(self, connection: WebSocketClientConnection, session: str) -> None:
        assert connection.protocol is not None
        assert isinstance(connection.protocol.stream, IOStream)
        self._connection, self._session = connection, session
        self._stream = connection.protocol.stream
        self._stream.set_nodelay(True)
        self._sent: asyncio.Future[None] | None = None

    def send(self, kind: str, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> str:
        message = uuid.uuid4().hex
        data = pack(kind, message, self._session, content, buffers)
        with contextlib.suppress(WebSocketClosedError):  # the reading side notices the end
            self._sent = asyncio.ensure_future(self._connection.write_message(data, binary=True))
            self._sent.add_done_callback(_heard)
        return message

    async def receive(self) -> KernelMessage:
        data = await self._connection.read_message()
        if data is None:
            raise LinkError(self._connection.close_reason or "the server has ended the connection")
        with contextlib.suppress(StreamClosedError):  # the next message notices the end
            self._stream.write(PONG).add_done_callback(_heard)
        return unpack(data)

    async def drain(self) -> None:
        if self._sent is not None:
            try:
                await asyncio.shield(self._sent)
            except WebSocketClosedError as error:
                raise LinkError("the connection is closed") from error

    async def close(self) -> None:
        self._connection.close()
        self._stream.close()


def _heard(sent: asyncio.Future[None]) -> None:
    if not sent.cancelled():
        sent.exception()
