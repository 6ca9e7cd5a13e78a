"""Finds the place of a problem in its paragraph: searches the block's lines for a link, an image or a role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from evoclass.errors import Problem
from evoclass.reading import source
from evoclass.reading.lessonfiles import read_file

LINKS = ("]({target}", "](<{target}", "]:{target}", "]: {target}", "]: <{target}", "<{target}>")

NEEDLES: dict[str, tuple[str, ...]] = {
    "E030": ("{{{role}}}`",),
    "E031": ("{{shortcut}}`{text}`",),
    "E032": ("{expression}",),
    "E033": ("[^{label}]",),
    "E053": tuple(link.replace("target", "source") for link in LINKS),
    "E054": tuple(link.replace("target", "source") for link in LINKS),
    "E055": LINKS,
    "E056": ("`{expression}`",),
    "E072": ("`{expression}`",),
    "W075": ("`{expression}`",),
    "E094": ("{name}",),
    "E095": ("evidence:",),
    "E106": (":after: {name}",),
    "W033": ("{html}",),
    "W039": ("{text}",),
    "W069": ("{source}", ":expect: {test}", ":expect: `{test}`"),
}
"""Texts that may mark the place of a problem in the file, by code."""

EMPTY = ("]()", "](<>)", "]( )")
"""Links without a target."""

REACH = 500
"""Most lines of a block that are searched."""

FAR = 5_000
"""How many lines below its text the target of `[text][name]` is searched."""


def placed_in(problems: Sequence[Problem], path: Path | None) -> list[Problem]:
    """Return the problems of a file, each at its exact line and column; without problems, the file is not read."""
    raw = read_file(path) if path is not None and problems else b""
    finder = _Finder([] if isinstance(raw, Problem) else source.lines(raw))
    return [finder.placed(problem) for problem in problems]


class _Finder:
    """Finds the places of problems in a file's lines; of two equal problems, the second gets the second place."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._taken: set[tuple[str, int, int]] = set()
        self._open: dict[tuple[object, ...], Iterator[tuple[int, int]]] = {}
        """Searches that can continue where they ended."""

    def placed(self, problem: Problem) -> Problem:
        """Return the problem with its exact line and column, if they can be found."""
        wanted = _wanted(problem)
        if not wanted:
            return problem
        key = (problem.code, problem.line, *wanted)
        if key not in self._open:
            self._open[key] = _search(wanted, problem.line, self._lines)
        for line, column in self._open[key]:
            place = (problem.code, line, column)
            if place not in self._taken:
                self._taken.add(place)
                return replace(problem, line=line, column=column)
        return problem


def _wanted(problem: Problem) -> list[str]:
    """Return texts that may mark the place of a problem in the file."""
    needles = NEEDLES.get(problem.code)
    if needles is None or problem.column > 1:
        return []
    if problem.code == "E055" and not problem.fields.get("target"):
        return list(EMPTY)
    found = [needle.format_map(_Fields(problem.fields)) for needle in needles]
    return [needle for needle in dict.fromkeys((*found, *map(unquote, found))) if needle]


def _search(wanted: Sequence[str], first: int, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places near the block's start, then those farther below, where the target of `[text][name]` may be."""
    yield from _places([needle for needle in wanted if not needle.startswith("]:")], first, lines, REACH)
    yield from _places([needle for needle in wanted if needle.startswith("]:")], first, lines, FAR)


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "\0"  # occurs in no file


def _places(
    needles: Sequence[str], first: int, lines: Sequence[str], reach: int
) -> Iterator[tuple[int, int]]:
    """Yield line and column of each occurrence from line `first` on; for a link, the start of its text."""
    for number in range(first, min(first + reach, len(lines) + 1) if needles else first):
        text = lines[number - 1]
        for needle in needles:
            column = text.find(needle) if needle else -1
            while column >= 0:
                opening = text.rfind("[", 0, column) if needle.startswith("]") else -1
                yield number, (opening if opening >= 0 else column) + 1
                column = text.find(needle, column + 1)
