"""A learner's progress: a fold over the event log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import field, fields, replace
from typing import Any

import msgspec

from evoclass.exercise import Answer
from evoclass.frozen import frozen, mutable
from evoclass.learner.figurefolder import KeptFigure
from evoclass.learner.guessed import GuessState
from evoclass.learner.store import Event, Verb
from evoclass.protocol import ErrorReport, Exit, Frame

FORGETTING = 12 * 3600
"""Seconds after a solution is shown until a right answer counts again: on another day the learner remembers it."""

LONGEST = 366 * 86400.0
"""Most seconds of study in one entry of the log; an entry with more is damaged."""

LONGEST_DRAW = 100
"""Characters of what a question was drawn from; more is damage."""

RUNS_KEPT = 10
"""How many runs of one lab file the state keeps, for comparison."""


def text_digest(text: str) -> str:
    """Return what tells the versions of one file apart in the log."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@frozen
class GivenAnswer:
    """An answer that was checked, and the presentation of the question to which it was given."""

    answer: Answer
    retries: int
    """How often the question had been presented anew."""
    draw: str = ""
    """From what its values were drawn, where the log says so."""

    @property
    def presentation(self) -> tuple[str, int]:
        """What tells presentations of one question apart."""
        return self.draw, self.retries


@mutable
class ExerciseState:
    """A learner's progress in one exercise."""

    attempts: int = 0
    passed: bool = False
    """Passed without having seen the solution shortly before."""
    revealed: bool = False
    seen: float = 0.0
    """When the solution was last shown, as seconds since 1970."""
    hints: int = 0
    """How many hints have been shown."""
    score: float = 0.0
    """Best score before a reveal."""
    answer: Answer | None = None
    """Last answer that was checked."""
    draft: Answer | None = None
    """Last answer that was not checked yet."""
    retries: int = 0
    """How often the answer was cleared; each time, new values are drawn."""
    retrying: bool = False
    """Whether it was cleared, and has been neither answered right nor revealed since."""
    solution: Answer | None = None
    """The solution as it was shown, if it came from a run."""
    tries: int = 0
    """How many answers it took until one counted as right; 0 before that, and for a question that a review passed."""
    wrong: GivenAnswer | None = None
    """The first answer, if it was wrong."""
    right: GivenAnswer | None = None
    """The first right answer."""

    @property
    def done(self) -> bool:
        """Whether the next step of a challenge may open."""
        return self.passed or self.revealed


@mutable
class RunRecord:
    """The kept part of a lab's run: enough to show the panels as they were."""

    file: str
    code: str
    runner: str
    exit: Exit
    output: str
    """End of the output, at most 20,000 characters."""
    frame: Frame | None = None
    """The last frame, whole."""
    live: dict[str, str] = field(default_factory=dict)
    time: float = 0.0
    """When it started, as seconds since 1970."""
    metrics: dict[str, float] = field(default_factory=dict)
    """Scalars of the program at its end, by name."""
    error: ErrorReport | None = None
    """The error that ended the program, for its explanation."""
    figures: tuple[KeptFigure, ...] = ()
    """What it showed and saved; the pictures are in the `FigureFolder`."""


@frozen
class Anchor:
    """What a note was written at, to find it again when the lesson changes."""

    block: str
    text: str = ""
    """Beginning of the block's text."""
    language: str = ""
    section: str = ""
    """Id of the heading above."""
    heading: str = ""

    @classmethod
    def read(cls, value: object, block: str) -> Anchor:
        """Return the anchor in an event; whatever is not as it should be is left out."""
        table = value if isinstance(value, dict) else {}
        texts = {name: text for name, text in table.items() if isinstance(text, str)}
        known = {name: texts[name] for name in ("text", "language", "section", "heading") if name in texts}
        return cls(texts.get("block", block), **known)


