"""Widgets for the fields of questions: the interface that a plugin's own widget must have."""

from evoclass.layout import Line, Segment
from evoclass_tui.widgets.fields.base import FieldWidget

__all__ = ["FieldWidget", "Line", "Segment"]
