"""What a learner has done in a lesson: each objective with its evidence, what took several tries, notes, figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from evoclass.disk.crashlog import write_down
from evoclass.exercise import Answer, Field, Row
from evoclass.fields.field import words_in
from evoclass.frozen import frozen
from evoclass.learner.annotations import annotations_of
from evoclass.learner.figurefolder import KeptFigure
from evoclass.learner.guesses import apart, guesses_said
from evoclass.learner.openlesson import OpenLesson
from evoclass.learner.progress import ExerciseState, GivenAnswer, LessonState
from evoclass.model import (
    CodeBlock,
    Evidence,
    ExerciseBlock,
    Inlines,
    Lab,
    Lesson,
    LineBreak,
    Live,
    Paragraph,
    Span,
    Steps,
    plain_text,
)
from evoclass.reading.blocktext import block_text
from evoclass.wording.numerals import localised_values

LONGEST = 160
"""Most characters of a question's text that name it."""

LONGEST_STORY = 400
"""Most characters of a challenge's introduction."""

Outcome = Literal["first", "later", "review", "seen", "wrong", "open"]
"""How it stands with a question: right at the first try without a hint, later, or in a review; solution seen; not right
yet; not answered yet."""

RunOutcome = Literal["ran", "failed", "unrun"]
"""Whether a lab has run to its end, or only tried to."""


@frozen
class AskedQuestion:
    """One question and how it stands."""

    id: str
    number: int
    """As its title says; within a challenge, that of the step."""
    challenge: str
    """Title of the challenge that it is a step of, or empty."""
    text: str
    """The beginning of its text."""
    outcome: Outcome
    tries: int
    hints: int
    """How many hints were shown."""

    @property
    def passed(self) -> bool:
        """Whether it counts as passed."""
        return self.outcome in ("first", "later", "review")


@frozen
class Correction:
    """A question that was answered wrongly first, and is done now."""

    question: AskedQuestion
    story: str
    """The beginning of the introduction of the challenge that it is a step of, with the values that it had then."""
    text: str
    """The beginning of the question with these values."""
    wrong: tuple[Row, ...]
    """The first answer in words."""
    right: tuple[Row, ...]


@frozen
class ReachedObjective:
    """An objective, and what the learner's work shows of it."""

    text: str
    said: Inlines = ()
    """The author's sentence with the values of the learner's runs."""
    questions: tuple[AskedQuestion, ...] = ()
    labs: tuple[tuple[str, RunOutcome], ...] = ()

    @property
    def share(self) -> Literal["all", "some", "none", "unsaid"]:
        """How much of what shows it is there; `unsaid` if the lesson does not say what shows it."""
        there = [question.passed for question in self.questions]
        there += [outcome == "ran" for _, outcome in self.labs]
        if not there:
            return "unsaid"
        return "all" if all(there) else "some" if any(there) else "none"


@frozen
class PlacedNote:
    """What the learner wrote at a block."""

    block: str
    place: str
    """The heading above the block; empty if the block is gone."""
    text: str


@frozen
class RunFigures:
    """The figures of the latest run of a lab that has any."""

    file: str
    figures: tuple[KeptFigure, ...]


@frozen(kw_only=True)
class Recap:
    """A lesson as the learner went through it."""

    lesson: Lesson
    objectives: tuple[ReachedObjective, ...]
    questions: tuple[AskedQuestion, ...]
    corrections: tuple[Correction, ...]
    notes: tuple[PlacedNote, ...]
    figures: tuple[RunFigures, ...]
    guesses: tuple[str, ...] = ()
    """How the learner's guesses compare with what the runs gave, in sentences."""
    apart: tuple[tuple[float, float], ...] = ()
    """When each of them was made, and how far it is from what came, as a part of its range."""
    answers: int
    """Answers that were checked."""
    runs: int
    seconds: float
    """Time of study."""

    @property
    def passed(self) -> tuple[AskedQuestion, ...]:
        """The questions that count as passed."""
        return tuple(question for question in self.questions if question.passed)

    @property
    def open(self) -> tuple[AskedQuestion, ...]:
        """The questions that are neither passed nor solved."""
        return tuple(question for question in self.questions if question.outcome in ("wrong", "open"))

    @property
    def laboured(self) -> tuple[AskedQuestion, ...]:
        """The questions that took more than one try, a hint or the solution."""
        return tuple(question for question in self.questions if question.outcome not in ("first", "open"))


def recap(session: OpenLesson, seconds: float = 0.0) -> Recap:
    """Return what the learner has done in the open lesson; `seconds` of study are not in the log yet."""
    lesson, state = session.lesson, session.state
    questions = {question.id: question for question in _questions(lesson, state)}
    evidence = lesson.evidence or tuple(Evidence() for _ in lesson.objectives)
    return Recap(
        lesson=lesson,
        objectives=tuple(
            _objective(text, shown, lesson, state, questions)
            for text, shown in zip(lesson.objectives, evidence, strict=True)
        ),
        questions=tuple(questions.values()),
        corrections=tuple(_corrections(session, questions)),
        notes=tuple(_notes(lesson, state)),
        figures=tuple(_figures(lesson, state)),
        guesses=tuple(guesses_said(lesson, state, session.catalog)),
        apart=tuple(apart(lesson, state)),
        answers=sum(exercise.attempts for exercise in state.exercises.values()),
        runs=state.times_run,
        seconds=state.seconds + seconds,
    )


