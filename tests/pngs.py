"""PNG pictures of one colour, made without a library, and a JPEG."""

from __future__ import annotations

import io
import struct
import zlib


def png(
    width: int = 4, height: int = 3, colour: tuple[int, int, int] = (200, 30, 30), padding: int = 0
) -> bytes:
    """Return a picture; `padding` bytes more in a chunk of text."""
    rows = (b"\0" + bytes(colour) * width) * height
    chunks = [chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    if padding:
        chunks.append(chunk(b"tEXt", b"a\0" + b"x" * padding))
    chunks += [chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(width: int = 4, height: int = 3) -> bytes:
    """Return a JPEG picture, which takes a library."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(file, format="JPEG")
    return file.getvalue()
