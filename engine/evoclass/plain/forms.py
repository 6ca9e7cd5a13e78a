"""A form on standard input: a field's description is printed, and the field reads the input."""

from __future__ import annotations

from collections.abc import Iterable

from evoclass.exercise import Field, Row, Value
from evoclass.fields.field import words_in
from evoclass.i18n import Catalog
from evoclass.model import CodeBlock, Inlines, LineBreak, Live, Span
from evoclass.plain.console import Console
from evoclass.plain.speech import spoken


def show(field: Field, console: Console, catalog: Catalog) -> None:
    """Print the options, and the label above them; without options it is said when the answer is asked for."""
    offered = field.offered()
    if field.label and offered:
        console.say(field.label)
    for row in offered:
        if isinstance(row, CodeBlock):
            console.say(*spoken((row,), {}, catalog))
            continue
        first, *rest = inline_text(row).splitlines() or [""]
        console.say(f"  {first}", *(f"     {line}" for line in rest))


def words(field: Field, value: Value, catalog: Catalog) -> Iterable[str]:
    """Return the lines of a field's value as a person would say it."""
    for row in words_in(field, value, catalog.language):
        yield from _text(row).splitlines()


def read(field: Field, console: Console, catalog: Catalog, typed: str) -> Value:
    """Return the typed value of a field, with the further lines that some fields take.

    Raises InvalidAnswer.
    """
    if field.several_lines:
        typed = "\n".join([typed, console.text(catalog("plain.lines"))])
    return field.read(typed, catalog)


def inline_text(items: Inlines) -> str:
    """Return inline items as text; live values are not known in a form."""
    parts = []
    for item in items:
        match item:
            case Span(text=text):
                parts.append(text)
            case Live():
                parts.append("—")
            case LineBreak():
                parts.append("\n")
    return "".join(parts)


def _text(row: Row) -> str:
    return row.code if isinstance(row, CodeBlock) else inline_text(row)
