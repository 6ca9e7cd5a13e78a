"""A picture in a widget: right proportions, every kind that lessons may have, and words where it cannot be drawn."""

from __future__ import annotations

import base64
import io
import struct
import sys
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from evoclass.i18n import Catalog
from evoclass_tui.pictures import decoding
from evoclass_tui.pictures.blocks import blocks
from evoclass_tui.pictures.decoding import Undrawable, decoded, measured
from evoclass_tui.pictures.raster import Raster
from evoclass_tui.pictures.sizes import CellSize, Extent, Size, figure_size, fitted
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.picture import PictureView

RED, BLUE = (255, 0, 0), (0, 0, 255)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 20'><rect width='40' height='20' fill='red'/></svg>"
CELL = Size(10, 20)


def image(width: int, height: int, kind: str = "PNG", **options: object) -> bytes:
    """Return an image whose upper half is red and whose lower half is blue."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (0, height // 2, width, height))
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """Return a small file that says it unfolds into a large image."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@asynccontextmanager
async def shown(*views: PictureView, size: tuple[int, int] = (80, 40)) -> AsyncIterator[Pilot[None]]:
    """Show pictures below each other, decoded."""

    class _App(App[None]):
        def compose(self) -> ComposeResult:
            yield from views

    app = _App()
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield pilot


@pytest.fixture
def catalog() -> Catalog:
    return Catalog("en", ["evoclass_tui"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
async def test_every_kind_is_drawn_with_its_own_proportions(kind: str, catalog: Catalog) -> None:
    view = PictureView(catalog, image(400, 200, kind), "two halves")
    async with shown(view):
        assert view.size.height == 10  # 40 columns of 10 pixels, 10 rows of 20
        upper, lower = view.render_line(0), view.render_line(9)
        for strip, (red, blue) in ((upper, (255, 0)), (lower, (0, 255))):
            style = next(iter(strip)).style
            assert style is not None
            assert style.bgcolor is not None
            assert style.bgcolor.triplet is not None
            assert abs(style.bgcolor.triplet.red - red) + abs(style.bgcolor.triplet.blue - blue) < 60


async def test_a_drawing_is_drawn_by_a_process_of_its_own(catalog: Catalog) -> None:
    assert measured(SVG) == (40, 20)
    pixels = decoded(SVG)
    assert pixels.size == (800, 400)
    assert pixels.convert("RGB").getpixel((400, 200)) == RED


def test_the_words_of_a_drawing_are_drawn_whatever_their_font() -> None:
    words = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 99 30'>"
        "<text y='25' font-family='{}'>Words</text></svg>"
    )
    for family in ("sans-serif", "serif", "monospace", "No Such Font"):
        assert decoded(words.format(family).encode()).getchannel("A").getextrema()[1] > 200, family


@pytest.mark.parametrize(
    ("size", "room", "extent"),
    [
        ((400, 200), (80, 20), (40, 10)),
        ((4000, 2000), (80, 40), (80, 20)),
        ((4000, 2000), (80, 10), (40, 10)),
        ((28, 28), (80, 20), (28, 14)),
        ((100, 4000), (80, 20), (1, 20)),
        ((4000, 1), (80, 20), (80, 1)),
        ((1, 1), (80, 20), (1, 1)),
    ],
)
def test_a_picture_has_its_own_size_or_as_much_room_as_there_is(
    size: tuple[int, int], room: tuple[int, int], extent: tuple[int, int]
) -> None:
    assert fitted(Size(*size), Extent(*room), CELL) == extent


def test_a_picture_that_fills_its_room_grows() -> None:
    assert fitted(Size(28, 28), Extent(100, 30), CELL, fill=True) == (60, 30)


@pytest.mark.parametrize(
    ("room", "cell", "in_pixels", "size"),
    [
        # In a low pane it is as high as its margins need, and as wide as the pane's proportions ask.
        ((58, 13), (9, 18), False, (8.03, 3.6, 100.0)),
        ((58, 13), (9, 18), True, (8.03, 3.6, 134.0)),
        # In a large one it has a pixel for each of the pane's.
        ((97, 28), (9, 18), False, (8.73, 5.04, 100.0)),
        # Letters are as large as the terminal's on a screen with twice the pixels.
        ((97, 28), (18, 36), True, (8.73, 5.04, 200.0)),
        # A very wide or narrow pane makes no strip of it.
        ((200, 6), (9, 18), False, (9.36, 3.6, 100.0)),
        ((20, 50), (9, 18), False, (4.8, 6.0, 100.0)),
    ],
)
def test_a_figure_is_made_to_measure(
    room: tuple[int, int], cell: tuple[int, int], in_pixels: bool, size: tuple[float, float, float]
) -> None:
    assert figure_size(Extent(*room), Extent(120, 40), CellSize(*cell), in_pixels=in_pixels) == size


async def test_a_resize_draws_the_picture_anew(catalog: Catalog) -> None:
    view = PictureView(catalog, image(1200, 600), "two halves")
    async with shown(view, size=(80, 40)) as pilot:
        assert len(list(view.render_line(0))) == 80
        await pilot.resize_terminal(40, 40)
        await pilot.pause()
        assert view.size.height == 10
        assert {len(list(view.render_line(y))) for y in range(10)} == {40}


async def test_words_stand_where_nothing_can_be_drawn(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(PictureView(catalog, b"\x89PNG\r\n\x1a\n", "a cat on a mat")) as pilot:
        text = screen_text(pilot.app.screen)
        assert "a cat on a mat" in text
        assert catalog("picture.damaged") in text
    drawable = image(10, 10)
    monkeypatch.setitem(sys.modules, "PIL", None)
    async with shown(PictureView(catalog, drawable, "a cat on a mat")) as pilot:
        text = " ".join(screen_text(pilot.app.screen).split())
        assert "a cat on a mat" in text
        assert "evoclass[pictures]" in text


async def test_another_picture_takes_the_place_of_the_first(catalog: Catalog) -> None:
    view = PictureView(catalog, image(400, 200), "first")
    async with shown(view) as pilot:
        view.show(image(400, 400), "second")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert view.size.height == 20


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png_that_claims(100_000, 100_000), "large"),
        (png_that_claims(8_000, 8_000), "large"),
        (png_that_claims(100, 100), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(decoding.BYTES), "large"),
        (image(100, 100)[:-40], "damaged"),
        (b"", "damaged"),
        (b"<svg><g>", "damaged"),
        (b"<html/>", "damaged"),
        (b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg width='999999999' height='1'/>", "damaged"),
    ],
)
def test_what_unfolds_too_far_or_is_damaged_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Undrawable) as refused:
        decoded(data)
    assert refused.value.reason == reason


