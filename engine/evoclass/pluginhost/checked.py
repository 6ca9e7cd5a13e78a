"""Checks the types of values from foreign code before they are used, and makes their text safe to print."""

from __future__ import annotations

import types
import typing
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, get_args, get_origin

from evoclass import directive, errors, exercise, explanation, model, protocol
from evoclass.errors import LessonError, Problem
from evoclass.exercise import Exercise, Field, Option, Row, Value, Verdict
from evoclass.model import AnyBlock, Block, CodeBlock, Drawing, ExerciseBlock, Inlines
from evoclass.pluginhost.blame import shown
from evoclass.pluginhost.drawings import bounded
from evoclass.wording.printable import printable

MOST = 10_000
"""Most items that one call may return."""

DEPTH = 60
"""Most levels of nested blocks."""

_DRAWN = ("exercise", "variants", "settings")
"""Attributes of blocks that the engine sets, not the plugin."""


def listed(found: object, what: str) -> list[Any]:
    """Return the items of `found`, which must not be a text and must have an end.  Raises TypeError, ValueError."""
    if isinstance(found, str | bytes | Mapping) or not isinstance(found, Iterable):
        raise TypeError(f"{what} gave {shown(found)}, not a list")
    items = list(islice(found, MOST + 1))
    if len(items) > MOST:
        raise ValueError(f"{what} gave more than {MOST:,} items")
    return items


def blocks(found: object, what: str) -> tuple[AnyBlock, ...]:
    """Return blocks that the front ends know how to draw.  Raises TypeError, ValueError."""
    return tuple(_block(block, what, 0) for block in listed(found, what))


def _block(block: object, what: str, depth: int) -> AnyBlock:
    if not isinstance(block, Block):
        raise TypeError(f"{what} gave {shown(block)}, not a block")
    if _known(type(block), Block, model.__name__) in (None, Block):
        raise TypeError(f"{what} gave a {type(block).__name__}: nobody knows how to draw blocks of that kind")
    if not block.id:
        raise ValueError(f"{what} gave a block without an id")
    made = typing.cast(AnyBlock, _attributes(block, f"{what}: {type(block).__name__}", depth))
    if isinstance(made, Drawing):
        bounded(made, f"{what}: Drawing")
    return made


def form(found: object, what: str) -> tuple[Field, ...]:
    """Return the fields of a form, each with a different name.  Raises TypeError, ValueError."""
    made: list[Field] = []
    for field in listed(found, what):
        if not isinstance(field, Field):
            raise TypeError(f"{what} gave {shown(field)}, not a field")
        field = _attributes(field, f"{what}: {type(field).__name__}", 0)
        if not field.name or any(field.name == other.name for other in made):
            raise ValueError(f"{what} gave two fields with the name {field.name!r}, or one without")
        made.append(field)
    return tuple(made)


def rows(found: object, what: str) -> tuple[Row, ...]:
    """Return lines of text and code.  Raises TypeError, ValueError."""
    return tuple(
        _attributes(row, what, 0) if isinstance(row, CodeBlock) else _fit(row, Inlines, what, 0)
        for row in listed(found, what)
    )


def options(found: object, what: str) -> tuple[Option, ...]:
    """Return options.  Raises TypeError, ValueError."""
    return tuple(_fit(item, Option, what, 0) for item in listed(found, what))


def sentence(found: object, what: str) -> str:
    """Return a text that can be printed.  Raises TypeError."""
    return typing.cast(str, _fit(found, str, what, 0))


def value(found: object, what: str) -> Value:
    """Return a value that a field can hold.  Raises TypeError."""
    return typing.cast(Value, _value(found, what))


def data(found: object, what: str, depth: int = 0) -> object:
    """Return plain data, which can be compared without calling foreign code.  Raises TypeError, ValueError."""
    if depth > DEPTH:
        raise ValueError(f"{what}: nested more than {DEPTH} deep")
    if isinstance(found, Mapping):
        return {data(key, what, depth + 1): data(one, what, depth + 1) for key, one in found.items()}
    if isinstance(found, list | tuple | set | frozenset):
        items = [data(one, what, depth + 1) for one in listed(found, what)]
        return sorted(items, key=repr) if isinstance(found, set | frozenset) else items
    return _value(found, what)


def answer(found: object, what: str) -> dict[str, Any]:
    """Return an answer: a value for each field.  Raises TypeError."""
    if not isinstance(found, Mapping):
        raise TypeError(f"{what} gave {shown(found)}, not a dictionary")
    return {_fit(key, str, what, 0): _value(value, what) for key, value in found.items()}


def _value(value: object, what: str) -> Any:
    match value:
        case None | bool():
            return value
        case int() | float():
            return float(value) if isinstance(value, float) else int(value)
        case str():
            return str.__str__(value)  # may be code: it stays unchanged
        case list() | tuple() if all(isinstance(item, str) for item in value):
            return [str.__str__(item) for item in value]
        case dict() if all(isinstance(word, str) for item in value.items() for word in item):
            return {str.__str__(key): str.__str__(word) for key, word in value.items()}
    raise TypeError(f"{what} gave {shown(value)} as the value of a field")


def verdict(found: object, what: str) -> Verdict:
    """Return a verdict with a score from 0 to 1.  Raises TypeError, ValueError."""
    if not isinstance(found, Verdict):
        raise TypeError(f"{what} gave {shown(found)}, not a Verdict")
    made = typing.cast(Verdict, _attributes(found, f"{what}: Verdict", 0))
    if not 0 <= made.score <= 1:
        raise ValueError(f"{what} gave the score {made.score}; it goes from 0 to 1")
    return made


def texts(found: object, what: str) -> tuple[str, ...]:
    """Return texts unchanged.  Raises TypeError."""
    return tuple(_value(item, what) for item in listed(found, what))


