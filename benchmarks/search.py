"""Search over 1,000 lessons, in processor time, beside grep over the files and SQLite's LIKE over the same texts."""

from __future__ import annotations

import os
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from library import LESSONS, make_course
from row import report

from evoclass.learner.searching import Searching
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

TURNS = 10
"""Turns of each query: the clock of a processor's time has steps of 10 ms."""

QUERIES = (
    "gradient",
    "grad",
    "learning rate",
    "perche",
    "frozen base",
    "accuracy 93",
    "so",
    "optimizer.zero_grad",
    "zebra",
    "qual è il tasso",
)


def busy(task: Callable[[], object]) -> float:
    """Return the processor time of a task and its processes in milliseconds; other processes do not affect it."""
    before = os.times()
    task()
    return sum(now - then for now, then in zip(os.times()[:4], before[:4], strict=True)) * 1000


def median_of(task: Callable[[str], object]) -> tuple[float, float]:
    """Return the median and the longest time of all queries, each the mean of some turns."""

    def turns(query: str) -> None:
        for _ in range(TURNS):
            task(query)

    took = [busy(lambda query=query: turns(query)) / TURNS for query in QUERIES]
    return statistics.median(took), max(took)


def grep(folder: Path, query: str) -> None:
    """Find the files' lines with the first word, as a person would."""
    command = ["grep", "-rinF", "--include=*.md", query.split()[0], str(folder)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)


def like(connection: sqlite3.Connection, query: str) -> None:
    """Find the blocks with all words by comparing each text, as many as there are: the best of them are wanted."""
    words = query.split()
    where = " AND ".join("text LIKE ?" for _ in words)
    values = [f"%{word}%" for word in words]
    connection.execute(f"SELECT path, line FROM plain WHERE {where}", values).fetchall()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        course, cache = Path(name) / "course", Path(name) / "cache"
        make_course(course)
        cache.mkdir()
        parser = Parser(Plugins())
        library = Library([course], parser)
        searching = Searching(library, parser, cache)
        places = searching.entries()
        assert len(places) == LESSONS, len(places)

        def update() -> None:
            searching.update(entry for _, entry in places.values())

        first = busy(update) / 1000
        again = busy(lambda: [update() for _ in range(TURNS)]) / TURNS
        assert searching.lessons("gradient", "en", places)
        ours, longest = median_of(lambda query: searching.lessons(query, "en", places))
        searching.close()
        (made,) = cache.glob("search-*.db")
        connection = sqlite3.connect(Path(name) / "plain.db")
        connection.execute("ATTACH ? AS made", (str(made),))
        connection.execute("CREATE TABLE plain AS SELECT text, path, line FROM made.passage")
        by_like, _ = median_of(lambda query: like(connection, query))
        report(f"search {LESSONS} lessons", ours, "ms", 1.0, "SQLite LIKE", by_like)
        if shutil.which("grep"):
            by_grep, _ = median_of(lambda query: grep(course, query))
            report(f"search {LESSONS} lessons", ours, "ms", 1.0, "grep", by_grep)
        report("the slowest of the queries", longest, "ms", 50)
        report("see that nothing has changed", again, "ms", 50)
        report("make the index", first, "s", 300)


if __name__ == "__main__":
    main()
