"""Messages of a kernel in one piece of bytes, as web sockets carry them: `v1.kernel.websocket.jupyter.org`.

A count, that many offsets of eight bytes, and the parts between them: the channel, header, parent header, metadata and
content as JSON, and then buffers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from typing import Any

import msgspec

from evoclass.errors import ProtocolError
from evoclass_jupyter.channels import KernelMessage

PROTOCOL = "v1.kernel.websocket.jupyter.org"

MOST_PARTS = 64

_WORD = 8


class _Header(msgspec.Struct, frozen=True):
    msg_type: str


class _Parent(msgspec.Struct, frozen=True):
    msg_id: str = ""


def pack(kind: str, message: str, session: str, content: dict[str, Any], buffers: Sequence[bytes]) -> bytes:
    """Return a message to the kernel's main thread; `message` is its id."""
    header = {
        "msg_id": message,
        "msg_type": kind,
        "session": session,
        "username": "",
        "date": datetime.now(UTC).isoformat(),
        "version": "5.3",
    }
    encoded = [msgspec.json.encode(part) for part in (header, {}, {}, content)]
    parts = [b"shell", *encoded, *buffers]
    first = _WORD * (len(parts) + 2)
    offsets = accumulate((len(part) for part in parts), initial=first)
    words = [len(parts) + 1, *offsets]
    return b"".join([*(word.to_bytes(_WORD, "little") for word in words), *parts])


def unpack(data: bytes | str) -> KernelMessage:
    """Return a message of the kernel.  Raises ProtocolError."""
    if isinstance(data, str):
        raise ProtocolError("a message in another form")
    count = int.from_bytes(data[:_WORD], "little")
    if not 6 <= count <= MOST_PARTS:
        raise ProtocolError(f"a message in {count} parts")
    ends = [int.from_bytes(data[_WORD * at : _WORD * (at + 1)], "little") for at in range(1, count + 1)]
    if ends != sorted(ends) or ends[0] < _WORD * (count + 1) or ends[-1] > len(data):
        raise ProtocolError("a message with wrong offsets")
    _, header, parent, _, content, *buffers = (data[start:end] for start, end in pairwise(ends))
    try:
        return KernelMessage(
            msgspec.json.decode(header, type=_Header).msg_type,
            msgspec.json.decode(parent, type=_Parent).msg_id,
            msgspec.json.decode(content),
            buffers,
        )
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise ProtocolError(f"no message: {error}") from error
