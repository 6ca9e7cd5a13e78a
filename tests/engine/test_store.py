"""The event log keeps what it acknowledged, whatever happens to the process or the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from evoclass.disk.locked import locked
from evoclass.i18n import Catalog
from evoclass.learner.event import ID, Clock, Event, now
from evoclass.learner.logfile import INSERT, SetAside, TroubleError, open_log
from evoclass.learner.progress import fold
from evoclass.learner.rescue import rescue
from evoclass.learner.store import Store, Verb


def test_events_come_back_in_the_order_they_happened(tmp_path: Path) -> None:
    store = Store(tmp_path / "progress.db")
    for number in range(500):
        store.append(Verb.PROGRESSED, course="c", lesson="l", block=f"s{number}")
    store.append(Verb.PROGRESSED, course="c", lesson="other", block="x")
    store.close()
    again = Store(tmp_path / "progress.db")
    assert [event.block for event in again.events("c", "l")] == [f"s{number}" for number in range(500)]
    last = again.last(Verb.PROGRESSED)
    assert last is not None
    assert (last.lesson, last.block) == ("other", "x")


def test_learners_in_one_file_do_not_see_each_other(tmp_path: Path) -> None:
    ada, bob = Store(tmp_path / "p.db", "ada"), Store(tmp_path / "p.db", "bob")
    ada.append(Verb.INITIALIZED, course="c", lesson="l")
    assert list(bob.events()) == []
    assert bob.last(Verb.INITIALIZED) is None


WRITER = """
import sys
from pathlib import Path
from evoclass.learner.store import Store, Verb
store = Store(Path(sys.argv[1]))
number = 0
while True:
    store.append(Verb.PROGRESSED, course="c", lesson="l", block=str(number))
    print(number, flush=True)
    number += 1
