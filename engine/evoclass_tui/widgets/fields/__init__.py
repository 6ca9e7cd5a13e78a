"""One widget for each kind of field that an exercise's form can have."""

from evoclass_tui.widgets.fields.base import FieldWidget
from evoclass_tui.widgets.fields.make import make_field

__all__ = ["FieldWidget", "make_field"]
