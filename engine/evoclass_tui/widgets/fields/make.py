"""Choose the widget that fills a field in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.widget import Widget

from evoclass.errors import PluginError
from evoclass.exercise import Choice, Code, Field, Match, Number, Order, Text
from evoclass.i18n import Catalog
from evoclass.pluginhost.keptfield import own
from evoclass_tui.widgets.fields.adopted import AdoptedField
from evoclass_tui.widgets.fields.base import FieldWidget
from evoclass_tui.widgets.fields.choice import ChoiceField
from evoclass_tui.widgets.fields.code import CodeField
from evoclass_tui.widgets.fields.line_input import NumberField, TextField
from evoclass_tui.widgets.fields.match import MatchField
from evoclass_tui.widgets.fields.order import OrderField
from evoclass_tui.widgets.fields.unknown import UnknownArea, UnknownLine

CustomWidget = Callable[[Field, Catalog], Widget | None]
"""The hook `field_widget`, asked for fields that are not one of ours."""


def make_field(field: Field, catalog: Catalog, custom: CustomWidget | None = None) -> FieldWidget:
    """Return the widget for a field: ours for our kinds, else a plugin's, else that of its base kind.

    A field without any of these is answered by typing.
    """
    failure = ""
    if custom is not None and type(field) not in WIDGETS:
        try:
            widget = custom(own(field), catalog)
        except PluginError as error:
            widget, failure = None, str(error)
        if isinstance(widget, FieldWidget):
            return widget
        if widget is not None and hasattr(widget, "value"):
            return AdoptedField(field, catalog, widget)
    known = next((WIDGETS[kind] for kind in field.__class__.__mro__ if kind in WIDGETS), None)
    if known is not None:
        return known(field, catalog)
    return (UnknownArea if field.several_lines else UnknownLine)(field, catalog, failure)


def _text(field: Field, catalog: Catalog) -> FieldWidget:
    return (CodeField if field.several_lines else TextField)(field, catalog)


WIDGETS: Mapping[type[Field], Callable[..., FieldWidget]] = {
    Choice: ChoiceField,
    Code: CodeField,
    Match: MatchField,
    Number: NumberField,
    Order: OrderField,
    Text: _text,
}
"""The widget for each kind of field."""
