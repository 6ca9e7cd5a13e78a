"""The images of one export: read within bounds, each only once."""

from __future__ import annotations

import base64

from evoclass.model import Lesson
from evoclass.reading.pictures import LessonImage, Refused, check, is_file, read
from evoclass_author.losses import Losses

MOST = 100 * 1024 * 1024
"""Most bytes of images in one export, repeated ones counted each time."""


class Gallery:
    """Returns the images of a lesson and notes those that may not be shown."""

    def __init__(self, lesson: Lesson, losses: Losses) -> None:
        self._lesson = lesson
        self._losses = losses
        self._known: dict[str, LessonImage | Refused] = {}
        self._left = MOST

    def picture(self, source: str, line: int) -> LessonImage | None:
        """Return an image of the course, or None when it may not be shown; one from the web is not fetched."""
        if not is_file(source):
            self._losses.add(
                "web_images" if source.startswith(("http:", "https:")) else "odd_images", source[:100]
            )
            return None
        if source not in self._known:
            self._known[source] = self._read(source)
        found = self._known[source]
        if isinstance(found, LessonImage) and len(found.data) > self._left:
            found = Refused("large")
        if isinstance(found, Refused):
            self._losses.image(source, line, found)
            return None
        self._left -= len(found.data)
        return found

    def url(self, source: str, line: int) -> str | None:
        """Return an image as a data URL, so that no script of an SVG runs and the page needs no other file."""
        found = self.picture(source, line)
        if found is None:
            return None
        return f"data:{found.kind};base64,{base64.b64encode(found.data).decode()}"

    def _read(self, source: str) -> LessonImage | Refused:
        if self._lesson.path is None:
            return Refused("missing")
        try:
            check(source, self._lesson.path)
        except Refused as error:
            if error.reason != "pixels":  # a browser may show it all the same
                return error
        try:
            return read(source, self._lesson.path)
        except Refused as error:
            return error
