"""From a field to the widget that fills it in."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from evoclass.errors import PluginError
from evoclass.exercise import Choice, Code, Field, Match, Number, Order, Text
from evoclass.i18n import Catalog
from evoclass_tui.widgets.fields.adopted import AdoptedField
from evoclass_tui.widgets.fields.base import FieldWidget
from evoclass_tui.widgets.fields.choice import ChoiceField
from evoclass_tui.widgets.fields.code import CodeField, is_area
from evoclass_tui.widgets.fields.line_input import NumberField, TextField
from evoclass_tui.widgets.fields.match import MatchField
from evoclass_tui.widgets.fields.order import OrderField

CustomWidget = Callable[[Field], Widget | None]
"""The hook `field_widget`, asked for fields that are not one of ours."""


def make_field(field: Field, catalog: Catalog, custom: CustomWidget | None = None) -> FieldWidget | None:
    """Return the widget for a field, or None when nobody knows how to fill it in.

    Raises PluginError when a plugin that perhaps knows has had a fault, unless the kind comes from one of ours.
    """
    fault: PluginError | None = None
    if custom is not None and type(field) not in (Choice, Text, Number, Order, Match, Code):
        widget = None
        try:
            widget = custom(field)
        except PluginError as error:
            fault = error
        if isinstance(widget, FieldWidget):
            return widget
        if widget is not None and hasattr(widget, "value"):
            return AdoptedField(field, catalog, widget)
    match field:
        case Choice():
            return ChoiceField(field, catalog)
        case Number():
            return NumberField(field, catalog)
        case Order():
            return OrderField(field, catalog)
        case Match():
            return MatchField(field, catalog)
        case _ if is_area(field):
            return CodeField(field, catalog)
        case Text():
            return TextField(field, catalog)
    if fault is not None:
        raise fault
    return None
