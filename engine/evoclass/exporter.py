"""Formats that `evoclass export` writes: the bundled ones and those of plugins."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import ClassVar

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.lint.describe import describe
from evoclass.model import Lesson
from evoclass.reading.pictures import Refused, problem
from evoclass.wording.printable import printable

__all__ = ["Export", "Exporter", "Losses"]

SHOWN = 12
"""How many names a sentence lists; the others are counted."""


class Losses:
    """Collects the losses when a lesson is written in another format, so that nothing is lost silently."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._names: dict[str, dict[str, None]] = {}
        self._images: dict[tuple[int, str], Refused] = {}

    def add(self, what: str, name: str) -> None:
        """Note that `name` loses something; `what` is the key of a sentence with `{names}`, or your own words."""
        if not isinstance(what, str) or not isinstance(name, str):
            raise TypeError("a loss is told in two texts")
        self._names.setdefault(what, {})[name] = None

    def image(self, source: str, line: int, error: Refused) -> None:
        """Note an image that cannot be shown."""
        self._images[line, source] = error

    def sentences(self, catalog: Catalog) -> Iterator[str]:
        """Yield a sentence for each kind of loss, and one for each image."""
        for what, names in self._names.items():
            shown = ", ".join(list(names)[:SHOWN])
            shown += f" … (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
            key = next((key for key in (f"author.export.lost.{what}", what) if catalog.has(key)), "")
            told = catalog(key, names=shown, count=len(names)) if key else f"{what}: {shown}"
            yield printable(told)
        images = sorted(self._images.items(), key=lambda item: item[0])
        for found in self._lesson.placed(problem(source, line, error) for (line, source), error in images):
            message, _ = describe(found, catalog)
            shown = catalog("export.image", where=f"{found.path}:{found.line}", reason=message)
            yield printable(shown)


@frozen
class Export:
    """A lesson that is being exported to another format."""

    lesson: Lesson
    catalog: Catalog
    """Sentences in the lesson's language."""
    losses: Losses
    unsolved: Mapping[str, str] = field(default_factory=dict)
    """Questions whose programs failed to give the answer, by id, each with the reason."""
    beside: dict[str, Path] = field(default_factory=dict)
    """Files of the course to be copied beside the export, by the name that they have there; an exporter adds them."""


class Exporter(ABC):
    """A format that a lesson can be written in.  Subclasses are registered with the hook `register_exporters`."""

    name: ClassVar[str]
    """Name of the format, as in `--to`."""
    suffix: ClassVar[str]
    """Suffix of its files, with the dot."""
    runs_programs: ClassVar[bool] = False
    """Whether it shows answers that only a run of the question's program gives."""
    done: ClassVar[str] = "export.done"
    """Key of the final message, with `{file}` and `{count}`."""

    @abstractmethod
    def write(self, export: Export, target: Path) -> int:
        """Write the file and return how many parts it has; losses go to `export.losses`.

        Raises ConfigError for a lesson that the format cannot hold.
        """
