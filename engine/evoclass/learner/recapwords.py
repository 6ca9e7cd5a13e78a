"""A recap in words: sections of points, the same for the window, plain mode and a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.learner.figurefolder import KeptFigure
from evoclass.learner.recap import AskedQuestion, Correction, Outcome, ReachedObjective, Recap
from evoclass.learner.standing import duration
from evoclass.model import CodeBlock, Inlines, LineBreak, Span, marked
from evoclass.running.figurefile import figure_text

Sign = Literal["all", "some", "none", ""]
"""How much of a point is reached; empty where that is not the question."""

SIGNS: dict[Sign, str] = {"all": "✓", "some": "◐", "none": "○", "": "•"}

_OUTCOMES: tuple[Outcome, ...] = ("first", "later", "review", "seen", "wrong", "open")


@frozen
class Point:
    """One line of a recap, and what belongs to it."""

    text: Inlines
    sign: Sign = ""
    said: Inlines = ()
    """An author's sentence with values of the learner's runs."""
    inner: tuple[Inlines | CodeBlock, ...] = ()


@frozen
class Section:
    """Points below a heading."""

    title: str
    points: tuple[Point, ...]


def headline(recap: Recap, say: Catalog) -> str:
    """Return in a few words whether the lesson is done."""
    return say("recap.so_far" if recap.open or not recap.questions else "recap.done")


def counted(recap: Recap, say: Catalog) -> list[Inlines]:
    """Return how many questions are passed, what it took, and which questions are open."""
    first = sum(question.outcome == "first" for question in recap.questions)
    time = duration(max(1, round(recap.seconds / 60)), say)
    lines: list[Inlines] = []
    if recap.questions:
        counts = {"passed": len(recap.passed), "total": len(recap.questions), "first": first}
        lines.append((Span(say("recap.passed", **counts)),))
    lines.append((Span(say("recap.work", answers=recap.answers, runs=recap.runs, time=time)),))
    seen = [question for question in recap.questions if question.outcome == "seen"]
    for key, questions in (("open", recap.open), ("seen", seen)):
        if questions:
            lines.append((Span(f"{say(f'recap.{key}')}: "), *_listed(questions, say), Span(".")))
    return lines


def sections(recap: Recap, say: Catalog, *, programs: bool = False) -> Iterator[Section]:
    """Yield what is told below the counts; with `programs`, corrections of programs show both programs."""
    objectives = tuple(_objective(objective, say) for objective in recap.objectives)
    shown = any(objective.share != "unsaid" for objective in recap.objectives)
    laboured = tuple(_laboured_points(recap, say, programs))
    notes = tuple(
        Point((Span(note.place or say("recap.place_gone"), href=f"#{note.block}" if note.place else ""),),
              inner=tuple((Span(line),) for line in note.text.splitlines()))
        for note in recap.notes
    )  # fmt: skip
    figures = tuple(
        Point(
            (Span(say("recap.figures_of", file=of.file, count=len(of.figures))),), inner=_titles(of.figures)
        )
        for of in recap.figures
    )
    guesses = tuple(Point((Span(sentence),)) for sentence in recap.guesses)
    for title, points in (
        ("objectives" if shown else "objectives_unsaid", objectives),
        ("laboured", laboured),
        ("guesses", guesses),
        ("notes", notes),
        ("figures", figures),
    ):
        if points:
            yield Section(say(f"recap.{title}"), points)


def _objective(objective: ReachedObjective, say: Catalog) -> Point:
    inner: list[Inlines] = []
    for file, run in objective.labs:
        if run != "ran" or not objective.said:
            inner.append((Span(say(f"recap.{run}", file=file)),))
    for outcome in _OUTCOMES:
        alike = [question for question in objective.questions if question.outcome == outcome]
        if alike:
            inner.append((Span(f"{say(f'recap.outcome.{outcome}')}: "), *_listed(alike, say), Span(".")))
    sign = objective.share if objective.share != "unsaid" else ""
    return Point(marked(objective.text), sign, objective.said, tuple(inner))


def _listed(questions: Iterable[AskedQuestion], say: Catalog) -> Iterator[Span]:
    """Yield the numbers of questions as links, three in a row as a range; steps stand behind their challenge."""
    for place, (challenge, group) in enumerate(groupby(questions, lambda question: question.challenge)):
        if place:
            yield Span("; ")
        steps = list(group)
        if len(steps) == 1:
            yield _link(steps[0], _name(steps[0], say))
            continue
        yield Span(say("recap.steps" if challenge else "recap.questions", challenge=challenge) + " ")
        for number, (first, last) in enumerate(_ranges(steps)):
            if number:
                yield Span(", ")
            ends = {"first": first.number, "last": last.number}
            yield _link(first, str(first.number) if first is last else say("recap.range", **ends))


def _ranges(questions: Sequence[AskedQuestion]) -> Iterator[tuple[AskedQuestion, AskedQuestion]]:
    """Yield the first and last of each row of questions with numbers that follow each other; two stand alone."""
    row: list[AskedQuestion] = []
    for question in questions:
        if row and question.number != row[-1].number + 1:
            yield from _ends(row)
            row = []
        row.append(question)
    yield from _ends(row)


def _ends(row: Sequence[AskedQuestion]) -> Iterable[tuple[AskedQuestion, AskedQuestion]]:
    return [(row[0], row[-1])] if len(row) > 2 else zip(row, row, strict=True)


def _link(question: AskedQuestion, text: str) -> Span:
    return Span(text, frozenset({"link"}), f"#{question.id}")


def _name(question: AskedQuestion, say: Catalog) -> str:
    """Return how a question is called within a sentence."""
    if question.challenge:
        return say("recap.step", challenge=question.challenge, number=question.number)
    return say("recap.question", number=question.number)


def _laboured_points(recap: Recap, say: Catalog, programs: bool) -> Iterator[Point]:
    """Yield what took more than one try; the story of a challenge stands with the first of its steps only."""
    corrections = {correction.question.id: correction for correction in recap.corrections}
    story = ""
    for question in recap.laboured:
        correction = corrections.get(question.id)
        if correction is not None and correction.story == story:
            correction = replace(correction, story="")
        elif correction is not None:
            story = correction.story
        yield _laboured(question, correction, say, programs)


def _laboured(question: AskedQuestion, correction: Correction | None, say: Catalog, programs: bool) -> Point:
    effort = []
    if question.outcome != "later":
        effort.append(say(f"recap.effort.{question.outcome}"))
    if question.tries:
        effort.append(
            say("recap.effort.tries" if question.tries > 1 else "recap.effort.one_try", count=question.tries)
        )
    if question.hints:
        effort.append(
            say("recap.effort.hints" if question.hints > 1 else "recap.effort.one_hint", count=question.hints)
        )
    text = correction.text if correction is not None else question.text
    told = (correction.story if correction is not None else "", text)
    inner: list[Inlines | CodeBlock] = [(Span(part),) for part in told if part]
    if correction is not None:
        inner += _corrected(correction, say, programs)
    called = _name(question, say)
    link = _link(question, called[:1].upper() + called[1:])
    return Point((link, Span(f": {', '.join(effort)}")), inner=tuple(inner))


def _corrected(correction: Correction, say: Catalog, programs: bool) -> Iterator[Inlines | CodeBlock]:
    """Yield the first answer and the right one."""
    for key, rows in (("wrong", correction.wrong), ("right", correction.right)):
        label = say(f"recap.answer.{key}")
        blocks = [row for row in rows if isinstance(row, CodeBlock)]
        if blocks and not programs:
            continue
        lines = [row for row in rows if not isinstance(row, CodeBlock)]
        if lines or blocks:
            yield (Span(f"{label}: "), *_joined(lines))
        yield from blocks


def _joined(rows: Sequence[Inlines]) -> Iterator[Span | LineBreak]:
    """Yield rows one behind the other; semicolons take the place of their full stops."""
    for number, row in enumerate(rows):
        if number:
            yield Span("; ")
        spans = [item if isinstance(item, Span) else Span(" ") for item in row]
        if number < len(rows) - 1:
            spans[-1:] = [_without_full_stop(span) for span in spans[-1:]]
        yield from spans


def _without_full_stop(span: Span) -> Span:
    sentence = span.text.endswith(".") and not span.text.endswith("..") and "code" not in span.marks
    return replace(span, text=span.text[:-1]) if sentence else span


def _titles(figures: Iterable[KeptFigure]) -> tuple[Inlines, ...]:
    titles = dict.fromkeys(figure_text(figure.title) for figure in figures)
    return tuple((Span(title),) for title in titles if title)
