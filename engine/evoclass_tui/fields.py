"""Widgets for the fields of questions: what a plugin's own has to offer."""

from evoclass.layout import Line, Segment
from evoclass_tui.widgets.fields.base import FieldWidget

__all__ = ["FieldWidget", "Line", "Segment"]
