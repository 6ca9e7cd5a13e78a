"""The formats that come with EvoClass, registered in the same way as a plugin's."""

from __future__ import annotations

from pathlib import Path

from evoclass.errors import ConfigError
from evoclass.exporter import Export, Exporter
from evoclass.pluginhost.loaded import loaded
from evoclass.reading.markup import Parser
from evoclass.reading.supplies import data
from evoclass_author import anki, qti
from evoclass_author.asked import Question, questions
from evoclass_author.losses import note_structure
from evoclass_author.notebook import to_notebook
from evoclass_author.optional import optional
from evoclass_author.page import page


class Notebook(Exporter):
    """A Jupyter notebook, which can be imported again."""

    name = "notebook"
    suffix = ".ipynb"
    runs_programs = True
    done = "author.export.done_notebook"

    def write(self, export: Export, target: Path) -> int:
        note_structure(export.losses, export.lesson)
        parser = Parser(loaded())
        notebook = to_notebook(export.lesson, parser, export.catalog, _asked(export), export.losses)
        optional("nbformat", export.catalog).write(notebook, target)
        export.beside.update(data(export.lesson))
        return len(notebook.cells)


class Html(Exporter):
    """A web page that needs nothing else."""

    name = "html"
    suffix = ".html"
    runs_programs = True
    done = "author.export.done_html"

    def write(self, export: Export, target: Path) -> int:
        note_structure(export.losses, export.lesson, labs="labs_shown")
        shown = page(export.lesson, export.catalog, _asked(export), export.losses)
        target.write_text(shown, encoding="utf-8")
        return len(export.lesson.blocks)


class Anki(Exporter):
    """The questions as flash cards."""

    name = "anki"
    suffix = ".apkg"
    runs_programs = True
    done = "author.export.done_anki"

    def write(self, export: Export, target: Path) -> int:
        note_structure(export.losses, export.lesson, labs="labs_gone", questions_only=True)
        count = anki.write(export.lesson, export.catalog, _asked(export), export.losses, target)
        return _some(count, export, self)


class Qti(Exporter):
    """The questions as a package for learning platforms."""

    name = "qti"
    suffix = ".zip"
    done = "author.export.done_qti"

    def write(self, export: Export, target: Path) -> int:
        note_structure(export.losses, export.lesson, labs="labs_gone", questions_only=True)
        count = qti.write(export.lesson, _asked(export), export.losses, target)
        return _some(count, export, self)


EXPORTERS: tuple[type[Exporter], ...] = (Notebook, Html, Anki, Qti)


def _asked(export: Export) -> list[Question]:
    asked = questions(export.lesson)
    for question in asked:
        question.failure = question.failure or export.unsolved.get(question.block.id, "")
    return asked


def _some(count: int, export: Export, exporter: Exporter) -> int:
    if not count:
        name = export.lesson.id
        raise ConfigError(
            f"{name} has no questions", "author.export.no_questions", lesson=name, format=exporter.name
        )
    return count
