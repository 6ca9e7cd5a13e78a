"""The panel's keys: what they do, and which the key line names."""

from __future__ import annotations

from textual.binding import Binding, BindingsMap

from evoclass.i18n import Catalog
from evoclass_tensors.hints import Hint

KEYS: tuple[tuple[str, str, str], ...] = (
    ("enter", "detail", "⏎"),
    ("escape,backspace", "back", "Esc"),
    ("left", "travel(-1)", "←"),
    ("right", "travel(1)", "→"),
    ("slash", "filter", "/"),
    ("s", "sort", "s"),
    ("p", "pin", "p"),
    ("space", "fold", "␣"),
    ("colon,equals_sign", "slice", ":"),
    ("l", "live", "l"),
    ("b", "first", "b"),
    ("c", "constants", "c"),
    ("f", "fold_all", "f"),
    ("left_square_bracket", "other_slice(-1)", "["),
    ("right_square_bracket", "other_slice(1)", "]"),
    ("shift+left", "leap(-1)", "⇧←"),
    ("shift+right", "leap(1)", "⇧→"),
    ("ctrl+left", "cell(0,-1)", "^←"),
    ("ctrl+right", "cell(0,1)", "^→"),
    ("ctrl+up", "cell(-1,0)", "^↑"),
    ("ctrl+down", "cell(1,0)", "^↓"),
)
"""Key, action, and how the key is shown; the description is `tensors.key.ACTION`."""

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
)
_IN_DETAIL = ("back", "slice", "other_slice(1)", "travel(-1)", "travel(1)", "cell(0,1)", "pin")


def action_name(action: str) -> str:
    """Return the key of an action's description: `earlier` for `travel(-1)`."""
    signed = {
        "travel(-1)": "earlier",
        "travel(1)": "later",
        "leap(-1)": "earlier_10",
        "leap(1)": "later_10",
        "other_slice(-1)": "previous_slice",
        "other_slice(1)": "next_slice",
    }
    return signed.get(action, action.partition("(")[0])


def bindings(catalog: Catalog) -> BindingsMap:
    """Return the keys with descriptions in the learner's language."""
    return BindingsMap(
        [
            Binding(keys, action, catalog(f"tensors.key.{action_name(action)}"), key_display=shown)
            for keys, action, shown in KEYS
        ]
    )


def hints(catalog: Catalog, in_detail: bool) -> list[Hint]:
    """Return the keys that matter here, the most useful first."""
    shown = {action: key for _, action, key in KEYS}
    wanted = _IN_DETAIL if in_detail else _IN_TABLE
    return [Hint(shown[action], catalog(f"tensors.key.{action_name(action)}"), action) for action in wanted]
