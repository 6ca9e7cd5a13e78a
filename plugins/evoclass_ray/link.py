"""Connections to an actor, each through a bridge: a process of its own that is Ray's client."""

from __future__ import annotations

import sys

import msgspec

from evoclass.errors import RunnerError
from evoclass.protocol import MessageReader, Waiting, encode
from evoclass_ray.messages import Fails, FromBridge, Joined, Waits, Wanted
from evoclass_remote.commandlink import CommandLink, CommandStream
from evoclass_remote.link import LinkError, Stream, Tell

BRIDGE = (sys.executable, "-P", "-m", "evoclass_ray.bridge")

GONE = "remote.refused.gone"

LEAVING = 10.0
"""Seconds in which a bridge has to give up its actor once its input is closed."""


class BridgeStream(CommandStream):
    """The standard streams of a bridge."""

    leaving = LEAVING


class RayLink(CommandLink):
    """Speaks with a host through an actor on a Ray cluster.

    Ray is kept out of this process: it takes seconds to import and to connect, prints, and ends its process when the
    cluster goes away.
    """

    stream = BridgeStream

    def __init__(self, wanted: Wanted, command: tuple[str, ...] = BRIDGE) -> None:
        super().__init__(command)
        self._wanted = wanted

    async def open(self, tell: Tell) -> Stream:
        stream = await super().open(tell)
        try:
            stream.write(encode(self._wanted))
            reader: MessageReader[FromBridge] = MessageReader(FromBridge)
            while data := await stream.read():
                for message in reader.feed(data):
                    match message:
                        case Waits():
                            tell(Waiting(stage=message.stage, detail=message.detail))
                        case Fails(key=key, fields=fields):
                            raise self._failure(key, fields)
                        case Joined():
                            self._wanted = msgspec.structs.replace(self._wanted, begins=False)
                            return stream
            raise LinkError(stream.complaint or "the bridge ended without a word")
        except BaseException:
            await stream.close()
            raise

    def _failure(self, key: str, fields: dict[str, str]) -> Exception:
        """Return the error to raise: a cluster that was there before may be there again."""
        said = ", ".join(f"{name} {value}" for name, value in fields.items())
        if self._wanted.begins or key == GONE:
            return RunnerError(f"{key} ({said})", key, **fields)
        return LinkError(said)
