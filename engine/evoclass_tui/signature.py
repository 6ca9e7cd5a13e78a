"""The parameters of a function, taken from its signature as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_PARAMETER = re.compile(r"\s*(\**)\s*([^\W\d]\w*)?")
_OBJECTS = ("self", "cls")
"""Names of the parameter that a method does not get in its parentheses."""


class Parameter(msgspec.Struct, frozen=True):
    """One parameter and where it stands in the signature."""

    name: str
    """Empty for the signs `*` and `/`."""
    stars: str
    start: int
    end: int


def split(signature: str) -> list[Parameter]:
    """Return the parameters of a signature `(size: int, bias: bool = True) -> None`, without a method's object."""
    found: list[Parameter] = []
    for start, end in _pieces(signature):
        match = _PARAMETER.match(signature, start, end)
        name = match[2] or "" if match is not None else ""
        if found or name not in _OBJECTS:
            blanks = len(signature[start:end]) - len(signature[start:end].lstrip())
            found.append(Parameter(name, match[1] if match is not None else "", start + blanks, end))
    return found


def _pieces(signature: str) -> Iterator[tuple[int, int]]:
    depth, start, quote = 0, 0, ""
    for at, sign in enumerate(signature):
        if quote or sign in "\"'":
            quote = "" if sign == quote else quote or sign
        elif sign in "([{":
            depth += 1
            if depth == 1:
                start = at + 1
        elif sign in ")]}":
            depth -= 1
            if not depth:
                if signature[start:at].strip():
                    yield start, at
                return
        elif sign == "," and depth == 1:
            yield start, at
            start = at + 1


def parameters(signature: str) -> list[str]:
    """Return the names that an argument can be given by."""
    names: list[str] = []
    for one in split(signature):
        if not one.name and signature[one.start : one.end].strip() == "/":
            names.clear()  # those before the slash have no name
        elif one.name and not one.stars:
            names.append(one.name)
    return names


def brief(signature: str) -> str:
    """Return names and defaults alone, in one line: `(size, bias=True)`; the manual has the rest."""
    found = []
    for one in split(signature):
        text = " ".join(signature[one.start : one.end].split())
        if one.name:
            _, equals, default = text.partition("=")
            text = f"{one.stars}{one.name}" + (f"={default.strip()}" if equals else "")
        found.append(text)
    return f"({', '.join(found)})" if signature else ""


def current(signature: str, count: int, name: str) -> Parameter | None:
    """Return the parameter that an argument belongs to: by its name, or else by its place."""
    known = split(signature)
    if name:
        return next(
            (one for one in known if one.name == name),
            known[-1] if known and known[-1].stars == "**" else None,
        )
    places = []
    for one in known:
        if one.stars == "*" or signature[one.start : one.end].strip() == "*":
            if one.name:
                places.append(one)
                return places[min(count, len(places) - 1)]
            break
        if one.name and one.stars != "**":
            places.append(one)
    return places[count] if count < len(places) else None
