"""One thing to fill in, and what it says of itself wherever there is no widget for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evoclass.fields.letters import letters
from evoclass.i18n import Catalog
from evoclass.model import CodeBlock, Inlines, Span

Value = str | float | int | bool | None | list[str] | dict[str, str]
"""What a field can hold: JSON-like, so that progress can store it and any front end can send it."""

Row = Inlines | CodeBlock
"""One row of what a field shows: a line of text, or code."""


class InvalidAnswer(ValueError):
    """What was typed does not fit the field; the message tells the learner what would."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice; its `key` never changes with shuffling or language."""

    key: str
    text: Inlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in.  A plugin may add a kind: plain mode, exports and checks ask its methods, and no list."""

    name: str
    """Key of the value in the answer."""
    label: str = ""
    """Asked beside the field when the form has more than one."""

    @property
    def several_lines(self) -> bool:
        """Whether what is typed may have several lines."""
        return False

    @property
    def ordered(self) -> bool:
        """Whether the order of an answer's rows is what is asked, so that they are numbered where they are drawn."""
        return False

    def takes(self, word: str) -> bool:
        """Whether a word is an answer rather than one of plain mode's commands, such as `n` and `q`."""
        return word != "q"

    def parts(self) -> Sequence[Option]:
        """Return what the author wrote to pick from; a translation has as many, and feedback may name their keys."""
        return ()

    def offered(self) -> Sequence[Row]:
        """Return what a learner sees before there is an answer: the parts, each with what is typed to pick it."""
        return marked(letters(len(self.parts())), self.parts())

    def instruction(self, catalog: Catalog) -> str:
        """Return in a few words how to answer."""
        return catalog("plain.text")

    def read(self, typed: str, catalog: Catalog) -> Value:
        """Return the value that was typed.  Raises InvalidAnswer."""
        return typed

    def typed(self, value: Value) -> str:
        """Return what one types for a value; nothing when there is none, or it cannot be typed."""
        match value:
            case float():
                short = f"{value:.15g}"
                return short if float(short) == value else repr(value)
            case str() | bool() | int():
                return str(value)
        return ""

    def words(self, value: Value) -> Sequence[Row]:
        """Return a value as a person would say it, not as it is stored."""
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
        """Return what a translation must keep of the field and its right value; of words, nothing."""
        return None if isinstance(value, str) else value


def said(value: Value) -> str:
    """Return a single value in as many digits as mean something."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def code(text: str, language: str = "") -> CodeBlock:
    """Return code as a row."""
    return CodeBlock(id="", line=0, language=language, code=text)


def marked(marks: Sequence[str], parts: Sequence[Option]) -> list[Row]:
    """Return a row for each part, with what is typed for it before it."""
    return [(Span(f"{mark}) "), *part.text) for mark, part in zip(marks, parts, strict=True)]
