"""Progress that travels: files of it, their union, and a lesson that is begun anew."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoclass.errors import ProgressError
from evoclass.learner import progressfile
from evoclass.learner.coursestate import CourseState
from evoclass.learner.event import Verb
from evoclass.learner.figurefolder import FigureFolder, kept
from evoclass.learner.progress import LessonState, fold
from evoclass.learner.store import Store
from evoclass.protocol import MAX_FIGURE, Figure
from pngs import png


def filled(path: Path, count: int = 3, learner: str = "me") -> Store:
    """Return a log with a few answers in it."""
    store = Store(path, learner)
    for number in range(count):
        store.append(
            Verb.ANSWERED,
            course="ai002",
            lesson="tensors",
            language="it",
            block=f"q{number}",
            answer={"value": "perché\r\n\x1b[31m"},
            score=1.0,
            passed=True,
        )
    return store


def logged(store: Store) -> list[tuple[str, ...]]:
    return [event.row() for event in store.events()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the progress of another machine."""
    with closing(filled(tmp_path / "there.db")) as there:
        progressfile.write(tmp_path / "me.evoprogress", there.events(), "me")
    return tmp_path / "me.evoprogress"


def test_what_was_exported_comes_whole(tmp_path: Path, file: Path) -> None:
    with closing(Store(tmp_path / "there.db")) as there, closing(Store(tmp_path / "here.db")) as here:
        assert here.merge(progressfile.read(file).events) == 3
        assert logged(here) == logged(there)
        assert here.merge(progressfile.read(file).events) == 0
    with closing(Store(tmp_path / "here.db")) as here:
        assert len(here.events()) == 3
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_pictures_of_figures_come_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = [Figure(number=number, png=png(number, padding=1_000)) for number in (1, 2, 3)]
    there, here = FigureFolder(tmp_path / "there"), FigureFolder(tmp_path / "here")
    there.put(figure.png for figure in figures[1:])
    with closing(Store(tmp_path / "there.db")) as store:
        for figure in figures:
            run = {"figures": [msgspec.to_builtins(kept(figure)), {"digest": 7}, "odd"]}
            store.append(Verb.ATTEMPTED, course="ai002", block="a.py", run=run)
        events = store.events()
    pictures = progressfile.pictures_of(events, there)
    assert pictures == [figures[2].png, figures[1].png]
    assert progressfile.write(tmp_path / "file", events, "me", pictures) == 3
    found = progressfile.read(tmp_path / "file")
    assert found == progressfile.ProgressFile("me", tuple(events), tuple(pictures))
    here.put(found.pictures)
    assert [here.find(kept(figure)) for figure in figures] == [None, *figures[1:]]
    monkeypatch.setattr(progressfile, "PICTURES", 1_500)
    assert progressfile.pictures_of(events, there) == [figures[2].png]


@pytest.mark.parametrize("picture", [b"GIF89a", png(padding=MAX_FIGURE)])
def test_what_is_no_picture_is_damage(tmp_path: Path, picture: bytes) -> None:
    progressfile.write(tmp_path / "file", (), "me", [png(), picture])
    with pytest.raises(ProgressError, match="line"):
        progressfile.read(tmp_path / "file")


def test_a_copy_of_the_log_itself_is_taken(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "there.db")) as there:
        events = there.events()
    assert progressfile.read(tmp_path / "there.db") == progressfile.ProgressFile("me", tuple(events))
    with closing(filled(tmp_path / "there.db", learner="anna")):
        pass
    with pytest.raises(ProgressError, match="several"):
        progressfile.read(tmp_path / "there.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer:
        newer.execute("PRAGMA user_version = 2")
    with pytest.raises(ProgressError, match="newer"):
        progressfile.read(tmp_path / "newer.db")


def _sealed(text: bytes) -> bytes:
    seal = {"events": text.count(b"\n") - 1, "sha256": hashlib.sha256(text).hexdigest()}
    return text + json.dumps(seal).encode() + b"\n"


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    """Return what makes an honest seal for lines that are not honest."""
    return lambda data: _sealed(b"".join(line + b"\n" for line in change(data.splitlines()[:-1])))


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut": (lambda data: data[: len(data) // 2], "damaged_end"),
    "without its seal": (lambda data: b"".join(data.splitlines(keepends=True)[:-1]), "damaged_end"),
    "one letter": (lambda data: data.replace(b"tensors", b"tensorz", 1), "damaged_changed"),
    "a line less": (lambda data: b"".join(data.splitlines(keepends=True)[::2]), "damaged_changed"),
    "no event": (_lines(lambda lines: [*lines[:2], b'["x"]', *lines[2:]]), "damaged_line"),
    "deep": (_lines(lambda lines: [*lines, b"[" * 100_000]), "damaged_line"),
    "another learner's": (
        _lines(
            lambda lines: [
                line.replace(b'"me"', b'"anna"') if i == 2 else line for i, line in enumerate(lines)
            ]
        ),
        "damaged_line",
    ),
    "twice and different": (
        _lines(lambda lines: [*lines, lines[1].replace(b"q0", b"q9")]),
        "damaged_line",
    ),
    "newer": (
        _lines(lambda lines: [lines[0].replace(b'"version":1', b'"version":2'), *lines[1:]]),
        "newer_file",
    ),
    "text": (lambda data: b"Dear diary,\n", "foreign"),
    "empty": (lambda data: b"", "foreign"),
    "other json": (lambda data: b'{"evoclass": "course", "version": 1, "learner": "me"}\n{}', "foreign"),
    "bytes": (lambda data: bytes(range(256)) * 9, "foreign"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_refused(damage: str, file: Path) -> None:
    change, key = DAMAGE[damage]
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(ProgressError) as refused:
        progressfile.read(file)
    assert refused.value.key == f"progress.{key}"


@pytest.mark.parametrize("name", ["folder", "missing", "/dev/zero"])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ProgressError):
        progressfile.read(tmp_path / name)


def test_a_file_of_something_else_is_not_replaced(tmp_path: Path, file: Path) -> None:
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("my thesis")
    with closing(Store(tmp_path / "there.db")) as there:
        with pytest.raises(ProgressError, match="no progress file"):
            progressfile.write(thesis, there.events(), "me")
        progressfile.write(file, there.events()[:1], "me")
    assert thesis.read_text() == "my thesis"
    assert len(progressfile.read(file).events) == 1


def test_an_event_in_two_forms_is_refused_and_nothing_is_merged(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "here.db")) as here:
        events = here.events()
        before = logged(here)
        changed = replace(events[2], language="en")
        new = filled(tmp_path / "new.db").events()
        with pytest.raises(ProgressError, match="two forms"):
            here.merge([*new, changed])
        with pytest.raises(ProgressError, match="two forms"):
            progressfile.union(
                [progressfile.ProgressFile("me", tuple(events)), progressfile.ProgressFile("me", (changed,))]
            )
        assert logged(here) == before


