"""Figures of a run: checked where they arrive, bounded where they wait, kept with the run."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import msgspec
import pytest

from evoclass.errors import ProtocolError
from evoclass.i18n import Catalog
from evoclass.learner.figurefolder import FigureFolder, kept
from evoclass.learner.progress import RunRecord
from evoclass.protocol import (
    FIGURE_SIDE,
    MAX_FIGURES,
    Closed,
    Exit,
    Figure,
    MessageReader,
    Output,
    RunEvent,
    WorkerMessage,
    encode,
)
from evoclass.runner import Program
from evoclass.running import recording as recordings
from evoclass.running.figurefile import axis_said, figure_text, told, write_figure
from evoclass.running.png import CHUNKS, SIGNATURE, png_size
from evoclass.running.recording import Recording
from evoclass.running.stream import ROOM, EventStream
from pngs import chunk, png

PROGRAM = Program(source="x = 1", file=Path("/f/x.py"), folder=Path("/f"))
ENDED = Exit(reason="finished", code=0, seconds=1.0)


def header(width: int = 4, height: int = 3, depth: int = 8, colours: int = 2, *more: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, *(more or (0, 0, 0))))


BODY = chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


# ----------------------------------------------------------------------------------------- what is a picture


def test_the_size_is_in_the_header() -> None:
    assert png_size(png(7, 5)) == (7, 5)
    assert Figure(number=1, png=png(7, 5)).size == (7, 5)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        SIGNATURE,
        SIGNATURE + BODY,
        SIGNATURE + header() + chunk(b"IEND", b""),
        SIGNATURE + header() + chunk(b"IDAT", b"x"),
        SIGNATURE + header() + BODY + b"more",
        SIGNATURE + header()[:-1] + BODY,
        SIGNATURE + header(0) + BODY,
        SIGNATURE + header(4, 2**31) + BODY,
        SIGNATURE + header(4, 3, 3) + BODY,
        SIGNATURE + header(4, 3, 8, 5) + BODY,
        SIGNATURE + header(4, 3, 8, 2, 0, 0, 2) + BODY,
        SIGNATURE + header() + chunk(b"acTL", bytes(8)) + BODY,
        SIGNATURE + header() + struct.pack(">I", 2**32 - 1) + b"IDAT",
        SIGNATURE + header() + chunk(b"tEXt", b"") * CHUNKS + BODY,
        png()[:-1],
        png(FIGURE_SIDE + 1, 1),
    ],
)
def test_what_is_no_picture_breaks_the_protocol(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"PNG|pixels"):
        Figure(number=1, png=data)
    honest = Figure(number=1, png=png())
    message = msgspec.msgpack.encode(msgspec.to_builtins(honest, builtin_types=(bytes,)) | {"png": data})
    reader: MessageReader[WorkerMessage] = MessageReader(WorkerMessage)
    with pytest.raises(ProtocolError):
        list(reader.feed(struct.pack(">I", len(message)) + message))


def test_a_picture_arrives_as_it_was_sent() -> None:
    figure = Figure(number=3, png=png(), title="Loss", file="loss.png", line=7)
    reader: MessageReader[WorkerMessage] = MessageReader(WorkerMessage)
    assert list(reader.feed(encode(figure))) == [figure]


# ----------------------------------------------------------------------------------------- while they wait


async def test_the_newest_picture_of_a_figure_waits() -> None:
    stream = EventStream()
    events: list[RunEvent] = [Figure(number=1, png=png()), Figure(number=2, png=png())]
    newest = Figure(number=1, png=png(5))
    for event in events:
        stream.put(event)
    stream.put_output("text")
    stream.put(newest)
    stream.put(Closed())
    assert [event async for event in stream.events()] == [events[1], Output(text="text"), newest, Closed()]


async def test_a_flood_of_figures_is_bounded() -> None:
    room: list[bool] = []
    stream = EventStream(lambda: room.append(True))
    big = png(padding=ROOM // 4)
    for number in range(1, 10_001):
        stream.put(Figure(number=number, png=big))
    assert stream.full
    stream.put(Closed())
    numbers = [event.number async for event in stream.events() if isinstance(event, Figure)]
    assert numbers == list(range(10_001 - MAX_FIGURES, 10_001))
    assert room
    assert not stream.full


# --------------------------------------------------------------------------------------------- in the record


def recorded(*events: RunEvent) -> Recording:
    recording = Recording(PROGRAM, "local-cpu")
    for event in (*events, ENDED):
        recording.take(event)
    return recording


def test_a_record_names_the_newest_figures() -> None:
    flood = [Figure(number=number, png=png(number)) for number in range(1, 51)]
    recording = recorded(*flood, Figure(number=50, png=png(3), title="last"))
    record = recording.record()
    assert [figure.number for figure in record.figures] == list(range(51 - MAX_FIGURES, 51))
    assert record.figures[-1] == kept(Figure(number=50, png=png(3), title="last"))


def test_a_record_has_room_for_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "FIGURE_BYTES_KEPT", 3_000)
    recording = recorded(*(Figure(number=number, png=png(padding=1_000)) for number in (4, 3, 2, 1)))
    assert sorted(recording.figures) == [1, 4]  # the newest one stays, whatever its number


def test_a_record_in_the_log_is_small_and_comes_back() -> None:
    recording = recorded(Figure(number=1, png=png(padding=100_000), title="Loss"))
    plain = msgspec.to_builtins(recording.record())
    assert len(msgspec.json.encode(plain)) < 2_000
    assert msgspec.convert(plain, RunRecord) == recording.record()
    del plain["figures"]  # as an earlier version wrote it
    assert msgspec.convert(plain, RunRecord).figures == ()


# ------------------------------------------------------------------------------------------- in the folder


@pytest.fixture
def figure() -> Figure:
    return Figure(
        number=2,
        png=png(),
        title="Loss",
        file="loss.png",
        line=4,
        axes=(("step", 0.0, 59.0),),
        legend=(("a", ""),),
    )


def test_a_figure_is_found_again(tmp_path: Path, figure: Figure) -> None:
    FigureFolder(tmp_path / "figures").put([figure.png])
    assert FigureFolder(tmp_path / "figures").find(kept(figure)) == figure


def test_two_runs_share_a_picture(tmp_path: Path, figure: Figure) -> None:
    folder = FigureFolder(tmp_path)
    folder.put([figure.png])
    folder.put([msgspec.structs.replace(figure, number=1, title="").png])
    assert len(os.listdir(tmp_path)) == 1


def test_without_a_disk_they_stay_in_memory(tmp_path: Path, figure: Figure) -> None:
    (tmp_path / "file").write_text("in the way")
    for folder in (FigureFolder(None), FigureFolder(tmp_path / "file" / "figures")):
        folder.put([figure.png])
        assert folder.find(kept(figure)) == figure


@pytest.mark.parametrize("data", [b"changed", png(9), b""])
def test_a_file_that_was_changed_is_not_shown(tmp_path: Path, figure: Figure, data: bytes) -> None:
    FigureFolder(tmp_path).put([figure.png])
    (tmp_path / f"{kept(figure).digest}.png").write_bytes(data)
    assert FigureFolder(tmp_path).find(kept(figure)) is None


def test_a_name_leads_nowhere_else(tmp_path: Path, figure: Figure) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    stray = kept(figure)
    stray.digest = "../secret"
    assert FigureFolder(tmp_path / "figures").find(stray) is None
    os.mkfifo(tmp_path / f"{'0' * 64}.png")
    stray.digest = "0" * 64
    assert FigureFolder(tmp_path).find(stray) is None


def test_the_oldest_go_when_the_folder_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoclass.learner.figurefolder.ROOM", 25_000)
    figures = [Figure(number=number, png=png(number, padding=10_000)) for number in (1, 2, 3)]
    for age, figure in enumerate(figures[:2]):
        FigureFolder(tmp_path).put([figure.png])
        os.utime(tmp_path / f"{kept(figure).digest}.png", (age, age))
    FigureFolder(tmp_path).put([figures[2].png])
    assert [FigureFolder(tmp_path).find(kept(figure)) is not None for figure in figures] == [
        False,
        True,
        True,
    ]


# ----------------------------------------------------------------------------------------------- as files


def test_files_that_are_there_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "figure-1.png").write_text("mine")
    (tmp_path / "figure-2.png").symlink_to(tmp_path / "nowhere")
    assert write_figure(tmp_path, png()) == "figure-3.png"
    assert write_figure(tmp_path, png(9)) == "figure-4.png"
    assert write_figure(tmp_path, png()) == "figure-3.png"
    assert (tmp_path / "figure-1.png").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Figure 1: 4 × 3 pixels, saved as figure-1.png. step from 0 to 59, y from 0.5 to 14.2. Legend: a, b",
        ),
        (
            "it",
            "Figura 1: 4 × 3 pixel, salvata in figure-1.png. step da 0 a 59, y da 0,5 a 14,2. Legenda: a, b",
        ),
    ],
)
def test_a_figure_in_words(tmp_path: Path, language: str, said: str) -> None:
    figures = {
        1: Figure(
            number=1,
            png=png(),
            axes=(("step", 0.0, 59.0), ("y", 0.5, 14.25)),
            legend=(("a", "#ff0000"), ("b", "")),
        ),
        2: Figure(number=2, png=png(), title="\x1b[31mA", file="a\nb.png"),
    }
    folder = tmp_path / "figures"
    folder.mkdir()
    (_, first, shown), (_, second, saved) = told(figures, folder, Catalog(language))
    assert (first, shown) == ("figure-1.png", said)
    assert second == "a\nb.png"
    assert "\\x1b[31mA" in saved
    assert "\x1b" not in saved
    assert os.listdir(folder) == ["figure-1.png"]


def test_a_figure_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    ((_, file, said),) = told({1: Figure(number=1, png=png())}, tmp_path / "nowhere", Catalog("en"))
    assert not file
    assert "could not be saved" in said


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (r"$\theta_{t+1}$ at 29", "θₜ₊₁ at 29"),
        (r"loss $L(\theta)$ and $x^2$", "loss L(θ) and x²"),
        ("costs $5", "costs $5"),
        (r"costs \$5 and \$6", "costs $5 and $6"),
        (r"half $\frac{1}{", r"half $\frac{1}{"),
        ("$" * 40, "$" * 40),
        ("[red]\x1b[31m$x$", r"[red]\x1b[31mx"),
    ],
)
def test_formulas_in_a_figure_are_read_as_in_a_lesson(text: str, read: str) -> None:
    assert figure_text(text) == read


@pytest.mark.parametrize(
    ("language", "words"), [("en", "colours from -1.5 to 3"), ("it", "colori da -1,5 a 3")]
)
def test_a_colour_bar_without_a_name_tells_the_range_of_its_colours(language: str, words: str) -> None:
    assert axis_said(("", -1.5, 3.0), Catalog(language)) == words


@pytest.mark.parametrize(
    ("high", "text"), [(1234.5, "1230"), (999_999.0, "1e+06"), (0.12345, "0.123"), (-2500.0, "-2500")]
)
def test_the_end_of_an_axis_is_rounded_and_written_as_on_paper(high: float, text: str) -> None:
    assert axis_said(("loss", 0.0, high), Catalog("en")).endswith(f" {text}")
