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

import pytest

from evoclass.logfile import TroubleError, open_log
from evoclass.progress import fold
from evoclass.store import Store, Verb


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
from evoclass.store import Store, Verb
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


def test_newer_file_is_set_aside_untouched(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE event (shape TEXT)")
        connection.execute("INSERT INTO event VALUES ('of the future')")
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    store = Store(path)
    assert store.set_aside is not None
    assert store.set_aside.newer
    assert "99" in store.set_aside.reason
    kept = sqlite3.connect(store.set_aside.file)
    assert kept.execute("SELECT shape FROM event").fetchall() == [("of the future",)]


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
    monkeypatch.setattr("evoclass.store.RETRY", 0.0)
    path = tmp_path / "progress.db"
    store = Store(path)
    store.append(Verb.PROGRESSED, course="c", block="before")
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    good, broken = store._connection, FullDisk(full)
    store._connection = broken  # type: ignore[assignment]
    monkeypatch.setattr("evoclass.store.open_log", broken.open_log)
    store.append(Verb.PROGRESSED, course="c", block="first")
    assert "full" in store.trouble
    store.append(Verb.PROGRESSED, course="c", block="second")
    assert [event.block for event in store.events()] == ["before", "first", "second"]
    good.close()
    assert [event.block for event in Store(path).events()] == ["before"]
    monkeypatch.setattr("evoclass.store.open_log", open_log)
    store.append(Verb.PROGRESSED, course="c", block="third")
    assert not store.trouble
    store.close()
    assert [event.block for event in Store(path).events()] == ["before", "first", "second", "third"]


class FullDisk:
    """A connection that takes nothing."""

    def __init__(self, error: sqlite3.Error) -> None:
        self.error = error

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


def test_a_trigger_does_not_delete_behind_our_back(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    filled(path, 6)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER bad AFTER INSERT ON event BEGIN DELETE FROM event; END")
    connection.close()
    store = Store(path)
    assert store.set_aside is not None
    assert "bad" in store.set_aside.reason
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


def test_a_clock_that_was_set_back_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "progress.db"
    store = Store(path)
    store.append(Verb.INTERACTED, course="c", lesson="l", block="a.py", source="old")
    store.close()
    monkeypatch.setattr("evoclass.event.CLOCK._last", 0)  # another process begins
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
    assert ours.news("c", "l") == []
    theirs.append(Verb.PROGRESSED, course="c", lesson="l", block="theirs")
    theirs.append(Verb.PROGRESSED, course="c", lesson="other", block="elsewhere")
    assert [event.block for event in ours.news("c", "l")] == ["theirs"]
    assert ours.news("c", "l") == []
    assert [event.block for event in theirs.news("c", "l")] == ["ours"]


def test_one_damaged_row_leaves_the_others_readable(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    store = Store(path)
    for number in range(3):
        store.append(Verb.PROGRESSED, course="c", block=str(number))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE event SET payload = '{broken' WHERE block = '1'")
    connection.close()
    assert [event.block for event in store.events()] == ["0", "2"]
