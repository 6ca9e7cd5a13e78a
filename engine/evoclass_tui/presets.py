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
        "check": "alt+c",
        "sides": "alt+w e",
        "language": "alt+i",
        "map": "f2",
        "next_pane": "alt+o",
        "previous_pane": "alt+shift+o",
        "palette": "alt+x colon",
        "help": "alt+l question_mark",
        "manual": "alt+m",
        "own_editor": "alt+u",
        "runner": "alt+j",
        "back": "alt+z",
        "forward": "alt+shift+z",
        "search_all": "alt+shift+s",
        "course": "alt+y",
        "next_lesson": "alt+pagedown greater_than_sign",
        "previous_lesson": "alt+pageup less_than_sign",
        "narrower": "alt+shift+left",
        "wider": "alt+shift+right",
        "theme": "alt+shift+l",
        "settings": "alt+p",
        "quit": "alt+q",
        "reader.next_question": "n alt+n",
        "editor.find": "alt+shift+f",
        "editor.duplicate": "alt+shift+down",
        "terminal.clear": "alt+shift+c",
        "terminal.end_of_input": "alt+shift+d",
        "prompt.clear": "alt+shift+c",
        "prompt.later": "down",
        "prompt.search": "alt+shift+r",
    },
}

TAKEN_BY_BROWSERS = frozenset(
    {
        *(
            "f1",
            "f3",
            "f5",
            "f6",
            "f7",
            "f9",
            "f10",
            "f11",
            "f12",
            "shift+f5",
            "shift+f6",
            "shift+f7",
            "shift+f10",
        ),
        *(f"ctrl+{letter}" for letter in "bdefghjklnopqrstuw"),
        *(f"ctrl+shift+{letter}" for letter in "bcijknoprtwz"),
        *(f"ctrl+{digit}" for digit in "0123456789"),
        *(
            "ctrl+tab",
            "ctrl+shift+tab",
            "ctrl+pagedown",
            "ctrl+pageup",
            "ctrl+shift+pagedown",
            "ctrl+shift+pageup",
        ),
        *("ctrl+f4", "alt+f4", "alt+left", "alt+right", "alt+home", "ctrl+plus", "ctrl+minus"),
        # Address bar and menus.
        *(f"alt+{letter}" for letter in "defstvbh"),
        *(f"alt+{digit}" for digit in "123456789"),
    }
)
"""Keys that Firefox or Chrome use themselves before a terminal in a page gets them."""
