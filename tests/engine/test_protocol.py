"""What goes over the wire comes back the same, and what is no message is refused."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from evoclass.errors import ProtocolError
from evoclass.protocol import (
    MAX_MESSAGE,
    Detail,
    Done,
    ErrorReport,
    Evaluate,
    Exit,
    Frame,
    FrontMessage,
    Halt,
    Job,
    Look,
    Message,
    MessageReader,
    Operand,
    Parameters,
    Prompt,
    Quit,
    Ready,
    Started,
    Step,
    Summary,
    Warned,
    WorkerMessage,
    encode,
)
from evoclass.runner import Limits, Program

FROM_WORKER: list[Message] = [
    Ready(pid=7, torch="2.9"),
    Started(pid=7),
    Step(count=3),
    Frame(sequence=1, cause="end", rows=(Summary(name="w", kind="tensor", shape=(2, 3), mean=float("nan")),)),
    Detail(request=1, expression="w", grid=((1.0, None),), images=(b"\x00\xff",), image_shape=(1, 2, 1)),
    ErrorReport(type="ValueError", text="è", operands=(Operand(name="x", shape=(1,)),), chain=("Exception",)),
    Prompt(more=True),
    Done(code=1, error=True, parameters=Parameters(trainable=1, frozen=2), steps=3, token="t", mark=1),
    Warned(type="UserWarning", text="w", line=3),
]
TO_WORKER: list[Message] = [
    Job(
        program=Program(source="print(1)", file=Path("/x.py"), folder=Path("/"), environment={"A": "b"}),
        limits=Limits(files=100),
        token="t",
    ),
    Evaluate(source="x"),
    Look(request=1, expression="w", slice=(0, 1)),
    Halt(),
    Quit(),
]


def reader() -> MessageReader[WorkerMessage]:
    return MessageReader(WorkerMessage)


@pytest.mark.parametrize(("messages", "kind"), [(FROM_WORKER, WorkerMessage), (TO_WORKER, FrontMessage)])
def test_round_trip_cut_anywhere(messages: list[Message], kind: object) -> None:
    wire = b"".join(map(encode, messages))
    for size in (1, 3, 7, 64, len(wire)):
        reading: MessageReader[Message] = MessageReader(kind)
        received = [
            message
            for start in range(0, len(wire), size)
            for message in reading.feed(wire[start : start + size])
        ]
        assert repr(received) == repr(messages)


def test_the_parents_own_words_are_not_taken_from_a_worker() -> None:
    with pytest.raises(ProtocolError):
        list(reader().feed(encode(Exit(reason="finished", code=0, seconds=1.0))))


@pytest.mark.parametrize(
    "data",
    [
        (MAX_MESSAGE + 1).to_bytes(4, "big"),
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x00",
        b"\x00\x00\x00\x05hello",
        b"\x00\x00\x00\x01\xc1",
        b"\x00\x00\x00\x04\x80\x04\x95\x2e",
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(reader().feed(data))


def test_a_long_announcement_is_refused_before_its_data_is_kept() -> None:
    reading = reader()
    with pytest.raises(ProtocolError, match="announced"):
        list(reading.feed(b"\x7f\xff\xff\xff" + b"x" * 100))


def test_nesting_does_not_exhaust_the_stack() -> None:
    body = b"\x91" * 100_000 + b"\xc0"
    with pytest.raises(ProtocolError):
        list(reader().feed(len(body).to_bytes(4, "big") + body))


@pytest.mark.parametrize(
    "wrong",
    [
        {"t": "step", "count": "3"},
        {"t": "step"},
        {"t": "nothing"},
        {"count": 3},
        {"t": "frame", "sequence": 1, "cause": "whim"},
        {"t": "frame", "sequence": 1, "cause": "end", "rows": [{"name": 1, "kind": "tensor"}]},
        {"t": "frame", "sequence": 1, "cause": "end", "rows": [{"name": "x", "kind": "tensor"}] * 200_001},
        {"t": "done", "code": 1.5},
        ["step", 3],
        None,
    ],
)
def test_wrong_types_and_numbers_are_refused(wrong: object) -> None:
    body = msgspec.msgpack.encode(wrong)
    with pytest.raises(ProtocolError):
        list(reader().feed(len(body).to_bytes(4, "big") + body))


def test_a_message_that_is_too_long_is_not_sent() -> None:
    with pytest.raises(ProtocolError):
        encode(Warned(type="x", text="x" * (MAX_MESSAGE + 1)))


def test_a_hundred_thousand_malformed_frames() -> None:
    """Random bytes, cut and mutated messages: each is a message or a ProtocolError, and nothing else."""
    source = random.Random(1)
    seeds = [encode(message)[4:] for message in FROM_WORKER]
    refused = 0
    for number in range(100_000):
        if number % 2:
            body = source.randbytes(source.randrange(40))
        else:
            mutable = bytearray(source.choice(seeds))
            for _ in range(source.randrange(1, 4)):
                mutable[source.randrange(len(mutable))] = source.randrange(256)
            body = bytes(mutable[: source.randrange(len(mutable) + 1)])
        try:
            messages = list(reader().feed(len(body).to_bytes(4, "big") + body))
        except ProtocolError:
            refused += 1
        else:
            assert all(isinstance(message, WorkerMessage) for message in messages)
    assert refused > 80_000


def test_half_a_surrogate_pair_is_sent_as_its_code() -> None:
    row = Summary(name="d['\udcff']", kind="tensor")
    frame = Frame(sequence=1, cause="end", rows=(row,), live={"name\udcff": "\ud800x"})
    (found,) = reader().feed(encode(frame))
    assert isinstance(found, Frame)
    assert (found.rows[0].name, found.live) == ("d['\\udcff']", {"name\\udcff": "\\ud800x"})
    detail = Detail(request=1, expression="\udcff", images=(b"\x00\xff",), image_shape=(1, 2, 1))
    (seen,) = reader().feed(encode(detail))
    assert isinstance(seen, Detail)
    assert (seen.expression, seen.images) == ("\\udcff", (b"\x00\xff",))


def test_curves_are_read_under_the_name_that_earlier_logs_have() -> None:
    kept = {"sequence": 1, "cause": "end", "courses": {"loss": [[1, 0.5]]}}
    frame = msgspec.convert(kept, Frame)
    assert frame.curves == {"loss": ((1, 0.5),)}
    assert msgspec.to_builtins(frame)["courses"] == {"loss": ((1, 0.5),)}
    with pytest.warns(DeprecationWarning, match="curves"):
        assert frame.courses == frame.curves
