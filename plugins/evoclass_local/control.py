"""Messages between the front end and the nursery process: small, with file descriptors attached."""

from __future__ import annotations

import array
import socket
import struct
from typing import Annotated, Any

import msgspec

from evoclass.errors import ProtocolError

LONGEST = 64 * 1024
"""Bytes of one control message."""


class Control(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """Base of control messages; the tag is the class name in lower case."""


class Keep(Control, frozen=True, kw_only=True, tag="keep"):
    """Make a keeper.  Its end of a separate socket is attached."""


class Make(Control, frozen=True, kw_only=True, tag="make"):
    """Make the child.  Its message socket and its terminal are attached."""

    device: str


class Hello(Control, frozen=True, kw_only=True, tag="hello"):
    """Everything is imported; children can be made."""


class Settled(Control, frozen=True, kw_only=True, tag="settled"):
    """The memory has been put in order: children from now on cost less than those from before."""


class Failed(Control, frozen=True, kw_only=True, tag="failed"):
    """The child cannot be made."""

    text: str


class Forked(Control, frozen=True, kw_only=True, tag="forked"):
    """The child exists."""

    pid: int
    keeper: int


class Ended(Control, frozen=True, kw_only=True, tag="ended"):
    """The child has ended, and everything that it left behind has been removed."""

    signal: Annotated[int, msgspec.Meta(ge=0, le=64)]
    code: Annotated[int, msgspec.Meta(ge=0, le=255)]


ToNursery = Keep
FromNursery = Hello | Settled
ToKeeper = Make
FromKeeper = Failed | Forked | Ended

_encoder = msgspec.msgpack.Encoder()


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Return a connected pair that preserves message boundaries if the system supports it."""
    kind = getattr(socket, "SOCK_SEQPACKET", None)
    if kind is not None:
        try:
            return socket.socketpair(socket.AF_UNIX, kind)
        except OSError:  # macOS knows the name but has no such sockets between local processes
            pass
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def send(sock: socket.socket, message: Control, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message and its descriptors."""
    data = _encoder.encode(message)
    beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    sock.sendmsg([len(data).to_bytes(4, "big") + data], beside)


_PASS_CREDENTIALS = getattr(socket, "SO_PASSCRED", None)
_CREDENTIALS = struct.Struct("3i")


class Receiver:
    """Takes control messages off a socket."""

    def __init__(self, sock: socket.socket, kind: Any) -> None:
        self.sender = 0
        """Process that sent the last message, by its number in our namespace; 0 if the kernel does not say."""
        self._sock = sock
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._data = bytearray()
        self._descriptors: list[int] = []
        if _PASS_CREDENTIALS is not None:
            sock.setsockopt(socket.SOL_SOCKET, _PASS_CREDENTIALS, 1)

    def receive(self) -> list[tuple[Any, list[int]]] | None:
        """Return the messages that have arrived, each with the descriptors that arrived so far; None at the end."""
        room = socket.CMSG_SPACE(8 * array.array("i").itemsize) + socket.CMSG_SPACE(_CREDENTIALS.size)
        data, beside, _, _ = self._sock.recvmsg(LONGEST + 4, room)
        for level, kind, content in beside:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                numbers = array.array("i")
                numbers.frombytes(content[: len(content) - len(content) % numbers.itemsize])
                self._descriptors += numbers
            elif level == socket.SOL_SOCKET and len(content) == _CREDENTIALS.size:
                self.sender = _CREDENTIALS.unpack(content)[0]
        if not data:
            return None
        self._data += data
        messages = []
        while len(self._data) >= 4:
            end = 4 + int.from_bytes(self._data[:4], "big")
            if end > LONGEST:
                raise ProtocolError("control message is too long")
            if len(self._data) < end:
                break
            try:
                message = self._decoder.decode(bytes(self._data[4:end]))
            except (msgspec.DecodeError, RecursionError) as error:
                raise ProtocolError(f"no control message: {error}") from error
            messages.append((message, self._descriptors))
            self._descriptors = []
            del self._data[:end]
        return messages
