"""An index of the words in lessons, kept between starts; it can be made again, so a damaged one is."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from evoclass.disk.transaction import transaction
from evoclass.model import Lesson, LessonEntry, Span, inlines, walk
from evoclass.reading.blocktext import block_text
from evoclass.reading.questionindex import stamp_of
from evoclass.reading.spots import spots
from evoclass.wording.folding import folded

VERSION = 3
"""Version of the index; raise it when its tables or the words of blocks change."""

ROWS = 1 << 20
"""Most rows of one file; the number of a row tells its file."""

WAIT = 10.0
"""Seconds to wait for another process that writes."""

SHORTEST = 2
"""Letters of a word that may be the beginning of a longer one: one letter alone would match half of a course."""

TERMS = 3
"""Most places that tell what a term means."""

ARTICLE = 3
"""Most letters of a word before a term that is not a part of it: “the axis”, “l'asse”."""

SNIPPET = 24
"""Words of a found text that are shown."""

BEGIN, END = "\x02", "\x03"
"""Signs around the found words of a text; lessons cannot hold them."""

_SIGNS = re.compile(f"[{BEGIN}{END}]")
_WORDS = re.compile(r"[^\W_]+")

_TABLES = """
CREATE TABLE file (
    id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, stamps TEXT NOT NULL, language TEXT NOT NULL
);
CREATE VIRTUAL TABLE passage USING fts5 (
    text, heading, terms, block UNINDEXED, path UNINDEXED, line UNINDEXED,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
"""

_FIND = """
SELECT file.path, file.language, passage.block, passage.heading, passage.path, passage.line,
       snippet(passage, 0, ?, ?, '…', ?)
FROM passage JOIN file ON file.id = passage.rowid / ?
WHERE passage MATCH ? AND (? = '' OR file.language = ?)
ORDER BY bm25(passage, 1.0, 6.0, 3.0) LIMIT ?
"""


_FIND_TERMS = """
SELECT file.path, file.language, passage.block, passage.heading, passage.path, passage.line,
       snippet(passage, 0, ?, ?, '…', ?), passage.terms
FROM passage JOIN file ON file.id = passage.rowid / ?
WHERE passage MATCH ? AND (? = '' OR file.language = ?)
ORDER BY passage.rowid
"""


class Passage(NamedTuple):
    """A block in which words were found."""

    file: str
    """The lesson's file."""
    language: str
    block: str
    heading: str
    path: str
    """The file that has the block: the lesson's, or one that it includes."""
    line: int
    text: str
    """The part of its text that has the words, each between `BEGIN` and `END`."""
    is_term: bool = False
    """Whether the words are a term that is introduced here: they are in bold."""


def query_of(typed: str) -> str:
    """Return an FTS5 query for words that were typed: all of them, in any order, the beginnings of words too.

    No sign has a meaning of its own; `x_train` is two words next to each other.
    """
    found = []
    for typed_word in typed.split():
        words = _WORDS.findall(typed_word)
        if words:
            found.append(f'"{" ".join(words)}"' + ("*" if len(words[-1]) >= SHORTEST else ""))
    return " ".join(found)


