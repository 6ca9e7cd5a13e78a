"""Events of a run arrive in order, coalesced, and never pile up unseen."""

from __future__ import annotations

import asyncio

from evoclass.protocol import Closed, Exit, Output, RunEvent, Started, Step
from evoclass.running.stream import CHUNK, ROOM, EventStream


async def read(stream: EventStream) -> list[RunEvent]:
    return [event async for event in stream.events()]


async def test_output_is_coalesced_and_order_is_kept() -> None:
    stream = EventStream()
    stream.put(Started(pid=1))
    stream.put_output("a")
    stream.put_output("b")
    stream.put(Step(count=1))
    stream.put(Step(count=2))
    stream.put_output("c")
    stream.put(Closed())
    assert await read(stream) == [
        Started(pid=1),
        Output(text="ab"),
        Step(count=2),
        Output(text="c"),
        Closed(),
    ]


async def test_one_event_is_never_larger_than_a_chunk() -> None:
    stream = EventStream()
    text = "".join(chr(65 + number % 26) for number in range(5 * CHUNK + 7))
    stream.put_output(text)
    stream.put_output("end")
    stream.put(Closed())
    *outputs, _ = await read(stream)
    pieces = [event.text for event in outputs if isinstance(event, Output)]
    assert "".join(pieces) == text + "end"
    assert max(map(len, pieces)) <= CHUNK


async def test_a_full_stream_asks_for_more_once_it_is_half_empty() -> None:
    asked: list[int] = []
    stream = EventStream(lambda: asked.append(1))
    while not stream.full:
        stream.put_output("x" * 10_000)
    events = stream.events()
    taken = 0
    while not asked:
        event = await anext(events)
        assert isinstance(event, Output)
        taken += len(event.text)
    assert ROOM // 2 <= taken <= ROOM
    assert not stream.full


async def test_the_reader_waits_for_what_comes_later() -> None:
    stream = EventStream()
    reading = asyncio.ensure_future(read(stream))
    await asyncio.sleep(0)
    stream.put_output("late")
    await asyncio.sleep(0)
    stream.put(Exit(reason="finished", code=0, seconds=1.0))
    stream.put(Closed())
    assert [type(event) for event in await reading] == [Output, Exit, Closed]


async def test_other_tasks_run_between_two_events() -> None:
    stream = EventStream()
    for _ in range(50):
        stream.put_output("x" * CHUNK)
        stream.put(Started(pid=1))
    stream.put(Closed())
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.ensure_future(count())
    events = await read(stream)
    counting.cancel()
    assert turns >= len(events) - 1
