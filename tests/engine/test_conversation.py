"""Whatever comes in on the message socket is a message that makes sense, or the end of the conversation."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable

import pytest

from evoclass.errors import ProtocolError
from evoclass.protocol import Done, ErrorReport, Frame, Message, Started, Step, Summary, WorkerMessage, encode
from evoclass.running.conversation import Conversation
from evoclass.running.stream import EventStream

pytestmark = pytest.mark.asyncio(loop_scope="session")

HONEST: list[Message] = [
    Started(pid=7),
    Step(count=3),
    Frame(sequence=1, cause="end", rows=(Summary(name="w", kind="tensor", shape=(2, 3)),)),
    ErrorReport(type="ValueError", text="no"),
    Done(token="secret"),
]


class Listener:
    """A conversation and what came of it."""

    def __init__(
        self, sock: socket.socket, accept: Callable[[WorkerMessage], bool] = lambda message: True
    ) -> None:
        self.taken: list[WorkerMessage] = []
        self.mistrusted: list[str] = []
        self._accept = accept
        self.conversation = Conversation(sock, EventStream(), self._take, self.mistrusted.append)

    def _take(self, message: WorkerMessage) -> bool:
        if not self._accept(message):
            return False
        self.taken.append(message)
        return True


async def test_honest_messages() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        listener = Listener(ours)
        theirs.sendall(b"".join(map(encode, HONEST)))
        theirs.close()
        listener.conversation.hear_the_rest()
        assert listener.taken == HONEST
        assert not listener.mistrusted
        assert not listener.conversation.open


async def test_a_hundred_thousand_malformed_frames() -> None:
    """Noise, wrong lengths, cut and changed messages, on a real socket."""
    source = random.Random(2)
    ours, theirs = socket.socketpair()
    refused = understood = waiting = 0
    with ours, theirs:
        ours.setblocking(False)
        for number in range(100_000):
            if number % 3 == 0:
                data = source.randbytes(source.randrange(1, 60))
            else:
                mutable = bytearray(encode(source.choice(HONEST)))
                for _ in range(source.randrange(1, 5)):
                    mutable[source.randrange(len(mutable))] = source.randrange(256)
                data = bytes(mutable[: source.randrange(1, len(mutable) + 1)])
            listener = Listener(ours)
            theirs.send(data)
            listener.conversation.hear_the_rest()
            refused += bool(listener.mistrusted)
            understood += bool(listener.taken)
            waiting += listener.conversation.open and not listener.taken
            assert listener.conversation.open is not bool(listener.mistrusted)
    assert refused > 10_000
    assert understood > 100
    assert waiting > 10_000  # a length was announced and the rest has not come


async def test_a_message_that_makes_no_sense_ends_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)

        def refuse(message: WorkerMessage) -> bool:
            raise ProtocolError("not now")

        listener = Listener(ours, refuse)
        theirs.sendall(encode(Started(pid=1)) * 3)
        listener.conversation.hear_the_rest()
        assert listener.mistrusted == ["not now"]
        assert not listener.conversation.open


async def test_messages_wait_for_their_turn() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        open_door = False
        listener = Listener(ours, lambda message: open_door or isinstance(message, Step))
        theirs.sendall(encode(Step(count=1)) + encode(Done()) + encode(Step(count=2)))
        listener.conversation.hear_the_rest()
        assert listener.taken == [Step(count=1)]
        open_door = True
        listener.conversation.go_on()
        assert listener.taken == [Step(count=1), Done(), Step(count=2)]
        listener.conversation.close()


async def test_what_is_said_to_the_dead_is_lost() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        ours.setblocking(False)
        theirs.close()
        listener = Listener(ours)
        listener.conversation.send(Step(count=1))
        listener.conversation.hear_the_rest()
        assert not listener.conversation.open
        listener.conversation.send(Step(count=1))
        assert not listener.mistrusted
