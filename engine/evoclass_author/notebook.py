"""A lesson as a Jupyter notebook.

A cell remembers the lines of the lesson from which it was made.  If the cell is unchanged, importing it gives those
lines again, including questions.
"""

from __future__ import annotations

import ast
import hashlib
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from evoclass.disk.regularfile import read_bytes
from evoclass.i18n import Catalog
from evoclass.model import AnyBlock, ExerciseBlock, Footnotes, Lab, Lesson, Steps, walk
from evoclass.reading import source
from evoclass.reading.coursefiles import LARGEST_MODULE
from evoclass.reading.frontblock import split
from evoclass.reading.markup import Parser
from evoclass.reading.supplies import modules
from evoclass_author.asked import Question
from evoclass_author.credits import credits_of
from evoclass_author.losses import Losses
from evoclass_author.markdown import MarkdownWriter, words
from evoclass_author.optional import optional
from evoclass_author.question_text import QuestionText
from evoclass_author.units import Unit, units

COMMAND_LINE = re.compile(r"\b(?:argv|argparse|optparse|getopt|click|typer|fire|docopt)\b")
"""Names that a program uses if it reads its arguments."""

META = "evoclass"
"""Key of our metadata, in cells and in the notebook."""


def to_notebook(
    lesson: Lesson, parser: Parser, catalog: Catalog, asked: Sequence[Question], losses: Losses
) -> Any:
    """Return a lesson as an nbformat notebook.  Raises ConfigError when nbformat is missing."""
    v4 = optional("nbformat.v4", catalog)
    assert lesson.path is not None
    text = source.read(read_bytes(lesson.path, source.MAX_BYTES)).text
    front, _ = split(text)
    credit = credits_of(lesson)
    write = CellWriter(v4, lesson, catalog, asked, losses)
    cells = [write.title(credit.line)]
    for unit in units(text, parser, lesson.path, lesson.course):
        cells += write.cells(unit)
    name = re.sub(r"[^A-Za-z0-9-]", "-", lesson.id)[:40]
    for number, cell in enumerate(cells):
        cell["id"] = f"{name}-{number}"  # the same at every export, so that versions can be compared
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata: dict[str, Any] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    metadata["title"] = lesson.title
    if credit.authors:
        metadata["authors"] = [{"name": author} for author in credit.authors]
    if credit.license:
        metadata["license"] = credit.license
    return v4.new_notebook(cells=cells, metadata={**metadata, META: {"front_matter": front}})


