"""Choose the widget that fills a field in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from textual.widget import Widget

from evoclass.errors import PluginError
from evoclass.exercise import Choice, Code, Field, Match, Number, Order, Text
from evoclass.i18n import Catalog
from evoclass.pluginhost.keptfield import own
from evoclass_tui.widgets.fields.adopted import AdoptedField
from evoclass_tui.widgets.fields.base import FieldWidget

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
    known = next((WIDGETS[kind] for kind in field.__class__.__mro__ if kind in WIDGETS), "")
    if known:
        return _made(known, field, catalog)
    from evoclass_tui.widgets.fields.unknown import UnknownArea, UnknownLine

    return (UnknownArea if field.several_lines else UnknownLine)(field, catalog, failure)


def _made(name: str, field: Field, catalog: Catalog) -> FieldWidget:
    module, _, several_lines = name.partition(" ")
    module, name = (several_lines if field.several_lines and several_lines else module).split(".")
    # Imported here: most lessons need one or two of these, and the first page is waited for.
    widget: FieldWidget = getattr(import_module(f"evoclass_tui.widgets.fields.{module}"), name)(
        field, catalog
    )
    return widget


WIDGETS: Mapping[type[Field], str] = {
    Choice: "choice.ChoiceField",
    Code: "code.CodeField",
    Match: "match.MatchField",
    Number: "line_input.NumberField",
    Order: "order.OrderField",
    Text: "line_input.TextField code.CodeField",
}
"""Module and class of the widget for each kind of field; the second one is for several lines."""
