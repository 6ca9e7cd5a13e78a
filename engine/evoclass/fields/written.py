"""Fields in which the learner writes: a text, a number, a program."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.fields.field import Field, Row, Value, code, said
from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.model import Span
from evoclass.reading.normalcode import normal_code
from evoclass.wording.numerals import read_grouped, read_number


@frozen(kw_only=True)
class Text(Field):
    """Write text.  Value: str."""

    lines: int = 1
    language: str = ""
    """Set (`python`) when the text is code, so that it is shown in a fixed-width editor."""
    placeholder: str = ""

    @property
    def several_lines(self) -> bool:
        return self.lines > 1

    def words(self, value: Value) -> Sequence[Row]:
        if self.language and value not in (None, ""):
            return [code(str(value), self.language)]
        return Field.words(self, value)

    def signature(self, value: Value) -> object:
        # A word may be translated; code may not.
        return normal_code(str(value)) if self.language == "python" else None


@frozen(kw_only=True)
class Number(Field):
    """Write a number.  Value: float, or the text as typed when it is not one, or may be two (`1.216` in Italian)."""

    unit: str = ""

    def takes(self, word: str) -> bool:
        return False

    def instruction(self, catalog: Catalog) -> str:
        return catalog("plain.number_unit", unit=self.unit) if self.unit else catalog("plain.number")

    def read(self, typed: str, catalog: Catalog) -> Value:
        number = self.number(typed, catalog.language)
        return typed if number is None or self.grouped(typed, catalog.language) is not None else number

    def number(self, typed: str, language: str) -> float | None:
        """Return the number in an input in a language, with or without the unit, or None."""
        return read_number(self._bare(typed), language)

    def grouped(self, typed: str, language: str) -> float | None:
        """Return the number in an input whose point may stand between groups of digits, or None."""
        return read_grouped(self._bare(typed), language)

    def _bare(self, typed: str) -> str:
        bare = typed.strip()
        return bare[: -len(self.unit)] if self.unit and bare.lower().endswith(self.unit.lower()) else bare

    def words(self, value: Value) -> Sequence[Row]:
        if value in (None, ""):
            return ()
        number = f"{value:.6g}" if isinstance(value, float) and not value.is_integer() else said(value)
        unit = self.unit if self.unit == "%" else f" {self.unit}"
        return [(Span(f"{number}{unit}".strip(), frozenset({"strong"})),)]

    def signature(self, value: Value) -> object:
        return bool(self.unit), value


@frozen(kw_only=True)
class Code(Field):
    """Write a program.  Value: str."""

    starter: str
    language: str = "python"

    @property
    def several_lines(self) -> bool:
        return True

    def offered(self) -> Sequence[Row]:
        return [code(self.starter, self.language)] if self.starter else ()

    def words(self, value: Value) -> Sequence[Row]:
        return [code(str(value), self.language)] if value is not None else ()

    def signature(self, value: Value) -> object:
        return normal_code(self.starter), normal_code(str(value))