"""


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(200)][-1]
    writer.send_signal(signal.SIGKILL)
    acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
    writer.wait()
    kept = [int(event.block) for event in Store(path).events("c", "l")]
    assert kept[: acknowledged + 1] == list(range(acknowledged + 1))


def test_two_windows_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    Store(path).close()

    def write(name: str) -> None:
        store = Store(path)
        for number in range(100):
            store.append(Verb.PROGRESSED, course=name, block=str(number))
        store.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = Store(path)
    assert len(list(store.events("left"))) == len(list(store.events("right"))) == 100


def test_unreadable_file_is_set_aside_untouched(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    path.write_bytes(b"this was never a database" * 100)
    store = Store(path)
    assert store.set_aside is not None
    assert not store.set_aside.newer
    assert store.set_aside.file.read_bytes() == b"this was never a database" * 100
    store.append(Verb.INITIALIZED, course="c")
    assert len(list(store.events())) == 1


@pytest.mark.parametrize("version", [2, 99])
def test_newer_file_is_set_aside_untouched(tmp_path: Path, version: int) -> None:
    path = tmp_path / "progress.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE event (shape TEXT)")
        connection.execute("INSERT INTO event VALUES ('of the future')")
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    store = Store(path)
    assert store.set_aside is not None
    assert store.set_aside.newer
    assert f"format {version}" in store.set_aside.reason
    kept = sqlite3.connect(store.set_aside.file)
    assert kept.execute("SELECT shape FROM event").fetchall() == [("of the future",)]


def test_nothing_is_taken_out_of_a_newer_file(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    filled(path, 3)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    store = Store(path)
    assert store.set_aside is not None
    assert (store.set_aside.kept, store.set_aside.lost) == (0, 0)
    assert list(store.events()) == []


@pytest.mark.parametrize("kind", ["folder", "fifo", "missing folder", "device"])
def test_where_nothing_can_be_kept_the_log_goes_on_in_memory_and_says_so(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "progress.db"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path = tmp_path / "none" / "progress.db"
    store = Store(path)
    assert path.name in store.trouble
    store.append(Verb.INITIALIZED, course="c", lesson="l")
    assert [event.lesson for event in store.events("c")] == ["l"]
    assert store.last(Verb.INITIALIZED) is not None
    assert store.identity()
    store.close()


def test_what_could_not_be_kept_is_written_when_the_disk_takes_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.learner.store.RETRY", 0.0)
    path = tmp_path / "progress.db"
    store = Store(path)
    store.append(Verb.PROGRESSED, course="c", block="before")
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    good, broken = store._connection, FullDisk(full)
    store._connection = broken  # type: ignore[assignment]
    monkeypatch.setattr("evoclass.learner.store.open_log", broken.open_log)
    store.append(Verb.PROGRESSED, course="c", block="first")
    assert "full" in store.trouble
    assert store.commits == 1
    store.append(Verb.PROGRESSED, course="c", block="second")
    assert [event.block for event in store.events()] == ["before", "first", "second"]
    good.close()
    assert [event.block for event in Store(path).events()] == ["before"]
    monkeypatch.setattr("evoclass.learner.store.open_log", open_log)
    store.append(Verb.PROGRESSED, course="c", block="third")
    assert not store.trouble
    assert store.commits == 4
    store.close()
    assert [event.block for event in Store(path).events()] == ["before", "first", "second", "third"]


def test_a_disk_that_opens_the_file_and_takes_nothing_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.learner.store.RETRY", 0.0)
    store = Store(tmp_path / "none" / "progress.db")
    broken = FullDisk(sqlite3.OperationalError("database or disk is full"))
    monkeypatch.setattr("evoclass.learner.store.open_log", lambda *_, **__: broken)
    store.append(Verb.PROGRESSED, course="c", block="1")
    assert store.trouble
    assert [event.block for event in store.events()] == ["1"]


def test_the_disk_is_tried_again_after_a_while_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.learner.store.RETRY", 3600.0)
    opened: list[Path] = []

    def opens(path: Path, patience: float) -> sqlite3.Connection:
        opened.append(path)
        raise TroubleError("not yet")

    path = tmp_path / "none" / "progress.db"
    store = Store(path)
    monkeypatch.setattr("evoclass.learner.store.open_log", opens)
    for number in range(3):
        store.append(Verb.PROGRESSED, course="c", block=str(number))
    assert not opened
    store._retry = 0.0  # the hour is over
    for number in range(3, 6):
        store.append(Verb.PROGRESSED, course="c", block=str(number))
    assert len(opened) == 1
    path.parent.mkdir()
    monkeypatch.setattr("evoclass.learner.store.open_log", open_log)
    store.close()
    assert [event.block for event in Store(path).events()] == list("012345")


def test_a_file_in_its_place_is_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "progress.db")
    monkeypatch.delattr("evoclass.learner.store.open_log")
    assert store.commits == 0
    for _ in range(2):
        store.append(Verb.PROGRESSED, course="c")
    assert store.commits == 2


class FullDisk:
    """A connection that takes nothing."""

    def __init__(self, error: sqlite3.Error) -> None:
        self.error = error

    def execute(self, *_: object) -> None:
        """Begin."""

    def executemany(self, *_: object) -> None:
        raise self.error

    def close(self) -> None:
        """Close nothing."""

    def open_log(self, path: Path, patience: float) -> sqlite3.Connection:
        raise TroubleError(str(self.error))


def filled(path: Path, count: int) -> bytes:
    """Write a log with entries of all sizes and return the bytes of its file."""
    store = Store(path)
    for number in range(count):
        store.append(
            Verb.INTERACTED,
            course="course",
            lesson=f"l{number % 3}",
            language="en",
            block="train.py",
            source=f"x = {number}\n" * (number * 3 if number % 4 == 0 else 1),
        )
    store.close()
    return path.read_bytes()


def damaged(data: bytes, random: Random) -> bytes:
    """Return the bytes of a file with one of the damages that disks and people do."""
    found = bytearray(data)
    match random.choice(["flip", "flip", "cut", "overwrite", "zero"]):
        case "flip":
            for _ in range(random.choice([1, 4, 16, 64])):
                found[random.randrange(len(found))] ^= 1 << random.randrange(8)
        case "cut":
            del found[random.randrange(len(found)) :]
        case "overwrite":
            start = random.randrange(len(found) // 4096) * 4096
            found[start : start + 4096] = random.randbytes(4096)
        case _:
            start = random.randrange(len(found))
            found[start : start + 10_000] = bytes(len(found[start : start + 10_000]))
    return bytes(found)


def test_a_damaged_file_loses_only_what_is_damaged(tmp_path: Path) -> None:
    random, count = Random(7), 200
    data = filled(tmp_path / "progress.db", count)
    for number in range(40):
        path = tmp_path / str(number) / "progress.db"
        path.parent.mkdir()
        path.write_bytes(damaged(data, random))
        whole = len(path.read_bytes()) == len(data)
        store = Store(path)
        kept = len(list(store.events()))
        assert not store.trouble
        store.identity()
        store.last(Verb.INTERACTED)
        store.append(Verb.PROGRESSED, course="course", block="new")
        assert [event.block for event in store.events()][-1] == "new"
        if kept < count:
            assert store.set_aside is not None
            assert store.set_aside.file.exists()
            assert store.set_aside.kept - kept in (0, 1)  # a learner's name may have changed
            assert kept + store.set_aside.lost >= count - 1 or not whole
            assert kept > count * 0.8 or not whole
        store.close()
        again = Store(path)
        assert again.set_aside is None  # told once
        assert len(list(again.events())) == kept + 1
        again.close()


COLUMNS = ("id", "time", "learner", "course", "lesson", "language", "block", "verb", "payload")
GARBAGE = ("x'ff00fe'", "CAST(x'c328' AS TEXT)")


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_a_column_costs_one_row(tmp_path: Path, column: str, garbage: str) -> None:
    path = tmp_path / "progress.db"
    filled(path, 12)
    with sqlite3.connect(path) as connection:
        connection.execute(
            f"UPDATE event SET {column} = {garbage} WHERE id IN (SELECT id FROM event LIMIT 1 OFFSET 5)"
        )
    connection.close()
    store = Store(path)
    fold(store.events("course", "l2"))
    assert store.identity()
    assert store.last(Verb.INTERACTED) is not None
    assert len(list(store.events())) == 11
    assert store.set_aside is not None
    assert (store.set_aside.kept, store.set_aside.lost) == (11, 1)


@pytest.mark.parametrize(
    "payload",
    ["[" * 100_000, '{"a": ' * 100_000, "[1]", "nul", '{"run": {"exit": 3}}', '{"source": 3}'],
    ids=["list", "table", "no table", "no json", "run", "source"],
)
def test_payloads_of_any_shape_are_skipped_or_change_nothing(tmp_path: Path, payload: str) -> None:
    path = tmp_path / "progress.db"
    filled(path, 6)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE event SET payload = ? WHERE id IN (SELECT id FROM event LIMIT 1)", (payload,)
        )
    connection.close()
    store = Store(path)
    assert len(fold(store.events()).code) == 1
    assert len(list(store.events())) >= 5


def test_ids_that_only_look_like_ones_cost_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    filled(path, 12)
    with sqlite3.connect(path) as connection:
        rows = [key for (key,) in connection.execute("SELECT id FROM event ORDER BY id")]
        for sign, key in (("-", rows[0]), ("z", rows[-1])):
            connection.execute("UPDATE event SET id = replace(?, '0', ?) WHERE id = ?", (PATTERN, sign, key))
    connection.close()
    store = Store(path)
    assert store.identity() == rows[1]
    store.append(Verb.PROGRESSED, course="course", block="new")
    assert len(list(store.events())) == 11


PATTERN = "00000000-0000-7000-8000-000000000000"


def test_a_trigger_does_not_delete_behind_our_back(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    filled(path, 6)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER bad AFTER INSERT ON event BEGIN DELETE FROM event; END")
    connection.close()
    store = Store(path)
    assert store.set_aside is not None
    assert "bad" in store.set_aside.reason
    assert (store.set_aside.kept, store.set_aside.lost) == (6, 0)
    store.append(Verb.PROGRESSED, course="course")
    assert len(list(store.events())) == 7


def test_rows_in_a_damaged_write_ahead_log_are_found(tmp_path: Path) -> None:
    first = Store(tmp_path / "progress.db")
    for number in range(50):
        first.append(Verb.PROGRESSED, course="c", block=str(number))
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("progress.db", "progress.db-wal"):
        (copy / name).write_bytes((tmp_path / name).read_bytes())
    ahead = bytearray((copy / "progress.db-wal").read_bytes())
    ahead[100] ^= 1  # SQLite believes nothing from here on
    (copy / "progress.db-wal").write_bytes(ahead)
    assert len(list(Store(copy / "progress.db").events())) == 50


def test_a_write_ahead_log_with_lost_rows_is_set_aside_untouched(tmp_path: Path) -> None:
    first = Store(tmp_path / "progress.db")
    for number in range(5):
        first.append(Verb.PROGRESSED, course="c", block=f"block-{number}")
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "progress.db").write_bytes((tmp_path / "progress.db").read_bytes())
    ahead = (tmp_path / "progress.db-wal").read_bytes().replace(b"block-3", b"\xff" * 7)
    (copy / "progress.db-wal").write_bytes(ahead)
    store = Store(copy / "progress.db")
    assert [event.block for event in store.events()] == [f"block-{number}" for number in (0, 1, 2, 4)]
    assert store.set_aside is not None
    assert (store.set_aside.kept, store.set_aside.lost) == (4, 1)
    aside = store.set_aside.file
    assert aside.with_name(aside.name + "-wal").read_bytes() == ahead


def test_damage_that_shows_while_the_file_is_open_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    filled(path, 100)
    store = Store(path)
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 3] = bytes(4096 * 2)
    with path.open("r+b") as file:
        file.write(data)
    os.utime(path)
    events = list(store.events())
    store.append(Verb.PROGRESSED, course="course", block="new")
    assert len(list(store.events())) == len(events) + 1
    assert not store.trouble


def test_a_file_that_is_taken_away_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    store = Store(path)
    store.append(Verb.PROGRESSED, course="c", block="1")
    for part in tmp_path.glob("progress.db*"):
        part.unlink()
    store.append(Verb.PROGRESSED, course="c", block="2")
    store.close()
    assert [event.block for event in Store(path).events()] == ["1", "2"]


def test_a_window_takes_its_old_rows_into_no_other_file(tmp_path: Path) -> None:
    path, other = tmp_path / "progress.db", tmp_path / "other.db"
    for file, block in ((path, "old"), (other, "of the other")):
        store = Store(file)
        store.append(Verb.PROGRESSED, course="c", block=block)
        store.close()
    ours = Store(path)
    for part in tmp_path.glob("progress.db-*"):
        part.rename(tmp_path / f"old-{part.name}")
    other.replace(path)
    ours.append(Verb.PROGRESSED, course="c", block="new")
    assert [event.block for event in ours.events()] == ["of the other", "new"]


def test_a_window_goes_on_in_the_file_that_another_has_repaired(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    filled(path, 20)
    ours = Store(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE event SET payload = '{broken' WHERE id IN (SELECT id FROM event LIMIT 1)")
    connection.close()
    theirs = Store(path)
    assert len(list(theirs.events())) >= 19  # the write-ahead log may still hold the row as it was
    assert theirs.set_aside is not None
    ours.append(Verb.PROGRESSED, course="course", block="ours")
    assert [event.block for event in theirs.events()][-1] == "ours"
    assert ours.set_aside is None


def test_a_window_that_meets_damage_that_another_has_repaired_sets_nothing_aside(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    filled(path, 20)
    ours = Store(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE event SET payload = '{broken' WHERE id IN (SELECT id FROM event LIMIT 1)")
    connection.close()
    theirs = Store(path)
    kept = list(theirs.events())
    assert theirs.set_aside is not None
    assert list(ours.events()) == kept
    assert (ours.set_aside, ours.trouble) == (None, "")


def test_a_clock_that_was_set_back_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "progress.db"
    store = Store(path)
    store.append(Verb.INTERACTED, course="c", lesson="l", block="a.py", source="old")
    store.close()
    monkeypatch.setattr("evoclass.learner.event.CLOCK._last", 0)  # another process begins
    hour_ago = time.time_ns() - 3600 * 10**9
    monkeypatch.setattr("time.time_ns", lambda: hour_ago)
    later = Store(path)
    later.append(Verb.INTERACTED, course="c", lesson="l", block="a.py", source="new")
    assert fold(later.events("c", "l")).code == {"a.py": "new"}


def test_an_impossible_id_does_not_stop_the_clock(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    filled(path, 3)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE event SET id = 'ffffffff-ffff-7fff-bfff-ffffffffffff' WHERE id IN (SELECT id FROM event LIMIT 1)"
        )
    connection.close()
    store = Store(path)
    one, two = (store.append(Verb.PROGRESSED, course="course") for _ in range(2))
    assert one.id < two.id < "1"


def test_halves_of_characters_are_written_out(tmp_path: Path) -> None:
    store = Store(tmp_path / "progress.db")
    store.append(
        Verb.ATTEMPTED, course="file:/\udcff", lesson="\ud800", block="\udfff", run={"output": ["\ud83d"]}
    )
    (event,) = store.events("file:/\udcff")
    assert event.payload == {"run": {"output": ["\\ud83d"]}}
    assert not store.trouble


def test_news_are_what_other_windows_wrote(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    ours, theirs = Store(path), Store(path)
    ours.append(Verb.PROGRESSED, course="c", lesson="l", block="ours")
    assert ours.news("c") == []
    theirs.append(Verb.PROGRESSED, course="c", lesson="l", block="theirs")
    theirs.append(Verb.PROGRESSED, course="c", lesson="other", block="beside")
    theirs.append(Verb.PROGRESSED, course="other", lesson="l", block="elsewhere")
    assert [event.block for event in ours.news("c")] == ["theirs", "beside"]
    assert ours.news("c") == []
    assert [event.block for event in theirs.news("c")] == ["ours"]


def test_news_wait_for_whoever_looks_an_hour_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "progress.db"
    ours, theirs = Store(path), Store(path)
    assert ours.news("c") == []
    theirs.append(Verb.PROGRESSED, course="c", lesson="l", block="theirs")
    later = time.time_ns() + 3600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert [event.block for event in ours.news("c")] == ["theirs"]
    assert ours.news("c") == []


def test_one_damaged_row_leaves_the_others_readable(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    store = Store(path)
    for number in range(3):
        store.append(Verb.PROGRESSED, course="c", block=str(number))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE event SET payload = '{broken' WHERE block = '1'")
    connection.close()
    assert [event.block for event in store.events()] == ["0", "2"]


def test_what_became_of_a_damaged_file_is_said() -> None:
    def said(kept: int, lost: int) -> str:
        return SetAside(Path("old.db"), "cut", newer=False, kept=kept, lost=lost).said(Catalog("en"))

    assert "untouched" in said(0, 0)
    assert "7 entries were moved to a new file; 0 could" in said(7, 0)
    assert "0 entries were moved to a new file; 3 could" in said(0, 3)


# ------------------------------------------------------------------------------------------ rows by their shape


def written(path: Path, texts: list[str], page: int = 4096) -> tuple[sqlite3.Connection, dict[str, Event]]:
    """Make a log with an entry for each text; return it open, as it lies in the write-ahead log, with its entries."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA page_size = {page}")
        connection.execute("VACUUM")
    connection.close()
    connection = open_log(path, 0.0)
    clock = Clock()
    events = [
        Event(clock.next(), now(), "me", "course", "", "", "train.py", Verb.INTERACTED, {"source": text})
        for text in texts
    ]
    connection.execute("BEGIN")
    connection.executemany(INSERT, [event.row() for event in events])
    connection.execute("COMMIT")
    return connection, {event.id: event for event in events}


