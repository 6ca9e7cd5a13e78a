"""What could be typed at a place of a program: a name, a member of something, a parameter of the call around it."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from evoclass_tui.pairs import inside, out_of_fields, without_strings

if TYPE_CHECKING:
    from evoclass.inspecting.manual import Members

_PATH = re.compile(r"(?:[^\W\d]\w*(?:\(\))?\.)*(?:[^\W\d]\w*)?\Z")
"""A dotted name at the end of a text, also an unfinished one; empty parentheses are a call."""

_OPENERS, _CLOSERS = "([{", ")]}"

_ARGUMENTS = re.compile(r"(?<=\w)\((?:[^()\[\]{}]|\(\))+\)|\[(?:[^()\[\]{}]|\(\))+\](?=[^\[\]{}]*\))")
"""The arguments of a call, and a list among them."""

_LINE = 400
"""Characters before the cursor in which the name under it is looked for."""

_REACH = 4000
"""Characters before the cursor in which the call around it is looked for."""


class Call(msgspec.Struct, frozen=True):
    """The call that the cursor is in."""

    function: str
    """As it is written."""
    start: int
    """Where its parenthesis opens, in characters of the program."""
    count: int
    """Number of the argument at the cursor, from 0."""
    name: str
    """Name of that argument, if it is written with its name."""
    given: frozenset[str]
    """Names of the arguments that are written with their names."""


class Spot(msgspec.Struct, frozen=True):
    """A place at which a name is typed or could be typed."""

    owner: str
    """What is before the dot, as it is written; empty without a dot."""
    prefix: str
    """The part of the name that is typed."""
    dotted: bool
    call: Call | None
    nameable: bool = True
    """Whether a name could be typed here: not in strings and numbers, nor behind a dot of which nothing is known."""

    @property
    def key(self) -> tuple[str, bool]:
        """Equal for all places with the same suggestions before the prefix narrows them."""
        return self.owner, self.dotted


class Suggestion(msgspec.Struct, frozen=True):
    """One name that could be typed."""

    text: str
    sign: str = ""
    """What is shown behind it: `()` for a function, `.` for a module."""


def spot(before: str) -> Spot | None:
    """Return the place at the end of a program's beginning; None in a comment."""
    before = out_of_fields(before)
    where = inside(before)
    if where == "#":
        return None
    code = _tail(before)
    call = _call(code, len(before) - len(code))
    shorter = _without_arguments(code[-_LINE:])
    path = _PATH.search(shorter)
    written = path[0] if path is not None else ""
    start = len(shorter) - len(written)
    if where or (start and (shorter[start - 1].isalnum() or shorter[start - 1] in ".)]}\"'")):
        return Spot("", "", False, call, nameable=False)
    owner, dot, prefix = written.rpartition(".")
    return Spot(owner, prefix, bool(dot), call)


def _without_arguments(code: str) -> str:
    """Return code with the arguments of each call left out, for `nn.Linear(5, 2).weight` is a path."""
    while (shorter := _ARGUMENTS.sub("()", code)) != code:
        code = shorter
    return code


def _tail(before: str) -> str:
    """Return the end of a long program from the beginning of a line on."""
    start = before.find("\n", len(before) - _REACH) + 1 if len(before) > _REACH else 0
    return without_strings(before[start:])


def _call(code: str, offset: int) -> Call | None:
    """Return the innermost call that is open at the end of a text."""
    depth, end = 0, len(code)
    commas: list[int] = []
    for at in range(len(code) - 1, -1, -1):
        sign = code[at]
        if sign in _CLOSERS:
            depth += 1
        elif sign in _OPENERS:
            if depth:
                depth -= 1
                continue
            if sign != "(":
                commas, end = [], at  # a list within the call: its commas are not the call's
                continue
            function = _function(code[:at])
            head = code[: at - len(function)].rstrip().rpartition("\n")[2].split()
            if not function or keyword.iskeyword(function) or (head and head[-1] in ("def", "class")):
                commas, end = (
                    [],
                    at,
                )  # a pair of parentheses that calls nothing, or what a function is defined with
                if head and head[-1] in ("def", "class"):
                    return None
                continue
            return _described(code, function, at, sorted(commas), end, offset)
        elif sign == "," and not depth:
            commas.append(at)
    return None


def _function(code: str) -> str:
    """Return the path of what is called at the end of a text; empty for `x[0].item`, of which nothing is known."""
    shorter = _without_arguments(code[-_LINE:])
    path = _PATH.search(shorter)
    written = path[0] if path is not None else ""
    return "" if shorter.endswith(tuple(f"{sign}{written}" for sign in ".)]}\"'")) else written


def _described(code: str, function: str, at: int, commas: list[int], end: int, offset: int) -> Call:
    arguments = [code[start + 1 : stop] for start, stop in zip([at, *commas], [*commas, end], strict=True)]
    names = [_keyword(argument) for argument in arguments]
    return Call(function, offset + at, len(commas), names[-1], frozenset(filter(None, names)))


def _keyword(argument: str) -> str:
    found = re.match(r"\s*([^\W\d]\w*)\s*=(?!=)", argument)
    return found[1] if found is not None else ""


def fitting(suggestions: Iterable[Suggestion], prefix: str, *, whole: bool = False) -> list[Suggestion]:
    """Return those that begin with what is typed, in either case of letters; none for a name that is typed whole,
    unless also these are wanted.
    """
    found = [one for one in suggestions if one.text.lower().startswith(prefix.lower())]
    if not whole and any(one.text == prefix for one in found):
        return []
    # What is typed exactly so comes first; within that, the order is the one that was given.
    return sorted(found, key=lambda one: not one.text.startswith(prefix))


def members(found: Members) -> list[Suggestion]:
    """Return the names inside of something as suggestions."""
    signs = ((found.modules, "."), (found.classes, ""), (found.functions, "()"), (found.values, ""))
    # They go into the learner's program, and may come from a machine elsewhere.
    names = [(name, sign) for names, sign in signs for name in names.split() if name.isidentifier()]
    inside_of_it = [Suggestion(name, sign) for name, sign in names]
    # What changes a tensor in its place, such as `torch.zero_`, comes after what is wanted more often.
    return sorted(inside_of_it, key=lambda one: (one.text.endswith("_"), one.text.lower()))


def words(names: Iterable[str], called: Iterable[str]) -> Iterator[Suggestion]:
    """Yield the names of a program, then those of Python; `called` are those of functions and classes."""
    names, called = set(names), set(called)
    for name in sorted(names, key=str.lower):
        yield Suggestion(name, "()" if name in called or (name in _BUILT_IN and name[0].islower()) else "")
    for name in sorted({*keyword.kwlist, *_BUILT_IN} - names, key=str.lower):
        yield Suggestion(name, "()" if name in _BUILT_IN and name[0].islower() else "")


_BUILT_IN = frozenset(
    name for name in dir(builtins) if not name.startswith("_") and name not in keyword.kwlist
)
