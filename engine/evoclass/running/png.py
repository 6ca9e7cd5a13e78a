"""The size of a PNG picture, read from its chunks without decoding anything."""

from __future__ import annotations

import struct

SIGNATURE = b"\x89PNG\r\n\x1a\n"

CHUNKS = 4_096
"""Most chunks of a picture."""

DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Bits of a channel that each type of colour may have."""

_HEADER = struct.Struct(">IIBBBBB")


def png_size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels.  Raises ValueError for anything but a whole PNG file with one picture."""
    if not data.startswith(SIGNATURE):
        raise ValueError("not a PNG picture")
    at, size = len(SIGNATURE), (0, 0)
    kinds: list[bytes] = []
    while len(kinds) < CHUNKS and at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if not kinds:
            size = _header(kind, data[at + 8 : at + 8 + length])
        kinds.append(kind)
        at += 12 + length
        if kind == b"IEND":
            break
    if at != len(data) or kinds[-1:] != [b"IEND"] or b"IDAT" not in kinds or b"acTL" in kinds:
        raise ValueError("not a whole PNG picture")
    return size


def _header(kind: bytes, data: bytes) -> tuple[int, int]:
    if kind != b"IHDR" or len(data) != _HEADER.size:
        raise ValueError("a PNG picture without a header")
    width, height, depth, colours, compression, filtering, interlacing = _HEADER.unpack(data)
    if depth not in DEPTHS.get(colours, ()) or compression or filtering or interlacing > 1:
        raise ValueError("a PNG picture of a kind that does not exist")
    if not (0 < width < 2**31 and 0 < height < 2**31):
        raise ValueError("a PNG picture without a size")
    return width, height
