"""The worker's end of the message socket learns that the front end is gone, whichever call notices it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import pytest

from evoclass.protocol import Step
from evoclass.worker import Channel


@pytest.mark.parametrize(
    "notice",
    [lambda channel: channel.send(Step(count=1)), Channel.poll, Channel.receive],
    ids=["send", "poll", "receive"],
)
def test_the_front_end_is_gone(notice: Callable[[Channel], object]) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        channel = Channel(ours)
        assert not channel.left
        theirs.close()
        notice(channel)
        assert channel.left
        channel.send(Step(count=2))
        assert channel.poll() is None


def test_a_program_that_closes_the_socket_has_not_lost_its_front_end() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        channel = Channel(ours)
        os.close(ours.detach())
        channel.send(Step(count=1))
        assert channel.broken
        assert not channel.left
