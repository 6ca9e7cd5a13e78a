"""State is a fold over the events."""

from __future__ import annotations

from pathlib import Path

import msgspec

from evoclass.learner import progress
from evoclass.learner.progress import RUNS_KEPT, RunRecord
from evoclass.learner.progressfile import digests_of
from evoclass.learner.store import Store, Verb
from evoclass.protocol import Exit, Frame, Summary


class Log:
    def __init__(self, path: Path) -> None:
        self.store = Store(path)

    def __call__(self, verb: Verb, block: str = "", **payload: object) -> None:
        self.store.append(verb, course="c", lesson="l", language="it", block=block, **payload)

    @property
    def state(self) -> progress.LessonState:
        return progress.fold(self.store.events("c", "l"))


def test_answers_count_and_the_best_score_stays(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    log(Verb.RESPONDED, "q", answer={"choice": "b"})
    assert log.state.exercise("q").draft == {"choice": "b"}
    log(Verb.ANSWERED, "q", answer={"choice": "b"}, score=0.5, passed=False)
    log(Verb.ANSWERED, "q", answer={"choice": "a"}, score=1, passed=True)
    log(Verb.ANSWERED, "q", answer={"choice": "c"}, score=0.0, passed=False)
    state = log.state.exercise("q")
    assert (state.attempts, state.score, state.passed, state.answer, state.draft) == (
        3,
        1,
        True,
        {"choice": "c"},
        None,
    )


def test_a_reveal_stops_later_answers_from_counting(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    log(Verb.ASKED, "q")
    log(Verb.EXPERIENCED, "q")
    log(Verb.ANSWERED, "q", answer={"choice": "a"}, score=1.0, passed=True)
    state = log.state.exercise("q")
    assert (state.hints, state.revealed, state.passed, state.score, state.done) == (1, True, False, 0.0, True)


def test_a_retry_takes_the_answer_back_but_not_the_pass(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    log(Verb.ANSWERED, "q", answer={"choice": "a"}, score=1.0, passed=True)
    log(Verb.VOIDED, "q")
    state = log.state.exercise("q")
    assert (state.answer, state.passed, state.retries, state.retrying) == (None, True, 1, True)
    log(Verb.ANSWERED, "q", answer={"o": "a"}, score=0.0, passed=False)
    assert log.state.exercise("q").retrying
    log(Verb.ANSWERED, "q", answer={"o": "b"}, score=1.0, passed=True)
    assert not log.state.exercise("q").retrying
    assert log.state.exercise("another").retries == 0


def test_code_place_time_and_language_are_kept(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    log(Verb.INITIALIZED)
    log(Verb.INTERACTED, "train.py", source="x = 1")
    log(Verb.INTERACTED, "scratch.py", source="y = 1")
    log(Verb.INTERACTED, "scratch.py", source=None)
    log(Verb.PROGRESSED, "s2.1")
    log(Verb.ATTENDED, seconds=12.5)
    log(Verb.ATTENDED, seconds=3)
    for damaged in (1e308, -5, float("nan"), 10**400):
        log(Verb.ATTENDED, seconds=damaged)
    state = log.state
    assert state.code == {"train.py": "x = 1"}
    assert (state.block, state.seconds, state.language, state.opened) == ("s2.1", 15.5, "it", True)


def test_a_lesson_is_opened_by_a_visit_and_not_by_a_choice_of_language(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    log(Verb.PREFERRED)
    assert not log.state.opened
    log(Verb.INITIALIZED)
    assert log.state.opened


def test_runs_come_back_whole_and_bounded(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    frame = Frame(sequence=3, cause="end", rows=(Summary(name="w", kind="tensor", shape=(7, 2), mean=0.5),))
    for number in range(RUNS_KEPT + 3):
        ended = Exit(reason="finished", code=0, seconds=1.5)
        run = RunRecord(
            "train.py", "x", "local-cpu", ended, f"run {number}", frame, {"accuracy": "0.9"}, float(number)
        )
        log(Verb.ATTEMPTED, "train.py", run=msgspec.to_builtins(run))
    runs = log.state.runs["train.py"]
    assert [run.output for run in runs] == [f"run {number}" for number in range(3, RUNS_KEPT + 3)]
    assert runs[-1].frame == frame
    assert log.state.last_run == runs[-1]


def test_figures_that_came_later_belong_to_their_run(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    ended = Exit(reason="finished", code=0, seconds=1.5)
    for time in (1.25, 2.5):
        run = RunRecord("train.py", "x", "local-cpu", ended, "", time=time)
        log(Verb.ATTEMPTED, "train.py", run=msgspec.to_builtins(run))
    log(Verb.ATTEMPTED, "train.py", figures=[{"number": 1, "digest": "d" * 64}], started=1.25)
    log(Verb.ATTEMPTED, "train.py", figures=[{"number": "many"}], started=2.5)
    log(Verb.ATTEMPTED, "train.py", figures=[{"number": 1, "digest": "e" * 64}], started=9.0)
    log(Verb.ATTEMPTED, "other.py", figures=[], started=1.25)
    runs = log.state.runs["train.py"]
    assert [[figure.digest for figure in run.figures] for run in runs] == [["d" * 64], []]
    assert digests_of(log.store.events("c", "l"))[:1] == ["d" * 64], "exports and synced folders carry them"


def test_live_values_of_one_program_stay_when_another_runs(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    ended = Exit(reason="finished", code=0, seconds=1.5)
    for time, (file, live) in enumerate(
        [
            ("train.py", {"accuracy:.0%": "80%", "seconds": "3"}),
            ("train.py", {"accuracy:.0%": "92%"}),
            ("scratch.py", {"scratch_accuracy:.0%": "54%"}),
        ]
    ):
        run = RunRecord(file, "x", "local-cpu", ended, "", None, live, float(time))
        log(Verb.ATTEMPTED, file, run=msgspec.to_builtins(run))
    assert log.state.live == {"accuracy:.0%": "92%", "seconds": "3", "scratch_accuracy:.0%": "54%"}


def test_events_that_nobody_knows_change_nothing(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    log(Verb.ANSWERED, "q", answer="not a form", score="high", passed=1)
    log(Verb.ATTEMPTED, "train.py", run={"of": "another shape"})
    assert log.state == progress.LessonState()


def test_a_seen_solution_can_be_earned_back_on_another_day(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from evoclass.learner.progress import fold
    from evoclass.learner.store import Event

    start = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)

    def event(number: int, verb: Verb, hours: float, **payload: object) -> Event:
        when = start + timedelta(hours=hours)
        return Event(str(number), when, "me", "c", "l", "en", "q", verb, payload)

    right = {"answer": {"f": 1}, "score": 1.0, "passed": True}
    seen = event(1, Verb.EXPERIENCED, 0)
    again = event(2, Verb.VOIDED, 0.1)
    soon = fold([seen, again, event(3, Verb.ANSWERED, 1, **right)])
    assert not soon.exercise("q").passed
    almost = fold([seen, again, event(3, Verb.ANSWERED, 11.999, **right)])
    assert not almost.exercise("q").passed
    for hours in (12, 24):
        later = fold([seen, again, event(3, Verb.ANSWERED, hours, **right)])
        assert later.exercise("q").passed


def test_notes_and_bookmarks_stay_when_a_lesson_begins_anew(tmp_path: Path) -> None:
    log = Log(tmp_path / "p.db")
    log(Verb.COMMENTED, "p1", note="Why squared?")
    log(Verb.COMMENTED, "p2", note="wrong")
    log(Verb.COMMENTED, "p2", note=" ")
    log(Verb.BOOKMARKED, "p3", set=True)
    log(Verb.BOOKMARKED, "p1", set=True)
    log(Verb.BOOKMARKED, "p3", set=False)
    assert (log.state.notes, log.state.bookmarks) == ({"p1": "Why squared?"}, ("p1",))
    log(Verb.VOIDED)
    log(Verb.COMMENTED, "p1", note="I know now.")
    assert (log.state.notes, log.state.bookmarks) == ({"p1": "I know now."}, ("p1",))
    log(Verb.RESUMED)
    assert (log.state.notes, log.state.bookmarks) == ({"p1": "I know now."}, ("p1",))
