"""From the bytes of an image to its pixels, within bounds: whoever wrote the bytes may mean harm."""

from __future__ import annotations

import importlib.util
import io
import warnings
from typing import TYPE_CHECKING, Literal

from evoclass.reading.pictures import FORMATS, PIXELS
from evoclass_tui.pictures.sizes import Size
from evoclass_tui.pictures.svg import UnreadableSvg, rasterized, svg_size

if TYPE_CHECKING:
    from PIL.Image import Image

BYTES = 10 * 1024 * 1024
"""Largest file."""

SIDE = 1_600
"""Longest side of what is kept: more than a terminal shows."""

EXTRA = "evoclass[pictures]"
"""The packages that decode images."""

_SIDEWAYS = (5, 6, 7, 8)
"""Orientations of photos, in Exif's numbers, that exchange width and height."""

Reason = Literal["extra", "large", "damaged"]


class Undrawable(Exception):
    """The image cannot be drawn: a package is missing, it is too large, or it is no image that can be read."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def can_decode() -> bool:
    """Whether the packages that decode images are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("PIL", "resvg_py"))


def measured(data: bytes) -> Size:
    """Return the size of an image from the beginning of its file.  Raises Undrawable."""
    if _is_xml(data):
        return _measured_svg(data)
    with _opened(data) as image:
        try:
            width, height = image.size
            turned = image.format in ("JPEG", "WEBP") and image.getexif().get(0x0112) in _SIDEWAYS
        except Exception as error:  # a reader of damaged bytes may raise anything
            raise Undrawable("damaged") from error
        return Size(height, width) if turned else Size(width, height)


def decoded(data: bytes) -> Image:
    """Return the pixels of an image, its first picture if it moves.  Raises Undrawable.

    It takes up to a second, in which other threads go on.
    """
    if _is_xml(data):
        size = _measured_svg(data)
        try:
            data = rasterized(data, width=size.width >= size.height, length=SIDE // 2)
        except UnreadableSvg as error:
            raise Undrawable("damaged") from error
    with _opened(data) as image:
        from PIL import ImageOps

        try:
            if image.format == "JPEG":
                image.draft(None, (SIDE, SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):  # 16 bits, which `convert` would cut off
                upright = upright.point(lambda value: value * (1 / 256)).convert("L")
            pixels = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            pixels.thumbnail((SIDE, SIDE), reducing_gap=2.0)
        except Exception as error:
            raise Undrawable("damaged") from error
        return pixels


def _is_xml(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _measured_svg(data: bytes) -> Size:
    if len(data) > BYTES:
        raise Undrawable("large")
    if not can_decode():
        raise Undrawable("extra")
    try:
        return Size(*svg_size(data))
    except UnreadableSvg as error:
        raise Undrawable("damaged") from error


def _opened(data: bytes) -> Image:
    if len(data) > BYTES:
        raise Undrawable("large")
    try:
        from PIL import Image
    except ImportError as error:
        raise Undrawable("extra") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Undrawable("large") from error
    except Exception as error:
        raise Undrawable("damaged") from error
    width, height = image.size
    if min(width, height) < 1:
        raise Undrawable("damaged")
    if width * height > PIXELS:
        raise Undrawable("large")
    return image