def payloads(events: dict[str, Event]) -> dict[str, object]:
    return {key: event.payload for key, event in events.items()}


@pytest.mark.parametrize("place", ["file", "write-ahead log"])
@pytest.mark.parametrize("page", [1024, 4096, 65536])
def test_rows_of_every_length_are_found_on_pages_of_every_size(tmp_path: Path, page: int, place: str) -> None:
    path = tmp_path / "progress.db"
    most = (page - 12) * 64 // 255 - 23  # bytes of a row that stay together: sqlite.org/fileformat2.html
    lengths = [most + turn * (page - 4) - rest for turn in range(3) for rest in range(90, 150)]
    texts = ["", *("x" * length for length in lengths if length < 20_000)]
    connection, events = written(path, texts, page)
    if place == "write-ahead log":  # nothing of it was moved into the file yet
        ahead = path.with_name("progress.db-wal").read_bytes()
        path = tmp_path / "copy.db"
        path.write_bytes(bytes(4096))
        path.with_name("copy.db-wal").write_bytes(ahead)
    connection.close()
    found = rescue(path)
    assert (payloads(found.events), found.lost) == (payloads(events), set())


def test_a_row_that_just_stays_together_is_found_at_the_end_of_its_page(tmp_path: Path) -> None:
    connection, events = written(tmp_path / "short.db", ["x" * 100])
    connection.close()
    [row] = [event.row() for event in events.values()]
    head = 11  # bytes that tell the lengths of the columns
    for more in (-1, 0, 1):
        path = tmp_path / f"{more}.db"
        text = "x" * (1002 + more - head - len("".join(row)) + 100)  # pages of 4096 bytes take 1002 of a row
        connection, events = written(path, [text])
        connection.close()
        assert payloads(rescue(path).events) == payloads(events)


