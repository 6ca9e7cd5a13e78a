"""A kernel's messages, whatever carries them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from evoclass.errors import ProtocolError

LARGEST = 16 * 1024 * 1024
"""Largest message that is taken."""

T = TypeVar("T")


class Reply(msgspec.Struct, frozen=True):
    """What a kernel says of code that it was given."""

    status: str
    ename: str = ""
    evalue: str = ""


class State(msgspec.Struct, frozen=True):
    """What a kernel does now."""

    execution_state: str


class Numbered(msgspec.Struct, frozen=True):
    """The number of a piece of our byte stream."""

    n: int


class CommMessage(msgspec.Struct, frozen=True):
    """A piece of our byte stream."""

    comm_id: str
    data: Numbered


class CommClose(msgspec.Struct, frozen=True):
    """The end of our byte stream."""

    comm_id: str


@dataclass(frozen=True, slots=True)
class KernelMessage:
    """A message from a kernel, or from what stands between."""

    kind: str
    parent: str
    """Id of the message that it answers."""
    content: Any
    buffers: Sequence[bytes | memoryview] = ()

    def as_(self, kind: type[T]) -> T:
        """Return the content, checked.  Raises ProtocolError."""
        try:
            return msgspec.convert(self.content, kind)
        except msgspec.ValidationError as error:
            raise ProtocolError(f"{self.kind}: {error}") from error


class Channels(ABC):
    """One connection to a kernel that runs."""

    @abstractmethod
    def send(self, kind: str, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> str:
        """Send a message to the kernel's main thread, and return its id."""

    @abstractmethod
    async def receive(self) -> KernelMessage:
        """Return the next message.  Raises LinkError at the end, ProtocolError for what is no message."""

    @abstractmethod
    async def drain(self) -> None:
        """Wait until most of what was sent is on its way.  Raises LinkError."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the connection; the kernel stays."""
