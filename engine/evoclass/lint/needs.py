"""What lessons build on: it must be a lesson of the course, another one, and not one that builds on this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from evoclass.errors import Problem
from evoclass.lint.cache import FileResult

SHOWN = 6
"""Most lessons of a circle that are named."""


def needs_of_course(lessons: Mapping[Path, FileResult]) -> Iterator[Problem]:
    """Yield the problems of `needs` in the lessons of a course."""
    ids = {result.id for result in lessons.values()}
    for language in sorted({result.language for result in lessons.values()}):
        spoken = {path: result for path, result in lessons.items() if result.language == language}
        yield from _missing(spoken, ids)
        yield from _circular(spoken)


def _missing(lessons: Mapping[Path, FileResult], ids: Iterable[str]) -> Iterator[Problem]:
    for path, result in lessons.items():
        for name in result.needs:
            fields = {"id": name}
            if name == result.id:
                yield _problem("E093", path, result, fields | {"variant": "itself"})
            elif name not in ids:
                near = get_close_matches(name, ids, 1, 0.6)
                more = {"near": near[0], "variant": "near"} if near else {}
                yield _problem("E092", path, result, fields | more)


def _circular(lessons: Mapping[Path, FileResult]) -> Iterator[Problem]:
    places = {result.id: (path, result) for path, result in lessons.items()}
    graph = {name: [need for need in place[1].needs if need != name] for name, place in places.items()}
    for circle in circles(graph):
        shown = circle[:SHOWN] if len(circle) <= SHOWN else [*circle[:SHOWN], "…"]
        fields = {"circle": " → ".join([*shown, circle[0]])}
        yield _problem("E093", *places[circle[0]], fields)


def _problem(code: str, path: Path, result: FileResult, fields: Mapping[str, str]) -> Problem:
    return Problem(code, result.keys.get("needs", 1), fields=dict(fields), path=path)


def circles(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return a circle for each edge that closes one in a walk through the graph, from the node where it closes."""
    found: list[list[str]] = []
    finished: set[str] = set()
    for start in graph:
        way: dict[str, Iterator[str]] = {}
        node = start if start not in finished else None
        while node is not None:
            ahead = way.setdefault(node, iter(graph[node]))
            step = next((name for name in ahead if name in graph and name not in finished), None)
            if step is None:
                finished.add(node)
                del way[node]
                node = next(reversed(way), None)
            elif step in way:
                names = list(way)
                found.append(names[names.index(step) :])
            else:
                node = step
    return found
