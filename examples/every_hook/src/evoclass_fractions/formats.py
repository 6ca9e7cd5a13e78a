"""The questions of a lesson as a list, one a line (`3/8 | How much is left?`), and the way back."""

from __future__ import annotations

from pathlib import Path

from evoclass.errors import ConfigError
from evoclass.exporter import Export, Exporter
from evoclass.i18n import Catalog
from evoclass.importer import Imported, Importer
from evoclass.model import ExerciseBlock, Paragraph, plain_text
from evoclass_fractions.notation import read_parts
from evoclass_fractions.question import PartsQuestion


class QuestionList(Exporter):
    """Writes the questions about parts; everything else is told as a loss."""

    name = "fractions"
    suffix = ".fractions"

    def write(self, export: Export, target: Path) -> int:
        lines = [export.lesson.title]
        for block in export.lesson.blocks:
            if isinstance(block, ExerciseBlock) and isinstance(block.exercise, PartsQuestion):
                asked = [plain_text(part.text) for part in block.prompt if isinstance(part, Paragraph)]
                lines.append(f"{block.exercise.right} | {' '.join(' '.join(asked).split())}")
            else:
                export.losses.add("evoclass_fractions.lost", type(block).__name__)
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return len(lines) - 1


class QuestionListImporter(Importer):
    """Makes a question of each line."""

    name = "fractions"
    suffixes = (".fractions",)

    def read(self, file: Path, made: Imported, catalog: Catalog) -> int:
        made.title, *lines = file.read_text(encoding="utf-8").splitlines() or [file.stem]
        questions = []
        for number, line in enumerate(lines, 1):
            answer, bar, asked = line.partition("|")
            if not bar or (parts := read_parts(answer)) is None:
                raise ConfigError(catalog("evoclass_fractions.no_question", line=number + 1))
            questions.append(f":::{{parts}} question-{number}\n{asked.strip()}\n:answer: {parts}\n:::\n")
        made.body = "\n".join(questions)
        return len(questions)
