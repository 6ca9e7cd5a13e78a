"""The panel's keys: their actions, and the ones that the key line names."""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding

from evoclass.i18n import Catalog
from evoclass_tensors.screen.hints import Hint

Keys = tuple[tuple[str, str, str], ...]
"""Key, action, and how the key is shown; the description is `tensors.key.ACTION`."""

ROW_KEYS: Keys = (
    ("slash", "filter", "/"),
    ("escape,backspace", "unfilter", "Esc"),
    ("s", "sort", "s"),
    ("p", "pin", "p"),
    ("space", "fold", "␣"),
    ("c", "constants", "c"),
    ("f", "fold_all", "f"),
    ("down", "line(1)", "↓"),
    ("up", "line(-1)", "↑"),
)
"""Keys of the table."""

PANEL_KEYS: Keys = (
    ("enter", "detail", "⏎"),
    ("escape,backspace", "back", "Esc"),
    ("left", "travel(-1)", "←"),
    ("right", "travel(1)", "→"),
    ("shift+left", "leap(-1)", "⇧←"),
    ("shift+right", "leap(1)", "⇧→"),
    ("l", "live", "l"),
    ("b", "first", "b"),
    ("p", "pin", "p"),
    ("a", "chart", "a"),
    ("g", "log", "g"),
    ("m", "smooth", "m"),
    ("colon,equals_sign", "slice", ":"),
    ("question_mark", "legend", "?"),
    ("left_square_bracket", "other_slice(-1)", "["),
    ("right_square_bracket", "other_slice(1)", "]"),
    ("ctrl+left", "cell(0,-1)", "^←"),
    ("ctrl+right", "cell(0,1)", "^→"),
    ("ctrl+up", "cell(-1,0)", "^↑"),
    ("ctrl+down", "cell(1,0)", "^↓"),
)
"""Keys of the whole panel."""

_IN_TABLE = (
    "detail",
    "filter",
    "sort",
    "fold",
    "pin",
    "travel(-1)",
    "travel(1)",
    "constants",
    "fold_all",
    "slice",
    "legend",
)
_IN_DETAIL = ("back", "travel(-1)", "travel(1)", "pin")
_OF_PAGES = ("other_slice(-1)", "other_slice(1)")
_OF_PICTURE = ("slice", "cell(0,1)")
_AT_CURVE = ("back", "travel(-1)", "travel(1)", "chart", "log", "smooth", "live", "pin")

_SIGNED = {
    "line(1)": "line",
    "line(-1)": "line_back",
    "cell(0,-1)": "cell_left",
    "cell(0,1)": "cell",
    "cell(-1,0)": "cell_up",
    "cell(1,0)": "cell_down",
    "travel(-1)": "earlier",
    "travel(1)": "later",
    "leap(-1)": "earlier_10",
    "leap(1)": "later_10",
    "other_slice(-1)": "previous_slice",
    "other_slice(1)": "next_slice",
}


def _name(action: str) -> str:
    """Return the name of an action, which its sentence has too: `earlier` for `travel(-1)`."""
    return _SIGNED.get(action, action.partition("(")[0])


def _id(action: str) -> str:
    """Return the name under which learners change an action's keys: `tensors.earlier`."""
    return f"tensors.{_name(action)}"


CHANGEABLE = {_name(action): names for names, action, _ in (*PANEL_KEYS, *ROW_KEYS)}
"""Every key of the panel, by its name."""


def bindings(catalog: Catalog, keys: Keys) -> list[Binding]:
    """Return keys with descriptions in the learner's language."""
    return [
        Binding(names, action, catalog(f"tensors.key.{_name(action)}"), key_display=shown, id=_id(action))
        for names, action, shown in keys
    ]


def of_rows(action: str) -> bool:
    """Whether the table carries out this action."""
    return any(action == own for _, own, _ in ROW_KEYS)


def hints(
    catalog: Catalog,
    shown: Mapping[str, str],
    in_detail: bool,
    *,
    at_curve: bool = False,
    picture: bool = False,
    pages: bool = False,
) -> list[Hint]:
    """Return the keys that do something here, the most useful first; `shown` are the keys in force by their ids.

    In a close look it matters whether there is a curve, a picture of numbers, and more than one page or slice.
    """
    wanted = _AT_CURVE if at_curve else _IN_TABLE
    if in_detail and not at_curve:
        first, *others = _IN_DETAIL
        wanted = (first, *(_OF_PAGES if pages else ()), *(_OF_PICTURE if picture else ()), *others)
    return [
        Hint(shown[_id(action)], catalog(f"tensors.key.{_name(action)}"), action)
        for action in wanted
        if _id(action) in shown
    ]
