"""One thing to fill in, with its text for everywhere that has no widget for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evoclass.fields.letters import letters
from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.model import CodeBlock, Inline, Inlines, Span
from evoclass.wording.numerals import localised

Value = str | float | int | bool | None | list[str] | dict[str, str]
"""What a field can hold: JSON-like, so that progress can store it and any front end can send it."""

Row = Inlines | CodeBlock
"""One row of a field's text: a line of text, or code."""


class InvalidAnswer(ValueError):
    """The input does not fit the field; the message tells the learner what input would fit."""


@frozen
class Option:
    """One option of a choice; its `key` never changes with shuffling or language."""

    key: str
    text: Inlines


@frozen(kw_only=True)
class Field:
    """One thing to fill in.  A plugin may add a kind: plain mode, exports and checks use only its methods."""

    name: str
    """Key of the value in the answer."""
    label: str = ""
    """Shown beside the field when the form has more than one."""

    @property
    def several_lines(self) -> bool:
        """Whether the input may have several lines."""
        return False

    @property
    def ordered(self) -> bool:
        """Whether the question asks for the order of an answer's rows, so that they are numbered when drawn."""
        return False

    def takes(self, word: str) -> bool:
        """Whether a word is an answer rather than one of plain mode's commands, such as `n` and `q`."""
        return word != "q"

    def parts(self) -> Sequence[Option]:
        """Return the parts that the learner picks from; a translation has as many, and feedback may name their keys."""
        return ()

    def offered(self) -> Sequence[Row]:
        """Return the rows that a learner sees before answering: the parts, each with the text to type to pick it."""
        return marked(letters(len(self.parts())), self.parts())

    def instruction(self, catalog: Catalog) -> str:
        """Return in a few words how to answer."""
        return catalog("plain.text")

    def read(self, typed: str, catalog: Catalog) -> Value:
        """Return the value of the input.  Raises InvalidAnswer."""
        return typed

    def typed(self, value: Value) -> str:
        """Return the text to type for a value; empty when there is no value, or it cannot be typed."""
        match value:
            case float():
                short = f"{value:.15g}"
                return short if float(short) == value else repr(value)
            case str() | bool() | int():
                return str(value)
        return ""

    def words(self, value: Value) -> Sequence[Row]:
        """Return a value in readable form, not as it is stored."""
        match value:
            case None | "":
                return ()
            case list():
                return [(Span(item),) for item in value]
            case dict():
                return [(Span(f"{key} → {item}"),) for key, item in value.items()]
        shown = said(value)
        if "\n" in shown.strip():
            return [code(shown)]
        return [(Span(shown, frozenset({"strong"})),)]

    def signature(self, value: Value) -> object:
        """Return the parts of the field and its right value that a translation must keep; words are left out."""
        return None if isinstance(value, str) else value


def said(value: Value) -> str:
    """Return a single value with only its significant digits."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def code(text: str, language: str = "") -> CodeBlock:
    """Return code as a row."""
    return CodeBlock(id="", line=0, language=language, code=text)


def marked(marks: Sequence[str], parts: Sequence[Option]) -> list[Row]:
    """Return a row for each part, with the text to type before it."""
    return [(Span(f"{mark}) "), *part.text) for mark, part in zip(marks, parts, strict=True)]


def words_in(field: Field, value: Value, language: str) -> Sequence[Row]:
    """Return a value in readable form, a number with the signs of a language."""
    rows = field.words(value)
    if not isinstance(value, float):
        return rows
    return [row if isinstance(row, CodeBlock) else tuple(_localised(row, language)) for row in rows]


def _localised(row: Inlines, language: str) -> Iterator[Inline]:
    for item in row:
        if isinstance(item, Span):
            number, space, unit = item.text.partition(" ")
            item = replace(item, text=localised(number, language) + space + unit)
        yield item
