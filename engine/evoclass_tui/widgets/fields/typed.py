"""A field that is filled in by typing: the field itself interprets the text."""

from __future__ import annotations

from evoclass.exercise import InvalidAnswer, Value
from evoclass_tui.widgets.fields.base import FieldWidget


class TypedWidget(FieldWidget):
    """Contains a text that the field reads."""

    typed = True

    @property
    def text(self) -> str:
        """The text typed so far."""
        raise NotImplementedError

    @property
    def value(self) -> Value:
        return self.read(self.text)

    def read(self, text: str) -> Value:
        """Return the value of a text; a text that does not fit the field is returned as typed."""
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
