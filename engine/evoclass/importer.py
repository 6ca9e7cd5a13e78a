"""Formats that `evoclass import` reads: the bundled ones and those of plugins."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from evoclass.i18n import Catalog
from evoclass.reading import pictures

__all__ = ["Imported", "Importer"]


@dataclass
class Imported:
    """The contents of a file as a lesson; the importer fills them in."""

    name: str
    """Name of the lesson, and start of the names of its pictures."""
    taken: Container[str] = ()
    """Names of files that exist already."""
    title: str = ""
    language: str = ""
    body: str = ""
    """The lesson's Markdown, without front matter."""
    front_matter: str = ""
    """Front matter from the file, if the file was made from a lesson."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """Its `objectives`, `authors` and `license` are used."""
    source: Path | None = None
    """The file that is imported."""
    into: Path | None = None
    """Folder that the lesson is written to."""
    beside: dict[str, str | None] = field(default_factory=dict)
    """Files of the images beside it, by their addresses; None for one that is not an image."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    """How many things were left out, by kind."""

    def picture(self, data: bytes) -> str | None:
        """Keep a picture and return its file, or None when it cannot be shown."""
        kind = pictures.kind(data)
        if kind is None or len(data) > pictures.LIMIT:
            return None
        for known, content in self.pictures.items():
            if content == data:
                return known
        number = len(self.pictures) + 1
        while (
            file := f"{self.name}-{number}{pictures.SUFFIXES[kind]}"
        ) in self.taken or file in self.pictures:
            number += 1
        self.pictures[file] = data
        return file


class Importer(ABC):
    """A format that lessons can be made from.  Subclasses are registered with the hook `register_importers`."""

    name: ClassVar[str]
    """Name of the format, as in `--from`."""
    suffixes: ClassVar[tuple[str, ...]]
    """Suffixes of its files, in lower case, with the dot."""
    done: ClassVar[str] = "import.done"
    """Key of the final message, with `{file}` and `{count}`."""

    @abstractmethod
    def read(self, file: Path, made: Imported, catalog: Catalog) -> int:
        """Fill in `made` from the file and return how many parts it has.  Raises ConfigError when it cannot be read."""
