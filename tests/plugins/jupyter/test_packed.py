"""Messages as web sockets carry them are those of Jupyter's own code; anything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jupyter_client.session import Session

from evoclass.errors import ProtocolError
from evoclass_jupyter.inkernel import Pace
from evoclass_jupyter.packed import pack, unpack

server = pytest.importorskip("jupyter_server.services.kernels.connection.base", reason="no Jupyter Server")
deserialize_msg_from_ws_v1 = server.deserialize_msg_from_ws_v1
serialize_msg_to_ws_v1 = server.serialize_msg_to_ws_v1


@given(some.lists(some.binary(max_size=300), max_size=5))
def test_a_server_understands_us(buffers: list[bytes]) -> None:
    channel, parts = deserialize_msg_from_ws_v1(pack("comm_msg", "1", "s", {"data": {"n": 3}}, buffers))
    assert channel == "shell"
    assert [Session().unpack(part) for part in parts[1:4]] == [{}, {}, {"data": {"n": 3}}]
    assert Session().unpack(parts[0])["msg_type"] == "comm_msg"
    assert parts[4:] == buffers


@given(some.lists(some.binary(max_size=300), max_size=5))
def test_we_understand_a_server(buffers: list[bytes]) -> None:
    session = Session()
    message = session.msg("comm_msg", {"data": {"n": 3}}, parent={"msg_id": "7"})
    parts = [session.pack(message[name]) for name in ("header", "parent_header", "metadata", "content")]
    taken = unpack(serialize_msg_to_ws_v1([*parts, *buffers], "iopub"))
    assert (taken.kind, taken.parent, taken.content) == ("comm_msg", "7", {"data": {"n": 3}})
    assert taken.buffers == buffers


@given(some.binary(max_size=200), some.integers(0, 100), some.binary(max_size=8))
def test_anything_else_is_no_message(noise: bytes, at: int, change: bytes) -> None:
    good = pack("status", "1", "s", {"execution_state": "idle"}, [])
    for data in (noise, good[:at], good[:at] + change + good[at + len(change) :]):
        try:
            unpack(data)
        except ProtocolError:
            continue
        assert len(data) == len(good)
    with pytest.raises(ProtocolError):
        unpack("text")


def test_a_kernel_keeps_below_a_servers_limit() -> None:
    now = 0.0
    pace = Pace(400, lambda: now)
    sent = []
    while now < 5:
        now += pace.wait() + 0.001
        sent.append(now)
    assert max(sum(start <= at < start + 3 for at in sent) for start in sent[::40]) <= 400 * 3.25 + 1
    assert len(sent) > 400 * 4.9
    assert Pace(0).wait() == 0