def test_what_is_transparent_is_never_invisible() -> None:
    for ink in ((0, 0, 0), (255, 255, 255)):
        for paper in ((14, 19, 29), (251, 249, 244)):
            line = Image.new("RGBA", (40, 40), (*ink, 0))
            line.paste((*ink, 255), (10, 10, 30, 30))
            corner, middle = (
                Raster(line, Extent(20, 10), paper).pixels(Size(2, 4)).getpixel(at)
                for at in ((0, 0), (20, 20))
            )
            assert isinstance(corner, tuple)
            assert isinstance(middle, tuple)
            assert abs(sum(corner) - sum(middle)) > 300


def test_the_few_words_of_a_transparent_drawing_can_be_read() -> None:
    drawing = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    drawing.paste((51, 102, 204, 255), (20, 10, 180, 60))
    drawing.paste((0, 0, 0, 255), (20, 80, 70, 82))
    ground = Raster(drawing, Extent(20, 5), (14, 19, 29)).pixels(CellSize(10, 20)).getpixel((0, 0))
    assert ground == (255, 255, 255)


def test_a_drawing_that_never_ends_or_reads_files_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(image(20, 20))
    frame = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink' viewBox='0 0 9 9'>{}</svg>"
    show = "<image width='9' height='9' {}='{}'/>"
    nested = base64.b64encode(frame.format(show.format("href", secret)).encode()).decode()
    for reads in (
        show.format("href", secret),
        show.format("x:href", secret.as_uri()),
        show.format("href", f"data:image/svg+xml;base64,{nested}"),
    ):
        assert decoded(frame.format(reads).encode()).getextrema()[-1] == (0, 0), reads
    inside = show.format("href", f"data:image/png;base64,{base64.b64encode(image(20, 20)).decode()}")
    assert decoded(frame.format(inside).encode()).getextrema()[-1] == (255, 255)
    monkeypatch.setattr("evoclass_tui.pictures.svg.SECONDS", 1.0)
    layers = "".join(f"<g id='g{n}'><use href='#g{n - 1}'/><use href='#g{n - 1}'/></g>" for n in range(1, 40))
    bomb = frame.format(f"<rect id='g0' width='9' height='9'/>{layers}")
    with pytest.raises(Undrawable) as refused:
        decoded(bomb.encode())
    assert refused.value.reason == "damaged"


def drawn_by_blocks(picture: Image.Image, extent: Extent) -> set[tuple[int, int, int]]:
    """Return every colour of a picture made of block characters."""
    return {colour for row in blocks(picture, extent) for _, *colours in row for colour in colours}


def test_areas_have_no_rims() -> None:
    picture = Image.new("RGB", (320, 200), (30, 40, 60))
    picture.paste((220, 80, 50), (81, 51, 243, 151))
    for red, green, blue in drawn_by_blocks(picture, Extent(40, 12)):
        assert 30 <= red <= 220
        assert 40 <= green <= 80
        assert 50 <= blue <= 60


def test_a_thin_line_keeps_its_colour() -> None:
    picture = Image.new("RGB", (320, 200), (255, 255, 255))
    picture.paste((0, 0, 200), (0, 100, 320, 103))
    assert min(red for red, _, _ in drawn_by_blocks(picture, Extent(40, 12))) < 150
