"""The order in which the labs of a lesson have to run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from evoclass.errors import Problem
from evoclass.model import Fault, Lab, Lesson


def in_order(labs: Iterable[Lab]) -> list[Lab]:
    """Return labs in the order of the lesson, but each behind those that it needs."""
    by_file = {lab.file: lab for lab in labs}
    found: dict[str, Lab] = {}
    entered: set[str] = set()
    for first in by_file.values():
        way = [first]
        while way:
            lab = way[-1]
            entered.add(lab.file)
            needed = next((name for name in lab.after if name in by_file and name not in entered), None)
            if needed is None:
                found.setdefault(lab.file, lab)
                way.pop()
            else:
                way.append(by_file[needed])
    return list(found.values())


def disordered(lesson: Lesson) -> Iterator[Problem]:
    """Yield a problem for each lab that is to run after something that is no lab, or after itself."""
    labs = {lab.file: lab for lab in lesson.labs}
    readable = not any(isinstance(block, Fault) for block in lesson.walk())
    for lab in labs.values():
        for name in lab.after:
            fields: dict[str, object] = {"file": lab.file, "name": name}
            if name not in labs and readable:
                near = get_close_matches(name, [other for other in labs if other != lab.file], 1)
                yield Problem("E106", lab.line, fields=fields | {"near": near[0] if near else ""})
            elif lab.file in _before(name, labs):
                yield Problem("E106", lab.line, fields=fields | {"variant": "circle"})


def _before(file: str, labs: dict[str, Lab]) -> set[str]:
    """Return a lab and all that have to run before it."""
    seen: set[str] = set()
    waiting = [file]
    while waiting:
        name = waiting.pop()
        if name in labs and name not in seen:
            seen.add(name)
            waiting += labs[name].after
    return seen
