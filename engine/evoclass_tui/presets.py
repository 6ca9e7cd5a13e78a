"""Whole tables of keys to choose from: what differs from the keys that the program comes with."""

from __future__ import annotations

from collections.abc import Mapping

PRESETS: Mapping[str, Mapping[str, str]] = {
    "default": {},
    # `gg` is `g` twice: the first one is there already.
    "vim": {
        "reader.page": "space ctrl+d pagedown",
        "reader.page_back": "b ctrl+u pageup",
        "reader.line": "j down",
        "reader.line_back": "k up",
        "reader.top": "g home",
        "reader.bottom": "G end",
        "map.line": "j down",
        "map.line_back": "k up",
        "map.top": "g home",
        "map.bottom": "G end",
        "map.open": "enter l",
        "find": "slash",
        "knob.less": "h left",
        "knob.more": "l right",
        "tensors.line": "down j",
        "tensors.line_back": "up k",
        "tensors.earlier": "h left",
        "tensors.later": "l right",
        "tensors.first": "0 b",
        "tensors.live": "dollar_sign",
    },
    "browser": {
        "run": "alt+r",
        "check": "alt+enter",
        "sides": "alt+w e",
        "language": "alt+i",
        "map": "f2",
        "next_pane": "alt+full_stop",
        "previous_pane": "alt+comma",
        "palette": "alt+x colon",
        "help": "alt+l question_mark",
        "manual": "alt+shift+u",
        "own_editor": "alt+u",
        "runner": "alt+j",
        "back": "alt+z",
        "forward": "alt+shift+y",
        "search_all": "alt+shift+g",
        "course": "alt+y",
        "next_lesson": "alt+pagedown greater_than_sign",
        "previous_lesson": "alt+pageup less_than_sign",
        "narrower": "alt+shift+left",
        "wider": "alt+shift+right",
        "theme": "alt+shift+l",
        "settings": "alt+p",
        "quit": "alt+q",
        "reader.next_question": "n alt+n",
        "editor.find": "alt+shift+j",
        # For all of the text, as `g` stands for it in editors.
        "replace.all": "alt+g",
        "find.regex": "alt+o",
        "find.whole": "alt+shift+r",
        "editor.duplicate": "alt+shift+down",
        "terminal.clear": "alt+shift+k",
        "terminal.end_of_input": "alt+shift+d",
        "prompt.clear": "alt+shift+k",
        "prompt.later": "down",
        "prompt.search": "alt+shift+r",
        "prompt.left": "left",
        "prompt.right": "right",
    },
}

_MENUS = "abcefhmstv"
"""Letters that open Firefox's menus with Alt, also with Alt and Shift, in English and in Italian."""

TAKEN_BY_BROWSERS = frozenset(
    {
        *(f"f{number}" for number in (1, 3, 5, 6, 7, 9, 10, 11, 12)),
        *(f"shift+f{number}" for number in (3, 4, 5, 6, 7, 8, 9, 12)),
        *(f"ctrl+f{number}" for number in (4, 5, 6)),
        "alt+f4",
        # Tabs, zoom, and in Firefox the page before and after.
        *(f"{modifier}+{digit}" for modifier in ("ctrl", "alt") for digit in "123456789"),
        *("ctrl+0", "ctrl+plus", "ctrl+minus", "ctrl+equals_sign", "ctrl+right_square_bracket"),
        *(f"ctrl+{shift}{key}" for shift in ("", "shift+") for key in ("tab", "pagedown", "pageup")),
        *(f"ctrl+{letter}" for letter in "bdefghijklmnopqrstuw"),
        *(f"ctrl+shift+{letter}" for letter in "abcdeghijkmnopqrstwxyz"),
        *("ctrl+shift+delete", "shift+escape", "alt+left", "alt+right", "alt+home", "alt+d"),
        *(f"alt+{letter}" for letter in _MENUS),
        # Chrome's toolbars, its report of a problem, and its groups of tabs; Brave's private window.
        *(f"alt+shift+{letter}" for letter in sorted({*_MENUS, *"abitcpwxzn"})),
    }
)
"""Keys that Firefox or Chrome use themselves on Linux or Windows.

They stand in Chromium's `accelerator_table.cc`, in Firefox's `browser-sets.inc`, `browserSets.ftl`, `key-shortcuts.ftl`
and `menubar.ftl`, and in `nsMenuBarListener.cpp`.
"""
