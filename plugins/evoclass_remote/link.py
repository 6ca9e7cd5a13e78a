"""A way to a host: a pair of byte streams, however they are made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from evoclass.errors import RunnerError
from evoclass.protocol import Waiting

Tell = Callable[[Waiting], object]


class LinkError(Exception):
    """A connection cannot be made now, or has broken; the message is the last thing that was said about it."""

    def __init__(self, said: str, key: str = "") -> None:
        super().__init__(said)
        self.key = key
        """Interface text key of a sentence with `{reason}`, if there is one of its own."""


class Stream(ABC):
    """One connection to a host."""

    proven: ClassVar[bool] = False
    """Whether the host knows already whose connection this is, so that the session's secret need not travel."""

    @abstractmethod
    async def read(self) -> bytes:
        """Return some bytes, or none at the end.  Raises LinkError."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Send bytes, in order and without waiting."""

    @abstractmethod
    async def drain(self) -> None:
        """Wait until most of the bytes are on their way.  Raises LinkError."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the connection."""

    @property
    def complaint(self) -> str:
        """The last thing that the way to the host said about itself: why `ssh` gave up."""
        return ""


class Link(ABC):
    """Makes connections to one host, again and again if they break."""

    @abstractmethod
    async def open(self, tell: Tell) -> Stream:
        """Return a new connection; `tell` gets news of a queue.  Raises LinkError, or RunnerError if none can work."""

    def explained(self, error: LinkError) -> RunnerError:
        """Return why there is no connection, in a sentence that says what to do."""
        said = str(error)
        key = error.key or ("remote.no_host" if said else "remote.no_word")
        return RunnerError(f"no host: {said}", key, reason=said)

    async def close(self) -> None:  # noqa: B027 - most links hold nothing between two connections
        """Give back what connections need, such as an allocation."""
