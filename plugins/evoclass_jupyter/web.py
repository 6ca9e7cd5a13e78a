"""Requests to a Jupyter server or a Hub.

By tornado, which `jupyter_client` brings along anyway: nothing waits in a thread, so that a request can be given up at
any time, and its web sockets are those of the servers themselves.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from evoclass.errors import ProtocolError, RunnerError
from evoclass_jupyter.token import Token
from evoclass_remote.link import LinkError

CONNECT = 20.0
"""Seconds in which a server has to be reached."""

ANSWER = 90.0
"""Seconds in which it has to answer: it waits for some 40 until a kernel has started."""

LARGEST = 4 * 1024 * 1024
"""Largest answer that is taken."""

T = TypeVar("T")


class Said(msgspec.Struct, frozen=True):
    """Why a server does not do what it was asked for."""

    message: str = ""
    reason: str | None = None


class Answer:
    """What a server answered."""

    def __init__(self, code: int, data: bytes) -> None:
        self.code, self._data = code, data

    def as_(self, kind: type[T]) -> T:
        """Return the content, checked.  Raises ProtocolError."""
        try:
            return msgspec.json.decode(self._data, type=kind)
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise ProtocolError(f"the server's answer: {error}") from error

    @property
    def reason(self) -> str:
        """The server's words for it, or the code."""
        try:
            said = self.as_(Said)
        except ProtocolError:
            return str(self.code)
        return f"{self.code} {said.message or said.reason or ''}".strip()[:500]


class Web:
    """Asks one server, which knows us by a token."""

    def __init__(self, url: str, token: Token) -> None:
        """`url` ends without a slash."""
        self.url = url
        self._token = token
        self._client = AsyncHTTPClient(force_instance=True, max_body_size=LARGEST)

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        listen: Callable[[bytes], None] | None = None,
        seconds: float = ANSWER,
    ) -> Answer:
        """Return the answer, whatever it says; `listen` gets its bytes as they come, for `seconds` or (0) to the end.

        Raises LinkError if there is no answer, RunnerError if the token is not accepted.
        """
        request = self._request(
            self.url + path,
            method=method,
            body=("" if method == "POST" else None) if body is None else json.dumps(body),
            request_timeout=seconds,
            streaming_callback=listen,
        )
        response = await self._reached(self._client.fetch(request, raise_error=False))
        return self._answer(response)

    async def websocket(self, path: str, protocol: str, largest: int) -> WebSocketClientConnection:
        """Return a connection that speaks a protocol.  Raises LinkError or RunnerError."""
        request = self._request("ws" + self.url.removeprefix("http") + path, request_timeout=ANSWER)
        connecting = asyncio.ensure_future(
            websocket_connect(request, subprotocols=[protocol], max_message_size=largest)
        )
        try:
            connection = await self._reached(asyncio.shield(connecting))
        except asyncio.CancelledError:
            connecting.add_done_callback(_let_go)
            raise
        except HTTPClientError as error:
            answer = self._answer(error.response) if error.response else Answer(error.code, b"")
            raise LinkError(answer.reason) from None
        if connection.selected_subprotocol != protocol:
            connection.close()
            raise RunnerError(f"{self.url} is too old", "jupyter.too_old", url=self.url)
        return connection

    def _request(self, url: str, **more: Any) -> HTTPRequest:
        token = self._token.read()
        headers = {"Authorization": f"token {token}"} if token else {}
        # A redirection could carry the token to anybody.
        return HTTPRequest(url, headers=headers, follow_redirects=False, connect_timeout=CONNECT, **more)

    async def _reached(self, answer: Awaitable[T]) -> T:
        try:
            return await answer
        except HTTPClientError as error:
            if error.code != 599:
                raise
            reason = str(error.message)
        except OSError as error:
            reason = error.strerror or str(error) or type(error).__name__
        except ValueError as error:  # what answers does not speak HTTP
            reason = str(error)
        raise LinkError(f"{self.url}: {reason}") from None

    def _answer(self, response: HTTPResponse) -> Answer:
        answer = Answer(response.code, response.body)
        if answer.code in (401, 403):
            raise RunnerError(
                f"{self.url}: {answer.reason}", "jupyter.token_refused", url=self.url, reason=answer.reason
            )
        if 300 <= answer.code < 400:
            place = response.headers.get("Location", "-")[:500]
            raise RunnerError(f"{self.url}: see {place}", "jupyter.moved", url=self.url, place=place)
        return answer


def _let_go(connecting: asyncio.Future[WebSocketClientConnection]) -> None:
    """Close a connection that nobody waits for any more."""
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
