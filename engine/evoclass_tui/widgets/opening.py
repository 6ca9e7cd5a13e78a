"""The text above a lesson's first block: its number, title, length and aims."""

from __future__ import annotations

from evoclass.errors import Problem
from evoclass.i18n import Catalog
from evoclass.learner.standing import Standing, number
from evoclass.model import AnyBlock, Fault, Heading, Lesson, ListBlock, Paragraph, Span, marked

LONGEST = 2_000
"""Most characters of a faulty line that are shown; a file that is not text may have endless lines."""


def _place(problem: Problem) -> tuple[str, int, int]:
    """Return the key that distinguishes a lesson's problems; a fault does not know which file it is in."""
    return problem.code, problem.line, problem.column


def opening(lesson: Lesson, catalog: Catalog, standing: Standing | None = None) -> tuple[AnyBlock, ...]:
    """Return the lesson's head as blocks; they carry the id of the first block, so that it counts as the top."""
    top = lesson.blocks[0].id if lesson.blocks else ""
    place = standing.place(lesson, catalog) if standing is not None else number(lesson, catalog)
    facts = [place] if place else []
    if lesson.minutes:
        facts.append(catalog("reader.minutes", minutes=lesson.minutes))
    blocks: list[AnyBlock] = [Heading(id=top, line=1, level=1, text=(Span(lesson.title),))]
    shown = {_place(block.problem) for block in lesson.walk() if isinstance(block, Fault)}
    for problem in lesson.placed(lesson.problems):
        # Missing front matter concerns only the file's author; the lesson reads like any other.
        if problem.is_error and problem.code != "E005" and _place(problem) not in shown:
            own = problem.path == lesson.path
            source = _line(lesson, problem.line) if own else ""
            source_line = 0 if own else problem.line
            blocks.append(
                Fault(id=top, line=problem.line, problem=problem, source=source, source_line=source_line)
            )
    if facts:
        blocks.append(Paragraph(id=top, line=1, text=(Span(" · ".join(facts), frozenset({"em"})),)))
    if standing is not None and (needs := standing.needs(lesson.needs)):
        label = Span(f"{catalog('standing.needs')}: ", frozenset({"strong"}))
        parts: list[Span] = []
        for need in needs:
            parts += [Span(", ")] if parts else []
            parts.append(Span(need.said(catalog), href=need.entry.path.name))
        blocks.append(Paragraph(id=top, line=1, text=(label, *parts)))
    if lesson.objectives:
        label = Span(catalog("reader.objectives"), frozenset({"strong"}))
        items = tuple((Paragraph(id=top, line=1, text=marked(aim)),) for aim in lesson.objectives)
        blocks.append(Paragraph(id=top, line=1, text=(label,)))
        blocks.append(ListBlock(id=top, line=1, ordered=False, start=1, items=items))
    return tuple(blocks)


def _line(lesson: Lesson, number: int) -> str:
    """Return a line of the lesson's file, or an empty string if it cannot be read."""
    line = ""
    try:
        if lesson.path is not None:
            with lesson.path.open(encoding="utf-8", errors="replace") as file:
                for _ in range(number):
                    line = file.readline(LONGEST)
    except OSError:
        return ""
    return line.rstrip()
