"""A field that is filled in by typing: the field itself says what the text means."""

from __future__ import annotations

from evoclass.exercise import InvalidAnswer, Value
from evoclass_tui.widgets.fields.base import FieldWidget


class TypedWidget(FieldWidget):
    """Holds a text that the field reads."""

    typed = True

    @property
    def text(self) -> str:
        """What was typed so far."""
        raise NotImplementedError

    @property
    def value(self) -> Value:
        return self.read(self.text)

    def read(self, text: str) -> Value:
        """Return the value of a text; what does not fit the field is kept as it was typed."""
        try:
            return self.field.read(text, self.catalog)
        except InvalidAnswer:
            return text

    @property
    def trouble(self) -> str:
        try:
            self.field.read(self.text, self.catalog)
        except InvalidAnswer as error:
            return str(error) if self.text.strip() else ""
        return ""