def test_another_learner_of_this_machine_is_not_robbed(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "here.db", learner="anna")) as anna:
        events = anna.events()
    with closing(Store(tmp_path / "here.db", "me")) as here:
        with pytest.raises(ProgressError, match="another learner"):
            here.merge(events)
        assert here.events() == []


def test_new_ids_go_on_after_those_that_came(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "there.db", 1)) as there:
        (event,) = there.events()
    ahead = replace(event, id=f"01b00000{event.id[8:]}")  # from a machine with a clock that is years ahead
    with closing(Store(tmp_path / "here.db")) as here:
        here.merge([ahead])
        here.append(Verb.ATTENDED, course="ai002", seconds=1.0)
        assert [one.verb for one in here.events()] == [Verb.ANSWERED, Verb.ATTENDED]


@given(
    parts=st.lists(st.sets(st.integers(0, 11)), min_size=1, max_size=4),
    seed=st.integers(),
)
@settings(max_examples=40, deadline=None)
def test_a_union_does_not_depend_on_order_or_number(
    parts: list[set[int]], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("union")
    with closing(filled(folder / "all.db", 12)) as every:
        events = every.events()
    files = [
        progressfile.ProgressFile("me", tuple(events[number] for number in sorted(part))) for part in parts
    ]
    wanted = [events[number].row() for number in sorted(set().union(*parts))]

    def merged(order: list[progressfile.ProgressFile], name: str) -> list[tuple[str, ...]]:
        with closing(Store(folder / name)) as store:
            for one in order:
                store.merge(one.events)
            return logged(store)

    assert merged(files, "a.db") == wanted
    shuffled = files * 2
    random.Random(seed).shuffle(shuffled)
    assert merged(shuffled, "b.db") == wanted
    assert [event.row() for event in progressfile.union(shuffled)] == wanted
    shutil.rmtree(folder)


def test_a_pseudonym_stays_and_names_go(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "here.db", "Anna")) as here:
        here.append(
            Verb.ATTEMPTED,
            course="file:/home/anna/mine.md",
            run={"output": "File /home/anna/x.py, by anna", "deep": [{"/home/anna": "an"}], "size": 3},
        )
        name = progressfile.pseudonym(here.identity())
        events = progressfile.without_names(here.events(), name, ["/home/anna", "anna", "Anna", "an"])
    assert name.startswith("learner-")
    assert name == progressfile.pseudonym(events[0].id)
    assert events[0].learner == name
    assert events[0].course == "file:~/mine.md"
    assert events[0].payload == {"run": {"output": "File ~/x.py, by ~", "deep": [{"~": "an"}], "size": 3}}


# ---------------------------------------------------------------------------------------------- a lesson begun anew


@pytest.fixture
def happens(tmp_path: Path) -> Iterator[Callable[..., LessonState]]:
    """Log verbs, one after the other; return the state after them, folded whole and taken one by one alike."""
    store = Store(tmp_path / "log.db")
    live = CourseState("c")

    def happen(*verbs: str) -> LessonState:
        for verb in verbs:
            if verb.startswith("q"):
                payload = {"answer": {"value": "1"}, "score": 1.0, "passed": True}
                live.take(store.append(Verb.ANSWERED, course="c", lesson="l", block=verb, **payload))
            else:
                live.take(store.append(Verb(verb), course="c", lesson="l"))
        assert fold(store.events()) == live.lesson("l")
        return live.lesson("l")

    yield happen
    store.close()


def test_a_lesson_begins_anew_and_comes_back(happens: Callable[..., LessonState]) -> None:
    state = happens("initialized", "q1", "q2")
    happens("voided")
    assert not state.begun
    assert not state.opened
    assert state.exercises == {}
    happens("initialized", "q3")
    assert state.begun
    assert set(state.exercises) == {"q3"}
    happens("resumed")
    assert set(state.exercises) == {"q1", "q2", "q3"}
    assert state.before is None


def test_of_two_beginnings_the_last_is_taken_back_first(happens: Callable[..., LessonState]) -> None:
    state = happens("q1", "voided", "q2", "voided", "q3")
    assert set(state.exercises) == {"q3"}
    happens("resumed")
    assert set(state.exercises) == {"q2", "q3"}
    happens("resumed")
    assert set(state.exercises) == {"q1", "q2", "q3"}
    happens("resumed")
    assert set(state.exercises) == {"q1", "q2", "q3"}
