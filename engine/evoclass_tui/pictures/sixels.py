"""An image in six rows at a time, as terminals since the VT340 take it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

COLOURS = 64
"""Colours of one row of cells: each costs a pass, and a picture of 20 rows has up to 1,280."""

GRAINY, COLOURS_OF_GRAIN = 0.4, 24
"""Share of the pixels that differ from the one to their left, beyond which fewer colours do: grain costs much to send,
and hides the steps between colours."""

_ALIKE = re.compile(rb"([?-~])\1{3,}")


def reduced(image: Image) -> Image:
    """Return an image with few enough colours; dithering would double what is sent."""
    from PIL.Image import Quantize

    found = image.quantize(COLOURS, Quantize.MEDIANCUT)
    return image.quantize(COLOURS_OF_GRAIN, Quantize.MEDIANCUT) if _grain(found) > GRAINY else found


def _grain(image: Image) -> float:
    """Return the share of the pixels that differ from the one to their left."""
    from PIL import ImageChops

    width, height = image.size
    pixels = (width - 1) * height
    if not pixels:
        return 0.0
    left, right = image.crop((0, 0, width - 1, height)), image.crop((1, 0, width, height))
    return 1 - ImageChops.difference(left, right).histogram()[0] / pixels


def encoded(image: Image) -> str:
    """Return the sequence that draws an image of the mode `P` where the cursor is."""
    width, height = image.size
    pixels = image.tobytes()
    palette = image.getpalette() or []
    parts = [f'\x1bP0;1q"1;1;{width};{height}'.encode()]
    for number in sorted(set(pixels)):
        shares = [round(level * 100 / 255) for level in palette[3 * number : 3 * number + 3]]
        parts.append(b"#%d;2;%d;%d;%d" % (number, *shares))
    empty = int.from_bytes(b"?" * width, "big")
    for top in range(0, height, 6):
        rows = [pixels[y * width : (y + 1) * width] for y in range(top, min(top + 6, height))]
        for number in sorted(set(b"".join(rows))):
            # Rows of bytes as one large number each: the bits of all columns are set at once.
            bits = sum(
                int.from_bytes(row.translate(_only(number)), "big") << bit for bit, row in enumerate(rows)
            )
            line = (bits + empty).to_bytes(width, "big").rstrip(b"?")
            parts.append(b"#%d" % number + _ALIKE.sub(_repeated, line) + b"$")
        parts.append(b"-")
    parts[-1] = b"\x1b\\"
    return b"".join(parts).decode("ascii")


def _repeated(found: re.Match[bytes]) -> bytes:
    return b"!%d" % len(found[0]) + found[1]


@cache
def _only(number: int) -> bytes:
    """Return the table that makes 1 of one colour and 0 of all others."""
    return bytes(colour == number for colour in range(256))
