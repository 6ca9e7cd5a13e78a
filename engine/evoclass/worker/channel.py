"""The worker's end of the message socket."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
from collections import deque

from evoclass.protocol import FrontMessage, Message, MessageReader, encode

_HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGURG)


class Channel:
    """Sends whole messages or none, from any thread of this very process, whatever signals arrive meanwhile."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(True)
        self._socket = sock
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._reader: MessageReader[FrontMessage] = MessageReader(FrontMessage)
        self._received: deque[FrontMessage] = deque()
        self.broken = False
        """Whether the socket is gone: the program closed it, or the front end did."""
        self.left = False
        """Whether the front end has closed it or has ended."""

    def send(self, message: Message) -> None:
        """Send a message; in a forked child of the program, or when the socket is gone, do nothing."""
        if self.broken or os.getpid() != self._pid:
            return
        data = encode(message)
        # One blocking call with signals held back is never cut short, so that an interrupt cannot leave half a message.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
        try:
            with self._lock:
                if self._socket.send(data) != len(data):
                    self.broken = True
        except OSError as error:
            self._fail(error)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def poll(self) -> FrontMessage | None:
        """Return the next message if one has arrived."""
        if not self._received and not self.broken and os.getpid() == self._pid:
            try:
                data = self._socket.recv(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return None
            except OSError as error:
                self._fail(error)
                return None
            self._take(data)
        return self._received.popleft() if self._received else None

    def wait(self, seconds: float) -> bool:
        """Wait for a limited time until data has arrived; return whether it has."""
        return bool(self._received or select.select([self._socket], [], [], seconds)[0])

    def receive(self) -> FrontMessage | None:
        """Wait for the next message; None when the front end has gone."""
        while not self._received:
            if self.broken or os.getpid() != self._pid:
                return None
            try:
                data = self._socket.recv(65536)
            except OSError as error:
                self._fail(error)
                return None
            self._take(data)
        return self._received.popleft()

    def _fail(self, error: OSError) -> None:
        self.broken = True
        # Sending or receiving may notice first: nothing is read from now on, so the end of the stream is not seen
        # again.
        self.left = self.left or isinstance(error, BrokenPipeError | ConnectionResetError)

    def _take(self, data: bytes) -> None:
        if data:
            self._received.extend(self._reader.feed(data))
        else:
            self.broken = self.left = True