def inlines(found: object, what: str) -> tuple[Inlines, ...]:
    """Return sentences.  Raises TypeError."""
    return tuple(_fit(item, Inlines, what, 0) for item in listed(found, what))


def inline_text(found: object, what: str) -> Inlines:
    """Return inline items.  Raises TypeError, ValueError."""
    return typing.cast(Inlines, _fit(tuple(listed(found, what)), Inlines, what, 0))


def problems(found: object, what: str, first: int, last: int) -> tuple[Problem, ...]:
    """Return problems, each at a line of the directive.  Raises TypeError."""
    made = []
    for problem in listed(found, what):
        if not isinstance(problem, Problem):
            raise TypeError(f"{what} gave {shown(problem)}, not a Problem")
        problem = _attributes(problem, f"{what}: Problem", 0)
        line = problem.line if first <= problem.line <= last else first
        made.append(replace(problem, line=line, column=max(problem.column, 1)))
    return tuple(made)


def lesson_error(error: LessonError, what: str, first: int, last: int) -> LessonError:
    """Return the same error with problems that can be shown.  Raises TypeError, ValueError."""
    found = problems(error.problems, what, first, last)
    if not found:
        raise ValueError(f"{what} raised a LessonError without a problem")
    return LessonError(found)


def told(found: object, what: str) -> explanation.Explanation:
    """Return an explanation of an error.  Raises TypeError."""
    if not isinstance(found, explanation.Explanation):
        raise TypeError(f"{what} gave {shown(found)}, not an Explanation")
    return typing.cast(explanation.Explanation, _attributes(found, f"{what}: Explanation", 0))


# ------------------------------------------------------------------------------------------------ by type hints


def _known(cls: type, base: type, module: str) -> type | None:
    """Return our class that `cls` is or inherits from, below `base`."""
    return next((one for one in cls.__mro__ if one.__module__ == module and issubclass(one, base)), None)


@cache
def _hints(cls: Hashable) -> Mapping[str, Any]:
    """Return the types of the attributes that our part of a class declares."""
    assert isinstance(cls, type)
    ours = next((one for one in cls.__mro__ if one.__module__.partition(".")[0] == "evoclass"), cls)
    spaces = {name: value for module in _MODULES for name, value in vars(module).items()}
    hints = typing.get_type_hints(ours, localns=spaces | {"Path": Path, "date": date, "Exercise": Exercise})
    return {entry.name: hints[entry.name] for entry in fields(ours) if entry.name in hints}


_MODULES = (model, directive, errors, exercise, explanation, protocol)


def _attributes(thing: Any, what: str, depth: int) -> Any:
    """Return our dataclass with every attribute of its declared type."""
    if depth > DEPTH:
        raise ValueError(f"{what}: nested more than {DEPTH} deep")
    changed = {}
    for name, hint in _hints(thing.__class__).items():
        if name in _DRAWN:
            continue
        value = getattr(thing, name)
        fitted = _fit(value, hint, f"{what}.{name}", depth + 1)
        if fitted is not value:
            changed[name] = fitted
    if isinstance(thing, ExerciseBlock) and not isinstance(thing.exercise, Exercise):
        raise TypeError(f"{what}.exercise is {shown(thing.exercise)}, not an Exercise")
    return replace(thing, **changed) if changed else thing


def _fit(value: Any, hint: Any, what: str, depth: int) -> Any:
    """Return `value` if it is of the type `hint`: lists become tuples, texts safe to print.  Raises TypeError."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint == AnyBlock:
        return _block(value, what, depth)
    match origin:
        case None if hint is str and isinstance(value, str):
            plain = str.__str__(value)
            safe = printable(plain)
            return value if safe == plain and type(value) is str else safe
        case None if hint is float and isinstance(value, int | float):
            return value
        case None if hint is int and isinstance(value, bool):
            pass
        case None if hint is Any:
            return value
        case None if isinstance(hint, type) and isinstance(value, hint):
            if isinstance(value, Block):
                return _block(value, what, depth)
            return _attributes(value, what, depth) if is_dataclass(value) else value
        case typing.Literal if value in inner:
            return value
        case typing.Union | types.UnionType:
            for one in inner:
                try:
                    return _fit(value, one, what, depth)
                except TypeError:
                    continue
        case _ if origin in (tuple, Sequence) or origin is _ABC_SEQUENCE:
            if isinstance(value, list | tuple):
                return _sequence(value, inner, what, depth)
        case _ if origin is frozenset and isinstance(value, frozenset | set):
            return frozenset(_fit(item, inner[0], what, depth) for item in value)
        case type() if issubclass(origin, Mapping) and isinstance(value, Mapping):
            return {
                _fit(key, inner[0], what, depth): _fit(item, inner[1], what, depth)
                for key, item in value.items()
            }
    raise TypeError(f"{what} is {shown(value)}, not {getattr(hint, '__name__', hint)}")


_ABC_SEQUENCE = get_origin(Sequence[int])


def _sequence(value: Sequence[Any], inner: tuple[Any, ...], what: str, depth: int) -> tuple[Any, ...]:
    if len(value) > MOST:
        raise ValueError(f"{what} has more than {MOST:,} items")
    if inner[-1:] == (Ellipsis,) or len(inner) == 1:
        made = tuple(_fit(item, inner[0], what, depth) for item in value)
    elif len(value) == len(inner):
        made = tuple(_fit(item, hint, what, depth) for item, hint in zip(value, inner, strict=True))
    else:
        raise TypeError(f"{what} has {len(value)} parts, not {len(inner)}")
    same = type(value) is tuple and all(new is old for new, old in zip(made, value, strict=True))
    return typing.cast("tuple[Any, ...]", value) if same else made
