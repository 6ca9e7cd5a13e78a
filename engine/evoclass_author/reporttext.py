"""A report as text: a table, sentences, rows for a spreadsheet, a JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock
from evoclass.wording.numerals import localised
from evoclass.wording.printable import printable
from evoclass_author.questionstats import QuestionStats
from evoclass_author.report import LessonReport, Report

FEW = 10
"""Fewer learners than this make a share that may be chance."""

WORST = 3
"""How many wrong answers are told."""

WIDTH = 80

PLACE = 30
"""Columns of the table for file and line."""

COLUMNS = ("at_once", "passed", "seen", "hints", "tries", "time", "of")

Asked = tuple[LessonReport, ExerciseBlock, QuestionStats]

NOTHING = "–"
"""Where there is no figure."""


def asked(report: Report, *, hardest: bool) -> list[Asked]:
    """Return the questions that learners answered, in the order of the course or the hardest first."""
    found = [(lesson, block, stats) for lesson in report.lessons for block, stats in lesson.asked]
    if hardest:
        found.sort(key=lambda one: (one[2].share_at_once, -one[2].learners))
    return found


def table(report: Report, catalog: Catalog, *, hardest: bool) -> Iterator[str]:
    """Yield the lines of a table of at most 80 columns, with the wrong answers below each question."""
    rows = asked(report, hardest=hardest)
    heads = [catalog(f"author.report.column.{name}") for name in COLUMNS]
    cells = [_cells(stats, catalog) for _, _, stats in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    room = min(PLACE, WIDTH - sum(width + 2 for width in widths))
    if hardest and rows:
        yield _row(catalog("author.report.column.place"), heads, widths, room)
    before: LessonReport | None = None
    for (lesson, block, stats), row in zip(rows, cells, strict=True):
        if lesson is not before and not hardest:
            if before is not None:
                yield ""
            yield from _title(lesson, catalog)
            yield _row(catalog("author.report.column.place"), heads, widths, room)
        before = lesson
        path, line = lesson.place(block)
        place = printable(f"{path.name}:{line}")
        if len(place) > room:
            yield place
            place = ""
        yield _row(place, row, widths, room)
        drawn = f" · {catalog('author.report.drawn')}" if block.variants is not None else ""
        yield f"  {printable(block.id)}{drawn}"
        yield from (f"    {said}" for said in _worst(stats, catalog))


def _title(lesson: LessonReport, catalog: Catalog) -> Iterator[str]:
    yield printable(lesson.entry.title)
    yield printable(short(lesson.entry.path))
    yield catalog("author.report.learners", count=lesson.learners)


def _row(first: str, cells: Sequence[str], widths: Sequence[int], room: int) -> str:
    return first.ljust(room) + "".join(
        f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True)
    )


def _cells(stats: QuestionStats, catalog: Catalog) -> list[str]:
    return [
        _share(stats.right_at_once, stats),
        _share(stats.passed, stats),
        _share(stats.seen, stats),
        _share(stats.hinted, stats),
        _number(stats.mean_tries, catalog),
        _time(stats.usual_seconds, catalog),
        str(stats.learners),
    ]


def _share(count: int, stats: QuestionStats) -> str:
    return f"{count / stats.learners:.0%}"


def _number(value: float | None, catalog: Catalog) -> str:
    return NOTHING if value is None else localised(f"{value:.1f}", catalog.language)


def _time(seconds: float | None, catalog: Catalog) -> str:
    if seconds is None:
        return NOTHING
    if seconds < 100:
        return catalog("author.report.seconds", count=round(seconds))
    return catalog("author.report.minutes", count=round(seconds / 60))


def _worst(stats: QuestionStats, catalog: Catalog) -> Iterator[str]:
    """Yield the wrong answers that most learners gave, with their number before them."""
    for text, count in stats.worst_in(catalog.language, WORST):
        yield f"{count} × {text}"


def sentences(report: Report, catalog: Catalog, *, hardest: bool) -> Iterator[str]:
    """Yield the same in sentences: one line for each question, to be heard."""
    before: LessonReport | None = None
    for lesson, block, stats in asked(report, hardest=hardest):
        if lesson is not before and not hardest:
            yield printable(
                f"{lesson.entry.title}. {catalog('author.report.learners', count=lesson.learners)}."
            )
        before = lesson
        path, line = lesson.place(block)
        where = catalog("author.report.where", id=block.id, file=path.name, line=line)
        yield f"{where} {told(stats, catalog)}"


def told(stats: QuestionStats, catalog: Catalog) -> str:
    """Return in sentences how a question went."""
    none = catalog("author.report.none")
    words = (none if cell == NOTHING else cell for cell in _cells(stats, catalog))
    cells = dict(zip(COLUMNS, words, strict=True))
    parts = [catalog("author.report.told", **cells)]
    worst = "; ".join(
        catalog("author.report.answer", answer=text, count=count)
        for text, count in stats.worst_in(catalog.language, WORST)
    )
    if worst:
        parts.append(catalog("author.report.wrong", answers=worst))
    return " ".join(parts)


def remarks(report: Report, catalog: Catalog) -> Iterator[str]:
    """Yield what a reader has to know of the figures: few learners, changed lessons, what is gone."""
    least = min((stats.learners for _, _, stats in asked(report, hardest=False)), default=FEW)
    if least < FEW:
        yield catalog("author.report.few", count=FEW)
    for lesson in report.lessons:
        title = lesson.entry.title
        if lesson.older:
            yield catalog("author.report.older", title=title, count=lesson.older, of=lesson.learners)
        if lesson.gone:
            names = ", ".join(f"{printable(key)} ({count})" for key, count in lesson.gone[:FEW])
            more = "" if len(lesson.gone) <= FEW else " …"
            yield catalog("author.report.gone", title=title, count=len(lesson.gone), names=names + more)
    if report.unknown:
        pairs = sorted(report.unknown.items(), key=lambda item: (-item[1], item[0]))
        names = ", ".join(
            printable(f"{course}/{lesson} ({count})") for (course, lesson), count in pairs[:FEW]
        )
        more = "" if len(pairs) <= FEW else " …"
        yield catalog("author.report.unknown", names=names + more)


HEADER = (
    *("course", "lesson", "file", "line", "question", "learners", "right_at_once", "passed"),
    *("solution_seen", "hinted", "mean_tries", "median_seconds", "wrong_answers"),
)
"""The columns of a spreadsheet: shares from 0 to 1."""


def rows(report: Report, *, hardest: bool) -> Iterator[tuple[object, ...]]:
    """Yield a row for each question, with the columns of `HEADER`."""
    for lesson, block, stats in asked(report, hardest=hardest):
        found = _figures(lesson, block, stats)
        wrong = "; ".join(f"{one['answer']} ({one['learners']})" for one in found["wrong"][:WORST])
        yield (*(found[name] for name in HEADER if name != "wrong_answers"), wrong)


def _figures(lesson: LessonReport, block: ExerciseBlock, stats: QuestionStats) -> dict[str, Any]:
    path, line = lesson.place(block)
    tries, seconds = stats.mean_tries, stats.usual_seconds
    return {
        "course": lesson.course.id,
        "lesson": lesson.entry.id,
        "file": short(path),
        "line": line,
        "question": block.id,
        "learners": stats.learners,
        "right_at_once": round(stats.share_at_once, 3),
        "passed": round(stats.passed / stats.learners, 3),
        "solution_seen": round(stats.seen / stats.learners, 3),
        "hinted": round(stats.hinted / stats.learners, 3),
        "mean_tries": None if tries is None else round(tries, 2),
        "median_seconds": None if seconds is None else round(seconds, 1),
        "drawn": block.variants is not None,
        "wrong": [{"answer": text, "learners": count} for text, count in stats.worst(2 * FEW)],
    }


def document(report: Report, catalog: Catalog, *, hardest: bool) -> dict[str, Any]:
    """Return the whole report for JSON."""
    return {
        "learners": report.learners,
        "left_out": [{"file": str(one.file), "reason": one.error.said(catalog)} for one in report.left_out],
        "lessons": [
            {
                "course": lesson.course.id,
                "lesson": lesson.entry.id,
                "title": lesson.entry.title,
                "file": short(lesson.entry.path),
                "learners": lesson.learners,
                "older_text": lesson.older,
                "gone": [{"question": key, "learners": count} for key, count in lesson.gone],
            }
            for lesson in report.lessons
        ],
        "questions": [_figures(*one) for one in asked(report, hardest=hardest)],
        "unknown_lessons": [
            {"course": course, "lesson": lesson, "learners": count}
            for (course, lesson), count in sorted(report.unknown.items())
        ],
    }


def short(path: Path) -> str:
    """Return the shortest form of a path from the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
