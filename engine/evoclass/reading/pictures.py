"""Pictures of lessons: only real images inside the course, within a size limit."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError, XMLPullParser
from xml.parsers import expat

from evoclass.disk.real import real
from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes, read_head
from evoclass.errors import Problem
from evoclass.frozen import frozen
from evoclass.reading.filenames import course_folder

LIMIT = 10 * 1024 * 1024
"""Largest image in bytes; a photo at the full width of a screen has a tenth of it."""

PIXELS = 32_000_000
"""Most pixels; what a compressed file unfolds to is known before it is unfolded."""

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
"""Pillow's readers that may be used; it has many more, of files that no lesson has."""

HEAD = 64 * 1024
"""Bytes that suffice to tell the kind of a file; an SVG may begin with a long comment."""

SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/svg+xml": ".svg",
}
"""Kinds of images that browsers show, with their file suffixes."""

Reason = Literal["missing", "outside", "large", "kind", "pixels", "damaged"]


class Refused(Exception):
    """The image cannot be shown; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@frozen
class LessonImage:
    """An image of a lesson."""

    kind: str
    """One of `SUFFIXES`."""
    data: bytes


def is_file(target: str) -> bool:
    """Whether a link or an image leads to a file and not to the web."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return True
    return not parts.scheme and not parts.netloc and bool(parts.path)


def read(source: str, lesson: Path) -> LessonImage:
    """Return the image that `source` names in the file `lesson`.  Raises Refused."""
    place = _place(source, lesson)
    try:
        data = read_bytes(place, LIMIT)
    except (OSError, ValueError) as error:
        raise _refused(error) from error
    return LessonImage(_known(data), data)


def check(source: str, lesson: Path) -> None:
    """Check that the image can be shown, without unfolding it.  Raises Refused."""
    place = _place(source, lesson)
    try:
        head = read_head(place, HEAD, LIMIT)
    except (OSError, ValueError) as error:
        raise _refused(error) from error
    if _known(head) == "image/svg+xml":
        _check_xml(place)
    else:
        _check_pixels(place)


def _check_xml(place: Path) -> None:
    """Check whether a drawing is well-formed: otherwise nothing of it can be drawn."""
    try:
        expat.ParserCreate().Parse(read_bytes(place, LIMIT), True)
    except expat.ExpatError as error:
        raise Refused("damaged") from error
    except (OSError, ValueError) as error:
        raise _refused(error) from error


def _check_pixels(place: Path) -> None:
    """Check the size that an image says it has, and whether its parts are whole, where Pillow is there to read it."""
    try:
        from PIL import Image
    except ImportError:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(place, formats=FORMATS) as image:
                width, height = image.size
                if width * height <= PIXELS:
                    image.verify()
    except Image.DecompressionBombError as error:
        raise Refused("pixels") from error
    except Exception as error:  # a reader of damaged bytes may raise anything
        raise Refused("damaged") from error
    if width * height > PIXELS:
        raise Refused("pixels")


def problem(source: str, line: int, error: Refused) -> Problem:
    """Return the problem that `evoclass check` reports for an image that cannot be shown."""
    limit = PIXELS // 1_000_000 if error.reason == "pixels" else LIMIT // 1024 // 1024
    fields = {"source": source, "variant": error.reason, "limit": str(limit)}
    return Problem("E054", line, fields=fields)


def kind(data: bytes) -> str | None:
    """Return the kind of an image by its bytes and not by its name, or None when they are not an image."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return "image/svg+xml" if _is_svg(data[:HEAD]) else None


def _place(source: str, lesson: Path) -> Path:
    try:
        path = Path(unquote(urlsplit(source).path))
        place = real(lesson.absolute().parent / path)
        inside = not path.is_absolute() and place.is_relative_to(real(course_folder(lesson)))
    except (OSError, ValueError, RuntimeError) as error:  # zero bytes, names too long, links in a circle
        raise Refused("missing") from error
    if (
        not inside
    ):  # a path from the root is right on one machine only, even if it leads into the course there
        raise Refused("outside")
    return place


def _known(data: bytes) -> str:
    found = kind(data)
    if found is None:
        raise Refused("kind")
    return found


def _refused(error: Exception) -> Refused:
    if isinstance(error, FileTooLarge):
        return Refused("large")
    return Refused("kind" if isinstance(error, NotRegularFile) else "missing")


def _is_svg(head: bytes) -> bool:
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    parser: XMLPullParser[Element] = XMLPullParser(["start"])
    try:
        parser.feed(head)
        element: object = next(iter(parser.read_events()), ("", None))[-1]
        return isinstance(element, Element) and element.tag.rpartition("}")[2] == "svg"
    except (ParseError, ValueError):
        return False
