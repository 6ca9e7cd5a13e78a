"""Requirements for every field without a screen, checked on one of its values."""

from __future__ import annotations

import re

from evoclass.exercise import Field, InvalidAnswer, Row, Value
from evoclass.i18n import Catalog
from evoclass.model import CodeBlock, plain_text
from evoclass.pluginhost import checked
from evoclass.wording.printable import printable

STRANGE = ("", " ", "\x00", "?", "-1", "9" * 400, "aa", "1aa", "(" * 500, "[b]bold[/b]", "\u202e")
"""Input from learners and cats."""


def assert_told(field: Field, value: Value, catalog: Catalog) -> None:
    """A field's texts can be printed: its offered rows, its instruction, and a value in words."""
    how = field.instruction(catalog)
    assert how.strip()
    assert not re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", how), f"no sentence for {how} in {catalog.language}"
    words = field.words(value)
    assert any(_text(row).strip() for row in words), f"{value!r} has no words"
    rows = [*field.offered(), *words, *field.words(None)]
    checked.rows(rows, "a row")
    for text in (how, *map(_text, rows)):
        assert printable(text) == text


def assert_read_back(field: Field, value: Value, catalog: Catalog) -> None:
    """The text to type for a value is read as that value, if the value can be typed."""
    typed = field.typed(value)
    assert typed == "" or field.read(typed, catalog) == value
    assert "\n" not in typed or field.several_lines


def assert_reads_anything(field: Field, catalog: Catalog) -> None:
    """Any input gives a value, or an InvalidAnswer that says what would fit."""
    for typed in STRANGE:
        refusal = "what would fit"
        try:
            checked.value(field.read(typed, catalog), "read()")
        except InvalidAnswer as error:
            refusal = str(error)
        assert refusal.strip()


def assert_signed(field: Field, same: Field, value: Value) -> None:
    """Two equal fields have the same signature, which is plain data."""
    assert checked.data(field.signature(value), "signature()") == checked.data(
        same.signature(value), "signature()"
    )


def _text(row: Row) -> str:
    return row.code if isinstance(row, CodeBlock) else plain_text(row)
