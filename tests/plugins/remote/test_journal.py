"""The journal of a run: however a connection breaks, a front end hears everything once, in order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoclass.protocol import MAX_FIGURES, Exit, Figure, Frame, Output, Prompt, RunEvent, Step, Summary
from evoclass_remote.frames import merged
from evoclass_remote.journal import BACKLOG, Journal
from evoclass_remote.wire import FromHost, Happened, Left, Written, host_reader
from pngs import png

RUN = "0" * 32
NAMES = ("a", "b", "c")


def row(name: str, value: int) -> Summary:
    return Summary(name=name, kind="scalar", text=str(value))


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    whole = draw(st.booleans())
    gone = () if whole else tuple(draw(st.lists(st.sampled_from(NAMES), unique=True)))
    return Frame(
        sequence=draw(st.integers(0, 99)),
        cause="step",
        rows=tuple(row(name, draw(st.integers(0, 9))) for name in names if name not in gone),
        whole=whole,
        gone=gone,
        curves={"a": ((draw(st.integers(0, 9)), 1.0),)},
        live=draw(st.dictionaries(st.just("x"), st.sampled_from(["1", "2"]))),
    )


class Picture:
    """What the frames so far show."""

    def __init__(self) -> None:
        self.rows: dict[str, Summary] = {}
        self.points: tuple[tuple[int, float | None], ...] = ()
        self.live: dict[str, str] = {}

    def take(self, frame: Frame) -> None:
        if frame.whole:
            self.rows.clear()
        for name in frame.gone:
            self.rows.pop(name, None)
        self.rows.update((one.name, one) for one in frame.rows)
        self.points += frame.curves.get("a", ())
        self.live = frame.live or self.live


@given(st.lists(frames(), min_size=2, max_size=6), st.data())
def test_merged_frames_show_what_all_of_them_show(several: list[Frame], data: st.DataObject) -> None:
    one_by_one, together = Picture(), Picture()
    for frame in several:
        one_by_one.take(frame)
    rest = list(several)
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        group, rest = rest[:size], rest[size:]
        frame = group[0]
        for newer in group[1:]:
            frame = merged(frame, newer)
        together.take(frame)
    assert together.rows == one_by_one.rows
    assert (together.points, together.live) == (one_by_one.points, one_by_one.live)


class Front:
    """A front end at the other end of a connection that loses what is on its way when it breaks."""

    def __init__(self) -> None:
        self.number = 0
        self.output = ""
        self.picture = Picture()
        self.steps = 0
        self.ends: list[RunEvent] = []
        self.files: dict[str, bytes] = {}
        self.file: bytes | None = None
        """What has come of a file that is under way."""
        self.left: dict[str, int] = {}

    def take(self, data: bytes) -> None:
        messages: list[FromHost] = list(host_reader().feed(data))
        for message in messages:
            assert isinstance(message, Happened | Written | Left)
            if message.number <= self.number:
                continue
            self.number = message.number
            match message:
                case Written(path=path, data=data, first=first, last=last):
                    assert first == (self.file is None)
                    self.file = (self.file or b"") + data
                    if last:
                        self.files[path], self.file = self.file, None
                    continue
                case Left(files=files):
                    self.left = dict(files)
                    continue
            match message.event:
                case Output(text=text):
                    self.output += text
                case Frame() as frame:
                    self.picture.take(frame)
                case Step(count=count):
                    self.steps = count
                case event:
                    self.ends.append(event)


EVENTS = st.one_of(
    st.text("xyz\n", min_size=1, max_size=5).map(lambda text: Output(text=text)),
    frames(),
    st.integers(1, 99).map(lambda count: Step(count=count)),
)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("happened"), EVENTS),
        st.tuples(st.just("send"), st.integers(0, 4)),
        st.tuples(st.just("heard"), st.booleans()),
        st.tuples(st.just("break"), st.none()),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=40,
)


@given(DEEDS)
def test_a_front_end_hears_everything_once_and_in_order(deeds: list[tuple[str, object]]) -> None:
    journal, front = Journal(RUN), Front()
    output, picture = "", Picture()
    for deed, what in deeds:
        match deed, what:
            case "happened", Output(text=text) as event:
                output += text
                journal.happened(event)
            case "happened", Frame() as event:
                picture.take(event)
                journal.happened(event)
            case "happened", Step() as event:
                journal.happened(event)
            case "send", int(count):
                for data, _ in zip(journal.due(), range(count), strict=False):
                    front.take(data)
            case "heard", _:
                journal.heard(front.number)
            case "break", _:
                journal.resume(front.number) if front.number else journal.rewind(None)
            case "restart", _:
                front = Front()
                journal.rewind(None)
    journal.happened(Exit(reason="finished", code=0, seconds=1.0))
    # What was on its way when the connection broke was lost: the front end comes back with what it has.
    journal.resume(front.number) if front.number else journal.rewind(None)
    for data in journal.due():
        front.take(data)
    assert front.output == output
    assert front.picture.rows == picture.rows
    assert len(front.ends) == 1


def test_a_front_end_that_starts_anew_finds_the_prompt() -> None:
    journal = Journal(RUN)
    for event in (Output(text="one\n"), Exit(reason="finished", code=0, seconds=1.0), Prompt()):
        journal.happened(event)
    for data in list(journal.due()):
        Front().take(data)
    journal.heard(99)
    journal.rewind(Prompt())
    front = Front()
    for data in journal.due():
        front.take(data)
    assert front.output == "one\n"
    assert [type(event) for event in front.ends] == [Exit, Prompt]


async def test_a_flood_waits_for_the_front_end() -> None:
    journal = Journal(RUN)
    line = "x" * 1000 + "\n"
    for _ in range(BACKLOG // 1000 + 1):
        journal.happened(Output(text=line))
    assert not journal._room.is_set()
    while journal._waiting:
        for data in journal.due():
            journal.heard(host_number(data))
    assert journal._room.is_set()


def host_number(data: bytes) -> int:
    (message,) = host_reader().feed(data)
    assert isinstance(message, Happened)
    return message.number


PARTS = st.lists(st.integers(0, 6), min_size=1, max_size=4)


@given(PARTS, st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["break", "restart"])), max_size=5))
def test_a_file_comes_whole_or_stays_in_sight(sizes: list[int], breaks: list[tuple[int, str]]) -> None:
    journal, front, folder = Journal(RUN), Front(), dict[str, bytes]()
    whole = {f"{number}": bytes([65 + number]) * size for number, size in enumerate(sizes)}
    for path, content in whole.items():
        parts = [content[at : at + 1] for at in range(len(content))] or [b""]
        for at, part in enumerate(parts):
            journal.add(written(journal, path, part, first=at == 0, last=at == len(parts) - 1))
    journal.add(Left(run=RUN, number=journal.next_number(), files=(("large", 9),)))
    for count, end in breaks:
        for data, _ in zip(journal.due(), range(count), strict=False):
            front.take(data)
        journal.heard(front.number)
        folder |= front.files
        if end == "restart":
            front = Front()
        journal.resume(front.number) if front.number else journal.rewind(None, [("large", 9)])
    for data in journal.due():
        front.take(data)
    assert folder | front.files == whole
    assert front.file is None
    assert front.left == {"large": 9}


def test_a_large_file_that_was_torn_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoclass_remote.journal.HALF", 1000)
    journal = Journal(RUN)
    for at in range(4):
        journal.add(written(journal, "large", bytes(600), first=at == 0, last=at == 3))
    journal.add(written(journal, "small", b"small", first=True, last=True))
    journal.add(Left(run=RUN, number=journal.next_number()))
    front = Front()
    for data, _ in zip(journal.due(), range(3), strict=False):
        front.take(data)
    journal.heard(front.number)
    assert journal.torn == "large"
    journal.rewind(None, [("large", 2400)])
    front = Front()
    for data in journal.due():
        front.take(data)
    assert (front.files, front.file, front.left) == ({"small": b"small"}, None, {"large": 2400})


def written(journal: Journal, path: str, data: bytes, *, first: bool, last: bool) -> Written:
    return Written(run=RUN, number=journal.next_number(), path=path, data=data, first=first, last=last)


@pytest.mark.parametrize("text", ["x" * 100, "\x1b[31mé\n"])
def test_waiting_output_grows_together(text: str) -> None:
    journal = Journal(RUN)
    for _ in range(10):
        journal.happened(Output(text=text))
    (data,) = journal.due()
    front = Front()
    front.take(data)
    assert front.output == text * 10


def figure(number: int, width: int = 4, padding: int = 0) -> Figure:
    return Figure(number=number, png=png(width, padding=padding))


def figures_of(front: Front) -> list[Figure]:
    return [event for event in front.ends if isinstance(event, Figure)]


def test_on_a_slow_link_the_newest_picture_of_a_figure_counts() -> None:
    journal, front = Journal(RUN), Front()
    for width in range(1, 100):
        journal.happened(figure(1, width))
        journal.happened(figure(2, width))
        journal.happened(Output(text="."))
    journal.happened(Exit(reason="finished", code=0, seconds=1.0))
    for data in journal.due():
        front.take(data)
    assert front.output == "." * 99
    assert figures_of(front) == [figure(1, 99), figure(2, 99)]
    assert isinstance(front.ends[-1], Exit)


async def test_a_flood_of_figures_does_not_hold_the_program_up() -> None:
    journal, front = Journal(RUN), Front()
    for number in range(1, 1_001):
        journal.happened(figure(number, padding=500_000))
    assert journal._room.is_set()
    while journal._waiting:
        for data in journal.due():
            front.take(data)
            journal.heard(front.number)
    assert [each.number for each in figures_of(front)] == list(range(1_001 - MAX_FIGURES, 1_001))
    assert (journal._backlog, journal._under_way) == (0, 0)


def test_a_front_end_that_starts_anew_gets_the_figures_once() -> None:
    journal, first, second = Journal(RUN), Front(), Front()
    for number in range(1, 2 * MAX_FIGURES):
        for width in (1, 2):
            journal.happened(figure(number, width))
            for data in journal.due():
                first.take(data)
            journal.heard(first.number)
    journal.happened(Exit(reason="finished", code=0, seconds=1.0))
    journal.rewind(None)
    for data in journal.due():
        second.take(data)
    assert figures_of(second) == [figure(number, 2) for number in range(MAX_FIGURES, 2 * MAX_FIGURES)]
    assert isinstance(second.ends[-1], Exit)