@mutable
class LessonState:
    """A learner's progress in one lesson."""

    exercises: dict[str, ExerciseState] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    """The learner's version of each lab file that was edited."""
    parted: dict[str, str] = field(default_factory=dict)
    """A version of a file that was made on another machine meanwhile, and that nothing shows yet."""
    file: str = ""
    """Lab file whose tab was open."""
    cursors: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Row and column of the cursor in each lab file, from 0."""
    runs: dict[str, list[RunRecord]] = field(default_factory=dict)
    """Latest runs of each lab file, newest last."""
    unchanged: dict[str, dict[str, str]] = field(default_factory=dict)
    """What the latest finished run of each lab file gave while it was as the lesson has it."""
    times_run: int = 0
    """How many runs there were, those included that `runs` no longer has."""
    block: str = ""
    """Block at the top of the reader."""
    seconds: float = 0.0
    """Active study time."""
    language: str = ""
    opened: bool = False
    draws: dict[str, str] = field(default_factory=dict)
    """From what the values of each question were drawn on which the learner has worked, the latest last."""
    notes: dict[str, str] = field(default_factory=dict)
    """What the learner wrote, by the id of the block."""
    guesses: dict[str, GuessState] = field(default_factory=dict)
    """Guesses before a run, and what the runs gave, by the id of the block."""
    bookmarks: tuple[str, ...] = ()
    """Ids of the blocks with a bookmark, in the order in which they were set."""
    anchors: dict[str, Anchor] = field(default_factory=dict)
    """What each note or bookmark was put at, by the same ids."""
    before: LessonState | None = None
    """What there was before the learner began the lesson anew, to take it back."""
    since: list[Event] = field(default_factory=list)
    """What has happened since then."""

    def exercise(self, block_id: str) -> ExerciseState:
        """Return the state of one exercise, making it on first use."""
        return self.exercises.setdefault(block_id, ExerciseState())

    def guess(self, block_id: str) -> GuessState:
        """Return the guesses at one block, making their state on first use."""
        return self.guesses.setdefault(block_id, GuessState())

    @property
    def begun(self) -> bool:
        """Whether there is anything to show; not after the learner has put it all away."""
        return self.before is None or bool(self.since)

    @property
    def last_run(self) -> RunRecord | None:
        """The latest run of any file."""
        return max((runs[-1] for runs in self.runs.values() if runs), key=lambda run: run.time, default=None)

    def finished(self, file: str) -> RunRecord | None:
        """Return the latest run of a file that ended without an error."""
        runs = reversed(self.runs.get(file, []))
        return next((run for run in runs if run.exit.reason == "finished" and not run.exit.code), None)

    @property
    def live(self) -> dict[str, str]:
        """Live values of the prose: the latest value of each expression from any run."""
        every = sorted((run for runs in self.runs.values() for run in runs), key=lambda run: run.time)
        return {expression: text for run in every for expression, text in run.live.items()}

    def gave(self, file: str) -> dict[str, str]:
        """Return what a program gave, for looking back: as the lesson has it, or changed where it never ran like that.

        A program that was broken on purpose, and left so, says nothing of what the learner has done.
        """
        run = self.finished(file)
        return self.unchanged.get(file) or (run.live if run is not None else {})

    @property
    def looked_back(self) -> dict[str, str]:
        """What the programs gave, by expression; see `gave`."""
        return self.live | {name: text for file in self.runs for name, text in self.gave(file).items()}

    def given_by_others(self, file: str) -> set[str]:
        """Return the live expressions that runs of other files have given, and none of this file."""
        given = {name: {part for run in runs for part in run.live} for name, runs in self.runs.items()}
        own = given.pop(file, set())
        return set().union(*given.values()) - own

    def take(self, event: Event) -> None:
        """Apply one more event; an event of unknown verb or shape changes nothing."""
        if event.verb == Verb.VOIDED and not event.block:
            self.become(
                LessonState(
                    language=self.language,
                    notes=dict(self.notes),
                    bookmarks=self.bookmarks,
                    anchors=dict(self.anchors),
                    before=replace(self),
                )
            )
            return
        if event.verb == Verb.RESUMED:
            self._take_back()
            return
        if self.before is not None:
            self.since.append(event)
        if "review" in event.payload:
            self._reviewed(event)
            return
        match event.payload:
            case {"draw": str(draw)} if len(draw) < LONGEST_DRAW:
                self.draws.pop(event.block, None)
                self.draws[event.block] = draw
        match event.verb, event.payload:
            case Verb.INITIALIZED, _:
                self.opened = True
                self.language = event.language or self.language
            case Verb.PREFERRED, _:
                self.language = event.language
            case Verb.ANSWERED, {
                "answer": dict(answer),
                "score": int() | float() as score,
                "passed": bool(passed),
            }:
                given = GivenAnswer(
                    answer, self.exercise(event.block).retries, self.draws.get(event.block, "")
                )
                self._answered(self.exercise(event.block), given, score, passed, event.time.timestamp())
            case Verb.RESPONDED, {"answer": dict(answer)}:
                self.exercise(event.block).draft = answer
            case Verb.ASKED, _:
                self.exercise(event.block).hints += 1
            case Verb.EXPERIENCED, payload:
                exercise = self.exercise(event.block)
                exercise.revealed, exercise.retrying = True, False
                exercise.seen = event.time.timestamp()
                if isinstance(payload.get("solution"), dict):
                    exercise.solution = payload["solution"]
            case Verb.VOIDED, _:
                exercise = self.exercise(event.block)
                exercise.answer = exercise.draft = exercise.solution = None
                exercise.retries, exercise.retrying = exercise.retries + 1, True
                self.draws.pop(event.block, None)
                match event.payload:
                    case {"next": str(draw)} if len(draw) < LONGEST_DRAW:
                        self.draws[event.block] = draw
            case Verb.INTERACTED, {"source": str(source)}:
                self._edited(event.block, source, event.payload.get("base"))
            case Verb.INTERACTED, {"source": None}:
                self.code.pop(event.block, None)
            case Verb.INTERACTED, {"parted": str(digest)}:
                if digest == text_digest(self.parted.get(event.block, "")):
                    del self.parted[event.block]
            case Verb.INTERACTED, {"cursor": [int(row), int(column)]}:
                self.file = event.block
                self.cursors[event.block] = (row, column)
            case Verb.ATTEMPTED, {"run": dict(run), **rest}:
                self._ran(event.block, run, rest.get("measured"), unchanged=rest.get("unchanged") is True)
            case Verb.ATTEMPTED, {"figures": list(figures), "started": int() | float() as started}:
                self._drew(event.block, figures, started)
            case Verb.PREDICTED, {"guess": value}:
                self.guess(event.block).make(value, event.time.timestamp())
            case Verb.PREDICTED, {"draft": value}:
                self.guess(event.block).write(value)
            case Verb.PREDICTED, {"looked": True}:
                self.guess(event.block).look(event.time.timestamp())
            case Verb.PROGRESSED, _:
                self.block = event.block
            case Verb.COMMENTED, {"note": str(note)}:
                self.notes.pop(event.block, None)
                if note.strip():
                    self.notes[event.block] = note
                    self._anchor(event)
            case Verb.BOOKMARKED, {"set": bool(wanted)}:
                if wanted:
                    self._anchor(event)
                others = tuple(block for block in self.bookmarks if block != event.block)
                self.bookmarks = (*others, event.block) if wanted else others
            case Verb.ATTENDED, {"seconds": int() | float() as seconds} if 0 < seconds < LONGEST:
                self.seconds += seconds

    def _anchor(self, event: Event) -> None:
        if "at" in event.payload:
            self.anchors[event.block] = Anchor.read(event.payload["at"], event.block)

    def _edited(self, file: str, source: str, base: object) -> None:
        """Take the version of a file; of two that were made from one on two machines, the other is put aside."""
        known = self.code.get(file)
        if known is not None and known != source and isinstance(base, str) and base != text_digest(known):
            self.parted[file] = known
        if self.parted.get(file) == source:
            del self.parted[file]
        self.code[file] = source

    def become(self, other: LessonState) -> None:
        """Take over everything of another state."""
        for entry in fields(self):
            setattr(self, entry.name, getattr(other, entry.name))

    def _take_back(self) -> None:
        if self.before is not None:
            since = self.since
            self.become(self.before)
            for event in since:
                self.take(event)

    def _reviewed(self, event: Event) -> None:
        """A right answer in a review counts, also for a question whose solution was shown; the page stays as it is."""
        exercise = self.exercises.get(event.block)
        if exercise is None or event.verb != Verb.ANSWERED or event.payload.get("passed") is not True:
            return
        if not exercise.revealed or event.time.timestamp() - exercise.seen >= FORGETTING:
            exercise.passed, exercise.score = True, 1.0

    @staticmethod
    def _answered(
        exercise: ExerciseState, given: GivenAnswer, score: float, passed: bool, when: float
    ) -> None:
        exercise.attempts += 1
        exercise.answer, exercise.draft = given.answer, None
        if passed:
            exercise.right, exercise.retrying = exercise.right or given, False
        elif exercise.attempts == 1:
            exercise.wrong = given
        if not exercise.revealed or when - exercise.seen >= FORGETTING:
            exercise.score = max(exercise.score, score)
            if passed and not exercise.passed:
                exercise.passed, exercise.tries = True, exercise.attempts

    def _ran(self, file: str, run: dict[str, Any], measured: object, *, unchanged: bool) -> None:
        try:
            record = msgspec.convert(run, RunRecord)
        except msgspec.ValidationError:
            return  # an older or newer version wrote this run in another shape: the other events still count
        self.times_run += 1
        if unchanged and record.exit.reason == "finished" and not record.exit.code:
            self.unchanged[file] = record.live
        self.runs[file] = [*self.runs.get(file, []), record][-RUNS_KEPT:]
        for block, value in measured.items() if isinstance(measured, dict) else ():
            self.guess(block).ran(value, record.time)

    def _drew(self, file: str, figures: list[Any], started: float) -> None:
        """Take the figures of a run with those that were drawn at its prompt."""
        for record in self.runs.get(file, []):
            if record.time == started:
                with suppress(msgspec.ValidationError):
                    record.figures = msgspec.convert(figures, tuple[KeptFigure, ...])


def fold(events: Iterable[Event]) -> LessonState:
    """Return the learner's progress after `events`."""
    state = LessonState()
    for event in events:
        state.take(event)
    return state
