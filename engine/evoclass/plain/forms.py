"""A form on standard input: every kind of field, asked in words."""

from __future__ import annotations

import string
from collections.abc import Sequence

from evoclass.exercise import Choice, Code, Field, Match, Number, Option, Order, Text, Value
from evoclass.i18n import Catalog
from evoclass.model import Inlines, LineBreak, Live, Span
from evoclass.plain.console import Console

LETTERS = string.ascii_lowercase


class Invalid(ValueError):
    """What was typed does not fit the field; the message says what would."""


def inline_text(items: Inlines, live: dict[str, str] | None = None) -> str:
    """Return inline items as text, live values filled in."""
    parts = []
    for item in items:
        match item:
            case Span(text=text):
                parts.append(text)
            case Live(expression=expression):
                parts.append((live or {}).get(expression, "—"))
            case LineBreak():
                parts.append("\n")
    return "".join(parts)


def takes_words(field: Field) -> bool:
    """Whether any word could be an answer, `n` too."""
    return isinstance(field, Text | Code)


def show(field: Field, console: Console, text: Catalog) -> None:
    """Print what there is to choose from."""
    if field.label:
        console.say(field.label)
    match field:
        case Choice(options=options):
            _list(console, options, LETTERS)
        case Order(items=items):
            _list(console, items, [str(number) for number in range(1, len(items) + 1)])
        case Match(left=left, right=right):
            _list(console, left, [str(number) for number in range(1, len(left) + 1)])
            console.say("")
            _list(console, right, LETTERS)
        case Code(starter=starter):
            console.say(*(f"    {line}" for line in starter.splitlines()))


def _list(console: Console, options: Sequence[Option], marks: Sequence[str]) -> None:
    for mark, option in zip(marks, options, strict=False):
        first, *rest = inline_text(option.text).splitlines() or [""]
        console.say(f"  {mark}) {first}", *(f"     {line}" for line in rest))


def instruction(field: Field, text: Catalog) -> str:
    """Return the words that say how to answer."""
    match field:
        case Choice(multiple=True):
            return text("plain.letters")
        case Choice():
            return text("plain.letter")
        case Number(unit=unit):
            return text("plain.number_unit", unit=unit) if unit else text("plain.number")
        case Order(indent=indent):
            return text("plain.order_indent") if indent else text("plain.order")
        case Match():
            return text("plain.match")
        case _:
            return text("plain.text")


def parse(field: Field, typed: str, text: Catalog) -> Value:
    """Return the field's value from what was typed.  Raises Invalid with what would fit."""
    match field:
        case Choice(options=options, multiple=multiple):
            keys = [_pick(options, LETTERS, letter, text) for letter in typed.replace(",", " ").split()]
            keys = list(dict.fromkeys(keys))
            if multiple:
                return keys
            if len(keys) != 1:
                raise Invalid(text("plain.one_letter", last=LETTERS[len(options) - 1]))
            return keys[0]
        case Number():
            try:
                return float(typed.replace(",", "."))
            except ValueError:
                return typed
        case Order(items=items, indent=indent):
            marks = [str(number) for number in range(1, len(items) + 1)]
            keys = []
            for word in typed.replace(",", " ").split():
                level = len(word) - len(word.rstrip("+"))
                key = _pick(items, marks, word.rstrip("+"), text)
                keys.append(f"{key}:{level}" if indent else key)
            return keys
        case Match(left=left, right=right):
            pairs = {}
            numbers = [str(number) for number in range(1, len(left) + 1)]
            for word in typed.replace(",", " ").split():
                key = _pick(left, numbers, word.rstrip(LETTERS), text)
                pairs[key] = _pick(right, LETTERS, word.lstrip(string.digits), text)
            return pairs
        case _:
            return typed


def _pick(options: Sequence[Option], marks: Sequence[str], typed: str, text: Catalog) -> str:
    typed = typed.strip("().").lower()
    counted = [str(number) for number in range(1, len(options) + 1)]
    for mark, count, option in zip(marks, counted, options, strict=False):
        # Letters are what is shown; who counts instead means the same.
        if typed in (mark, count):
            return option.key
    raise Invalid(text("plain.not_there", typed=typed, first=marks[0], last=marks[len(options) - 1]))


def read(field: Field, console: Console, text: Catalog, typed: str) -> Value:
    """Return the value that was typed for a field, with the further lines that some fields take.  Raises Invalid."""
    if isinstance(field, Code) or (isinstance(field, Text) and field.lines > 1):
        return "\n".join([typed, console.text(text("plain.lines"))])
    return parse(field, typed, text)
