"""The table of keys as commands print it, and the problems of `[keys]` with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evoclass.i18n import Catalog
from evoclass.learner.config import line_of_key
from evoclass.pluginhost.plugins import Plugins
from evoclass_tui import offers
from evoclass_tui.keymap import Keymap, panel_entries, place_name
from evoclass_tui.keys import display
from evoclass_tui.plugin_actions import key_entries
from evoclass_tui.presets import PRESETS


def key_table(plugins: Plugins, wanted: Mapping[str, str], catalog: Catalog, file: Path) -> dict[str, Any]:
    """Return every key with what it does and where, and what is wrong with the learner's changes."""
    panels = [panel for _, panel in offers.panels(plugins, catalog)]
    entries = [entry for panel in panels for entry in panel_entries(panel.panel_name, panel.KEYS)]
    keymap = Keymap([*entries, *key_entries(offers.actions(plugins))], wanted)
    rows = [
        {
            "id": entry.id,
            "place": entry.place,
            "where": place_name(entry.place, catalog),
            "does": entry.said(catalog),
            "keys": list(keymap.keys(entry.id)),
            "shown": list(dict.fromkeys(display(key, catalog) for key in keymap.keys(entry.id))),
            "default": list(entry.keys),
            "changed": keymap.is_changed(entry.id),
            "own": keymap.is_own(entry.id),
            "fixed": entry.fixed,
        }
        for entry in keymap.entries.values()
    ]
    problems = [
        {
            "id": problem.id,
            "kind": problem.kind,
            "line": line_of_key(file, problem.written or problem.id),
            "said": said,
        }
        for problem, said in zip(keymap.problems, problems_said(keymap, catalog, file), strict=True)
    ]
    return {"preset": keymap.preset, "presets": list(PRESETS), "keys": rows, "problems": problems}


def problems_said(keymap: Keymap, catalog: Catalog, file: Path) -> Iterator[str]:
    """Yield a sentence for each problem: where it is, what is wrong, how to put it right."""
    for problem in keymap.problems:
        said = problem.said(catalog, keymap.entries)
        line = line_of_key(file, problem.written or problem.id)
        yield catalog("keymap.at_line" if line else "keymap.at", file=file, line=line, said=said)