class SearchIndex:
    """The words of some folders' lessons."""

    def __init__(self, cache: Path | None, folders: Iterable[Path], names: Iterable[str]) -> None:
        """Without a cache folder, the index is made in memory; `names` are those of all directives."""
        key = "\0".join((*(os.fsdecode(folder.absolute()) for folder in folders), "", *sorted(names)))
        name = hashlib.sha256(os.fsencode(key)).hexdigest()[:20]
        self._file = cache / f"search-{name}.db" if cache is not None else None
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()
        """Held for a moment each time, so that one thread can search while another brings the index up to date."""

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def update(
        self,
        entries: Iterable[LessonEntry],
        read: Callable[[Path], Lesson],
        progress: Callable[[int, int], object] = lambda done, total: None,
    ) -> None:
        """Read the lessons that are new or have changed, and forget those that are gone."""
        wanted = {str(entry.path.absolute()): entry for entry in entries if entry.problem is None}
        self._carefully(lambda: self._update(wanted, read, progress))

    def find(self, typed: str, language: str = "", most: int = 50) -> list[Passage]:
        """Return where words stand, the best places first."""
        query = query_of(typed)
        if not query:
            return []
        values = (BEGIN, END, SNIPPET, ROWS, query, language, language, most)

        def find() -> list[tuple[Any, ...]]:
            with self._lock:
                return self._open().execute(_FIND, values).fetchall()

        rows = self._carefully(find)
        return [Passage(*row) for row in rows]

    def terms(self, typed: str, language: str = "") -> list[Passage]:
        """Return where the words are introduced as a term, in bold; each term once, where it comes first."""
        query = query_of(typed)
        if not query:
            return []
        values = (
            BEGIN,
            END,
            SNIPPET,
            ROWS,
            f"(terms : ({query})) AND (text : ({query}))",
            language,
            language,
        )

        def find() -> list[tuple[Any, ...]]:
            with self._lock:
                return self._open().execute(_FIND_TERMS, values).fetchall()

        found = []
        for *row, terms in self._carefully(find):
            if any(_is_term(typed, term) for term in terms.split("\n")):
                found.append(Passage(*row)._replace(is_term=True))
        return found

    # ------------------------------------------------------------------------------------------------ the file

    def _carefully(self, act: Callable[[], list[tuple[Any, ...]] | None]) -> list[tuple[Any, ...]]:
        """Do something with the index; a damaged one is removed, and the second try finds an empty one."""
        try:
            return act() or []
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "interrupted" in str(error):
                return []  # another process is making it
        except sqlite3.Error:
            pass
        self._remove()
        try:
            return act() or []
        except sqlite3.Error:
            self.close()
            self._file = None  # the disk takes nothing: the index is in memory from now on
            return act() or []

    def _remove(self) -> None:
        self.close()
        if self._file is not None:
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(OSError):
                    self._file.with_name(self._file.name + suffix).unlink()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            if self._file is not None:
                with contextlib.suppress(OSError):
                    self._file.parent.mkdir(parents=True, exist_ok=True)
            place = str(self._file) if self._file is not None else ":memory:"
            # One thread at a time uses it; the screen's are not always the same.
            self._connection = sqlite3.connect(
                place, timeout=WAIT, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = OFF")
            if self._version() != VERSION:
                self._make()
        return self._connection

    def _version(self) -> int:
        assert self._connection is not None
        version: int = self._connection.execute("PRAGMA user_version").fetchone()[0]
        return version

    def _make(self) -> None:
        assert self._connection is not None
        with transaction(self._connection):
            if self._version() == VERSION:
                return  # another process was faster
            for name in ("file", "passage"):
                self._connection.execute(f"DROP TABLE IF EXISTS {name}")
            for statement in _TABLES.split(";"):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {VERSION}")

    # ------------------------------------------------------------------------------------------------- its rows

    def _update(
        self,
        wanted: dict[str, LessonEntry],
        read: Callable[[Path], Lesson],
        progress: Callable[[int, int], object],
    ) -> None:
        with self._lock:
            connection = self._open()
            known = dict(connection.execute("SELECT path, stamps FROM file").fetchall())
        gone = [path for path in known if path not in wanted]
        changed = [path for path in wanted if not _is_fresh(path, known.get(path))]
        for path in gone:
            with self._lock, transaction(connection):
                self._forget(connection, path)
        for done, path in enumerate(changed):
            progress(done, len(changed))
            # The stamp is older than what is read: a change meanwhile is found the next time.
            before = stamp_of(Path(path))
            lesson = read(Path(path))
            # One lesson a transaction, so that another process waits only for a moment.
            with self._lock, transaction(connection):
                self._forget(connection, path)
                self._put(connection, path, before, lesson)
        if changed:
            progress(len(changed), len(changed))

    @staticmethod
    def _forget(connection: sqlite3.Connection, path: str) -> None:
        row = connection.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
        if row is not None:
            first = row[0] * ROWS
            connection.execute("DELETE FROM passage WHERE rowid BETWEEN ? AND ?", (first, first + ROWS - 1))
            connection.execute("DELETE FROM file WHERE id = ?", row)

    @staticmethod
    def _put(connection: sqlite3.Connection, path: str, before: tuple[int, int], lesson: Lesson) -> None:
        others = {str(file): stamp_of(file) for file in lesson.files}
        stamps = json.dumps({path: before, **others})
        values = (path, stamps, lesson.language)
        number = connection.execute(
            "INSERT INTO file (path, stamps, language) VALUES (?, ?, ?)", values
        ).lastrowid
        assert number is not None
        rows = [
            (number * ROWS + count, *_without_signs(row))
            for count, row in enumerate(_rows(path, lesson))
            if count < ROWS
        ]
        connection.executemany(
            "INSERT INTO passage (rowid, text, heading, terms, block, path, line) VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def _is_term(typed: str, term: str) -> bool:
    """Whether what was typed is a term, or its beginning; an article before it does not count."""
    wanted, words = _WORDS.findall(folded(typed)), _WORDS.findall(folded(term))
    if len(words) == len(wanted) + 1 and len(words[0]) <= ARTICLE:
        words = words[1:]
    return (
        bool(wanted)
        and len(words) == len(wanted)
        and words[:-1] == wanted[:-1]
        and words[-1].startswith(wanted[-1])
    )


def _rows(path: str, lesson: Lesson) -> Iterator[tuple[str, str, str, str, str, int]]:
    """Yield the text, heading, terms, id, file and line of the title and of each block."""
    first = lesson.blocks[0].id if lesson.blocks else ""
    yield lesson.title, lesson.title, "", first, path, 1
    for spot in spots(lesson):
        if text := block_text(spot.block):
            passage = lesson.passage(spot.block.line) if lesson.passages else None
            place, line = path, spot.block.line
            if passage is not None:
                place, line = str(passage.path), line - passage.first + 1
            # A term that a course introduces is in bold where it is told what it is.
            terms = "\n".join(
                " ".join(item.text.split())
                for block in walk((spot.block,))
                for item in inlines(block)
                if isinstance(item, Span) and "strong" in item.marks
            )
            yield text, spot.heading or lesson.title, terms, spot.id, place, line


def _without_signs(row: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return tuple(
        _SIGNS.sub("", value).encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for value in row
    )


def _is_fresh(path: str, stamps: str | None) -> bool:
    """Whether a lesson's files are as they were when it was read."""
    if stamps is None:
        return False
    try:
        kept = json.loads(stamps)
        return path in kept and all(list(stamp_of(Path(file))) == stamp for file, stamp in kept.items())
    except (ValueError, AttributeError, TypeError):
        return False