@pytest.mark.parametrize("noise", [b"\0", b"\xff", b"\x12\x34"])
def test_rows_are_found_behind_a_head_that_is_overwritten(tmp_path: Path, noise: bytes) -> None:
    path = tmp_path / "progress.db"
    connection, events = written(path, ["x" * length for length in range(0, 10_000, 500)])
    connection.close()
    data = path.read_bytes()
    path.write_bytes(noise * (100 // len(noise)) + data[100:])
    found = rescue(path)
    assert (payloads(found.events), found.lost) == (payloads(events), set())


def test_of_rows_that_are_gone_the_index_tells(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    connection, events = written(path, [f"x = {number}" for number in range(200)])
    connection.close()
    data = path.read_bytes()
    pages = [data[start : start + 4096] for start in range(0, len(data), 4096)]
    rows = [number for number, page in enumerate(pages) if b"train.py" in page]
    for number in rows[::2]:
        pages[number] = bytes(4096)
    path.write_bytes(b"".join(pages))
    found = rescue(path)
    assert 0 < len(found.events) < 200
    assert found.lost == events.keys() - found.events.keys()


def test_an_id_in_a_text_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    connection, events = written(path, ["before", f"as in {Clock().next()}, for one", "after"])
    connection.close()
    found = rescue(path)
    assert (payloads(found.events), found.lost) == (payloads(events), set())


@pytest.mark.parametrize("damaged", ["progress.db", "progress.db-wal"])
def test_a_long_row_is_read_from_the_file_or_the_write_ahead_log(tmp_path: Path, damaged: str) -> None:
    connection, events = written(tmp_path / "progress.db", ["print(1) " * 2000])
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # now both have it
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("progress.db", "progress.db-wal"):
        (copy / name).write_bytes((tmp_path / name).read_bytes())
    connection.close()
    data = (copy / damaged).read_bytes()
    assert b"print" in data
    (copy / damaged).write_bytes(data.replace(b"print", b"\xff" * 5))
    found = rescue(copy / "progress.db")
    assert (payloads(found.events), found.lost) == (payloads(events), set())


def test_of_a_row_that_was_changed_the_newest_state_counts(tmp_path: Path) -> None:
    connection, events = written(tmp_path / "progress.db", ["x"])
    for number in range(3):
        connection.execute("UPDATE event SET payload = ?", (f'{{"source":"{number}"}}',))
    found = rescue(tmp_path / "progress.db")
    connection.close()
    assert payloads(found.events) == {key: {"source": "2"} for key in events}


@pytest.mark.timeout(20)
def test_a_chain_of_pages_that_bites_its_tail_ends(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    connection, events = written(path, ["x" * 10_000 + "the end"])
    connection.close()
    data = bytearray(path.read_bytes())
    start = data.index(b"the end") // 4096 * 4096
    assert data[start : start + 4] == bytes(4)
    data[start : start + 4] = (start // 4096 + 1).to_bytes(4, "big")
    path.write_bytes(data)
    assert payloads(rescue(path).events) == payloads(events)
    path.write_bytes(data[: start + 4])
    found = rescue(path)
    assert (found.events, found.lost) == ({}, events.keys())


# ------------------------------------------------------------------------------------------------------- ids


MOMENT = 0x0192ABCD0A23 * 1_000_000
"""Nanoseconds since 1970."""


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of the machine."""
    monkeypatch.setattr("time.time_ns", lambda: MOMENT)


@pytest.mark.usefixtures("still")
def test_ids_of_one_moment_sort_and_tell_it() -> None:
    clock = Clock()
    keys = [clock.next() for _ in range(5000)]
    assert all(map(ID.match, keys))
    assert keys[0].startswith("0192abcd-0a23-7000-")
    steps = [key[:18] for key in keys]
    assert sorted(set(steps)) == steps
    assert steps[-1].startswith("0192abcd-0a24-")


def test_ids_go_on_right_after_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    for nanoseconds in (*range(0, 1_000_000, 24_400), 999_999):
        monkeypatch.setattr("time.time_ns", lambda: MOMENT + nanoseconds)  # noqa: B023
        key = Clock().next()
        monkeypatch.setattr("time.time_ns", lambda: 0)
        clock = Clock()
        clock.goes_on_from(key)
        later = clock.next()
        assert ID.match(later)
        assert key[:18] < later[:18]
        clock.goes_on_from("00000000-0000-7000-8000-000000000000")
        assert clock.next()[:18] > later[:18]
    for key, step in (("0a23-7000", "0a23-7001"), ("0a23-7fff", "0a24-7000")):
        clock = Clock()
        clock.goes_on_from(f"0192abcd-{key}-bfff-ffffffffffff")
        assert clock.next()[:18] == f"0192abcd-{step}"


def test_ids_of_the_last_seconds_are_told_from_older_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    def at(second: int) -> Clock:
        monkeypatch.setattr("time.time_ns", lambda: MOMENT + second * 10**9)
        return Clock()

    keys = [at(second).next() for second in (-1, 1)]
    before = at(60).before(60.0)
    assert keys[0] < before < keys[1]


# ----------------------------------------------------------------------------------------------------- locks


class Waiting:
    """A clock on which a pause takes a second, and gives back a lock at one of them."""

    def __init__(self, held: int | None, until: int) -> None:
        self.held, self.until, self.seconds = held, until, 0

    def monotonic(self) -> float:
        return float(self.seconds)

    def sleep(self, _: float) -> None:
        self.seconds += 1
        if self.seconds == self.until and self.held is not None:
            os.close(self.held)


def test_a_system_gets_only_the_flags_that_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    opens = os.open

    def opened(path: Path, flags: int, mode: int) -> int:
        given.append(flags)
        return opens(path, flags, mode)

    monkeypatch.setattr("os.open", opened)
    for name in ("O_NONBLOCK", "O_CLOEXEC"):
        monkeypatch.delattr(os, name, raising=False)
    with locked(tmp_path / "lock"):
        assert given == [os.O_RDWR | os.O_CREAT]


def test_a_lock_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    path = tmp_path / "lock"
    with locked(path):
        assert path.stat().st_mode & 0o077 == 0
    held = os.open(path, os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    clock = Waiting(held, until=3)
    monkeypatch.setattr("evoclass.disk.locked.time", clock)
    with locked(path):
        assert clock.seconds == 3
        with pytest.raises(TimeoutError), locked(path):
            pass


def test_a_lock_is_waited_for_with_the_means_of_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = [OSError("taken"), OSError("taken"), None]

    def locking(*_: int) -> None:
        if (error := tries.pop(0)) is not None:
            raise error

    clock = Waiting(None, until=0)
    monkeypatch.setattr("evoclass.disk.locked.time", clock)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_NBLCK=2, locking=locking))
    monkeypatch.setattr("sys.platform", "win32")
    with locked(tmp_path / "lock"):
        assert clock.seconds == 2
