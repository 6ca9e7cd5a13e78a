"""The panel's keys: their actions, and the ones that the key line names."""

from __future__ import annotations

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
_IN_DETAIL = ("back", "slice", "other_slice(1)", "travel(-1)", "travel(1)", "cell(0,1)", "pin")
_AT_CURVE = ("back", "travel(-1)", "travel(1)", "chart", "log", "smooth", "live", "pin")

_SIGNED = {
    "travel(-1)": "earlier",
    "travel(1)": "later",
    "leap(-1)": "earlier_10",
    "leap(1)": "later_10",
    "other_slice(-1)": "previous_slice",
    "other_slice(1)": "next_slice",
}


def _description(action: str) -> str:
    """Return the key of an action's description: `tensors.key.earlier` for `travel(-1)`."""
    return f"tensors.key.{_SIGNED.get(action, action.partition('(')[0])}"


def bindings(catalog: Catalog, keys: Keys) -> list[Binding]:
    """Return keys with descriptions in the learner's language."""
    return [
        Binding(names, action, catalog(_description(action)), key_display=shown)
        for names, action, shown in keys
    ]


def of_rows(action: str) -> bool:
    """Whether the table carries out this action."""
    return any(action == own for _, own, _ in ROW_KEYS)


def hints(catalog: Catalog, in_detail: bool, at_curve: bool = False) -> list[Hint]:
    """Return the keys that matter here, the most useful first."""
    shown = {action: key for _, action, key in (*PANEL_KEYS, *ROW_KEYS)}
    wanted = _AT_CURVE if at_curve else _IN_DETAIL if in_detail else _IN_TABLE
    return [Hint(shown[action], catalog(_description(action)), action) for action in wanted]
