"""The pictures of one page: found in the course, measured for the layout, decoded when they come into view."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.segment import Segment

from evoclass.i18n import Catalog
from evoclass.model import Drawing, Image
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.sizes import Extent, Size, fitted

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

    from evoclass_tui.pictures.raster import Raster

ROWS = 20
"""Most rows of a picture between two paragraphs."""

KEPT = 8
"""Decoded pictures that are kept; the one that was out of view longest goes first."""

LONGEST = 100
"""Characters of an address that are told."""

Picture = Image | Drawing


class Gallery:
    """Draws the images and drawings of a file, row by row."""

    def __init__(self, file: Path | None, graphics: Graphics, catalog: Catalog) -> None:
        """`file` is the lesson or the course page, from which the addresses of images start."""
        self._file, self._graphics, self._catalog = file, graphics, catalog
        self._blocks: dict[str, Picture] = {}
        self._sizes: dict[str, Size | str] = {}
        """By block: the size in pixels, or the reason why it is not drawn."""
        self._extents: dict[str, Extent] = {}
        self._pixels: OrderedDict[str, Pixels] = OrderedDict()
        self._rasters: OrderedDict[str, tuple[object, Raster]] = OrderedDict()
        self._told = ""
        """The picture below which it says what is missing; once is enough."""

    def room(self, block: Picture, width: int, most: int = ROWS) -> tuple[int, int] | str:
        """Return in how many columns and rows a picture is drawn, at most so many rows, or else why not."""
        if not self._graphics.wanted:
            return ""
        self._blocks[block.id] = block
        size = self._sizes.get(block.id)
        if size is None:
            size = self._sizes[block.id] = self._measured(block)
        if isinstance(size, str):
            return self._excuse(block, size)
        self._extents[block.id] = fitted(size, Extent(width, most), self._graphics.cell)
        return self._extents[block.id]

    def row(self, name: str, row: int, background: tuple[int, int, int]) -> list[Segment] | None:
        """Return one row of a picture, or None as long as it is not decoded (see `load`)."""
        self._graphics.needed()
        raster = self._raster(name, background)
        return raster.row(row) if raster is not None and row < raster.extent.rows else None

    async def load(self, name: str) -> bool:
        """Decode a picture that is in view; return whether it can be drawn."""
        from evoclass_tui.pictures.decoding import Undrawable, decoded

        block = self._blocks.get(name)
        if block is None:
            return False
        found = self._data(block)
        try:
            pixels = await asyncio.to_thread(decoded, found) if isinstance(found, bytes) else None
        except Undrawable as error:
            self._sizes[name] = error.reason
            return False
        if pixels is None:
            self._sizes[name] = str(found)
            return False
        self._pixels[name] = pixels
        while len(self._pixels) > KEPT:
            self._pixels.popitem(last=False)
        return True

    def large(self, name: str) -> tuple[bytes, str] | None:
        """Return the bytes of a picture and its alternative text."""
        block = self._blocks.get(name)
        data = self._data(block) if block is not None else ""
        return (data, block.alt) if block is not None and isinstance(data, bytes) else None

    def _raster(self, name: str, background: tuple[int, int, int]) -> Raster | None:
        from evoclass_tui.pictures.raster import Raster

        extent = self._extents.get(name)
        made = self._rasters.get(name)
        if made is not None and made[0] == (extent, background):
            self._rasters.move_to_end(name)
            return made[1]
        if extent is None or name not in self._pixels:
            return None
        self._pixels.move_to_end(name)
        raster = Raster(self._pixels[name], extent, background, grey=self._graphics.grey)
        self._rasters[name] = ((extent, background), raster)
        while len(self._rasters) > KEPT:
            self._rasters.popitem(last=False)
        return raster

    def _measured(self, block: Picture) -> Size | str:
        from evoclass_tui.pictures.decoding import Undrawable, can_decode, measured

        found = self._data(block)
        if isinstance(found, str):
            return found
        if not can_decode():
            return "extra"
        try:
            return measured(found)
        except Undrawable as error:
            return error.reason

    def _data(self, block: Picture) -> bytes | str:
        """Return the bytes of a picture, or why they are not there; `evoclass check` tells the author more."""
        from evoclass.reading.pictures import Refused, is_file, read

        if isinstance(block, Drawing):
            return block.svg.encode("utf-8", "replace")
        if not is_file(block.source):
            return "web" if block.source.startswith(("http:", "https:")) else "kind"
        if self._file is None:
            return "missing"
        try:
            return read(block.source, self._file).data
        except Refused as error:
            return error.reason

    def _excuse(self, block: Picture, reason: str) -> str:
        if reason == "extra":
            self._told = self._told or block.id
            if self._told != block.id:
                return ""
        from evoclass.installing import install_command
        from evoclass_tui.pictures.decoding import EXTRA

        file = block.source[:LONGEST] if isinstance(block, Image) else ""
        return self._catalog(f"picture.{reason}", command=install_command([EXTRA]), file=file)
