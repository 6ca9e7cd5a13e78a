"""Where in its paragraph a problem is: a link, an image or a role is looked for in the lines of the block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from evoclass.errors import Problem
from evoclass.library import read_file

LINKS = ("]({target}", "](<{target}", "]:{target}", "]: {target}", "]: <{target}", "<{target}>")

NEEDLES: dict[str, tuple[str, ...]] = {
    "E030": ("{{{role}}}`",),
    "E032": ("{expression}",),
    "E033": ("[^{label}]",),
    "E053": tuple(link.replace("target", "source") for link in LINKS),
    "E054": tuple(link.replace("target", "source") for link in LINKS),
    "E055": LINKS,
    "E056": ("`{expression}`",),
    "E072": ("`{expression}`",),
    "W033": ("{html}",),
    "W039": ("{text}",),
    "W069": ("{source}", ":expect: {test}", ":expect: `{test}`"),
}
"""What may stand in the file where the problem is, by code."""

EMPTY = ("]()", "](<>)", "]( )")
"""Links without a target."""

REACH = 500
"""How many lines a block is searched at most."""

FAR = 5_000
"""How far below its text the target of `[text][name]` is looked for."""


def placed_in(problems: Sequence[Problem], path: Path | None) -> list[Problem]:
    """Return the problems of a file, each at the line and column of what it is about; without any, nothing is read."""
    raw = read_file(path) if path is not None and problems else b""
    lines = [] if isinstance(raw, Problem) else raw.decode("utf-8-sig", "replace").splitlines()
    taken: set[tuple[str, int, int]] = set()
    return [_placed(problem, lines, taken) for problem in problems]


def _placed(problem: Problem, lines: Sequence[str], taken: set[tuple[str, int, int]]) -> Problem:
    """Return the problem with the line and column of what it is about, if that can be found.

    Of two alike, the second is at the second place: what is `taken` is passed over.
    """
    needles = NEEDLES.get(problem.code)
    if needles is None or problem.column > 1:
        return problem
    wanted = [needle.format_map(_Fields(problem.fields)) for needle in needles]
    if problem.code == "E055" and not problem.fields.get("target"):
        wanted = list(EMPTY)
    wanted = list(dict.fromkeys((*wanted, *map(unquote, wanted))))
    beside = [needle for needle in wanted if not needle.startswith("]:")]
    below = [needle for needle in wanted if needle.startswith("]:")]
    for needles_here, reach in ((beside, REACH), (below, FAR)):
        for line, column in _places(needles_here, problem.line, lines, reach):
            if (problem.code, line, column) not in taken:
                taken.add((problem.code, line, column))
                return replace(problem, line=line, column=column)
    return problem


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "\0"  # stands in no file


def _places(
    needles: Sequence[str], first: int, lines: Sequence[str], reach: int
) -> Iterator[tuple[int, int]]:
    """Yield line and column of each occurrence from line `first` on; of a link, where its text begins."""
    for number in range(first, min(first + reach, len(lines) + 1) if needles else first):
        text = lines[number - 1]
        for needle in needles:
            column = text.find(needle) if needle else -1
            while column >= 0:
                opening = text.rfind("[", 0, column) if needle.startswith("]") else -1
                yield number, (opening if opening >= 0 else column) + 1
                column = text.find(needle, column + 1)
