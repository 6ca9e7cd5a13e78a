"""A block that changes a SQLite file, and whatever may end it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from evoclass.disk.transaction import transaction


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    made = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    made.execute("PRAGMA foreign_keys = on")
    made.execute("CREATE TABLE number (value PRIMARY KEY)")
    made.execute("CREATE TABLE pair (value REFERENCES number DEFERRABLE INITIALLY DEFERRED)")
    return made


def numbers(connection: sqlite3.Connection) -> list[int]:
    return [value for (value,) in connection.execute("SELECT value FROM number")]


def test_all_of_it_is_kept(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO number VALUES (1)")
        connection.execute("INSERT INTO number VALUES (2)")
    assert numbers(connection) == [1, 2]


def put(
    connection: sqlite3.Connection, table: str, value: int, error: type[BaseException] | None = None
) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO number VALUES (1)")
        connection.execute(f"INSERT INTO {table} VALUES (?)", (value,))
        if error is not None:
            raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_kept_of_a_block_that_fails_or_is_left(
    connection: sqlite3.Connection, error: type[BaseException]
) -> None:
    with pytest.raises(error):
        put(connection, "number", 2, error)
    assert not connection.in_transaction
    assert numbers(connection) == []


def test_nothing_is_kept_where_the_end_is_refused_and_the_next_block_works(
    connection: sqlite3.Connection,
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        put(connection, "pair", 7)  # points at nothing, which is seen only at the end
    assert numbers(connection) == []
    put(connection, "number", 3)
    assert numbers(connection) == [1, 3]