def _questions(lesson: Lesson, state: LessonState) -> Iterator[AskedQuestion]:
    challenges = {
        step.id: plain_text(block.title)
        for block in lesson.walk()
        if isinstance(block, Steps)
        for step in block.steps
    }
    for block in lesson.exercises:
        known = state.exercises.get(block.id, ExerciseState())
        yield AskedQuestion(
            id=block.id,
            number=block.number,
            challenge=challenges.get(block.id, ""),
            text=_beginning(block),
            outcome=_outcome(known),
            # After it was passed it is practice.
            tries=known.tries or known.attempts,
            hints=known.hints,
        )


def _outcome(known: ExerciseState) -> Outcome:
    if known.passed:
        if not known.tries:
            return "review"
        return "first" if known.tries == 1 and not known.hints else "later"
    if known.revealed:
        return "seen"
    return "wrong" if known.attempts else "open"


def _beginning(block: ExerciseBlock) -> str:
    """Return the beginning of a question's text, cut between two words."""
    return _cut(next((block_text(part) for part in block.prompt if isinstance(part, Paragraph)), ""), LONGEST)


def _story(lesson: Lesson, step: str) -> str:
    """Return the beginning of what the challenge of a step tells before its steps."""
    for block in lesson.walk():
        if isinstance(block, Steps) and any(part.id == step for part in block.steps):
            told = (block_text(part) for part in block.intro if not isinstance(part, Lab | CodeBlock))
            return _cut(" ".join(told), LONGEST_STORY)
    return ""


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest].rpartition(" ")[0].rstrip(",;:.") + "…"


def _objective(
    text: str,
    evidence: Evidence,
    lesson: Lesson,
    state: LessonState,
    questions: Mapping[str, AskedQuestion],
) -> ReachedObjective:
    names = [part for name in evidence.shown_by for part in _parts(lesson, name)]
    files = [lab.file for lab in lesson.labs if lab.file in names]
    shown = tuple(question for name, question in questions.items() if name in names)
    outcomes = tuple((file, _run_outcome(state, file)) for file in files)
    live = {name: value for file in files or state.runs for name, value in state.gave(file).items()}
    said = _with_values(evidence.said, localised_values(live, lesson.language))
    return ReachedObjective(text, said, shown, outcomes)


def _parts(lesson: Lesson, name: str) -> Sequence[str]:
    """Return the steps of a challenge; any other name stands for itself."""
    block = lesson.find(name)
    return [step.id for step in block.steps] if isinstance(block, Steps) else [name]


def _run_outcome(state: LessonState, file: str) -> RunOutcome:
    if state.finished(file) is not None:
        return "ran"
    return "failed" if state.runs.get(file) else "unrun"


def _with_values(said: Inlines, live: Mapping[str, str]) -> Inlines:
    """Return a sentence with the values of runs; nothing if they do not have all."""
    items: list[Span | LineBreak] = []
    for item in said:
        if not isinstance(item, Live):
            items.append(item)
        elif value := " ".join(live.get(item.expression, "").split()):
            items.append(Span(value, item.marks | {"strong"}))
        else:
            return ()
    return tuple(items)


def _corrections(session: OpenLesson, questions: Mapping[str, AskedQuestion]) -> Iterator[Correction]:
    for name, question in questions.items():
        known = session.state.exercises.get(name, ExerciseState())
        if known.wrong is None or not known.done:
            continue
        try:
            found = _correction(session, question, known, known.wrong)
        except Exception as error:  # a question type of a plugin that fails costs its own row
            write_down(error)
            continue
        if found is not None:
            yield found


def _correction(
    session: OpenLesson, question: AskedQuestion, known: ExerciseState, wrong: GivenAnswer
) -> Correction | None:
    """Return what was answered first and what is right, both for the same presentation of the question."""
    shown = session.presentation.as_answered(question.id, wrong)
    block = shown.find(question.id) if shown is not None else None
    if shown is None or not isinstance(block, ExerciseBlock):
        return None
    if not block.exercise.reviewed:
        return None  # learners judge it themselves: there is no right answer to tell
    fields = block.exercise.form()
    if known.right is not None and known.right.presentation == wrong.presentation:
        right = known.right.answer
    else:
        right = known.solution or block.exercise.solution()
    said = [_said(fields, answer, session.language) for answer in (wrong.answer, right)]
    if not all(said) or said[0] == said[1]:
        return None
    return Correction(question, _story(shown, question.id), _beginning(block), *said)


def _said(fields: Sequence[Field], answer: Answer, language: str) -> tuple[Row, ...]:
    """Return an answer in words."""
    rows: list[Row] = []
    for field in fields:
        words = words_in(field, answer.get(field.name), language)
        for place, row in enumerate(words):
            if place == 0 and field.label and len(fields) > 1 and isinstance(row, tuple):
                end = "" if field.label.endswith(("?", "!", ".", ":")) else ":"
                row = (Span(f"{field.label}{end} "), *row)
            rows.append(row)
    return tuple(rows)


def _notes(lesson: Lesson, state: LessonState) -> Iterator[PlacedNote]:
    for found in annotations_of(lesson, state):
        if found.note:
            place = "" if found.astray else found.section or lesson.title
            yield PlacedNote(found.block, place, found.note)


def _figures(lesson: Lesson, state: LessonState) -> Iterator[RunFigures]:
    for lab in lesson.labs:
        shown = next((run for run in reversed(state.runs.get(lab.file, [])) if run.figures), None)
        if shown is not None:
            yield RunFigures(lab.file, shown.figures)
