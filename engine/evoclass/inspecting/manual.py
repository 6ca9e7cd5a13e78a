"""What installed packages say of a name; nothing of the learner's is imported or called."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from evoclass.inspecting.statics import find, first_line, inner, kind, members

LONGEST = 18_000
"""Most characters of an answer as it is printed; a run's record keeps no more than 20,000."""


class Page(msgspec.Struct, frozen=True):
    """What is known of a name; all is empty if nothing is."""

    name: str = ""
    signature: str = ""
    text: str = ""
    kind: str = ""
    """`module`, `class`, `function` or `value`."""


class Members(msgspec.Struct, frozen=True):
    """The public names inside of what a path leads to; all is empty if nothing is known of it."""

    modules: str = ""
    """Names with blanks between them."""
    classes: str = ""
    functions: str = ""
    values: str = ""


Answer = TypeVar("Answer", Page, Members)


def program(names: Sequence[str]) -> str:
    """Return a program that looks names up: where the learner's programs run, PyTorch is already imported."""
    return f"from evoclass.inspecting.manual import tell\ntell({tuple(names)!r})\n"


def members_program(path: str) -> str:
    """Return a program that lists what is inside of what a path leads to."""
    return f"from evoclass.inspecting.manual import tell_members\ntell_members({path!r})\n"


def tell(names: Sequence[str]) -> None:
    """Print the page of the first name that is known, for `read`."""
    page = next((page for page in map(look_up, names) if page is not None), Page())
    while len(line := _line(page)) > LONGEST:
        page = msgspec.structs.replace(
            page, text=page.text[: len(page.text) * 3 // 4], signature=page.signature[:2000]
        )
    print("\n" + line)


def tell_members(path: str) -> None:
    """Print what is inside of what a path leads to, for `read`."""
    print("\n" + _line(list_members(path)))


def _line(answer: Page | Members) -> str:
    # One line of ASCII comes through any terminal.
    return ascii(msgspec.json.encode(answer).decode())


def read(output: str, kind: type[Answer]) -> Answer:
    """Return the answer that the program has printed.  Raises ValueError or SyntaxError."""
    return msgspec.json.decode(ast.literal_eval(output.strip().rpartition("\n")[2]), type=kind)


def look_up(path: str) -> Page | None:
    """Return the page of a path, found among static attributes of modules and classes."""
    found = find(path)
    if found is None:
        return None
    value = inner(found.value)
    sort = kind(found.value)
    if not (callable(value) or inspect.ismodule(value) or inspect.isdatadescriptor(found.value)):
        return Page(found.name, "", type(found.value).__name__, sort)
    signature = ""
    if callable(value) and not isinstance(found.value, property):
        with contextlib.suppress(TypeError, ValueError):
            signature = str(inspect.signature(value))
        if not signature and (line := first_line(value)) is not None:
            signature = line["signature"]
    return Page(found.name, signature, inspect.getdoc(value) or "", sort)


def list_members(path: str) -> Members:
    """Return what is inside of what a path leads to."""
    found = find(path)
    names: dict[str, list[str]] = {"module": [], "class": [], "function": [], "value": []}
    room = LONGEST - 200
    for name, sort in members(found) if found is not None else ():
        if name.isascii() and len(name) < room:
            names[sort].append(name)
            room -= len(name) + 1
    return Members(*(" ".join(sorted(found)) for found in names.values()))