def digest(text: str) -> str:
    """Return the fingerprint that identifies an unchanged cell."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()[:16]


class CellWriter:
    """Makes the cells of one notebook."""

    def __init__(
        self, v4: Any, lesson: Lesson, catalog: Catalog, asked: Sequence[Question], losses: Losses
    ) -> None:
        self._v4 = v4
        self._lesson = lesson
        self._asked = {question.block.id: question for question in asked}
        self._markdown = MarkdownWriter(lesson, catalog, losses)
        self._questions = QuestionText(self._markdown, catalog, losses)
        self._files = Files(lesson.labs, shared_programs(lesson))
        self._argued = False
        """Whether `sys.argv` holds the arguments of an earlier lab."""
        self._notes = {
            note[0].line: (label, note)
            for block in lesson.blocks
            if isinstance(block, Footnotes)
            for label, note in block.notes
            if note
        }

    def title(self, credit: str) -> Any:
        """Return the first cell."""
        head = f"# {words(self._lesson.title)}"
        return self._prose(f"{head}\n\n*{words(credit)}*" if credit else head, "title", "")

    def cells(self, unit: Unit) -> Iterator[Any]:
        """Yield the cells of one unit of the lesson; a lab inside it gets a cell, so that it can be run."""
        if unit.included:
            yield from self._included(unit)
            return
        block = unit.block
        if isinstance(block, Lab):
            yield from self._lab(block, "lab", unit.text)
            return
        labs = [part for part in walk((block,)) if isinstance(part, Lab)] if block is not None else []
        apart = (
            block if labs and isinstance(block, Steps) else None
        )  # the programs of a story come before its steps
        shown = self._shown(block, unit) if apart is None else self._questions.story(apart)
        if shown:
            yield self._prose(shown, "prose", unit.text)
        for lab in labs:
            lines = unit.text.split("\n")[lab.line - unit.line : lab.end_line - unit.line + 1]
            # In a quotation or a list its lines begin with characters that are not part of it.
            source = "\n".join(lines) if lines and lines[0].startswith(("`", "~", ":")) else ""
            yield from self._lab(lab, "part", source)
        if apart is not None:
            yield self._prose(self._questions.steps(apart, self._asked), "part", "")

    def _included(self, unit: Unit) -> Iterator[Any]:
        """Yield the cells of an included text and its notes; the first stands for the directive."""
        text = unit.text
        for block in unit.included:
            for cell in self.cells(Unit("", block, unit.line, text)):
                text = ""
                yield cell
        for line, note in self._notes.items():
            if self._lesson.passage(line) is not None and self._lesson.own_line(line) == unit.line:
                yield self._prose(self._markdown.note(*note), "prose", "")

    def _shown(self, block: AnyBlock | None, unit: Unit) -> str:
        if isinstance(block, ExerciseBlock):
            return self._questions.question(self._asked.get(block.id) or Question(block))
        if isinstance(block, Steps):
            return f"{self._questions.story(block)}\n\n{self._questions.steps(block, self._asked)}".strip()
        if block is not None:
            return self._markdown.block(block)
        for line in range(unit.line, unit.line + unit.text.count("\n") + 1):
            if line in self._notes:
                return self._markdown.note(*self._notes[line])
        return ""

    def _prose(self, shown: str, kind: str, text: str) -> Any:
        cell = self._v4.new_markdown_cell(shown, metadata=_meta(shown, kind, text))
        attachments = self._markdown.attachments()
        if attachments:
            cell["attachments"] = attachments
        return cell

    def _lab(self, lab: Lab, kind: str, text: str) -> Iterator[Any]:
        """Yield a lab; one that others import, or that reads its own file, is written to a file and run."""
        for file, code in self._files.needed(lab):
            source = f"%%writefile {file}\n{code.rstrip()}"
            yield self._v4.new_code_cell(source, metadata=_meta(source, "file", ""))
        extra = {"file": lab.file, "seconds": lab.seconds}
        source = lab.code.rstrip("\n")
        as_file = self._files.is_file(lab)
        # A notebook's own arguments are those of its kernel, and one lab's arguments are not meant for the next.
        if not as_file and (lab.arguments or self._argued or COMMAND_LINE.search(lab.code)):
            self._argued = bool(lab.arguments)
            given = f"import sys\n\nsys.argv = {[lab.file, *lab.arguments]!r}"
            yield self._v4.new_code_cell(given, metadata=_meta(given, "file", ""))
        source = f"%%writefile {lab.file}\n{source}" if as_file else source
        yield self._v4.new_code_cell(source, metadata=_meta(source, kind, text, **extra))
        if as_file:
            self._files.written.add(lab.file)
            source = _run(lab)
            yield self._v4.new_code_cell(source, metadata=_meta(source, "file", ""))


def _run(lab: Lab) -> str:
    """Return the line that runs a lab's file with its arguments."""
    words = shlex.join((lab.file, *lab.arguments))
    # IPython fills in `$name` and `{expression}`, and expands patterns like `*.csv` even between quotes.
    words = re.sub(r"[${}]", r"\g<0>\g<0>", words)
    return f"%run {'-G ' if re.search(r'[*?~[]', words) else ''}{words}"


class Files:
    """The programs that must be files in a notebook: in EvoClass all labs are files, and can import each other."""

    def __init__(self, labs: Iterable[Lab], shared: Mapping[str, str]) -> None:
        self._codes = {**shared, **{lab.file: lab.code for lab in labs}}
        stems = {file.removesuffix(".py"): file for file in self._codes}
        self._imports = {
            file: [stems[name] for name in imported_names(code) if name in stems and stems[name] != file]
            for file, code in self._codes.items()
        }
        self._imported = {name for names in self._imports.values() for name in names}
        self.written: set[str] = set()

    def is_file(self, lab: Lab) -> bool:
        """Whether the lab's own cell writes a file."""
        return lab.file in self._imported or "__file__" in lab.code

    def needed(self, lab: Lab) -> Iterator[tuple[str, str]]:
        """Yield name and program of what a lab imports, directly or through others, and no cell has written yet."""
        seen, waiting = {lab.file}, list(self._imports.get(lab.file, ()))
        while waiting:
            file = waiting.pop(0)
            if file not in seen:
                seen.add(file)
                waiting += self._imports[file]
                if file not in self.written:
                    self.written.add(file)
                    yield file, self._codes[file]


def shared_programs(lesson: Lesson) -> dict[str, str]:
    """Return the modules that the labs of a course share, by file name."""
    found = modules(lesson.course).items()
    return {
        name: read_bytes(path, LARGEST_MODULE).decode("utf-8-sig", "replace").replace("\r\n", "\n")
        for name, path in found
    }


def imported_names(code: str) -> list[str]:
    """Return the first parts of the names that a program imports."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module.partition(".")[0])
    return names


def _meta(shown: str, kind: str, text: str, **extra: Any) -> dict[str, Any]:
    return {META: {"kind": kind, "source": text, "shown": digest(shown), **extra}}
