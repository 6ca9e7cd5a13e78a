"""A lesson with the figures of a report beside its questions, for its author."""

from __future__ import annotations

from dataclasses import replace

from evoclass.i18n import Catalog
from evoclass.model import AnyBlock, Callout, ExerciseBlock, Lesson, Paragraph, Span, walk
from evoclass_author.questionstats import QuestionStats
from evoclass_author.report import Report
from evoclass_author.reporttext import told


class Beside:
    """Puts a note behind each question that learners have answered."""

    def __init__(self, report: Report, catalog: Catalog) -> None:
        self._report = report
        self._catalog = catalog

    def __call__(self, lesson: Lesson) -> Lesson:
        """Return the lesson with the notes."""
        known: dict[str, QuestionStats] = {}
        for report in self._report.lessons:
            if report.entry.id == lesson.id:
                known |= {key: stats for key, stats in report.stats.items() if stats.learners}
        blocks: list[AnyBlock] = []
        for block in lesson.blocks:
            inside = [one for one in walk((block,)) if isinstance(one, ExerciseBlock) and one.id in known]
            blocks.append(block)
            if inside:  # behind it: `n` brings a question to the top of the window
                blocks.append(self._note(block, inside, known))
        return replace(lesson, blocks=tuple(blocks)) if len(blocks) > len(lesson.blocks) else lesson

    def _note(self, after: AnyBlock, asked: list[ExerciseBlock], known: dict[str, QuestionStats]) -> Callout:
        place = {"line": after.end_line, "end_line": after.end_line}
        lines = tuple(
            Paragraph(
                id=f"report-{block.id}.1",
                text=(
                    Span(f"{block.id}: ", frozenset({"strong"})),
                    Span(told(known[block.id], self._catalog)),
                ),
                **place,
            )
            for block in asked
        )
        count = max(known[block.id].learners for block in asked)
        title = (Span(self._catalog("author.report.learners", count=count)),)
        return Callout(id=f"report-{asked[0].id}", kind="note", title=title, children=lines, **place)
