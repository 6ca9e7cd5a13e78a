"""What of a lesson an export cannot carry, in words, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator

from evoclass.i18n import Catalog
from evoclass.lint import describe
from evoclass.model import ExerciseBlock, Fault, Lesson, Steps
from evoclass.reading.pictures import Refused, problem
from evoclass.wording.printable import printable

SHOWN = 12
"""How many names stand in a sentence; the others are counted."""


class Losses:
    """Collects what gets lost while a lesson is written in another format."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._names: dict[str, dict[str, None]] = {}
        self._images: dict[tuple[int, str], Refused] = {}

    def add(self, key: str, name: str) -> None:
        """Note that `name` loses what `author.export.lost.KEY` tells."""
        self._names.setdefault(key, {})[name] = None

    def image(self, source: str, line: int, error: Refused) -> None:
        """Note an image that may not be shown."""
        self._images[line, source] = error

    def sentences(self, catalog: Catalog) -> Iterator[str]:
        """Yield a sentence for each kind of loss, and one for each image."""
        for key, names in self._names.items():
            shown = ", ".join(list(names)[:SHOWN])
            more = f" … (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
            yield printable(catalog(f"author.export.lost.{key}", names=shown + more, count=len(names)))
        path = self._lesson.path
        for (line, source), error in sorted(self._images.items(), key=lambda item: item[0]):
            message, _ = describe(problem(source, line, error), catalog)
            shown = catalog("author.export.lost.image", where=f"{path}:{line}", reason=message)
            yield printable(shown)


def note_structure(losses: Losses, lesson: Lesson, kind: str) -> None:
    """Note what the format `kind` never carries."""
    if kind != "notebook":
        for lab in lesson.labs:
            losses.add("labs_shown" if kind == "html" else "labs_gone", lab.file)
    if kind in ("anki", "qti"):
        losses.add("prose", lesson.id)
    else:
        for expression in lesson.live:
            losses.add("live", expression)
    for block in lesson.walk():
        if isinstance(block, Fault) and block.source:
            place = f"{lesson.path.name if lesson.path is not None else lesson.id}:{block.line}"
            key = "faults_gone" if kind in ("anki", "qti") else "faults"
            losses.add(key, f"{place} ({block.problem.code})")
        if isinstance(block, (ExerciseBlock, Steps)) and block.variants is not None:
            losses.add("drawn", block.id)
