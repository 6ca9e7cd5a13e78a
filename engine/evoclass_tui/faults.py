"""Faults of our own and of panels: find the one to blame, and write down what happened."""

from __future__ import annotations

import time
import traceback
from pathlib import Path

from textual.dom import DOMNode

from evoclass import paths
from evoclass_tui.panel import Panel
from evoclass_tui.widgets.panel_pane import PanelPane


def panel_at_fault(error: BaseException) -> PanelPane | None:
    """Return the pane of the panel in whose code an exception was raised, or None."""
    frames = traceback.walk_tb(error.__traceback__)
    for frame, _ in reversed(list(frames)):
        node = frame.f_locals.get("self")
        if isinstance(node, DOMNode):
            line = [node, *node.ancestors]
            if any(isinstance(ancestor, Panel) for ancestor in line):
                return next((ancestor for ancestor in line if isinstance(ancestor, PanelPane)), None)
    return None


def write_down(error: BaseException) -> Path:
    """Append the traceback to a file in the data folder and return its path."""
    file = paths.data_folder() / "faults.log"
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    text = "".join(traceback.format_exception(error))
    with file.open("a", encoding="utf-8") as log:
        log.write(f"--- {stamp}\n{text}\n")
    return file
