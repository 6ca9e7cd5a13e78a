"""The event log keeps what it acknowledged, whatever happens to the process or the file."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from evoclass.errors import ProgressError
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


def test_folder_that_cannot_be_used_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "progress.db").mkdir()
    with pytest.raises(ProgressError, match=r"progress\.db"):
        Store(tmp_path / "progress.db")


def test_one_damaged_row_leaves_the_others_readable(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    store = Store(path)
    for number in range(3):
        store.append(Verb.PROGRESSED, course="c", block=str(number))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE event SET payload = '{broken' WHERE block = '1'")
    connection.close()
    assert [event.block for event in store.events()] == ["0", "2"]
