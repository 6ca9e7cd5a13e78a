"""The front end's end of the message socket, which checks every message."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable

from evoclass.errors import ProtocolError
from evoclass.protocol import Message, MessageReader, WorkerMessage, encode
from evoclass.running.outbox import Outbox
from evoclass.running.stream import EventStream

_LAST_READS = 64
"""Reads after the end of the process; a forked process that escaped may keep the socket open and send more."""


class Conversation:
    """Sends messages to a worker and takes its messages one by one."""

    def __init__(
        self,
        sock: socket.socket,
        stream: EventStream,
        take: Callable[[WorkerMessage], bool],
        mistrust: Callable[[str], None],
    ) -> None:
        self.open = True
        self.hurry = False
        """Whether to continue reading without waiting for the reader of the events: the program is being stopped."""
        self._socket = sock
        self._stream = stream
        self._take = take
        """Takes a message, or returns False to get it again later; raises ProtocolError if the message is invalid."""
        self._mistrust = mistrust
        self._reader: MessageReader[WorkerMessage] = MessageReader(WorkerMessage)
        self._held: deque[WorkerMessage] = deque()
        self._outbox = Outbox(sock.fileno())
        self._loop = asyncio.get_running_loop()

    def send(self, message: Message) -> None:
        """Send a message, if the other end is still open."""
        if self.open:
            self._outbox.put(encode(message))

    def resume(self) -> None:
        """Start or resume listening."""
        if self.open:
            self._loop.add_reader(self._socket, self._on_readable)
        self.go_on()

    def _on_readable(self) -> None:
        self._hear()
        if self.open and self._stream.full and not self.hurry:
            self._loop.remove_reader(self._socket)

    def _hear(self) -> bool:
        """Read once; return whether there may be more."""
        try:
            data = self._socket.recv(262144)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self.close()
            return False
        try:
            self._held.extend(self._reader.feed(data))
        except ProtocolError as error:
            self._refuse(error)
            return False
        self.go_on()
        return self.open

    def go_on(self) -> None:
        """Deliver the messages that were held back."""
        try:
            while self._held and self._take(self._held[0]):
                self._held.popleft()
        except ProtocolError as error:
            self._refuse(error)

    def _refuse(self, error: ProtocolError) -> None:
        self._held.clear()
        self.close()
        self._mistrust(str(error))

    def hear_the_rest(self) -> None:
        """Take the messages sent before the process ended."""
        for _ in range(_LAST_READS):
            if not self.open or not self._hear():
                return

    def close(self) -> None:
        """Stop listening and sending."""
        if self.open:
            self.open = False
            self._loop.remove_reader(self._socket)
            self._outbox.close()
